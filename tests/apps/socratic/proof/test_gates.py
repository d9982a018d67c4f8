"""What reports mean, the odd and the false ones above all; nothing is run."""

from collections.abc import Callable
from typing import Any

import pytest

from menon.apps.socratic.proof.gates import (
    bandit,
    complexity,
    coverage,
    openapi,
    performance,
    ruff,
    schemathesis,
    tests,
)
from menon.apps.socratic.proof.gates.reading import MESSAGE, Reading, Unreadable, clean
from menon.apps.socratic.proof.model import TestType

Json = dict[str, Any]
CANARY = "test_canary"
BIRD = {"id": f"tests/{CANARY}.py::{CANARY}", "state": "failed", "message": "", "seconds": 0.0}


def ran(*states: str, **more: Any) -> Json:
    """A report of tests, with the canary."""
    found = [
        {"id": f"tests/test_a.py::test_{n}", "state": state, "message": "why\0", "seconds": 0.5}
        for n, state in enumerate(states)
    ]
    whole: Json = {
        "missing": [],
        "unreadable": [],
        "ended": "",
        "status": 0,
        "exit": 1,
        "coverage": None,
    }
    return {**whole, "tests": [*found, BIRD], **more}


TESTS: dict[str, tuple[Json, bool, str]] = {
    "all pass": (ran("passed", "passed"), True, "2 tests pass."),
    "one is skipped": (ran("passed", "skipped"), True, "1 tests pass, and 1 are skipped."),
    "one fails": (ran("passed", "failed"), False, "1 of 2 tests fail: tests/test_a.py::test_1."),
    "many fail": (ran(*["failed"] * 7), False, "and 2 more"),
    "none": (ran(), False, "There are no tests."),
    "the canary lives": (ran("passed", tests=[]), False, "has to fail"),
    "the canary passes": (ran(tests=[{**BIRD, "state": "passed"}]), False, "has to fail"),
    "no end": (ran("passed", exit=None, status=-9), False, "ended early, with status -9"),
    "late": (ran("passed", ended="time", exit=None), False, "did not end in time"),
    "another end": (ran("passed", exit=0), False, "pytest ended with 0"),
    "one never ran": (ran("passed", missing=["tests/b.py::test_b"]), False, "tests/b.py::test_b"),
    "one cannot be read": (ran("passed", unreadable=["tests/b.py"]), False, "tests/b.py"),
}


@pytest.mark.parametrize("name", TESTS)
def test_the_gate_of_the_tests(name: str) -> None:
    report, ok, word = TESTS[name]
    reading = tests.read(report, CANARY)
    assert (reading.gate.ok, word in reading.gate.detail) == (ok, True), reading.gate
    assert not any(CANARY in one.name for one in reading.tests)


def test_the_numbers_of_a_suite() -> None:
    lines = {"app/a.py": {"statements": 4, "missing": [2]}}
    result = tests.read(ran("passed", "failed", "skipped", coverage=lines), CANARY).results[0]
    assert (result.total_tests, result.passed_tests, result.failed_tests) == (3, 1, 1)
    assert (result.skipped_tests, result.passed, result.execution_time) == (1, False, 1.5)
    assert (result.coverage_percentage, result.coverage_by_file) == (75, {"app/a.py": 75})
    assert result.failure_details[0].message == "why\ufffd"


TYPES: dict[str, TestType] = {
    "tests/unit/test_a.py::test": "unit",
    "tests/test_book.py::test": "unit",
    "tests/integration/test_a.py::TestA::test[api]": "integration",
    "tests/test_acceptance.py::test": "integration",
    "tests/security/api/test_a.py::test": "security",
    "tests/test_auth.py::test": "security",
    "tests/performance/test_a.py::test": "performance",
}


@pytest.mark.parametrize("name", TYPES)
def test_the_type_of_a_test(name: str) -> None:
    assert tests.type_of(name) == TYPES[name]


COVERAGE: dict[str, tuple[Json, bool, str]] = {
    "all": ({"coverage": {"a": {"statements": 2, "missing": []}}}, True, "100 %"),
    "on the bar": ({"coverage": {"a": {"statements": 10, "missing": [1]}}}, True, "90 %"),
    "a hair below": (
        {"coverage": {"a": {"statements": 9999, "missing": list(range(1000))}}},
        False,
        "89.99 %",
    ),
    "nothing to run": ({"coverage": {"a": {"statements": 0, "missing": []}}}, True, "100 %"),
    "nothing": ({"coverage": None, "coverage_problem": "no coverage"}, False, "no coverage"),
    "no files": ({"coverage": {}}, False, "did not come to their end"),
}


