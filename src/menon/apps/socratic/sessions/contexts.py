"""What the questioning page shows."""

from typing import Any

from menon.apps.socratic.agreements.contexts import conflict
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.projects.contexts import ROLES, may_do
from menon.apps.socratic.questions.state import RULES
from menon.apps.socratic.questions.titles import titled
from menon.apps.socratic.rules import Right
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.schemas import AnswerOut, QuestionOut, StatusOut
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime

_MOST = Page(200)


async def page(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """A session: how far it is, its question, what was answered, what contradicts."""
    found = await sessions.get(runtime, who, session_id)
    project = await projects.get(runtime, who, found.project_id)
    return {
        "project": {"id": project.id, "name": project.name},
        "session": status_of(found),
        "question": shown(found.next_question),
        "answers": await _answers(runtime, who, session_id),
        "conflicts": await _conflicts(runtime, who, session_id),
        "error": "",
        "typed": "",
        "may_answer": may_do(who, project, Right.ANSWER),
        "may_edit": may_do(who, project, Right.EDIT),
    }


async def answers(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """What was answered, the last first, and what contradicts."""
    found = await sessions.status(runtime, who, session_id)
    project = await projects.get(runtime, who, found.project_id)
    return {
        "session": status_of(found),
        "answers": await _answers(runtime, who, session_id),
        "conflicts": await _conflicts(runtime, who, session_id),
        "may_answer": may_do(who, project, Right.ANSWER),
    }


async def _answers(runtime: Runtime, who: Principal, session_id: str) -> list[dict[str, Any]]:
    asked = await sessions.questions(runtime, who, session_id, _MOST)
    return [one for one in map(shown, reversed(asked.items)) if one and one["response"]]


async def _conflicts(runtime: Runtime, who: Principal, session_id: str) -> list[dict[str, Any]]:
    found = await sessions.conflicts(runtime, who, session_id, _MOST)
    return [conflict(one) for one in found.items if one.state == "open"]


async def status(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """How far a session is."""
    return {"session": status_of(await sessions.status(runtime, who, session_id))}


async def following(
    runtime: Runtime, who: Principal, session_id: str, *, error: str = "", typed: str = ""
) -> dict[str, Any]:
    """The question that waits, or that there is none."""
    found = await sessions.get(runtime, who, session_id)
    project = await projects.get(runtime, who, found.project_id)
    return {
        "session": status_of(found),
        "question": shown(found.next_question),
        "error": error,
        "typed": typed,
        "may_answer": may_do(who, project, Right.ANSWER),
        "may_edit": may_do(who, project, Right.EDIT),
    }


def read_back(answer: AnswerOut) -> dict[str, Any]:
    """What was read from an answer, and what contradicts it."""
    return {
        "answer": {
            "text": answer.response_text,
            "parses": [
                {"slot": titled(one.slot), "status": one.status, "shown": one.shown}
                for one in answer.parses
            ],
            "notes": answer.notes,
            "model": "" if answer.model == RULES else answer.model,
        },
        "conflicts": [conflict(one) for one in answer.conflicts],
    }


def status_of(found: StatusOut) -> dict[str, Any]:
    """How far a session is, as pages show it."""
    total = max(found.total_questions, 1)
    names = dict(ROLES)
    return {
        "id": found.session_id,
        "project_id": found.project_id,
        "status": found.status,
        "mode": found.questioning_mode,
        "answered": found.answered_questions,
        "total": found.total_questions,
        "percent": 100
        if found.status == "completed"
        else round(100 * found.answered_questions / total),
        "coverage": round(100 * found.coverage),
        "roles": [
            {
                "name": names.get(role, role),
                "css": role.replace("_", "-"),
                "current": role == found.current_role,
            }
            for role in found.active_roles
        ],
        "open_conflicts": found.open_conflicts,
        "hard_conflicts": found.hard_conflicts,
    }


def shown(question: QuestionOut | None) -> dict[str, Any] | None:
    """A question as pages show it."""
    if question is None:
        return None
    return {
        "id": question.id,
        "text": question.question_text,
        "original": "" if question.model == RULES else question.original_text,
        "role": dict(ROLES).get(question.role_type, question.role_type),
        "css": question.role_type.replace("_", "-"),
        "why": question.why,
        "options": [one.text for one in question.options],
        "recommended": question.recommended,
        "category": question.question_category.replace("_", " ").capitalize(),
        "decides": question.question_category == "conflict",
        "response": question.response,
    }
