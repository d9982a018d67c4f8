"""Documents that go: invisible at once, then removed a few chunks at a time."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import structlog
from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import DatabaseError
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.features.knowledge import jobs, queries
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.index import Finder
from menon.features.knowledge.models import Document, DocumentStatus, DocumentVersion

log = structlog.stdlib.get_logger(__name__)


class Removals:
    """What a process that died had hidden, but not removed, goes when the next one starts."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def work(self) -> None:
        """Remove all that is hidden."""
        try:
            for document_id in await self._runtime.db.read(_hidden):
                await remove(self._runtime, document_id)
        except DatabaseError as error:  # the next start tries again
            log.warning("knowledge.removal_put_off", code=error.code, detail=error.detail)


@contextlib.asynccontextmanager
async def open_removals(runtime: Runtime) -> AsyncGenerator[Removals]:
    """Begin with what was left behind."""
    removals = Removals(runtime)
    task = asyncio.create_task(removals.work())
    try:
        yield removals
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def delete(runtime: Runtime, who: Principal, document_id: str) -> None:
    """Delete a document: invisible at once, then its chunks are removed a few at a time."""
    run_id = await runtime.db.write(_hide_one, who, document_id, runtime[Desk].finder)
    await stop_reading(runtime, who, run_id)
    await remove(runtime, document_id)


async def stop_reading(runtime: Runtime, who: Principal, run_id: str | None) -> None:
    """Cancel the run that reads a hidden document."""
    if run_id:
        await runtime[RunLog].cancel(run_id, who.name)


async def remove(runtime: Runtime, document_id: str) -> None:
    """Remove a hidden document with its versions and chunks."""
    for key in await runtime.db.read(_versions, document_id):
        await jobs.sweep(runtime, key)
    await runtime.db.write_bulk(_remove, document_id)


def hide(session: Session, document: Document, finder: Finder) -> str | None:
    """Make a document invisible; answers the run that still reads it."""
    reads = document.status in {DocumentStatus.QUEUED, DocumentStatus.PROCESSING}
    if document.current_key is not None:
        finder.retire(session, document.current_key)
    document.current_key = None
    document.status = DocumentStatus.DELETING
    # The name is free again at once.
    document.source = f"{document.source[:900]}#{document.id}"
    return document.run_id if reads else None


def _hide_one(session: Session, who: Principal, document_id: str, finder: Finder) -> str | None:
    document = queries.document(session, who, document_id, lock=True)
    authorize(who, Action.AUTHOR, owner=document.owner_id)
    return hide(session, document, finder)


def _versions(session: Session, document_id: str) -> list[int]:
    query = select(DocumentVersion.key).where(DocumentVersion.document_id == document_id)
    return list(session.scalars(query))


def _remove(session: Session, document_id: str) -> None:
    session.execute(sql_delete(Document).where(Document.id == document_id))


def _hidden(session: Session) -> list[str]:
    query = select(Document.id).where(Document.status == DocumentStatus.DELETING)
    return list(session.scalars(query))
