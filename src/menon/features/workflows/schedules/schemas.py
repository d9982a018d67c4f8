"""Wire shapes of schedules."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.features.workflows.schedules.models import ScheduleState, TriggerType

WorkflowId = Annotated[str, Field(min_length=1, max_length=36)]
Name = Annotated[str, Field(max_length=100)]
CronExpression = Annotated[
    str,
    Field(
        max_length=100,
        pattern=r"^[0-9A-Za-z*,/#\- ]+$",
        description="Minute, hour, day of the month, month, day of the week.",
    ),
]
Seconds = Annotated[int, Field(ge=1, le=366 * 86_400)]
Zone = Annotated[str, Field(max_length=60, description="IANA name, such as `Europe/Berlin`.")]
Parameters = Annotated[dict[str, Any], Field(max_length=100)]


class ScheduleIn(Wire):
    """A new schedule."""

    workflow_id: WorkflowId
    name: Name = ""
    trigger_type: TriggerType
    cron_expression: CronExpression | None = None
    interval_seconds: Seconds | None = None
    timezone: Zone = "UTC"
    """Of the cron expression; an interval needs none."""
    parameters: Parameters = Field(default={})
    """The input of each execution."""

    @model_validator(mode="after")
    def has_its_trigger(self) -> Self:
        """The field that the trigger goes by must be there, and the other one not."""
        fields = {
            TriggerType.CRON: self.cron_expression,
            TriggerType.INTERVAL: self.interval_seconds,
        }
        if fields.pop(self.trigger_type) is None:
            missing = "cron_expression" if self.trigger_type == "cron" else "interval_seconds"
            raise ValueError(f"a schedule by {self.trigger_type.value} needs {missing}")
        if any(value is not None for value in fields.values()):
            raise ValueError("a schedule goes by cron_expression or interval_seconds, not by both")
        return self


class SchedulePatch(Wire):
    """What changes; what is left out stays."""

    name: Name | None = None
    workflow_id: WorkflowId | None = None
    state: ScheduleState | None = None
    """`paused` pauses it, `active` resumes it; what was missed meanwhile is not made up for."""
    trigger_type: TriggerType | None = None
    cron_expression: CronExpression | None = None
    interval_seconds: Seconds | None = None
    timezone: Zone | None = None
    parameters: Parameters | None = None

    @model_validator(mode="after")
    def has_one_trigger(self) -> Self:
        """A schedule goes by one thing."""
        if self.cron_expression is not None and self.interval_seconds is not None:
            raise ValueError("a schedule goes by cron_expression or interval_seconds, not by both")
        return self


class ScheduleOut(Wire):
    """A schedule."""

    id: str
    owner_id: str
    workflow_id: str
    name: str
    trigger_type: TriggerType
    cron_expression: str | None
    interval_seconds: int | None
    timezone: str
    parameters: dict[str, Any]
    state: ScheduleState
    reason: str
    next_at: datetime | None
    last_at: datetime | None
    last_run_id: str | None
    created_at: datetime
    updated_at: datetime


class ScheduleRunOut(Wire):
    """An execution that a schedule started."""

    execution_id: str
    state: str
    planned_at: datetime | None
    """Null where somebody started it by hand."""
    fired_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: dict[str, Any] | None


class TriggeredOut(Wire):
    """What was started by hand."""

    execution_id: str
    schedule_id: str
