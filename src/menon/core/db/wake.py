"""Telling a task of this process that a unit of work which concerns it has been committed."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from menon.core.db.database import Database
from menon.core.db.work import after_commit

_OPTION = "menon_wakes"


def on_wake(db: Database, topic: str, call: Callable[[], object]) -> None:
    """Have `call` run, in a worker thread, after each commit of a unit that woke the topic."""
    engine = db.engines.write
    calls = _calls(engine)
    # Replaced and never changed in place: worker threads read it without a lock.
    engine.update_execution_options(**{_OPTION: {**calls, topic: (*calls.get(topic, ()), call)}})


def wake(session: Session, topic: str) -> None:
    """Tell those who wait for the topic once this unit is committed; never before, never if not."""
    bind = session.get_bind()
    for call in _calls(bind if isinstance(bind, Engine) else bind.engine).get(topic, ()):
        after_commit(session, call)


def _calls(engine: Engine) -> dict[str, tuple[Callable[[], object], ...]]:
    # The engine's options are the one place that belongs to the database and that a session sees.
    options = cast("dict[str, Any]", engine.get_execution_options())
    return options.get(_OPTION, {})
