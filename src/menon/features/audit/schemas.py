"""Wire shapes of log entries."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from menon.core.http import Wire
from menon.features.audit.queries import LogFilter

Level = Literal["debug", "info", "warning", "error"]


class LogEntryOut(Wire):
    """One line of a run's log: a log line, or something that happened in the run."""

    id: str
    at: datetime
    level: str
    message: str
    task_id: str
    source: str
    """The logger, or the type of the run event."""
    data: dict[str, Any]


class FilterIn(Wire):
    """Which entries a socket is sent."""

    agent_id: Annotated[str | None, Field(max_length=36)] = None
    task_id: Annotated[str | None, Field(max_length=36)] = None
    level: Level = "debug"
    """The least severe one."""

    def wanted(
        self, since: AwareDatetime | None = None, until: AwareDatetime | None = None
    ) -> LogFilter:
        """The same for queries."""
        return LogFilter(**self.model_dump(), since=since, until=until)
