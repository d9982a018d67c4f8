"""HTTP operations of webhooks, incoming hooks, queues and registered model servers."""

from typing import Literal

from fastapi import Request

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.integrations.backend_schemas import BackendIn, BackendOut, BackendStatsOut
from menon.features.integrations.schemas import (
    BindingIn,
    BindingOut,
    DeliveryOut,
    HealthOut,
    IncomingIn,
    IncomingMade,
    IncomingOut,
    MessageIn,
    MessageOut,
    NamedMessageIn,
    QueueOut,
    Received,
    SecretMade,
    WebhookIn,
    WebhookMade,
    WebhookOut,
)
from menon.features.integrations.service import backends, health, incoming, queues, webhooks

routes = Routes(prefix="/api/v1/integration", tag="integration")


@routes.get("/health", action=Action.INTEGRATE)
async def integration_health(runtime: AppRuntime, who: Who) -> HealthOut:
    """Say how integrations are: yours, or everybody's for administrators."""
    return await health.health(runtime, who)


@routes.post("/webhooks/subscribe", action=Action.INTEGRATE, status_code=201)
async def subscribe(runtime: AppRuntime, who: Who, body: WebhookIn) -> WebhookMade:
    """Tell an address of events; the signing secret is shown this once."""
    return await webhooks.subscribe(runtime, who, body)


@routes.get("/webhooks", action=Action.INTEGRATE)
async def list_webhooks(runtime: AppRuntime, who: Who, page: PageQuery) -> Listing[WebhookOut]:
    """List webhooks, newest first."""
    return await webhooks.listing(runtime, who, page)


@routes.delete(
    "/webhooks/{webhook_id}", action=Action.INTEGRATE, status_code=204, include_in_schema=False
)
@routes.delete("/webhooks/unsubscribe/{webhook_id}", action=Action.INTEGRATE, status_code=204)
async def unsubscribe(runtime: AppRuntime, who: Who, webhook_id: PathText) -> None:
    """Tell an address nothing any more."""
    await webhooks.unsubscribe(runtime, who, webhook_id)


@routes.get("/webhooks/{webhook_id}", action=Action.INTEGRATE)
async def get_webhook(runtime: AppRuntime, who: Who, webhook_id: PathText) -> WebhookOut:
    """Show a webhook without its secret."""
    return await webhooks.get(runtime, who, webhook_id)


@routes.get("/webhooks/{webhook_id}/deliveries", action=Action.INTEGRATE)
async def deliveries(
    runtime: AppRuntime,
    who: Who,
    webhook_id: PathText,
    page: PageQuery,
    state: Literal["pending", "delivered", "dead"] | None = None,
) -> Listing[DeliveryOut]:
    """List what a webhook was told, and what came of it, newest first."""
    return await webhooks.deliveries(runtime, who, webhook_id, page, state=state)


@routes.post("/webhooks/{webhook_id}/test", action=Action.INTEGRATE, cost=5)
async def test_webhook(runtime: AppRuntime, who: Who, webhook_id: PathText) -> DeliveryOut:
    """Send a signed test message now, and say what the receiver answered."""
    return await webhooks.test(runtime, who, webhook_id)


@routes.post("/webhooks/{webhook_id}/rotate", action=Action.INTEGRATE)
async def rotate(runtime: AppRuntime, who: Who, webhook_id: PathText) -> SecretMade:
    """Make a fresh secret, shown this once; for a day both sign."""
    return await webhooks.rotate(runtime, who, webhook_id)


@routes.post("/webhooks/{webhook_id}/enable", action=Action.INTEGRATE)
async def enable(runtime: AppRuntime, who: Who, webhook_id: PathText) -> WebhookOut:
    """Switch a webhook on again."""
    return await webhooks.enable(runtime, who, webhook_id)


