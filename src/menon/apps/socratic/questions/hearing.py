"""What a model read of an answer, beside what the parsers read: who of the two is believed.

question + answer → `open_slots` → a model reads each → `Heard` → `merged` with the parsers' own
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from menon.apps.socratic.questions.bank import template_of
from menon.apps.socratic.questions.parsers.clauses import (
    is_not_applicable,
    is_nothing,
)
from menon.apps.socratic.questions.parsers.reading import Reading
from menon.apps.socratic.questions.parsers.stance import stance
from menon.apps.socratic.questions.slots import slot_of
from menon.apps.socratic.questions.state import Question
from menon.apps.socratic.questions.understanding import Understood

_MOST_SLOTS: Final = 6
"""A question about more of them is read by the parsers."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a model read of an answer."""

    model: str
    readings: Mapping[str, Reading]
    quotes: tuple[str, ...] = ()
    """The words of the person that it read."""


def open_slots(question: Question, text: str) -> tuple[str, ...]:
    """The slots that a model should read an answer for.

    None where the answer is a choice or a fixed phrase such as `skip`, or where the question takes
    plain words as they are.
    """
    fixed = (stance, is_nothing, is_not_applicable)
    template = template_of(question)
    if question.kind in {"accept", "resolution"} or (template is not None and template.bulk):
        return ()
    choices = {each.strip().lower() for one in question.options for each in (one.value, one.text)}
    if text.strip().lower() in choices or any(holds(text) for holds in fixed):
        return ()
    wanted = tuple(slot for slot in question.slots if slot_of(slot).kind != "text")
    return wanted if len(wanted) <= _MOST_SLOTS else ()


def merged(found: Understood, heard: Heard) -> tuple[Understood, bool]:
    """What counts of both, and whether anything of it is the model's.

    A model may read what no parser can, and may read it better; where it leaves out parts of a
    list that a parser has found, the parser is believed.
    """
    taken = {
        slot: reading
        for slot, reading in heard.readings.items()
        if slot not in found.readings or _size(reading) >= _size(found.readings[slot])
    }
    if not taken:
        return found, False
    notes = [note for note in found.notes if not _read(note, heard.quotes)]
    return Understood(readings=found.readings | taken, notes=notes), True


def _size(reading: Reading) -> int:
    """How many things a reading tells of."""
    value = reading.value
    if isinstance(value, list):
        return len(cast("list[Any]", value))
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value).values()
        lists = [cast("list[Any]", part) for part in parts if isinstance(part, list)]
        return sum(_inside(one) for part in lists for one in part) if lists else 1
    return 0 if value is None else 1


def _inside(one: Any) -> int:
    """A thing of a list, with those that it holds itself, such as an entity's fields."""
    held = cast("dict[str, Any]", one).get("fields") if isinstance(one, dict) else None
    return 1 + (len(cast("list[Any]", held)) if isinstance(held, list) else 0)


def _read(note: str, quotes: tuple[str, ...]) -> bool:
    low = " ".join(note.lower().split())
    return any(" ".join(quote.lower().split()) in low for quote in quotes)
