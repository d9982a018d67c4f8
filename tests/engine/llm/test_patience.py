import pytest

from menon.core.errors import MenonError, ModelError, ModelLimited, ModelUnavailable
from menon.engine.llm.patience import Breaker, Patience, delay

PATIENCE = Patience(retry_s=10.0, attempts=3)


@pytest.mark.parametrize(
    ("attempt", "error", "spent", "wait"),
    [
        (1, ModelUnavailable(), 0.0, 0.25),
        (2, ModelUnavailable(), 0.0, 0.5),
        (3, ModelUnavailable(), 0.0, None),
        (1, ModelUnavailable(), 9.9, None),
        (1, ModelLimited(retry_after=4.0), 0.0, 4.0),
        (1, ModelLimited(retry_after=4.0), 7.0, None),
        (1, ModelLimited(retry_after=60.0), 0.0, None),
        (1, ModelLimited(retry_after=0.0), 0.0, 0.25),
        (1, ModelError(), 0.0, None),
    ],
)
def test_it_is_worth_asking_again_while_the_budget_lasts(
    attempt: int, error: MenonError, spent: float, wait: float | None
) -> None:
    assert delay(attempt, error, spent_s=spent, patience=PATIENCE) == wait


class TestBreaker:
    def broken(self) -> Breaker:
        breaker = Breaker(threshold=5, pause_s=10.0)
        for _ in range(5):
            breaker.admit(100.0)
            breaker.failed(100.0)
        return breaker

    def test_it_opens_after_five_failures_in_a_row(self) -> None:
        with pytest.raises(ModelUnavailable, match="failed 5 times in a row") as caught:
            self.broken().admit(104.0)
        assert caught.value.retry_after == pytest.approx(6.0)

    def test_a_success_in_between_keeps_it_closed(self) -> None:
        breaker = Breaker()
        for _ in range(3):
            breaker.failed(0.0)
        breaker.succeeded()
        for _ in range(4):
            breaker.failed(0.0)
        breaker.admit(0.0)

    def test_after_the_pause_one_request_probes(self) -> None:
        breaker = self.broken()
        breaker.admit(110.0)
        with pytest.raises(ModelUnavailable):
            breaker.admit(110.0)

    def test_a_good_probe_closes_it(self) -> None:
        breaker = self.broken()
        breaker.admit(110.0)
        breaker.succeeded()
        breaker.admit(110.0)
        breaker.admit(110.0)

    def test_a_bad_probe_opens_it_again(self) -> None:
        breaker = self.broken()
        breaker.admit(110.0)
        breaker.failed(111.0)
        with pytest.raises(ModelUnavailable):
            breaker.admit(120.0)
        breaker.admit(121.0)

    def test_a_probe_that_was_cancelled_lets_the_next_one_try(self) -> None:
        breaker = self.broken()
        breaker.admit(110.0)
        breaker.released()
        breaker.admit(110.0)


@pytest.mark.parametrize(
    ("opened", "now", "expected"), [(None, 0.0, True), (5.0, 14.9, False), (5.0, 15.0, True)]
)
def test_a_breaker_admits_until_it_opens_and_after_its_pause(
    opened: float | None, now: float, expected: bool
) -> None:
    assert Breaker(opened=opened, pause_s=10.0).admits(now) is expected
