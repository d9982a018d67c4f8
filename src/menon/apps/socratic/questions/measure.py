"""How much is known: which slots matter, how sure they are, weighted coverage, when to stop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from menon.apps.socratic.questions.slots import EACH, Slot, catalogue
from menon.apps.socratic.questions.state import Interview, Known, Status

ENOUGH: Final = 0.9
"""Weighted coverage at which asking ends."""
MOST_QUESTIONS: Final = 25

ENTROPY: Final = {
    Status.MISSING: 1.0,
    Status.PARTIAL: 0.5,
    Status.ASSUMED: 0.3,
    Status.CLEAR: 0.0,
    Status.NOT_APPLICABLE: 0.0,
}
"""How open a slot is."""


@dataclass(frozen=True, kw_only=True)
class ConflictRef:
    """A contradiction that is still open, as far as questions need to know it."""

    id: str
    why: str
    resolutions: tuple[tuple[str, str], ...]
    """Ways out: an id and the words of each."""
    grade: str = "hard"
    slots: tuple[str, ...] = ()
    severity: float = 0.0
    """Of several, the greatest is asked about first."""


def applicable(interview: Interview) -> Iterator[tuple[str, Slot]]:
    """Every slot that matters now: one for each entity or first-rank story where it is a template.

    A slot that somebody said does not apply is none of them.
    """
    entities = interview.entities()
    ranked = [story.id for story in interview.stories if story.priority == "P1"]
    for slot in catalogue().values():
        if slot.when and not interview.value(slot.when):
            continue
        named = {"": ("",), "entity": entities, "story": ranked}[slot.each]
        for subject in named:
            key = slot.id.replace(EACH, f"[{subject}]") if subject else slot.id
            if interview.status(key) is not Status.NOT_APPLICABLE:
                yield key, slot


def coverage(interview: Interview) -> float:
    """The part that is known, from 0 to 1, each slot by its impact and by how sure it is."""
    total = known = 0.0
    for key, slot in applicable(interview):
        total += slot.impact
        known += slot.impact * (1 - ENTROPY[interview.status(key)])
    return known / total if total else 1.0


def missing(interview: Interview) -> list[str]:
    """Slots without which nothing good can be made, and that nobody spoke of."""
    return [
        key
        for key, slot in applicable(interview)
        if slot.blocking and _unsaid(interview.known.get(key))
    ]


def enough(interview: Interview, conflicts: Sequence[ConflictRef] = ()) -> bool:
    """Whether asking may end: covered, no blocking slot missing, no hard conflict open."""
    hard = any(one.grade == "hard" and one.id not in interview.resolved for one in conflicts)
    return not hard and coverage(interview) >= ENOUGH and not missing(interview)


def _unsaid(known: Known | None) -> bool:
    """Words that no parser could read leave a blocking slot missing."""
    if known is None or known.status is Status.MISSING:
        return True
    return known.status is Status.PARTIAL and not known.value
