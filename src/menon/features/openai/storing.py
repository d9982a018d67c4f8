"""Units of work on stored responses; every selection starts from `readable`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session, aliased

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.runs.events import Envelope
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runs.queries import events_after
from menon.features.openai.models import Response

_MOST_EVENTS = 100_000


@dataclass(frozen=True, kw_only=True)
class New:
    """A response that begins."""

    id: str
    previous_id: str | None
    input: Sequence[Mapping[str, Any]]
    created_at: datetime
    expires_at: datetime
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A response with what its run has told so far."""

    run_id: str
    state: RunState
    after: int
    agent: str
    base: Mapping[str, Any]
    input: Sequence[Mapping[str, Any]]
    events: Sequence[Envelope]


def readable(who: Principal) -> Select[Response]:
    """The responses that somebody may see: their own."""
    return select(Response).where(Response.owner_id == who.user_id)


def add(
    session: Session,
    who: Principal,
    new: New,
    *,
    run_id: str,
    agent: str,
    base: Mapping[str, Any],
) -> None:
    """Store a response, in the unit that opens its run or has it go on."""
    session.add(
        Response(
            id=new.id,
            owner_id=who.user_id,
            run_id=run_id,
            after=new.after,
            previous_id=new.previous_id,
            agent=agent,
            base=dict(base),
            input=[dict(item) for item in new.input],
            created_at=new.created_at,
            expires_at=new.expires_at,
        )
    )
    session.flush()


def get(session: Session, who: Principal, name: str) -> Stored:
    """A response.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    return _stored(session, _row(session, who, ident(name), name))


def chain(session: Session, who: Principal, name: str, *, most: int) -> list[Stored]:
    """A response behind all that it goes on from, oldest first.

    Raises:
        NotFound: one of them is not there, or not theirs.
        InvalidInput: they are more than so many.
    """
    found: list[Stored] = []
    at: str | None = ident(name)
    while at is not None:
        if len(found) == most:
            raise InvalidInput(
                f"The conversation has more than {most} responses; send it as input."
            )
        row = _row(session, who, at, name)
        found.append(_stored(session, row))
        at = row.previous_id
    return found[::-1]


def remove(session: Session, who: Principal, name: str) -> str | None:
    """Delete a response, with its run where that has ended; otherwise answer the run's id.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    row = _row(session, who, ident(name), name)
    run = session.get_one(Run, row.run_id, with_for_update=True)
    session.delete(row)
    session.flush()
    if RunState(run.state) not in ENDED:
        return run.id
    if session.scalar(select(Response.id).where(Response.run_id == run.id).limit(1)) is None:
        session.delete(run)
    return None


def forget(session: Session, now: datetime, limit: int) -> int:
    """Delete up to so many responses that were kept long enough, with the runs that made them."""
    other = aliased(Response)
    kept = exists().where(other.run_id == Response.run_id, other.expires_at > now)
    over = (
        select(Response.run_id)
        .join(Run, Run.id == Response.run_id)
        .where(Response.expires_at <= now, Run.state.in_(ENDED), ~kept)
        .limit(limit)
    )
    runs = set(session.scalars(over))
    session.execute(delete(Run).where(Run.id.in_(runs)))
    rest = select(Response.id).where(Response.expires_at <= now).limit(limit)
    gone = session.execute(
        delete(Response).where(Response.id.in_(list(session.scalars(rest)))).returning(Response.id)
    )
    return len(runs) + len(gone.all())


def everything(session: Session, user_id: str) -> list[dict[str, Any]]:
    """What is kept of a user's responses; their runs tell the rest."""
    rows = session.scalars(
        select(Response).where(Response.owner_id == user_id).order_by(Response.id)
    )
    return [{"id": row.id, "run_id": row.run_id, "request": row.base} for row in rows]


def erase(session: Session, user_id: str) -> int:
    """Forget a user's responses; their runs are forgotten with the others."""
    gone = session.execute(
        delete(Response).where(Response.owner_id == user_id).returning(Response.id)
    )
    return len(gone.all())


def ident(name: str) -> str:
    """The id behind the name that clients know.

    Raises:
        NotFound: it is no such name.
    """
    try:
        return str(UUID(hex=name.removeprefix("resp_")))
    except ValueError as error:
        raise _missing(name) from error


def _row(session: Session, who: Principal, response_id: str, name: str) -> Response:
    row = session.scalar(readable(who).where(Response.id == response_id))
    if row is None:
        raise _missing(name)
    return row


def _missing(name: str) -> NotFound:
    return NotFound(
        f"There is no response {name!r}, it is not yours, or one before it was deleted."
    )


def _stored(session: Session, row: Response) -> Stored:
    run = session.get_one(Run, row.run_id)
    events = events_after(session, run.id, epoch=run.epoch, after=0, limit=_MOST_EVENTS)
    return Stored(
        run_id=run.id,
        state=RunState(run.state),
        after=row.after,
        agent=row.agent,
        base=row.base,
        input=row.input,
        events=events,
    )
