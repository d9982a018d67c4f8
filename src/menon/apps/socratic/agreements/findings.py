"""Contradictions in a project: found, kept, resolved, waived.

detect (pure) → `keep`: new ones are written, those that are gone are settled → `decide`
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements.models import ConflictState, ProjectConflict
from menon.apps.socratic.agreements.schemas import ConflictOut, ResolutionOut, VerdictOut
from menon.apps.socratic.conflicts import Conflict as Contradiction
from menon.apps.socratic.conflicts import Statement
from menon.apps.socratic.conflicts.adjudication import Judgement, Verdict
from menon.apps.socratic.events import ConflictDetected
from menon.apps.socratic.models import Project
from menon.core.auth import Principal
from menon.core.events import publish
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

_MOST = 200
"""Contradictions that are kept of one source."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A contradiction as it is written down."""

    key: str
    fields: Mapping[str, Any]


async def of_project(
    runtime: Runtime, who: Principal, project_id: str, page: Page, *, state: str | None = None
) -> Listing[ConflictOut]:
    """A page of a project's conflicts, newest first."""
    return await runtime.db.read(_of_project, who, project_id, page, state)


def found(conflicts: Iterable[Contradiction], statements: Mapping[str, Statement]) -> list[Found]:
    """Contradictions with the words of their statements, each once."""
    kept: dict[str, Found] = {}
    for each in conflicts:
        words = [_words(statements.get(one), one) for one in each.statements]
        named = [each.type.value, sorted((w["role"], w["text"]) for w in words)]
        key = hashlib.sha256(json.dumps(named).encode()).hexdigest()
        fields = {
            "type": each.type.value,
            "grade": each.grade.value,
            "severity": each.severity.value,
            "why": each.why,
            "statements": words,
            "witness": each.witness,
            "resolutions": [
                {"id": one.id, "text": one.text, "effect": one.effect} for one in each.resolutions
            ],
        }
        kept.setdefault(key, Found(key=key, fields=fields))
    return list(kept.values())[:_MOST]


def keep(  # noqa: PLR0917 - a unit and what it is given
    session: Session,
    project: Project,
    source: str,
    present: Sequence[Found],
    by: str,
    now: datetime,
) -> list[ProjectConflict]:
    """Write what is new, settle what is gone, and give those that are new.

    What people decided stays decided. A contradiction that was waived before, in an older version,
    is waived in the newer one too.
    """
    rows = {row.key: row for row in session.scalars(_of(project.id, source))}
    for key, row in rows.items():
        if row.state == ConflictState.OPEN and key not in {one.key for one in present}:
            close(row, ConflictState.RESOLVED, by, now, reason="What was said agrees now.")
    fresh = [_row(project.id, source, one, now) for one in present if one.key not in rows]
    waived = _waived(session, project.id, [row.key for row in fresh])
    audience = queries.audience(session, project.id) if fresh else []
    for row in fresh:
        if before := waived.get(row.key):
            row.state, row.reason = ConflictState.WAIVED, before.reason
            row.decided_by, row.decided_at = before.decided_by, before.decided_at
        elif row.verdict.get("verdict") == Judgement.COMPATIBLE:
            judge = str(row.verdict["model"])
            close(row, ConflictState.RESOLVED, judge, now, reason=str(row.verdict["why"]))
        session.add(row)
        if row.state == ConflictState.OPEN:
            publish(session, _told(project, row, audience), now=now)
    return fresh


def settle(  # noqa: PLR0917 - a unit and what it is given
    session: Session,
    project_id: str,
    source: str,
    chosen: Mapping[str, str],
    by: str,
    now: datetime,
) -> None:
    """Resolve open contradictions by the proposals that answers took."""
    for row in open_of(session, project_id, source):
        if row.key in chosen:
            row.resolution = chosen[row.key]
            proposals = {one["id"]: one for one in row.resolutions}
            reason = chosen_text(proposals.get(row.resolution))
            close(row, ConflictState.RESOLVED, by, now, reason=reason)
    session.flush()


def shown(row: ProjectConflict) -> ConflictOut:
    """A conflict as it goes over the wire."""
    kind, _, source = row.source.partition(":")
    return ConflictOut(
        id=row.id,
        conflict_id=row.id,
        project_id=row.project_id,
        session_id=source if kind == "session" else None,
        specification_id=source if kind == "specification" else None,
        type=row.type,
        conflict_type=row.type,
        grade=row.grade,
        severity=row.severity,
        why=row.why,
        witness=row.witness,
        statements=row.statements,
        resolutions=[ResolutionOut.model_validate(one) for one in row.resolutions],
        verdict=VerdictOut.model_validate(row.verdict) if row.verdict else None,
        state=row.state,
        resolution=row.resolution,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        created_at=row.created_at,
    )


