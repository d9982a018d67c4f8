"""The agent that asks: sessions, questions, answers, contradictions."""

from typing import Any

from menon.apps.socratic.agents.acting import plain, shaped, world
from menon.apps.socratic.agents.guiding import (
    context_aware_questioning,
    extract_insights,
    facilitate_session,
    learning_adaptation,
)
from menon.apps.socratic.agreements import deciding, detecting
from menon.apps.socratic.agreements.schemas import DetectIn, ResolveIn
from menon.apps.socratic.insights import reviewing
from menon.apps.socratic.sessions import answering, course
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.rows import SessionFilter
from menon.apps.socratic.sessions.schemas import GenerateIn, ResponseIn, SessionIn, StateIn
from menon.core.auth import Action
from menon.core.http import Page
from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool

_MOST = 200


@tool(effect="write")
async def start_session(
    context: ToolContext,
    project_id: str,
    questioning_mode: str | None = None,
    active_roles: list[str] | None = None,
    mode: str | None = None,
) -> dict[str, Any]:
    """Begin to ask about a project; answers its first question too.

    Args:
        project_id: which project.
        questioning_mode: `dynamic`, `sequential` or `custom`.
        active_roles: who asks; the mode's own roles where nobody is named.
        mode: the same as `questioning_mode`.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    wanted = questioning_mode or mode
    body = shaped(SessionIn, project_id=project_id, mode=wanted, active_roles=active_roles)
    return plain(await sessions.begin(runtime, who, body))


@tool
async def get_questions(context: ToolContext, session_id: str) -> dict[str, Any]:
    """List a session's questions with their answers, and the one that waits.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    listed = await sessions.questions(runtime, who, session_id, Page(_MOST))
    waiting = await sessions.following(runtime, who, session_id)
    return {
        "session_id": session_id,
        "questions": [plain(one) for one in listed.items],
        "next_question": plain(waiting)["question"],
    }


@tool(effect="write")
async def submit_response(
    context: ToolContext,
    session_id: str,
    response_text: str,
    question_id: str | None = None,
    confidence_level: int | None = None,
) -> dict[str, Any]:
    """Answer a question; says what was read, what contradicts, and what comes next.

    Args:
        session_id: which session.
        response_text: the answer, in your words.
        question_id: which question; the one that waits by default.
        confidence_level: how sure you are, 1 to 5.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    body = shaped(
        ResponseIn,
        response_text=response_text,
        question_id=question_id,
        confidence_level=confidence_level,
    )
    return plain(await answering.respond(runtime, who, session_id, body))


@tool(effect="write")
async def generate_questions(
    context: ToolContext, session_id: str, count: int | None = None, role: str | None = None
) -> dict[str, Any]:
    """Show the questions that are still to come; each can be answered by its id.

    Args:
        session_id: which session.
        count: how many at most.
        role: only this role's.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    body = shaped(GenerateIn, count=count, role=role)
    return plain(await course.generate(runtime, who, session_id, body))


@tool(effect="write")
async def role_based_questioning(
    context: ToolContext, session_id: str, role: str
) -> dict[str, Any]:
    """Show the questions of one role that are still to come.

    Args:
        session_id: which session.
        role: such as `developer`.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    body = shaped(GenerateIn, role=role)
    return plain(await course.generate(runtime, who, session_id, body))


@tool
async def analyze_responses(context: ToolContext, session_id: str) -> dict[str, Any]:
    """Say what was read from a session's answers, what was not, and how sure people were.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reviewing.responses(runtime, who, session_id)


@tool
async def suggest_improvements(context: ToolContext, session_id: str) -> dict[str, Any]:
    """Say what would make a session's specification better, the most useful first.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reviewing.improvements(runtime, who, session_id)


@tool
async def detect_conflicts(
    context: ToolContext,
    session_id: str | None = None,
    statements: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Find contradictions among a session's answers, or among statements.

    Args:
        session_id: whose answers.
        statements: `{id, role, text}` each, where they stand in no session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    if session_id is None:
        body = shaped(DetectIn, statements=statements or [])
        return plain(await detecting.detect(runtime, who, body))
    found = await sessions.conflicts(runtime, who, session_id, Page(_MOST))
    return {"session_id": session_id, "conflicts": [plain(one) for one in found.items]}


@tool(effect="write")
async def conflict_mediation(
    context: ToolContext,
    conflict_id: str,
    resolution: str | None = None,
    reason: str | None = None,
    waive: bool | None = None,
) -> dict[str, Any]:
    """Resolve a conflict by one of its proposals or in your words, or waive it with a reason.

    Args:
        conflict_id: which conflict.
        resolution: the id of a proposal.
        reason: how it is solved, or why it is accepted.
        waive: accept the contradiction.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    body = shaped(ResolveIn, resolution=resolution, reason=reason, waive=waive)
    return plain(await deciding.decide(runtime, who, conflict_id, body))


@tool(effect="write")
async def manage_session(
    context: ToolContext, session_id: str, action: str | None = None, status: str | None = None
) -> dict[str, Any]:
    """Pause a session, let it go on, or complete it.

    Args:
        session_id: which session.
        action: `pause`, `resume` or `complete`.
        status: the same as a status: `paused`, `active` or `completed`.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    wanted = shaped(StateIn, action=action, status=status).wanted
    return plain(await course.set_status(runtime, who, session_id, wanted))


@tool(effect="write")
async def resume_session(context: ToolContext, session_id: str) -> dict[str, Any]:
    """Let a paused session go on.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_WORK)
    wanted = shaped(StateIn, action="resume").wanted
    await course.set_status(runtime, who, session_id, wanted)
    return plain(await sessions.get(runtime, who, session_id))


@tool
async def session_guidance(context: ToolContext, session_id: str) -> dict[str, Any]:
    """Say where a session stands and what to do next in it.

    Args:
        session_id: which session.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    return await reviewing.guidance(runtime, who, session_id)


@tool
async def get_user_sessions(context: ToolContext, project_id: str | None = None) -> dict[str, Any]:
    """List the sessions of your projects, newest first.

    Args:
        project_id: only of this project.
    """
    runtime, who = world(context, Action.PROJECT_VIEW)
    wanted = SessionFilter(project_id=project_id)
    found = await sessions.listing(runtime, who, wanted, Page(_MOST))
    return {"sessions": [plain(one) for one in found.items]}


agent = AgentSpec(
    id="socratic_counselor",
    name="Socratic counselor",
    description="Asks good questions, reads answers, and finds what contradicts.",
    actions=(
        start_session,
        get_questions,
        submit_response,
        generate_questions,
        role_based_questioning,
        analyze_responses,
        suggest_improvements,
        detect_conflicts,
        conflict_mediation,
        manage_session,
        resume_session,
        session_guidance,
        get_user_sessions,
        facilitate_session,
        extract_insights,
        context_aware_questioning,
        learning_adaptation,
    ),
    priority=1,
)
