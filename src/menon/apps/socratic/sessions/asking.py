"""The steps of a session over the interview; pure, below 100 ms.

state → `begun` → first question
state + question + answer → `answered` → state, what was read, contradictions, next question
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from menon.apps.socratic import conflicts
from menon.apps.socratic.agreements import findings
from menon.apps.socratic.agreements.findings import Found
from menon.apps.socratic.conflicts import Statement
from menon.apps.socratic.conflicts.ways import taken
from menon.apps.socratic.questions import interview as interviews
from menon.apps.socratic.questions.hearing import Heard
from menon.apps.socratic.questions.measure import ConflictRef
from menon.apps.socratic.questions.replaying import without
from menon.apps.socratic.questions.state import Interview, Learned, Question
from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.derive import derive

_GRAVITY: Final = {"critical": 4.0, "high": 3.0, "medium": 2.0, "low": 1.0}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as it is stored."""

    key: str
    role: str
    text: str
    category: str
    body: dict[str, Any]
    """The whole question, in the words of the bank where a model found better ones."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a session stands after a step."""

    state: dict[str, Any]
    following: Asked | None
    roles: list[str]
    answered: int
    total: int
    coverage: float


@dataclass(frozen=True, kw_only=True)
class Step:
    """What an answer did."""

    standing: Standing
    parses: list[dict[str, Any]]
    notes: list[str]
    model: str
    """Who read the answer."""
    found: list[Found]
    settled: dict[str, str]
    """Contradictions that the answer resolved, by key: the proposal that was taken."""


def begun(
    mode: str,
    roles: list[str] | None,
    *,
    name: str,
    description: str,
    technologies: tuple[str, ...],
    limit: int,
    learned: Mapping[str, Learned] | None = None,
) -> Standing:
    """A session with its first question; `learned` is what earlier ones of the project taught."""
    started = interviews.begin(
        mode, roles, name=name, description=description, technologies=technologies
    ).model_copy(update={"learned": dict(learned or {})})
    return _standing(started, (), limit)


def answered(
    state: Mapping[str, Any],
    asked: Mapping[str, Any],
    text: str,
    *,
    answer_id: str,
    respondent: str,
    confidence: int,
    decided: Collection[str],
    limit: int,
    heard: Heard | None = None,
    revised: bool = False,
) -> Step:
    """What an answer does to a session.

    Args:
        state: the interview as it was stored.
        asked: the question's body as it was stored.
        text: the answer.
        answer_id: names it, so that what it says can be traced to it.
        respondent: who answers.
        confidence: how sure they are, 1 to 5.
        decided: the keys of contradictions that people resolved or waived.
        limit: questions of the session at most.
        heard: what a model read of the answer, where one did.
        revised: whether what they answered to it before does not count any more.
    """
    held, question = Interview.loaded(state), Question.model_validate(asked)
    if revised:
        held = without(held, question.id, respondent)
    done = interviews.answer(
        held,
        question,
        text,
        answer_id=answer_id,
        respondent=respondent,
        confidence=confidence,
        heard=heard,
    )
    settled = dict(done.interview.resolved)
    found, open_ones = _contradictions(done.interview, {*decided, *settled})
    return Step(
        standing=_standing(done.interview, open_ones, limit),
        parses=[one.model_dump(mode="json") for one in done.parses],
        notes=list(done.notes),
        model=done.model,
        found=found,
        settled=settled,
    )


def resumed(state: Mapping[str, Any], decided: Collection[str], limit: int) -> Standing:
    """Where a stored session stands, and what it asks next."""
    loaded = Interview.loaded(state)
    return _standing(loaded, _contradictions(loaded, decided)[1], limit)


def completed(state: Mapping[str, Any]) -> Standing:
    """A session that asks no more: what nobody answered is assumed."""
    ended = interviews.assume_rest(Interview.loaded(state))
    return Standing(
        state=ended.dumped(),
        following=None,
        roles=[role.value for role in ended.roles],
        answered=len(ended.asked),
        total=len(ended.asked),
        coverage=interviews.coverage(ended),
    )


def upcoming(state: Mapping[str, Any]) -> list[Asked]:
    """The questions that are still to come, in their order."""
    return [stored(one) for one in interviews.remaining(Interview.loaded(state))]


def derived(state: Mapping[str, Any]) -> Specification:
    """The specification that the answers make."""
    return derive(Interview.loaded(state))


def _contradictions(
    held: Interview, decided: Collection[str]
) -> tuple[list[Found], list[ConflictRef]]:
    said = [
        Statement(id=one.id, role=one.role, text=one.text, slot=one.slot, value=one.value)
        for one in interviews.statements(held)
    ]
    named = {one.id: one for one in said}
    found = findings.found(conflicts.detect(said), named)
    slots = {one.id: one.slot for one in said if one.slot}
    return found, [_reference(one, slots) for one in found if one.key not in decided]


def _reference(found: Found, slots: Mapping[str, str]) -> ConflictRef:
    fields = found.fields
    ids = [str(one["id"]) for one in fields["statements"]]
    return ConflictRef(
        id=found.key,
        why=fields["why"],
        resolutions=tuple((one["id"], taken(one["text"])) for one in fields["resolutions"]),
        grade=fields["grade"],
        slots=tuple(dict.fromkeys(slots[one] for one in ids if one in slots)),
        severity=_GRAVITY.get(fields["severity"], 0.0),
    )


def _standing(held: Interview, open_ones: Collection[ConflictRef], limit: int) -> Standing:
    following = interviews.next_question(held, open_conflicts=list(open_ones), limit=limit)
    done = len(held.asked)
    still = len(interviews.remaining(held)) if following else 0
    return Standing(
        state=held.dumped(),
        following=stored(following) if following else None,
        roles=[role.value for role in held.roles],
        answered=done,
        total=min(done + max(still, 1), max(limit, done + 1)) if following else done,
        coverage=interviews.coverage(held),
    )


def stored(question: Question) -> Asked:
    """A question as it is stored."""
    group = question.slots[0].partition(".")[0] if question.slots else ""
    resolves = question.kind == "resolution"
    return Asked(
        key=question.id[:200],
        role=question.role.value,
        text=question.text,
        category="conflict" if resolves or not group else group,
        body=question.model_dump(mode="json"),
    )
