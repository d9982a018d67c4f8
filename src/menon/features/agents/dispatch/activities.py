"""What agents did, read from their runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.http import Listing, Page
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runs.queries import readable
from menon.core.runtime import Runtime
from menon.features.agents import queries
from menon.features.agents.dispatch.registry import Registry
from menon.features.agents.dispatch.schemas import ActivityOut
from menon.kit.pages import encode_cursor

_LARGEST = 4_000


@dataclass(frozen=True, kw_only=True)
class ActivityFilter:
    """Which activities are wanted; None is any."""

    agent_id: str | None = None
    action: str | None = None
    project_id: str | None = None
    user_id: str | None = None
    success: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


async def listing(
    runtime: Runtime, who: Principal, wanted: ActivityFilter, page: Page
) -> Listing[ActivityOut]:
    """A page of what agents did for somebody, newest first; administrators see everybody's.

    Raises:
        NotFound: the agent that is named is not there, or not theirs.
    """
    code = wanted.agent_id is not None and runtime[Registry].get(wanted.agent_id) is not None
    return await runtime.db.read(_listing, who, wanted, page, code=code)


def _listing(
    session: Session, who: Principal, wanted: ActivityFilter, page: Page, *, code: bool
) -> Listing[ActivityOut]:
    agent_id = wanted.agent_id
    if agent_id is not None and not code:
        agent_id = _known(session, who, agent_id)
    query = _matching(readable(who), wanted).order_by(Run.id.desc()).limit(page.limit + 1)
    if agent_id is not None:
        query = query.where(Run.agent_id == agent_id)
    if after := page.after(1):
        query = query.where(Run.id < str(after[0]))
    rows = list(session.scalars(query))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[_shown(run) for run in kept], next_cursor=more)


def _known(session: Session, who: Principal, name: str) -> str:
    """The agent's id by id or slug; one that was deleted is known by the runs that it left."""
    if session.scalar(readable(who).where(Run.agent_id == name).with_only_columns(Run.id).limit(1)):
        return name
    return queries.get(session, who, name).id


_action = func.coalesce(Run.input["action"].as_string(), Run.kind)
_project = func.coalesce(
    Run.input[("data", "project_id")].as_string(), Run.input[("context", "project_id")].as_string()
)


def _matching(query: Select[Run], wanted: ActivityFilter) -> Select[Run]:
    query = query.where(Run.agent_id.is_not(None))
    if wanted.action is not None:
        query = query.where(_action == wanted.action)
    if wanted.project_id is not None:
        query = query.where(_project == wanted.project_id)
    if wanted.user_id is not None:
        query = query.where(Run.owner_id == wanted.user_id)
    if wanted.success is not None:
        ended = [RunState.COMPLETED] if wanted.success else sorted(ENDED - {RunState.COMPLETED})
        query = query.where(Run.state.in_(ended))
    if wanted.since is not None:
        query = query.where(Run.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Run.created_at < wanted.until)
    return query


def _shown(run: Run) -> ActivityOut:
    given: Mapping[str, Any] = run.input
    where: Mapping[str, Any] = given.get("data") or given.get("context") or {}
    project = where.get("project_id")
    ended = RunState(run.state) in ENDED
    seconds = (run.ended_at - run.created_at).total_seconds() if run.ended_at else None
    return ActivityOut(
        id=run.id,
        activity_id=run.id,
        agent_id=run.agent_id or "",
        action=str(given.get("action") or run.kind),
        project_id=str(project) if project is not None else None,
        user_id=run.owner_id,
        state=run.state,
        success=run.state == RunState.COMPLETED if ended else None,
        error={"code": run.error_code, "detail": run.error_detail} if run.error_code else None,
        error_message=run.error_detail,
        duration_seconds=seconds,
        execution_time=seconds,
        input_data=_brief(given.get("data", given.get("context"))),
        output_data=_brief(run.output),
        timestamp=run.created_at,
    )


def _brief(data: Any) -> Any:
    """Data as a list shows it; what is large stands with the run."""
    size = len(json.dumps(data, default=str))
    return data if size <= _LARGEST else {"omitted": f"{size} characters; see the run"}
