"""How much a caller may ask for: requests in a sliding minute, and streams at the same time.

The window slides by weighing the last fixed window by how much of it still counts (at most a few
per cent off an exact log, at two numbers a caller). One pure function decides; the memory store
keeps the numbers of one process, the database store those of all. The latter takes quota in
portions that shrink as it runs out, so that a hundred requests cost some twenty writes, and never
more than the limit pass; what a process holds in hand when the rest is gone stays unused.

Not the `limits` library: it has no SQL store, and its memory store starts a thread for each hit.
"""

import asyncio
import contextlib
import math
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from ipaddress import ip_address, ip_network
from typing import ClassVar, Literal, Protocol

from sqlalchemy import BigInteger, Integer, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from menon.core.db import Base, Database
from menon.core.db.insert import insert_new
from menon.core.errors import RateLimited
from menon.core.runtime import Runtime
from menon.core.settings import Section, setting

PERIOD_S = 60
_PORTION = 8
"""A process takes this part of what is left at once."""
_ROUNDING = 1e-6


class LimitSettings(Section):
    """What one caller may use: a principal, or an address where nobody is signed in."""

    name: ClassVar[str] = "limits"

    enabled: bool = setting(True, "Limit requests and streams.")
    per_minute: int = setting(100, "Cost of the requests of one caller in a minute.", ge=1)
    store: Literal["auto", "memory", "database"] = setting(
        "auto", "Where it is counted: `memory` counts in each process, `database` over all of them."
    )
    streams: int = setting(50, "Streams and sockets of one caller at the same time.", ge=1)
    all_streams: int = setting(5000, "Streams and sockets of one process.", ge=1)


