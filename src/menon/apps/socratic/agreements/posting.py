"""What the forms of specifications and their contradictions do."""

from fastapi import Request
from starlette.responses import Response

from menon.apps.socratic.agreements import contexts, deciding, intake
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.forms import ApprovalForm, ModelForm
from menon.apps.socratic.agreements.schemas import ResolveIn
from menon.core.auth import Principal
from menon.core.errors import Conflict, InvalidInput
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render


async def bring(
    request: Request, runtime: Runtime, who: Principal, project_id: str, form: Form[ModelForm]
) -> Response:
    """Keep a specification that somebody pasted, JSON or JDL, and show it."""
    sent = await form.send(lambda body: intake.take_text(runtime, who, project_id, body.text))
    if sent.result is None:
        said = sent.error or " ".join(list(dict.fromkeys(sent.errors.values()))[:3])
        text = str(form.values.get("text", ""))
        context = {"text": text, "error": said[:1000], "project": {"id": project_id}}
        return await render(request, "studio/_model_form.html", context, status=422)
    return redirect(request, f"/specifications/{sent.result.id}")


async def approve(
    request: Request, runtime: Runtime, who: Principal, spec_id: str, form: Form[ApprovalForm]
) -> Response:
    """Approve a version, or show what keeps it from that."""
    before = await contexts.specification(runtime, who, spec_id, "")
    opened = [one["id"] for one in before["conflicts"]]
    sent = await form.send(
        lambda body: agreements.approve(runtime, who, spec_id, body.approval(opened))
    )
    place = f"/specifications/{spec_id}"
    if sent.result is None:
        said = sent.error or " ".join(list(dict.fromkeys(sent.errors.values()))[:3])
        return redirect(request, place, flash=("danger", said[:300]))
    note = f"Version {sent.result.version} is approved; code can be made of it."
    return redirect(request, place, flash=("success", note))


async def resolve(
    request: Request, runtime: Runtime, who: Principal, conflict_id: str, back: str
) -> Response:
    """Resolve or waive a conflict and show where it stood."""
    sent = await request.form()
    body = ResolveIn(
        resolution=str(sent.get("resolution", ""))[:200],
        reason=str(sent.get("reason", ""))[:2000],
        waive=sent.get("waive") == "on",
    )
    try:
        decided = await deciding.decide(runtime, who, conflict_id, body)
    except (InvalidInput, Conflict) as error:
        return redirect(request, back, flash=("danger", error.detail))
    return redirect(request, back, flash=("success", f"The conflict is {decided.state}."))
