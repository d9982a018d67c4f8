"""How long to wait for a model server, how often to ask again, and when to stop asking."""

from dataclasses import dataclass

from menon.core.errors import MenonError, ModelLimited, ModelUnavailable


@dataclass(frozen=True, kw_only=True)
class Patience:
    """The time and size budget of one request to a model; seconds and bytes."""

    first_s: float = 60.0
    """From sending the request to the first event; a cold local model has to load."""
    between_s: float = 30.0
    """Between two events: a server that sends half a line a second is cut off here."""
    retry_s: float = 20.0
    """All waiting and asking again together, before anything was seen."""
    attempts: int = 3
    answer_bytes: int = 4_000_000
    """An answer larger than this is cut off."""


@dataclass
class Breaker:
    """Opens after failures in a row; lets one probe through after a pause.

    It lives as long as the endpoint that it watches; `now` is monotonic seconds.
    """

    threshold: int = 5
    pause_s: float = 10.0
    failures: int = 0
    opened: float | None = None
    probing: bool = False

    def admits(self, now: float) -> bool:
        """Whether a request may go through now; asking does not count as a request."""
        return self.opened is None or now >= self.opened + self.pause_s

    def admit(self, now: float) -> None:
        """Let a request through or raise `ModelUnavailable`, saying when to come back."""
        if self.opened is None:
            return
        wait = self.opened + self.pause_s - now
        if wait > 0 or self.probing:
            seconds = max(wait, 1.0)
            raise ModelUnavailable(
                f"The model server failed {self.failures} times in a row;"
                f" it is asked again in {seconds:.0f} s.",
                retry_after=seconds,
            )
        self.probing = True

    def succeeded(self) -> None:
        self.failures, self.opened, self.probing = 0, None, False

    def failed(self, now: float) -> None:
        self.failures += 1
        self.probing = False
        if self.failures >= self.threshold:
            self.opened = now

    def released(self) -> None:
        """The request ended without a verdict (it was cancelled): let the next one probe."""
        self.probing = False


def delay(attempt: int, error: MenonError, *, spent_s: float, patience: Patience) -> float | None:
    """Seconds to wait before attempt `attempt + 1`, or None when it is not worth it.

    `attempt` counts from 1. At least 0.25 s, doubled each time. A longer Retry-After is kept: where
    it does not fit the budget we give up rather than knock early.
    """
    if attempt >= patience.attempts or not isinstance(error, ModelLimited | ModelUnavailable):
        return None
    wait = max(error.retry_after or 0.0, 0.25 * 2 ** (attempt - 1))
    return wait if spent_s + wait < patience.retry_s else None
