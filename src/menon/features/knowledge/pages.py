"""Pages of knowledge."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, File, Form, Query, Request, UploadFile
from starlette.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Routes, Who
from menon.core.web.forms import read_form
from menon.core.web.render import render
from menon.features.knowledge import contexts, posting, reading
from menon.features.knowledge.schemas import CollectionIn, NoteForm, UrlForm

pages = Routes(tag="knowledge", pages=True)

Words = Annotated[str, Query(max_length=500)]
Cursor = Annotated[str | None, Query(max_length=500)]
Place = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a document is opened: at a passage, or at a character, of a version."""

    chunk: Words = ""
    start: Place = None
    end: Place = None
    version: Number = None
    at: Annotated[int | None, Query(alias="from", ge=0, le=2**31 - 1)] = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list of documents is narrowed to."""

    q: Words = ""
    collection: Words = ""
    state: Words = ""
    cursor: Cursor = None


@pages.get("/knowledge", action=Action.READ)
async def list_documents(
    request: Request, runtime: AppRuntime, who: Who, wanted: Annotated[Filter, Depends()]
) -> Response:
    """The documents."""
    query = {"q": wanted.q, "collection": wanted.collection, "state": wanted.state}
    context = await contexts.documents(runtime, who, query, wanted.cursor)
    return await render(request, posting.part(request, "index", "_documents"), context)


@pages.post("/knowledge/documents", action=Action.AUTHOR)
async def upload(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    file: Annotated[UploadFile, File()],
    collection: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Take a file in; its line follows the run that reads it."""
    row = await posting.upload(runtime, who, file, collection)
    return await render(request, "knowledge/_upload.html", row, status=201)


@pages.post("/knowledge/urls", action=Action.AUTHOR)
async def add_url(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Have a page of the web fetched."""
    row = await posting.add(runtime, who, await read_form(request, UrlForm))
    return await render(request, "knowledge/_upload.html", row, status=201)


@pages.post("/knowledge/notes", action=Action.AUTHOR)
async def add_note(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Keep a note."""
    row = await posting.add(runtime, who, await read_form(request, NoteForm))
    return await render(request, "knowledge/_upload.html", row, status=201)


@pages.get("/knowledge/collections", action=Action.READ)
async def list_collections(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """The collections."""
    context = await contexts.collection_page(runtime, who)
    return await render(request, "knowledge/collections.html", context)


@pages.post("/knowledge/collections", action=Action.AUTHOR)
async def create_collection(request: Request, runtime: AppRuntime, who: Who) -> Response:
    """Make a collection, or show what is wrong with the form."""
    form = await read_form(request, CollectionIn)
    return await posting.create_collection(request, runtime, who, form)


@pages.delete("/knowledge/collections/{collection_id}", action=Action.AUTHOR)
async def delete_collection(runtime: AppRuntime, who: Who, collection_id: str) -> Response:
    """Delete a collection with its documents."""
    return await posting.delete_collection(runtime, who, collection_id)


@pages.get("/knowledge/search", action=Action.CHAT)
async def find(
    request: Request, runtime: AppRuntime, who: Who, q: Words = "", collection: Words = ""
) -> Response:
    """Passages for a question."""
    context = await contexts.found(runtime, who, q, collection)
    return await render(request, posting.part(request, "search", "_hits"), context)


@pages.get("/knowledge/documents/{document_id}", action=Action.READ)
async def read_document(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    document_id: str,
    spot: Annotated[Spot, Depends()],
) -> Response:
    """A document, open at a passage."""
    span = None if spot.start is None or spot.end is None else (spot.start, spot.end)
    place = reading.Place(chunk=spot.chunk, span=span, version=spot.version, at=spot.at)
    context = await contexts.document(runtime, who, document_id, place)
    return await render(request, "knowledge/document.html", context)


@pages.delete("/knowledge/documents/{document_id}", action=Action.AUTHOR)
async def delete_document(
    request: Request, runtime: AppRuntime, who: Who, document_id: str
) -> Response:
    """Delete a document."""
    return await posting.delete(request, runtime, who, document_id)


@pages.get("/knowledge/documents/{document_id}/upload", action=Action.READ)
async def show_upload(
    request: Request, runtime: AppRuntime, who: Who, document_id: str
) -> Response:
    """A document as a line of the uploads."""
    context = await contexts.row(runtime, who, document_id)
    return await render(request, "knowledge/_upload.html", context)


@pages.get("/knowledge/documents/{document_id}/row", action=Action.READ)
async def show_row(request: Request, runtime: AppRuntime, who: Who, document_id: str) -> Response:
    """A document as a row of the list."""
    context = await contexts.row(runtime, who, document_id)
    return await render(request, "knowledge/_document_row.html", context)


@pages.post("/knowledge/documents/{document_id}/read", action=Action.AUTHOR)
async def read_again(
    request: Request,
    runtime: AppRuntime,
    who: Who,
    document_id: str,
    form: Annotated[str, Query(alias="as", max_length=20)] = "row",
) -> Response:
    """Read a document again."""
    return await posting.read_again(request, runtime, who, document_id, as_upload=form == "upload")


@pages.get("/knowledge/documents/{document_id}/versions", action=Action.READ)
async def list_versions(  # noqa: PLR0917 - the two versions that are compared
    request: Request,
    runtime: AppRuntime,
    who: Who,
    document_id: str,
    old: Annotated[int | None, Query(alias="from", ge=1, le=2**31 - 1)] = None,
    new: Annotated[int | None, Query(alias="to", ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The versions of a document, and what changed between two of them."""
    pair = None if old is None or new is None else (old, new)
    context = await contexts.versions(runtime, who, document_id, pair)
    return await render(request, "knowledge/versions.html", context)


@pages.post("/knowledge/documents/{document_id}/versions/{number}/restore", action=Action.AUTHOR)
async def restore(
    request: Request, runtime: AppRuntime, who: Who, document_id: str, number: int
) -> Response:
    """Make the text of an older version the newest one."""
    return await posting.restore(request, runtime, who, document_id, number)
