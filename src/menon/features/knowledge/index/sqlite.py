"""SQLite: FTS5 with the scope inside MATCH, and vectors by bit scan in process."""

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from menon.engine.retrieval import lexical
from menon.engine.retrieval.lexical import Corpus, Terms
from menon.features.knowledge.index.finder import NewChunk, Scope, Vector
from menon.features.knowledge.index.vectors import VectorIndex
from menon.features.knowledge.models import Chunk, IndexChange

_PAGE = 5000
_ADD = text(
    "INSERT INTO chunk_words(rowid, scope, title, text, grams)"
    " VALUES (:key, :scope, :title, :text, :grams)"
)
_DROP = text(
    "INSERT INTO chunk_words(chunk_words, rowid, scope, title, text, grams)"
    " VALUES ('delete', :key, :scope, :title, :text, :grams)"
)
_WEIGHTS = {f"w{n}": weight for n, weight in enumerate(lexical.WEIGHTS)}
_FIND = text(
    "SELECT c.key FROM chunk_words w"
    " JOIN chunk c ON c.key = w.rowid"
    " JOIN document d ON d.current_key = c.version_key"
    " WHERE chunk_words MATCH :match AND c.collection_id IN :collections"
    " ORDER BY bm25(chunk_words, :w0, :w1, :w2, :w3), c.key LIMIT :limit"
).bindparams(bindparam("collections", expanding=True))
_FREQUENCIES = text("SELECT term, doc FROM chunk_terms WHERE term IN :terms").bindparams(
    bindparam("terms", expanding=True)
)


class SqliteFinder:
    """Words by FTS5, vectors by the process's own index."""

    def __init__(self, index: VectorIndex | None) -> None:
        self._index = index

    def add(self, session: Session, chunks: Sequence[NewChunk]) -> None:
        """Write the words; vectors already stand in the chunk rows."""
        session.execute(_ADD, [_words(c.key, c.collection_id, c.title, c.text) for c in chunks])

    def publish(self, session: Session, version_key: int) -> None:
        """Tell every process's vector index."""
        session.add(IndexChange(version_key=version_key, op="publish"))

    def retire(self, session: Session, version_key: int) -> None:
        """Tell every process's vector index; words are hidden by their document's row."""
        session.add(IndexChange(version_key=version_key, op="retire"))

    def remove(self, session: Session, version_key: int, limit: int) -> int:
        """Delete chunks with their words: FTS5 wants the very text that it indexed."""
        rows = session.execute(
            select(Chunk.key, Chunk.collection_id, Chunk.heading, Chunk.text)
            .where(Chunk.version_key == version_key)
            .order_by(Chunk.position.desc())
            .limit(limit)
        ).all()
        if rows:
            gone = [_words(row.key, row.collection_id, row.heading, row.text) for row in rows]
            session.execute(_DROP, gone)
            session.execute(delete(Chunk).where(Chunk.key.in_([row.key for row in rows])))
        return len(rows)

    def corpus(self, session: Session, asked: Terms) -> Corpus:
        """Frequencies from FTS5's own vocabulary; it keeps the lengths to itself."""
        total = session.scalar(text("SELECT count(*) FROM chunk")) or 0
        rows = session.execute(_FREQUENCIES, {"terms": list(asked.indexed)}) if asked else ()
        return Corpus(documents=total, tokens=0, frequencies={row.term: row.doc for row in rows})

    def by_words(
        self, session: Session, asked: Terms, scope: Scope, *, corpus: Corpus, limit: int
    ) -> list[int]:
        """As `Finder.by_words`."""
        chosen = lexical.informative(asked, corpus)
        match = lexical.match(chosen, scope.collections)
        if match is None:
            return []
        given = {"match": match, "collections": list(scope.collections), **_WEIGHTS}
        if scope.versions is None:
            return list(session.scalars(_FIND, {**given, "limit": limit}))
        # Filters are rare and selective: rank all that say the words, keep those that pass.
        found = session.scalars(_FIND, {**given, "limit": 10_000}).all()
        passing = _of_versions(session, found, scope.versions)
        return [key for key in found if key in passing][:limit]

    def by_vector(
        self, session: Session, vector: Vector, scope: Scope, *, limit: int
    ) -> list[tuple[int, float]]:
        """As `Finder.by_vector`."""
        if self._index is None:
            return []
        self._index.refresh(session)
        return self._index.search(vector, scope, limit)

    def vectors(self, session: Session, keys: Sequence[int]) -> Mapping[int, Vector]:
        """As `Finder.vectors`."""
        rows = session.execute(
            select(Chunk.key, Chunk.vector).where(Chunk.key.in_(keys), Chunk.vector.is_not(None))
        )
        return {row.key: np.frombuffer(row.vector, np.float16).astype(np.float32) for row in rows}


def _words(key: int, collection_id: str, title: str, body: str) -> dict[str, object]:
    return {
        "key": key,
        "scope": lexical.scope_token(collection_id),
        "title": title,
        "text": body,
        "grams": lexical.grams(f"{title}\n{body}"),
    }


def _of_versions(session: Session, keys: Sequence[int], versions: frozenset[int]) -> set[int]:
    passing: set[int] = set()
    for low in range(0, len(keys), _PAGE):
        rows = session.execute(
            select(Chunk.key, Chunk.version_key).where(Chunk.key.in_(keys[low : low + _PAGE]))
        )
        passing.update(row.key for row in rows if row.version_key in versions)
    return passing
