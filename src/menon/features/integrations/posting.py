"""What the forms of webhooks and incoming hooks do."""

from fastapi import Request
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.integrations import contexts
from menon.features.integrations.forms import IncomingForm, WebhookForm
from menon.features.integrations.service import incoming, webhooks


def part(request: Request, page: str, fragment: str) -> str:
    """The template to answer with: a fragment for htmx, the page for everybody else."""
    name = fragment if "hx-request" in request.headers else page
    return f"integrations/{name}.html"


async def subscribe(
    request: Request, runtime: Runtime, who: Principal, form: Form[WebhookForm]
) -> Response:
    """Make a webhook and show its secret, or the form again with what is wrong."""
    sent = await form.send(lambda body: webhooks.subscribe(runtime, who, body.new()))
    if sent.result is None:
        context = contexts.form(form.values, sent.errors, sent.error)
        return await render(request, part(request, "new", "_form"), context, status=422)
    text = "Every delivery is signed with this secret. It is shown this once: keep it now."
    place = f"/webhooks/{sent.result.id}"
    shown = contexts.secret("The webhook is made", text, sent.result.secret, place)
    return await render(request, part(request, "secret", "_secret"), shown, status=201)


async def rotate(request: Request, runtime: Runtime, who: Principal, webhook_id: str) -> Response:
    """Make a fresh secret and show it."""
    made = await webhooks.rotate(runtime, who, webhook_id)
    until = made.previous_until.strftime("%-d %b, %H:%M UTC")
    text = f"Until {until} deliveries are signed by the old secret as well. It is shown this once."
    shown = contexts.secret("A new secret", text, made.secret, f"/webhooks/{webhook_id}")
    return await render(request, part(request, "secret", "_secret"), shown)


async def test(request: Request, runtime: Runtime, who: Principal, webhook_id: str) -> Response:
    """Send a test message and say what the receiver answered."""
    sent = await webhooks.test(runtime, who, webhook_id)
    place = f"/webhooks/{webhook_id}"
    if sent.state == "delivered":
        note = f"The receiver took the test message (status {sent.status})."
        return redirect(request, place, flash=("success", note))
    note = f"The test message did not arrive. {sent.error}".strip()
    return redirect(request, place, flash=("danger", note))


async def open_hook(
    request: Request, runtime: Runtime, who: Principal, form: Form[IncomingForm]
) -> Response:
    """Open an address for messages and show its secret, or the form again."""
    sent = await form.send(lambda body: incoming.create(runtime, who, body.new()))
    if sent.result is None:
        whole = await contexts.incoming_page(
            runtime, who, None, "", sent=(form.values, sent.errors, sent.error)
        )
        template = part(request, "incoming", "_incoming_form")
        return await render(request, template, whole, status=422)
    text = "Messages must be signed with this secret, by Standard Webhooks. It is shown this once."
    address = contexts.address(runtime, sent.result.url)
    shown = contexts.secret(
        "The address is open", text, sent.result.secret, "/webhooks/incoming", address
    )
    return await render(request, part(request, "secret", "_secret"), shown, status=201)
