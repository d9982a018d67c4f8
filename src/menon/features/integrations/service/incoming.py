"""Messages from outside: who may send them, that each counts once, and whom they are told to."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Action, Principal, authorize
from menon.core.db.insert import insert_new
from menon.core.errors import (
    BadRequest,
    Conflict,
    NotFound,
    TooLarge,
    Unauthenticated,
)
from menon.core.events import publish
from menon.core.http import Listing, Page, Wire
from menon.core.runtime import Runtime
from menon.features.integrations import queries, rules
from menon.features.integrations.events import IncomingReceived
from menon.features.integrations.models import IncomingHook, IncomingReceipt
from menon.features.integrations.schemas import IncomingIn, IncomingMade, IncomingOut, Received
from menon.features.integrations.service import signing
from menon.features.integrations.settings import IntegrationSettings
from menon.kit.ids import is_id, new_id
from menon.kit.pages import encode_cursor
from menon.kit.text import clean

PATH = "/api/v1/integration/incoming/"


class _Body(Wire):
    """What was sent, as text that every store accepts."""

    body: Any


async def create(runtime: Runtime, who: Principal, body: IncomingIn) -> IncomingMade:
    """Open an address for messages from outside; its secret is shown this once.

    Raises:
        Forbidden: it is to start a workflow, and they may run none.
        Conflict: they have as many hooks as one may.
    """
    if body.workflow_id:
        authorize(who, Action.RUN)
    hook_id = new_id()
    secret = await signing.create(runtime, who, hook_id)
    most = runtime.settings[IntegrationSettings].webhooks
    unit = partial(_create, most=most, now=runtime.clock.now())
    try:
        made = await runtime.db.write(unit, who, hook_id, body)
    except Conflict:
        await signing.forget(runtime, who, hook_id)
        raise
    return IncomingMade(**made.model_dump(), secret=secret)


async def listing(runtime: Runtime, who: Principal, page: Page) -> Listing[IncomingOut]:
    """A page of the hooks that somebody may see, newest first."""
    return await runtime.db.read(_listing, who, page)


async def remove(runtime: Runtime, who: Principal, hook_id: str) -> None:
    """Close an address."""
    await runtime.db.write(_delete, who, hook_id, now=runtime.clock.now())
    await signing.forget(runtime, who, hook_id)


async def receive(runtime: Runtime, hook_id: str, head: Mapping[str, str], body: bytes) -> Received:
    """Take a message in; copies of it are answered alike and have no effect.

    Args:
        runtime: the process.
        hook_id: from the path, by anybody.
        head: the headers, names in lower case.
        body: the bytes as they came.

    Raises:
        Unauthenticated: the signature does not fit, or there is no such hook.
        TooLarge: the body is.
        BadRequest: it is signed, but neither JSON nor text.
    """
    most, now = runtime.settings[IntegrationSettings].body_bytes, runtime.clock.now()
    if len(body) > most:
        raise TooLarge(f"The message is larger than the {most} bytes that are taken here.")
    if not rules.verified(await _secret(runtime, hook_id), head, body, now):
        raise Unauthenticated("The message is not signed for this address, or its time is off.")
    content = _content(body, head.get("content-type", ""))
    message_id = clean(head["webhook-id"])
    return await runtime.db.write(_receive, hook_id, message_id, content, now=now)


async def _secret(runtime: Runtime, hook_id: str) -> str:
    """The hook's secret; one that nothing fits where there is no hook, at about the same cost."""
    try:
        if is_id(hook_id) and await runtime.db.read(_exists, hook_id):
            return (await signing.secrets_of(runtime, hook_id))[0]
    except NotFound:
        pass
    return rules.secret_of(secrets.token_bytes(rules.SECRET_BYTES))


def _content(body: bytes, media_type: str) -> Any:
    try:
        sent = msgspec.json.decode(body) if "json" in media_type.lower() else body.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"The body cannot be read: {error}.") from error
    return _Body.model_validate({"body": sent}).body


def _exists(session: Session, hook_id: str) -> bool:
    return session.get(IncomingHook, hook_id) is not None


def _receive(
    session: Session, hook_id: str, message_id: str, content: Any, *, now: datetime
) -> Received:
    key = (IncomingReceipt.hook_id == hook_id, IncomingReceipt.message_id == message_id)
    hook = session.get(IncomingHook, hook_id)
    if hook is None:
        raise Unauthenticated("The message is not signed for this address, or its time is off.")
    event = IncomingReceived(
        hook_id=hook_id,
        hook=hook.name,
        owner_id=hook.owner_id,
        workflow_id=hook.workflow_id,
        scopes=hook.scopes,
        message_id=message_id,
        body=content,
    )
    # A second copy waits here for the first one's commit, and then sees its row.
    insert_new(
        session,
        IncomingReceipt,
        hook_id=hook_id,
        message_id=message_id,
        event_id=event.id,
        at=now,
    )
    first = session.scalars(select(IncomingReceipt.event_id).where(*key)).one()
    if first == event.id:
        publish(session, event, now=now)
        session.execute(
            update(IncomingHook)
            .where(IncomingHook.id == hook_id)
            .values(received=IncomingHook.received + 1, last_at=now)
        )
    return Received(message_id=message_id, event_id=first)


def _create(
    session: Session, who: Principal, hook_id: str, body: IncomingIn, *, most: int, now: datetime
) -> IncomingOut:
    if queries.count(session, IncomingHook, IncomingHook.owner_id == who.user_id) >= most:
        raise Conflict(f"You have {most} hooks, and more are not allowed; remove one first.")
    hook = IncomingHook(
        id=hook_id,
        owner_id=who.user_id,
        name=body.name.strip(),
        workflow_id=body.workflow_id,
        scopes=queries.scopes_of(who),
        received=0,
        created_at=now,
    )
    session.add(hook)
    audit.record(session, who, "incoming_hook.created", subject=hook_id, at=now, name=hook.name)
    return _shown(hook)


def _listing(session: Session, who: Principal, page: Page) -> Listing[IncomingOut]:
    rows = queries.page(session, queries.readable(who, IncomingHook), IncomingHook.id, page)
    kept = rows[: page.limit]
    more = encode_cursor(kept[-1].id) if len(rows) > page.limit else None
    return Listing(items=[_shown(hook) for hook in kept], next_cursor=more)


def _delete(session: Session, who: Principal, hook_id: str, *, now: datetime) -> None:
    hook = queries.one(session, who, IncomingHook, hook_id)
    session.execute(delete(IncomingHook).where(IncomingHook.id == hook.id))
    audit.record(session, who, "incoming_hook.deleted", subject=hook_id, at=now, name=hook.name)


def _shown(hook: IncomingHook) -> IncomingOut:
    names = IncomingOut.model_fields.keys() - {"url"}
    return IncomingOut(**{name: getattr(hook, name) for name in names}, url=PATH + hook.id)
