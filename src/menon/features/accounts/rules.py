"""Decisions about passwords, keys, tokens and limits: frozen data in, frozen data out."""

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal

from menon.core.auth import RIGHTS, Action, Principal, Reach, Role, Scope, reach
from menon.core.errors import Forbidden, InvalidInput, RateLimited

PASSWORD_MIN, PASSWORD_MAX = 8, 128
KEY_MARK = "mnn_"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = 6
"""Characters of the checksum; 62 ** 6 exceeds 2 ** 32."""


def lacking(password: str) -> list[str]:
    """What a fresh password lacks, each in words for its owner; empty when it is good."""
    wanted = {
        f"at least {PASSWORD_MIN} characters": len(password) >= PASSWORD_MIN,
        f"at most {PASSWORD_MAX} characters": len(password) <= PASSWORD_MAX,
        "an upper-case letter": any(c.isupper() for c in password),
        "a lower-case letter": any(c.islower() for c in password),
        "a digit": any(c.isdigit() for c in password),
        "a special character": any(not c.isalnum() and not c.isspace() for c in password),
    }
    return [what for what, there in wanted.items() if not there]


def check_password(password: str, *, field: str) -> None:
    """Let a good password pass.

    Raises:
        InvalidInput: says everything that it lacks.
    """
    missing = lacking(password)
    if missing:
        detail = f"The password needs {', '.join(missing)}."
        raise InvalidInput(detail, errors=[{"pointer": f"/body/{field}", "detail": detail}])


def api_key(secret: bytes) -> str:
    """The key for 32 random bytes: mark, secret and CRC-32 in base 62 (43 and 6 characters)."""
    body = _base62(int.from_bytes(secret), 43)
    return f"{KEY_MARK}{body}{_checksum(body)}"


def is_api_key(text: str) -> bool:
    """Whether the text has the form of a key and its checksum fits; others cost no lookup."""
    body, check = text[len(KEY_MARK) : -_CHECK], text[-_CHECK:]
    return text.startswith(KEY_MARK) and len(body) == 43 and _checksum(body) == check


def digest(secret: str) -> str:
    """What is stored of a random secret; SHA-256 suffices, since it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many attempts a subject has in a window."""

    subject: str
    limit: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many attempts there were since a window began."""

    attempts: int
    since: datetime


def counted(quota: Quota, count: Count | None, now: datetime) -> Count:
    """The count with one more attempt in it.

    Raises:
        RateLimited: the window's attempts are used up.
    """
    if count is None or now - count.since >= quota.window:
        return Count(attempts=1, since=now)
    if count.attempts >= quota.limit:
        left = (count.since + quota.window - now).total_seconds()
        raise RateLimited("Too many attempts; wait and try again.", retry_after=left)
    return Count(attempts=count.attempts + 1, since=count.since)


class Verdict(Enum):
    """What becomes of a refresh token that was sent."""

    ROTATE = "rotate"
    REUSED = "reused"
    """It was used before: somebody has a copy, so the whole family ends."""
    REFUSE = "refuse"


def judge(
    *,
    expires_at: datetime,
    rotated_at: datetime | None,
    revoked_at: datetime | None,
    now: datetime,
) -> Verdict:
    """What becomes of a known refresh token."""
    if revoked_at is not None:
        return Verdict.REFUSE
    if rotated_at is not None:
        return Verdict.REUSED
    return Verdict.ROTATE if now < expires_at else Verdict.REFUSE


def check_may_manage(who: Principal, scopes: Iterable[Scope]) -> None:
    """Let a principal make, change or revoke a key with these scopes.

    Raises:
        Forbidden: a key tries to manage what is wider than itself, or may not write.
    """
    if who.scopes is None:
        return
    if Scope.WRITE not in who.scopes:
        raise Forbidden("This key may not write; sign in, or use a key with the scope 'write'.")
    wider = sorted(set(scopes) - who.scopes)
    if wider:
        raise Forbidden(f"This key may not manage keys with the scopes {', '.join(wider)}.")


def permissions(who: Principal) -> dict[Action, Literal["none", "own", "any"]]:
    """How far each right goes for this principal."""
    words: dict[Reach, Literal["none", "own", "any"]] = {
        Reach.NONE: "none",
        Reach.OWN: "own",
        Reach.ANY: "any",
    }
    return {action: words[reach(who, action)] for action in RIGHTS if action != Action.SIGNED_IN}


def role_permissions(role: Role) -> dict[Action, Literal["none", "own", "any"]]:
    """How far each right goes for those who have just this role."""
    return permissions(Principal(user_id="-", kind="token", roles=frozenset({role})))


def safe_next(target: str | None, default: str = "/") -> str:
    """Where to go after signing in: a path on this site, never another one."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or any(ord(c) < 32 or c == "\\" for c in target)
    ):
        return default
    return target


def _base62(number: int, width: int) -> str:
    digits: list[str] = []
    for _ in range(width):
        number, rest = divmod(number, 62)
        digits.append(_BASE62[rest])
    return "".join(reversed(digits))


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)
