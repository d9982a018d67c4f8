"""What measured latencies mean, and how they are told apart by operation."""

import pytest

from menon.apps.socratic.proof.gates import performance
from menon.apps.socratic.proof.inside.timing import Times
from menon.apps.socratic.proof.layout import Layout


def report(p50: float, p95: float, answers: int = 40) -> dict[str, object]:
    one = {"answers": answers, "p50_ms": p50, "p95_ms": p95, "slowest_ms": p95}
    return {"times": {"GET /books": one, "GET /health": {**one, "p50_ms": 1.0, "p95_ms": 2.0}}}


@pytest.mark.parametrize(
    ("p50", "p95", "answers", "limit", "ok"),
    [
        (900.0, 5_000.0, 40, None, True),
        (120.0, 290.0, 40, 100.0, True),
        (20.0, 900.0, 40, 100.0, True),
        (150.0, 900.0, 19, 100.0, True),
        (150.0, 301.0, 40, 100.0, False),
    ],
    ids=["no limit", "not by far", "the half is quick", "few answers", "slow by far"],
)
def test_only_a_limit_that_is_broken_by_far_fails(
    p50: float, p95: float, answers: int, limit: float | None, ok: bool
) -> None:
    reading = performance.read(report(p50, p95, answers), limit)
    assert reading.gate.ok is ok
    result = reading.results[0]
    assert (result.test_type, result.passed, result.failed_tests) == (
        "performance",
        ok,
        int(not ok),
    )
    assert result.figures["GET /books"]["p95_ms"] == p95
    assert "GET /books" in reading.gate.detail
    assert [one.rule for one in reading.findings] == ([] if ok else ["latency"])


def test_nothing_measured_has_failed() -> None:
    reading = performance.read({"problem": "it did not start"}, 100.0)
    assert not reading.gate.ok
    assert "it did not start" in reading.gate.detail


def test_answers_belong_to_the_operation_of_the_document() -> None:
    times = Times()
    for number in range(1, 101):
        times.add("GET", f"/books/{number}", 200, number / 1_000)
    times.add("GET", "/books/count", 200, 0.005)
    times.add("GET", "/books/1", 404, 9.0)
    times.add("GET", "/elsewhere", 200, 9.0)
    found = times.by_operation({"paths": {"/books/{id}": {}, "/books/count": {}}})
    assert found == {
        "GET /books/count": {"answers": 1, "p50_ms": 5.0, "p95_ms": 5.0, "slowest_ms": 5.0},
        "GET /books/{id}": {"answers": 100, "p50_ms": 50.0, "p95_ms": 95.0, "slowest_ms": 100.0},
    }


@pytest.mark.parametrize(
    ("said", "limit"), [(b'"250"', 250.0), (b'"soon"', None), (b'"-1"', None), (b"250", None)]
)
def test_a_project_says_its_limit(said: bytes, limit: float | None) -> None:
    tree = {"pyproject.toml": b"[tool.menon.proof]\nlatency_p95_ms = " + said}
    assert Layout.of(tree).latency_ms == limit
