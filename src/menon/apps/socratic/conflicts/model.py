"""What goes in and what comes out: statements, typed assertions, conflicts."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from menon.apps.socratic.conflicts.evidence import Evidence

FOREVER: Final = math.inf


class ConflictType(StrEnum):
    """The ten ways in which statements contradict each other."""

    TIMELINE = "timeline"
    NUMERIC = "numeric"
    BUDGET = "budget"
    TECHNOLOGY = "technology"
    SCOPE = "scope"
    PERMISSION = "permission"
    DATA = "data"
    PRIORITY = "priority"
    TENSION = "tension"
    TEXT = "text"


class Grade(StrEnum):
    """Hard cannot be built; warn is unlikely to work; review is for a person to judge."""

    HARD = "hard"
    WARN = "warn"
    REVIEW = "review"


class Severity(StrEnum):
    """How much harm it does if nobody resolves it."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Modality(StrEnum):
    """How strongly something is said."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"
    NEVER = "never"
    FACT = "fact"


@dataclass(frozen=True)
class Statement:
    """A sentence or more of free text, and what a parser already made of it.

    Args:
        id: unique among the statements of a call, or a path in a specification.
        role: who said it, such as `project_manager`.
        text: natural English of any length.
        slot: the slot that it answers, such as `plan.deadline`; its words help to read the text.
        value: the slot's value; a number, a text, or a mapping with `value` and `unit`.
    """

    id: str
    role: str
    text: str
    slot: str = ""
    value: Any = None


class Interval(NamedTuple):
    """The numbers that an assertion allows."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def below(self, other: "Interval", slack: float = 0.0) -> bool:
        """Whether every number of this one is less than every number of the other.

        Args:
            other: in the same unit.
            slack: the relative difference that still counts as equal.
        """
        if self.high > other.low or (self.high == other.low and not self._open(other)):
            return False
        room = slack * max(abs(self.high), abs(other.low))
        return other.low - self.high > room or (room == 0 and self._open(other))

    def apart(self, other: "Interval", slack: float = 0.0) -> bool:
        """Whether no number satisfies both."""
        return self.below(other, slack) or other.below(self, slack)

    def _open(self, other: "Interval") -> bool:
        return self.high_open or other.low_open


@dataclass(frozen=True, kw_only=True, slots=True)
class Assertion:
    """One claim that a rule can judge without reading English."""

    source: str
    """The id of the statement."""
    slot: str
    """What it is about, such as `duration`, `budget`, `latency`, `required`, `allow`, `topic`."""
    operator: str = "="
    value: Interval | str | bool = ""
    unit: str = ""
    about: frozenset[str] = frozenset()
    """The subject: stems of the words that name it; empty is the whole system."""
    subject: frozenset[str] = frozenset()
    """The part of `about` that stands before the verb."""
    head: frozenset[str] = frozenset()
    """What lies beside something else, such as the rest of `the rest after a shift`."""
    target: frozenset[str] = frozenset()
    """What is done to, or counted; empty where there is none."""
    scope: frozenset[str] = frozenset()
    """Environment, phase, tier and condition under which it holds."""
    modality: Modality = Modality.FACT
    everywhere: bool = False
    """It says so of all, each or any."""
    excluded: frozenset[str] = frozenset()
    """Who is excepted."""
    shown: str = ""
    """The value in words, for witnesses."""
    text: str = ""
    """The clause that it was read from."""
    key: int = 0
    """Clauses of one reading count up, so that rules can look at what stands together."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A way out; a question to the people who said the opposite."""

    id: str
    text: str
    effect: str
    """What becomes true: `keep:<id>`, `revise:<id>`, `split`, `waive`, or a new fact."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Statements that cannot, or hardly, all be true."""

    type: ConflictType
    grade: Grade
    statements: tuple[str, ...]
    why: str
    witness: str
    resolutions: tuple[Resolution, ...]
    severity: Severity
    values: tuple[str, ...] = field(default=())
    """The value that each statement asserts, in the order of the statements."""


@dataclass(frozen=True, kw_only=True)
class Detector:
    """A pure rule for one type; modules of `detectors/` export it as `DETECTOR`."""

    type: ConflictType
    order: int
    """Of two findings on the same statements, the one of the lower order is told."""
    find: "Callable[[Evidence], list[Conflict]]"
