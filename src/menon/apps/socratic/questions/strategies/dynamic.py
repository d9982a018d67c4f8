"""The question that tells most for what it costs to answer.

score = sum(impact x H(slot) x P(resolve) x unlock) / cost + conflict bonus - role switch
"""

from collections.abc import Sequence
from typing import Final

from menon.apps.socratic.questions.bank import Template, template_of
from menon.apps.socratic.questions.measure import ENTROPY
from menon.apps.socratic.questions.slots import dependants
from menon.apps.socratic.questions.state import Interview, Learned, Question
from menon.apps.socratic.questions.strategies.candidates import Candidate

CONFLICT_BONUS: Final = 1_000.0
"""More than any sum of slots: what contradicts itself is settled before anything else."""
ROLE_SWITCH: Final = 0.5
"""What it costs to hear another role, in units of impact; a follow-up costs nothing."""
PRIOR: Final = (4.0, 5.0)
"""Four of five questions resolve their slots, until the answers teach better."""
UNLOCK: Final = 0.1
"""Each slot that waits for this one makes it worth a tenth more."""


def choose(interview: Interview, candidates: Sequence[Candidate]) -> Question:
    """The highest score; equal ones in the order of the bank."""
    last = interview.asked[-1].question if interview.asked else None
    before = template_of(last) if last else None
    follow_ups = before.follow_ups if before else ()

    def rank(one: Candidate) -> tuple[float, int, str]:
        follows = one.template is not None and one.template.id in follow_ups
        switch = last is not None and one.role is not last.role and not follows
        return (-round(score(one, interview) - ROLE_SWITCH * switch, 6), one.order, one.subject)

    # Of one template the entities come as they were named, not by the alphabet.
    subjects = {one.subject: place for place, one in enumerate(candidates)}
    best = min(candidates, key=lambda one: (*rank(one)[:2], subjects[one.subject]))
    return best.question(interview)


def score(candidate: Candidate, interview: Interview) -> float:
    """What a question is worth, without what it costs to change the role."""
    if candidate.template is None:
        severity = candidate.conflict.severity if candidate.conflict else 0.0
        return CONFLICT_BONUS + severity
    waiting = dependants()
    told = sum(
        slot.impact * ENTROPY[interview.status(key)] * (1 + UNLOCK * waiting[slot.id])
        for key, slot in candidate.open
    )
    return told * resolving(candidate.template, interview) / candidate.template.cost


def resolving(template: Template, interview: Interview) -> float:
    """The probability that an answer fills its slots, from .8 on as the answers teach."""
    learned = interview.learned.get(template.id, Learned())
    hits, tries = PRIOR
    return (hits + learned.resolved) / (tries + learned.tries)
