"""What an answer says of the slots of its question, and of others that it happens to mention.

one slot      -> its parser
several slots -> the clauses of the answer, each to the slot that its words point at
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from menon.apps.socratic.questions import parsers
from menon.apps.socratic.questions.parsers.clauses import clauses, is_nothing, sentences
from menon.apps.socratic.questions.parsers.reading import Context, Reading
from menon.apps.socratic.questions.slots import Kind, Slot, catalogue, parts, slot_of
from menon.apps.socratic.questions.state import Interview, Status

_STRUCTURED: Final[frozenset[Kind]] = frozenset(
    {"entities", "fields", "relations", "permissions", "stories", "ears", "scenario", "states"}
)
_GREEDY: Final[frozenset[Kind]] = frozenset({"text", "lines", "scope", "terms", "actors"})
"""Kinds that read anything: a clause is theirs only where its words point at them."""
_LEFT_OUT: Final = re.compile(
    r"(?:no|not|without|excluding|out of scope|we will not|won't)\b", re.IGNORECASE
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


def several(slots: Sequence[str], text: str, interview: Interview) -> Understood:
    """An answer to a question about several slots."""
    found = Understood()
    if is_nothing(text):
        for slot in slots:
            if reading := parsers.read(slot_of(slot).kind, text, context_of(slot, interview)):
                found.readings[slot] = reading
        return found
    if any(slot_of(slot).kind in _STRUCTURED for slot in slots):
        return _in_turn(slots, text, interview)
    wordy = all(slot_of(slot).kind == "text" for slot in slots)
    pieces = sentences(text) if wordy else clauses(text)
    owners = _owners(slots, pieces, interview)
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
    """What other slots an answer speaks of; only those that nobody has answered clearly."""
    found = Understood()
    listening = [
        slot
        for slot in catalogue().values()
        if slot.listen and slot.id not in known and interview.status(slot.id) is not Status.CLEAR
    ]
    for note in notes:
        heard = _heard(note, listening, interview)
        found.readings |= {key: one for key, one in heard.items() if key not in found.readings}
        if not heard:
            found.notes.append(note)
    return found


def _heard(note: str, listening: Sequence[Slot], interview: Interview) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    for piece in sentences(note)[:200]:
        for slot in listening:
            if slot.id in found or not points(slot, piece):
                continue
            reading = parsers.read(slot.kind, piece[:2_000], context_of(slot.id, interview))
            if reading is not None and reading.value not in (None, []):
                found[slot.id] = reading
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


def _owners(slots: Sequence[str], pieces: Sequence[str], interview: Interview) -> list[str]:
    """For each clause the slot that it speaks of; empty where it points at none."""
    owners = [""] * len(pieces)
    for place, piece in enumerate(pieces):
        pointed = [slot for slot in slots if points(slot_of(slot), piece)]
        readable = [slot for slot in pointed if _readable(slot, piece, interview)]
        owners[place] = next(iter(sorted(readable, key=lambda one: one in owners)), "")
    for place, piece in enumerate(pieces):
        if owners[place]:
            continue
        free = [slot for slot in slots if slot not in owners]
        fits = [slot for slot in free if slot_of(slot).kind not in _GREEDY]
        owner = next((slot for slot in fits if _readable(slot, piece, interview)), "")
        before = owners[place - 1] if place else ""
        if not owner and before and slot_of(before).kind in _GREEDY:
            owner = before  # `monitoring with metrics, logs`: the list goes on
        if not owner and len(pieces) == len(slots) and slots[place] in free:
            owner = slots[place] if _readable(slots[place], piece, interview) else ""
        owners[place] = owner
    return owners


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
    low = f" {' '.join(re.findall(r'[a-z0-9]+', piece[:2_000].lower()))} "
    return any(f" {' '.join(re.findall(r'[a-z0-9]+', cue))} " in low for cue in slot.cues)
