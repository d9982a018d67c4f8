"""Figures of operations, and which of them are alerts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.features.monitor.rules import (
    LATEST,
    Bounds,
    Measured,
    alerts,
    figures,
    operations,
    percentile,
)

BOUNDS = Bounds(
    least=10,
    error_percent=5,
    p95_seconds=10,
    memory_warning_mb=500,
    memory_critical_mb=1_000,
    disk_free_mb=500,
)


def did(count: int, *, seconds: float = 1.0, **more: Any) -> list[Measured]:
    given_: dict[str, Any] = {"agent": "services", "action": "export", "ok": True} | more
    return [Measured(seconds=seconds, **given_) for _ in range(count)]


def test_an_operation_in_figures():
    held = [Measured(agent="a", action="b", ok=n != 3, seconds=n) for n in range(1, 101)]
    assert figures(held) == {
        "count": 100,
        "success_rate": 0.99,
        "mean_seconds": 50.5,
        "min_seconds": 1,
        "max_seconds": 100,
        "p95_seconds": 95,
        "p99_seconds": 99,
    }


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 100))
def test_so_many_per_cent_do_not_exceed_a_percentile(times: list[float], share: int):
    ordered = sorted(times)
    found = percentile(ordered, share)
    assert found in ordered
    assert 100 * sum(one <= found for one in ordered) >= share * len(ordered)


def test_the_slowest_operation_comes_first_and_the_latest_count():
    held = [
        *did(LATEST, seconds=1),
        *did(50, seconds=99),
        *did(3, seconds=5, action="slow", ok=False),
    ]
    shown = operations(held)
    assert [(one["action"], one["count"]) for one in shown] == [("slow", 3), ("export", LATEST)]
    assert shown[0]["success_rate"] == 0
    assert shown[1]["max_seconds"] == 1


@pytest.mark.parametrize(
    ("held", "memory", "disk", "missing", "wanted"),
    [
        (did(100), 100, 9_000, {}, []),
        (did(9, ok=False), 100, 9_000, {}, []),
        ([*did(90), *did(10, ok=False)], 1, 9_000, {}, [("errors.actions", "warning")]),
        ([*did(50), *did(50, ok=False)], 1, 9_000, {}, [("errors.actions", "critical")]),
        (did(20, seconds=11), 1, 9_000, {}, [("slow.actions", "warning")]),
        (
            [*did(200), *did(10, ok=False, model="openai:m")],
            1,
            9_000,
            {},
            [("errors.model.openai:m", "critical")],
        ),
        ([], 600, 9_000, {}, [("memory", "warning")]),
        ([], 1_100, 9_000, {}, [("memory", "critical")]),
        ([], 600, 10, {}, [("disk", "critical"), ("memory", "warning")]),
        ([], 1, 9_000, {"database": "It is away."}, [("missing.database", "critical")]),
    ],
)
def test_what_is_out_of_bounds_is_told(
    held: list[Measured],
    memory: float,
    disk: float,
    missing: dict[str, str],
    wanted: list[tuple[str, str]],
):
    found = alerts(held, missing, memory_mb=memory, disk_mb=disk, bounds=BOUNDS)
    assert [(one.name, one.severity) for one in found] == wanted
    assert all(one.text and one.remedy for one in found)
