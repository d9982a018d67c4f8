"""The agent that hands things on: repositories, exports, files for editors and containers."""

import base64
import hashlib
from typing import Any

from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.codebases import making, syncing
from menon.apps.socratic.git import service as git
from menon.apps.socratic.git.schemas import CommitIn
from menon.apps.socratic.insights import reporting
from menon.apps.socratic.projects import exporting
from menon.apps.socratic.projects.schemas import ExportIn
from menon.core.auth import Action
from menon.core.errors import InvalidInput, NotConfigured
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool

_SMALL = 1_000_000
_REMOTE = frozenset({"push", "pull", "clone", "fetch"})


@tool(effect="write")
async def git_operations(
    context: ToolContext,
    project_id: str,
    operation: str,
    message: str | None = None,
    files: dict[str, str | None] | None = None,
    before: str | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """Work with a project's repository: init, commit, status, log, branch, diff.

    Args:
        project_id: which project.
        operation: `init`, `commit`, `status`, `log`, `branch` or `diff`.
        before: a commit or branch that is compared; the one before by default.
        after: with which; the last commit by default.
        message: of a commit.
        files: contents by path that a commit writes before; null takes a file away.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    if operation in _REMOTE:
        raise NotConfigured(
            f"No remote repository is configured for {operation!r}; download the project, or"
            " clone the folder of its repository on the server."
        )
    if operation == "status":
        return plain(await git.status(runtime, who, project_id))
    if operation in {"log", "branch"}:
        return plain(await git.log(runtime, who, project_id, None, 50))
    if operation == "diff":
        return plain(await git.diff(runtime, who, project_id, before, after))
    world(context, Action.PROJECT_WORK)
    if operation == "init":
        return plain(await git.init(runtime, who, project_id))
    if operation == "commit":
        body = shaped(CommitIn, message=message, files=files)
        return plain(await git.commit(runtime, who, project_id, body))
    raise InvalidInput(
        f"There is no operation {operation[:40]!r}; there are init, commit, status, log,"
        " branch, diff."
    )


@tool
async def export_project(
    context: ToolContext,
    project_id: str,
    format: str = "json",  # noqa: A002
    include_content: bool = False,
) -> dict[str, Any]:
    """Export a project: everything as JSON here, or a file with its digest and its address.

    Args:
        project_id: which project.
        format: `json`, `zip`, `docker` (a context that `docker build -` takes) or `pdf`.
        include_content: give the file here too, in base64, where it has at most 1 MB.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    if format == "json":
        return await exporting.everything(runtime, who, project_id)
    wanted = shaped(ExportIn, format=format).format
    made = await exporting.exported(runtime, who, project_id, wanted)
    small = include_content and len(made.content) <= _SMALL
    return {
        "project_id": project_id,
        "format": wanted,
        "filename": made.filename,
        "media_type": made.media_type,
        "size_bytes": len(made.content),
        "sha256": hashlib.sha256(made.content).hexdigest(),
        "method": "POST",
        "href": f"/api/v1/projects/{project_id}/export",
        "body": {"format": wanted},
        "content": base64.b64encode(made.content).decode() if small else None,
    }


@tool(effect="write")
async def sync_files(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Have a project's newest codebase hold what people changed in its repository since.

    Args:
        project_id: which project; changes that were not committed are committed.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    return await syncing.sync(runtime, who, project_id)


@tool
async def backup_project(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Give everything that a project holds but its code, to be kept elsewhere.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    return await exporting.everything(runtime, who, project_id)


@tool
async def generate_summary(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Sum a project up in Markdown.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reporting.report(runtime, who, project_id)


@tool
async def ide_integration(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Give the files by which editors open a codebase: settings, tasks, development container.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await making.files_like(runtime, who, codebase_id, making.EDITOR)


@tool
async def container_setup(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Give the files by which a codebase is built into a container and run.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await making.files_like(runtime, who, codebase_id, making.DEPLOYMENT)


@tool
async def environment_config(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Give the settings that a codebase reads, with their defaults.

    Args:
        codebase_id: which codebase.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await making.files_like(runtime, who, codebase_id, making.SETTINGS)


@tool
async def deploy_application(context: ToolContext, codebase_id: str) -> dict[str, Any]:
    """Run a codebase somewhere; wants a target that is configured.

    Args:
        codebase_id: which codebase.
    """
    world(context, Action.PROJECT_WORK)
    raise NotConfigured(
        f"No place is configured where {codebase_id!r} could run; download it and use its"
        " Dockerfile, or ask `container_setup` for the files."
    )


agent = AgentSpec(
    id="services",
    name="Services",
    description="Hands things on: repositories, exports, files for editors and containers.",
    actions=(
        git_operations,
        export_project,
        sync_files,
        backup_project,
        generate_summary,
        ide_integration,
        container_setup,
        environment_config,
        deploy_application,
    ),
)
