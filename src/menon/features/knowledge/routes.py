"""Routes of collections and documents."""

from typing import Annotated

from fastapi import File, Form, Query, UploadFile

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, Routes, Who
from menon.features.knowledge import classify, removing, service, uploads
from menon.features.knowledge import collections as groups
from menon.features.knowledge.models import DocumentStatus
from menon.features.knowledge.queries import Wanted
from menon.features.knowledge.schemas import (
    CategoryOut,
    ClassifyIn,
    ClassifyOut,
    CollectionIn,
    CollectionOut,
    CollectionPatch,
    DocumentOut,
    ItemIn,
    ItemOut,
    ItemPatch,
    ReembedIn,
    ReembedOut,
    RelatedOut,
    VersionOut,
)

collections = Routes(tag="collections")
routes = Routes(tag="knowledge")


@collections.get("/collections", action=Action.READ)
async def list_collections(
    runtime: AppRuntime, who: Who, page: PageQuery
) -> Listing[CollectionOut]:
    """List the collections that you may read."""
    return await groups.listing(runtime, who, page)


@collections.post("/collections", action=Action.AUTHOR, status_code=201)
async def create_collection(runtime: AppRuntime, who: Who, body: CollectionIn) -> CollectionOut:
    """Create a collection."""
    return await groups.create(runtime, who, body)


@collections.get("/collections/{collection_id}", action=Action.READ)
async def get_collection(runtime: AppRuntime, who: Who, collection_id: str) -> CollectionOut:
    """Read a collection with its counts and its embedding space."""
    return await groups.get(runtime, who, collection_id)


@collections.put("/collections/{collection_id}", action=Action.AUTHOR)
async def update_collection(
    runtime: AppRuntime, who: Who, collection_id: str, body: CollectionPatch
) -> CollectionOut:
    """Rename a collection, or change who may read it."""
    return await groups.change(runtime, who, collection_id, body)


@collections.delete("/collections/{collection_id}", action=Action.AUTHOR, status_code=204)
async def delete_collection(runtime: AppRuntime, who: Who, collection_id: str) -> None:
    """Delete a collection with its documents."""
    await groups.delete(runtime, who, collection_id)


@routes.get("/knowledge/categories", action=Action.READ)
async def list_categories(runtime: AppRuntime, who: Who) -> Listing[CategoryOut]:
    """Read the category tree with counts."""
    return await service.categories(runtime, who)


@routes.post("/knowledge/classify", action=Action.CHAT)
async def classify_text(runtime: AppRuntime, who: Who, body: ClassifyIn) -> ClassifyOut:
    """Find the category and tags of a text or document."""
    return await classify.classify(runtime, who, body)


@routes.post("/knowledge/documents", action=Action.AUTHOR, status_code=202)
async def upload_document(  # noqa: PLR0917 - the form's fields
    runtime: AppRuntime,
    who: Who,
    file: Annotated[UploadFile, File(description="The file; its type is told by its content.")],
    collection: Annotated[str, Form(max_length=100)] = "",
    source: Annotated[str, Form(max_length=1000)] = "",
    title: Annotated[str, Form(max_length=500)] = "",
    category: Annotated[str, Form(max_length=100)] = "",
    tags: Annotated[str, Form(max_length=2000, description="Separated by commas.")] = "",
    metadata: Annotated[str, Form(max_length=20_000, description="A JSON object.")] = "",
) -> DocumentOut:
    """Upload a file; it is read and indexed by the run that the answer names."""
    form = uploads.Form(collection, source, title, category, tags, metadata)
    return await uploads.take(runtime, who, file, form)


@routes.post("/knowledge/documents/{document_id}/retry", action=Action.AUTHOR, status_code=202)
async def retry_document(runtime: AppRuntime, who: Who, document_id: str) -> DocumentOut:
    """Index a document once more."""
    return await service.read_again(runtime, who, document_id)


@routes.post("/knowledge/embeddings", action=Action.AUTHOR, status_code=202)
async def reembed(runtime: AppRuntime, who: Who, body: ReembedIn) -> ReembedOut:
    """Embed your documents again with the model that is installed now."""
    return await service.reembed(runtime, who, body)


@routes.get("/knowledge/items", action=Action.READ)
async def list_items(  # noqa: PLR0917 - filters
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    collection: Annotated[str | None, Query(max_length=100)] = None,
    category: Annotated[str | None, Query(max_length=100)] = None,
    status: DocumentStatus | None = None,
    tag: Annotated[str | None, Query(max_length=60)] = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of title or source.")] = None,
) -> Listing[DocumentOut]:
    """List the documents that you may read, newest first."""
    wanted = Wanted(
        collection=collection,
        category=category,
        statuses=(status,) if status else (),
        tag=tag,
        text=q,
    )
    return await service.documents(runtime, who, page, wanted)


@routes.post("/knowledge/items", action=Action.AUTHOR, status_code=201)
async def create_item(runtime: AppRuntime, who: Who, body: ItemIn) -> DocumentOut:
    """Create a document from a text."""
    return await service.add(runtime, who, body)


@routes.get("/knowledge/items/{id}", action=Action.READ)
async def get_item(
    runtime: AppRuntime,
    who: Who,
    id: str,  # noqa: A002 - the documented name
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> ItemOut:
    """Read a document with its text."""
    return await service.item(runtime, who, id, version)


@routes.put("/knowledge/items/{id}", action=Action.AUTHOR)
async def update_item(
    runtime: AppRuntime,
    who: Who,
    id: str,  # noqa: A002 - the documented name
    body: ItemPatch,
) -> DocumentOut:
    """Change a document; another content becomes its next version."""
    return await service.change(runtime, who, id, body)


@routes.delete("/knowledge/items/{id}", action=Action.AUTHOR, status_code=204)
async def delete_item(runtime: AppRuntime, who: Who, id: str) -> None:  # noqa: A002 - as above
    """Delete a document."""
    await removing.delete(runtime, who, id)


@routes.get("/knowledge/items/{id}/related", action=Action.READ)
async def related_items(
    runtime: AppRuntime,
    who: Who,
    id: str,  # noqa: A002 - the documented name
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Listing[RelatedOut]:
    """List the documents that say the most similar things."""
    return await classify.related(runtime, who, id, limit)


@routes.get("/knowledge/items/{id}/versions", action=Action.READ)
async def item_versions(
    runtime: AppRuntime,
    who: Who,
    id: str,  # noqa: A002 - the documented name
) -> Listing[VersionOut]:
    """List the versions of a document, newest first."""
    return await service.versions(runtime, who, id)
