"""An interview without one of its answers: what builds on an answer goes with it."""

from menon.apps.socratic.questions.hearing import Heard
from menon.apps.socratic.questions.interview import answer, begin
from menon.apps.socratic.questions.parsers.reading import Reading
from menon.apps.socratic.questions.state import RULES, Asked, Interview


def without(interview: Interview, question: str, respondent: str) -> Interview:
    """The interview as it would be had somebody not answered a question.

    The other answers are read again in their order. To take out only what names the answer as its
    source would leave in lists what it has added to them.
    """
    kept = [
        one
        for one in interview.asked
        if (one.question.id, one.respondent) != (question, respondent)
    ]
    if len(kept) == len(interview.asked):
        return interview
    state = begin(
        interview.mode,
        [one.value for one in interview.roles],
        name=interview.name,
        description=interview.description,
        technologies=interview.technologies,
    )
    for one in kept:
        state = answer(
            state,
            one.question,
            one.text,
            answer_id=one.answer_id,
            respondent=one.respondent,
            confidence=one.confidence,
            heard=_heard(one),
        ).interview
    # How well questions work is no part of an answer; earlier sessions have taught it too.
    return state.model_copy(update={"learned": interview.learned})


def _heard(one: Asked) -> Heard | None:
    """What a model read of it then; it is not asked again."""
    if one.model == RULES:
        return None
    own = set(one.question.slots)
    readings = {p.slot: Reading(value=p.value, shown=p.shown) for p in one.parses if p.slot in own}
    return Heard(model=one.model, readings=readings)
