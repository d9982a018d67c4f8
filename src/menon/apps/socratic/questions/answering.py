"""Writes one answer into an interview: skipped, accepted, parsed, overheard, or kept as it is."""

from typing import Final

from menon.apps.socratic.questions.bank import template_of
from menon.apps.socratic.questions.hearing import Heard, merged
from menon.apps.socratic.questions.parsers.clauses import (
    is_accepted,
    is_not_applicable,
    without_rest,
)
from menon.apps.socratic.questions.parsers.reading import Reading
from menon.apps.socratic.questions.parsers.stance import Stance, opening, stance, without_taking
from menon.apps.socratic.questions.recording import Recorder
from menon.apps.socratic.questions.slots import Kind, parts, slot_of
from menon.apps.socratic.questions.spreading import for_all
from menon.apps.socratic.questions.state import Interview, Question, Status
from menon.apps.socratic.questions.understanding import (
    Understood,
    default_of,
    overheard,
    several,
    single,
)
from menon.core.errors import InvalidInput

_GREEDY: Final[frozenset[Kind]] = frozenset({"text", "lines", "scope", "terms"})
"""Kinds that read anything, and so would take what was meant for another question."""


def record(
    question: Question, text: str, recorder: Recorder, heard: Heard | None = None
) -> list[str]:
    """Writes what an answer says; returns what could not be read.

    Args:
        question: what was asked.
        text: the answer.
        recorder: takes what it says.
        heard: what a model read of it, where one did.
    """
    slots = question.slots
    try:
        blocking = any(slot_of(slot).blocking for slot in slots)
    except KeyError as error:
        raise InvalidInput(f"there is no slot {error.args[0]!r}; ask again") from None
    stands = stance(text)
    if stands is Stance.WAITS:
        return []
    if stands is Stance.UNKNOWN or (is_not_applicable(text) and blocking):
        for slot in slots:
            assume(slot, recorder)
        return []
    if is_not_applicable(text):
        for slot in slots:
            recorder.mark(slot, Status.NOT_APPLICABLE, text=text)
        return []
    found = _read(question, text, recorder, stands)
    if heard is not None and _reads(question, stands):
        found = _heard(found, heard, recorder)
    if not found.readings and stands is None:
        found = _belated(text, found, recorder)
    for slot, reading in found.readings.items():
        recorder.put(slot, reading.value, shown=reading.shown)
    _silent(question, found, recorder)
    return _overhear(question, found, text, recorder)


def _reads(question: Question, stands: Stance | None) -> bool:
    """Whether the words of an answer are read, and not a proposal taken as it is."""
    takes = stands is Stance.TAKES or (stands is Stance.AGREES and question.kind != "yes_no")
    return question.kind != "accept" and (not takes or bool(question.recommended))


def _read(question: Question, text: str, recorder: Recorder, stands: Stance | None) -> Understood:
    """What an answer says, with what it takes of the proposal."""
    if not _reads(question, stands):
        return _accepting(question, text, recorder)
    takes = stands is Stance.TAKES or (stands is Stance.AGREES and question.kind != "yes_no")
    said, rest = ("", True) if takes else _told(text)
    found = _understood(question, said, recorder.before) if said else Understood()
    if rest:
        proposed = _understood(question, question.recommended, recorder.before)
        if not said:
            found.notes += proposed.notes
        found.readings = _unsaid(proposed.readings, recorder) | found.readings
    return found


def _unsaid(proposed: dict[str, Reading], recorder: Recorder) -> dict[str, Reading]:
    """Of a proposal what nobody has said otherwise in words of their own."""
    return {slot: one for slot, one in proposed.items() if not _settled(slot, recorder)}


def _heard(found: Understood, heard: Heard, recorder: Recorder) -> Understood:
    both, models = merged(found, heard)
    if models:
        recorder.model = heard.model
    return both


def _belated(text: str, found: Understood, recorder: Recorder) -> Understood:
    """An answer that says nothing of its question may be one to the question before it."""
    asked = recorder.before.asked
    if not asked or asked[-1].question.kind == "resolution":
        return found
    open_ones = [slot for slot in asked[-1].question.slots if not _settled(slot, recorder)]
    before = asked[-1].question.model_copy(update={"slots": tuple(open_ones)})
    if not open_ones or all(slot_of(slot).kind in _GREEDY for slot in open_ones):
        return found
    late = _understood(before, _told(text)[0], recorder.before)
    return late if late.readings else found


