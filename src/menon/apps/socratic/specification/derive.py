"""Makes the Specification that an interview amounts to; complete and valid even if it was short.

interview -> data, actors, features, permissions, measures -> Specification

What was assumed is listed as an assumption, what no parser could read as a note, and every part
names the answer that it comes from.
"""

from collections.abc import Iterator
from typing import Any, Final, cast

from menon.apps.socratic.questions.slots import parts, slot_of
from menon.apps.socratic.questions.state import Asked, Interview, Status
from menon.apps.socratic.specification.deriving import behaviour, quality
from menon.apps.socratic.specification.deriving.entities import Data, data
from menon.apps.socratic.specification.model import (
    LEFT_OPEN,
    About,
    Architecture,
    Assumption,
    Clarification,
    ConflictNote,
    Scope,
    Specification,
    Style,
    Term,
)

__all__ = ["derive"]

_LINE: Final = 1_000
_PARAGRAPH: Final = 20_000
_MOST: Final = 1_000
_MOST_SLOTS: Final = 50
_NOTED: Final = (
    "behaviour.signup",
    "quality.languages",
    "ux.devices",
    "ux.journeys",
    "ux.empty",
    "ux.errors",
    "acceptance.edges",
    "delivery.environments",
    "delivery.ci",
    "delivery.deployment",
    "delivery.monitoring",
)
"""Slots that the Specification has no field for: they are told to those who build it."""
_KEPT: Final = ("plan.risks", "plan.priorities", "data.import")


def derive(interview: Interview) -> Specification:
    """The specification of what is known; the same interview gives the same one."""
    found = data(interview)
    names = [one.name for one in found.entities]
    who = behaviour.actors(interview, found.actors)
    return Specification(
        project=_about(interview),
        actors=who,
        entities=found.entities,
        enums=found.enums,
        features=behaviour.features(interview, names, who),
        permissions=behaviour.permissions(interview, names),
        nfr=quality.criteria(interview),
        constraints=quality.constraints(interview)[:_MOST],
        milestones=quality.milestones(interview),
        architecture=_architecture(interview),
        scope=Scope(
            inside=_lines(interview, "goal.inside"), outside=_lines(interview, "goal.outside")
        ),
        assumptions=_assumptions(interview, found),
        clarifications=_clarifications(interview),
        conflicts=list(_conflicts(interview))[:_MOST],
        glossary=[Term.model_validate(one) for one in interview.listed("goal.glossary")],
        notes=list(_notes(interview))[:_MOST],
    )


def _about(interview: Interview) -> About:
    return About(
        name=interview.name[:100],
        description=interview.description[:_PARAGRAPH],
        problem=str(interview.value("goal.problem") or "")[:_PARAGRAPH],
        success=[*_lines(interview, "goal.success"), *_lines(interview, "acceptance.done")][:100],
    )


def _architecture(interview: Interview) -> Architecture:
    surfaces = interview.listed("ux.surfaces")
    style = interview.value("architecture.style")
    technologies = [
        *_lines(interview, "architecture.technologies"),
        *_lines(interview, "behaviour.integrations"),
    ]
    languages = [one.lower() for one in _lines(interview, "architecture.languages")]
    return Architecture(
        style=Style(style) if style else Style.LAYERED,
        frontend="htmx" if "web pages" in surfaces else "none",
        database=str(interview.value("architecture.database") or "sqlite")[:_LINE],
        hosting=str(interview.value("architecture.hosting") or "")[:_LINE],
        languages=languages[:20] or ["python"],
        technologies=list(dict.fromkeys(technologies))[:100],
        forbidden=_lines(interview, "architecture.forbidden"),
        notes=list(_told(interview)),
    )


def _told(interview: Interview) -> Iterator[str]:
    for slot in _NOTED:
        known = interview.known.get(slot)
        if known and known.value:
            title = slot.replace(".", ", ").replace("_", " ").capitalize()
            yield f"{title}: {_words(known.value)}"[:_PARAGRAPH]


def _assumptions(interview: Interview, found: Data) -> list[Assumption]:
    made = [
        Assumption(
            slot=slot[:_LINE],
            text=(known.shown or LEFT_OPEN)[:_LINE],
            source=known.source,
        )
        for slot, known in interview.known.items()
        if known.status is Status.ASSUMED
    ]
    return [*made, *found.assumptions][:_MOST]


def _clarifications(interview: Interview) -> list[Clarification]:
    """Every question with its answer; an id that was used twice gets a number."""
    made: list[Clarification] = []
    taken: set[str] = set()
    for place, one in enumerate(interview.asked[:_MOST]):
        key = (
            one.answer_id[:_LINE] if one.answer_id not in taken else f"{one.answer_id}-{place + 1}"
        )
        taken.add(key)
        made.append(
            Clarification(
                id=key,
                role=one.question.role,
                question=one.question.text[:_PARAGRAPH],
                answer=one.text[:_PARAGRAPH],
                slots=_slots(one),
                respondent=one.respondent[:_LINE],
                confidence=one.confidence,
            )
        )
    return made


def _slots(one: Asked) -> list[str]:
    """The slots of a question; by their templates where it asked about many entities."""
    slots = list(one.question.slots)
    if len(slots) > _MOST_SLOTS:
        slots = list(dict.fromkeys(parts(slot)[0] for slot in slots))
    return [slot[:_LINE] for slot in slots[:_MOST_SLOTS]]


def _conflicts(interview: Interview) -> Iterator[ConflictNote]:
    for one in interview.asked:
        if one.question.kind == "resolution" and one.parses:
            yield ConflictNote(
                type=parts(one.question.id)[1][:_LINE],
                grade="hard",
                why=one.question.text[:_PARAGRAPH],
                state="resolved",
                reason=one.parses[0].shown[:_PARAGRAPH],
                by=one.respondent[:_LINE],
            )


def _notes(interview: Interview) -> Iterator[str]:
    """Word for word what no parser could read, what is too long for an answer, and odd ends."""
    for one in interview.asked:
        for note in (*one.notes, *((one.text[_PARAGRAPH:],) if len(one.text) > _PARAGRAPH else ())):
            for start in range(0, len(note), _PARAGRAPH):
                yield note[start : start + _PARAGRAPH]
    for slot in _KEPT:
        known = interview.known.get(slot)
        if known and known.value:
            yield f"{slot_of(slot).id}: {_words(known.value)}"[:_PARAGRAPH]


def _lines(interview: Interview, slot: str) -> list[str]:
    """A list of lines, whether one or several were said."""
    value = interview.value(slot)
    lines = [value] if isinstance(value, str) else interview.listed(slot)
    return [str(one)[:_LINE] for one in lines][:100]


def _words(value: Any) -> str:
    return ", ".join(map(str, cast("list[Any]", value))) if isinstance(value, list) else str(value)
