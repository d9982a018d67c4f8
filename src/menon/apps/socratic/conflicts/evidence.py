"""Everything that was read out of the statements, arranged for the detectors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from menon.apps.socratic.conflicts.clauses import Clause
from menon.apps.socratic.conflicts.model import Assertion, Statement


@dataclass(frozen=True)
class Evidence:
    """Statements, clauses and assertions of one call."""

    statements: Mapping[str, Statement]
    clauses: Sequence[Clause] = ()
    assertions: Sequence[Assertion] = ()

    @cached_property
    def by_slot(self) -> Mapping[str, Sequence[Assertion]]:
        """Assertions by their slot, in the order of the statements."""
        found: dict[str, list[Assertion]] = {}
        for assertion in self.assertions:
            found.setdefault(assertion.slot, []).append(assertion)
        return found

    def of(self, *slots: str) -> list[Assertion]:
        """The assertions of these slots."""
        return [one for slot in slots for one in self.by_slot.get(slot, ())]

    def ordered(self, sources: Iterable[str]) -> tuple[str, ...]:
        """These ids once each, in the order of the statements."""
        return tuple(sorted(set(sources), key=lambda name: self._order[name]))

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(self.statements)}
