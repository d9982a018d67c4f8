"""Settings of the logs of runs."""

from typing import ClassVar, Literal

from menon.core.settings import Section, setting


class LogSettings(Section):
    """Which log lines of runs are kept for their owners, and for how long."""

    name: ClassVar[str] = "logs"

    keep: bool = setting(True, "Keep log lines of runs in the database.")
    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", "Least severe line of a run that is kept."
    )
    lines: int = setting(1000, "Lines that one process keeps of one run.", ge=10)
    days: int = setting(30, "Days after which a line is forgotten.", ge=1)
