"""What is decided about webhooks: signatures, when to try again, when to stop. Pure.

Signatures follow Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in base64 after `v1,`.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

PREFIX = "whsec_"
SECRET_BYTES = 32
TOLERANCE = timedelta(minutes=5)
"""How far a message's time may lie from ours."""
OVERLAP = timedelta(hours=24)
"""How long the secret before a new one signs as well."""
WAITS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 36_000.0)
"""Seconds before the second, third, ... attempt; about 28 hours together."""
JITTER = 0.1
LONGEST_S = 36_000.0
GIVE_UP = timedelta(days=5)
"""A receiver that fails for so long is not called any more."""
GONE = 410


class Fate(StrEnum):
    """What comes of an attempt."""

    DELIVERED = "delivered"
    RETRY = "retry"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a receiver said; `status` is None when it said nothing."""

    status: int | None = None
    text: str = ""
    """The beginning of its body, redacted."""
    error: str = ""
    """Why there is no status, or why the status is no good."""
    retry_after: float | None = None

    @property
    def well(self) -> bool:
        """Whether it took the message."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to do after an attempt."""

    fate: Fate
    wait_s: float | None = None
    """Until the next attempt."""
    disable: str = ""
    """Why the webhook is to be switched off; empty when it is not."""


def secret_of(random: bytes) -> str:
    """A signing secret of `SECRET_BYTES` random bytes."""
    return PREFIX + base64.b64encode(random).decode()


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """The signature of a message; `at` in seconds since 1970.

    Raises:
        ValueError: the secret is not one.
    """
    signed = b".".join((message_id.encode(), str(at).encode(), body))
    digest = hmac.digest(_key(secret), signed, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def headers(secrets: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message, with a signature by each secret."""
    stamp = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signature(s, message_id, stamp, body) for s in secrets),
    }


def verified(secret: str, head: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a message was signed with the secret, and lately.

    Args:
        secret: ours.
        head: the message's headers, names in lower case.
        body: its bytes as they came.
        now: the time.
    """
    message_id, stamp = head.get("webhook-id", ""), head.get("webhook-timestamp", "")
    if not (0 < len(message_id) <= 256 and stamp.isascii() and stamp.isdigit()):
        return False
    if len(stamp) > 11 or abs(now - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
        return False
    ours = signature(secret, message_id, int(stamp), body).encode()
    theirs = head.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(ours, each) for each in theirs)


def verdict(
    answer: Answer,
    *,
    attempts: int,
    failing_since: datetime | None,
    now: datetime,
    spread: float,
) -> Verdict:
    """What comes of an attempt.

    Args:
        answer: what the receiver said.
        attempts: how many there were, this one included.
        failing_since: the first failure of the webhook since its last success, if there was one.
        now: the time.
        spread: 0 to 1, chance.
    """
    if answer.well:
        return Verdict(fate=Fate.DELIVERED)
    if answer.status == GONE:
        return Verdict(fate=Fate.DEAD, disable="The receiver answered 410 Gone.")
    if failing_since is not None and now - failing_since >= GIVE_UP:
        return Verdict(fate=Fate.DEAD, disable=f"The receiver failed for {GIVE_UP.days} days.")
    if attempts > len(WAITS):
        return Verdict(fate=Fate.DEAD)
    wait = WAITS[attempts - 1] * (1 - JITTER + 2 * JITTER * spread)
    asked = min(answer.retry_after or 0.0, LONGEST_S)
    return Verdict(fate=Fate.RETRY, wait_s=max(wait, asked))


def retry_after(text: str, now: datetime) -> float | None:
    """Seconds that a `Retry-After` asks for: a number, or a date (RFC 9110, 10.2.3)."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        until = datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds())


def wanted(type_: str, *, queue: str | None, queues: Sequence[str]) -> bool:
    """Whether a webhook that hears of a type hears of this event, too.

    Args:
        type_: the event's type.
        queue: the queue that a message is in; None for other events.
        queues: those that the webhook is limited to; empty for all.
    """
    return type_ != "queue.message" or not queues or queue in queues


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a signing secret is base64 after 'whsec_'") from error
