"""Agents: definitions with immutable versions, and running them."""

import contextlib
from collections.abc import AsyncGenerator

from sqlalchemy.orm import Session

from menon.core.auth import Action
from menon.core.events import Subscription
from menon.core.feature import Feature, NavEntry
from menon.core.runs.models import Run, RunKind
from menon.core.runs.queries import events_after
from menon.core.runtime import Runtime
from menon.engine.tools.search_settings import WebSearchSettings
from menon.features.agents import going_on, rag, running, service, subject
from menon.features.agents.coded import open_coded
from menon.features.agents.dispatch import routes as dispatch_routes
from menon.features.agents.dispatch.registry import open_registry
from menon.features.agents.files import pages as export_pages
from menon.features.agents.files import routes as export_routes
from menon.features.agents.kinds import AnswerType
from menon.features.agents.pages import pages
from menon.features.agents.policy import pages as policy_pages
from menon.features.agents.policy import routes as policy_routes
from menon.features.agents.routes import routes
from menon.features.agents.rules import answer
from menon.features.agents.secrets import pages as secret_pages
from menon.features.agents.secrets import routes as secret_routes
from menon.features.agents.settings import AgentSettings
from menon.features.agents.tools import pages as tool_pages
from menon.features.agents.tools import routes as tool_routes
from menon.features.agents.tools.job import invoking
from menon.features.agents.tools.opening import open_toolbox
from menon.features.agents.tools.settings import ToolSettings
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import pages as type_pages
from menon.features.agents.types import routes as type_routes
from menon.features.agents.versions import pages as version_pages
from menon.features.agents.versions import routes as version_routes
from menon.features.runs.telling import ApprovalDecided


@contextlib.asynccontextmanager
async def _open(runtime: Runtime) -> AsyncGenerator[Toolbox]:
    async with open_toolbox(runtime) as toolbox:
        await service.ensure_builtin(runtime)
        yield toolbox


def _abandoned(session: Session, run: Run) -> None:
    said = answer(events_after(session, run.id, epoch=run.epoch, after=0, limit=100_000))
    running.store_abandoned(session, run, said)


feature = Feature(
    name="agents",
    routes=(
        dispatch_routes.routes,
        export_routes.routes,
        routes,
        version_routes.routes,
        secret_routes.routes,
        type_routes.routes,
        rag.routes,
        policy_routes.routes,
        policy_routes.security,
        tool_routes.routes,
    ),
    pages=(
        export_pages.pages,
        pages,
        version_pages.pages,
        policy_pages.pages,
        secret_pages.pages,
        type_pages.pages,
        tool_pages.pages,
    ),
    opens=(_open, open_coded, open_registry),
    jobs=(invoking,),
    settings=(AgentSettings, ToolSettings, WebSearchSettings),
    export=subject.export,
    erase=subject.erase,
    run_kinds=(AnswerType(kind=RunKind.AGENT, abandoned=_abandoned, record=running.store_answer),),
    subscriptions=(
        Subscription(
            event_type=ApprovalDecided,
            name="agents.approvals",
            handler=going_on.on_decided,
            stays=True,
        ),
    ),
    nav=(
        NavEntry(
            label="Agents",
            href="/agents",
            icon="cpu",
            order=30,
            action=Action.READ,
            also=("/agent-types",),
        ),
        NavEntry(label="Tools", href="/tools", icon="tools", order=31, action=Action.READ),
    ),
)
