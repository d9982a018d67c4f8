"""Approvals for people: what waits for them, what they say, and the clock that says no for them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import DatabaseError, InvalidInput, NotFound
from menon.core.http import Listing, Page
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import UserOut
from menon.features.runs import deciding
from menon.features.runs.approval_schemas import ApprovalOut, DecisionIn
from menon.features.runs.models import Approval, ApprovalState
from menon.kit.ids import is_id
from menon.kit.pages import encode_cursor

LOOK_S = 2.0
_MOST = 99

log = structlog.stdlib.get_logger(__name__)


async def listing(
    runtime: Runtime, who: Principal, state: ApprovalState | None, page: Page
) -> Listing[ApprovalOut]:
    """A page of the approvals that somebody may decide, newest first; None is any state."""
    return await runtime.db.read(_listing, who, state, page)


async def of_run(runtime: Runtime, who: Principal, run_id: str) -> list[ApprovalOut]:
    """What a run asked of somebody and what they said, oldest first."""
    return await runtime.db.read(_of_run, who, run_id)


async def get(runtime: Runtime, who: Principal, approval_id: str) -> ApprovalOut:
    """One approval.

    Raises:
        NotFound: there is none, or it is not theirs to decide.
    """
    return await runtime.db.read(_get, who, approval_id)


async def count(runtime: Runtime, who: Principal) -> int:
    """How many approvals wait for somebody; counts up to 99."""
    if reach(who, Action.APPROVE) is Reach.NONE:
        return 0
    return await runtime.db.read(_count, who)


async def decide(
    runtime: Runtime, who: Principal, approval_id: str, body: DecisionIn
) -> ApprovalOut:
    """Approve or deny, once; the run goes on.

    Raises:
        NotFound: there is none, or it is not theirs to decide.
        Conflict: it is decided or expired, they looked at other arguments, or it is asked every
            time.
        Forbidden: only the owner of the run may allow it for ever.
    """
    return await runtime.db.write(_decide, who, approval_id, body, now=runtime.clock.now())


async def delegate(runtime: Runtime, who: Principal, approval_id: str, user: str) -> ApprovalOut:
    """Let somebody else decide too.

    Raises:
        NotFound: there is none, or it is not theirs to decide.
        InvalidInput: the user may not approve, or does not exist.
        Conflict: it is decided.
    """
    await get(runtime, who, approval_id)  # whoever may not see it learns nothing of users
    found = await _user(runtime, user)
    if found is None or not _may_approve(found):
        raise InvalidInput(f"Nobody named {user!r} may approve; name a developer or a manager.")
    now = runtime.clock.now()
    return await runtime.db.write(_delegate, who, approval_id, (found.id, found.username), now=now)


def shown(session: Session, rows: list[Approval]) -> list[ApprovalOut]:
    """Approvals on the wire, with the titles of their runs."""
    wanted = select(Run.id, Run.title, Run.kind).where(Run.id.in_({row.run_id for row in rows}))
    titles = {run.id: run.title or run.kind for run in session.execute(wanted)}
    names = [name for name in ApprovalOut.model_fields if name != "run_title"]
    return [
        ApprovalOut(
            run_title=titles.get(row.run_id, ""), **{name: getattr(row, name) for name in names}
        )
        for row in rows
    ]


class Expiry:
    """Decides what nobody decided in time; several processes may do so at once."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def once(self) -> int:
        """Settle all that is due, and answer how many that were."""
        total = 0
        while settled := await self._runtime.db.write(deciding.settle, self._runtime.clock.now()):
            total += settled
        return total

    async def run(self) -> None:
        """Look every 2 s."""
        while True:
            try:
                if await self._runtime.db.read(deciding.due, self._runtime.clock.now()):
                    await self.once()
            except DatabaseError as error:
                log.warning("approvals.database_away", code=error.code, detail=error.detail)
            await asyncio.sleep(LOOK_S)


@contextlib.asynccontextmanager
async def open_expiry(runtime: Runtime) -> AsyncGenerator[Expiry]:
    """Keep the time of approvals for as long as the process lives."""
    expiry = Expiry(runtime)
    task = asyncio.create_task(expiry.run(), name="approvals")
    try:
        yield expiry
    finally:
        task.cancel()
        await asyncio.wait([task])


def _listing(
    session: Session, who: Principal, state: ApprovalState | None, page: Page
) -> Listing[ApprovalOut]:
    query = deciding.decidable(who).order_by(Approval.id.desc()).limit(page.limit + 1)
    if state is not None:
        query = query.where(Approval.state == state)
    if after := page.after(1):
        query = query.where(Approval.id < str(after[0]))
    rows = list(session.scalars(query))
    kept = rows[: page.limit]
    following = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=shown(session, kept), next_cursor=following)


def _of_run(session: Session, who: Principal, run_id: str) -> list[ApprovalOut]:
    asked = deciding.decidable(who).where(Approval.run_id == run_id).order_by(Approval.id)
    return shown(session, list(session.scalars(asked.limit(_MOST))))


def _get(session: Session, who: Principal, approval_id: str) -> ApprovalOut:
    row = session.scalar(deciding.decidable(who).where(Approval.id == approval_id))
    if row is None:
        raise NotFound
    return _one(session, row)


def _count(session: Session, who: Principal) -> int:
    waiting = deciding.decidable(who).where(Approval.state == ApprovalState.WAITING)
    some = waiting.with_only_columns(Approval.id).limit(_MOST).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _decide(
    session: Session, who: Principal, approval_id: str, body: DecisionIn, *, now: datetime
) -> ApprovalOut:
    row = deciding.decide(
        session,
        who,
        approval_id,
        body.decision,
        args_hash=body.args_hash,
        now=now,
        comment=body.comment,
        remember=body.remember,
    )
    return _one(session, row)


def _delegate(
    session: Session, who: Principal, approval_id: str, to: tuple[str, str], *, now: datetime
) -> ApprovalOut:
    return _one(session, deciding.delegate(session, who, approval_id, to, now=now))


async def _user(runtime: Runtime, user: str) -> UserOut | None:
    find = accounts.get_user if is_id(user) else accounts.get_user_named
    with contextlib.suppress(NotFound):
        return await find(runtime, user)
    return None


def _may_approve(user: UserOut) -> bool:
    who = Principal(user_id=user.id, roles=frozenset(user.roles))
    return user.is_active and reach(who, Action.APPROVE) is not Reach.NONE


def _one(session: Session, row: Approval) -> ApprovalOut:
    return shown(session, [row])[0]
