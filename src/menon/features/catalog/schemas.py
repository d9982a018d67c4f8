"""Wire shapes of the catalog."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from menon.core.http import Listing, Wire
from menon.engine.llm.choose import Content, Priority, Task


class Grouping(StrEnum):
    """What usage is summed up by."""

    MODEL = "model"
    PROVIDER = "provider"
    USER = "user"
    DAY = "day"


class ModelOut(Wire):
    """A model."""

    name: str
    """Qualified: `openai:NAME`."""
    provider: str
    available: bool
    """Whether its server is well now."""
    chat: bool
    tools: bool
    vision: bool
    embeddings: bool
    context: int | None
    """Tokens that fit into one request."""
    size: int | None
    """Bytes on disk, where the server tells."""
    local: bool
    """Whether what it reads stays with the operator."""
    input_price: float | None
    """US dollars per million tokens; null where unknown."""
    output_price: float | None


class ProviderOut(Wire):
    """A model provider, and how its server is."""

    name: str
    configured: bool
    ok: bool
    detail: str
    local: bool
    setting: str | None
    """The environment variable that switches it on; null when it needs none."""
    version: str | None
    latency_ms: float | None
    models: int
    checked_at: datetime | None


class CapabilityOut(Wire):
    """Something that models are for, and what does it here."""

    name: str
    description: str
    offline: bool
    """Whether it works without any language model."""
    needs_model: bool
    available: bool
    models: list[str]
    """Those that can do it now, ten at most."""
    remedy: str | None
    """What to set where nothing does it yet."""


class AvailableOut(Listing[ModelOut]):
    """The models, their providers, and what works with which."""

    default: str
    """What `auto` means."""
    providers: list[ProviderOut]
    capabilities: list[CapabilityOut]


class UsageOut(Wire):
    """What a group of runs took."""

    key: str
    """The model, provider, user id or day (UTC)."""
    runs: int
    completed: int
    failed: int
    """The rest was cancelled or interrupted."""
    requests: int
    input_tokens: int
    output_tokens: int
    cost: float
    """US dollars."""
    mean_seconds: float | None
    """Of the completed runs."""
    mean_first_seconds: float | None
    """To the first visible piece of an answer."""


class PerformanceOut(Wire):
    """How a model did in the latest runs."""

    model: str
    runs: int
    success_rate: float
    """Completed of completed and failed, 0 to 1."""
    mean_seconds: float | None
    p95_seconds: float | None
    tokens_per_second: float | None
    """Output tokens by the time of the whole runs, tools included."""
    last_at: datetime


class StatsOut(Wire):
    """One model: what it is, what it took, and how it did."""

    name: str
    model: ModelOut | None
    """Null when no server lists it any more."""
    usage: UsageOut | None
    days: list[UsageOut]
    """The latest thirty days with usage."""
    performance: PerformanceOut | None


class Requirements(Wire):
    """What a model must do besides the task."""

    tools: bool = False
    vision: bool = False
    local: bool = False
    """What it reads must stay with the operator."""
    context: int = Field(default=0, ge=0, le=100_000_000)
    """Tokens that must fit into one request."""


class SelectIn(Wire):
    """What a model is wanted for."""

    task_type: Task = Task.CHAT
    content_type: Content = Content.TEXT
    priority: Priority = Priority.QUALITY
    max_tokens: int = Field(default=0, ge=0, le=100_000_000)
    """Tokens that must fit into one request."""
    requirements: Requirements = Requirements()


class SelectOut(Wire):
    """The model that fits best."""

    selected_model: str
    model_info: ModelOut
    fallback_models: list[str]
    selection_reason: str


class OllamaHealthOut(Wire):
    """How the Ollama server is."""

    status: str
    """`ok` or `unavailable`."""
    detail: str
    version: str | None
    latency_ms: float | None


class PullOut(Wire):
    """A download that has begun."""

    run_id: str
    model: str
    state: str
    events: str
    """Where its progress can be followed."""