@routes.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    action=Action.INTEGRATE,
    status_code=202,
)
async def replay(
    runtime: AppRuntime, who: Who, webhook_id: PathText, delivery_id: PathText
) -> DeliveryOut:
    """Deliver something again, under the same id."""
    return await webhooks.replay(runtime, who, webhook_id, delivery_id)


@routes.post("/incoming", action=Action.INTEGRATE, status_code=201)
async def create_incoming(runtime: AppRuntime, who: Who, body: IncomingIn) -> IncomingMade:
    """Open an address for messages from outside; its secret is shown this once."""
    return await incoming.create(runtime, who, body)


@routes.get("/incoming", action=Action.INTEGRATE)
async def list_incoming(runtime: AppRuntime, who: Who, page: PageQuery) -> Listing[IncomingOut]:
    """List incoming hooks, newest first."""
    return await incoming.listing(runtime, who, page)


@routes.post("/incoming/{hook_id}", action=Action.PUBLIC, status_code=202, cost=2)
async def receive(runtime: AppRuntime, request: Request, hook_id: PathText) -> Received:
    """Take in a message that is signed by Standard Webhooks; copies have no further effect."""
    return await incoming.receive(runtime, hook_id, request.headers, await request.body())


@routes.delete("/incoming/{hook_id}", action=Action.INTEGRATE, status_code=204)
async def remove_incoming(runtime: AppRuntime, who: Who, hook_id: PathText) -> None:
    """Close an address."""
    await incoming.remove(runtime, who, hook_id)


@routes.post("/queues/enqueue", action=Action.INTEGRATE, status_code=202)
async def enqueue(runtime: AppRuntime, who: Who, body: MessageIn) -> MessageOut:
    """Put a message into a queue; it is kept until a webhook or a workflow takes it."""
    return await queues.enqueue(runtime, who, body)


@routes.get("/queues/stats", action=Action.INTEGRATE)
async def queue_stats(runtime: AppRuntime, who: Who) -> Listing[QueueOut]:
    """Show depth, flight and age by queue; administrators see those of jobs, too."""
    return await queues.stats(runtime, who)


@routes.put("/queues/{name}", action=Action.INTEGRATE)
async def bind_queue(runtime: AppRuntime, who: Who, name: PathText, body: BindingIn) -> BindingOut:
    """Let each message of a queue start a workflow; an empty id lets it start none."""
    return await queues.bind(runtime, who, name, body)


@routes.post(
    "/queues/{name}/enqueue", action=Action.INTEGRATE, status_code=202, include_in_schema=False
)
async def enqueue_named(
    runtime: AppRuntime, who: Who, name: PathText, body: NamedMessageIn
) -> MessageOut:
    """Put a message into the queue of this name."""
    return await queues.enqueue_named(runtime, who, name, body)


@routes.get("/queues/{name}/stats", action=Action.INTEGRATE, include_in_schema=False)
async def named_stats(runtime: AppRuntime, who: Who, name: PathText) -> Listing[QueueOut]:
    """Show how the queue of this name stands."""
    return await queues.stats(runtime, who, queue=name)


@routes.post("/backends/register", action=Action.MODELS_MANAGE, status_code=201)
async def register(runtime: AppRuntime, who: Who, body: BackendIn) -> BackendOut:
    """Register a model server; its models are `NAME:MODEL` while it is well."""
    return await backends.register(runtime, who, body)


@routes.get("/backends/stats", action=Action.MODELS_READ)
async def backend_stats(runtime: AppRuntime, page: PageQuery) -> Listing[BackendStatsOut]:
    """Show the registered model servers and how they do."""
    return await backends.stats(runtime, page)


@routes.delete(
    "/backends/{backend_id}", action=Action.MODELS_MANAGE, status_code=204, include_in_schema=False
)
@routes.delete("/backends/unregister/{backend_id}", action=Action.MODELS_MANAGE, status_code=204)
async def unregister(runtime: AppRuntime, who: Who, backend_id: PathText) -> None:
    """Route nothing to a model server any more."""
    await backends.unregister(runtime, who, backend_id)
