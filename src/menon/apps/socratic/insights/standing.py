"""How far a project has come, by what exists in it."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.agreements.models import (
    Approval,
    ConflictState,
    ProjectConflict,
    SpecificationVersion,
)
from menon.apps.socratic.codebases.models import Codebase, CodebaseStatus
from menon.apps.socratic.projects.schemas import ProgressOut
from menon.apps.socratic.rules import Step, reached
from menon.apps.socratic.rules import progress as percent
from menon.apps.socratic.sessions.models import QuestioningSession
from menon.core.auth import Principal
from menon.core.runtime import Runtime


async def progress(runtime: Runtime, who: Principal, project_id: str) -> ProgressOut:
    """What exists of a project, and how far that brings it."""
    return await runtime.db.read(_progress, who, project_id)


def _progress(session: Session, who: Principal, project_id: str) -> ProgressOut:
    project = queries.access(session, who, project_id).project
    sessions, answered, coverage = _sessions(session, project_id)
    version = _latest(session, project_id)
    codebase = session.scalar(
        select(Codebase)
        .where(Codebase.project_id == project_id)
        .order_by(Codebase.version.desc())
        .limit(1)
    )
    step = _step(answered, version, codebase)
    return ProgressOut(
        project_id=project_id,
        phase=project.phase,
        status=project.status,
        percent=percent(step, coverage),
        reached=reached(step),
        sessions=sessions,
        answered_questions=answered,
        coverage=coverage,
        conflicts=_conflicts(session, project_id),
        specification=None
        if version is None
        else {"specification_id": version.id, "version": version.number, "state": version.state},
        codebase=None
        if codebase is None
        else {
            "codebase_id": codebase.id,
            "version": codebase.version,
            "status": codebase.status,
            "phase": codebase.phase,
        },
    )


def _sessions(session: Session, project_id: str) -> tuple[dict[str, int], int, float]:
    rows = session.execute(
        select(
            QuestioningSession.status,
            func.count().label("sessions"),
            func.sum(QuestioningSession.answered).label("answered"),
            func.max(QuestioningSession.coverage).label("coverage"),
        )
        .where(QuestioningSession.project_id == project_id)
        .group_by(QuestioningSession.status)
    ).all()
    counts = {row.status: row.sessions for row in rows}
    answered = sum(int(row.answered or 0) for row in rows)
    return counts, answered, max((row.coverage for row in rows), default=0) / 1000


def _latest(session: Session, project_id: str) -> SpecificationVersion | None:
    """The newest approved version, or the newest of all where none is."""
    return session.scalar(
        select(SpecificationVersion)
        .where(SpecificationVersion.project_id == project_id)
        .order_by(
            (SpecificationVersion.state == Approval.APPROVED).desc(),
            SpecificationVersion.number.desc(),
        )
        .limit(1)
    )


def _step(answered: int, version: SpecificationVersion | None, codebase: Codebase | None) -> Step:
    if codebase is not None and codebase.status == CodebaseStatus.COMPLETED:
        return Step.PROVEN
    if codebase is not None:
        return Step.GENERATED
    if version is not None:
        return Step.APPROVED if version.state == Approval.APPROVED else Step.SPECIFIED
    return Step.ASKED if answered else Step.NOTHING


def _conflicts(session: Session, project_id: str) -> dict[str, int]:
    rows = session.execute(
        select(ProjectConflict.state, ProjectConflict.grade, func.count().label("found"))
        .where(ProjectConflict.project_id == project_id)
        .group_by(ProjectConflict.state, ProjectConflict.grade)
    ).all()
    counts: dict[str, Any] = {state.value: 0 for state in ConflictState} | {"hard": 0}
    for row in rows:
        counts[row.state] += row.found
        if row.state == ConflictState.OPEN and row.grade == "hard":
            counts["hard"] += row.found
    return counts
