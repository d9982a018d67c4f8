"""The sessions of a process: one a server, opened when it is needed, closed when it is idle."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from menon.core.errors import ExternalError, MenonError
from menon.engine.llm.provider import Outbound
from menon.engine.mcp_client.link import Link, Opened, Target

PAUSE_S: Final = 5.0
"""After a failure; doubled with each that follows, up to a minute."""
_LONGEST_PAUSE_S: Final = 60.0


@dataclass
class _Known:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    link: Link | None = None
    used: float = 0.0
    failures: int = 0
    until: float = 0.0
    why: str = ""


class Links:
    """Sessions by the server's id."""

    def __init__(self, out: Outbound, *, idle_s: float) -> None:
        self._out = out
        self._idle_s = idle_s
        self._known: dict[str, _Known] = {}

    @property
    def open(self) -> list[str]:
        """The servers with which there is a session."""
        return [key for key, known in self._known.items() if known.link and known.link.is_open]

    async def get(self, key: str, target: Target, *, opened: Opened, anew: bool = False) -> Link:
        """A session with the server, with which `opened` was content.

        Args:
            key: the server's id.
            target: how it is reached; another one than before ends the session.
            opened: is told of a new session, and of tools that changed; what it raises ends it.
            anew: try it though it failed a moment ago, and look at its tools again.

        Raises:
            MenonError: it cannot be reached, or failed a moment ago.
        """
        known = self._known.setdefault(key, _Known())
        async with known.lock:
            link = await self._kept(known, target)
            if link is None:
                if not anew and monotonic() < known.until:
                    raise ExternalError(known.why)
                link = await self._opened(known, target, opened)
            elif anew or link.stale:
                await self._told(known, link, opened)
            known.used = monotonic()
            return link

    async def drop(self, key: str) -> None:
        """End the session with a server that is gone."""
        known = self._known.pop(key, None)
        if known is not None and known.link is not None:
            await known.link.close()

    async def sweep(self) -> None:
        """End the sessions that nobody needs."""
        for known in list(self._known.values()):
            async with known.lock:
                link = known.link
                if link is None or link.is_busy or known.used + self._idle_s > monotonic():
                    continue
                known.link = None
            await link.close()

    async def close(self) -> None:
        """End all sessions, at the same time."""
        keys = list(self._known)
        await asyncio.gather(*(self.drop(key) for key in keys))

    async def _kept(self, known: _Known, target: Target) -> Link | None:
        link = known.link
        if link is None or (link.is_open and link.target == target):
            return link
        known.link = None
        if link.target != target:
            known.until = 0.0
        await link.close()
        return None

    async def _opened(self, known: _Known, target: Target, opened: Opened) -> Link:
        try:
            link = await Link.open(target, self._out)
        except MenonError as error:
            self._failed(known, error)
            raise
        known.link = link
        await self._told(known, link, opened)
        known.failures, known.until = 0, 0.0
        return link

    async def _told(self, known: _Known, link: Link, opened: Opened) -> None:
        try:
            await opened(link)
        except BaseException as error:
            known.link = None
            if isinstance(error, MenonError):
                self._failed(known, error)
            with contextlib.suppress(MenonError):
                await link.close()
            raise

    def _failed(self, known: _Known, error: MenonError) -> None:
        pause = min(PAUSE_S * 2**known.failures, _LONGEST_PAUSE_S)
        known.failures += 1
        known.until = monotonic() + pause
        known.why = error.detail
