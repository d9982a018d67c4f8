"""The agent that keeps projects: their state, their team, their plan."""

from typing import Any

from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.insights import allocating, planning, reporting, reviewing, standing
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects import team
from menon.apps.socratic.projects.schemas import CollaboratorIn, ProjectIn, ProjectPatch
from menon.core.auth import Action
from menon.core.errors import InvalidInput
from menon.core.http import Page
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool


@tool(effect="write")
async def create_project(
    context: ToolContext,
    name: str,
    description: str | None = None,
    technology_preferences: list[str] | dict[str, str] | None = None,
) -> dict[str, Any]:
    """Begin a project.

    Args:
        name: 2 to 100 letters, digits, blanks, `-` and `_`.
        description: what it is for.
        technology_preferences: a list, or names by area.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    body = shaped(
        ProjectIn,
        name=name,
        description=description,
        technology_preferences=technology_preferences,
    )
    return plain(await projects.create(runtime, who, body))


@tool
async def get_project(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Read a project.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return plain(await projects.get(runtime, who, project_id))


@tool
async def get_capabilities(_context: ToolContext) -> dict[str, Any]:
    """Say what this agent can do."""
    return {"agent_id": agent.id, "capabilities": list(agent.can())}


@tool(effect="write")
async def update_project(
    context: ToolContext,
    project_id: str,
    name: str | None = None,
    description: str | None = None,
    technology_preferences: list[str] | dict[str, str] | None = None,
    status: str | None = None,
) -> dict[str, Any]:
    """Change a project; what is left out stays.

    Args:
        project_id: which project.
        name: another name.
        description: another description.
        technology_preferences: other preferences.
        status: `active`, `paused`, `completed` or `archived`.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    patch = shaped(
        ProjectPatch,
        name=name,
        description=description,
        technology_preferences=technology_preferences,
        status=status,
    )
    return plain(await projects.update(runtime, who, project_id, patch))


@tool(effect="write")
async def archive_project(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Put a project away.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    return plain(await projects.archive(runtime, who, project_id))


@tool
async def track_progress(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say how far a project has come, by what exists in it.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return plain(await standing.progress(runtime, who, project_id))


@tool(effect="write")
async def manage_collaborators(
    context: ToolContext,
    project_id: str,
    operation: str = "list",
    username: str | None = None,
    role: str | None = None,
) -> dict[str, Any]:
    """List, invite or remove those who work in a project.

    Args:
        project_id: which project.
        operation: `list`, `invite` or `remove`.
        username: who is invited or removed.
        role: `owner`, `collaborator`, `reviewer` or `guest`.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    if operation == "list":
        listed = await team.listing(runtime, who, project_id, Page(200))
        return {"collaborators": [plain(one) for one in listed.items]}
    world(context, Action.PROJECT_LEAD)
    if operation == "invite":
        body = shaped(CollaboratorIn, username=username, role=role)
        return plain(await team.invite(runtime, who, project_id, body))
    if operation == "remove":
        await team.remove(runtime, who, project_id, username or "")
        return {"removed": username}
    raise InvalidInput(f"There is no operation {operation!r}; there are list, invite, remove.")


@tool
async def generate_reports(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Write a report of a project in Markdown: progress, risks, decisions, what is next.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reporting.report(runtime, who, project_id)


@tool
async def risk_assessment(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say what may go wrong with a project, the gravest first.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reviewing.risks(runtime, who, project_id)


@tool
async def manage_modules(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Group a specification's requirements into modules by what they are about.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return planning.modules(await planning.needed(runtime, who, project_id))


@tool
async def timeline_management(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Lay a specification's milestones one after another, against its deadline.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return planning.timeline(await planning.needed(runtime, who, project_id))


@tool
async def assign_tasks(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Propose who of the team does which requirement, in an order that keeps dependencies.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    spec = await planning.needed(runtime, who, project_id)
    people = await team.listing(runtime, who, project_id, Page(200))
    able = [one.username for one in people.items if "edit" in one.rights]
    return planning.assignments(spec, able)


@tool
async def resource_allocation(
    context: ToolContext, project_id: str, team_size: int | None = None
) -> dict[str, Any]:
    """Lay a specification's work on the people of a project: days, load, money, whether it fits.

    Args:
        project_id: which project.
        team_size: how many people there are; those who may edit it by default.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    spec = await planning.needed(runtime, who, project_id)
    people = await team.listing(runtime, who, project_id, Page(200))
    able = [one.username for one in people.items if "edit" in one.rights]
    size = None if team_size is None else max(1, min(team_size, 10_000))
    return {"project_id": project_id, **allocating.allocation(spec, able, size)}


agent = AgentSpec(
    id="project_manager",
    name="Project manager",
    description="Keeps projects: their state, their team, their plan.",
    actions=(
        create_project,
        get_project,
        get_capabilities,
        update_project,
        archive_project,
        track_progress,
        manage_collaborators,
        generate_reports,
        risk_assessment,
        manage_modules,
        timeline_management,
        assign_tasks,
        resource_allocation,
    ),
    priority=1,
)
