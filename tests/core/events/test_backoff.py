import pytest

from menon.core.events.outbox import ATTEMPTS, backoff


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (5, 16), (20, 300)])
def test_waits_double_up_to_five_minutes(attempts: int, seconds: float) -> None:
    assert backoff(attempts).total_seconds() == seconds


def test_a_delivery_is_tried_for_about_two_minutes() -> None:
    assert sum(backoff(n).total_seconds() for n in range(1, ATTEMPTS)) == 127
