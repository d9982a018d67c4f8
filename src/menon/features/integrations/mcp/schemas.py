"""Wire shapes of MCP servers and their tools."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from menon.core.http import Wire
from menon.engine.tools.tool import Effect
from menon.features.integrations.mcp.settings import ServerName
from menon.features.integrations.sealed_schemas import SealedHeaders, SecretRef, Secrets

Timeout = Annotated[float, Field(gt=0, le=300, description="Seconds for one call.")]


class McpServerIn(Wire):
    """A server to add, by its address; commands come from the operator's file alone."""

    # What is not known is refused rather than ignored: `command` must not look as if it worked.
    model_config = ConfigDict(extra="forbid")

    name: ServerName
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    headers: SealedHeaders = Field(default={})
    secrets: Secrets = Field(default={})
    timeout: Timeout = 60.0


class McpServerPatch(Wire):
    """What changes; what is left out stays. Another address takes back what was accepted."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str | None, Field(min_length=1, max_length=2000)] = None
    headers: SealedHeaders | None = None
    secrets: Secrets = Field(default={})
    timeout: Timeout | None = None
    enabled: bool | None = None


class McpServerOut(Wire):
    """A server and how it is."""

    id: str
    name: str
    transport: Literal["http", "command"]
    url: str
    headers: dict[str, str | SecretRef]
    timeout: float
    enabled: bool
    healthy: bool
    detail: str
    latency_ms: float | None
    checked_at: datetime | None
    created_at: datetime
    tools: int
    """That it lists."""
    accepted: int
    """Of these, usable."""
    changed: int
    """Of these, those that wait for somebody to look at them: new or changed."""


McpToolState = Literal["new", "accepted", "changed", "gone", "refused"]


class McpToolOut(Wire):
    """A tool of a server; `description` and schemas are what it says now."""

    server: str
    name: str
    """What models call it."""
    title: str
    """The server's own name."""
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None
    hints: dict[str, Any]
    """What the server says of its effects; nobody vouches for it."""
    effect: Effect
    state: McpToolState
    problem: str
    digest: str
    accepted_digest: str
    accepted: dict[str, Any] | None
    """What was accepted, where that is something else."""
    accepted_by: str
    accepted_at: datetime | None


class Acceptance(Wire):
    """Yes or no to one tool, as it is now."""

    name: Annotated[str, Field(max_length=64)]
    digest: Annotated[
        str, Field(pattern=r"^[0-9a-f]{64}$", description="`digest` of what you looked at.")
    ]
    effect: Effect | None = None
    """What it does to the world; `egress` unless somebody said otherwise."""
    accept: bool = True


class AcceptIn(Wire):
    """The tools that agents may use from now on."""

    tools: Annotated[list[Acceptance], Field(min_length=1, max_length=300)]
