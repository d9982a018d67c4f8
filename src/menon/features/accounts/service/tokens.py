"""Access tokens (JWT, one hour) and the refresh tokens that renew them."""

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import Principal
from menon.core.errors import TokenExpired, Unauthenticated
from menon.core.keys import Keys
from menon.core.runtime import Runtime
from menon.features.accounts import queries
from menon.features.accounts.models import RefreshToken
from menon.features.accounts.rules import Verdict, digest, judge
from menon.features.accounts.schemas import TokensOut
from menon.features.accounts.service.cache import Credentials
from menon.features.accounts.settings import AccountsSettings
from menon.kit.ids import new_id, new_token

_ALGORITHM = "HS256"
_ISSUER = _AUDIENCE = "menon"
_TYPE = "access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a valid access token says."""

    user_id: str
    family: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A refresh token that is about to be stored."""

    secret: str
    family: str
    expires_at: datetime


def new_link(runtime: Runtime) -> Link:
    """The first refresh token of a fresh family."""
    days = runtime.settings[AccountsSettings].refresh_days
    return Link(
        secret=f"mnr_{new_token()}",
        family=new_id(),
        expires_at=runtime.clock.now() + timedelta(days=days),
    )


def add_link(session: Session, link: Link, *, user_id: str, now: datetime) -> None:
    """Store a refresh token, by its digest alone."""
    session.add(
        RefreshToken(
            digest=digest(link.secret),
            family=link.family,
            user_id=user_id,
            created_at=now,
            expires_at=link.expires_at,
        )
    )


def tokens(runtime: Runtime, user_id: str, link: Link) -> TokensOut:
    """The answer to a successful login or refresh."""
    seconds = runtime.settings[AccountsSettings].access_seconds
    issued = int(runtime.clock.now().timestamp())
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "typ": _TYPE,
        "jti": new_id(),
        "sub": user_id,
        "sid": link.family,
        "iat": issued,
        "exp": issued + seconds,
    }
    return TokensOut(
        access_token=jwt.encode(claims, _signing_key(runtime), algorithm=_ALGORITHM),
        refresh_token=link.secret,
        expires_in=seconds,
    )


def read_access(runtime: Runtime, text: str) -> Access:
    """What an access token says.

    Raises:
        TokenExpired: it was valid once.
        Unauthenticated: it is not one of ours.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            _signing_key(runtime),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=_ISSUER,
            # The runtime's clock decides below; the library would ask the machine's.
            options={
                "require": ["iss", "aud", "typ", "jti", "sub", "sid", "iat", "exp"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise Unauthenticated("The token is not valid; sign in again.") from error
    if claims["typ"] != _TYPE or not isinstance(claims["exp"], int):
        raise Unauthenticated("This is not an access token; sign in again.")
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if runtime.clock.now() >= expires_at:
        raise TokenExpired
    return Access(user_id=str(claims["sub"]), family=str(claims["sid"]), expires_at=expires_at)


async def refresh(runtime: Runtime, secret: str) -> TokensOut:
    """Fresh tokens for a refresh token, which ends with this; a second use ends the family.

    Raises:
        Unauthenticated: it is unknown, used, revoked or expired.
    """
    used = digest(secret)
    link = new_link(runtime)
    user_id, family = await runtime.db.write(_rotate, used, link, runtime.clock.now())
    if user_id and not family:
        runtime[Credentials].forget(user_id)
    if not family:
        raise Unauthenticated("The refresh token is not valid any more; sign in again.")
    return tokens(runtime, user_id, replace(link, family=family))


def revoke_family(session: Session, family: str, now: datetime) -> None:
    """End a chain of refresh tokens and, with it, its access tokens."""
    alive = update(RefreshToken).where(
        RefreshToken.family == family, RefreshToken.revoked_at.is_(None)
    )
    session.execute(alive.values(revoked_at=now))


def revoke_families(session: Session, user_id: str, now: datetime, *, but: str = "") -> None:
    """End all chains of a user but one."""
    alive = update(RefreshToken).where(
        RefreshToken.user_id == user_id,
        RefreshToken.family != but,
        RefreshToken.revoked_at.is_(None),
    )
    session.execute(alive.values(revoked_at=now))


def family_of(session: Session, secret: str) -> tuple[str, str] | None:
    """The user and the family of a refresh token."""
    query = select(RefreshToken.user_id, RefreshToken.family)
    row = session.execute(query.where(RefreshToken.digest == digest(secret))).first()
    return (row[0], row[1]) if row else None


def _rotate(session: Session, used: str, link: Link, now: datetime) -> tuple[str, str]:
    """The user id and family to go on with; no family when the token counts for nothing.

    Nothing is raised here, since that would undo the revocation.
    """
    found = session.get(RefreshToken, used)
    if found is None:
        return "", ""
    # The user's row is the lock of all their families: a rotation and a revocation take turns.
    owner = queries.user(session, found.user_id, lock=True)
    token = session.get_one(RefreshToken, used, populate_existing=True)
    verdict = judge(
        expires_at=token.expires_at,
        rotated_at=token.rotated_at,
        revoked_at=token.revoked_at,
        now=now,
    )
    if verdict is Verdict.REUSED:
        revoke_family(session, token.family, now)
        who = Principal(user_id=owner.id, name=owner.username)
        audit.record(session, who, "refresh_token.reused", subject=token.family, at=now)
    if verdict is not Verdict.ROTATE or not owner.is_active:
        return owner.id, ""
    token.rotated_at = now
    add_link(session, replace(link, family=token.family), user_id=owner.id, now=now)
    return owner.id, token.family


def _signing_key(runtime: Runtime) -> bytes:
    # A key of its own for this use, so that nothing else signed by the process is a token.
    return hmac.digest(runtime[Keys].secret, b"menon access token", "sha256")
