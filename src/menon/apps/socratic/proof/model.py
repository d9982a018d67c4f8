"""What proving a generated project answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

GateName = Literal[
    "tests",
    "coverage",
    "ruff",
    "complexity",
    "bandit",
    "openapi",
    "schemathesis",
    "performance",
]
GATES: Final[tuple[GateName, ...]] = (
    *("tests", "coverage"),
    *("ruff", "complexity", "bandit"),
    *("openapi", "schemathesis", "performance"),
)
"""All of them, as they are told."""

TestType = Literal["unit", "integration", "security", "performance"]
Severity = Literal["high", "medium", "low"]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """How high the gates stand."""

    coverage: float = 90.0
    """Percent of the statements that the tests have to run."""
    complexity: int = 10
    """The most paths through one function (McCabe)."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What proving may use of the machine; each of its three processes has all of it."""

    seconds: float = 240.0
    memory_mb: int = 1536
    processes: int = 64
    disk_mb: int = 256


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A test that failed."""

    name: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One test and how it went; an expected failure counts as skipped."""

    name: str
    state: Literal["passed", "failed", "skipped"]
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """A suite and how it went; the fields of the table `test_results`."""

    # Not a class of tests, whatever its name.
    __test__ = False

    test_type: TestType
    test_suite: str
    files_tested: tuple[str, ...]
    """Test files, or operations of the interface."""
    total_tests: int
    passed_tests: int
    failed_tests: int
    skipped_tests: int
    coverage_percentage: float | None = None
    """Of the whole run; None where nothing is measured."""
    coverage_by_file: Mapping[str, float] = field(default_factory=dict[str, float])
    failure_details: tuple[Failure, ...] = ()
    execution_time: float = 0.0
    """Seconds."""
    figures: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict[str, Mapping[str, float]]
    )
    """What was measured, by operation."""

    @property
    def passed(self) -> bool:
        """Something ran, and nothing failed."""
        return self.failed_tests == 0 and self.passed_tests > 0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something to mend, where it is known where."""

    gate: GateName
    rule: str
    severity: Severity
    text: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One gate; what could not run has failed."""

    name: GateName
    state: Literal["passed", "failed"]
    detail: str
    """One sentence: the figures, or why it failed."""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.state == "passed"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was tried, and how it went."""

    results: tuple[TestResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    gates: tuple[Gate, ...] = ()
    tests: tuple[Ran, ...] = ()
    seconds: float = 0.0

    @property
    def completed(self) -> bool:
        """Every gate has run, and has passed."""
        return {gate.name for gate in self.gates if gate.ok} == set(GATES)

    @property
    def passing(self) -> frozenset[str]:
        """The tests that pass."""
        return frozenset(test.name for test in self.tests if test.state == "passed")

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Of all suites."""
        return tuple(one for result in self.results for one in result.failure_details)
