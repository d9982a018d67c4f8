import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.core.events.conftest import Hearing

from menon.core.errors import Conflict, Overloaded
from menon.core.events import (
    DomainEvent,
    Subscription,
    dispatcher,
    event_types,
    outbox,
    publish,
)
from menon.core.events.models import Delivery, EventDelivery, EventRow, EventSubject
from menon.core.events.outbox import ATTEMPTS
from menon.core.runtime import Runtime
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id


class Renamed(DomainEvent, frozen=True, kw_only=True):
    type: ClassVar[str] = "thing.renamed"
    thing: str
    name: str

    @property
    def subject(self) -> str:
        return f"thing:{self.thing}"


class Ear:
    """A subscriber that remembers, and fails as often as it is told to."""

    def __init__(self, name: str = "test.ear", *, fails: int = 0, on: str = "one") -> None:
        self.heard: list[tuple[str, str]] = []
        self.tries = 0
        self.fails = fails
        self.on = on
        self._changed = asyncio.Event()
        self.subscription = Subscription(event_type=Renamed, name=name, handler=self._hear)

    async def _hear(self, _runtime: Runtime, event: Renamed) -> None:
        try:
            self.tries += event.name == self.on
            if self.fails and event.name == self.on:
                self.fails -= 1
                raise ValueError("not now")
            self.heard.append((event.thing, event.name))
        finally:
            self._changed.set()

    async def until(self, claim: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not claim():
                self._changed.clear()
                await self._changed.wait()


def _publish(session: Session, runtime: Runtime, *names: str, thing: str = "a") -> None:
    for name in names:
        publish(session, Renamed(thing=thing, name=name), now=runtime.clock.now())


def _states(session: Session) -> list[str]:
    idle = EventDelivery.instance_id.is_(None)
    return list(
        session.scalars(
            select(EventDelivery.state)
            .where(idle)
            .order_by(EventDelivery.seq, EventDelivery.event_id)
        )
    )


async def _settled(runtime: Runtime, states: list[str]) -> None:
    """Wait until the first deliveries are in these states and with nobody."""
    async with asyncio.timeout(30):
        while (await runtime.db.read(_states))[: len(states)] != states:
            await asyncio.sleep(0.01)


async def test_subscribers_hear_of_a_change_once_it_is_committed(hearing: Hearing) -> None:
    ear, other = Ear("test.ear"), Ear("test.other")
    async with hearing(ear.subscription, other.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one")
        await ear.until(lambda: ear.heard == [("a", "one")])
        await other.until(lambda: other.heard == [("a", "one")])
        await _settled(runtime, [Delivery.DONE, Delivery.DONE])
    assert (ear.tries, other.tries) == (1, 1)


async def test_who_subscribes_to_every_type_hears_each_event_as_what_it_is(
    hearing: Hearing,
) -> None:
    heard: list[DomainEvent] = []

    async def hear(_runtime: Runtime, event: DomainEvent) -> None:
        heard.append(event)

    ear = Ear()
    every = Subscription(event_type=DomainEvent, name="test.every", handler=hear)
    async with hearing(ear.subscription, every) as runtime:
        await runtime.db.write(_publish, runtime, "one")
        await ear.until(lambda: ear.heard == [("a", "one")])
        await _settled(runtime, [Delivery.DONE, Delivery.DONE])
    assert [(type(event), event.subject, event.owner) for event in heard] == [
        (Renamed, "thing:a", "")
    ]
    assert event_types()["thing.renamed"] is Renamed


async def test_nobody_hears_of_a_change_that_was_rolled_back(hearing: Hearing) -> None:
    def change(session: Session, runtime: Runtime) -> None:
        _publish(session, runtime, "one")
        raise Conflict

    ear = Ear()
    async with hearing(ear.subscription) as runtime:
        with pytest.raises(Conflict):
            await runtime.db.write(change, runtime)
        await runtime.db.write(_publish, runtime, "two")
        await ear.until(lambda: ear.heard == [("a", "two")])


async def test_the_events_of_a_subject_arrive_in_order_even_when_one_fails(
    hearing: Hearing, clock: FixedClock
) -> None:
    ear = Ear(fails=1)
    async with hearing(ear.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one", "two")
        await runtime.db.write(_publish, runtime, "other", thing="b")
        await ear.until(lambda: ear.heard == [("b", "other")])
        await _settled(runtime, [Delivery.WAITING, Delivery.DONE])
        clock.advance(seconds=1)
        await runtime.db.write(_publish, runtime, "three")
        await ear.until(lambda: len(ear.heard) == 4)
    assert ear.heard == [("b", "other"), ("a", "one"), ("a", "two"), ("a", "three")]


async def test_a_subscriber_that_fails_does_not_hold_up_another(hearing: Hearing) -> None:
    ear, broken = Ear("test.ear"), Ear("test.broken", fails=1)
    async with hearing(ear.subscription, broken.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one", "two")
        await ear.until(lambda: [name for _, name in ear.heard] == ["one", "two"])
        assert broken.heard == []


async def test_what_fails_too_often_is_dead_and_the_next_event_goes_on(
    hearing: Hearing, clock: FixedClock
) -> None:
    ear = Ear(fails=ATTEMPTS)
    async with hearing(ear.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one", "two")
        for tries in range(1, ATTEMPTS + 1):
            await ear.until(lambda tries=tries: ear.tries == tries)
            ends = tries == ATTEMPTS
            await _settled(runtime, [Delivery.DEAD if ends else Delivery.WAITING])
            clock.advance(minutes=5)
            await runtime.db.write(_publish, runtime, "wake", thing="b")
        await ear.until(lambda: ("a", "two") in ear.heard)
    assert ("a", "one") not in ear.heard


async def test_another_process_takes_what_a_dead_one_was_delivering(hearing: Hearing) -> None:
    def take(session: Session, runtime: Runtime) -> None:
        _publish(session, runtime, "one")
        names = ["test.ear"]
        outbox.spread(session, {Renamed.type: names}, runtime.clock.now())
        dead, now = new_id(), runtime.clock.now()
        taken = outbox.claim(session, dead, subscribers=names, alive=(), now=now)
        assert len(taken) == 1

    async with hearing() as runtime:
        await runtime.db.write(take, runtime)
    ear = Ear()
    async with hearing(ear.subscription):
        await ear.until(lambda: ear.heard == [("a", "one")])


async def test_two_processes_deliver_each_event_once(hearing: Hearing) -> None:
    first, second = Ear(), Ear()
    async with hearing(first.subscription) as runtime, hearing(second.subscription) as beside:
        things = [f"t{n}" for n in range(20)]
        await asyncio.gather(
            *(
                (runtime if n % 2 else beside).db.write(
                    _publish, runtime, "one", "two", thing=thing
                )
                for n, thing in enumerate(things)
            )
        )
        await _settled(runtime, [Delivery.DONE] * 40)
    both = first.heard + second.heard
    assert sorted(both) == sorted((t, n) for t in things for n in ("one", "two"))


async def test_old_events_go_and_those_that_somebody_waits_for_stay(
    hearing: Hearing, clock: FixedClock
) -> None:
    def left(session: Session) -> tuple[Any, Any]:
        counter = session.scalar(select(func.count()).select_from(EventSubject))
        return session.scalar(select(func.count()).select_from(EventRow)), counter

    ear, deaf = Ear(), Ear("test.deaf", fails=1)
    async with hearing(ear.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one", "two")
        await ear.until(lambda: len(ear.heard) == 2)
        await _settled(runtime, [Delivery.DONE, Delivery.DONE])
    async with hearing(deaf.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one", thing="b")
        await deaf.until(lambda: deaf.tries == 1)
        clock.advance(days=1)
        assert await runtime.db.write(outbox.sweep, clock.now() - timedelta(hours=1)) == 2
        assert await runtime.db.read(left) == (1, 1)


async def test_a_round_that_fails_is_followed_by_another(
    hearing: Hearing, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[Exception] = [Overloaded(), ValueError("a mistake")]
    due = outbox.due

    def failing(session: Session, now: datetime) -> outbox.Due:
        if faults:
            raise faults.pop()
        return due(session, now)

    monkeypatch.setattr(outbox, "due", failing)
    monkeypatch.setattr(dispatcher, "POLL_S", 0.02)
    ear = Ear()
    async with hearing(ear.subscription) as runtime:
        await runtime.db.write(_publish, runtime, "one")
        await ear.until(lambda: ear.heard == [("a", "one")])
    assert faults == []


async def test_old_events_are_swept_by_themselves(
    hearing: Hearing, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def events(session: Session) -> int | None:
        return session.scalar(select(func.count()).select_from(EventRow))

    monkeypatch.setattr(dispatcher, "SWEEP_S", 0.02)
    monkeypatch.setattr(dispatcher, "POLL_S", 0.02)
    async with hearing() as runtime:
        await runtime.db.write(_publish, runtime, "one")
        clock.advance(days=31)
        async with asyncio.timeout(30):
            while await runtime.db.read(events):
                await asyncio.sleep(0.01)


def test_an_event_belongs_to_its_owner_where_it_has_one() -> None:
    class Kept(DomainEvent, frozen=True, kw_only=True):
        owner_id: str

    assert Kept(owner_id="u1").owner == "u1"
    assert DomainEvent().owner == ""


def test_an_event_says_what_it_happened_to() -> None:
    with pytest.raises(NotImplementedError):
        _ = DomainEvent().subject
