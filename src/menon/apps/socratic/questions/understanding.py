"""What an answer says of the slots of its question, and of others that it happens to mention.

one slot      -> its parser
several slots -> the clauses of the answer, each to the slot that its words point at
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, cast

from menon.apps.socratic.questions import parsers
from menon.apps.socratic.questions.parsers.clauses import is_nothing, sentences
from menon.apps.socratic.questions.parsers.reading import Context, Reading
from menon.apps.socratic.questions.parsers.spoken import whole_clauses
from menon.apps.socratic.questions.parsers.stance import Stance, stance
from menon.apps.socratic.questions.slots import Kind, Slot, catalogue, parts, slot_of
from menon.apps.socratic.questions.state import Interview, Status

_STRUCTURED: Final[frozenset[Kind]] = frozenset(
    {"entities", "fields", "relations", "permissions", "stories", "ears", "scenario", "states"}
)
_GREEDY: Final[frozenset[Kind]] = frozenset({"text", "lines", "scope", "terms", "actors"})
"""Kinds that read anything: a clause is theirs only where its words point at them."""
_LEFT_OUT: Final = re.compile(
    r"(?:no|not|none of|without|excluding|out of scope|we will not|won't)\b", re.IGNORECASE
)


@dataclass(slots=True)
class Understood:
    """What was read, by slot, and the parts that nobody could read."""

    readings: dict[str, Reading] = field(default_factory=dict[str, Reading])
    notes: list[str] = field(default_factory=list[str])


def context_of(slot: str, interview: Interview) -> Context:
    """What a parser is told for a slot."""
    of = slot_of(slot)
    subject = parts(slot)[1] if of.each == "entity" else ""
    return Context(
        subject=subject,
        entities=interview.entities(),
        actors=interview.actors(),
        choices=of.choices,
        open=of.open,
        unit=of.unit,
    )


def default_of(slot: str, interview: Interview) -> Reading | None:
    """What a slot's default says; None where nothing is assumed."""
    of = slot_of(slot)
    return parsers.read(of.kind, of.default, context_of(slot, interview)) if of.default else None


def single(slot: str, text: str, interview: Interview) -> Understood:
    """An answer to a question about one slot."""
    found = Understood()
    reading = parsers.read(slot_of(slot).kind, text, context_of(slot, interview))
    if reading is None:
        found.notes.append(text)
    else:
        found.readings[slot] = reading
        found.notes += reading.rest
    return found


def several(
    slots: Sequence[str], text: str, interview: Interview, *, in_order: bool = True
) -> Understood:
    """An answer to a question about several slots.

    Args:
        slots: what was asked about.
        text: the answer.
        interview: what is known.
        in_order: as many clauses as slots may be meant one for each.
    """
    found = Understood()
    if is_nothing(text):
        for slot in slots:
            if reading := parsers.read(slot_of(slot).kind, text, context_of(slot, interview)):
                found.readings[slot] = reading
        return found
    if any(slot_of(slot).kind in _STRUCTURED for slot in slots):
        return _in_turn(slots, text, interview)
    wordy = all(slot_of(slot).kind == "text" for slot in slots)
    pieces = sentences(text) if wordy else whole_clauses(text)
    owners = _owners(slots, pieces, interview, in_order=in_order)
    for slot in slots:
        own = [piece for piece, owner in zip(pieces, owners, strict=True) if owner == slot]
        reading = _joined(slot, own, interview)
        if reading:
            found.readings[slot] = reading
        else:
            found.notes += own
    found.notes += [piece for piece, owner in zip(pieces, owners, strict=True) if not owner]
    return found


def overheard(notes: Sequence[str], interview: Interview, known: Sequence[str]) -> Understood:
    """What other slots an answer speaks of; only those that nobody has answered in own words."""
    found = Understood()
    listening = [
        slot
        for slot in catalogue().values()
        if slot.listen and slot.id not in known and not _told(slot.id, interview)
    ]
    for note in notes:
        heard = _heard(note, listening, interview)
        found.readings |= {key: one for key, one in heard.items() if key not in found.readings}
        if not heard:
            found.notes.append(note)
    return found


