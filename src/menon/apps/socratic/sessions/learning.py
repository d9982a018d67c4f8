"""What earlier sessions of a project taught about questions: how often an answer fills its slots.

A new session begins with it, so that questions that nobody could answer come later.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.questions.bank import templates
from menon.apps.socratic.questions.state import Learned
from menon.apps.socratic.questions.strategies.dynamic import PRIOR
from menon.apps.socratic.sessions.models import QuestioningSession
from menon.core.auth import Principal
from menon.core.runtime import Runtime

_MOST = 50
"""Sessions that are looked at, the latest."""


async def of_project(runtime: Runtime, who: Principal, project_id: str) -> dict[str, Any]:
    """What was learned in a project, question by question: the surest change first."""
    found = await runtime.db.read(_visible, who, project_id)
    shown = [_shown(name, one) for name, one in found.items()]
    shown.sort(key=lambda one: (-abs(one["probability"] - one["expected"]), one["question"]))
    return {"project_id": project_id, "questions": shown, "adapted": bool(shown)}


def learned(session: Session, project_id: str) -> dict[str, Learned]:
    """What the sessions of a project taught, by question of the bank.

    A session begins with what was known then: of each question the one that saw most counts.
    """
    query = select(QuestioningSession.state).where(QuestioningSession.project_id == project_id)
    states = session.scalars(query.order_by(QuestioningSession.id.desc()).limit(_MOST))
    return merged(state.get("learned") or {} for state in states)


def merged(found: Iterable[Mapping[str, Any]]) -> dict[str, Learned]:
    """Of each question what is based on most answers."""
    known: dict[str, Learned] = {}
    for each in found:
        for name, given in each.items():
            one = Learned.model_validate(given)
            if one.tries > known.get(name, Learned()).tries:
                known[name] = one
    return known


def _visible(session: Session, who: Principal, project_id: str) -> dict[str, Learned]:
    queries.access(session, who, project_id)
    return learned(session, project_id)


def _shown(name: str, one: Learned) -> dict[str, Any]:
    hits, tries = PRIOR
    expected, found = hits / tries, (hits + one.resolved) / (tries + one.tries)
    template = templates().get(name)
    return {
        "question": name,
        "text": template.text if template else "",
        "role": template.role if template else "",
        "tries": one.tries,
        "resolved": round(one.resolved, 3),
        "expected": round(expected, 3),
        "probability": round(found, 3),
        "effect": "earlier" if found > expected else "later" if found < expected else "none",
    }