class RateCount(Base):
    """The cost of a caller's requests in the current window and the one before."""

    __tablename__ = "rate_count"

    caller: Mapped[str] = mapped_column(String(200), primary_key=True)
    window: Mapped[int] = mapped_column(BigInteger, index=True)
    """Number of the current window since 1970."""
    previous: Mapped[int] = mapped_column(Integer)
    current: Mapped[int] = mapped_column(Integer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a request passes, and what its answer says about the rest."""

    passes: bool
    remaining: int
    """Cost that may follow within `reset_s`."""
    reset_s: int
    retry_after: float = 0.0
    """Seconds until a request of this cost may pass."""


def judged(*, limit: int, cost: int, previous: int, current: int, elapsed: float) -> Verdict:
    """Whether `cost` more fits, `elapsed` seconds into the window."""
    weight = 1 - elapsed / PERIOD_S
    free = limit - current - math.ceil(previous * weight - _ROUNDING)
    reset_s = math.ceil(PERIOD_S - elapsed)
    if cost <= free:
        return Verdict(passes=True, remaining=free - cost, reset_s=reset_s)
    wait = _wait(limit - cost - current, previous) - elapsed
    if wait > PERIOD_S - elapsed:
        wait = PERIOD_S - elapsed + _wait(limit - cost, current)
    return Verdict(passes=False, remaining=max(0, free), reset_s=reset_s, retry_after=wait)


def _wait(free: int, weighed: int) -> float:
    """Seconds into a window until so much of the one before has ceased to count."""
    if free < 0:
        return math.inf
    return max(0.0, PERIOD_S * (1 - free / weighed)) if weighed else 0.0


def caller_address(host: str) -> str:
    """What anonymous callers are counted by; IPv6 by its /64, which one customer has for itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"address:{host}"
    if address.version == 4:
        return f"address:{address}"
    if address.ipv4_mapped:
        return f"address:{address.ipv4_mapped}"
    return f"address:{ip_network((address, 64), strict=False).network_address}/64"


class Store(Protocol):
    """Counts what callers use."""

    async def hit(self, caller: str, cost: int, now: datetime) -> Verdict: ...


class MemoryStore:
    """Counts within this process."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._window = 0
        self._previous: dict[str, int] = {}
        self._current: dict[str, int] = {}

    async def hit(self, caller: str, cost: int, now: datetime) -> Verdict:
        window, elapsed = _window(now)
        if window != self._window:
            self._previous = self._current if window == self._window + 1 else {}
            self._window, self._current = window, {}
        current = self._current.get(caller, 0)
        verdict = judged(
            limit=self._limit,
            cost=cost,
            previous=self._previous.get(caller, 0),
            current=current,
            elapsed=elapsed,
        )
        if verdict.passes:
            self._current[caller] = current + cost
        return verdict


@dataclass(slots=True)
class _Portion:
    """Quota in hand, and what is known of the rest."""

    spare: int = 0
    shared: int = 0
    """What any process may still take."""
    refused: int = 0
    """Requests of this cost and dearer ones need not ask again `until` a certain time."""
    until: float = 0.0
    refilling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Requests at the same moment wait for one portion instead of taking one each."""


class DatabaseStore:
    """Counts over all processes that share the database."""

    def __init__(self, limit: int, db: Database) -> None:
        self._limit = limit
        self._db = db
        self._window = 0
        self._portions: dict[str, _Portion] = {}

    async def hit(self, caller: str, cost: int, now: datetime) -> Verdict:
        window, elapsed = _window(now)
        if window != self._window:
            self._window, self._portions = window, {}
        portion = self._portions.setdefault(caller, _Portion())
        if verdict := _from_hand(portion, cost, now.timestamp(), elapsed):
            return verdict
        async with portion.refilling:
            return _from_hand(portion, cost, now.timestamp(), elapsed) or await self._from_shared(
                portion, caller, cost, now
            )

    async def _from_shared(
        self, portion: _Portion, caller: str, cost: int, now: datetime
    ) -> Verdict:
        need = cost - portion.spare
        verdict, taken = await self._db.write(take, caller, now, limit=self._limit, cost=need)
        if verdict.passes:
            portion.spare += taken - cost
            portion.shared = verdict.remaining - (taken - need)
        else:
            portion.shared = verdict.remaining
            portion.refused = cost
            portion.until = now.timestamp() + verdict.retry_after
        return replace(verdict, remaining=portion.spare + portion.shared)


def take(
    session: Session, caller: str, now: datetime, *, limit: int, cost: int
) -> tuple[Verdict, int]:
    """Judge the request by the shared count, and take a portion of what is left with it."""
    window, elapsed = _window(now)
    insert_new(session, RateCount, caller=caller, window=window, previous=0, current=0)
    row = session.execute(
        select(RateCount).where(RateCount.caller == caller).with_for_update()
    ).scalar_one()
    if row.window < window:
        row.previous = row.current if row.window == window - 1 else 0
        row.window, row.current = window, 0
    verdict = judged(
        limit=limit, cost=cost, previous=row.previous, current=row.current, elapsed=elapsed
    )
    taken = max(cost, (verdict.remaining + cost) // _PORTION) if verdict.passes else 0
    row.current += taken
    return verdict, taken


def forget_windows(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` counts that no longer matter."""
    past = _window(now)[0] - 1
    callers = list(
        session.scalars(select(RateCount.caller).where(RateCount.window < past).limit(limit))
    )
    session.execute(delete(RateCount).where(RateCount.caller.in_(callers)))
    return len(callers)


def _from_hand(portion: _Portion, cost: int, now: float, elapsed: float) -> Verdict | None:
    reset_s = math.ceil(PERIOD_S - elapsed)
    if portion.spare >= cost:
        portion.spare -= cost
        left = portion.spare + portion.shared
        return Verdict(passes=True, remaining=left, reset_s=reset_s)
    if now < portion.until and cost >= portion.refused:
        wait = portion.until - now
        return Verdict(passes=False, remaining=portion.spare, reset_s=reset_s, retry_after=wait)
    return None


def _window(now: datetime) -> tuple[int, float]:
    number, elapsed = divmod(now.timestamp(), PERIOD_S)
    return int(number), elapsed


class OpenStreams:
    """Streams and sockets that are open in this process."""

    def __init__(self, *, each: int, total: int) -> None:
        self._each = each
        self._total = total
        self._open: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """All that are open."""
        return self._open.total()

    def take(self, caller: str) -> Callable[[], None]:
        """Count one more, until what is answered is called.

        Raises:
            RateLimited: the caller, or all of them, have too many open.
        """
        if self._open[caller] >= self._each or self.count >= self._total:
            raise RateLimited("Too many streams are open; close one first.", retry_after=1)
        self._open[caller] += 1
        return partial(self._give_back, caller)

    def _give_back(self, caller: str) -> None:
        self._open[caller] -= 1
        if not self._open[caller]:
            del self._open[caller]


class Limits:
    """What the callers of this process may use."""

    def __init__(self, settings: LimitSettings, store: Store) -> None:
        self.enabled = settings.enabled
        self.per_minute = settings.per_minute
        everything = sys.maxsize
        self.streams = OpenStreams(
            each=settings.streams if self.enabled else everything,
            total=settings.all_streams if self.enabled else everything,
        )
        self._store = store

    async def hit(self, caller: str, cost: int, now: datetime) -> Verdict:
        """Judge a request; one that costs more than a whole minute allows waits for all of it."""
        return await self._store.hit(caller, min(cost, self.per_minute), now)


@contextlib.asynccontextmanager
async def open_limits(runtime: Runtime, *, workers: int = 1) -> AsyncGenerator[Limits]:
    """The limits of this process, which is one of `workers` at least."""
    settings = runtime.settings[LimitSettings]
    alone = workers == 1 and runtime.db.sqlite
    if settings.store == "memory" or (settings.store == "auto" and alone):
        yield Limits(settings, MemoryStore(settings.per_minute))
    else:
        yield Limits(settings, DatabaseStore(settings.per_minute, runtime.db))
