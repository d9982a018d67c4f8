"""Wire shapes of asking agents for actions."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.features.agents.schemas import AgentName, Capability


class RouteIn(Wire):
    """What is wanted of whom."""

    agent_id: AgentName | None = None
    capability: Capability | None = None
    """Of the agents that have it, the first one is asked; with `agent_id`, that one must."""
    action: Annotated[str | None, Field(max_length=60)] = None
    """The capability's own name, or `run`, where it is left out."""
    data: dict[str, Any] = Field(default={}, max_length=100)

    @model_validator(mode="after")
    def names_somebody(self) -> "RouteIn":
        if not self.agent_id and not self.capability:
            raise ValueError("send agent_id, capability or both")
        return self


class RouteOut(Wire):
    """The envelope of an action: status 200 whether it succeeded or not."""

    success: bool
    data: dict[str, Any] | None
    error: str | None
    error_code: str | None
    agent_id: str | None
    timestamp: datetime


class CapableAgent(Wire):
    """An agent that can do something."""

    agent_id: str
    name: str
    kind: Literal["code", "model"]
    actions: list[str]


class CapabilitiesOut(Wire):
    """What can be asked for, and of whom; the first agent of a list is asked."""

    capabilities: dict[str, list[CapableAgent]]


class ActivityOut(Wire):
    """Something that an agent did."""

    id: str
    """The run's id: `GET /api/v1/runs/{id}` shows all that is known of it."""
    activity_id: str
    agent_id: str
    action: str
    project_id: str | None
    user_id: str
    state: str
    success: bool | None
    """Null while it goes on."""
    error: dict[str, Any] | None
    error_message: str | None
    duration_seconds: float | None
    execution_time: float | None
    """The same as `duration_seconds`."""
    input_data: Any
    """What it was given, secrets masked."""
    output_data: Any
    """What came of it, secrets masked; left out where it is large."""
    timestamp: datetime
