"""Documents, collections and runs as MCP resources: collections stand first in the list."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from menon.core.errors import NotFound
from menon.core.http import Page
from menon.features.knowledge import collections as collection_service
from menon.features.knowledge import service as knowledge
from menon.features.mcp import reading, rules
from menon.features.mcp.arguments import ListDocumentsArgs, RunArgs
from menon.features.mcp.offered import Call
from menon.kit.pages import encode_cursor

_PAGE = 50
_DOCUMENTS = "documents"
JSON, TEXT = "application/json", "text/plain"

TEMPLATES = (
    (
        "menon://documents/{document_id}",
        "document",
        "Document",
        "The text of a document.",
        TEXT,
    ),
    (
        "menon://collections/{collection}{?cursor}",
        "collection",
        "Collection",
        "A page of the documents of a collection, newest first.",
        JSON,
    ),
    ("menon://runs/{run_id}", "run", "Run", "A run with what it made so far.", JSON),
)
"""URI template, name, title, description and media type of each kind."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A resource in the list."""

    uri: str
    name: str
    title: str
    description: str
    media_type: str
    size: int | None = None
    modified: datetime | None = None


async def listing(call: Call, cursor: str | None) -> tuple[list[Listed], str | None]:
    """A page of resources, and the cursor of the next one."""
    kind, within = _place(cursor)
    if kind == _DOCUMENTS:
        return await _documents(call, within)
    found = await collection_service.listing(call.runtime, call.who, Page(_PAGE, within))
    listed = [
        Listed(
            uri=rules.collection_uri(row.slug if row.is_mine else row.id),
            name=row.slug,
            title=row.name,
            description=row.description or f"{row.documents} documents",
            media_type=JSON,
            modified=row.updated_at,
        )
        for row in found.items
    ]
    if found.next_cursor is not None:
        return listed, encode_cursor("collections", found.next_cursor)
    documents, after = await _documents(call, None)
    return [*listed, *documents], after


async def read(call: Call, uri: str) -> tuple[str, str]:
    """The text of a resource, and its media type.

    Raises:
        NotFound: there is none, or it is not theirs to read.
    """
    wanted = rules.resource(uri)
    if wanted is None:
        raise NotFound(f"There is no resource {uri!r}; see resources/templates/list.")
    kind, name, cursor = wanted
    return await _KINDS[kind](call, name, cursor)


async def complete(call: Call, argument: str, value: str) -> list[str]:
    """What an argument of a template may be: collections by the beginning of their slug."""
    if argument != "collection":
        return []
    found = await collection_service.listing(call.runtime, call.who, Page(200))
    return sorted({row.slug for row in found.items if row.slug.startswith(value)})


async def _documents(call: Call, cursor: str | None) -> tuple[list[Listed], str | None]:
    found = await knowledge.documents(call.runtime, call.who, Page(_PAGE, cursor))
    listed = [
        Listed(
            uri=rules.document_uri(row.id),
            name=row.source or row.id,
            title=row.title,
            description=f"In {row.collection}",
            media_type=TEXT,
            modified=row.updated_at,
        )
        for row in found.items
    ]
    after = encode_cursor(_DOCUMENTS, found.next_cursor) if found.next_cursor else None
    return listed, after


async def _document(call: Call, document_id: str, _cursor: str | None) -> tuple[str, str]:
    return (await knowledge.item(call.runtime, call.who, document_id)).content, TEXT


async def _collection(call: Call, name: str, cursor: str | None) -> tuple[str, str]:
    args = ListDocumentsArgs(collection=name, limit=_PAGE, cursor=cursor)
    return (await reading.documents(call, args)).model_dump_json(), JSON


async def _run(call: Call, run_id: str, _cursor: str | None) -> tuple[str, str]:
    return (await reading.run(call, RunArgs(run_id=run_id))).model_dump_json(), JSON


_KINDS: Mapping[str, Callable[[Call, str, str | None], Awaitable[tuple[str, str]]]] = {
    "documents": _document,
    "collections": _collection,
    "runs": _run,
}


def _place(cursor: str | None) -> tuple[str, str | None]:
    """Which list a cursor is in, and where."""
    parts = Page(cursor=cursor).after(2)
    if parts is None:
        return "collections", None
    kind, within = parts
    return str(kind), within if isinstance(within, str) else None
