"""Routes of questioning."""

from typing import Annotated

from fastapi import Query

from menon.apps.socratic.agreements.schemas import ConflictOut, SpecificationOut
from menon.apps.socratic.sessions import answering, course
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.models import SessionStatus
from menon.apps.socratic.sessions.rows import SessionFilter
from menon.apps.socratic.sessions.schemas import (
    AnswerOut,
    GeneratedOut,
    GenerateIn,
    NextOut,
    QuestionOut,
    ResponseIn,
    SessionIn,
    SessionOut,
    StateIn,
    StatusOut,
)
from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who

routes = Routes(tag="questioning")

ProjectId = Annotated[str | None, Query(max_length=200)]


@routes.get("/sessions", action=Action.PROJECT_VIEW)
async def list_sessions(
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    project_id: ProjectId = None,
    status: SessionStatus | None = None,
) -> Listing[SessionOut]:
    """List the sessions of your projects, newest first."""
    wanted = SessionFilter(project_id=project_id, status=status)
    return await sessions.listing(runtime, who, wanted, page)


@routes.post("/sessions", action=Action.PROJECT_WORK, status_code=201)
async def start_session(runtime: AppRuntime, who: Who, body: SessionIn) -> SessionOut:
    """Begin to ask about a project; answers its first question too."""
    return await sessions.begin(runtime, who, body)


@routes.get("/sessions/{session_id}", action=Action.PROJECT_VIEW)
async def get_session(runtime: AppRuntime, who: Who, session_id: PathText) -> SessionOut:
    """Read a session with the question that waits."""
    return await sessions.get(runtime, who, session_id)


@routes.get("/sessions/{session_id}/status", action=Action.PROJECT_VIEW)
async def get_session_status(runtime: AppRuntime, who: Who, session_id: PathText) -> StatusOut:
    """Say how far a session is."""
    return await sessions.status(runtime, who, session_id)


@routes.put("/sessions/{session_id}/status", action=Action.PROJECT_WORK)
async def set_session_status(
    runtime: AppRuntime, who: Who, session_id: PathText, body: StateIn
) -> StatusOut:
    """Pause a session, let it go on, or complete it; what nobody answered is assumed."""
    return await course.set_status(runtime, who, session_id, body.wanted)


@routes.get("/sessions/{session_id}/next-question", action=Action.PROJECT_VIEW)
async def get_next_question(runtime: AppRuntime, who: Who, session_id: PathText) -> NextOut:
    """Read the question that waits for an answer."""
    return await sessions.following(runtime, who, session_id)


@routes.get("/sessions/{session_id}/questions", action=Action.PROJECT_VIEW)
async def list_questions(
    runtime: AppRuntime, who: Who, session_id: PathText, page: PageQuery
) -> Listing[QuestionOut]:
    """List a session's questions in their order, each with its last answer."""
    return await sessions.questions(runtime, who, session_id, page)


@routes.post("/sessions/{session_id}/questions/generate", action=Action.PROJECT_WORK)
async def generate_questions(
    runtime: AppRuntime, who: Who, session_id: PathText, body: GenerateIn | None = None
) -> GeneratedOut:
    """Show the questions that are still to come; each can be answered by its id."""
    return await course.generate(runtime, who, session_id, body or GenerateIn())


@routes.post("/sessions/{session_id}/responses", action=Action.PROJECT_WORK, status_code=201)
async def submit_response(
    runtime: AppRuntime, who: Who, session_id: PathText, body: ResponseIn
) -> AnswerOut:
    """Answer a question; says what was read, what contradicts, and what comes next."""
    return await answering.respond(runtime, who, session_id, body)


@routes.get("/sessions/{session_id}/conflicts", action=Action.PROJECT_VIEW)
async def list_session_conflicts(
    runtime: AppRuntime, who: Who, session_id: PathText, page: PageQuery
) -> Listing[ConflictOut]:
    """List the contradictions among a session's answers, newest first."""
    return await sessions.conflicts(runtime, who, session_id, page)


@routes.post("/sessions/{session_id}/specification", action=Action.PROJECT_WORK, status_code=201)
async def derive_specification(
    runtime: AppRuntime, who: Who, session_id: PathText
) -> SpecificationOut:
    """Make a specification of the answers so far."""
    return await sessions.specify(runtime, who, session_id)
