"""What is selected of accounts; owned rows start from `readable`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from menon.core.auth import Principal, Role
from menon.core.errors import NotFound
from menon.features.accounts.models import ApiKey, CookieSession, RefreshToken, User


def readable(who: Principal) -> Select[ApiKey]:
    """The keys that somebody may see: their own, whatever their role."""
    return select(ApiKey).where(ApiKey.user_id == who.user_id)


def own_key(session: Session, who: Principal, key_id: str) -> ApiKey:
    """One of somebody's own keys.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    key = session.scalar(readable(who).where(ApiKey.id == key_id))
    if key is None:
        raise NotFound
    return key


def user(session: Session, user_id: str, *, lock: bool = False) -> User:
    """A user by id; only administrators and the user themselves get here.

    Raises:
        NotFound: there is none.
    """
    found = session.get(User, user_id, with_for_update=lock or None)
    if found is None:
        raise NotFound
    return found


def users(*, words: str, role: Role | None) -> Select[User]:
    """Users in whose names or addresses the words stand, who have the role."""
    query = select(User)
    if words:
        pattern = f"%{_escaped(words.lower())}%"
        columns = (User.username_key, func.lower(User.name), User.email)
        query = query.where(or_(*(column.like(pattern, escape="\\") for column in columns)))
    return query.where(_has(role)) if role else query


def last_seen(session: Session, user_ids: Sequence[str]) -> dict[str, datetime]:
    """The last use of a browser or a key by user id."""
    seen: dict[str, datetime] = {}
    for owner, column in (
        (CookieSession.user_id, CookieSession.last_seen_at),
        (ApiKey.user_id, ApiKey.last_used_at),
    ):
        latest = func.max(column)
        rows = session.execute(select(owner, latest).where(owner.in_(user_ids)).group_by(owner))
        for user_id, at in rows:
            if at is not None:
                seen[user_id] = max(seen.get(user_id, at), at)
    return seen


def user_named(session: Session, name: str) -> User | None:
    """A user by user name or email address, whatever the case."""
    column = User.email if "@" in name else User.username_key
    return session.scalar(select(User).where(column == name.lower()))


def active_admins(session: Session) -> set[str]:
    """The ids of the administrators who may sign in; locked, so that the last one stays."""
    query = select(User.id).where(User.is_active, _has(Role.ADMIN)).order_by(User.id)
    return set(session.scalars(query.with_for_update()))


def count_users(session: Session) -> int:
    """How many users there are, active or not."""
    return session.scalar(select(func.count()).select_from(User)) or 0


def key_with_owner(session: Session, digest: str) -> tuple[ApiKey, User] | None:
    """A key and its owner by the key's digest."""
    query = select(ApiKey, User).join(User, User.id == ApiKey.user_id)
    row = session.execute(query.where(ApiKey.digest == digest)).first()
    return (row[0], row[1]) if row else None


def session_with_owner(
    session: Session, digest: str, now: datetime
) -> tuple[CookieSession, User] | None:
    """A living cookie session and its owner by the cookie's digest."""
    query = select(CookieSession, User).join(User, User.id == CookieSession.user_id)
    row = session.execute(
        query.where(CookieSession.digest == digest, CookieSession.expires_at > now)
    ).first()
    return (row[0], row[1]) if row else None


def owner_of_family(session: Session, family: str) -> User | None:
    """The user of a chain of refresh tokens that is not revoked."""
    query = select(User).join(RefreshToken, RefreshToken.user_id == User.id)
    alive = query.where(RefreshToken.family == family, RefreshToken.revoked_at.is_(None))
    return session.scalar(alive.limit(1))


def key_by_id(session: Session, key_id: str) -> tuple[ApiKey, User] | None:
    """A key and its owner."""
    query = select(ApiKey, User).join(User, User.id == ApiKey.user_id)
    row = session.execute(query.where(ApiKey.id == key_id)).first()
    return (row[0], row[1]) if row else None


def session_by_id(
    session: Session, session_id: str, now: datetime
) -> tuple[CookieSession, User] | None:
    """A living cookie session and its owner."""
    query = select(CookieSession, User).join(User, User.id == CookieSession.user_id)
    alive = (CookieSession.id == session_id, CookieSession.expires_at > now)
    row = session.execute(query.where(*alive)).first()
    return (row[0], row[1]) if row else None


def _has(role: Role) -> ColumnElement[bool]:
    # The list is JSON on both stores, and no role's name is part of another's in quotes.
    return cast(User.roles, String).like(f'%"{role.value}"%')


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
