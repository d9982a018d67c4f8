"""Uploads: a form with a file into a document."""

import json
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple, cast

from fastapi import UploadFile

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.features.knowledge import service
from menon.features.knowledge.schemas import DocumentOut
from menon.kit.text import clean

_PIECE = 262_144


class Form(NamedTuple):
    """The fields beside the file, as they came."""

    collection: str
    source: str
    title: str
    category: str
    tags: str
    metadata: str


async def take(runtime: Runtime, who: Principal, file: UploadFile, form: Form) -> DocumentOut:
    """Keep the file and have it indexed.

    Raises:
        InvalidInput: `metadata` is not a JSON object, or the file has no name.
    """
    fields = Form(*map(clean, form))
    return await service.upload(
        runtime,
        who,
        _pieces(file),
        filename=clean(file.filename or "") or "upload",
        media_type=file.content_type,
        collection_name=fields.collection,
        source=fields.source,
        title=fields.title,
        category=fields.category,
        tags=[tag.strip() for tag in fields.tags.split(",") if tag.strip()],
        metadata=_metadata(fields.metadata),
    )


def _metadata(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The field `metadata` is not JSON.") from error
    if not isinstance(value, dict):
        raise InvalidInput("The field `metadata` must be a JSON object.")
    return cast("dict[str, Any]", value)


async def _pieces(file: UploadFile) -> AsyncGenerator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
