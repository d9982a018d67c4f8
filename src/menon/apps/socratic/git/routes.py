"""Routes of a project's repository, and of its export."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from menon.apps.socratic.git import service as git
from menon.apps.socratic.git.schemas import (
    CommitIn,
    CommitOut,
    DiffOut,
    LogOut,
    StatusOut,
)
from menon.apps.socratic.projects import exporting
from menon.apps.socratic.projects.schemas import ExportIn
from menon.core.auth import Action
from menon.core.http import AppRuntime, PageQuery, PathText, Routes, Who

routes = Routes(tag="git")

Commitish = Annotated[str | None, Query(max_length=200, description="A commit or a branch.")]
Branch = Annotated[str | None, Query(max_length=200, description="The current one by default.")]


@routes.post("/projects/{project_id}/git/init", action=Action.PROJECT_WORK)
async def init_repository(runtime: AppRuntime, who: Who, project_id: PathText) -> CommitOut:
    """Make the repository with a `.gitignore` and a first commit; once made it stays."""
    return await git.init(runtime, who, project_id)


@routes.post("/projects/{project_id}/git/commit", action=Action.PROJECT_WORK)
async def commit_repository(
    runtime: AppRuntime, who: Who, project_id: PathText, body: CommitIn | None = None
) -> CommitOut:
    """Commit what has changed, or the files that are sent; nothing to commit is a success."""
    return await git.commit(runtime, who, project_id, body or CommitIn())


@routes.get("/projects/{project_id}/git/status", action=Action.PROJECT_VIEW)
async def repository_status(runtime: AppRuntime, who: Who, project_id: PathText) -> StatusOut:
    """Say how the files differ from the last commit."""
    return await git.status(runtime, who, project_id)


@routes.get("/projects/{project_id}/git/log", action=Action.PROJECT_VIEW)
async def repository_log(
    runtime: AppRuntime, who: Who, project_id: PathText, page: PageQuery, branch: Branch = None
) -> LogOut:
    """Read the history of a branch, the newest commit first."""
    return await git.log(runtime, who, project_id, branch, page.limit, page.cursor)


@routes.get("/projects/{project_id}/git/diff", action=Action.PROJECT_VIEW)
async def repository_diff(
    runtime: AppRuntime,
    who: Who,
    project_id: PathText,
    before: Commitish = None,
    after: Commitish = None,
) -> DiffOut:
    """See how two commits or branches differ; by default what the last commit changed."""
    return await git.diff(runtime, who, project_id, before, after)


@routes.post("/projects/{project_id}/export", action=Action.PROJECT_WORK, response_class=Response)
async def export_project(
    runtime: AppRuntime, who: Who, project_id: PathText, body: ExportIn | None = None
) -> Response:
    """Export a project as `json`, `zip` (documents and code), `docker` (a context) or `pdf`."""
    return await exporting.export(runtime, who, project_id, body or ExportIn())
