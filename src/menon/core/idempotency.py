"""`Idempotency-Key`: a POST that creates may be repeated and has one effect.

claim → (the endpoint runs, the lease is renewed) → settle: the reply is kept for a day
                                                  → release: it failed, so it may be tried again

A process that dies leaves its claim; another may take it over once the lease has run out. Replies
are kept encrypted, since some show a secret that is shown only once.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Integer, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from menon.core.db import Base
from menon.core.db.insert import insert_new
from menon.core.errors import Conflict, KeyInFlight, KeyReused

LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)
LARGEST = 262_144
"""Bytes of a reply that is kept; of a larger one only the fact is kept that it was sent."""

_NONCE = 12


class IdempotencyKey(Base):
    """What a user's key stands for."""

    __tablename__ = "idempotency_key"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Digest of the user and the key."""
    user_id: Mapped[str] = mapped_column(String(36), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    """Digest of the request that used the key first."""
    token: Mapped[str] = mapped_column(String(36))
    """Who works on it; one that was overtaken may not settle."""
    leased_until: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None] = mapped_column(Integer)
    reply: Mapped[bytes | None] = mapped_column(LargeBinary)


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is sent again; `body` is None where it was streamed or is too large."""

    status: int
    headers: dict[str, str]
    body: bytes | None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A request's hold on a key."""

    id: str
    user_id: str
    fingerprint: str
    token: str


Standing = Literal["free", "ours", "done", "in_flight", "other_request"]


def key_id(user_id: str, key: str) -> str:
    """The row's id for a user's key."""
    return hashlib.sha256(f"{user_id}\0{key}".encode()).hexdigest()


def standing(row: IdempotencyKey, *, fingerprint: str, token: str, now: datetime) -> Standing:
    """What the row says to a request that brings its key."""
    if row.token == token:
        return "ours"
    if row.expires_at <= now:
        return "free"
    if row.fingerprint != fingerprint:
        return "other_request"
    if row.status is not None:
        return "done"
    return "free" if row.leased_until <= now else "in_flight"


class Replies:
    """Seals kept replies under a key of their own, derived from the vault's."""

    def __init__(self, vault_key: bytes) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"menon idempotency replies 1")
        self._cipher = AESGCM(derived.derive(vault_key))

    def seal(self, reply: Reply, *, claim: Claim) -> bytes:
        """The reply's ciphertext, bound to its row."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, msgspec.msgpack.encode(reply), claim.id.encode())

    def open(self, sealed: bytes, *, claim: Claim) -> Reply:
        """The reply.

        Raises:
            Conflict: the vault key is another one since.
        """
        nonce, secret = sealed[:_NONCE], sealed[_NONCE:]
        try:
            plain = self._cipher.decrypt(nonce, secret, claim.id.encode())
        except InvalidTag as error:
            raise Conflict(
                "The request was carried out, but its reply cannot be read any more since the"
                " vault key changed; read what it created, and use a fresh Idempotency-Key."
            ) from error
        return msgspec.msgpack.decode(plain, type=Reply)


def take(session: Session, claim: Claim, now: datetime) -> bytes | None:
    """Take the key, or return the sealed reply that it stands for.

    Raises:
        KeyInFlight: another request works on it.
        KeyReused: it stands for another request.
    """
    fresh: dict[str, Any] = {
        "user_id": claim.user_id,
        "fingerprint": claim.fingerprint,
        "token": claim.token,
        "leased_until": now + LEASE,
        "expires_at": now + KEPT,
    }
    insert_new(session, IdempotencyKey, id=claim.id, **fresh)
    held = select(IdempotencyKey).where(IdempotencyKey.id == claim.id).with_for_update()
    row = session.execute(held).scalar_one()
    match standing(row, fingerprint=claim.fingerprint, token=claim.token, now=now):
        case "ours":
            return None
        case "free":
            for name, value in fresh.items():
                setattr(row, name, value)
            row.status = row.reply = None
            return None
        case "done":
            return row.reply
        case "in_flight":
            raise KeyInFlight(retry_after=1)
        case "other_request":
            raise KeyReused


def renew(session: Session, claim: Claim, now: datetime) -> None:
    """Keep the hold for another lease."""
    _update(session, claim, leased_until=now + LEASE)


def settle(session: Session, claim: Claim, *, status: int, reply: bytes) -> None:
    """Keep the sealed reply, unless somebody took the key over."""
    _update(session, claim, status=status, reply=reply)


def release(session: Session, claim: Claim) -> None:
    """Give the key back: nothing came of the request."""
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.id == claim.id, IdempotencyKey.token == claim.token
        )
    )


def forget_expired(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` keys whose day is over."""
    old = select(IdempotencyKey.id).where(IdempotencyKey.expires_at <= now).limit(limit)
    ids = list(session.scalars(old))
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(ids)))
    return len(ids)


def _update(session: Session, claim: Claim, **values: Any) -> None:
    session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.id == claim.id, IdempotencyKey.token == claim.token)
        .values(**values)
    )
