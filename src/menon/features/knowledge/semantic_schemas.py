"""Wire shapes of embeddings and chunks as a service."""

from typing import Annotated, Literal

from pydantic import Field

from menon.core.http import Wire
from menon.features.knowledge.schemas import Content


class EmbedIn(Wire):
    """Texts to embed."""

    texts: Annotated[
        list[Annotated[str, Field(max_length=100_000)]], Field(min_length=1, max_length=256)
    ]


class EmbedOut(Wire):
    """One vector of length 1 for each text."""

    embeddings: list[list[float]]
    dimensions: int
    model: str


class ChunkIn(Wire):
    """A text to be cut into overlapping pieces that begin and end with sentences."""

    text: Content
    size: Annotated[int, Field(ge=50, le=20_000)] = 1000
    overlap: Annotated[int, Field(ge=0, le=10_000)] = 200


class ChunkOut(Wire):
    """A piece of a text; the span counts characters."""

    text: str
    span: tuple[int, int]
    characters: int


class ChunksOut(Wire):
    """The pieces in order."""

    items: list[ChunkOut]
    next_cursor: str | None = None


class HealthOut(Wire):
    """What semantic search has."""

    status: Literal["ok", "lexical"]
    model: str
    dimensions: int
    documents: int
    chunks: int
    embedded: int
    detail: str
