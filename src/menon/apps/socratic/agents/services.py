"""The agent that hands things on: repositories, exports, files for editors and containers."""

from typing import Any

from menon.apps.socratic import exporting, git, making, reporting
from menon.apps.socratic.acting import plain, shaped, world
from menon.apps.socratic.codebase_schemas import CommitIn
from menon.core.auth import Action
from menon.core.errors import InvalidInput, NotConfigured
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool

_REMOTE = frozenset({"push", "pull", "clone", "fetch"})


@tool(effect="write")
async def git_operations(
    context: ToolContext,
    project_id: str,
    operation: str,
    message: str | None = None,
    files: dict[str, str | None] | None = None,
) -> dict[str, Any]:
    """Work with a project's repository: init, commit, status, log, branch.

    Args:
        project_id: which project.
        operation: `init`, `commit`, `status`, `log` or `branch`.
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
    world(context, Action.PROJECT_WORK)
    if operation == "init":
        return plain(await git.init(runtime, who, project_id))
    if operation == "commit":
        body = shaped(CommitIn, message=message, files=files)
        return plain(await git.commit(runtime, who, project_id, body))
    raise InvalidInput(
        f"There is no operation {operation[:40]!r}; there are init, commit, status, log, branch."
    )


@tool
async def export_project(
    context: ToolContext,
    project_id: str,
    format: str = "json",  # noqa: A002
) -> dict[str, Any]:
    """Export a project: everything as JSON here, or the address that gives a zip file.

    Args:
        project_id: which project.
        format: `json` or `zip`.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    if format == "json":
        return await exporting.everything(runtime, who, project_id)
    if format == "zip":
        await exporting.everything(runtime, who, project_id)
        place = f"/api/v1/projects/{project_id}/export"
        return {"method": "POST", "href": place, "body": {"format": "zip"}}
    raise InvalidInput(f"There is no format {format[:40]!r}; there are json and zip.")


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
        backup_project,
        generate_summary,
        ide_integration,
        container_setup,
        environment_config,
        deploy_application,
    ),
)
