"""API keys: made, shown once, listed, changed, revoked; only digests are stored."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal, Scope
from menon.core.errors import Conflict, InvalidInput
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.accounts import queries, rules
from menon.features.accounts.models import ApiKey
from menon.features.accounts.schemas import (
    ApiKeyCreated,
    ApiKeyIn,
    ApiKeyOut,
    ApiKeyPatch,
    KeyPageIn,
)
from menon.features.accounts.service.cache import Credentials
from menon.features.accounts.settings import AccountsSettings
from menon.kit.ids import new_id
from menon.kit.pages import encode_cursor

_SHOWN = 12
"""Characters by which an owner recognises a key; 8 of them are random, far from the whole."""


async def create_key(runtime: Runtime, who: Principal, body: ApiKeyIn) -> ApiKeyCreated:
    """A key of one's own; its text is in this answer and nowhere else.

    Raises:
        Forbidden: a key asks for one that is wider than itself.
        InvalidInput: it would have expired already.
        Conflict: there are too many keys.
    """
    rules.check_may_manage(who, body.scopes)
    text = rules.api_key(secrets.token_bytes(32))
    most = runtime.settings[AccountsSettings].keys_per_user
    now = runtime.clock.now()
    _check_future(body.expires_at, now)
    made = await runtime.db.write(_insert, who, body, text, now=now, most=most)
    return ApiKeyCreated(**made.model_dump(), key=text)


async def create_key_for_days(runtime: Runtime, who: Principal, body: KeyPageIn) -> ApiKeyCreated:
    """A key as the profile page asks for it: with a life in days."""
    until = runtime.clock.now() + timedelta(days=body.days) if body.days else None
    asked = ApiKeyIn(name=body.name, scopes=body.scopes, expires_at=until)
    return await create_key(runtime, who, asked)


async def list_keys(runtime: Runtime, who: Principal, page: Page) -> Listing[ApiKeyOut]:
    """One's own keys, newest last."""
    return await runtime.db.read(_list, who, page)


async def update_key(
    runtime: Runtime, who: Principal, key_id: str, *, patch: ApiKeyPatch
) -> ApiKeyOut:
    """Enable, disable, rename or change one of one's own keys.

    Raises:
        NotFound: there is none, or it is not theirs.
        Forbidden: a key asks to change one that is or would be wider than itself.
        InvalidInput: it would have expired already.
    """
    now = runtime.clock.now()
    _check_future(patch.expires_at, now)
    changed = await runtime.db.write(_update, who, key_id, patch, now=now)
    runtime[Credentials].forget(who.user_id)
    return changed


async def revoke_key(runtime: Runtime, who: Principal, key_id: str) -> None:
    """End one of one's own keys.

    Raises:
        NotFound: there is none, or it is not theirs.
        Forbidden: a key asks to revoke one that is wider than itself.
    """
    await runtime.db.write(_delete, who, key_id, now=runtime.clock.now())
    runtime[Credentials].forget(who.user_id)


def _check_future(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise InvalidInput(f"expires_at {expires_at.isoformat()!r} has passed; give a later time.")


def _insert(
    session: Session, who: Principal, body: ApiKeyIn, text: str, *, now: datetime, most: int
) -> ApiKeyOut:
    queries.user(session, who.user_id, lock=True)
    own = queries.readable(who).subquery()
    if (session.scalar(select(func.count()).select_from(own)) or 0) >= most:
        raise Conflict(f"You have {most} keys; revoke one first.")
    key = ApiKey(
        id=new_id(),
        user_id=who.user_id,
        name=body.name,
        prefix=text[:_SHOWN],
        digest=rules.digest(text),
        scopes=_words(body.scopes),
        is_enabled=True,
        notes=body.notes,
        created_at=now,
        expires_at=body.expires_at,
        last_used_at=None,
    )
    session.add(key)
    audit.record(
        session, who, "api_key.created", subject=key.id, at=now, name=key.name, scopes=key.scopes
    )
    return ApiKeyOut.model_validate(key)


def _list(session: Session, who: Principal, page: Page) -> Listing[ApiKeyOut]:
    query = queries.readable(who).order_by(ApiKey.id).limit(page.limit + 1)
    if after := page.after(1):
        query = query.where(ApiKey.id > str(after[0]))
    rows = session.scalars(query).all()
    shown = [ApiKeyOut.model_validate(row) for row in rows[: page.limit]]
    more = len(rows) > page.limit
    return Listing(items=shown, next_cursor=encode_cursor(shown[-1].id) if more else None)


def _update(
    session: Session, who: Principal, key_id: str, patch: ApiKeyPatch, *, now: datetime
) -> ApiKeyOut:
    key = queries.own_key(session, who, key_id)
    rules.check_may_manage(who, [Scope(word) for word in key.scopes] + (patch.scopes or []))
    changes = patch.model_dump(exclude_unset=True)
    for name, value in changes.items():
        if name == "expires_at" or value is not None:
            setattr(key, name, _words(value) if name == "scopes" else value)
    audit.record(session, who, "api_key.changed", subject=key.id, at=now, fields=sorted(changes))
    return ApiKeyOut.model_validate(key)


def _delete(session: Session, who: Principal, key_id: str, *, now: datetime) -> None:
    key = queries.own_key(session, who, key_id)
    rules.check_may_manage(who, [Scope(word) for word in key.scopes])
    session.delete(key)
    audit.record(
        session, who, "api_key.revoked", subject=key.id, at=now, name=key.name, prefix=key.prefix
    )


def _words(scopes: list[Scope]) -> list[str]:
    return sorted({scope.value for scope in scopes})
