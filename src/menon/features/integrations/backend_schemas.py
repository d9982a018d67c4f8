"""Wire shapes of registered model servers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from menon.core.http import Wire

Capability = Literal["chat", "tools", "vision", "embeddings"]


class BackendIn(Wire):
    """A model server to route requests to."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$")]
    """The provider's name in models: `NAME:MODEL`."""
    kind: Literal["openai", "ollama"] = "openai"
    """Which API it speaks; most servers speak OpenAI's."""
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    """Base address; with `/v1` for OpenAI's API."""
    api_key: Annotated[str | None, Field(max_length=4000)] = None
    capabilities: Annotated[list[Capability], Field(max_length=4, default_factory=list)]
    """What its models can; empty believes what the server says of them."""


class BackendOut(Wire):
    """A registered model server."""

    id: str
    name: str
    kind: str
    url: str
    capabilities: list[str]
    healthy: bool
    detail: str
    latency_ms: float | None
    checked_at: datetime
    created_at: datetime


class BackendStatsOut(BackendOut):
    """A registered model server in figures."""

    checks: int
    checks_well: int
    failures: int
    """In a row, up to now."""
    availability: float
    """Part of the checks that it passed, 0 to 1."""
