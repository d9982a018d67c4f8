"""Wire shapes of agent types: what one declares, and how it is shown."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from menon.core.http import Wire
from menon.features.agents.models import Visibility
from menon.features.agents.schemas import AgentType, Capability, LimitsIn

Word = Annotated[str, Field(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
StepName = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Schema = dict[str, Any]


class Part(Wire):
    """A part of a declaration: what it does not know is refused, not passed over."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class Metadata(Part):
    """What people read of a type."""

    name: Annotated[str, Field(max_length=100)] = ""
    description: Annotated[str, Field(max_length=4000)] = ""
    author: Annotated[str, Field(max_length=100)] = ""
    category: Annotated[str, Field(max_length=60)] = ""
    tags: list[Annotated[str, Field(max_length=60)]] = Field(default=[], max_length=32)
    capabilities: list[Capability] = Field(default=[], max_length=64)
    """What agents of the type can be asked for by `POST /agents/route`."""


class FieldIn(Part):
    """A field of a data model."""

    type: Literal[
        "string", "text", "integer", "number", "boolean", "date", "datetime", "enum", "list",
        "object",
    ]  # fmt: skip
    required: bool = False
    description: Annotated[str, Field(max_length=500)] = ""
    default: Any = None
    values: list[str] = Field(default=[], max_length=200)
    """Of an enum."""
    max_length: Annotated[int | None, Field(ge=1, le=100_000)] = None
    minimum: float | None = None
    maximum: float | None = None


class IndexIn(Part):
    """Fields by which records are found, or told apart."""

    fields: list[Word] = Field(min_length=1, max_length=8)
    unique: bool = False


class DataModelIn(Part):
    """A kind of records that agents of the type keep; no table is made for it."""

    table_name: Word | None = None
    """What the records are called; the model's own name where it is left out."""
    fields: dict[Word, FieldIn] = Field(min_length=1, max_length=100)
    indexes: list[IndexIn] = Field(default=[], max_length=8)


class ModelStep(Part):
    """Asks the agent's model."""

    prompt: Annotated[str, Field(min_length=1, max_length=50_000)]
    instructions: Annotated[str, Field(max_length=50_000)] = ""
    """After those of the agent."""
    tools: list[str] = Field(default=[], max_length=64)
    """Those of the type's tools that the model may call."""
    output_schema: Schema | None = None
    """The step gives JSON of this schema, text without one."""


class ToolStep(Part):
    """Uses a tool of the type, with arguments that are written down."""

    tool: Annotated[str, Field(max_length=200)]
    arguments: dict[str, Any] = Field(default={}, max_length=100)


class TransformStep(Part):
    """Makes a value of the input and of earlier outputs."""

    value: Any


class RecordStep(Part):
    """Keeps a record."""

    model: Word
    values: dict[str, Any] | str = Field(max_length=50_000)
    """The fields, or an expression that gives them."""
    replace: bool = False
    """Take the place of the record that has the same values in the unique index."""


class FindStep(Part):
    """Finds records by the values of fields, newest first."""

    model: Word
    where: dict[str, Any] = Field(default={}, max_length=20)
    limit: Annotated[int, Field(ge=1, le=100)] = 20


STEPS: dict[str, type[Part]] = {
    "find": FindStep,
    "model": ModelStep,
    "record": RecordStep,
    "tool": ToolStep,
    "transform": TransformStep,
}


class StepIn(Part):
    """A step; it runs after those whose outputs it reads."""

    name: StepName
    type: Literal["find", "model", "record", "tool", "transform"]
    config: dict[str, Any] = Field(default={}, max_length=100)
    dependencies: list[StepName] = Field(default=[], max_length=50)
    """Steps that it follows without reading them."""
    when: Annotated[str | None, Field(max_length=2000)] = None
    """An expression; where it is false the step is passed over and gives null."""
    description: Annotated[str, Field(max_length=500)] = ""


class PipelineIn(Part):
    """What an agent of the type does with its input."""

    steps: list[StepIn] = Field(default=[], max_length=50)
    output: Any = None
    """What comes out, with `{{ expressions }}`; the output of the last step where it is null."""


class TypeIn(Part):
    """An agent schema."""

    agent_type: AgentType
    metadata: Metadata = Metadata()
    data_models: dict[Word, DataModelIn] = Field(default={}, max_length=20)
    processing_pipeline: PipelineIn = PipelineIn()
    tools: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=64)
    input_schema: Schema = Field(default={})
    output_schema: Schema = Field(default={})
    limits: LimitsIn = LimitsIn()
    """The most that an agent of the type may use."""
    visibility: Visibility = Visibility.PRIVATE

    @model_validator(mode="after")
    def is_called_something(self) -> "TypeIn":
        if not self.metadata.name:
            named = {"name": self.agent_type.replace("_", " ").capitalize()}
            self.metadata = self.metadata.model_copy(update=named)
        return self


class TypePut(TypeIn):
    """The next version of a type."""

    force: bool = False
    """Break what callers rely on, knowingly."""


class TypeOut(Wire):
    """A declared type."""

    id: str
    agent_type: str
    name: str
    description: str
    capabilities: list[str]
    tools: list[str]
    steps: list[str]
    visibility: str
    is_mine: bool
    is_deprecated: bool
    version: int
    breaking: list[str]
    """What the current version broke of the one before."""
    documentation_url: str
    created_at: datetime
    updated_at: datetime


class TypeCapabilities(Wire):
    """What agents of a type can be asked for."""

    agent_type: str
    version: int
    capabilities: list[str]
    actions: list[str]
    tools: list[str]
    input_schema: Schema
    output_schema: Schema


class TypeRemoved(Wire):
    """What became of a type."""

    agent_type: str
    outcome: Literal["deleted", "deprecated"]
    """Deprecated where agents of it are there: they go on, and nobody makes another one."""


class RecordOut(Wire):
    """A record that an agent keeps for you."""

    id: str
    model: str
    values: dict[str, Any]
    run_id: str
    created_at: datetime
    updated_at: datetime
