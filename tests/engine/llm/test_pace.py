"""A stream is read at once in the beginning, seldom later, and more seldom under load."""

import asyncio
from collections.abc import Callable

import pytest

from menon.engine.llm.pace import Pace, aligned, steady


@pytest.mark.parametrize(
    ("late", "rest"),
    [(-0.01, 0.1), (0.0, 0.1), (0.01, 0.14), (0.05, 0.3), (0.1, 0.5), (30.0, 0.5)],
)
def test_the_later_a_rest_ends_the_longer_the_next_one_is(late: float, rest: float):
    assert steady(late) == pytest.approx(rest)


@pytest.mark.parametrize(
    ("now", "rest", "due"),
    [
        (7.013, 0.0, 7.013),
        (7.0, 0.1, 7.1),
        (7.013, 0.1, 7.1),
        (7.038, 0.1, 7.15),
        (7.013, 0.05, 7.05),
        (7.02, 0.002, 7.02),
    ],
)
def test_rests_end_together_and_none_ends_before_it_began(now: float, rest: float, due: float):
    assert aligned(now, rest) == pytest.approx(due)


class _Clock:
    """Time that goes on to whatever is due next, and by so much further."""

    def __init__(self, late: float) -> None:
        self.now = 0.0
        self._late = late

    def __call__(self) -> float:
        return self.now

    def call_at(self, due: float, act: Callable[[], object]) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        handle = asyncio.TimerHandle(due, act, (), loop)

        def comes() -> None:
            self.now = due + self._late
            if not handle.cancelled():
                act()

        loop.call_soon(comes)
        return handle


@pytest.mark.parametrize(("late", "then"), [(0.0, 0.1), (0.05, 0.3)])
async def test_rests_grow_and_then_follow_the_load(
    late: float, then: float, monkeypatch: pytest.MonkeyPatch
):
    clock, loop = _Clock(late), asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", clock)
    monkeypatch.setattr(loop, "call_at", clock.call_at)
    pace, took = Pace(), list[float]()
    for _ in range(6):
        began = clock.now
        await pace.rest()
        took.append(clock.now - began - late)
    assert took == pytest.approx([0.0, 0.05, then, then, then, then])


async def test_who_is_cancelled_while_it_rests_leaves_no_timer(monkeypatch: pytest.MonkeyPatch):
    loop, timers = asyncio.get_running_loop(), list[asyncio.TimerHandle]()
    really = loop.call_at

    def call_at(due: float, act: Callable[[], object]) -> asyncio.TimerHandle:
        timers.append(really(due, act))
        return timers[-1]

    monkeypatch.setattr(loop, "call_at", call_at)
    pace = Pace()
    await pace.rest()
    resting = asyncio.create_task(pace.rest())
    await asyncio.sleep(0)
    resting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await resting
    assert timers[-1].cancelled()
