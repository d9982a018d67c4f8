"""Wire shapes of tools: the catalogue, declared HTTP tools, calls."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from menon.core.http import Wire
from menon.engine.tools.tool import Effect, Kind
from menon.features.agents.models import Visibility
from menon.features.integrations.sealed_schemas import SealedHeaders, SecretRef, Secrets

ToolName = Annotated[
    str,
    Field(
        pattern=r"^[a-zA-Z][a-zA-Z0-9_-]{0,63}$",
        description="A letter, then letters, digits, `_` or `-`; 64 at most.",
    ),
]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
Where = Literal["path", "query", "header", "body", "content"]
Timeout = Annotated[float, Field(gt=0, le=60, description="Seconds for one attempt.")]


class Place(Wire):
    """Where an argument goes; `content` is the whole body."""

    at: Annotated[Where, Field(alias="in")]
    name: Annotated[str, Field(max_length=200)] = ""
    """What it is called there, where that is not its own name."""


class ToolIn(Wire):
    """An HTTP endpoint as a tool."""

    name: ToolName
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    """What the model reads."""
    method: Method = "GET"
    url: Annotated[str, Field(min_length=1, max_length=4000)]
    """With `{argument}` where an argument stands in the path."""
    input_schema: dict[str, Any] = Field(default={})
    output_schema: dict[str, Any] | None = None
    arguments: dict[str, Place] = Field(default={}, max_length=200)
    headers: SealedHeaders = Field(default={})
    secrets: Secrets = Field(default={})
    effect: Effect | None = None
    """`egress` for GET and HEAD, `write` for the others, where it is left out."""
    timeout: Timeout = 20.0
    visibility: Visibility = Visibility.PRIVATE
    enabled: bool = True


class ToolPatch(Wire):
    """What changes; what is left out stays."""

    description: Annotated[str | None, Field(min_length=1, max_length=4000)] = None
    method: Method | None = None
    url: Annotated[str | None, Field(min_length=1, max_length=4000)] = None
    input_schema: dict[str, Any] | None = None
    output_schema: dict[str, Any] | None = None
    arguments: Annotated[dict[str, Place] | None, Field(max_length=200)] = None
    headers: SealedHeaders | None = None
    secrets: Secrets = Field(default={})
    effect: Effect | None = None
    timeout: Timeout | None = None
    visibility: Visibility | None = None
    enabled: bool | None = None
    version: Annotated[
        int | None, Field(ge=1, le=2**31, description="The version that you read, to be safe.")
    ] = None


class ToolOut(Wire):
    """A tool as the catalogue shows it."""

    name: str
    description: str
    kind: Kind
    effect: Effect
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    untrusted: bool
    """Whether its answers are foreign text."""
    available: bool
    reason: str = ""
    """Why it is not available, and what to do about it."""
    source: str
    """`menon`, who declared it (`you`, `shared`), or the server or agent behind it."""


class HttpDefinition(Wire):
    """What a declared tool sends; secrets stay references."""

    method: Method
    url: str
    arguments: dict[str, Place]
    headers: dict[str, str | SecretRef]
    timeout: float
    visibility: Visibility
    enabled: bool
    secrets: list[str]
    """The names of those that the vault holds for it."""
    origin: str
    version: int
    created_at: datetime
    updated_at: datetime


class ToolDetail(ToolOut):
    """A tool; its definition is there for those who may change it."""

    definition: HttpDefinition | None = None


class AttachIn(Wire):
    """A tool for an agent."""

    name: ToolName
    note: Annotated[str, Field(max_length=500)] = ""


class EnableIn(Wire):
    """Declared tools to switch on or off."""

    names: list[ToolName] = Field(min_length=1, max_length=200)
    enabled: bool = True


class InvokeIn(Wire):
    """A call."""

    args: dict[str, Any] = Field(default={})


class InvokeOut(Wire):
    """What came of a call."""

    run_id: str
    state: str
    ok: bool
    output: Any = None
    error: dict[str, Any] | None = None


class InvokeWaits(Wire):
    """A call that a person has to approve first."""

    run_id: str
    approval_id: str
    state: str
    decide: str
    """Where the approval is decided."""
    events: str
    """Where the run can be followed."""
