"""Embeddings and chunks as a service."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from menon.core.auth import Principal
from menon.core.errors import ModelUnavailable
from menon.core.runtime import Runtime
from menon.engine.retrieval.embed import Space, Vectors
from menon.engine.retrieval.split import windows
from menon.features.knowledge import views
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.semantic_schemas import (
    ChunkIn,
    ChunkOut,
    ChunksOut,
    EmbedIn,
    EmbedOut,
    HealthOut,
)

REMEDY = "No embedding model is installed; run `menon models install minilm`."


_AT_ONCE = 64
"""Texts between which a question may pass: about 0.1 s."""


@dataclass(frozen=True, kw_only=True)
class Embedded:
    """Texts as the local model sees them."""

    space: Space
    vectors: Vectors
    tokens: int
    """Word pieces of all texts together."""


def installed(runtime: Runtime) -> Space | None:
    """The space of the local model; None where it is not installed."""
    embedder = runtime[Desk].embedder
    return embedder.space if embedder else None


async def embedded(runtime: Runtime, texts: Sequence[str]) -> Embedded:
    """One vector of length 1 for each text, made in small batches.

    Raises:
        ModelUnavailable: no embedding model is installed.
    """
    desk = runtime[Desk]
    embedder = desk.embedder
    if embedder is None:
        raise ModelUnavailable(REMEDY)
    starts = range(0, len(texts), _AT_ONCE)
    vectors = [await desk.embed(texts[n : n + _AT_ONCE], bulk=n > 0) for n in starts]
    tokens = await desk.aside(lambda: sum(map(embedder.count_tokens, texts)))
    return Embedded(space=embedder.space, vectors=np.concatenate(vectors), tokens=tokens)


async def embed(runtime: Runtime, body: EmbedIn) -> EmbedOut:
    """One vector of length 1 for each text.

    Raises:
        ModelUnavailable: no embedding model is installed.
    """
    made = await embedded(runtime, body.texts)
    return EmbedOut(
        embeddings=[[round(float(x), 6) for x in row] for row in made.vectors],
        dimensions=made.space.dims,
        model=str(made.space),
    )


def chunk(body: ChunkIn) -> ChunksOut:
    """Overlapping pieces that begin and end with sentences."""
    return ChunksOut(
        items=[
            ChunkOut(text=c.text, span=(c.start, c.end), characters=c.end - c.start)
            for c in windows(body.text, size=body.size, overlap=body.overlap)
        ]
    )


async def health(runtime: Runtime, who: Principal) -> HealthOut:
    """What semantic search has to work with."""
    desk = runtime[Desk]
    documents, chunks, embedded = await runtime.db.read(views.totals, who, desk.space)
    return HealthOut(
        status="ok" if desk.embedder else "lexical",
        model=desk.space,
        dimensions=desk.embedder.space.dims if desk.embedder else 0,
        documents=documents,
        chunks=chunks,
        embedded=embedded,
        detail="" if desk.embedder else REMEDY,
    )
