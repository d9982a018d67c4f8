"""Wire shapes of the monitor."""

from datetime import datetime
from typing import Literal

from menon.core.http import Wire


class HealthOut(Wire):
    """The process answers."""

    status: Literal["healthy"] = "healthy"
    timestamp: datetime
    version: str


class ReadyOut(Wire):
    """Everything that the server needs is there."""

    status: Literal["ready"] = "ready"
    timestamp: datetime
    checks: dict[str, Literal["ok"]]
    """What was looked at: `database`, `migrations`, `queue`."""
