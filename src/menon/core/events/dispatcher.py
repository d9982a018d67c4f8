"""Handing events to their subscribers, in every process that serves or works."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from menon.core import instances
from menon.core.db.wake import on_wake
from menon.core.errors import DatabaseError
from menon.core.events import outbox
from menon.core.events.event import DomainEvent, Subscription, event_types
from menon.core.events.outbox import TOPIC, Parcel, Receipt, Spread
from menon.core.instances import Self
from menon.core.runtime import Runtime

POLL_S = 2.0
"""The look for what a dead process left, and for what is to be tried again."""

HANDLER_S = 30.0
"""A handler that takes longer has failed; long work is a job that the handler enqueues."""

KEEP = timedelta(days=30)
SWEEP_S = 3600.0
_LEAVING_S = 5.0

log = structlog.stdlib.get_logger(__name__)


class Dispatcher:
    """The deliveries of this process."""

    def __init__(
        self, runtime: Runtime, subscriptions: Iterable[Subscription[Any]], *, stays: bool = True
    ) -> None:
        self._runtime = runtime
        self._by_name = {s.name: s for s in subscriptions}
        self._mine = [s.name for s in self._by_name.values() if stays or not s.stays]
        self._by_type: dict[str, list[str]] = defaultdict(list)
        self._to_all: list[str] = []
        for subscription in self._by_name.values():
            if subscription.event_type is DomainEvent:
                self._to_all.append(subscription.name)
            else:
                self._by_type[subscription.event_type.type].append(subscription.name)
        self._wake = asyncio.Event()
        self._receipts: list[Receipt] = []
        self._closing = False

    async def run(self) -> None:
        """Deliver what is due, until closed."""
        loop = asyncio.get_running_loop()
        on_wake(self._runtime.db, TOPIC, lambda: loop.call_soon_threadsafe(self._wake.set))
        sweep_at = loop.time() + SWEEP_S
        while not self._closing:
            try:
                while await self._round():
                    pass
                if loop.time() >= sweep_at:
                    sweep_at = loop.time() + SWEEP_S
                    await self._sweep()
            except DatabaseError as error:
                log.warning("events.database_away", code=error.code, detail=error.detail)
            except Exception:
                # One mistake must not end all deliveries of this process.
                log.exception("events.round_failed")
            # Not `wait_for`: it loses a cancellation that comes together with the signal.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            self._wake.clear()

    def close(self) -> None:
        """Begin no further round."""
        self._closing = True
        self._wake.set()

    async def _round(self) -> bool:
        """Deliver once; says whether there may be more."""
        db, now = self._runtime.db, self._runtime.clock.now()
        await self._settle()
        due = await db.read(outbox.due, now)
        if self._closing or not (due.fresh or due.waits):
            return False
        spread = Spread(events=0, deliveries=0)
        if due.fresh:
            spread = await db.write(outbox.spread, self._by_type, now, to_all=self._to_all)
        if not (due.waits or spread.deliveries):
            return spread.events > 0
        alive = await db.read(instances.alive, now)
        parcels = await db.write(
            outbox.claim,
            self._runtime[Self].id,
            subscribers=self._mine,
            alive=alive,
            now=now,
        )
        self._receipts += await asyncio.gather(*map(self._deliver, parcels))
        await self._settle()
        return bool(spread.events or parcels)

    async def _settle(self) -> None:
        # Kept until it is committed: nobody else takes a parcel of a process that is alive.
        if self._receipts:
            await self._runtime.db.write(outbox.settle, self._receipts, self._runtime.clock.now())
            self._receipts = []

    async def _deliver(self, parcel: Parcel) -> Receipt:
        subscription = self._by_name[parcel.subscriber]
        try:
            event = msgspec.convert(parcel.data, _kind(subscription, parcel.type))
            async with asyncio.timeout(HANDLER_S):
                await subscription.handler(self._runtime, event)
        except Exception as error:
            log.exception(
                "events.delivery_failed",
                event_id=parcel.event_id,
                type=parcel.type,
                subscriber=parcel.subscriber,
                attempt=parcel.attempts + 1,
            )
            return Receipt(parcel=parcel, error=f"{type(error).__name__}: {error}")
        return Receipt(parcel=parcel)

    async def _sweep(self) -> None:
        before = self._runtime.clock.now() - KEEP
        while await self._runtime.db.write_bulk(outbox.sweep, before):
            pass


def _kind(subscription: Subscription[Any], name: str) -> type[DomainEvent]:
    """The class of an event; who hears of every type gets each as what it is."""
    if subscription.event_type is not DomainEvent:
        return subscription.event_type
    return event_types()[name]


def open_events(
    subscriptions: Iterable[Subscription[Any]], *, stays: bool = True
) -> Callable[[Runtime], AbstractAsyncContextManager[Dispatcher]]:
    """An opener that delivers to these subscriptions while the process lives.

    Args:
        subscriptions: of the features.
        stays: whether the process serves or works, rather than running one command.
    """

    @contextlib.asynccontextmanager
    async def opened(runtime: Runtime) -> AsyncGenerator[Dispatcher]:
        dispatcher = Dispatcher(runtime, subscriptions, stays=stays)
        task = asyncio.create_task(dispatcher.run(), name="events")
        try:
            yield dispatcher
        finally:
            dispatcher.close()
            await asyncio.wait([task], timeout=_LEAVING_S)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return opened
