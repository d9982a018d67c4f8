"""The forms of workflows: their fields, and how they become what the services take."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import Field

from menon.core.errors import InvalidInput
from menon.core.http import Wire
from menon.features.workflows.models import Visibility
from menon.features.workflows.rules.check import Fault
from menon.features.workflows.schedules.models import TriggerType
from menon.features.workflows.schedules.schemas import CronExpression, Name, ScheduleIn, Zone
from menon.features.workflows.schemas import BodyIn, DefinitionIn, DefinitionPatch

Text = Annotated[str, Field(max_length=400_000)]
LONGEST_S = 366 * 86_400
UNITS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


class WorkflowForm(Wire):
    """The editor's fields."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    description: Annotated[str, Field(max_length=1000)] = ""
    visibility: Visibility = Visibility.PRIVATE
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    """The version that was opened."""
    definition: Text

    def new(self, body: BodyIn) -> DefinitionIn:
        """A new workflow."""
        return DefinitionIn(**self._about(), **body.model_dump())

    def patch(self, body: BodyIn) -> DefinitionPatch:
        """What a workflow is to be from now on."""
        return DefinitionPatch(**self._about(), version=self.version, **body.model_dump())

    def _about(self) -> dict[str, Any]:
        return self.model_dump(include={"name", "description", "visibility"})


class ScheduleForm(Wire):
    """The fields of a schedule; an interval is a number and its unit."""

    workflow_id: Annotated[str, Field(min_length=1, max_length=36)]
    name: Name = ""
    trigger_type: TriggerType = TriggerType.CRON
    cron_expression: CronExpression | None = None
    every: Annotated[int | None, Field(ge=1, le=31_622_400)] = None
    unit: Annotated[str, Field(pattern=r"^(seconds|minutes|hours|days)$")] = "hours"
    timezone: Zone = "UTC"
    parameters: Text = "{}"

    def new(self) -> ScheduleIn:
        """A new schedule.

        Raises:
            InvalidInput: a field is missing, or its JSON is none; it names the field.
        """
        by_cron = self.trigger_type is TriggerType.CRON
        needed = "cron_expression" if by_cron else "every"
        if getattr(self, needed) is None:
            raise refused(needed, "Fill this in.")
        seconds = (self.every or 0) * UNITS[self.unit]
        taken = given({}, {"input": self.parameters})
        for fault in taken.faults:
            raise refused("parameters", fault.detail)
        if not by_cron and seconds > LONGEST_S:
            raise refused("every", "At most 366 days.")
        return ScheduleIn(
            workflow_id=self.workflow_id,
            name=self.name,
            trigger_type=self.trigger_type,
            cron_expression=self.cron_expression if by_cron else None,
            interval_seconds=None if by_cron else seconds,
            timezone=self.timezone,
            parameters=dict(taken.values),
        )


def refused(field: str, detail: str) -> InvalidInput:
    """What is wrong with a field of a form."""
    return InvalidInput(detail, errors=[{"pointer": f"/{field}", "detail": detail}])


@dataclass(frozen=True, kw_only=True)
class Given:
    """The input that a form holds, and what of it cannot be read."""

    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()


def given(declared: Mapping[str, Mapping[str, Any]], fields: Mapping[str, str]) -> Given:
    """The input of an execution out of the form's fields `input.NAME`; empty ones are left out.

    Where a workflow declares no inputs, `input` holds all of it as JSON.
    """
    if not declared:
        return _whole(fields.get("input", ""))
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, one in declared.items():
        text = fields.get(f"input.{name}", "")
        if not text.strip():
            continue
        if one.get("type") == "string":
            values[name] = text
            continue
        try:
            values[name] = json.loads(text)
        except (ValueError, RecursionError):
            if one.get("type", "any") == "any":
                values[name] = text
            else:
                faults.append(Fault(f"/input/{name}", f"This is not {one['type']} as JSON."))
    return Given(values=values, faults=tuple(faults))


def _whole(text: str) -> Given:
    try:
        read: object = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        return Given(values={}, faults=(Fault("/input", f"This is not JSON: {error}."),))
    if not isinstance(read, dict):
        return Given(values={}, faults=(Fault("/input", "The input is a JSON object."),))
    return Given(values=cast("dict[str, Any]", read))
