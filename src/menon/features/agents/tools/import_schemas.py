"""Wire shapes of imports from OpenAPI documents."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.engine.tools.tool import Effect
from menon.features.agents.models import Visibility
from menon.features.agents.tools.schemas import Timeout
from menon.features.integrations.sealed_schemas import SealedHeaders, Secrets


class DocumentIn(Wire):
    """An OpenAPI document: its address, or itself as JSON or as text (JSON or YAML)."""

    url: Annotated[str | None, Field(min_length=1, max_length=2000)] = None
    document: dict[str, Any] | str | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> "DocumentIn":
        """Refuse none and both."""
        if (self.url is None) == (self.document is None):
            raise ValueError("send `url` or `document`")
        return self


class ImportIn(DocumentIn):
    """Which operations become tools, and what they all send."""

    prefix: Annotated[str, Field(pattern=r"^[a-zA-Z][a-zA-Z0-9-]{0,29}$")]
    """Tools are called `PREFIX__OPERATION`."""
    operations: list[str] = Field(default=[], max_length=1000)
    tags: list[str] = Field(default=[], max_length=100)
    server: Annotated[str, Field(max_length=2000)] = ""
    """Instead of the first one that the document names."""
    headers: SealedHeaders = Field(default={})
    secrets: Secrets = Field(default={})
    timeout: Timeout = 20.0
    visibility: Visibility = Visibility.PRIVATE


class OperationOut(Wire):
    """An operation of a document."""

    id: str
    method: str
    path: str
    summary: str
    tags: list[str]
    effect: Effect
    arguments: list[str]
    security: list[str]
    """What it wants besides: send it in `headers`."""
    problem: str
    """Why it cannot be a tool; empty where it can."""


class PreviewOut(Wire):
    """What a document has, a page of it."""

    title: str
    version: str
    servers: list[str]
    total: int
    tags: dict[str, int]
    items: list[OperationOut]
    next_cursor: str | None


class Skipped(Wire):
    """An operation that became no tool."""

    operation: str
    reason: str


class ImportOut(Wire):
    """What an import made; the tools are off until they are enabled."""

    title: str
    server: str
    tools: list[str]
    skipped: list[Skipped]
