"""Credentials that were resolved a moment ago, so that a request costs no unit of work for them.

A credential is trusted for at most 5 s: what another process revokes ends here by then, what this
process revokes ends at once. Uses of keys and sessions are noted here and written once a minute.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import DatabaseError
from menon.core.runtime import Runtime
from menon.features.accounts.models import ApiKey, CookieSession, LoginCount, RefreshToken
from menon.features.accounts.settings import AccountsSettings

TRUSTED = timedelta(seconds=5)
_FLUSH_SECONDS = 60

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a credential stands for."""

    who: Principal
    csrf_token: str = ""
    """The token that writes by this cookie session must carry."""
    expires_at: datetime | None = None


Uses = dict[tuple[str, str], datetime]
"""The last use of each (kind, credential id)."""


class Credentials:
    """The resolved credentials of one process, by the digest of what was sent."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._kept: dict[str, tuple[datetime, Resolved]] = {}
        self._loading: dict[str, asyncio.Future[Resolved]] = {}
        self._uses: Uses = {}
        self._epoch = 0

    def find(self, digest: str, now: datetime) -> Resolved | None:
        """What is known of a credential, if that is fresh enough; notes the use."""
        found = self._kept.get(digest)
        if found is None:
            return None
        since, resolved = found
        # An age below zero means that the clock was set back: look again.
        if not timedelta(0) <= now - since < TRUSTED or (
            resolved.expires_at is not None and now >= resolved.expires_at
        ):
            del self._kept[digest]
            return None
        who = resolved.who
        if who.kind != "token":
            self._uses[who.kind, who.credential_id] = now
        return resolved

    async def load(
        self, digest: str, load: Callable[[], Awaitable[Resolved]], *, now: datetime
    ) -> Resolved:
        """Look a credential up once for all who wait for it, and keep what comes out."""
        waiting = self._loading.get(digest)
        if waiting is None:
            waiting = self._loading[digest] = asyncio.ensure_future(self._load(digest, load, now))
            # When all who wait have left, a failure must not warn as unseen.
            waiting.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(waiting)

    def forget(self, user_id: str) -> None:
        """Drop all credentials of a user; called after the commit of any change to them."""
        self._epoch += 1
        self._loading.clear()
        for digest in [d for d, (_, r) in self._kept.items() if r.who.user_id == user_id]:
            del self._kept[digest]

    def taken_uses(self) -> Uses:
        """The uses since the last call."""
        uses, self._uses = self._uses, {}
        return uses

    async def _load(
        self, digest: str, load: Callable[[], Awaitable[Resolved]], now: datetime
    ) -> Resolved:
        epoch = self._epoch
        try:
            resolved = await load()
        finally:
            if epoch == self._epoch:
                self._loading.pop(digest, None)
        # What was read before a revocation must not be kept after it.
        if epoch == self._epoch:
            if len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[digest] = (now, resolved)
            self.find(digest, now)
        return resolved


@contextlib.asynccontextmanager
async def open_credentials(runtime: Runtime) -> AsyncGenerator[Credentials]:
    """The resolved credentials of this process, and the task that writes their uses."""
    credentials = Credentials()
    task = asyncio.create_task(_keep_writing(runtime, credentials))
    try:
        yield credentials
    finally:
        task.cancel()
        await asyncio.wait([task])
        await write_uses(runtime, credentials)


async def write_uses(runtime: Runtime, credentials: Credentials) -> None:
    """Store when keys and sessions were used last, in one batch; a minute may be lost."""
    uses = credentials.taken_uses()
    if not uses:
        return
    try:
        await runtime.db.write_bulk(_store_uses, uses)
    except DatabaseError:
        _log.warning("the last uses of %d credentials are lost", len(uses))


async def tidy(runtime: Runtime) -> None:
    """Remove what has expired: tokens, cookie sessions, counts of attempts."""
    now = runtime.clock.now()
    minutes = runtime.settings[AccountsSettings].login_window_minutes
    try:
        await runtime.db.write_bulk(_delete_expired, now, now - timedelta(minutes=minutes))
    except DatabaseError:
        _log.warning("the database does not answer; what has expired stays for now")


async def _keep_writing(runtime: Runtime, credentials: Credentials) -> None:
    while True:
        await asyncio.sleep(_FLUSH_SECONDS)
        await write_uses(runtime, credentials)
        await tidy(runtime)


def _delete_expired(session: Session, now: datetime, counted_since: datetime) -> None:
    session.execute(delete(RefreshToken).where(RefreshToken.expires_at < now))
    session.execute(delete(CookieSession).where(CookieSession.expires_at < now))
    session.execute(delete(LoginCount).where(LoginCount.since < counted_since))


def _store_uses(session: Session, uses: Uses) -> None:
    # In the order of ids, so that two processes cannot wait for each other.
    for (kind, credential_id), at in sorted(uses.items()):
        if kind == "key":
            found = update(ApiKey).where(ApiKey.id == credential_id)
            session.execute(found.values(last_used_at=at))
        else:
            seen = update(CookieSession).where(CookieSession.id == credential_id)
            session.execute(seen.values(last_seen_at=at))
