"""The hosts that this process calls: for each user and host a breaker and a pace."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from menon.core.auth import Principal
from menon.core.errors import RateLimited
from menon.features.integrations.calling import Breaker, Circuit, Pace, failure
from menon.features.integrations.errors import CircuitOpen

_MOST = 10_000
"""Hosts that are remembered; names come from users, so they must not pile up."""


@dataclass(frozen=True, kw_only=True)
class HostState:
    """How a host stands with one user."""

    owner_id: str
    host: str
    state: Circuit
    failures: int
    retry_after: float
    """Seconds until it is tried again; 0 when it may be called."""


@dataclass
class _Host:
    breaker: Breaker
    pace: Pace


class Hosts:
    """What is known of hosts; one user's failures do not close a host to another."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], _Host] = OrderedDict()

    def admit(self, owner_id: str, host: str, *, per_minute: int) -> None:
        """Let a request through.

        Raises:
            RateLimited: there were too many in this minute.
            CircuitOpen: the host is left alone.
        """
        known, now = self._host(owner_id, host), monotonic()
        pace, wait = known.pace.admit(now, per_minute=per_minute)
        if wait:
            raise RateLimited(
                f"{host} was sent {per_minute} requests in a minute.", retry_after=wait
            )
        breaker, wait = known.breaker.admit(now)
        if wait:
            raise CircuitOpen(
                f"{host} failed {breaker.failures} times in a row and is left alone"
                f" for {wait:.0f} s.",
                retry_after=wait,
            )
        known.breaker, known.pace = breaker, pace

    def settle(self, owner_id: str, host: str, status: int | None) -> None:
        """Note what came of a request; None when nothing came."""
        known = self._host(owner_id, host)
        ok = not failure(status)
        known.breaker = known.breaker.succeeded() if ok else known.breaker.failed(monotonic())

    def release(self, owner_id: str, host: str) -> None:
        """Note that a request ended without a verdict."""
        known = self._host(owner_id, host)
        known.breaker = known.breaker.released()

    def of(self, who: Principal) -> Sequence[HostState]:
        """The hosts that somebody called, or all for administrators."""
        now = monotonic()
        return [
            HostState(
                owner_id=owner_id,
                host=host,
                state=known.breaker.state(now),
                failures=known.breaker.failures,
                retry_after=known.breaker.admit(now)[1],
            )
            for (owner_id, host), known in self._known.items()
            if who.is_admin or owner_id == who.user_id
        ]

    def _host(self, owner_id: str, host: str) -> _Host:
        key = (owner_id, host)
        known = self._known.setdefault(key, _Host(Breaker(), Pace()))
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known
