"""What was said, as statements in which contradictions are looked for."""

from dataclasses import dataclass
from typing import Any, Final

from menon.apps.socratic.questions.parsers.stance import Stance, stance
from menon.apps.socratic.questions.slots import parts, slot_of
from menon.apps.socratic.questions.state import Asked, Interview, Parse, Status

_UNITS: Final = {
    "money": ("amount", "currency"),
    "duration": ("amount", "unit"),
    "rate": ("value", "unit"),
}


@dataclass(frozen=True)
class Statement:
    """One thing that one person said; has the fields that the detectors of conflicts read.

    Args:
        id: the answer's id, with `#` and the slot where an answer filled several.
        role: from whose point of view it was asked.
        text: the words, or what was agreed to.
        slot: what it is about; empty for words that no parser could read.
        value: a number with its unit as `{value, unit}`, a text, a list, or None.
    """

    id: str
    role: str
    text: str
    slot: str = ""
    value: Any = None


def statements(interview: Interview) -> list[Statement]:
    """Every answer of every respondent, also one that another outweighed.

    An assumption is no statement: nobody said it. An agreement says what was agreed to.
    """
    found: list[Statement] = []
    for one in interview.asked:
        told = [parse for parse in one.parses if _told(parse)]
        if stance(one.text) is Stance.TAKES and one.question.kind != "accept":
            # A proposal that was taken gives way to what is said later in words of one's own.
            told = [parse for parse in told if interview.source(parse.slot) == one.answer_id]
        found += [_statement(one, parse, alone=len(told) == 1) for parse in told]
        found += [
            Statement(id=f"{one.answer_id}#note{place}", role=one.question.role, text=note)
            for place, note in enumerate(one.notes)
        ]
    return found


def _told(parse: Parse) -> bool:
    # Which side of a contradiction stands is a decision: read again, it would name both sides.
    decides = parse.slot.startswith("conflict[")
    return not decides and parse.status is Status.CLEAR and parse.value not in (None, [], {})


def _statement(one: Asked, parse: Parse, *, alone: bool) -> Statement:
    taken = stance(one.text) in {Stance.AGREES, Stance.TAKES}
    agreed = taken or one.question.kind == "accept"
    return Statement(
        id=one.answer_id if alone else f"{one.answer_id}#{parse.slot}",
        role=one.question.role,
        text=one.text if alone and not agreed else _said(parse),
        slot=parse.slot,
        value=_value(parse),
    )


def _said(parse: Parse) -> str:
    """A sentence that stands on its own, since one answer may speak of many things."""
    template, subject = parts(parse.slot)
    subject = subject or template.rpartition(".")[2].replace("_", " ")
    shown = parse.shown or str(parse.value)
    return f"no {shown}".replace(", ", ", no ") if _left_out(parse) else f"{subject}: {shown}"


def _left_out(parse: Parse) -> bool:
    return parse.slot in {"goal.outside", "architecture.forbidden"}


def _value(parse: Parse) -> Any:
    kind, value = slot_of(parse.slot).kind, parse.value
    if kind in _UNITS:
        number, unit = _UNITS[kind]
        return {"value": value[number], "unit": value[unit]}
    if kind == "percentage":
        return {"value": value["percent"], "unit": "%"}
    if kind == "count":
        return {"value": value["count"], "unit": slot_of(parse.slot).unit}
    if kind == "deadline":
        return {"value": value["days"], "unit": "days"} if "days" in value else value["date"]
    return value
