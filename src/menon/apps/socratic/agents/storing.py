"""Texts that are stored with their embeddings, by the same runs as any other document."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.apps.socratic.agents.acting import shaped
from menon.apps.socratic.codebases import making
from menon.apps.socratic.events import FilesProcessed
from menon.core.auth import Principal
from menon.core.errors import InvalidInput, ModelUnavailable
from menon.core.events import publish
from menon.core.runtime import Runtime
from menon.features.knowledge import semantic
from menon.features.knowledge import service as knowledge
from menon.features.knowledge.schemas import DocumentOut, ItemIn

_MOST: Final = 50
_LONGEST_WAIT: Final = 280.0


async def stored(
    runtime: Runtime,
    who: Principal,
    title: str,
    texts: list[str],
    collection: str | None,
    seconds: float,
) -> dict[str, Any]:
    """Store texts, each as a document of its own.

    Raises:
        InvalidInput: there are none, or too many.
        ModelUnavailable: no embedding model is installed.
    """
    if not 1 <= len(texts) <= _MOST or any(not text.strip() for text in texts):
        raise InvalidInput(f"Send 1 to {_MOST} texts with a word each.")
    space = semantic.installed(runtime)
    if space is None:
        raise ModelUnavailable(semantic.REMEDY)
    many = len(texts) > 1
    bodies = [
        shaped(
            ItemIn,
            title=f"{title} ({n} of {len(texts)})" if many else title,
            content=text,
            collection=collection,
        )
        for n, text in enumerate(texts, start=1)
    ]
    begun = [await knowledge.add(runtime, who, body) for body in bodies]
    wait = min(max(seconds, 0.0), _LONGEST_WAIT)
    await asyncio.gather(*(making.ended(runtime, one.run_id, wait) for one in begun))
    found = [await knowledge.document(runtime, who, one.id) for one in begun]
    await runtime.db.write(_tell, who, found, now=runtime.clock.now())
    return {
        "documents": [_shown(one) for one in found],
        "vectors": sum(one.chunks for one in found),
        "dimensions": space.dims,
        "model": str(space),
    }


def _tell(session: Session, who: Principal, found: Sequence[DocumentOut], *, now: datetime) -> None:
    """Say that all of them are done; one that is still read is told of by its own run."""
    done = [one for one in found if one.status in {"ready", "failed"}]
    if len(done) < len(found):
        return
    event = FilesProcessed(
        owner_id=who.user_id,
        documents=[one.id for one in found],
        vectors=sum(one.chunks for one in found),
        failed=sum(one.status == "failed" for one in found),
    )
    publish(session, event, now=now)


def _shown(one: DocumentOut) -> dict[str, Any]:
    return {
        "document_id": one.id,
        "title": one.title,
        "collection": one.collection,
        "status": one.status,
        "chunks": one.chunks,
        "error": one.error,
    }
