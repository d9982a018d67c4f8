"""What accounts holds about a user, and how it forgets them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.errors import Conflict
from menon.core.runtime import Runtime
from menon.features.accounts import queries
from menon.features.accounts.models import ApiKey, CookieSession, RefreshToken, User
from menon.features.accounts.schemas import ApiKeyOut, UserOut
from menon.features.accounts.service.cache import Credentials

_MOST = 10_000


async def export(runtime: Runtime, subject: str) -> Mapping[str, Any]:
    """The user, their keys without secrets, their browsers; empty for unknown ids."""
    return await runtime.db.read(_exported, subject)


async def erase(runtime: Runtime, subject: str) -> int:
    """Forget a user with keys, tokens and sessions; says how many rows went.

    Raises:
        Conflict: it is the last administrator.
    """
    gone = await runtime.db.write(_erase, subject)
    runtime[Credentials].forget(subject)
    return gone


def _exported(session: Session, subject: str) -> dict[str, Any]:
    user = session.get(User, subject)
    if user is None:
        return {}
    keys = select(ApiKey).where(ApiKey.user_id == subject).order_by(ApiKey.id)
    browsers = select(CookieSession).where(CookieSession.user_id == subject)
    return {
        "user": UserOut.model_validate(user).model_dump(mode="json"),
        "api_keys": [
            ApiKeyOut.model_validate(key).model_dump(mode="json")
            for key in session.scalars(keys.limit(_MOST))
        ],
        "browsers": [
            {
                "user_agent": browser.user_agent,
                "created_at": browser.created_at.isoformat(),
                "last_seen_at": browser.last_seen_at.isoformat(),
            }
            for browser in session.scalars(browsers.order_by(CookieSession.id).limit(_MOST))
        ],
    }


def _erase(session: Session, subject: str) -> int:
    if queries.active_admins(session) == {subject}:
        raise Conflict("This is the last administrator; make somebody else one first.")
    user = session.get(User, subject, with_for_update=True)
    if user is None:
        return 0
    owned = [
        row
        for table in (ApiKey, RefreshToken, CookieSession)
        for row in session.scalars(select(table).where(table.user_id == subject))
    ]
    for row in owned:
        session.delete(row)
    session.flush()
    session.delete(user)
    return len(owned) + 1
