"""What the pages of knowledge show, in the shapes that their templates declare."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.http import Page
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.engine.documents import supported_types
from menon.features.knowledge import classify, collections, reading, service
from menon.features.knowledge.models import DocumentStatus, Visibility
from menon.features.knowledge.queries import Wanted
from menon.features.knowledge.reading import Place
from menon.features.knowledge.schemas import CollectionOut, DocumentOut, Hit, VersionOut
from menon.features.knowledge.search import Question, search
from menon.features.knowledge.views import Opened
from menon.kit.difference import Line, difference

VISIBILITIES = (
    (Visibility.PRIVATE.value, "Only me"),
    (Visibility.EVERYBODY.value, "Everybody here"),
)
_STATES: Mapping[str, tuple[DocumentStatus, ...]] = {
    "ready": (DocumentStatus.READY,),
    "reading": (DocumentStatus.QUEUED, DocumentStatus.PROCESSING),
    "failed": (DocumentStatus.FAILED,),
}
_ROWS, _HITS, _RELATED = 25, 20, 5
_MODES = {
    "hybrid": "Found by words and meaning.",
    "semantic": "Found by meaning.",
    "lexical": "Found by words alone: no embedding model is installed"
    " (`menon models install minilm`).",
}


async def documents(
    runtime: Runtime, who: Principal, query: Mapping[str, str], cursor: str | None
) -> dict[str, Any]:
    """The list of documents."""
    wanted = Wanted(
        collection=query["collection"] or None,
        statuses=_STATES.get(query["state"], ()),
        text=query["q"] or None,
    )
    listed = await service.documents(runtime, who, Page(_ROWS, cursor), wanted)
    following = None
    if listed.next_cursor:
        following = f"/knowledge?{urlencode({**query, 'cursor': listed.next_cursor})}"
    return {
        "documents": [_document(who, row) for row in listed.items],
        "next": following,
        "query": query,
        "collections": await _names(runtime, who),
        "targets": await _names(runtime, who, own=True),
        "may_write": may_write(who),
        "accepted": ",".join(sorted(supported_types())),
        "limit": f"{runtime.settings[HttpSettings].upload_bytes // 1_048_576} MB",
        "total": await service.total(runtime, who),
    }


async def row(runtime: Runtime, who: Principal, document_id: str) -> dict[str, Any]:
    """One document of the list, as it is now."""
    return shown(who, await service.document(runtime, who, document_id))


def shown(who: Principal, found: DocumentOut) -> dict[str, Any]:
    """A document as rows and lines show it."""
    return {"document": _document(who, found), "may_write": may_write(who)}


async def document(
    runtime: Runtime, who: Principal, document_id: str, place: Place
) -> dict[str, Any]:
    """A document open at a place."""
    found = await service.opened(runtime, who, document_id, place)
    item, text = found.item, found.item.content
    start, end = reading.window(text, found.passage, place.at)
    related = await classify.related(runtime, who, document_id, _RELATED)
    return {
        "document": _document(who, item)
        | {
            "version": item.version,
            "category": item.category,
            "tags": item.tags,
            "author": str(item.metadata.get("author") or ""),
            "created_at": item.created_at,
            "space": "Words and meaning" if item.space else "Words only",
        },
        "parts": reading.parts(text, (start, end), found.passage),
        "passage": {"index": found.position, "of": found.of} if found.position else None,
        "page": {
            "previous": _page(found, max(0, start - reading.WINDOW)) if start else None,
            "next": _page(found, end) if end < len(text) else None,
            "from": start,
            "to": end,
            "length": len(text),
        },
        "newest": found.current,
        "related": [
            {"id": r.document_id, "title": r.title, "score": r.score} for r in related.items
        ],
        "may_write": may_write(who),
    }


async def versions(
    runtime: Runtime, who: Principal, document_id: str, pair: tuple[int, int] | None
) -> dict[str, Any]:
    """The versions of a document, two of them compared."""
    found = await service.document(runtime, who, document_id)
    listed = await service.versions(runtime, who, document_id)
    lines: Sequence[Line] = ()
    if pair:
        old, new = [(await service.item(runtime, who, document_id, n)).content for n in pair]
        lines = await asyncio.to_thread(difference, old.splitlines(), new.splitlines())
    return {
        "document": _document(who, found),
        "versions": [_version(who, version) for version in listed.items],
        "compared": {"old": pair[0], "new": pair[1]} if pair else None,
        "diff": lines,
        "may_write": may_write(who),
    }


async def collection_page(runtime: Runtime, who: Principal) -> dict[str, Any]:
    """The collections that one may read."""
    listed = await collections.listing(runtime, who, Page(200))
    return {
        "collections": [_collection(who, found) for found in listed.items],
        "collection_form": collection_form({}, {}),
        "may_write": may_write(who),
    }


def collection_form(values: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    """The form that makes a collection, empty or with what is wrong."""
    return {
        "name": values.get("name", ""),
        "description": values.get("description", ""),
        "visibility": values.get("visibility", Visibility.PRIVATE.value),
        "visibilities": VISIBILITIES,
        "errors": errors,
    }


async def found(runtime: Runtime, who: Principal, q: str, collection: str) -> dict[str, Any]:
    """Passages for a question; none before one is asked."""
    context: dict[str, Any] = {
        "query": {"q": q, "collection": collection},
        "collections": await _names(runtime, who),
        "searched": bool(q.strip()),
        "hits": [],
        "mode": "",
    }
    if q.strip():
        chosen = (collection,) if collection else ()
        question = Question(text=q, limit=_HITS, collections=chosen, filters={})
        answer = await search(runtime, who, question)
        context |= {"hits": [_hit(hit, q) for hit in answer.items], "mode": _MODES[answer.mode]}
    return context


def may_write(who: Principal) -> bool:
    """Whether somebody may add documents at all."""
    return reach(who, Action.AUTHOR) is not Reach.NONE


def _document(who: Principal, found: DocumentOut) -> dict[str, Any]:
    reads = found.status in _STATES["reading"]
    progress = found.progress
    return {
        "id": found.id,
        "title": found.title or found.source,
        "source": found.source,
        "media_type": found.media_type,
        "collection": {"id": found.collection_id, "name": found.collection},
        "passages": found.chunks,
        "size": found.size,
        "version": found.version,
        "changed_at": found.updated_at,
        "state": "reading" if reads else found.status,
        "run_id": found.run_id or "",
        "note": (progress and progress.note) or "Waiting to be read",
        "done": progress.done if progress else 0,
        "total": progress.total if progress else None,
        "error": found.error,
        "mine": reach(who, Action.AUTHOR) is Reach.ANY or (may_write(who) and found.is_mine),
    }


def _version(who: Principal, version: VersionOut) -> dict[str, Any]:
    by = "by you" if version.created_by == who.user_id else "by somebody else"
    return {
        "number": version.number,
        "at": version.created_at,
        "by": by,
        "note": "" if version.published_at else "not searchable",
        "current": version.is_current,
        "size": version.characters,
    }


def _collection(who: Principal, found: CollectionOut) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "description": found.description,
        "visibility": found.visibility,
        "readers": dict(VISIBILITIES)[found.visibility],
        "documents": found.documents,
        "passages": found.chunks,
        "space": "words and meaning" if found.space else "words only",
        "mine": found.is_mine or reach(who, Action.AUTHOR) is Reach.ANY,
        "changed_at": found.updated_at,
    }


def _hit(hit: Hit, query: str) -> dict[str, Any]:
    place = {"chunk": hit.chunk_id, "start": hit.span[0], "end": hit.span[1]}
    return {
        "title": hit.title,
        "source": hit.source,
        "href": f"/knowledge/documents/{hit.document_id}?{urlencode(place)}",
        "parts": reading.excerpt(hit.text, query),
        "score": hit.score,
        "why": hit.found_by,
    }


def _page(found: Opened, at: int) -> str:
    query = urlencode({"version": found.item.version, "from": at})
    return f"/knowledge/documents/{found.item.id}?{query}"


async def _names(runtime: Runtime, who: Principal, *, own: bool = False) -> list[tuple[str, str]]:
    """Collections to choose from; with `own` those that one may add to."""
    listed = (await collections.listing(runtime, who, Page(200))).items
    anywhere = not own or reach(who, Action.AUTHOR) is Reach.ANY
    chosen = [(c.id, c.name) for c in listed if anywhere or c.is_mine]
    if own and not any(c.slug == "documents" and c.is_mine for c in listed):
        chosen.insert(0, ("", "Documents"))
    return chosen
