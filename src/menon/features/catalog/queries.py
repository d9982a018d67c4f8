"""What is selected of usage and of recent runs; owned rows start from `readable`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.runs.models import Run, RunKind, RunState
from menon.features.catalog.models import ModelUsage
from menon.features.catalog.rules import Measured
from menon.features.catalog.schemas import Grouping

RECENT = 2000
"""Runs over which performance is measured."""

_SUMS = (
    "runs",
    "completed",
    "failed",
    "requests",
    "input_tokens",
    "output_tokens",
    "cost",
    "seconds",
    "first_seconds",
    "firsts",
)


@dataclass(frozen=True, kw_only=True)
class UsageFilter:
    """Which usage is wanted; None is any."""

    since: date | None = None
    """The first day."""
    until: date | None = None
    """The last day."""
    model: str | None = None
    user_id: str | None = None


def readable(who: Principal) -> Select[Any]:
    """Sums over the usage that somebody may see: their own, or everybody's."""
    sums = select(*(func.sum(getattr(ModelUsage, name)).label(name) for name in _SUMS))
    if reach(who, Action.MODELS_READ) is Reach.ANY:
        return sums
    return sums.where(ModelUsage.user_id == who.user_id)


def usage(who: Principal, wanted: UsageFilter, by: Grouping) -> Select[Any]:
    """Usage by group, in the order of the groups."""
    key = group(by)
    query = readable(who).add_columns(key.label("key")).group_by(key).order_by(key)
    if wanted.since is not None:
        query = query.where(ModelUsage.day >= wanted.since)
    if wanted.until is not None:
        query = query.where(ModelUsage.day <= wanted.until)
    if wanted.model is not None:
        query = query.where(ModelUsage.model == wanted.model)
    if wanted.user_id is not None:
        query = query.where(ModelUsage.user_id == wanted.user_id)
    return query


def group(by: Grouping) -> Any:
    """The column that usage is grouped by."""
    columns = {
        Grouping.MODEL: ModelUsage.model,
        Grouping.PROVIDER: ModelUsage.provider,
        Grouping.USER: ModelUsage.user_id,
        Grouping.DAY: ModelUsage.day,
    }
    return columns[by]


def recent_runs(session: Session) -> Sequence[Measured]:
    """The latest ended runs in which a model spoke, newest first; only figures, of all users."""
    rows = session.execute(
        select(Run.model, Run.state, Run.started_at, Run.ended_at, Run.output_tokens)
        .where(
            Run.kind.in_((RunKind.CHAT, RunKind.AGENT)),
            Run.state.in_((RunState.COMPLETED, RunState.FAILED)),
            Run.started_at.is_not(None),
            Run.ended_at.is_not(None),
            Run.model != "",
        )
        .order_by(Run.id.desc())
        .limit(RECENT)
    )
    return [
        Measured(
            model=row.model,
            ok=row.state == RunState.COMPLETED,
            ended_at=row.ended_at,
            seconds=(row.ended_at - row.started_at).total_seconds(),
            output_tokens=row.output_tokens,
        )
        for row in rows
    ]
