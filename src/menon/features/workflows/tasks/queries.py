"""What is selected of tasks; every query starts from the core's `readable`."""

from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runs.queries import readable
from menon.features.workflows.tasks.schemas import TaskType


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """Which tasks are wanted; None is any."""

    state: RunState | None = None
    type: TaskType | None = None
    agent: str | None = None
    """The id of an agent."""


def tasks(who: Principal) -> Select[Run]:
    """The tasks that somebody may see: their own, or all."""
    return readable(who).where(
        Run.kind == RunKind.TASK, Run.input["input", "type"].as_string().is_not(None)
    )


def get(session: Session, who: Principal, task_id: str) -> Run:
    """One task.

    Raises:
        NotFound: there is none that the principal may see.
    """
    found = session.scalar(tasks(who).where(Run.id == task_id))
    if found is None:
        raise NotFound
    return found


def page(session: Session, who: Principal, wanted: TaskFilter, page: Page) -> list[Run]:
    """A page of tasks, newest first, with one more where another page follows."""
    query = tasks(who).order_by(Run.id.desc()).limit(page.limit + 1)
    if wanted.state is not None:
        query = query.where(Run.state == wanted.state)
    if wanted.type is not None:
        query = query.where(Run.input["input", "type"].as_string() == wanted.type.value)
    if wanted.agent is not None:
        query = query.where(Run.input["agent_id"].as_string() == wanted.agent)
    if after := page.after(1):
        query = query.where(Run.id < str(after[0]))
    return list(session.scalars(query))
