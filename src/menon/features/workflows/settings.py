"""Settings of workflows."""

from typing import ClassVar

from menon.core.settings import Section, setting


class WorkflowSettings(Section):
    """How much of a workflow happens at the same time."""

    name: ClassVar[str] = "workflows"

    heavy: int = setting(3, "Agent and model steps at the same time in this process.", ge=1, le=256)
    at_once: int = setting(16, "Steps of one execution at the same time.", ge=1, le=256)
    backoff_seconds: float = setting(
        1.0, "Pause before the first retry of a step; it doubles each time.", ge=0, le=60
    )
    inline_bytes: int = setting(
        256 * 1024, "Outputs above this are stored as a file and referenced.", ge=1024, le=262_144
    )
