"""Breaker and pace as state machines, and when a request is repeated."""

import pytest

from menon.features.integrations import calling
from menon.features.integrations.calling import FAILURES, PAUSE_S, Breaker, Circuit, Pace

CLOSED, OPEN, HALF = Circuit.CLOSED, Circuit.OPEN, Circuit.HALF_OPEN


@pytest.mark.parametrize(
    ("happens", "now", "state", "wait"),
    [
        ("", 0.0, CLOSED, 0.0),
        ("f" * (FAILURES - 1), 0.0, CLOSED, 0.0),
        ("f" * FAILURES, 0.0, OPEN, PAUSE_S),
        ("f" * FAILURES, 10.0, OPEN, PAUSE_S - 10),
        ("f" * FAILURES, PAUSE_S, HALF, 0.0),
        ("f" * FAILURES + "a", PAUSE_S, HALF, 1.0),
        ("f" * FAILURES + "as", PAUSE_S, CLOSED, 0.0),
        ("f" * FAILURES + "af", PAUSE_S + 1, OPEN, PAUSE_S - 1),
        ("f" * FAILURES + "ar", PAUSE_S, HALF, 0.0),
        ("ffsfff", 0.0, CLOSED, 0.0),
    ],
)
def test_a_breaker_opens_probes_and_closes(happens: str, now: float, state: Circuit, wait: float):
    """f: failed at 0 or, once it probes, at the end of the pause; s: succeeded; a: admitted."""
    breaker = Breaker()
    for what in happens:
        at = PAUSE_S if breaker.probing else 0.0
        if what == "f":
            breaker = breaker.failed(at)
        elif what == "s":
            breaker = breaker.succeeded()
        elif what == "r":
            breaker = breaker.released()
        else:
            breaker, _ = breaker.admit(PAUSE_S)
    assert breaker.state(now) is state
    assert breaker.admit(now)[1] == wait


def test_a_minutes_worth_may_come_at_once_then_one_at_a_time():
    pace = Pace()
    for _ in range(3):
        pace, wait = pace.admit(100.0, per_minute=3)
        assert wait == 0
    same, wait = pace.admit(100.0, per_minute=3)
    assert (same, wait) == (pace, 20.0)
    pace, wait = pace.admit(120.0, per_minute=3)
    assert wait == 0
    assert pace.admit(121.0, per_minute=3)[1] == 19.0
    assert pace.admit(10_000.0, per_minute=3)[1] == 0


@pytest.mark.parametrize(
    ("method", "status", "attempt", "asked", "wait"),
    [
        ("GET", 500, 1, None, 0.5),
        ("GET", 502, 2, None, 1.0),
        ("GET", 503, 3, None, None),
        ("GET", None, 1, None, 0.5),
        ("PUT", None, 1, None, 0.5),
        ("POST", None, 1, None, None),
        ("POST", 500, 1, None, None),
        ("POST", 503, 1, None, 0.5),
        ("PATCH", 429, 1, 7.0, 7.0),
        ("GET", 429, 1, 61.0, None),
        ("GET", 404, 1, None, None),
        ("GET", 200, 1, None, None),
        ("GET", 301, 1, None, None),
    ],
)
def test_requests_are_repeated_where_that_is_safe(
    method: str, status: int | None, attempt: int, asked: float | None, wait: float | None
):
    found = calling.pause(
        method, status, attempt=attempt, attempts=3, factor=0.5, asked=asked, left=60.0
    )
    assert found == wait


@pytest.mark.parametrize(
    ("status", "fails"), [(200, False), (404, False), (429, False), (500, True), (None, True)]
)
def test_a_host_fails_when_the_fault_is_its_own(status: int | None, fails: bool):
    assert calling.failure(status) is fails


def test_headers_with_telling_names_are_masked():
    given = {"Authorization": "Bearer x", "X-Api-Key": "y", "Set-Cookie": "z", "Accept": "*/*"}
    assert calling.masked(given, "-") == {
        "Authorization": "-",
        "X-Api-Key": "-",
        "Set-Cookie": "-",
        "Accept": "*/*",
    }
