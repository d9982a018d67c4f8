"""The project's own tests, all of them, really run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final, Literal

import msgspec

from menon.apps.socratic.proof.gates import coverage
from menon.apps.socratic.proof.gates.reading import (
    FAILURES,
    Reading,
    Report,
    clean,
    failed,
    failure,
    gate,
    shaped,
)
from menon.apps.socratic.proof.model import Ran, TestResult, TestType

NAME: Final = "tests"
_TYPES: Final[tuple[tuple[TestType, frozenset[str]], ...]] = (
    ("security", frozenset({"security", "auth", "permissions", "roles"})),
    ("performance", frozenset({"performance", "load", "speed"})),
    ("integration", frozenset({"integration", "acceptance", "api", "e2e", "contract", "http"})),
)
_NAMED = 5
_OK, _SOME_FAILED = 0, 1
"""How pytest ends when it ran to its end."""


class _Test(msgspec.Struct):
    id: str
    state: Literal["passed", "failed", "skipped"]
    message: str
    seconds: float


class _Report(msgspec.Struct):
    tests: list[_Test]
    missing: list[str]
    unreadable: list[str]
    ended: str
    status: int | None
    exit: int | None


def read(report: Report, canary: str) -> Reading:
    """The results by type of test; failed also where they cannot be believed.

    Args:
        report: of `inside.tests`.
        canary: the function that has to fail; where it does not, nobody looks at failures.
    """
    found = shaped(report, _Report)
    real = [test for test in found.tests if not _is(test, canary)]
    results = tuple(_results(real, coverage.of(report)))
    tests = tuple(Ran(name=clean(t.id), state=t.state, seconds=t.seconds) for t in real)
    why = _problem(found, canary) or _failures(real)
    seconds = sum(test.seconds for test in real)
    if why:
        return Reading(gate=failed(NAME, why, seconds=seconds).gate, results=results, tests=tests)
    passed = sum(test.state == "passed" for test in real)
    skipped = f", and {len(real) - passed} are skipped" if passed < len(real) else ""
    told = f"{passed} tests pass{skipped}." if real else "There are no tests."
    return Reading(
        gate=gate(NAME, told, ok=passed > 0, seconds=seconds), results=results, tests=tests
    )


def _is(test: _Test, canary: str) -> bool:
    return test.id.endswith(f"::{canary}")


def _problem(found: _Report, canary: str) -> str:
    """Why the run was none, whatever it says of its tests."""
    if found.ended == "time":
        return "The tests did not end in time."
    if found.exit is None:
        return f"The process of the tests ended early, with status {found.status}."
    if not any(_is(test, canary) and test.state == "failed" for test in found.tests):
        return "A test that has to fail did not: the project changes the results of its tests."
    if found.exit != _SOME_FAILED:
        return f"pytest ended with {found.exit} where a test has to fail."
    missing = found.unreadable or [
        name for name in found.missing if not name.endswith(f"::{canary}")
    ]
    return f"{len(missing)} tests were never run: {_some(missing)}." if missing else ""


def _failures(tests: Sequence[_Test]) -> str:
    wrong = [test.id for test in tests if test.state == "failed"]
    return f"{len(wrong)} of {len(tests)} tests fail: {_some(wrong)}." if wrong else ""


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _results(tests: Sequence[_Test], covered: coverage.Covered | None) -> Iterator[TestResult]:
    by_type: dict[TestType, list[_Test]] = {}
    for test in tests:
        by_type.setdefault(type_of(test.id), []).append(test)
    for kind, ran in sorted(by_type.items()):
        count = Counter(test.state for test in ran)
        wrong = [test for test in ran if test.state == "failed"]
        yield TestResult(
            test_type=kind,
            test_suite=f"pytest {kind}",
            files_tested=tuple(sorted({clean(test.id.partition("::")[0]) for test in ran})),
            total_tests=len(ran),
            passed_tests=count["passed"],
            failed_tests=count["failed"],
            skipped_tests=count["skipped"],
            coverage_percentage=covered.percent if covered else None,
            coverage_by_file=covered.by_file if covered else {},
            failure_details=tuple(failure(test.id, test.message) for test in wrong[:FAILURES]),
            execution_time=round(sum(test.seconds for test in ran), 3),
        )


def type_of(test: str) -> TestType:
    """What a test is, by the folders and words of its file; a unit test if nothing says more."""
    path = PurePosixPath(test.partition("::")[0])
    words = {*path.parts[:-1], *path.stem.split("_")}
    for kind, names in _TYPES:
        if names & words:
            return kind
    return "unit"
