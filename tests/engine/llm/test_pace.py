"""A stream is read at once in the beginning, seldom later, and more seldom under load."""

import asyncio

import pytest

from menon.engine.llm.pace import Pace, steady


@pytest.mark.parametrize(
    ("late", "rest"),
    [(-0.01, 0.1), (0.0, 0.1), (0.01, 0.14), (0.05, 0.3), (0.1, 0.5), (30.0, 0.5)],
)
def test_the_later_a_rest_ends_the_longer_the_next_one_is(late: float, rest: float):
    assert steady(late) == pytest.approx(rest)


@pytest.mark.parametrize(("late", "then"), [(0.0, 0.1), (0.05, 0.3)])
async def test_rests_grow_and_then_follow_the_load(
    late: float, then: float, monkeypatch: pytest.MonkeyPatch
):
    asked: list[float] = []

    async def sleeps(seconds: float) -> None:
        """The loop comes back late, because others keep it."""
        asked.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleeps)
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "time", lambda: sum(asked) + late * len(asked))
    pace = Pace()
    for _ in range(6):
        await pace.rest()
    assert asked == pytest.approx([0.0, 0.05, then, then, then, then])
