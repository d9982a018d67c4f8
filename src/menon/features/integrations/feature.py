"""The manifest of integrations."""

import contextlib
from collections.abc import AsyncGenerator

from menon.core.auth import Action
from menon.core.events import DomainEvent, Subscription
from menon.core.feature import Feature, NavEntry
from menon.core.runs.kinds import RunType
from menon.core.runs.models import RunKind
from menon.core.runtime import Runtime
from menon.features.integrations import contexts, http_routes, pages, routes
from menon.features.integrations.events import WebhookSubscribed
from menon.features.integrations.mcp import pages as mcp_pages
from menon.features.integrations.mcp import routes as mcp_routes
from menon.features.integrations.mcp.servers import open_servers
from menon.features.integrations.mcp.settings import McpClientSettings
from menon.features.integrations.service import deliver, downloads, subject
from menon.features.integrations.service.hosts import Hosts
from menon.features.integrations.service.upkeep import open_upkeep
from menon.features.integrations.settings import IntegrationSettings


@contextlib.asynccontextmanager
async def _hosts(_runtime: Runtime) -> AsyncGenerator[Hosts]:
    yield Hosts()


feature = Feature(
    name="integrations",
    routes=(routes.routes, http_routes.http, mcp_routes.routes),
    pages=(pages.pages, mcp_pages.pages),
    settings=(IntegrationSettings, McpClientSettings),
    opens=(_hosts, open_upkeep, open_servers),
    jobs=(deliver.deliver, downloads.downloading),
    subscriptions=(
        Subscription(
            event_type=DomainEvent, name="integrations.webhooks", handler=deliver.tell_webhooks
        ),
        Subscription(
            event_type=WebhookSubscribed, name="integrations.queues", handler=deliver.catch_up
        ),
    ),
    run_kinds=(RunType(kind=RunKind.DELIVERY),),
    export=subject.export,
    erase=subject.erase,
    frame=contexts.frame,
    nav=(
        NavEntry(
            label="Webhooks", href="/webhooks", icon="plug", order=45, action=Action.INTEGRATE
        ),
    ),
)
