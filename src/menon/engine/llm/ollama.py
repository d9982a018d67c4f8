"""Ollama's own API: what is installed, what it can do, installing more, and vectors."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec

from menon.core.errors import ModelError
from menon.engine.llm import rest
from menon.engine.llm.provider import Endpoint, Outbound, PullProgress

NAME = "ollama"
_EMBED_S = 120.0
"""Embedding a batch may have to load the model first."""


class Tag(msgspec.Struct):
    """An installed model."""

    name: str
    size: int | None = None


class Shown(msgspec.Struct):
    """What the server knows of a model; `capabilities` since version 0.6."""

    capabilities: list[str] = []
    model_info: dict[str, Any] = {}

    @property
    def context(self) -> int | None:
        """Tokens that fit; the key begins with the model's architecture."""
        lengths = (size for key, size in self.model_info.items() if key.endswith(".context_length"))
        return next(map(int, lengths), None)


class _Tags(msgspec.Struct):
    models: list[Tag]


class _Version(msgspec.Struct):
    version: str


class _Embeddings(msgspec.Struct):
    embeddings: list[list[float]]


class _Pulled(msgspec.Struct):
    status: str = ""
    completed: int = 0
    total: int = 0
    error: str | None = None


def url(endpoint: Endpoint, path: str) -> str:
    """Below the server's root, also where the address of its `/v1` was given."""
    root = endpoint.base_url.rstrip("/").removesuffix("/v1")
    return f"{root}/{path}"


async def tags(endpoint: Endpoint, outbound: Outbound) -> list[Tag]:
    """The models that are installed."""
    return (await rest.call(outbound, url(endpoint, "api/tags"), _Tags, name=NAME)).models


async def version(endpoint: Endpoint, outbound: Outbound) -> str:
    """The server's version."""
    return (await rest.call(outbound, url(endpoint, "api/version"), _Version, name=NAME)).version


async def show(name: str, endpoint: Endpoint, outbound: Outbound) -> Shown:
    """What an installed model can do; raises `ModelError` for one that is not."""
    body = {"model": name}
    return await rest.call(
        outbound, url(endpoint, "api/show"), Shown, name=f"{NAME}:{name}", body=body
    )


async def embed(
    texts: Sequence[str], name: str, endpoint: Endpoint, outbound: Outbound
) -> list[list[float]]:
    """One vector a text, in their order."""
    found = await rest.call(
        outbound,
        url(endpoint, "api/embed"),
        _Embeddings,
        name=f"{NAME}:{name}",
        body={"model": name, "input": list(texts)},
        seconds=_EMBED_S,
    )
    return found.embeddings


async def pull(name: str, endpoint: Endpoint, outbound: Outbound) -> AsyncGenerator[PullProgress]:
    """Install a model; raises `ModelError` where it does not exist."""
    body = {"model": name}
    async for line in rest.lines(
        outbound, url(endpoint, "api/pull"), _Pulled, name=NAME, body=body
    ):
        if line.error:
            raise ModelError(f"Ollama cannot pull {name!r}: {line.error}")
        yield PullProgress(status=line.status, done=line.completed, total=line.total)
