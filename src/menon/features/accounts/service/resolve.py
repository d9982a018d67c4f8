"""From a connection's headers to a principal: token, key or cookie; the hot path asks no database.

Authorization: Bearer TOKEN|KEY  >  X-API-Key: KEY  >  ?token=, Sec-WebSocket-Protocol
    >  ?ticket= (sockets and GET)  >  cookie
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import parse_qs

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope as AsgiScope

from menon.core.auth import ANONYMOUS, Principal, Role, Scope
from menon.core.errors import Forbidden, MenonError, Unauthenticated
from menon.core.http import csrf, tickets
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.features.accounts import queries
from menon.features.accounts.models import ApiKey, CookieSession, User
from menon.features.accounts.rules import digest, is_api_key
from menon.features.accounts.service import tokens
from menon.features.accounts.service.cache import Credentials, Resolved

SUBPROTOCOL = "menon.bearer."
"""A WebSocket client that cannot set headers offers `menon` and `menon.bearer.TOKEN`."""

_BEARER = "bearer "
_REFUSED = "The API key is not valid; send one that exists, is enabled and has not expired."


class Credential(NamedTuple):
    """What a connection sent to say who asks."""

    kind: str
    """`bearer`, which may be a token or a key, or `cookie`."""
    text: str


async def authenticate(runtime: Runtime, scope: AsgiScope) -> Principal:
    """Who asks; a credential that counts for nothing gives an anonymous one with its `refusal`."""
    headers = Headers(scope=scope)
    secure = csrf.is_secure(scope, runtime.settings[HttpSettings].public_url)
    cookies = cookie_parser(cookie) if (cookie := headers.get("cookie")) else {}
    scope["csrf_token"] = cookies.get(csrf.cookie_name(csrf.FORM, secure=secure), "")
    credential = _explicit(scope, headers)
    if credential is None and (ticket := tickets.offered(scope)):
        return await _of_ticket(runtime, scope, ticket)
    if credential is None:
        text = cookies.get(csrf.cookie_name(csrf.SESSION, secure=secure), "")
        if not text:
            return ANONYMOUS
        credential = Credential("cookie", text)
    try:
        resolved = await _resolve(runtime, credential)
        if credential.kind == "cookie":
            _check_socket_origin(runtime, scope)
            scope["csrf_token"] = resolved.csrf_token
    except MenonError as error:
        return Principal(refusal=error)
    return resolved.who


async def principal_of_key(runtime: Runtime, text: str) -> Principal:
    """The principal of an API key that came in a body, the "magic key" of the chat.

    Raises:
        Unauthenticated: the key is unknown, disabled or expired, or its owner is deactivated.
    """
    if not is_api_key(text):
        raise Unauthenticated(_REFUSED)
    return (await _resolve(runtime, Credential("bearer", text))).who


def active(session: Session, user_ids: Collection[str]) -> dict[str, Principal]:
    """Those of the users who may sign in, as what they may do now; for work done in their name."""
    found = select(User).where(User.id.in_(user_ids), User.is_active)
    return {user.id: _person(user) for user in session.scalars(found)}


def _explicit(scope: AsgiScope, headers: Headers) -> Credential | None:
    authorization = headers.get("authorization", "")
    if authorization[: len(_BEARER)].lower() == _BEARER:
        return Credential("bearer", authorization[len(_BEARER) :].strip())
    if key := headers.get("x-api-key"):
        return Credential("bearer", key.strip())
    if scope["type"] == "websocket":
        return _of_socket(scope)
    return None


def _of_socket(scope: AsgiScope) -> Credential | None:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    if given := query.get("token"):
        return Credential("bearer", given[0])
    for protocol in scope.get("subprotocols", ()):
        if protocol.startswith(SUBPROTOCOL):
            return Credential("bearer", protocol[len(SUBPROTOCOL) :])
    return None


def _check_socket_origin(runtime: Runtime, scope: AsgiScope) -> None:
    # Browsers send cookies with a WebSocket from any site; no other check stands there.
    if scope["type"] == "websocket":
        public = runtime.settings[HttpSettings].public_url
        if not csrf.same_origin(Headers(scope=scope), public_url=public):
            raise Forbidden("This page may not open a connection here.")


async def _resolve(runtime: Runtime, credential: Credential) -> Resolved:
    credentials, now = runtime[Credentials], runtime.clock.now()
    key = digest(f"{credential.kind} {credential.text}")
    found = credentials.find(key, now)
    if found is not None:
        return found
    load: Callable[[], Awaitable[Resolved]]
    if credential.kind == "cookie":
        load = partial(_of_cookie, runtime, credential.text)
    elif is_api_key(credential.text):
        load = partial(_of_key, runtime, credential.text)
    else:
        load = partial(_of_token, runtime, credential.text)
    return await credentials.load(key, load, now=now)


async def _of_ticket(runtime: Runtime, scope: AsgiScope, text: str) -> Principal:
    now = runtime.clock.now()
    try:
        found = tickets.behind(scope) or tickets.remember(
            scope, await runtime.db.write(tickets.redeem, text, now)
        )
        key = digest(f"behind {found.kind} {found.credential_id}")
        resolved = runtime[Credentials].find(key, now)
        if resolved is None:
            load = partial(_of_behind, runtime, found)
            resolved = await runtime[Credentials].load(key, load, now=now)
    except MenonError as error:
        return Principal(refusal=error)
    return resolved.who


async def _of_behind(runtime: Runtime, found: tickets.Behind) -> Resolved:
    resolved = await runtime.db.read(_behind, found, runtime.clock.now())
    if resolved is None:
        raise Unauthenticated("The credential behind the ticket has ended; sign in again.")
    return resolved


async def _of_token(runtime: Runtime, text: str) -> Resolved:
    resolved = await runtime.db.read(_token, tokens.read_access(runtime, text))
    if resolved is None:
        raise Unauthenticated("You were signed out; sign in again.")
    return resolved


async def _of_key(runtime: Runtime, text: str) -> Resolved:
    resolved = await runtime.db.read(_key, digest(text))
    expired = resolved and resolved.expires_at and runtime.clock.now() >= resolved.expires_at
    if resolved is None or expired:
        raise Unauthenticated(_REFUSED)
    return resolved


async def _of_cookie(runtime: Runtime, text: str) -> Resolved:
    resolved = await runtime.db.read(_session, digest(text), runtime.clock.now())
    if resolved is None:
        raise Unauthenticated("You were signed out; sign in again.")
    return resolved


def _token(session: Session, access: tokens.Access) -> Resolved | None:
    owner = queries.owner_of_family(session, access.family)
    if owner is None or not owner.is_active or owner.id != access.user_id:
        return None
    who = replace(_person(owner), kind="token", credential_id=access.family)
    return Resolved(who=who, expires_at=access.expires_at)


def _key(session: Session, key_digest: str) -> Resolved | None:
    return _resolved_key(queries.key_with_owner(session, key_digest))


def _resolved_key(found: tuple[ApiKey, User] | None) -> Resolved | None:
    if found is None or not found[0].is_enabled or not found[1].is_active:
        return None
    key, owner = found
    scopes = frozenset(Scope(scope) for scope in key.scopes)
    who = replace(_person(owner), kind="key", credential_id=key.id, scopes=scopes)
    return Resolved(who=who, expires_at=key.expires_at)


def _session(session: Session, cookie_digest: str, now: datetime) -> Resolved | None:
    return _resolved_session(queries.session_with_owner(session, cookie_digest, now))


def _resolved_session(found: tuple[CookieSession, User] | None) -> Resolved | None:
    if found is None or not found[1].is_active:
        return None
    cookie, owner = found
    who = replace(_person(owner), kind="cookie", credential_id=cookie.id)
    return Resolved(who=who, csrf_token=cookie.csrf_token, expires_at=cookie.expires_at)


def _behind(session: Session, found: tickets.Behind, now: datetime) -> Resolved | None:
    if found.kind == "cookie":
        return _resolved_session(queries.session_by_id(session, found.credential_id, now))
    if found.kind == "key":
        resolved = _resolved_key(queries.key_by_id(session, found.credential_id))
        late = resolved is not None and resolved.expires_at and now >= resolved.expires_at
        return None if late else resolved
    owner = queries.owner_of_family(session, found.credential_id)
    if owner is None or not owner.is_active:
        return None
    who = replace(_person(owner), kind="token", credential_id=found.credential_id)
    return Resolved(who=who)


def _person(user: User) -> Principal:
    return Principal(
        user_id=user.id,
        name=user.username,
        label=user.name,
        roles=frozenset(Role(word) for word in user.roles),
    )
