"""Pages of webhooks and incoming hooks."""

from typing import Annotated, Literal

from fastapi import Query, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import redirect, render
from menon.features.integrations import contexts, posting
from menon.features.integrations.forms import IncomingForm, WebhookForm
from menon.features.integrations.service import incoming, switching, webhooks

pages = Routes(tag="integration", pages=True)

Cursor = Annotated[str | None, Query(max_length=500)]
State = Literal["", "pending", "delivered", "dead"]


@pages.get("/webhooks", action=Action.INTEGRATE)
async def list_webhooks(
    request: Request, runtime: AppRuntime, who: Who, cursor: Cursor = None
) -> Response:
    """The webhooks that one may see."""
    context = await contexts.listing(runtime, who, cursor)
    return await render(request, posting.part(request, "index", "_webhooks"), context)


@pages.get("/webhooks/new", action=Action.INTEGRATE)
async def new_webhook(request: Request) -> Response:
    """The form of a new webhook."""
    return await render(request, "integrations/new.html", contexts.form({}))


@pages.post("/webhooks", action=Action.INTEGRATE)
async def subscribe(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Tell an address of events; its secret is shown this once."""
    return await posting.subscribe(request, runtime, who, await read_form(request, WebhookForm))


@pages.get("/webhooks/incoming", action=Action.INTEGRATE)
async def list_incoming(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    cursor: Cursor = None,
    workflow: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The incoming hooks that one may see."""
    context = await contexts.incoming_page(runtime, who, cursor, workflow)
    return await render(request, posting.part(request, "incoming", "_hooks"), context)


@pages.post("/webhooks/incoming", action=Action.INTEGRATE)
async def open_incoming(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Open an address for messages; its secret is shown this once."""
    return await posting.open_hook(request, runtime, who, await read_form(request, IncomingForm))


@pages.post("/webhooks/incoming/{hook_id}/delete", action=Action.INTEGRATE)
async def close_incoming(
    request: Request, runtime: AppRuntime, who: Who, hook_id: PathText
) -> Response:
    """Close an address."""
    await incoming.remove(runtime, who, hook_id)
    return redirect(request, "/webhooks/incoming", flash=("success", "The address is closed."))


@pages.get("/webhooks/{webhook_id}", action=Action.INTEGRATE)
async def show_webhook(  # noqa: PLR0917 - filters
    request: Request,
    runtime: AppRuntime,
    who: Who,
    webhook_id: PathText,
    state: State = "",
    cursor: Cursor = None,
) -> Response:
    """A webhook with its deliveries."""
    context = await contexts.page(runtime, who, webhook_id, state, cursor)
    return await render(request, posting.part(request, "webhook", "_deliveries"), context)


@pages.post("/webhooks/{webhook_id}/test", action=Action.INTEGRATE, cost=5)
async def test_webhook(
    request: Request, runtime: AppRuntime, who: Who, webhook_id: PathText
) -> Response:
    """Send a test message."""
    return await posting.test(request, runtime, who, webhook_id)


@pages.post("/webhooks/{webhook_id}/rotate", action=Action.INTEGRATE)
async def rotate(request: Request, runtime: AppRuntime, who: Who, webhook_id: PathText) -> Response:
    """Make a fresh secret."""
    return await posting.rotate(request, runtime, who, webhook_id)


@pages.post("/webhooks/{webhook_id}/enable", action=Action.INTEGRATE)
async def enable(request: Request, runtime: AppRuntime, who: Who, webhook_id: PathText) -> Response:
    """Switch a webhook on."""
    await webhooks.enable(runtime, who, webhook_id)
    return _back(request, webhook_id, "The webhook is on.")


@pages.post("/webhooks/{webhook_id}/disable", action=Action.INTEGRATE)
async def disable(
    request: Request, runtime: AppRuntime, who: Who, webhook_id: PathText
) -> Response:
    """Switch a webhook off."""
    await switching.disable(runtime, who, webhook_id)
    return _back(request, webhook_id, "The webhook is off.")


@pages.post("/webhooks/{webhook_id}/delete", action=Action.INTEGRATE)
async def unsubscribe(
    request: Request, runtime: AppRuntime, who: Who, webhook_id: PathText
) -> Response:
    """Tell an address nothing any more."""
    await webhooks.unsubscribe(runtime, who, webhook_id)
    return redirect(request, "/webhooks", flash=("success", "The webhook is deleted."))


@pages.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", action=Action.INTEGRATE)
async def replay(
    request: Request, runtime: AppRuntime, who: Who, webhook_id: PathText, delivery_id: PathText
) -> Response:
    """Deliver something again."""
    await webhooks.replay(runtime, who, webhook_id, delivery_id)
    return _back(request, webhook_id, "It is delivered again, under the same id.")


def _back(request: Request, webhook_id: str, note: str) -> Response:
    return redirect(request, f"/webhooks/{webhook_id}", flash=("success", note))
