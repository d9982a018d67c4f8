"""What knowledge holds of a user, and how it forgets them; what they shared stays with the team."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from menon.core.auth import Principal, Role
from menon.core.runtime import Runtime
from menon.features.knowledge import collections
from menon.features.knowledge.models import Collection, Document, Visibility

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """A user's collections, and what is known of the documents that they brought."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user's own collections with their documents; says how many rows went.

    Collections that everybody reads stay, and so do documents in them; they are nobody's then.
    """
    gone = 0
    owner = Principal(user_id=subject, name="", kind="token", roles=frozenset({Role.DEVELOPER}))
    for collection_id, documents in await runtime.db.read(_private, subject):
        await collections.delete(runtime, owner, collection_id)
        gone += 1 + documents
    await runtime.db.write(_disown, subject)
    return gone


def _private(session: Session, subject: str) -> list[tuple[str, int]]:
    mine = select(Collection.id).where(
        Collection.owner_id == subject, Collection.visibility == Visibility.PRIVATE
    )
    return [
        (
            each,
            len(session.scalars(select(Document.id).where(Document.collection_id == each)).all()),
        )
        for each in session.scalars(mine.order_by(Collection.id))
    ]


def _disown(session: Session, subject: str) -> None:
    # Two people's shared collections may have one short name: the id keeps them apart.
    for left in session.scalars(select(Collection).where(Collection.owner_id == subject)):
        left.owner_id, left.slug = "", f"{left.slug[:43]}-{left.id}"
    session.execute(update(Document).where(Document.owner_id == subject).values(owner_id=""))


def _exported(session: Session, subject: str) -> dict[str, Any]:
    mine = select(Collection).where(Collection.owner_id == subject).order_by(Collection.id)
    brought = select(Document).where(Document.owner_id == subject).order_by(Document.id)
    return {
        "collections": [
            {
                "id": row.id,
                "name": row.name,
                "slug": row.slug,
                "description": row.description,
                "visibility": row.visibility,
                "created_at": row.created_at.isoformat(),
            }
            for row in session.scalars(mine.limit(_MOST))
        ],
        "documents": [
            {
                "id": row.id,
                "collection_id": row.collection_id,
                "source": row.source,
                "title": row.title,
                "media_type": row.media_type,
                "category": row.category,
                "tags": row.tags,
                "metadata": row.about,
                "size": row.size,
                "created_at": row.created_at.isoformat(),
            }
            for row in session.scalars(brought.limit(_MOST))
        ],
    }
