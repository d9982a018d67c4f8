"""Requests in figures, and the hosts that are left alone."""

from typing import Any

from sqlalchemy import Subquery, case, func, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal
from menon.core.runtime import Runtime
from menon.features.integrations import queries
from menon.features.integrations.calling import Circuit
from menon.features.integrations.http_schemas import (
    HostFigures,
    HostOut,
    HttpHealthOut,
    HttpMetricsOut,
)
from menon.features.integrations.models import HttpRecord
from menon.features.integrations.service.hosts import Hosts

_LATEST = 1000
_HOSTS = 20


async def metrics(runtime: Runtime, who: Principal) -> HttpMetricsOut:
    """One's own requests in figures; for administrators everybody's."""
    return await runtime.db.read(_metrics, who)


def health(runtime: Runtime, who: Principal) -> HttpHealthOut:
    """The hosts that one called from this process; for administrators everybody's."""
    found = [
        HostOut(
            host=one.host, state=one.state.value, failures=one.failures, retry_after=one.retry_after
        )
        for one in runtime[Hosts].of(who)
    ]
    ill = any(one.state != Circuit.CLOSED.value for one in found)
    return HttpHealthOut(status="degraded" if ill else "ok", hosts=found)


def _metrics(session: Session, who: Principal) -> HttpMetricsOut:
    own = queries.readable(who, HttpRecord, Action.READ).subquery()
    answered = own.c.status.is_not(None)
    row = session.execute(
        select(
            func.count().label("requests"),
            func.count().filter(answered).label("answered"),
            func.count().filter(own.c.attempts > 1).label("retried"),
            func.avg(own.c.seconds).label("seconds"),
            func.sum(own.c.response_bytes).label("bytes"),
        ).select_from(own)
    ).one()
    return HttpMetricsOut(
        requests=row.requests,
        answered=row.answered,
        failed=row.requests - row.answered,
        retried=row.retried,
        by_status=_by_status(session, own),
        mean_seconds=float(row.seconds or 0.0),
        p95_seconds=_p95(session, own),
        bytes=int(row.bytes or 0),
        hosts=_hosts(session, own),
    )


def _by_status(session: Session, own: Subquery) -> dict[str, int]:
    group: Any = case(
        (own.c.status < 300, "2xx"),
        (own.c.status < 400, "3xx"),
        (own.c.status < 500, "4xx"),
        else_="5xx",
    )
    rows = session.execute(
        select(group.label("name"), func.count().label("requests"))
        .where(own.c.status.is_not(None))
        .group_by(group)
    )
    return {row.name: row.requests for row in rows}


def _p95(session: Session, own: Subquery) -> float:
    latest = select(own.c.seconds).order_by(own.c.id.desc()).limit(_LATEST)
    ordered = sorted(session.scalars(latest))
    return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0


def _hosts(session: Session, own: Subquery) -> list[HostFigures]:
    rows = session.execute(
        select(
            own.c.host,
            func.count().label("requests"),
            func.count().filter(own.c.status.is_(None)).label("failed"),
            func.avg(own.c.seconds).label("mean_seconds"),
        )
        .group_by(own.c.host)
        .order_by(func.count().desc(), own.c.host)
        .limit(_HOSTS)
    )
    return [HostFigures.model_validate(row) for row in rows]
