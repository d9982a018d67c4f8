"""What is decided about requests to other hosts: breaker, pace, repetition. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

FAILURES = 5
"""Failures in a row after which a host is left alone."""
PAUSE_S = 30.0
"""How long it is left alone before one request may try."""
PERIOD_S = 60.0

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_NOT_DONE = frozenset({425, 429, 503})
"""Said before anything was done, so that any method may be tried again."""


class Circuit(StrEnum):
    """Whether a host is called."""

    CLOSED = "closed"
    """It is."""
    OPEN = "open"
    """It is left alone."""
    HALF_OPEN = "half_open"
    """One request tries it."""


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """Opens after failures in a row; lets one request try after a pause. Times in seconds."""

    failures: int = 0
    opened: float | None = None
    probing: bool = False

    def state(self, now: float) -> Circuit:
        """Where it stands."""
        if self.opened is None:
            return Circuit.CLOSED
        due = self.probing or now >= self.opened + PAUSE_S
        return Circuit.HALF_OPEN if due else Circuit.OPEN

    def admit(self, now: float) -> "tuple[Breaker, float]":
        """What becomes of it when a request asks, and the seconds to wait; 0 lets it through."""
        if self.opened is None:
            return self, 0.0
        wait = self.opened + PAUSE_S - now
        if wait > 0 or self.probing:
            return self, max(wait, 1.0)
        return replace(self, probing=True), 0.0

    def succeeded(self) -> "Breaker":
        """After an answer that is no failure of the host."""
        return Breaker()

    def failed(self, now: float) -> "Breaker":
        """After a failure of the host."""
        failures = self.failures + 1
        opened = now if failures >= FAILURES or self.opened is not None else None
        return Breaker(failures=failures, opened=opened)

    def released(self) -> "Breaker":
        """After a request that ended without a verdict."""
        return replace(self, probing=False)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """A leaky bucket (GCRA): when the last admitted request would be due at an even pace."""

    due: float = 0.0

    def admit(self, now: float, *, per_minute: int) -> "tuple[Pace, float]":
        """What becomes of it when a request asks, and the seconds to wait; 0 lets it through.

        A minute's worth may come at once, then one each `60 / per_minute` seconds.
        """
        each = PERIOD_S / per_minute
        due = max(self.due, now)
        wait = due + each - now - PERIOD_S
        if wait > 1e-9:
            return self, wait
        return Pace(due=due + each), 0.0


def failure(status: int | None) -> bool:
    """Whether the host failed: it said nothing, or that the fault is its own."""
    return status is None or status >= 500


def pause(
    method: str,
    status: int | None,
    *,
    attempt: int,
    attempts: int,
    factor: float,
    asked: float | None,
    left: float,
) -> float | None:
    """Seconds to wait after a failed attempt, or None to hand out what there is.

    Args:
        method: in capitals.
        status: of the answer; None when there was none.
        attempt: counts from 1.
        attempts: the most there may be.
        factor: seconds before the second attempt; doubled each time.
        asked: what `Retry-After` asks for.
        left: seconds that all waiting may still take; a longer `Retry-After` ends the attempts.
    """
    passing = _PASSING if method in IDEMPOTENT else _NOT_DONE
    if attempt >= attempts:
        return None
    if status is None and method not in IDEMPOTENT:
        return None
    if status is not None and status not in passing:
        return None
    wait = max(factor * 2.0 ** (attempt - 1), asked or 0.0)
    return wait if wait <= left else None


OWN_HEADERS = frozenset(
    {
        *("host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade"),
        *("te", "trailer", "expect", "accept-encoding", "proxy-authorization", "proxy-connection"),
    }
)
"""What the client says itself, so that one request stays one request."""

_SECRET = ("auth", "cookie", "token", "secret", "key", "password", "credential", "signature")


def masked(headers: Mapping[str, str], mask: str) -> dict[str, str]:
    """Headers with the values masked whose name says that they are secret."""
    return {
        name: mask if any(word in name.lower() for word in _SECRET) else value
        for name, value in headers.items()
    }
