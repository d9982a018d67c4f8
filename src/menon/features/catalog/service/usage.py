"""Usage: added in the unit that ends a run, read by model, provider, user or day."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.db.insert import insert_new
from menon.core.errors import InvalidInput, NotFound
from menon.core.http import Listing, Page
from menon.core.runs.finishing import RunRow
from menon.core.runs.models import Run, RunEvent, RunState
from menon.core.runs.store import Spent
from menon.core.runtime import Runtime
from menon.features.accounts import service as accounts
from menon.features.catalog import queries, rules
from menon.features.catalog.models import ModelUsage
from menon.features.catalog.schemas import Grouping, UsageOut
from menon.kit.pages import encode_cursor

_TOP = 20
"""Models and users that the page of usage shows."""

_ROWS = cast("Table", ModelUsage.__table__)
_SUMS = (
    *("runs", "completed", "failed", "requests", "input_tokens", "output_tokens"),
    *("cost", "seconds", "first_seconds", "firsts"),
)
_ADD = (
    update(_ROWS)
    .where(*(_ROWS.c[name] == bindparam(f"of_{name}") for name in ("day", "user_id", "model")))
    .values({name: _ROWS.c[name] + bindparam(name) for name in _SUMS})
)


@dataclass(frozen=True, kw_only=True)
class DaysOfUsage:
    """The usage of some days in groups."""

    today: date
    days: int
    by_day: Sequence[UsageOut]
    """Days without usage are left out."""
    by_model: Sequence[UsageOut]
    by_user: Sequence[UsageOut]
    names: Mapping[str, str]
    """User names by id; who is gone is left out."""


def record_usage(
    session: Session, run: RunRow, *, first: datetime | None, waited: float = 0.0
) -> None:
    """Add what an ended run took from its model; stands in the unit that ends the run.

    Args:
        session: the unit's session.
        run: as it has ended.
        first: when something of its answer became visible.
        waited: seconds for which it waited for people.
    """
    if not run.model or run.ended_at is None:
        return
    began = _began(session, run)
    seconds = rules.seconds(began, run.ended_at)
    taken = {
        "runs": 1,
        "completed": int(run.state == RunState.COMPLETED),
        "failed": int(run.state == RunState.FAILED),
        "requests": run.requests,
        "input_tokens": run.input_tokens,
        "output_tokens": run.output_tokens,
        "cost": run.cost,
        "seconds": max(0.0, seconds - waited) if run.state == RunState.COMPLETED else 0.0,
        "first_seconds": rules.seconds(began, first),
        "firsts": int(first is not None),
    }
    _add(session, run.owner_id, run.model, run.ended_at, taken)


def add_usage(
    session: Session, run: Run, spent: Spent, *, at: datetime, seconds: float, ok: bool
) -> None:
    """Add what one turn of a durable run took from its model, to the run too, which goes on.

    Stands in a unit of its own right after the turn: what is asked for twice is spent twice.
    """
    run.requests += spent.requests
    run.input_tokens += spent.input_tokens
    run.output_tokens += spent.output_tokens
    run.cost += spent.cost
    add_request(session, run.owner_id, run.model, spent, at=at, seconds=seconds, ok=ok)


def add_request(
    session: Session,
    user_id: str,
    model: str,
    spent: Spent,
    *,
    at: datetime,
    seconds: float,
    ok: bool = True,
) -> None:
    """Add what was spent on a model for somebody, be it in a run or not."""
    taken = {
        "runs": 1,
        "completed": int(ok),
        "failed": int(not ok),
        "requests": spent.requests,
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "cost": spent.cost,
        "seconds": seconds if ok else 0.0,
        "first_seconds": 0.0,
        "firsts": 0,
    }
    _add(session, user_id, model, at, taken)


async def usage(
    runtime: Runtime, who: Principal, wanted: queries.UsageFilter, page: Page, *, by: Grouping
) -> Listing[UsageOut]:
    """Usage in groups, ordered by their names: one's own, or everybody's for administrators."""
    return await runtime.db.read(_usage, who, wanted, page, by=by)


async def usage_of_days(runtime: Runtime, who: Principal, days: int) -> DaysOfUsage:
    """The usage of the latest days by day, model and user, the largest first."""
    today = runtime.clock.now().date()
    wanted = queries.UsageFilter(since=today - timedelta(days=days - 1))
    found = await runtime.db.read(_grouped, who, wanted)
    by_user = _largest(found[Grouping.USER])
    names: dict[str, str] = {}
    for one in by_user:
        with contextlib.suppress(NotFound):
            names[one.key] = (await accounts.get_user(runtime, one.key)).username
    return DaysOfUsage(
        today=today,
        days=days,
        by_day=found[Grouping.DAY],
        by_model=_largest(found[Grouping.MODEL]),
        by_user=by_user,
        names=names,
    )


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """What is kept about a user: their usage by day and model."""
    return {"model_usage": await runtime.db.read(_exported, subject)}


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's usage; says how many rows went."""
    return await runtime.db.write(_erase, subject)


