"""An interview as a pure state machine: begin, next question, answer, what is covered."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from menon.apps.socratic.questions import measure
from menon.apps.socratic.questions.answering import assume, record
from menon.apps.socratic.questions.bank import template_of
from menon.apps.socratic.questions.hearing import Heard
from menon.apps.socratic.questions.measure import MOST_QUESTIONS, ConflictRef, coverage
from menon.apps.socratic.questions.parsers import Context, read
from menon.apps.socratic.questions.parsers.clauses import clean
from menon.apps.socratic.questions.parsers.stance import Stance, stance
from menon.apps.socratic.questions.recording import Recorder
from menon.apps.socratic.questions.roles import Role, role
from menon.apps.socratic.questions.slots import parts
from menon.apps.socratic.questions.state import (
    Answered,
    Asked,
    Interview,
    Learned,
    Mode,
    Parse,
    Question,
    Status,
)
from menon.apps.socratic.questions.statements import statements
from menon.apps.socratic.questions.strategies import STRATEGIES
from menon.apps.socratic.questions.strategies.candidates import candidates
from menon.apps.socratic.questions.understanding import context_of
from menon.core.errors import InvalidInput

__all__ = [
    "DEFAULT_ROLES",
    "answer",
    "assume_rest",
    "begin",
    "coverage",
    "next_question",
    "remaining",
    "statements",
]

DEFAULT_ROLES: Final[dict[Mode, tuple[Role, ...]]] = {
    "sequential": (Role.PROJECT_MANAGER, Role.TECHNICAL_LEAD, Role.DEVELOPER),
    "dynamic": (Role.PROJECT_MANAGER, Role.DEVELOPER),
    "custom": (Role.PROJECT_MANAGER,),
}
_DATABASES: Final = ("sqlite", "postgres", "mysql", "mariadb", "mongo")
_PROGRAMMED: Final = ("python", "typescript", "javascript", "java", "go", "rust", "kotlin", "c#")


def begin(
    mode: str,
    roles: Iterable[str] | None = None,
    *,
    name: str,
    description: str = "",
    technologies: Iterable[str] = (),
) -> Interview:
    """The state before the first question; the description counts as half an answer.

    Raises:
        InvalidInput: there is no such mode or role, or the name is empty.
    """
    if mode not in DEFAULT_ROLES:
        raise InvalidInput(f"there is no mode {mode[:80]!r}; choose {', '.join(DEFAULT_ROLES)}")
    name = " ".join(clean(name).split())
    if not name:
        raise InvalidInput("a project needs a name; send `name`")
    active = tuple(dict.fromkeys(role(one) for one in roles or ())) or DEFAULT_ROLES[mode]
    chosen = tuple(one for each in technologies if (one := " ".join(clean(each).split())))
    begun = Interview(
        mode=mode, roles=active, name=name, description=clean(description), technologies=chosen
    )
    recorder = Recorder(begun, "inference", text=begun.description)
    if begun.description.strip():
        shown = begun.description[:200]
        recorder.put("goal.problem", begun.description[:20_000], shown=shown, status=Status.PARTIAL)
    _chosen(chosen, recorder)
    return recorder.interview()


def next_question(
    interview: Interview,
    *,
    open_conflicts: Sequence[ConflictRef] = (),
    limit: int = MOST_QUESTIONS,
) -> Question | None:
    """The question to ask now; None when enough is known, or when `limit` have been asked."""
    if len(interview.asked) >= limit or measure.enough(interview, open_conflicts):
        return None
    possible = candidates(interview, open_conflicts)
    return STRATEGIES[interview.mode](interview, possible) if possible else None


def remaining(interview: Interview) -> list[Question]:
    """Every question that could still be asked, in the order of the bank."""
    return [one.question(interview) for one in candidates(interview)]


def answer(
    interview: Interview,
    question: Question,
    text: str,
    *,
    answer_id: str,
    respondent: str = "",
    confidence: int = 3,
    heard: Heard | None = None,
) -> Answered:
    """What an answer says, and the state after it. Nothing is dropped: see `notes`.

    `heard` is what a model read of it, where one did; the model never chooses what is asked.
    "Skip" and "don't know" record assumptions; "not applicable" takes the slots out of the count.

    Raises:
        InvalidInput: the confidence is not 1 to 5, or the question names unknown slots.
    """
    if not 1 <= confidence <= 5:
        raise InvalidInput(f"the confidence is 1 to 5, not {confidence}")
    text = clean(text)
    recorder = Recorder(
        interview, answer_id, respondent=respondent, confidence=confidence, text=text
    )
    chosen: dict[str, str] = {}
    if question.kind == "resolution":
        notes = _resolve(question, text, chosen)
    else:
        notes = record(question, text, recorder, heard)
    after = recorder.interview()
    parses = (
        *_parses(interview, after),
        *recorder.outweighed,
        *_resolutions(question, chosen),
    )
    log = Asked(
        question=question,
        text=text,
        answer_id=answer_id,
        respondent=respondent,
        confidence=confidence,
        parses=parses,
        notes=tuple(notes),
        model=recorder.model,
    )
    changed = {
        "asked": (*interview.asked, log),
        "resolved": interview.resolved | chosen,
        "learned": _learned(after, question),
    }
    ended = after.model_copy(update=changed)
    return Answered(interview=ended, parses=parses, notes=log.notes, model=log.model)


def assume_rest(interview: Interview) -> Interview:
    """Fills what nobody answered with the defaults, each as an assumption."""
    recorder = Recorder(interview, "default")
    for key, _ in list(measure.applicable(interview)):
        known = interview.known.get(key)
        if known is None or (known.status is not Status.CLEAR and not known.value):
            assume(key, recorder)
    return recorder.interview()


def _resolve(question: Question, text: str, chosen: dict[str, str]) -> list[str]:
    choices = {one.value: (one.text,) for one in question.options}
    found = read("option", text, Context(choices=choices))
    if found is None:
        return [] if stance(text) is Stance.UNKNOWN else [text]
    chosen[parts(question.id.replace("conflict", "x", 1))[1]] = str(found.value)
    return []


def _resolutions(question: Question, chosen: dict[str, str]) -> list[Parse]:
    texts = {one.value: one.text for one in question.options}
    return [
        Parse(slot=f"conflict[{key}]", value=one, status=Status.CLEAR, shown=texts[one])
        for key, one in chosen.items()
    ]


def _parses(before: Interview, after: Interview) -> list[Parse]:
    """What changed, slot by slot, in the order of the slots."""
    return [
        Parse(slot=slot, value=known.value, status=known.status, shown=known.shown)
        for slot, known in after.known.items()
        if (old := before.known.get(slot)) is not known and old != known
    ]


def _learned(after: Interview, question: Question) -> dict[str, Learned]:
    template = template_of(question)
    if template is None or not question.slots:
        return after.learned
    clear = sum(after.status(slot) is Status.CLEAR for slot in question.slots)
    old = after.learned.get(template.id, Learned())
    new = Learned(tries=old.tries + 1, resolved=old.resolved + clear / len(question.slots))
    return after.learned | {template.id: new}


def _chosen(technologies: Sequence[str], recorder: Recorder) -> None:
    """Technologies that were chosen with the project are answers already."""
    if not technologies:
        return
    values: dict[str, Any] = {"architecture.technologies": list(technologies)}
    low = {one.lower(): one for one in technologies}
    languages = [one for key, one in low.items() if key in _PROGRAMMED]
    if languages:
        values["architecture.languages"] = languages
    for key in low:
        if key.startswith(_DATABASES):
            found = read("option", key, context_of("architecture.database", recorder.before))
            values["architecture.database"] = found.value if found else key
            break
    for slot, value in values.items():
        recorder.put(slot, value, shown=str(value))
