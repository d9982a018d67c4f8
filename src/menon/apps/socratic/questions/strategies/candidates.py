"""What could be asked now: templates made concrete, and open conflicts; in the bank's order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from menon.apps.socratic.questions import bank
from menon.apps.socratic.questions.bank import Template
from menon.apps.socratic.questions.measure import ConflictRef, applicable, missing
from menon.apps.socratic.questions.roles import Role, nearest
from menon.apps.socratic.questions.slots import Slot
from menon.apps.socratic.questions.state import Interview, Option, Question, Status


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be asked, and by whom."""

    template: Template | None
    subject: str
    role: Role
    order: int
    """Its place in the bank; breaks ties."""
    open: tuple[tuple[str, Slot], ...] = ()
    """Those of its slots that are not clear, with what the catalogue says of them."""
    conflict: ConflictRef | None = None

    def question(self, interview: Interview) -> Question:
        """The words to ask."""
        if self.template is not None:
            return bank.made(self.template, self.subject, interview, self.role)
        return _about(self.conflict, self.role)


def candidates(interview: Interview, conflicts: Sequence[ConflictRef] = ()) -> list[Candidate]:
    """Every question that may be asked and would tell something new."""
    matter = dict(applicable(interview))
    asked = Counter(one.question.id for one in interview.asked)
    lacking = frozenset(missing(interview))
    found: list[Candidate] = []
    for order, template in enumerate(bank.templates().values()):
        if not bank.askable(template, interview):
            continue
        role = nearest(template.role, interview.roles)
        for subject in bank.subjects(template, interview):
            tries = asked[f"{template.id}[{subject}]" if subject else template.id]
            slots = bank.concrete(template, subject, interview)
            known = tuple((key, matter[key]) for key in slots if key in matter)
            left = tuple(one for one in known if interview.status(one[0]) is not Status.CLEAR)
            fresh = any(interview.status(key) in _UNTOLD for key, _ in left)
            again = tries < _TRIES and not template.bulk and not lacking.isdisjoint(slots)
            if fresh and (not tries or again):
                found.append(Candidate(template, subject, role, order, left))
    for place, one in enumerate(sorted(conflicts, key=lambda one: (-one.severity, one.id))):
        if one.id not in interview.resolved and f"conflict[{one.id}]" not in asked:
            asker = interview.roles[0]
            found.append(Candidate(None, one.id, asker, 10_000 + place, conflict=one))
    return found


_TRIES = 2
"""A question without whose answer nothing can be made is asked once more."""
_UNTOLD = frozenset({Status.MISSING, Status.PARTIAL})


def _about(conflict: ConflictRef | None, role: Role) -> Question:
    if conflict is None:
        raise ValueError("a candidate has a template or a conflict")
    return Question(
        id=f"conflict[{conflict.id}]",
        role=role,
        slots=conflict.slots,
        text=f"Two answers do not fit together: {conflict.why} Which way out do you take?",
        why="What contradicts itself cannot be built; one of the two has to give way.",
        kind="resolution",
        options=tuple(Option(value=one, text=text) for one, text in conflict.resolutions),
        recommended=conflict.resolutions[0][1] if conflict.resolutions else "",
    )
