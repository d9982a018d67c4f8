"""Wire shapes of workflows."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from menon.core.http import Int64, Wire
from menon.features.workflows.models import Visibility

Name = Annotated[str, Field(min_length=1, max_length=100)]
Ident = Annotated[str, Field(min_length=1, max_length=80)]


class StepIn(Wire):
    """A step; ids, dependencies and the configuration of its kind are checked together."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(max_length=80)] = ""
    """The key that it stands under; may be left out."""
    name: Annotated[str, Field(max_length=200)] = ""
    type: Ident
    """agent, model, tool, http, transform, condition, parallel, map, wait, approval, subworkflow,
    or a kind that a package brings."""
    config: dict[str, Any] = Field(default={})
    dependencies: Annotated[list[Ident], Field(max_length=200)] = Field(default=[])
    timeout_seconds: float | None = 300.0
    """Null for no limit."""
    max_retries: int = 3
    on_failure: Ident | None = None
    """The step that answers for a failure of this one."""
    conditions: Annotated[list[Annotated[str, Field(max_length=2000)]], Field(max_length=20)] = (
        Field(default=[])
    )
    """Expressions; where one is false the step is skipped."""


class InputIn(Wire):
    """An input that a workflow declares."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["any", "string", "number", "integer", "boolean", "object", "array"] = "any"
    required: bool = True
    default: Any = None
    description: Annotated[str, Field(max_length=500)] = ""


class BodyIn(Wire):
    """What a workflow does."""

    model_config = ConfigDict(extra="forbid")

    steps: dict[str, StepIn]
    inputs: dict[str, InputIn] = Field(default={})
    """What an execution is given; anything where nothing is declared."""
    output: Any = None
    """What an execution gives, with `{{ expressions }}`; what its last steps gave by default."""
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    max_execution_time: float | None = 3600.0
    """Seconds of work, waiting left out; null for no limit."""
    trigger_config: dict[str, Any] = Field(default={})
    resource_requirements: dict[str, Any] = Field(default={})
    metadata: dict[str, Any] = Field(default={})

    def body(self) -> dict[str, Any]:
        """The definition as it is stored, and as executions take it."""
        return self.model_dump(mode="json", include=set(BodyIn.model_fields))


class DefinitionIn(BodyIn):
    """A new workflow."""

    name: Name
    description: Annotated[str, Field(max_length=1000)] = ""
    version: Int64 | str | None = None
    """Taken and left aside: versions are counted here."""
    visibility: Visibility = Visibility.PRIVATE


class DefinitionPatch(Wire):
    """What changes; what is left out stays. Another body becomes a new version."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    description: Annotated[str | None, Field(max_length=1000)] = None
    visibility: Visibility | None = None
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    """The version that you read, to be safe."""
    steps: dict[str, StepIn] | None = None
    inputs: dict[str, InputIn] | None = None
    output: Any = None
    priority: Annotated[int | None, Field(ge=-100, le=100)] = None
    max_execution_time: float | None = None
    trigger_config: dict[str, Any] | None = None
    resource_requirements: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None

    def changes(self) -> dict[str, Any]:
        """The parts of the body that were sent."""
        return self.model_dump(
            mode="json", include=set(BodyIn.model_fields) & self.model_fields_set
        )


class DefinitionOut(Wire):
    """A workflow with one of its versions."""

    id: str
    name: str
    description: str
    visibility: str
    is_mine: bool
    version: int
    steps: dict[str, Any]
    inputs: dict[str, Any]
    output: Any
    priority: int
    max_execution_time: float | None
    trigger_config: dict[str, Any]
    resource_requirements: dict[str, Any]
    metadata: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class VersionOut(Wire):
    """One version of a workflow."""

    number: int
    created_by: str
    created_at: datetime
    steps: int


class ExecuteIn(Wire):
    """What to execute: a stored workflow by id, or a definition that comes along."""

    model_config = ConfigDict(extra="forbid")

    workflow_id: Annotated[str | None, Field(max_length=200)] = None
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    definition: DefinitionIn | None = None
    input: dict[str, Any] = Field(default={})


class Steps(Wire):
    """The steps of a pipeline, wrapped."""

    steps: Annotated[list[Any] | None, Field(max_length=200)] = None


class ImportIn(Wire):
    """A task graph (`nodes`, `edges`, `slots`) or a pipeline of agents, in others' words."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(max_length=100)] = ""
    role: Annotated[str, Field(max_length=100)] = ""
    """What a task graph calls itself; its name where none is given."""
    description: Annotated[str, Field(max_length=1000)] = ""
    visibility: Visibility = Visibility.PRIVATE
    nodes: list[Any] | dict[str, Any] = Field(default=[], max_length=200)
    edges: list[Any] = Field(default=[], max_length=2000)
    slots: list[Any] | dict[str, Any] = Field(default=[], max_length=200)
    pipeline: Annotated[list[Any] | None, Field(max_length=200)] = None
    agents: Annotated[list[Any] | None, Field(max_length=200)] = None
    processing_pipeline: Steps | None = None

    def agents_in_order(self) -> list[Any] | None:
        """The agents of a pipeline; None where it is a task graph."""
        processing = self.processing_pipeline.steps if self.processing_pipeline else None
        return next((s for s in (self.pipeline, self.agents, processing) if s is not None), None)


class ImportedOut(DefinitionOut):
    """A workflow that was made of something else."""

    notes: list[str]
    """What was left aside."""


class ExecutionStarted(Wire):
    """An execution that was accepted."""

    execution_id: str


class StepOut(Wire):
    """Where a step of an execution stands."""

    id: str
    name: str
    type: str
    state: str
    """pending, running, waiting, completed, failed, skipped, or cancelled with its execution."""
    attempt: int
    input: Any
    output: Any
    error: dict[str, Any] | None
    due_at: datetime | None
    child_id: str | None
    started_at: datetime | None
    ended_at: datetime | None


class ExecutionRow(Wire):
    """An execution in a list."""

    id: str
    workflow_id: str | None
    version: int | None
    name: str
    state: str
    progress: dict[str, Any]
    error: dict[str, Any] | None
    forked_from: str | None
    parent_id: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class ExecutionOut(ExecutionRow):
    """An execution with its steps."""

    epoch: int
    input: dict[str, Any]
    output: Any
    steps: list[StepOut]
    definition: dict[str, Any]
    """What it interprets, as it was when it began."""


class RetryIn(Wire):
    """From where to run again."""

    model_config = ConfigDict(extra="forbid")

    step: Annotated[str | None, Field(max_length=80)] = None
    """This step and what follows it; what failed where it is left out."""


class ForkIn(Wire):
    """From where to run anew, with what."""

    model_config = ConfigDict(extra="forbid")

    step: Ident
    input: dict[str, Any] | None = None
    """Another input; the same where it is left out."""


class FinalizedOut(Wire):
    """What a creation dialogue came to."""

    kind: Literal["agent", "workflow"]
    id: str
    source: Literal["conversation", "model", "dialogue"]
    """Where it was taken from: JSON that was said, a model's, or the user's own words."""
    object: dict[str, Any]
