"""Cookie sessions: a browser that is signed in, with the token that its forms must carry."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from menon.core.runtime import Runtime
from menon.features.accounts.models import CookieSession
from menon.features.accounts.rules import digest
from menon.features.accounts.settings import AccountsSettings
from menon.kit.ids import new_id, new_token
from menon.kit.text import shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A fresh cookie session; `cookie` goes to the browser and is stored as its digest alone."""

    id: str
    cookie: str
    csrf_token: str
    user_agent: str
    expires_at: datetime
    seconds: int
    """How long the browser keeps the cookie."""


def new_browser(runtime: Runtime, user_agent: str) -> Browser:
    """A cookie session to store; it always has a fresh secret, so none can be fixed before."""
    days = runtime.settings[AccountsSettings].session_days
    return Browser(
        id=new_id(),
        cookie=new_token(),
        csrf_token=new_token(),
        user_agent=shorten(user_agent, 200),
        expires_at=runtime.clock.now() + timedelta(days=days),
        seconds=days * 86_400,
    )


def add_browser(session: Session, browser: Browser, *, user_id: str, now: datetime) -> None:
    """Store a cookie session."""
    session.add(
        CookieSession(
            id=browser.id,
            digest=digest(browser.cookie),
            user_id=user_id,
            csrf_token=browser.csrf_token,
            user_agent=browser.user_agent,
            created_at=now,
            expires_at=browser.expires_at,
            last_seen_at=now,
        )
    )


def end_session(session: Session, session_id: str) -> None:
    """Forget one browser."""
    session.execute(delete(CookieSession).where(CookieSession.id == session_id))


def end_sessions(session: Session, user_id: str, *, but: str = "") -> None:
    """Forget all browsers of a user but one."""
    others = delete(CookieSession).where(CookieSession.user_id == user_id)
    session.execute(others.where(CookieSession.id != but))