def _added(one: Reading, other: Reading) -> Reading:
    """Both of two readings of a list."""
    first, more = cast("list[Any]", one.value), cast("list[Any]", other.value)
    value = [*first, *(each for each in more if each not in first)]
    return Reading(value=value, shown=f"{one.shown}; {other.shown}")


def _told(slot: str, interview: Interview) -> bool:
    """Whether somebody answered clearly, and did not only take what was proposed."""
    known = interview.known.get(slot)
    if known is None or known.status is not Status.CLEAR:
        return False
    return stance(known.text) not in {Stance.TAKES, Stance.AGREES}


def _heard(note: str, listening: Sequence[Slot], interview: Interview) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    pieces = sentences(note)[:200]
    for slot in listening:
        context = context_of(slot.id, interview)
        for piece in (one for one in pieces if points(slot, one)):
            reading = parsers.read(slot.kind, piece[:2_000], context)
            if reading is None or reading.value in (None, []):
                continue
            earlier = found.get(slot.id)
            if earlier is None:
                found[slot.id] = reading
            elif isinstance(earlier.value, list):
                found[slot.id] = _added(earlier, reading)
    return found


def _in_turn(slots: Sequence[str], text: str, interview: Interview) -> Understood:
    """Each parser takes what it can read and leaves the rest to the next; silence is `none`."""
    found = Understood()
    left = [text]
    for slot in slots:
        kind = slot_of(slot).kind
        words = "\n".join(left)
        reading = parsers.read(kind, words, context_of(slot, interview)) if words.strip() else None
        if reading is not None:
            found.readings[slot] = replace(reading, rest=())
            left = list(reading.rest)
    found.notes += left
    return found


def _owners(
    slots: Sequence[str], pieces: Sequence[str], interview: Interview, *, in_order: bool
) -> list[str]:
    """For each clause the slot that it speaks of; empty where it points at none."""
    owners = [""] * len(pieces)
    owned: set[str] = set()
    for place, piece in enumerate(pieces):
        pointed = [slot for slot in slots if points(slot_of(slot), piece)]
        readable = [slot for slot in pointed if _readable(slot, piece, interview)]
        owners[place] = next(iter(sorted(readable, key=lambda one: one in owned)), "")
        owned.add(owners[place])
    for place, piece in enumerate(pieces):
        if owners[place]:
            continue
        free = [slot for slot in slots if slot not in owned]
        fits = [slot for slot in free if slot_of(slot).kind not in _GREEDY]
        owner = next((slot for slot in fits if _readable(slot, piece, interview)), "")
        before = owners[place - 1] if place else ""
        if not owner and before and slot_of(before).kind in _GREEDY:
            owner = before  # `monitoring with metrics, logs`: the list goes on
        whole = in_order and len(pieces) == len(slots) and not _claimed(slots, piece, interview)
        if not owner and whole and slots[place] in free:
            owner = slots[place] if _readable(slots[place], piece, interview) else ""
        owners[place] = owner
        owned.add(owner)
    return owners


def _claimed(slots: Sequence[str], piece: str, interview: Interview) -> bool:
    """Whether a clause speaks of a figure that another question asks for."""
    return any(
        slot.listen
        and slot.id not in slots
        and slot.kind not in _GREEDY
        and points(slot, piece)
        and _readable(slot.id, piece, interview)
        for slot in catalogue().values()
    )


def _readable(slot: str, piece: str, interview: Interview) -> bool:
    of = slot_of(slot)
    context = context_of(slot, interview)
    if of.open and not points(of, piece):
        context = replace(context, open=False)
    return parsers.read(of.kind, piece, context) is not None


def _joined(slot: str, own: Sequence[str], interview: Interview) -> Reading | None:
    if not own:
        return None
    return parsers.read(slot_of(slot).kind, ", ".join(own), context_of(slot, interview))


def points(slot: Slot, piece: str) -> bool:
    """Whether a clause has one of the slot's words in it, standing alone."""
    if slot.kind == "scope" and slot.listen:
        return _LEFT_OUT.match(piece.strip()) is not None
    low = _spelled(piece[:2_000].lower())
    return any(_spelled(cue) in low for cue in slot.cues)


@lru_cache(maxsize=4_096)
def _spelled(text: str) -> str:
    """Its words between single spaces, so that a word is found alone."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text))} "
