from datetime import UTC, datetime, timedelta

import pytest

from menon.features.catalog import rules
from menon.features.catalog.rules import Measured

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [
        ([], 0.95, None),
        ([3.0], 0.95, 3.0),
        ([float(n) for n in range(1, 21)], 0.95, 19.0),
        ([float(n) for n in range(1, 101)], 0.95, 95.0),
        ([1.0, 2.0], 0.5, 1.0),
    ],
)
def test_percentiles_are_by_nearest_rank(
    values: list[float], part: float, expected: float | None
) -> None:
    assert rules.percentile(values, part) == expected


def test_a_model_that_only_failed_has_no_times() -> None:
    run = Measured(model="openai:x", ok=False, ended_at=NOW, seconds=3.0, output_tokens=0)

    [found] = rules.performance([run])
    assert (found.success_rate, found.mean_seconds, found.p95_seconds) == (0.0, None, None)
    assert found.tokens_per_second is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOW, NOW + timedelta(seconds=2), 2.0),
        (NOW + timedelta(seconds=2), NOW, 0.0),
        (None, NOW, 0.0),
        (NOW, None, 0.0),
    ],
)
def test_time_never_runs_backwards(
    start: datetime | None, end: datetime | None, expected: float
) -> None:
    assert rules.seconds(start, end) == expected
