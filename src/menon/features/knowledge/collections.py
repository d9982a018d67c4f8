"""Collections: made, changed, read and deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.knowledge import queries, removing, rules, views
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.index import Finder
from menon.features.knowledge.models import Collection, Document, DocumentStatus
from menon.features.knowledge.schemas import CollectionIn, CollectionOut, CollectionPatch
from menon.kit.ids import new_id

DEFAULT_SLUG = "documents"
"""The collection of somebody who names none."""


async def create(runtime: Runtime, who: Principal, body: CollectionIn) -> CollectionOut:
    """Make a collection."""
    collection_id = await runtime.db.write(_create, who, body, runtime.clock.now())
    return await get(runtime, who, collection_id)


async def get(runtime: Runtime, who: Principal, name: str) -> CollectionOut:
    """One collection by id or slug."""
    return await runtime.db.read(views.collection, who, name, runtime[Desk].space)


async def listing(runtime: Runtime, who: Principal, page: Page) -> Listing[CollectionOut]:
    """A page of the collections that somebody may read."""
    return await runtime.db.read(views.collections, who, page, runtime[Desk].space)


async def change(
    runtime: Runtime, who: Principal, name: str, body: CollectionPatch
) -> CollectionOut:
    """Rename a collection, or change who may read it."""
    await runtime.db.write(_change, who, name, body, runtime.clock.now())
    return await get(runtime, who, name)


async def delete(runtime: Runtime, who: Principal, name: str) -> None:
    """Delete a collection with its documents; all are invisible at once."""
    hidden = await runtime.db.write(_hide, who, name, runtime[Desk].finder)
    for document_id, run_id in hidden.items():
        await removing.stop_reading(runtime, who, run_id)
        await removing.remove(runtime, document_id)
    await runtime.db.write(_delete, who, name)


def writable(session: Session, who: Principal, name: str, *, now: datetime) -> Collection:
    """The collection that somebody may add to; their default one is made when it is missing."""
    if name and name != DEFAULT_SLUG:
        found = queries.collection(session, who, name)
        authorize(who, Action.AUTHOR, owner=found.owner_id)
        return found
    own = session.scalar(
        select(Collection).where(
            Collection.owner_id == who.user_id, Collection.slug == DEFAULT_SLUG
        )
    )
    return own or new(session, who, name="Documents", slug=DEFAULT_SLUG, now=now)


def new(
    session: Session, who: Principal, *, name: str, slug: str, now: datetime, **more: Any
) -> Collection:
    """Write a collection.

    Raises:
        Conflict: its owner has one of this slug.
    """
    taken = select(Collection.id).where(Collection.owner_id == who.user_id, Collection.slug == slug)
    if session.scalar(taken):
        raise Conflict(f"You have a collection {slug!r} already; choose another name.")
    made = Collection(
        id=new_id(),
        owner_id=who.user_id,
        slug=slug,
        name=name,
        created_at=now,
        updated_at=now,
        **more,
    )
    session.add(made)
    session.flush()
    return made


def _create(session: Session, who: Principal, body: CollectionIn, now: datetime) -> str:
    made = new(
        session,
        who,
        name=body.name,
        slug=rules.slug(body.name),
        now=now,
        description=body.description,
        visibility=body.visibility,
    )
    return made.id


def _own(session: Session, who: Principal, name: str) -> Collection:
    found = queries.collection(session, who, name, lock=True)
    authorize(who, Action.AUTHOR, owner=found.owner_id)
    return found


def _change(
    session: Session, who: Principal, name: str, body: CollectionPatch, now: datetime
) -> None:
    found = _own(session, who, name)
    for field in ("name", "description", "visibility"):
        value = getattr(body, field)
        if value is not None:
            setattr(found, field, value)
    found.updated_at = now


def _hide(session: Session, who: Principal, name: str, finder: Finder) -> dict[str, str | None]:
    """Documents that are hidden now, with the runs that still read them."""
    found = _own(session, who, name)
    inside = select(Document).where(Document.collection_id == found.id).with_for_update()
    return {
        row.id: None
        if row.status == DocumentStatus.DELETING
        else removing.hide(session, row, finder)
        for row in session.scalars(inside)
    }


def _delete(session: Session, who: Principal, name: str) -> None:
    found = _own(session, who, name)
    if session.scalar(select(Document.id).where(Document.collection_id == found.id).limit(1)):
        raise Conflict("Documents were added meanwhile; delete the collection again.")
    session.delete(found)
