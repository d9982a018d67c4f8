"""One answer for all entities: each of its clauses goes to the entities that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from menon.apps.socratic.questions import parsers
from menon.apps.socratic.questions.parsers.clauses import clauses, is_nothing, sentences
from menon.apps.socratic.questions.parsers.names import mentions
from menon.apps.socratic.questions.parsers.reading import Context, Reading
from menon.apps.socratic.questions.slots import Kind, Slot, parts, slot_of
from menon.apps.socratic.questions.state import Interview
from menon.apps.socratic.questions.understanding import Understood, context_of, points

_EACH: Final = frozenset({"All", "Each", "Every", "Everything", "Other"})
_OTHERS: Final = re.compile(
    r"\b(?:all|every|everything|others?|the rest|each|anything else|remaining|always|any)\b",
    re.IGNORECASE,
)


def for_all(slots: Sequence[str], text: str, interview: Interview) -> Understood:
    """One answer for all entities: a clause is of those that it names, `the rest` of the others."""
    found = Understood()
    by_template: dict[str, list[str]] = {}
    for slot in slots:
        by_template.setdefault(parts(slot)[0], []).append(slot)
    for own in by_template.values():
        slots_of = [slot_of(one[0]) for one in by_template.values()]
        words = (
            text if len(by_template) == 1 else _pointed(slot_of(own[0]), text, slots_of, interview)
        )
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


def _pointed(slot: Slot, text: str, among: Sequence[Slot], interview: Interview) -> str:
    """The clauses that speak of a slot, or that it reads where they speak of none by name."""
    kept: list[str] = []
    for piece in clauses(text):
        spoken_of = [one for one in among if points(one, piece)]
        if not spoken_of and mentions(piece, interview.entities()):
            readable = [
                one
                for one in among
                if one.kind != "yes_no" and parsers.read(one.kind, piece, Context(unit=one.unit))
            ]
            spoken_of = readable[:1]
        if slot in spoken_of:
            kept.append(piece)
    return ", ".join(kept)


def _described(own: Sequence[str], text: str, interview: Interview) -> dict[str, Reading]:
    """The fields behind each name: `Book: title, isbn`, one line each; `All:` is for the others."""
    context = replace(context_of(own[0], interview), subject="")
    reading = parsers.read("entities", text, context)
    found: dict[str, Reading] = {}
    value = cast("dict[str, list[dict[str, Any]]]", reading.value if reading else {})
    for one in value.get("entities", []):
        held = [each for each in value["relations"] if each["source"] == one["name"]]
        if not one["fields"] and not held:
            continue
        shown = ", ".join(each["name"] for each in one["fields"])
        told = Reading(value={"fields": one["fields"], "relations": held}, shown=shown)
        slots = own if one["name"] in _EACH else [f"data.entity[{one['name']}].fields"]
        found = {slot: told for slot in slots if slot in own} | found
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
        before = cast("list[Any]", found[slot].value if slot in found else [])
        found[slot] = Reading(value=[*before, one], shown=reading.shown)
    return found


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
    """Each clause with its value; one without is joined to the next: `Books, loans 2 years`."""
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
