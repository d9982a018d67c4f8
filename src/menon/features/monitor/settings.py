"""Settings of the monitor."""

from typing import ClassVar

from menon.core.settings import Section, setting


class AlertSettings(Section):
    """From where on a figure is an alert."""

    name: ClassVar[str] = "alerts"

    minutes: int = setting(60, "Minutes of runs that are looked at.", ge=1, le=10_080)
    least: int = setting(20, "Runs below which rates and times say nothing.", ge=1)
    error_percent: float = setting(5.0, "Per cent of runs that fail.", gt=0, le=100)
    p95_seconds: float = setting(10.0, "Seconds within which 95 % of actions end.", gt=0)
    memory_warning_mb: int = setting(500, "Memory of the process; a warning.", ge=1)
    memory_critical_mb: int = setting(1_024, "Memory of the process; critical.", ge=1)
    disk_free_mb: int = setting(500, "Free space for data; less is critical.", ge=1)
