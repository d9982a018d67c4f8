"""Hybrid search: words and vectors in the caller's scope, fused, boosted by titles, made various.

gather (scope, words) ∥ embed the question → vectors → fuse → boost → MMR → check access once more
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.retrieval import fuse, lexical
from menon.features.knowledge import queries
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.index import Finder, Scope
from menon.features.knowledge.index.finder import Vector
from menon.features.knowledge.models import Chunk, Document
from menon.features.knowledge.schemas import Hit, SearchIn, SearchOut

POOL = 60
"""Chunks that each half contributes."""

Mode = Literal["hybrid", "lexical", "semantic"]
Way = Literal["words", "meaning"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is looked for, and where."""

    text: str
    limit: int = 10
    collections: tuple[str, ...] = ()
    filters: Mapping[str, Any]
    threshold: float = 0.0
    """Smallest cosine of a purely semantic search."""

    @classmethod
    def of(cls, body: SearchIn) -> "Question":
        """The question of a request."""
        return cls(
            text=body.query,
            limit=body.limit,
            collections=(body.collection,) if body.collection else (),
            filters=body.filters,
            threshold=body.threshold,
        )


async def search(
    runtime: Runtime, who: Principal, question: Question, *, mode: Mode = "hybrid"
) -> SearchOut:
    """The passages that fit a question best, among those that the principal may read."""
    desk = runtime[Desk]
    asked = lexical.terms(question.text)
    finder = None if mode == "semantic" else desk.finder
    words = runtime.db.read(_by_words, who, question, asked, finder=finder)
    if desk.embedder is None or mode == "lexical":
        scope, found = await words
        vector, actual = None, "lexical"
    else:
        (scope, found), vectors = await asyncio.gather(words, desk.embed([question.text]))
        vector, actual = vectors[0], mode
    if scope.empty:
        return SearchOut(items=[], mode=actual)
    hits = await runtime.db.read(
        _hits,
        question,
        asked,
        scope,
        found,
        finder=desk.finder,
        vector=vector,
        lexically=mode != "semantic",
    )
    return SearchOut(items=hits, mode=actual)


def _by_words(
    session: Session,
    who: Principal,
    question: Question,
    asked: lexical.Terms,
    *,
    finder: Finder | None,
) -> tuple[Scope, list[int]]:
    scope = queries.scope(session, who, names=question.collections, filters=question.filters)
    if scope.empty or not asked or finder is None:
        return scope, []
    corpus = finder.corpus(session, asked)
    return scope, finder.by_words(session, asked, scope, corpus=corpus, limit=POOL)


def _hits(
    session: Session,
    question: Question,
    asked: lexical.Terms,
    scope: Scope,
    found: Sequence[int],
    *,
    finder: Finder,
    vector: Vector | None,
    lexically: bool,
) -> list[Hit]:
    near = [] if vector is None else finder.by_vector(session, vector, scope, limit=POOL)
    near = [(key, cosine) for key, cosine in near if cosine >= question.threshold]
    halves = [list(found), [key for key, _ in near]]
    weights = fuse.HYBRID if near else ()
    scores = fuse.fuse(halves, weights) if lexically else dict(near)
    rows = queries.chunks(session, list(scores))
    # The finalists are checked against SQL once more: the index may lag, access may not.
    allowed = set(scope.collections)
    scores = {
        key: score
        for key, score in scores.items()
        if key in rows and rows[key][0].collection_id in allowed
    }
    titles = {key: f"{rows[key][1].title} {rows[key][0].heading}" for key in scores}
    if lexically:
        scores = fuse.boost_titles(scores, titles, asked)
    top = dict(list(scores.items())[: max(POOL, question.limit)])
    chosen = fuse.diversify(top, finder.vectors(session, list(top)), question.limit)
    ways: dict[Way, set[int]] = {"words": set(halves[0]), "meaning": set(halves[1])}
    return [
        _hit(*rows[key], score=scores[key], ways=[way for way, keys in ways.items() if key in keys])
        for key in chosen
    ]


def _hit(chunk: Chunk, document: Document, *, score: float, ways: list[Way]) -> Hit:
    return Hit(
        title=document.title,
        source=document.source,
        text=chunk.text,
        score=round(score, 4),
        chunk_id=chunk.id,
        document_id=document.id,
        collection_id=chunk.collection_id,
        version=document.version,
        span=(chunk.start, chunk.end),
        heading=chunk.heading,
        found_by=ways,
        metadata={
            **document.about,
            "category": document.category,
            "tags": document.tags,
        },
    )