def open_of(session: Session, project_id: str, *sources: str) -> list[ProjectConflict]:
    """The conflicts of some sources that wait for a decision, the oldest first."""
    query = select(ProjectConflict).where(
        ProjectConflict.project_id == project_id,
        ProjectConflict.source.in_(sources),
        ProjectConflict.state == ConflictState.OPEN,
    )
    return list(session.scalars(query.order_by(ProjectConflict.id).limit(2 * _MOST)))


def counts(session: Session, project_id: str, sources: Sequence[str]) -> dict[str, dict[str, int]]:
    """By source: open conflicts, and hard ones among them."""
    rows = session.execute(
        select(ProjectConflict.source, ProjectConflict.grade, func.count().label("found"))
        .where(
            ProjectConflict.project_id == project_id,
            ProjectConflict.source.in_(sources),
            ProjectConflict.state == ConflictState.OPEN,
        )
        .group_by(ProjectConflict.source, ProjectConflict.grade)
    )
    counted = {source: {"open": 0, "hard": 0} for source in sources}
    for row in rows:
        counted[row.source]["open"] += row.found
        if row.grade == "hard":
            counted[row.source]["hard"] += row.found
    return counted


def looked_at(session: Session, project_id: str, source: str) -> frozenset[str]:
    """The keys of all contradictions of a source, whatever became of them."""
    where = (ProjectConflict.project_id == project_id, ProjectConflict.source == source)
    return frozenset(session.scalars(select(ProjectConflict.key).where(*where)))


def judged(session: Session, project_id: str, keys: Collection[str]) -> dict[str, Verdict]:
    """What models said of contradictions of a project before, by key."""
    query = select(ProjectConflict.key, ProjectConflict.verdict).where(
        ProjectConflict.project_id == project_id, ProjectConflict.key.in_(keys)
    )
    return {
        row.key: Verdict.read(row.verdict)
        for row in session.execute(query.order_by(ProjectConflict.id))
        if row.verdict
    }


def chosen_text(proposal: Mapping[str, Any] | None) -> str:
    """What a proposal says; empty where none was taken."""
    return str(proposal["text"]) if proposal else ""


def _of_project(
    session: Session, who: Principal, project_id: str, page: Page, state: str | None
) -> Listing[ConflictOut]:
    queries.access(session, who, project_id)
    query = select(ProjectConflict).where(ProjectConflict.project_id == project_id)
    if state:
        query = query.where(ProjectConflict.state == state)
    if after := page.after(1):
        query = query.where(ProjectConflict.id < str(after[0]))
    ordered = query.order_by(ProjectConflict.id.desc()).limit(page.limit + 1)
    rows = list(session.scalars(ordered))
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[shown(row) for row in kept], next_cursor=more)


def _of(project_id: str, source: str) -> Any:
    where = (ProjectConflict.project_id == project_id, ProjectConflict.source == source)
    return select(ProjectConflict).where(*where)


def _waived(session: Session, project_id: str, keys: Sequence[str]) -> dict[str, ProjectConflict]:
    if not keys:
        return {}
    query = select(ProjectConflict).where(
        ProjectConflict.project_id == project_id,
        ProjectConflict.key.in_(keys),
        ProjectConflict.state == ConflictState.WAIVED,
    )
    return {row.key: row for row in session.scalars(query.order_by(ProjectConflict.id))}


def _row(project_id: str, source: str, one: Found, now: datetime) -> ProjectConflict:
    return ProjectConflict(
        id=new_id(),
        project_id=project_id,
        source=source,
        key=one.key,
        state=ConflictState.OPEN,
        resolution="",
        reason="",
        decided_by="",
        created_at=now,
        **{"verdict": {}, **one.fields},
    )


def _words(statement: Statement | None, name: str) -> dict[str, str]:
    if statement is None:
        return {"id": name, "role": "", "text": ""}
    return {"id": statement.id, "role": statement.role, "text": statement.text}


def close(
    row: ProjectConflict, state: ConflictState, by: str, now: datetime, *, reason: str
) -> None:
    """Say what became of a conflict, and why."""
    row.state, row.reason = state, reason
    row.decided_by, row.decided_at = by[:100], now


def _told(project: Project, row: ProjectConflict, audience: list[str]) -> ConflictDetected:
    kind, _, source = row.source.partition(":")
    return ConflictDetected(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=audience,
        conflict_id=row.id,
        conflict_type=row.type,
        grade=row.grade,
        why=row.why,
        session_id=source if kind == "session" else "",
    )
