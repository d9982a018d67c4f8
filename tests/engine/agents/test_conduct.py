"""A run in the task that asks: what ends it early ends it alone; no other cancellation is lost."""

import asyncio
import contextlib

import pytest
from tests.fixtures.llm import Ask

from menon.core.errors import DatabaseError
from menon.core.runs.events import Cancelled, Content, Error, Event, Metadata, Usage
from menon.engine.agents.run import Stop, conduct
from menon.engine.agents.state import RUNNING, State
from menon.engine.agents.turn import Limits
from menon.testing.fake_llm import FakeLLM

ENDLESS = "openai:fake-n100000-d10"


async def going_on() -> bool:
    """Whether the task is as it was: its next wait is not cancelled."""
    await asyncio.sleep(0)
    task = asyncio.current_task()
    return task is not None and task.cancelling() == 0 and RUNNING.get() is None


async def test_who_asks_is_told_everything_but_the_end(turn: Ask) -> None:
    seen: list[Event] = []

    async def tell(event: Event) -> None:
        seen.append(event)

    end = await conduct(turn("openai:fake-n40-d2"), tell)
    assert end is not None
    assert end.type == "complete"
    assert isinstance(seen[0], Metadata)
    assert isinstance(seen[-1], Usage)
    assert "".join(event.text for event in seen if isinstance(event, Content)).count("~") == 40
    assert await going_on()


async def test_a_stop_ends_the_run_and_not_its_task(turn: Ask, fake: FakeLLM) -> None:
    stop = Stop()

    async def tell(event: Event) -> None:
        if isinstance(event, Content):
            stop.request("ada")

    assert await conduct(turn(ENDLESS), tell, stop=stop) == Cancelled(by="ada")
    assert await going_on()
    async with asyncio.timeout(60):
        await fake.until(lambda: fake.open == 0)


async def test_a_stop_in_the_last_step_of_a_run_that_fails_is_not_left_to_its_task(
    turn: Ask,
) -> None:
    stop = Stop()

    async def tell(event: Event) -> None:
        if isinstance(event, Metadata):
            stop.request("ada")
            raise DatabaseError

    end = await conduct(turn(ENDLESS), tell, stop=stop)
    assert isinstance(end, Error)
    assert end.code == DatabaseError.code
    assert await going_on()


async def test_time_that_is_over_ends_the_run_and_not_its_task(turn: Ask) -> None:
    async def tell(event: Event) -> None:
        """Listen to nothing."""

    end = await conduct(turn(ENDLESS, limits=Limits(seconds=0.05)), tell)
    assert isinstance(end, Error)
    assert end.code == "LIMIT_001"
    assert await going_on()


async def test_what_is_cancelled_inside_is_no_cancellation_of_the_run(
    turn: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Event] = []

    async def tell(event: Event) -> None:
        seen.append(event)

    async def torn(state: State) -> None:
        lost = asyncio.get_running_loop().create_future()
        lost.cancel()
        await lost

    monkeypatch.setattr("menon.engine.agents.run.drive", torn)
    end = await conduct(turn(ENDLESS), tell)
    assert isinstance(end, Error)
    assert end.code == "RUN_001"
    assert [event.type for event in seen] == ["usage"]
    assert await going_on()


@pytest.mark.parametrize("stopped", [False, True])
async def test_a_cancellation_that_something_inside_swallowed_is_not_lost(
    turn: Ask, monkeypatch: pytest.MonkeyPatch, *, stopped: bool
) -> None:
    stop = Stop()

    async def tell(event: Event) -> None:
        """Listen to nothing."""

    async def deaf(state: State) -> None:
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0)
        if stopped:
            stop.request("ada")
            await asyncio.sleep(0)

    monkeypatch.setattr("menon.engine.agents.run.drive", deaf)
    asking = asyncio.ensure_future(conduct(turn(ENDLESS), tell, stop=stop))
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_a_stop_that_something_else_overtakes_is_not_left_to_the_task(
    turn: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Stop()

    async def tell(event: Event) -> None:
        """Listen to nothing."""

    async def overtaken(state: State) -> None:
        stop.request("ada")
        raise asyncio.CancelledError

    monkeypatch.setattr("menon.engine.agents.run.drive", overtaken)
    assert await conduct(turn(ENDLESS), tell, stop=stop) == Cancelled(by="ada")
    assert await going_on()


@pytest.mark.parametrize("fails", [False, True])
async def test_a_cancellation_from_elsewhere_goes_on_even_beside_a_stop(
    turn: Ask, fake: FakeLLM, *, fails: bool
) -> None:
    stop = Stop()

    async def tell(event: Event) -> None:
        if isinstance(event, Content) and stop.by is None:
            stop.request("ada")
            asking.cancel()
            if fails:
                raise DatabaseError

    asking = asyncio.ensure_future(conduct(turn(ENDLESS), tell, stop=stop))
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(60):
        await fake.until(lambda: fake.open == 0)
