"""Routes of projects and their teams."""

from typing import Annotated

from fastapi import Query

from menon.apps.socratic.insights import standing
from menon.apps.socratic.models import Phase, ProjectStatus
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects import team
from menon.apps.socratic.projects.schemas import (
    CollaboratorIn,
    CollaboratorOut,
    PhaseIn,
    ProgressOut,
    ProjectIn,
    ProjectOut,
    ProjectPatch,
)
from menon.apps.socratic.queries import ProjectFilter
from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who

routes = Routes(tag="projects")

Words = Annotated[str, Query(max_length=100, description="Words in the name.")]


@routes.get("/projects", action=Action.PROJECT_VIEW)
async def list_projects(  # noqa: PLR0917 - what a list can be asked for
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    status: ProjectStatus | None = None,
    phase: Phase | None = None,
    q: Words = "",
) -> Listing[ProjectOut]:
    """List your projects, newest first; archived ones are shown where `status` asks for them."""
    wanted = ProjectFilter(status=status, phase=phase, words=q)
    return await projects.listing(runtime, who, wanted, page)


@routes.post("/projects", action=Action.PROJECT_WORK, status_code=201)
async def create_project(runtime: AppRuntime, who: Who, body: ProjectIn) -> ProjectOut:
    """Begin a project."""
    return await projects.create(runtime, who, body)


@routes.get("/projects/{project_id}", action=Action.PROJECT_VIEW)
async def get_project(runtime: AppRuntime, who: Who, project_id: PathText) -> ProjectOut:
    """Read a project."""
    return await projects.get(runtime, who, project_id)


@routes.put("/projects/{project_id}", action=Action.PROJECT_WORK)
async def update_project(
    runtime: AppRuntime, who: Who, project_id: PathText, body: ProjectPatch
) -> ProjectOut:
    """Change a project; what is left out stays."""
    return await projects.update(runtime, who, project_id, body)


@routes.delete("/projects/{project_id}", action=Action.PROJECT_WORK)
async def archive_project(runtime: AppRuntime, who: Who, project_id: PathText) -> ProjectOut:
    """Archive a project; it can still be read, and taken up again."""
    return await projects.archive(runtime, who, project_id)


@routes.put("/projects/{project_id}/phase", action=Action.PROJECT_LEAD)
async def set_phase(
    runtime: AppRuntime, who: Who, project_id: PathText, body: PhaseIn
) -> ProjectOut:
    """Say which phase a project has come to."""
    return await projects.set_phase(runtime, who, project_id, body.phase)


@routes.get("/projects/{project_id}/progress", action=Action.PROJECT_VIEW)
async def get_progress(runtime: AppRuntime, who: Who, project_id: PathText) -> ProgressOut:
    """Say how far a project has come, by what exists in it."""
    return await standing.progress(runtime, who, project_id)


@routes.get("/projects/{project_id}/collaborators", action=Action.PROJECT_VIEW)
async def list_collaborators(
    runtime: AppRuntime, who: Who, project_id: PathText, page: PageQuery
) -> Listing[CollaboratorOut]:
    """List those who work in a project, its owner first."""
    return await team.listing(runtime, who, project_id, page)


@routes.post("/projects/{project_id}/collaborators", action=Action.PROJECT_LEAD, status_code=201)
async def invite_collaborator(
    runtime: AppRuntime, who: Who, project_id: PathText, body: CollaboratorIn
) -> CollaboratorOut:
    """Let somebody work in a project, or change what they are in it."""
    return await team.invite(runtime, who, project_id, body)


@routes.delete(
    "/projects/{project_id}/collaborators/{username}",
    action=Action.PROJECT_LEAD,
    status_code=204,
)
async def remove_collaborator(
    runtime: AppRuntime, who: Who, project_id: PathText, username: PathText
) -> None:
    """Let somebody work in a project no more."""
    await team.remove(runtime, who, project_id, username)
