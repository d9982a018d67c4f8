"""Actions of the agent that asks: what helps people through a session, and what it taught."""

from typing import Any

from menon.apps.socratic.agents.acting import world
from menon.apps.socratic.insights import facilitating
from menon.apps.socratic.sessions import learning
from menon.core.auth import Action
from menon.engine.tools.tool import ToolContext, tool


@tool
async def facilitate_session(context: ToolContext, session_id: str) -> dict[str, Any]:
    """Say who has spoken and who has not, what to talk about next, and with whom.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await facilitating.facilitation(runtime, who, session_id)


@tool
async def extract_insights(context: ToolContext, session_id: str) -> dict[str, Any]:
    """Say what a session has brought: facts by subject with whose they are, themes, doubts.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await facilitating.insights(runtime, who, session_id)


@tool(effect="write")
async def context_aware_questioning(
    context: ToolContext, session_id: str, about: str = "", count: int = 5
) -> dict[str, Any]:
    """Show the questions to come that have most to do with a text, or with the last answers.

    Args:
        session_id: which session.
        about: what you are thinking of.
        count: how many at most.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    wanted = max(1, min(count, 100))
    return await facilitating.questions_about(runtime, who, session_id, about, wanted)


@tool
async def learning_adaptation(context: ToolContext, project_id: str) -> dict[str, Any]:
    """Say which questions a project's sessions taught to ask earlier or later, and why.

    Args:
        project_id: which project; its next session begins with that.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await learning.of_project(runtime, who, project_id)
