"""What an answer says of the slots of its question, and of others that it happens to mention.

one slot      -> its parser
several slots -> the clauses of the answer, each to the slot that its words point at
all entities  -> the clauses, each to the entities that it names
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from menon.apps.socratic.questions import parsers
from menon.apps.socratic.questions.parsers.clauses import clauses, is_nothing, sentences
from menon.apps.socratic.questions.parsers.names import mentions
from menon.apps.socratic.questions.parsers.reading import Context, Reading
from menon.apps.socratic.questions.slots import Kind, Slot, catalogue, parts, slot_of
from menon.apps.socratic.questions.state import Interview, Status

_STRUCTURED: Final[frozenset[Kind]] = frozenset(
    {"entities", "fields", "relations", "permissions", "stories", "ears", "scenario", "states"}
)
_GREEDY: Final[frozenset[Kind]] = frozenset({"text", "lines", "scope", "terms", "actors"})
"""Kinds that read anything: a clause is theirs only where its words point at them."""
_LEFT_OUT: Final = re.compile(r"(?:no|not|without|excluding|out of scope|we will not|won't)\b", re.I)
_OTHERS: Final = re.compile(
    r"\b(?:all|every|everything|others?|the rest|each|anything else|remaining|always|any)\b", re.I
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


def for_all(slots: Sequence[str], text: str, interview: Interview) -> Understood:
    """One answer for all entities: a clause is of those that it names, `the rest` of the others."""
    found = Understood()
    by_template: dict[str, list[str]] = {}
    for slot in slots:
        by_template.setdefault(parts(slot)[0], []).append(slot)
    for own in by_template.values():
        words = text if len(by_template) == 1 else _pointed(slot_of(own[0]), text)
        found.readings |= _spread(own, words, interview) if words else {}
    if not found.readings:
        found.notes.append(text)
    return found


def _spread(own: Sequence[str], text: str, interview: Interview) -> dict[str, Reading]:
    """The slots of one template, each with what the text says of its entity."""
    kind = slot_of(own[0]).kind
    if kind == "yes_no":
        return _named(own, text)
    if kind == "relations":
        return _related(own, text, interview)
    if kind == "fields":
        return _described(own, text, interview)
    return _valued(own, text, interview)


def _pointed(slot: Slot, text: str) -> str:
    return ", ".join(piece for piece in clauses(text) if _points(slot, piece))


def _described(own: Sequence[str], text: str, interview: Interview) -> dict[str, Reading]:
    """The fields behind each name: `Book: title, isbn`, one line each; relations go with them."""
    context = replace(context_of(own[0], interview), subject="")
    reading = parsers.read("entities", text, context)
    found: dict[str, Reading] = {}
    for one in reading.value["entities"] if reading else []:
        slot = f"data.entity[{one['name']}].fields"
        held = [each for each in reading.value["relations"] if each["source"] == one["name"]] if reading else []
        if slot in own and (one["fields"] or held):
            shown = ", ".join(each["name"] for each in one["fields"])
            found[slot] = Reading(value={"fields": one["fields"], "relations": held}, shown=shown)
    return found


def _related(own: Sequence[str], text: str, interview: Interview) -> dict[str, Reading]:
    """Each relation at the entity that holds it; who has none is known to have none."""
    context = replace(context_of(own[0], interview), subject="")
    reading = parsers.read("relations", text, context)
    if reading is None:
        return {}
    found = {slot: Reading(value=[], shown="none") for slot in own}
    for one in reading.value:
        slot = f"data.entity[{one['source']}].relations"
        before = found[slot].value if slot in found else []
        found[slot] = Reading(value=[*before, one], shown=reading.shown)
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
    for piece in [note] if len(note) < 80 else sentences(note)[:200]:
        for slot in listening:
            if slot.id in found or not _points(slot, piece):
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
        pointed = [slot for slot in slots if _points(slot_of(slot), piece)]
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
    if of.open and not _points(of, piece):
        context = replace(context, open=False)
    return parsers.read(of.kind, piece, context) is not None


def _joined(slot: str, own: Sequence[str], interview: Interview) -> Reading | None:
    if not own:
        return None
    return parsers.read(slot_of(slot).kind, ", ".join(own), context_of(slot, interview))


def _points(slot: Slot, piece: str) -> bool:
    """Whether a clause has one of the slot's words in it, standing alone."""
    if slot.kind == "scope" and slot.listen:
        return _LEFT_OUT.match(piece.strip()) is not None
    low = f" {' '.join(re.findall(r'[a-z0-9]+', piece[:2_000].lower()))} "
    return any(f" {' '.join(re.findall(r'[a-z0-9]+', cue))} " in low for cue in slot.cues)


def _named(own: Sequence[str], text: str) -> dict[str, Reading]:
    """Yes for the entities that are named, no for the others; `all` and `none` are for each."""
    names = [parts(slot)[1] for slot in own]
    low = text.strip().lower()
    denied = re.match(r"(?:all|every\w*)\b.*\b(?:but|except|not)\b", low) is not None
    said = set(mentions(text, names))
    whole = not said and parsers.read("yes_no", text, Context())
    if not said and not whole and not _OTHERS.search(text):
        return {}
    found: dict[str, Reading] = {}
    for slot, name in zip(own, names, strict=True):
        value = (name in said) != denied
        if not said:
            value = bool(whole.value) if whole else True
        found[slot] = Reading(value=value, shown="yes" if value else "no")
    return found


def _valued(own: Sequence[str], text: str, interview: Interview) -> dict[str, Reading]:
    """The value of each clause for the entities in it; one that names none is for the others."""
    names = {parts(slot)[1]: slot for slot in own}
    kind = slot_of(own[0]).kind
    found: dict[str, Reading] = {}
    general: Reading | None = None
    for piece, reading in _values(kind, text, context_of(own[0], interview)):
        said = mentions(piece, names)
        for name in said:
            found.setdefault(names[name], reading)
        if not said:
            general = general or reading
    if general is None and found and kind == "states":
        general = Reading(value=None, shown="none")  # who is not named has no states
    if general is not None:
        found = {slot: found.get(slot, general) for slot in own}
    return found


def _values(kind: Kind, text: str, context: Context) -> Iterator[tuple[str, Reading]]:
    """Each clause with its value; a clause without one is joined to the next: `Books, loans 2 years`."""
    waiting: list[str] = []
    if is_nothing(text) and (nothing := parsers.read(kind, text, context)):
        yield "", nothing
        return
    if kind == "states":
        for piece in sentences(text):
            name, colon, chain = piece.partition(":")
            reading = parsers.read(kind, chain if colon else piece, context)
            if reading is not None:
                yield (name if colon else piece), reading
        return
    for piece in clauses(text):
        reading = parsers.read(kind, piece, context)
        waiting.append(piece)
        if reading is not None:
            yield " ".join(waiting), reading
            waiting = []
