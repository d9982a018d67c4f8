"""Routes of approvals."""

from typing import Annotated, Literal

from fastapi import Query

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.features.runs import inbox
from menon.features.runs.approval_schemas import ApprovalOut, DecisionIn, DelegateIn
from menon.features.runs.models import ApprovalState

routes = Routes(tag="approvals")

Wanted = Annotated[
    ApprovalState | Literal["any"], Query(description="Those that wait, unless it says otherwise.")
]


@routes.get("/approvals", action=Action.APPROVE)
async def list_approvals(
    runtime: AppRuntime, who: Who, page: PageQuery, state: Wanted = ApprovalState.WAITING
) -> Listing[ApprovalOut]:
    """List what waits for your decision, newest first; administrators see everybody's."""
    return await inbox.listing(runtime, who, None if state == "any" else state, page)


@routes.get("/approvals/{approval_id}", action=Action.APPROVE)
async def get_approval(runtime: AppRuntime, who: Who, approval_id: PathText) -> ApprovalOut:
    """Read what a run wants to do, and what was said to it."""
    return await inbox.get(runtime, who, approval_id)


@routes.post("/approvals/{approval_id}", action=Action.APPROVE)
async def decide_approval(
    runtime: AppRuntime, who: Who, approval_id: PathText, body: DecisionIn
) -> ApprovalOut:
    """Approve or deny exactly the arguments with this hash, once; the run goes on."""
    return await inbox.decide(runtime, who, approval_id, body)


@routes.post("/approvals/{approval_id}/delegate", action=Action.APPROVE)
async def delegate_approval(
    runtime: AppRuntime, who: Who, approval_id: PathText, body: DelegateIn
) -> ApprovalOut:
    """Let somebody else decide too."""
    return await inbox.delegate(runtime, who, approval_id, body.user)
