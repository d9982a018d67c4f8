"""Which failures of a step pass by themselves, and how long to wait for that."""

from menon.core.errors import DatabaseError, ExternalError, ModelLimited, ModelUnavailable

RETRIES = 3
LONGEST_S = 300.0
"""A step that is asked to wait for longer gives up, so that a person can decide."""

_PASSING = (ModelUnavailable, ModelLimited, ExternalError, TimeoutError, ConnectionError)


def pause(error: Exception, attempt: int) -> float | None:
    """Seconds to wait after the failed `attempt` (counts from 1), or None to give up.

    Our own database is waited for as long as it takes, since nothing acknowledged may be lost;
    other services get `RETRIES` more attempts, at 1, 2 and 4 s or when they say.
    """
    ours = isinstance(error, DatabaseError)
    if not ours and (attempt > RETRIES or not isinstance(error, _PASSING)):
        return None
    asked = getattr(error, "retry_after", None) or 0.0
    wait = max(asked, min(2.0 ** min(attempt - 1, 10), 5.0 if ours else LONGEST_S))
    return wait if ours or wait <= LONGEST_S else None
