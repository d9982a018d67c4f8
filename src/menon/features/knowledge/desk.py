"""What knowledge keeps open for as long as the process: the embedder, the reader, the index."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from functools import partial
from typing import TypeVar

from menon.core.db.lane import Lane
from menon.core.runtime import Runtime
from menon.engine.documents.isolate import DocumentReader
from menon.engine.retrieval.embed import Embedder, MiniLM, Vectors, load_minilm
from menon.features.knowledge.index import Finder
from menon.features.knowledge.index.postgres import PostgresFinder
from menon.features.knowledge.index.sqlite import SqliteFinder
from menon.features.knowledge.index.vectors import VectorIndex
from menon.features.knowledge.settings import KnowledgeSettings

T = TypeVar("T")

_PERSON, _BULK = 0, 1


class Desk:
    """The tools of this feature."""

    def __init__(
        self, *, embedder: Embedder | None, finder: Finder, reader: DocumentReader, lane: Lane
    ) -> None:
        self.embedder = embedder
        self.finder = finder
        self.reader = reader
        self._lane = lane

    @property
    def space(self) -> str:
        """The embedding space; empty when searches go by words alone."""
        return str(self.embedder.space) if self.embedder else ""

    async def embed(self, texts: Sequence[str], *, bulk: bool = False) -> Vectors:
        """Vectors of the texts; a question passes the batches of an ingestion.

        Raises:
            RuntimeError: there is no embedder; ask `space` first.
        """
        if self.embedder is None:
            raise RuntimeError("nothing embeds here")
        work = partial(self.embedder.embed, texts)
        return await self._lane.run(work, priority=_BULK if bulk else _PERSON)

    async def aside(self, work: Callable[[], T]) -> T:
        """Do work that uses the embedder where the loop does not wait for it."""
        return await self._lane.run(work, priority=_PERSON)


@contextlib.asynccontextmanager
async def open_desk(runtime: Runtime) -> AsyncGenerator[Desk]:
    """Load the embedding model where its weights are, and set the index up."""
    how = runtime.settings[KnowledgeSettings]
    lane = Lane("embed", threads=1, bound=10_000)
    reader = DocumentReader(timeout_s=how.read_seconds, memory_mb=how.read_memory_mb)
    try:
        embedder = await _embedder(runtime, lane) if how.embeddings else None
        async with reader:
            yield Desk(
                embedder=embedder, finder=_finder(runtime, embedder), reader=reader, lane=lane
            )
    finally:
        lane.close()


async def _embedder(runtime: Runtime, lane: Lane) -> MiniLM | None:
    how, folder = runtime.settings[KnowledgeSettings], runtime.settings.root.data_dir / "models"
    load = partial(load_minilm, folder / "cache", weights=how.weights, threads=how.embed_threads)
    return await lane.run(load)


def _finder(runtime: Runtime, embedder: Embedder | None) -> Finder:
    if not runtime.db.sqlite:
        return PostgresFinder()
    if embedder is None:
        return SqliteFinder(None)
    folder = runtime.settings.root.data_dir / "index" / str(embedder.space)
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteFinder(VectorIndex(folder, embedder.space))
