"""What a search asks of a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from menon.engine.retrieval.lexical import Corpus, Terms

Vector = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where a search may look: decided in SQL before anything is ranked."""

    collections: tuple[str, ...]
    """Ids that the principal may read and the caller asked for."""
    versions: frozenset[int] | None = None
    """Published versions that pass the filters; None where there are none."""

    @property
    def empty(self) -> bool:
        return not self.collections or (self.versions is not None and not self.versions)


@dataclass(frozen=True, kw_only=True)
class NewChunk:
    """A chunk as the index takes it."""

    key: int
    title: str
    """Document title and headings: what the title column of the words holds."""
    text: str
    collection_id: str
    vector: Vector | None


class Finder(Protocol):
    """Words and vectors of one database."""

    def add(self, session: Session, chunks: Sequence[NewChunk]) -> None:
        """Index chunks that are not published yet; they stay invisible."""
        ...

    def publish(self, session: Session, version_key: int) -> None:
        """Make a version's chunks searchable; its row points to them in the same unit."""
        ...

    def retire(self, session: Session, version_key: int) -> None:
        """Make a version's chunks unsearchable."""
        ...

    def remove(self, session: Session, version_key: int, limit: int) -> int:
        """Delete the last chunks of a version and answer how many went: what is left is a start."""
        ...

    def corpus(self, session: Session, asked: Terms) -> Corpus:
        """What BM25 must know of the terms."""
        ...

    def by_words(
        self, session: Session, asked: Terms, scope: Scope, *, corpus: Corpus, limit: int
    ) -> list[int]:
        """Keys of the chunks that say the words, best first."""
        ...

    def by_vector(
        self, session: Session, vector: Vector, scope: Scope, *, limit: int
    ) -> list[tuple[int, float]]:
        """Keys and cosines of the chunks nearest to the vector, best first."""
        ...

    def vectors(self, session: Session, keys: Sequence[int]) -> Mapping[int, Vector]:
        """The vectors of chunks that have one."""
        ...
