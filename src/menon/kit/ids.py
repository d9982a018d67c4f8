"""Identifiers: sortable by time, made before the insert."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A UUIDv7 (RFC 9562, section 5.7) as text; strictly increasing within a process.

    The 12 bits after the time carry microseconds, so that two ids of one millisecond keep their
    order; where the clock stands still or goes back, the last value plus one is used.
    """
    global _last  # noqa: PLW0603 - the one counter that makes ids of this process strictly increase
    nanos = time.time_ns()
    millis, rest = divmod(nanos, 1_000_000)
    stamp = (millis << 12) | (rest * 4096 // 1_000_000)
    with _lock:
        _last = stamp = max(stamp, _last + 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62
    return str(UUID(int=value | secrets.randbits(62)))


def is_id(text: str) -> bool:
    """Whether the text is a UUID in its canonical spelling."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def new_token(size: int = 32) -> str:
    """A URL-safe secret of `size` random bytes."""
    return secrets.token_urlsafe(size)
