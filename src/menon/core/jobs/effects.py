"""Effects on our own database that happen once, although their step may run twice.

A step is recorded once it has answered, so that a process can die between its effect and the
record. An effect here has a row of its own, in the unit of the effect.
"""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from menon.core.jobs.models import JobEffect
from menon.core.jobs.plain import encode

P = ParamSpec("P")


def once(
    session: Session,
    key: tuple[str, str],
    unit: Callable[Concatenate[Session, P], Any],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Any:
    """Run the unit unless the run has done this step before; answers what it answered then.

    Args:
        session: the unit's session.
        key: run id and step name.
        unit: the effect; its answer is plain JSON.
        args: what the unit takes besides the session.
        kwargs: likewise.
    """
    run_id, step = key
    if not _first(session, run_id, step):
        where = (JobEffect.run_id == run_id, JobEffect.step == step)
        return session.scalar(select(JobEffect.result).where(*where))
    result = unit(session, *args, **kwargs)
    if result is not None:
        encode(result)
        session.execute(
            update(JobEffect)
            .where(JobEffect.run_id == run_id, JobEffect.step == step)
            .values(result=result)
        )
    return result


def _first(session: Session, run_id: str, step: str) -> bool:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # A second writer waits here for the first one's commit, and then sees its row.
    row = dialect.insert(JobEffect).values(run_id=run_id, step=step).on_conflict_do_nothing()
    return session.scalar(row.returning(JobEffect.step)) is not None
