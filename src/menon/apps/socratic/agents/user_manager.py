"""The agent that keeps users and what they may do."""

from typing import Any

from menon.apps.socratic import queries
from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.insights import activity
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects import team
from menon.apps.socratic.projects.schemas import CollaboratorIn
from menon.core.auth import Action, authorize, reach
from menon.core.http import Page
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import LoginIn, ProfileIn, RolesIn, UserIn


@tool(effect="write")
async def create_user(
    context: ToolContext,
    username: str,
    password: str,
    email: str | None = None,
    roles: list[str] | None = None,
) -> dict[str, Any]:
    """Make an account; for administrators.

    Args:
        username: how they sign in.
        password: 8 characters or more, upper, lower, digit, special.
        email: where they are reached.
        roles: what they are in the whole system.
    """
    runtime, who = world(context, Action.ADMIN)
    body = shaped(UserIn, username=username, password=password, email=email, roles=roles)
    return plain(await accounts.create_user(runtime, body, who=who))


@tool(effect="write")
async def authenticate_user(context: ToolContext, username: str, password: str) -> dict[str, Any]:
    """Say whether a password is somebody's, under the limits of signing in; no token is given.

    Args:
        username: who.
        password: what they say.
    """
    runtime, who = world(context, Action.ADMIN)
    body = shaped(LoginIn, username=username, password=password)
    signed = await accounts.login(runtime, body, address="agent")
    await accounts.logout(runtime, who, refresh_token=signed.refresh_token)
    return {"authenticated": True, "username": username}


@tool
async def list_users(context: ToolContext, words: str = "") -> dict[str, Any]:
    """List users; for administrators.

    Args:
        words: a part of their name or address.
    """
    runtime, _ = world(context, Action.ADMIN)
    found = await accounts.list_users(runtime, Page(200), words=words)
    return {"users": [plain(one) for one in found.items]}


@tool
async def get_user_info(context: ToolContext, user_id: str | None = None) -> dict[str, Any]:
    """Read an account, your own by default; others' for administrators.

    Args:
        user_id: whose.
    """
    runtime, who = world(context, Action.PROFILE)
    if user_id is not None and user_id != who.user_id:
        authorize(who, Action.ADMIN)
    return plain(await accounts.get_user(runtime, user_id or who.user_id))


@tool(effect="write")
async def update_profile(
    context: ToolContext, name: str | None = None, email: str | None = None
) -> dict[str, Any]:
    """Change how you are called, or your address.

    Args:
        name: how you want to be called.
        email: where you are reached.
    """
    runtime, who = world(context, Action.PROFILE)
    body = shaped(ProfileIn, name=name, email=email)
    return plain(await accounts.update_profile(runtime, who, body))


@tool(effect="write")
async def manage_roles(context: ToolContext, user_id: str, roles: list[str]) -> dict[str, Any]:
    """Set what somebody is in the whole system; for administrators.

    Args:
        user_id: who.
        roles: all of their roles.
    """
    runtime, who = world(context, Action.ADMIN)
    body = shaped(RolesIn, roles=roles)
    return plain(await accounts.set_roles(runtime, who, user_id, body))


@tool(effect="write")
async def deactivate_user(context: ToolContext, user_id: str) -> dict[str, Any]:
    """Let somebody sign in no more; for administrators.

    Args:
        user_id: who.
    """
    runtime, who = world(context, Action.ADMIN)
    await accounts.deactivate_user(runtime, who, user_id)
    return {"user_id": user_id, "is_active": False}


@tool(effect="write")
async def assign_permissions(
    context: ToolContext,
    project_id: str,
    username: str,
    role: str | None = None,
    permissions: list[str] | None = None,
) -> dict[str, Any]:
    """Say what somebody may do in a project.

    Args:
        project_id: which project.
        username: who.
        role: `owner`, `collaborator`, `reviewer` or `guest`.
        permissions: `read`, `answer`, `edit`, `lead` besides those of the role.
    """
    runtime, who = world(context, Action.PROJECT_LEAD)
    body = shaped(CollaboratorIn, username=username, role=role, permissions=permissions)
    return plain(await team.invite(runtime, who, project_id, body))


@tool
async def check_permissions(context: ToolContext, project_id: str | None = None) -> dict[str, Any]:
    """Say what you may do here, and in a project.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROFILE)
    rights = {action.value: reach(who, action).name.lower() for action in Action}
    if project_id is None:
        return {"rights": rights}
    access = await runtime.db.read(queries.access, who, project_id)
    found = await projects.get(runtime, who, project_id)
    granted = [right.value for right in queries.Right if access.may(right)]
    return {"rights": rights, "project": {"role": found.role, "rights": granted}}


@tool
async def team_management(context: ToolContext, project_id: str) -> dict[str, Any]:
    """List those who work in a project and what they may do there.

    Args:
        project_id: which project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    found = await team.listing(runtime, who, project_id, Page(200))
    return {"team": [plain(one) for one in found.items]}


@tool
async def track_activity(
    context: ToolContext, user_id: str | None = None, days: int = 30
) -> dict[str, Any]:
    """Say what somebody did of late: yourself, or others for administrators.

    Args:
        user_id: who.
        days: how many days back, 1 to 366.
    """
    runtime, who = world(context, Action.PROFILE)
    if user_id is not None and user_id != who.user_id:
        authorize(who, Action.ADMIN)
    return await activity.of_user(runtime, user_id or who.user_id, max(1, min(days, 366)))


agent = AgentSpec(
    id="user_manager",
    name="User manager",
    description="Keeps users, and what they may do.",
    actions=(
        create_user,
        authenticate_user,
        list_users,
        get_user_info,
        update_profile,
        manage_roles,
        deactivate_user,
        assign_permissions,
        check_permissions,
        team_management,
        track_activity,
    ),
)
