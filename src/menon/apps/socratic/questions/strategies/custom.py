"""The user's roles in the user's order; what follows from the last answer comes first."""

from collections.abc import Sequence

from menon.apps.socratic.questions.bank import template_of
from menon.apps.socratic.questions.state import Interview, Question
from menon.apps.socratic.questions.strategies import sequential
from menon.apps.socratic.questions.strategies.candidates import Candidate


def choose(interview: Interview, candidates: Sequence[Candidate]) -> Question:
    """A follow-up of the last question if there is one, else the next of the roles in turn."""
    last = template_of(interview.asked[-1].question) if interview.asked else None
    wanted = last.follow_ups if last else ()
    following = [one for one in candidates if one.template and one.template.id in wanted]
    return sequential.first(interview, following or candidates).question(interview)