def _add(
    session: Session, user_id: str, model: str, at: datetime, taken: Mapping[str, float]
) -> None:
    key = {"day": at.date(), "user_id": user_id, "model": model}
    given = {f"of_{name}": value for name, value in key.items()} | dict(taken)
    # Nearly always the row of the day is there: one prepared statement, since every turn pays.
    if _changed(session, given):
        return
    provider = model.partition(":")[0][:40]
    insert_new(session, ModelUsage, **key, provider=provider, **dict.fromkeys(taken, 0))
    _changed(session, given)


def _changed(session: Session, given: Mapping[str, Any]) -> bool:
    return session.connection().execute(_ADD, given).rowcount > 0


def _began(session: Session, run: RunRow) -> datetime | None:
    """When the run began, for the last time."""
    if run.attempts == 1:
        return run.started_at
    of_epoch = (RunEvent.run_id == run.id, RunEvent.epoch == run.epoch)
    return session.scalar(select(func.min(RunEvent.at)).where(*of_epoch))


def _usage(
    session: Session, who: Principal, wanted: queries.UsageFilter, page: Page, *, by: Grouping
) -> Listing[UsageOut]:
    query = queries.usage(who, wanted, by)
    if after := page.after(1):
        query = query.where(queries.group(by) > _key(by, after[0]))
    rows = session.execute(query.limit(page.limit + 1)).all()
    shown = [shown_usage(row) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    return Listing(items=shown, next_cursor=encode_cursor(shown[-1].key) if more else None)


def _grouped(
    session: Session, who: Principal, wanted: queries.UsageFilter
) -> dict[Grouping, list[UsageOut]]:
    groups = (Grouping.DAY, Grouping.MODEL, Grouping.USER)
    return {
        by: [shown_usage(row) for row in session.execute(queries.usage(who, wanted, by))]
        for by in groups
    }


def shown_usage(row: Any) -> UsageOut:
    """A row of sums with its means."""
    return UsageOut(
        key=str(row.key),
        runs=row.runs,
        completed=row.completed,
        failed=row.failed,
        requests=row.requests,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost=round(row.cost, 6),
        mean_seconds=rules.mean(row.seconds, row.completed),
        mean_first_seconds=rules.mean(row.first_seconds, row.firsts),
    )


def _key(by: Grouping, after: Any) -> Any:
    """A group in a cursor, as its column has it.

    Raises:
        InvalidInput: the cursor is not one of this list.
    """
    try:
        return date.fromisoformat(str(after)) if by is Grouping.DAY else str(after)
    except ValueError as error:
        raise InvalidInput("The cursor is of another list; leave it out.") from error


def _largest(found: Sequence[UsageOut]) -> list[UsageOut]:
    tokens = sorted(found, key=lambda one: one.input_tokens + one.output_tokens, reverse=True)
    return tokens[:_TOP]


def _exported(session: Session, subject: str) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ModelUsage)
        .where(ModelUsage.user_id == subject)
        .order_by(ModelUsage.day, ModelUsage.model)
    )
    names = [column.key for column in ModelUsage.__table__.columns]
    return [{name: _plain(getattr(row, name)) for name in names} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _erase(session: Session, subject: str) -> int:
    rows = session.execute(
        delete(ModelUsage).where(ModelUsage.user_id == subject).returning(ModelUsage.day)
    )
    return len(rows.all())
