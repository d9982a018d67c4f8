"""Proves the question bank: every slot can be filled, every option parses, every name exists."""

from collections.abc import Iterator, Mapping
from typing import Final

from menon.apps.socratic.questions import parsers
from menon.apps.socratic.questions.bank import Template, askable, made, subjects
from menon.apps.socratic.questions.interview import answer, begin
from menon.apps.socratic.questions.roles import Role
from menon.apps.socratic.questions.slots import Slot, catalogue
from menon.apps.socratic.questions.state import Interview, Question, Status

LEAST: Final = 12
"""Questions that each role has at least."""


def problems(templates: Mapping[str, Template]) -> list[str]:
    """What is wrong with a bank, each with its question or slot; none where it is sound."""
    found = list(_names(templates))
    if not found:
        found += _links(templates)
        found += _unreachable(templates)
        found += _unreadable(templates)
    return found


def sample() -> Interview:
    """An interview in which every kind of question can be asked."""
    base = begin("dynamic", list(Role), name="Sample")
    told = {
        "goal.actors": "members, librarians",
        "data.entities": "Book: title; Member: name; Loan belongs to Book",
        "behaviour.stories": "As a member I want to borrow a book so that I can read it",
        "behaviour.integrations": "the town's register",
    }
    for place, (slot, text) in enumerate(told.items()):
        asked = Question(id=f"sample.{slot}", role=Role.DEVELOPER, slots=(slot,), text=slot)
        base = answer(base, asked, text, answer_id=f"S{place}").interview
    return base


def _names(templates: Mapping[str, Template]) -> Iterator[str]:
    slots = catalogue()
    for slot in slots.values():
        yield from (
            f"slot {slot.id}: there is no slot {one!r}" for one in slot.depends if one not in slots
        )
        if slot.when and slot.when not in slots:
            yield f"slot {slot.id}: there is no slot {slot.when!r}"
        if slot.default and _default(slot) is None:
            yield f"slot {slot.id}: the default {slot.default!r} does not parse"
    for one in templates.values():
        yield from (f"{one.id}: there is no slot {s!r}" for s in one.slots if s not in slots)
        for condition in (*one.requires, *one.forbids):
            if condition.split("!")[0].split("=")[0] not in slots:
                yield f"{one.id}: the condition {condition!r} names no slot"


def _links(templates: Mapping[str, Template]) -> Iterator[str]:
    counts = dict.fromkeys(Role, 0)
    for one in templates.values():
        counts[one.role] += 1
        yield from (f"{one.id}: dead follow-up {f!r}" for f in one.follow_ups if f not in templates)
    yield from (f"{role} has {n} questions, not {LEAST}" for role, n in counts.items() if n < LEAST)


def _default(slot: Slot) -> parsers.Reading | None:
    known = parsers.Context(
        subject="Book", entities=("Book",), choices=slot.choices, open=slot.open, unit=slot.unit
    )
    return parsers.read(slot.kind, slot.default, known)


def _unreachable(templates: Mapping[str, Template]) -> Iterator[str]:
    """Slots that no question fills whose conditions can come true, starting from nothing."""
    reached: set[str] = set()
    grown = True
    while grown:
        before = len(reached)
        for one in templates.values():
            needs = {need.split("!")[0].split("=")[0] for need in one.requires}
            subject = any(catalogue()[slot].each == "entity" for slot in one.slots)
            story = any(catalogue()[slot].each == "story" for slot in one.slots)
            needs |= {"data.entities"} if subject else set()
            needs |= {"behaviour.stories"} if story else set()
            if needs <= reached:
                reached.update(one.slots)
        grown = len(reached) > before
    yield from (f"slot {one}: no question reaches it" for one in catalogue() if one not in reached)


def _unreadable(templates: Mapping[str, Template]) -> Iterator[str]:
    """Options and recommended answers that do not fill what they answer."""
    base = sample()
    for one in templates.values():
        named = subjects(one, base)
        if not named or not askable(one, base):
            yield f"{one.id}: it cannot be asked even where all is known"
            continue
        question = made(one, named[0], base, one.role)
        said = [word for option in question.options for word in (option.value, option.text)]
        for word in dict.fromkeys(said):
            if word not in {"no", "accept"} and not _clear(question, word, base):
                yield f"{one.id}: the option {word!r} does not parse"
        if not _clear(question, question.recommended, base):
            yield f"{one.id}: the recommended answer {question.recommended!r} fills nothing"


def _clear(question: Question, text: str, base: Interview) -> bool:
    known = {key: one for key, one in base.known.items() if key not in question.slots}
    keep = {"data.entities", "behaviour.stories", "goal.actors"}
    known |= {key: base.known[key] for key in keep if key in base.known}
    fresh = base.model_copy(update={"known": known})
    read = answer(fresh, question, text, answer_id="lint")
    return any(read.interview.status(slot) is Status.CLEAR for slot in question.slots)
