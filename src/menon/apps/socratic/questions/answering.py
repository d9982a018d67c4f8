"""Writes one answer into an interview: skipped, accepted, parsed, overheard, or kept as it is."""

from menon.apps.socratic.questions.bank import template_of
from menon.apps.socratic.questions.hearing import Heard, merged
from menon.apps.socratic.questions.parsers.clauses import (
    is_accepted,
    is_not_applicable,
    is_recommended,
    is_unknown,
    without_rest,
)
from menon.apps.socratic.questions.recording import Recorder
from menon.apps.socratic.questions.slots import parts, slot_of
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
    interview, slots = recorder.before, question.slots
    try:
        blocking = any(slot_of(slot).blocking for slot in slots)
    except KeyError as error:
        raise InvalidInput(f"there is no slot {error.args[0]!r}; ask again") from None
    if is_unknown(text) or (is_not_applicable(text) and blocking):
        for slot in slots:
            assume(slot, recorder)
        return []
    if is_not_applicable(text):
        for slot in slots:
            recorder.mark(slot, Status.NOT_APPLICABLE, text=text)
        return []
    accepted = is_recommended(text) or (is_accepted(text) and question.kind != "yes_no")
    if question.kind == "accept" or (accepted and not question.recommended):
        found = _accepting(question, text, recorder)
    else:
        said, rest = without_rest(question.recommended if accepted else text)
        found = _understood(question, said, interview)
        if rest:
            taken = _understood(question, question.recommended, interview).readings
            found.readings = taken | found.readings
        if heard is not None:
            found = _heard(found, heard, recorder)
    for slot, reading in found.readings.items():
        recorder.put(slot, reading.value, shown=reading.shown)
    _silent(question, found, recorder)
    return _overhear(question, found, text, recorder)


def _heard(found: Understood, heard: Heard, recorder: Recorder) -> Understood:
    both, models = merged(found, heard)
    if models:
        recorder.model = heard.model
    return both


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
    return several(question.slots, text, interview)


def _accepting(question: Question, text: str, recorder: Recorder) -> Understood:
    """`yes` takes all defaults, `yes, but daily backups` all others, `no` none of them."""
    first = text.strip().lower().replace(",", " ").split(" ", 1)[0]
    agreed = is_accepted(text) or is_accepted(first) or first in {"accept", "1", "a"}
    found = Understood()
    if not is_accepted(text) and len(text.strip()) > len(first):
        rest = text.strip()[len(first) :].strip(" ,.") if agreed else text
        found = _amended(question, rest.removeprefix("but "), recorder.before)
    elif not agreed:
        found.notes.append(text)
    if agreed:
        for slot in question.slots:
            default = default_of(slot, recorder.before)
            if default is not None and slot not in found.readings:
                found.readings[slot] = default
    return found


def _silent(question: Question, found: Understood, recorder: Recorder) -> None:
    """Slots that were asked about and not spoken of: none where others were, else open."""
    for slot in question.slots:
        if slot in recorder.known and recorder.known[slot].status is Status.CLEAR:
            continue
        kind = slot_of(slot).kind
        if found.readings and kind in {"relations", "states"} and parts(slot)[1]:
            recorder.put(slot, [] if kind == "relations" else None, shown="none")
        elif found.notes:
            recorder.mark(slot, Status.PARTIAL, text="\n".join(found.notes))


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
