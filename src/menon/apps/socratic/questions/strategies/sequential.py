"""One role after another, each with its questions as the bank has them."""

from collections.abc import Sequence

from menon.apps.socratic.questions.state import Interview, Question
from menon.apps.socratic.questions.strategies.candidates import Candidate


def choose(interview: Interview, candidates: Sequence[Candidate]) -> Question:
    """The first question of the first role that has one; conflicts come after all else."""
    return first(interview, candidates).question(interview)


def first(interview: Interview, candidates: Sequence[Candidate]) -> Candidate:
    """The candidate of the earliest role; its own questions before those of others."""

    def place(one: Candidate) -> tuple[int, int, bool, int]:
        adopted = one.template is not None and one.template.role is not one.role
        return (int(one.template is None), interview.roles.index(one.role), adopted, one.order)

    return min(candidates, key=place)
