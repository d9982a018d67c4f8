"""Time as an argument."""

from datetime import UTC, datetime, timedelta

from menon.kit.clock import FixedClock, SystemClock


def test_the_machines_clock_is_aware():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_fixed_clock_moves_only_when_told():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = FixedClock(start)
    assert clock.now() == clock.now() == start
    clock.advance(hours=1, seconds=1)
    assert clock.now() - start == timedelta(hours=1, seconds=1)
