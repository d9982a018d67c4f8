"""Putting documents into categories, and finding what they are related to: statistics, no model."""

from collections.abc import Mapping

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import InvalidInput
from menon.core.http import Listing
from menon.core.runtime import Runtime
from menon.engine.retrieval import lexical
from menon.features.knowledge import queries, rules
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.index import Finder
from menon.features.knowledge.models import Chunk, Document, DocumentVersion
from menon.features.knowledge.schemas import ClassifyIn, ClassifyOut, RelatedOut

MODEL = "offline:naive-bayes"
_EXAMPLES = 300
"""Documents whose beginnings stand for their categories."""
_EXCERPT = 2000
_SAMPLE = 24
"""Chunks of a document that stand for it when others are compared with it."""


async def classify(runtime: Runtime, who: Principal, body: ClassifyIn) -> ClassifyOut:
    """The likeliest category of a text and the words that tell it from others."""
    finder = runtime[Desk].finder
    return await (runtime.db.write if body.apply else runtime.db.read)(_classify, who, body, finder)


async def related(
    runtime: Runtime, who: Principal, document_id: str, limit: int
) -> Listing[RelatedOut]:
    """The documents that say the most similar things, best first."""
    found = await runtime.db.read(_related, who, document_id, limit, runtime[Desk].finder)
    return Listing(items=found)


def _classify(session: Session, who: Principal, body: ClassifyIn, finder: Finder) -> ClassifyOut:
    document = None
    text = body.content or ""
    if body.document_id:
        document = queries.document(session, who, body.document_id, lock=body.apply)
        text = queries.version(session, document).text
    examples = _examples(session, who, without=body.document_id)
    if not examples and not body.categories:
        raise InvalidInput("No document has a category yet; name some in `categories`.")
    chosen = {n: examples.get(n, []) for n in body.categories} if body.categories else examples
    ranked = rules.likeliest(text, chosen, body.categories)
    asked = lexical.terms(text[:20_000])
    corpus = finder.corpus(session, asked)
    tags = rules.keywords(text, corpus.frequencies, corpus.documents)
    category, confidence = ranked[0] if ranked else ("", 0.0)
    if document is not None and body.apply:
        authorize(who, Action.AUTHOR, owner=document.owner_id)
        document.category, document.tags = category, tags
    return ClassifyOut(
        category=category,
        confidence=round(confidence, 4),
        alternatives=[{"category": n, "confidence": round(c, 4)} for n, c in ranked[1:6]],
        tags=tags,
        model=MODEL,
    )


def _examples(session: Session, who: Principal, *, without: str | None) -> Mapping[str, list[str]]:
    rows = session.execute(
        queries.readable_documents(who)
        .join(DocumentVersion, DocumentVersion.key == Document.current_key)
        .with_only_columns(Document.category, DocumentVersion.text)
        .where(Document.category != "", Document.id != (without or ""))
        .order_by(Document.id.desc())
        .limit(_EXAMPLES)
    )
    found: dict[str, list[str]] = {}
    for category, text in rows:
        found.setdefault(category, []).append(text[:_EXCERPT])
    return found


def _related(
    session: Session, who: Principal, document_id: str, limit: int, finder: Finder
) -> list[RelatedOut]:
    document = queries.document(session, who, document_id)
    scope = queries.scope(session, who, names=(), filters={})
    keys = session.scalars(
        select(Chunk.key).where(Chunk.version_key == document.current_key).limit(_SAMPLE)
    ).all()
    vectors = list(finder.vectors(session, keys).values())
    if vectors:
        mean = np.mean(vectors, axis=0)
        near = finder.by_vector(session, mean / np.linalg.norm(mean), scope, limit=limit * 12)
    else:
        near = _by_title(session, finder, document, scope)
    rows = queries.chunks(session, [key for key, _ in near])
    best: dict[str, RelatedOut] = {}
    for key, score in near:
        if key in rows and (other := rows[key][1]).id != document.id:
            best.setdefault(
                other.id,
                RelatedOut(
                    document_id=other.id,
                    title=other.title,
                    source=other.source,
                    score=round(score, 4),
                ),
            )
    return list(best.values())[:limit]


def _by_title(
    session: Session, finder: Finder, document: Document, scope: queries.Scope
) -> list[tuple[int, float]]:
    asked = lexical.terms(f"{document.title} {' '.join(document.tags)}")
    corpus = finder.corpus(session, asked)
    keys = finder.by_words(session, asked, scope, corpus=corpus, limit=100)
    return [(key, 1 / (rank + 1)) for rank, key in enumerate(keys)]
