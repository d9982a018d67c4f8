"""What the forms and buttons on the pages of knowledge do."""

from typing import Any

from fastapi import Request, UploadFile
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.render import redirect, render
from menon.features.knowledge import collections, contexts, removing, service, uploads
from menon.features.knowledge.schemas import CollectionIn, IndexIn, NoteForm, UrlForm


def part(request: Request, page: str, fragment: str) -> str:
    """The template of a page, or of its list alone when htmx asks for that."""
    # A panel asks with htmx's headers too, but takes what it needs out of the whole page.
    panel = request.headers.get("hx-target", "").endswith("panel-body")
    asks = "hx-request" in request.headers and not panel
    return f"knowledge/{fragment if asks else page}.html"


async def upload(
    runtime: Runtime, who: Principal, file: UploadFile, collection: str
) -> dict[str, Any]:
    """Take a file in; answers its line."""
    form = uploads.Form(collection, "", "", "", "", "")
    return contexts.shown(who, await uploads.take(runtime, who, file, form))


async def add(
    runtime: Runtime, who: Principal, form: Form[UrlForm] | Form[NoteForm]
) -> dict[str, Any]:
    """Take an address or a note in; answers its line."""
    if form.body is None:
        raise InvalidInput(" ".join(f"{name}: {text}" for name, text in form.errors.items()))
    sent = form.body
    body = (
        IndexIn(url=sent.url, collection=sent.collection)
        if isinstance(sent, UrlForm)
        else IndexIn(content=sent.text, title=sent.title, collection=sent.collection)
    )
    return contexts.shown(who, await service.add(runtime, who, body))


async def create_collection(
    request: Request, runtime: Runtime, who: Principal, form: Form[CollectionIn]
) -> Response:
    """Make a collection, or show what is wrong with the form."""
    sent = await form.send(lambda body: collections.create(runtime, who, body))
    if sent.result is not None:
        note = f"The collection “{sent.result.name}” is there."
        return redirect(request, "/knowledge/collections", flash=("success", note))
    errors = {**sent.errors, **({"name": sent.error} if sent.error else {})}
    context = {"collection_form": contexts.collection_form(form.values, errors)}
    return await render(request, "knowledge/_collection_form.html", context, status=422)


async def delete_collection(runtime: Runtime, who: Principal, collection_id: str) -> Response:
    """Delete a collection; its row goes."""
    await collections.delete(runtime, who, collection_id)
    return Response()


async def delete(request: Request, runtime: Runtime, who: Principal, document_id: str) -> Response:
    """Delete a document; its row goes, or its page gives way to the list."""
    found = await service.document(runtime, who, document_id)
    await removing.delete(runtime, who, document_id)
    if _on_its_page(request, document_id):
        return redirect(request, "/knowledge", flash=("success", f"“{found.title}” is deleted."))
    return Response()


async def read_again(
    request: Request, runtime: Runtime, who: Principal, document_id: str, *, as_upload: bool
) -> Response:
    """Read a document again; answers its row, its line, or its page anew."""
    found = await service.read_again(runtime, who, document_id)
    if _on_its_page(request, document_id):
        return redirect(request, f"/knowledge/documents/{document_id}")
    template = "_upload" if as_upload else "_document_row"
    return await render(request, f"knowledge/{template}.html", contexts.shown(who, found))


async def restore(
    request: Request, runtime: Runtime, who: Principal, document_id: str, number: int
) -> Response:
    """Make the text of an older version the newest one."""
    await service.restore(runtime, who, document_id, number)
    note = f"The text of version {number} is being made the newest version."
    address = f"/knowledge/documents/{document_id}/versions"
    return redirect(request, address, flash=("success", note))


def _on_its_page(request: Request, document_id: str) -> bool:
    return f"/knowledge/documents/{document_id}" in request.headers.get("hx-current-url", "")
