"""What the questioning page shows."""

from typing import Any

from menon.apps.socratic import projects, sessions
from menon.apps.socratic.agreement_schemas import ConflictOut
from menon.apps.socratic.contexts import ROLES, may_do
from menon.apps.socratic.questions.state import RULES
from menon.apps.socratic.rules import Right
from menon.apps.socratic.session_schemas import AnswerOut, QuestionOut, StatusOut
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime

_MOST = Page(200)


async def page(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """A session: how far it is, its question, what was answered, what contradicts."""
    found = await sessions.get(runtime, who, session_id)
    project = await projects.get(runtime, who, found.project_id)
    asked = await sessions.questions(runtime, who, session_id, _MOST)
    contradictions = await sessions.conflicts(runtime, who, session_id, _MOST)
    return {
        "project": {"id": project.id, "name": project.name},
        "session": status_of(found),
        "question": shown(found.next_question),
        "answers": [shown(one) for one in asked.items if one.response is not None],
        "conflicts": [conflict(one) for one in contradictions.items if one.state == "open"],
        "error": "",
        "typed": "",
        "may_answer": may_do(who, project, Right.ANSWER),
        "may_edit": may_do(who, project, Right.EDIT),
    }


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
                {"slot": slot(one.slot), "status": one.status, "shown": one.shown}
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
        "category": question.question_category,
        "response": question.response,
    }


def conflict(one: ConflictOut) -> dict[str, Any]:
    """A contradiction as pages show it."""
    return {
        "id": one.id,
        "type": one.type,
        "grade": one.grade,
        "why": one.why,
        "witness": one.witness,
        "statements": one.statements,
        "resolutions": [{"id": each.id, "text": each.text} for each in one.resolutions],
    }


def slot(name: str) -> str:
    """A slot in words."""
    return name.replace(".", ": ").replace("_", " ").replace("#", " of ")
