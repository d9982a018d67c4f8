"""Routes of specifications and conflicts."""

from typing import Annotated, Any

from fastapi import Query, Request

from menon.apps.socratic.agreements import deciding, detecting, findings, intake, rendering
from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.models import ConflictState
from menon.apps.socratic.agreements.schemas import (
    ApproveIn,
    ComparedOut,
    ConflictOut,
    DetectedOut,
    DetectIn,
    ResolveIn,
    SpecificationOut,
    SpecificationRow,
)
from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who

routes = Routes(tag="specifications")

Note = Annotated[str, Query(max_length=500, description="What is new in this version.")]
Format = Annotated[str, Query(max_length=30, description="`json`, or the name of a document.")]
Before = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="The version before by default.")
]


@routes.get("/projects/{project_id}/specifications", action=Action.PROJECT_VIEW)
async def list_specifications(
    runtime: AppRuntime, who: Who, project_id: PathText, page: PageQuery
) -> Listing[SpecificationRow]:
    """List the versions of a project's specification, newest first."""
    return await agreements.listing(runtime, who, project_id, page)


@routes.post(
    "/projects/{project_id}/specifications",
    action=Action.PROJECT_WORK,
    status_code=201,
    openapi_extra=intake.BODY,
)
async def create_specification(
    request: Request, runtime: AppRuntime, who: Who, project_id: PathText, note: Note = ""
) -> SpecificationOut:
    """Keep a specification as the next version; `application/json`, or JDL as `text/x-jdl`."""
    return await intake.take_in(runtime, who, project_id, request, note)


@routes.get(
    "/specifications/{spec_id}", action=Action.PROJECT_VIEW, response_model=SpecificationOut
)
async def get_specification(
    runtime: AppRuntime,
    who: Who,
    spec_id: PathText,
    format: Format = "json",  # noqa: A002
) -> Any:
    """Read a version, as JSON or as a document."""
    return await rendering.get(runtime, who, spec_id, format)


@routes.get("/specifications/{spec_id}/diff", action=Action.PROJECT_VIEW)
async def compare_specification(
    runtime: AppRuntime, who: Who, spec_id: PathText, before: Before = None
) -> ComparedOut:
    """Say what changed since an earlier version."""
    return await agreements.compare(runtime, who, spec_id, before)


@routes.post("/specifications/{spec_id}/approve", action=Action.PROJECT_LEAD)
async def approve_specification(
    runtime: AppRuntime, who: Who, spec_id: PathText, body: ApproveIn | None = None
) -> SpecificationOut:
    """Agree to a version; open hard conflicts block it unless they are waived with a reason."""
    return await agreements.approve(runtime, who, spec_id, body or ApproveIn())


@routes.get("/projects/{project_id}/conflicts", action=Action.PROJECT_VIEW)
async def list_conflicts(
    runtime: AppRuntime,
    who: Who,
    project_id: PathText,
    page: PageQuery,
    state: ConflictState | None = None,
) -> Listing[ConflictOut]:
    """List the conflicts of a project, newest first."""
    return await findings.of_project(runtime, who, project_id, page, state=state)


@routes.post("/conflicts/detect", action=Action.PROJECT_VIEW)
async def detect_conflicts(runtime: AppRuntime, who: Who, body: DetectIn) -> DetectedOut:
    """Find contradictions among statements that were written anywhere; nothing is kept."""
    return await detecting.detect(runtime, who, body)


@routes.post("/conflicts/{conflict_id}/resolve", action=Action.PROJECT_WORK)
async def resolve_conflict(
    runtime: AppRuntime, who: Who, conflict_id: PathText, body: ResolveIn
) -> ConflictOut:
    """Resolve a conflict by a proposal or in your words, or waive it with a reason."""
    return await deciding.decide(runtime, who, conflict_id, body)
