"""What helps people through a session: whose turn it is, what was said, what to ask next."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from menon.apps.socratic.aside import aside
from menon.apps.socratic.conflicts.lexicon import stemmed
from menon.apps.socratic.insights import reviewing
from menon.apps.socratic.projects import team
from menon.apps.socratic.sessions import course
from menon.apps.socratic.sessions import service as sessions
from menon.apps.socratic.sessions.schemas import GenerateIn, QuestionOut
from menon.core.auth import Principal
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.engine.analysis.analyze import Analysis, analyze

_MOST: Final = Page(200)
_ALL: Final = 100
_LATEST: Final = 3
_SHORT: Final = 4
"""Letters of a word below which it tells nothing."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer, and whose it is."""

    question: QuestionOut
    respondent: str
    text: str
    confidence: int


async def facilitation(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """Who has spoken and who has not, what is on the table, and whom to ask next."""
    found = await sessions.get(runtime, who, session_id)
    given = await _said(runtime, who, session_id)
    people = await team.listing(runtime, who, found.project_id, _MOST)
    able = [one.username for one in people.items if "answer" in one.rights]
    better = await reviewing.improvements(runtime, who, session_id)
    spoken = participation(given, able)
    return {
        "session_id": session_id,
        "status": found.status,
        "participation": spoken,
        "silent": [one["username"] for one in spoken if not one["answers"]],
        "agenda": agenda(better["suggestions"], found.next_question, given, able),
        "coverage": found.coverage,
    }


async def insights(runtime: Runtime, who: Principal, session_id: str) -> dict[str, Any]:
    """What a session has brought: facts by subject, themes, what is assumed, what is unsure."""
    given = await _said(runtime, who, session_id)
    text = "\n".join(one.text for one in given)
    themes = await aside(partial(analyze, text, Analysis.TOPICS)) if text.strip() else {}
    found = await sessions.get(runtime, who, session_id)
    return {
        "session_id": session_id,
        "facts": facts(given),
        "themes": themes,
        "unsure": [
            {"question_id": one.question.question_id, "text": one.text, "by": one.respondent}
            for one in given
            if one.confidence <= reviewing.UNSURE
        ],
        "open_conflicts": found.open_conflicts,
        "coverage": found.coverage,
    }


async def questions_about(
    runtime: Runtime, who: Principal, session_id: str, about: str, count: int
) -> dict[str, Any]:
    """The questions to come that have most to do with a text, or with what was said last."""
    given = await _said(runtime, who, session_id)
    words = about or "\n".join(one.text for one in given[-_LATEST:])
    offered = await course.generate(runtime, who, session_id, GenerateIn(count=_ALL))
    ranked = related(words, offered.questions)
    return {
        "session_id": session_id,
        "about": words[:500],
        "model": offered.model,
        "questions": [
            one.model_dump(mode="json") | {"related": list(shared)}
            for one, shared in ranked[:count]
        ],
    }


def participation(given: Iterable[Said], able: Sequence[str]) -> list[dict[str, Any]]:
    """What each person has answered, those who said most first; the silent ones too."""
    held: dict[str, list[Said]] = {name: [] for name in able}
    for one in given:
        held.setdefault(one.respondent, []).append(one)
    shown = [
        {
            "username": name,
            "answers": len(said),
            "roles": dict(Counter(one.question.role_type for one in said)),
            "mean_confidence": (
                round(sum(one.confidence for one in said) / len(said), 2) if said else None
            ),
        }
        for name, said in held.items()
    ]
    return sorted(shown, key=lambda one: (-int(one["answers"]), str(one["username"])))


def agenda(
    suggestions: Iterable[Mapping[str, Any]],
    following: QuestionOut | None,
    given: Sequence[Said],
    able: Sequence[str],
) -> list[dict[str, Any]]:
    """What to talk about, in order, and with whom."""
    by_question = {one.question.question_id: one.respondent for one in given}
    points: list[dict[str, Any]] = []
    for one in suggestions:
        if one["what"] != "answer":
            asked = by_question.get(str(one.get("question_id")))
            points.append({**one, "ask": [asked] if asked else list(able)})
    if following is not None:
        points.append(
            {
                "what": "answer",
                "question_id": following.question_id,
                "text": following.question_text,
                "role": following.role_type,
                "ask": _whom(following.role_type, given, able),
            }
        )
    return points


def facts(given: Iterable[Said]) -> dict[str, list[dict[str, Any]]]:
    """What was understood, by subject; of a slot that was told twice the last."""
    latest: dict[str, dict[str, Any]] = {}
    for one in given:
        for parse in (one.question.response or {})["parses"]:
            latest[parse["slot"]] = {
                "slot": parse["slot"],
                "shown": parse["shown"],
                "status": parse["status"],
                "by": one.respondent,
                "confidence": one.confidence,
                "question_id": one.question.question_id,
            }
    grouped: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for slot, fact in latest.items():
        grouped[slot.partition(".")[0]].append(fact)
    return dict(grouped)


def related(
    about: str, offered: Sequence[QuestionOut]
) -> list[tuple[QuestionOut, tuple[str, ...]]]:
    """Questions with the words that they share with a text, the closest first; else their order."""
    wanted = _telling(about)
    found = [
        (one, tuple(sorted(wanted & _telling(f"{one.question_text} {one.why} {one.entity or ''}"))))
        for one in offered
    ]
    return sorted(found, key=lambda pair: -len(pair[1]))


def _telling(text: str) -> frozenset[str]:
    return frozenset(stem for stem in stemmed(text) if len(stem) >= _SHORT)


def _whom(role: str, given: Sequence[Said], able: Sequence[str]) -> list[str]:
    """Those who may answer: who knows the role first, then who has said least."""
    all_of = Counter(one.respondent for one in given)
    of_role = Counter(one.respondent for one in given if one.question.role_type == role)
    return sorted(able, key=lambda name: (-of_role[name], all_of[name], name))


async def _said(runtime: Runtime, who: Principal, session_id: str) -> list[Said]:
    listed = await sessions.questions(runtime, who, session_id, _MOST)
    return [
        Said(
            question=one,
            respondent=str(one.response["respondent"]),
            text=str(one.response["response_text"]),
            confidence=int(one.response["confidence_level"]),
        )
        for one in listed.items
        if one.response is not None
    ]
