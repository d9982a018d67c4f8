"""Chat over a WebSocket: questions in, run events out; the turn goes on when the line drops.

In:  `{"type": "message", "message": ...}` (any `ChatIn` field), `{"type": "cancel"}`,
     `{"type": "follow", "run": ..., "after": "epoch.seq"}`, `{"type": "ping"}`
Out: the run events' envelopes, `{"type": "connected"}`, `{"type": "pong"}`,
     `{"type": "error", "data": {"code", "detail"}}`
"""

import asyncio
import contextlib
from typing import Any

from fastapi import WebSocket
from pydantic import ValidationError

from menon.core.auth import Action
from menon.core.errors import InvalidInput
from menon.core.http.sockets import Line, converse
from menon.core.runs.log import RunLog
from menon.core.runs.wires import encoded
from menon.features.chat import service, turns
from menon.features.chat.schemas import ChatIn
from menon.features.runs.service import follow


async def talk(socket: WebSocket, session_id: str) -> None:
    """Serve one socket until it closes."""
    await converse(socket, Action.CHAT, _Chat(session_id))


class _Chat:
    """A conversation on one line, and the run that it follows."""

    def __init__(self, session_id: str) -> None:
        self._line: Line
        self._session_id = session_id
        self._following: asyncio.Task[None] | None = None
        self._run_id = ""

    async def begin(self, line: Line) -> None:
        self._line = line
        await service.get(line.runtime, line.who, self._session_id)
        await line.say({"type": "connected", "session_id": self._session_id})

    async def take(self, wish: dict[str, Any]) -> None:
        kind = str(wish.pop("type", "message"))
        if kind == "message":
            await self._ask(wish)
        elif kind == "cancel":
            await self._cancel()
        elif kind == "follow":
            await self._follow(str(wish.get("run", "")), str(wish.get("after", "")))
        else:
            raise InvalidInput(f"There is no message {kind!r}; see the API docs of this socket.")

    async def leave(self) -> None:
        """Stop following; the run goes on."""
        if self._following is not None:
            self._following.cancel()
            # What its end was does not matter: a line that dropped fails in its own way.
            await asyncio.gather(self._following, return_exceptions=True)

    async def _ask(self, wish: dict[str, Any]) -> None:
        try:
            body = ChatIn.model_validate({**wish, "session_id": self._session_id})
        except ValidationError as error:
            what = "; ".join(e["msg"] for e in error.errors())
            raise InvalidInput(f"The message is malformed: {what}") from error
        begun = await turns.ask(self._line.runtime, self._line.who, body)
        await self._follow(begun.run_id, "")

    async def _cancel(self) -> None:
        if self._run_id:
            await self._line.runtime[RunLog].cancel(self._run_id, self._line.who.name)

    async def _follow(self, run_id: str, after: str) -> None:
        line = self._line
        events = await follow(line.runtime, line.who, run_id, after)
        await self.leave()
        self._run_id = run_id

        async def forward() -> None:
            async with contextlib.aclosing(events):
                async for batch in events:
                    for event in batch:
                        await line.say(encoded(event).decode())

        self._following = asyncio.create_task(forward(), name=f"socket-{run_id}")
