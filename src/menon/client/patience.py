"""Whether a request is sent again, and when: decided here, waited for by the clients."""

from dataclasses import dataclass

from menon.client.errors import ApiError, ClientError, ConnectionFailed

_AGAIN = frozenset({408, 425, 429, 502, 503, 504})
_IN_FLIGHT = "CONFLICT_002"
"""The first attempt with this Idempotency-Key is still at work."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often a request is sent, and how long it may wait for its next attempt."""

    attempts: int = 5
    first_s: float = 0.25
    """Before the second attempt; doubled each time."""
    longest_s: float = 30.0
    """A server that asks for a longer pause is not waited for."""

    def wait(self, attempt: int, error: ClientError) -> float | None:
        """Seconds until the attempt after this one (they count from 1); None where there is none.

        Every request of ours may be sent again: those that create something carry a key.
        """
        if attempt >= self.attempts or not _passing(error):
            return None
        asked = error.retry_after if isinstance(error, ApiError) else None
        wait = max(asked or 0.0, self.first_s * 2 ** (attempt - 1))
        return wait if wait <= self.longest_s else None


def _passing(error: ClientError) -> bool:
    if isinstance(error, ApiError):
        return error.status in _AGAIN or error.code == _IN_FLIGHT
    return isinstance(error, ConnectionFailed)