@pytest.mark.parametrize("name", COVERAGE)
def test_the_gate_of_the_coverage(name: str) -> None:
    report, ok, word = COVERAGE[name]
    reading = coverage.read(report, 90)
    assert (reading.gate.ok, word in reading.gate.detail) == (ok, True), reading.gate
    assert len(reading.findings) == (name == "a hair below")


def message(**more: Any) -> Json:
    return {"code": "F401", "filename": "app/a.py", "message": "m", "location": {"row": 3}, **more}


def test_messages_of_ruff() -> None:
    report = {"ruff": {"said": [message(), message(code=None)], "seconds": 0.1}}
    reading = ruff.read(report)
    assert not reading.gate.ok
    assert [(f.path, f.line, f.severity) for f in reading.findings] == [
        ("app/a.py", 3, "low"),
        ("app/a.py", 3, "high"),
    ]
    assert ruff.read({"ruff": {"said": []}}).gate.ok


def test_the_most_paths_of_a_function() -> None:
    said = [message(message=f"`f{n}` is too complex ({n} > 0)") for n in (1, 10, 11)]
    reading = complexity.read({"complexity": {"said": said}}, 10)
    assert [finding.text for finding in reading.findings] == [
        "f11 has 11 paths; at most 10 are good to read."
    ]
    assert reading.gate.detail == "3 functions; mean 7.3, most 11."
    assert not complexity.read({"complexity": {"said": [message()]}}, 10).gate.ok


def issue(severity: str) -> Json:
    place = {"filename": "./app/a.py", "line_number": 2, "test_id": "B1", "issue_text": "t"}
    return {**place, "issue_severity": severity}


BANDIT: dict[str, tuple[list[str], bool]] = {
    "nothing": ([], True),
    "low": (["LOW", "UNDEFINED"], True),
    "medium": (["LOW", "MEDIUM"], False),
    "high": (["HIGH"], False),
}


@pytest.mark.parametrize("name", BANDIT)
def test_the_gate_of_bandit(name: str) -> None:
    severities, ok = BANDIT[name]
    said: Json = {
        "errors": [],
        "results": list(map(issue, severities)),
        "metrics": {"./app/a.py": {}},
    }
    reading = bandit.read({"bandit": {"said": said}})
    assert reading.gate.ok is ok
    assert len(reading.findings) == len(severities)
    assert reading.results[0].failed_tests == (not ok)


def test_a_file_that_bandit_cannot_read() -> None:
    error = {"filename": "./app/a.py", "reason": "syntax error"}
    said: Json = {"errors": [error], "results": [], "metrics": {}}
    assert "app/a.py: syntax error" in bandit.read({"bandit": {"said": said}}).gate.detail


READERS: dict[str, Callable[[Json], Reading]] = {
    "tests": lambda report: tests.read(report, CANARY),
    "coverage": lambda report: coverage.read(report, 90),
    "ruff": ruff.read,
    "complexity": lambda report: complexity.read(report, 10),
    "bandit": bandit.read,
    "openapi": openapi.read,
    "schemathesis": schemathesis.read,
    "performance": lambda report: performance.read(report, None),
}
FALSE: dict[str, Json] = {
    "tests": ran(tests=[{"id": 5}]),
    "coverage": {"coverage": {"a": {"statements": "many", "missing": []}}},
    "ruff": {"ruff": {"said": "nothing"}},
    "complexity": {},
    "bandit": {"bandit": {"said": {"errors": 0}}},
    "openapi": {"document": {}, "problem": 5},
    "schemathesis": {"contract": {"operations": []}},
    "performance": {"times": {"GET /a": {"answers": "many"}}},
}


@pytest.mark.parametrize("name", READERS)
def test_a_report_of_another_shape_is_not_believed(name: str) -> None:
    with pytest.raises(Unreadable):
        READERS[name](FALSE[name])


@pytest.mark.parametrize("name", ["ruff", "complexity", "bandit"])
def test_a_tool_that_did_not_run_has_failed(name: str) -> None:
    reading = READERS[name]({name: {"problem": "it is not installed"}})
    assert not reading.gate.ok
    assert "not installed" in reading.gate.detail


def test_texts_that_a_database_keeps() -> None:
    assert clean("a\0b\udc80") == "a\ufffdb?"
    assert len(clean("x" * 2 * MESSAGE)) == MESSAGE + len("[...] ")
