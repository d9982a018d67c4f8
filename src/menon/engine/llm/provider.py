"""What a model provider is: a frozen record of functions, one file each in `providers/`."""

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from menon.engine.llm.post import Connect, Direct, Piped, Post

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.models import Model


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where a provider's server is, and the key to it."""

    base_url: str
    api_key: str = field(default="", repr=False)


@dataclass(kw_only=True)
class Outbound:
    """The guarded way out that `entry` hands in, and closes when the process ends.

    `client` serves plain requests and stays with its owner. `connect`, where given, carries the
    token streams: reading them ourselves costs 10 us a token instead of 46.
    """

    client: "httpx2.AsyncClient"
    connect: Connect | None = None
    connect_s: float = 5.0
    admit: "Callable[[str], Awaitable[str]] | None" = None
    """Whether a URL would be let out, before anything is sent: `engine.outbound.build_admit`."""
    private: "Callable[..., httpx2.AsyncClient] | None" = None
    """Makes a client for one server: `engine.outbound.build_private`."""
    post: Post = field(init=False)
    """Sends what is answered piece by piece."""

    def __post_init__(self) -> None:
        self.post = (
            Direct(self.connect, connect_s=self.connect_s)
            if self.connect
            else Piped(self.client, connect_s=self.connect_s)
        )

    def close(self) -> None:
        """Close the connections that are kept for the next stream."""
        self.post.close()


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What is known of a model: enough to choose by."""

    provider: str
    name: str
    chat: bool = True
    tools: bool = False
    vision: bool = False
    embeddings: bool = False
    context: int | None = None
    """Tokens that fit into one request; None where the server does not tell."""
    size: int | None = None
    """Bytes on disk, where the server tells."""
    local: bool = False
    """Whether what it reads stays with the operator."""
    input_price: float | None = None
    """US dollars per million tokens; None where unknown."""
    output_price: float | None = None

    @property
    def qualified(self) -> str:
        """The name that users and logs see: `openai:NAME`."""
        return sys.intern(f"{self.provider}:{self.name}")  # each run holds five of it


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether a provider answers now."""

    ok: bool
    detail: str
    latency_ms: float | None = None
    version: str | None = None


@dataclass(frozen=True, kw_only=True)
class PullProgress:
    """How far the download of a model is; `done` and `total` in bytes, 0 where not yet known."""

    status: str
    done: int = 0
    total: int = 0


Embed = Callable[[Sequence[str], str, Endpoint, Outbound], Awaitable[list[list[float]]]]
"""Texts and a model's name to one vector a text."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A model provider; every function takes its `Endpoint` and the way out.

    They raise `ModelUnavailable`, `ModelLimited` or `ModelError`, and what the way out refuses.
    """

    name: str
    setting: str
    """The environment variable that switches it on; empty when it needs none."""
    base_url: str
    """Where its server is unless the operator says otherwise; empty when there is none."""
    local: bool
    needs_key: bool = False
    models: "Callable[[Endpoint, Outbound], Awaitable[tuple[ModelCard, ...]]]"
    describe: "Callable[[str, Endpoint, Outbound], Awaitable[ModelCard]]"
    health: "Callable[[Endpoint, Outbound], Awaitable[Health]]"
    build: "Callable[[str, Endpoint, Outbound], Model]"
    """Make the pydantic-ai model; imports the heavy libraries."""
    embed: "Embed | None" = None
    pull: "Callable[[str, Endpoint, Outbound], AsyncGenerator[PullProgress]] | None" = None