def _settled(slot: str, recorder: Recorder) -> bool:
    known = recorder.known.get(slot)
    taken = known is not None and stance(known.text) in {Stance.TAKES, Stance.AGREES}
    return known is not None and known.status is Status.CLEAR and not taken


def _understood(question: Question, text: str, interview: Interview) -> Understood:
    template = template_of(question)
    if template is not None and template.bulk:
        return for_all(question.slots, text, interview)
    if len(question.slots) == 1:
        return single(question.slots[0], text, interview)
    return several(question.slots, text, interview)


def _amended(question: Question, text: str, interview: Interview) -> Understood:
    template = template_of(question)
    if template is not None and template.bulk:
        return for_all(question.slots, text, interview)
    return several(question.slots, text, interview, in_order=False)


def _accepting(question: Question, text: str, recorder: Recorder) -> Understood:
    """`yes` takes all defaults, `yes, but daily backups` all others, `no` none of them."""
    stands, rest = opening(text)
    agreed = stands is not None
    if not agreed:
        first, *others = text.strip().replace(",", " ").split(" ", 1)
        agreed = is_accepted(first) or first.lower() in {"accept", "1", "a"}
        rest = (text.strip()[len(first) :].strip(" ,.") if agreed else text) if others else ""
    found = Understood()
    if rest:
        found = _amended(question, rest.removeprefix("but "), recorder.before)
    elif not agreed:
        found.notes.append(text)
    if agreed:
        for slot in question.slots:
            default = default_of(slot, recorder.before)
            if default is not None and slot not in found.readings:
                found.readings |= _unsaid({slot: default}, recorder)
    return found


def _told(text: str) -> tuple[str, bool]:
    """What an answer tells, and whether it takes what was recommended for all else."""
    told, taken = without_taking(text)
    said, rest = without_rest(told)
    return said, rest or taken


def _silent(question: Question, found: Understood, recorder: Recorder) -> None:
    """Slots that were asked about and not spoken of: none where others were, else open."""
    for slot in question.slots:
        if slot in recorder.known and recorder.known[slot].status is Status.CLEAR:
            continue
        kind = slot_of(slot).kind
        if kind == "relations" and _stands_alone(parts(slot)[1], recorder):
            recorder.mark(slot, Status.PARTIAL, text="\n".join(found.notes))
        elif found.readings and kind in {"relations", "states"} and parts(slot)[1]:
            recorder.put(slot, [] if kind == "relations" else None, shown="none")
        elif found.notes:
            recorder.mark(slot, Status.PARTIAL, text="\n".join(found.notes))


def _stands_alone(entity: str, recorder: Recorder) -> bool:
    """Whether an entity among others is related to none: that is rather unsaid than so."""
    interview = recorder.interview()
    others = [one for one in interview.entities() if one != entity]
    related = [one for name in others for one in interview.listed(f"data.entity[{name}].relations")]
    return bool(entity and others) and not any(one["target"] == entity for one in related)


def _overhear(question: Question, found: Understood, text: str, recorder: Recorder) -> list[str]:
    """Listens for other slots in what is left, and in answers of plain words."""
    words = [text] if question.kind in {"text", "lines"} else []
    words = [one for one in words if one not in found.notes]
    heard = overheard([*found.notes, *words], recorder.interview(), tuple(found.readings))
    for slot, reading in heard.readings.items():
        recorder.put(slot, reading.value, shown=reading.shown)
    return [note for note in heard.notes if note in found.notes]


def assume(slot: str, recorder: Recorder) -> None:
    """Writes the default of a slot as an assumption, or that it is left open."""
    reading = default_of(slot, recorder.before)
    known = recorder.known.get(slot)
    if known is not None and known.status is Status.CLEAR:
        return
    if known is not None and known.value:
        recorder.put(slot, known.value, shown=known.shown, status=Status.ASSUMED)
    elif reading is not None and reading.value:
        recorder.put(slot, reading.value, shown=reading.shown, status=Status.ASSUMED)
    else:
        recorder.mark(slot, Status.ASSUMED)
