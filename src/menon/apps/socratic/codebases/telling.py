"""What everybody in a project hears of a generation while it goes on."""

from datetime import datetime

from sqlalchemy.orm import Session

from menon.apps.socratic import queries
from menon.apps.socratic.codebases import rows
from menon.apps.socratic.codebases.models import Codebase
from menon.apps.socratic.events import GenerationProgress
from menon.apps.socratic.models import Project
from menon.core.events import publish


def progress(session: Session, row: Codebase, phase: str, done: int, now: datetime) -> None:
    """Tell which phase has begun, and how many are done."""
    project = session.get_one(Project, row.project_id)
    event = GenerationProgress(
        project_id=project.id,
        owner_id=project.owner_id,
        audience=queries.audience(session, project.id),
        codebase_id=row.id,
        task_id=row.run_id or "",
        phase=phase,
        completed_phases=done,
        total_phases=rows.TOTAL,
    )
    publish(session, event, now=now)
