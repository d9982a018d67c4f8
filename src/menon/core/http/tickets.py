"""Tickets: a sign-in for one connection that cannot carry headers, good once and for 30 s.

A ticket stands for the credential that asked for it, and for no more: its row names the credential,
so that a connection which a ticket opened ends when that credential does. Only a digest is stored,
and using a ticket deletes its row, so that it counts once over all processes.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.types import Scope

from menon.core.auth import Principal
from menon.core.db import Base, Id
from menon.core.errors import Unauthenticated
from menon.kit.ids import new_token

GOOD_FOR: Final = timedelta(seconds=30)
SUBPROTOCOL: Final = "menon.ticket."
"""A WebSocket client offers `menon.ticket.TICKET`, or says `?ticket=TICKET`."""

_BEHIND: Final = "menon.ticket"


class Ticket(Base):
    """A ticket that nobody has used yet."""

    __tablename__ = "ticket"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    credential_id: Mapped[str] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Behind:
    """The credential behind a ticket: `key`, `token` or `cookie`, and its id."""

    kind: str
    credential_id: str


def issue(session: Session, who: Principal, now: datetime) -> str:
    """A fresh ticket for the credential of somebody who is signed in."""
    text = new_token()
    session.add(
        Ticket(
            digest=_digest(text),
            kind=who.kind,
            credential_id=who.credential_id,
            expires_at=now + GOOD_FOR,
        )
    )
    return text


def redeem(session: Session, text: str, now: datetime) -> Behind | None:
    """Use a ticket up; None where it is unknown, used or expired."""
    row = session.execute(
        delete(Ticket)
        .where(Ticket.digest == _digest(text), Ticket.expires_at > now)
        .returning(Ticket.kind, Ticket.credential_id)
    ).first()
    return Behind(row.kind, row.credential_id) if row else None


def forget_tickets(session: Session, now: datetime, limit: int) -> int:
    """Delete up to `limit` tickets that nobody used in time."""
    old = select(Ticket.digest).where(Ticket.expires_at < now).limit(limit)
    digests = list(session.scalars(old))
    session.execute(delete(Ticket).where(Ticket.digest.in_(digests)))
    return len(digests)


def offered(scope: Scope) -> str:
    """The ticket that a socket or a GET brings; empty without one."""
    if scope.get("method", "GET") != "GET":
        return ""
    if given := parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket"):
        return given[0]
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(SUBPROTOCOL):
            return protocol[len(SUBPROTOCOL) :]
    return ""


def behind(scope: Scope) -> Behind | None:
    """The credential that opened this connection by a ticket, for the looks that follow."""
    return scope.get(_BEHIND)


def remember(scope: Scope, found: Behind | None) -> Behind:
    """Keep the credential behind the ticket of this connection.

    Raises:
        Unauthenticated: the ticket counts for nothing.
    """
    if found is None:
        raise Unauthenticated("The ticket is used or has expired; ask for another one.")
    scope[_BEHIND] = found
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
