"""Pages of approvals: the inbox, and one approval as a fragment of other pages."""

from typing import Annotated, Literal

from fastapi import Form, Request
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.core.web.render import redirect, render
from menon.features.runs import contexts, inbox
from menon.features.runs.approval_schemas import DecisionIn
from menon.features.runs.models import Remember

pages = Routes(tag="approvals", pages=True)

Hash = Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")]


@pages.get("/approvals", action=Action.APPROVE)
async def show_inbox(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """What waits for one's decision, and what was decided lately."""
    return await render(request, "runs/approvals.html", await contexts.inbox_page(runtime, who))


@pages.get("/approvals/{approval_id}", action=Action.APPROVE)
async def show_approval(
    request: Request, runtime: AppRuntime, who: Who, approval_id: PathText
) -> Response:
    """One approval."""
    found = await inbox.get(runtime, who, approval_id)
    return await render(request, "runs/_approval.html", {"approval": contexts.approval(who, found)})


@pages.post("/approvals/{approval_id}", action=Action.APPROVE)
async def decide(  # noqa: PLR0917 - the form's fields
    request: Request,
    runtime: AppRuntime,
    who: Who,
    approval_id: PathText,
    decision: Annotated[Literal["approve", "deny"], Form()],
    args_hash: Hash,
    comment: Annotated[str, Form(max_length=2000)] = "",
    remember: Annotated[Remember | Literal[""], Form()] = "",
) -> Response:
    """Say yes or no."""
    kept = Remember(remember) if remember and decision == "approve" else None
    body = DecisionIn(decision=decision, args_hash=args_hash, comment=comment, remember=kept)
    decided = await inbox.decide(runtime, who, approval_id, body)
    if "hx-request" not in request.headers:
        return redirect(request, "/approvals", flash=("success", f"It is {decided.state.value}."))
    shown = {"approval": contexts.approval(who, decided)}
    card = await render(request, "runs/_approval.html", shown)
    card.headers["HX-Trigger"] = "decided"
    return card


@pages.post("/approvals/{approval_id}/delegate", action=Action.APPROVE)
async def delegate(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    approval_id: PathText,
    user: Annotated[str, Form(min_length=1, max_length=64)],
) -> Response:
    """Let somebody else decide too."""
    given = await inbox.delegate(runtime, who, approval_id, user)
    note = ("success", f"{user} may decide it too.")
    if "hx-request" not in request.headers:
        return redirect(request, "/approvals", flash=note)
    shown = {"approval": contexts.approval(who, given)}
    return await render(request, "runs/_approval.html", shown, toast=note)
