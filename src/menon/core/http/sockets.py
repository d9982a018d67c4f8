"""Sockets: one home for what every WebSocket of this server promises.

    accept → authorise, or 1008 → messages in, messages out → close

* The credential is looked at again every few seconds; a revoked one closes the line with 1008.
* A `ping` goes out after 30 s in which nothing came in; after 90 s of silence the line is closed.
* 100 messages a minute; those above it are answered with `error` and `retry_after`, and a client
  that goes on regardless is closed.
* What goes out waits in a bounded queue of the line's own. A reader that is too slow for it loses
  its line (1013) and harms nobody else.

How many lines are open at once is counted by `core.limits`, with other streams.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import MutableMapping
from typing import Any, ClassVar, Protocol, cast

from fastapi import WebSocket, WebSocketDisconnect

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import InvalidInput, MenonError, RateLimited
from menon.core.http.identity import still_signed_in
from menon.core.http.routes import principal, runtime
from menon.core.runtime import Runtime
from menon.core.settings import Section, setting

REFUSED, TOO_SLOW, SILENT = 1008, 1013, 1001
_PERIOD_S = 60.0


class SocketSettings(Section):
    """WebSockets; how many may be open stands in `limits`."""

    name: ClassVar[str] = "sockets"

    check_s: float = setting(4.0, "Seconds between two looks at a line's credential.", gt=0, le=5)
    ping_s: float = setting(30.0, "Seconds without a message before a ping.", gt=0)
    silence_s: float = setting(90.0, "Seconds without a message before the line is closed.", gt=0)
    messages: int = setting(100, "Messages that a client may send in a minute.", ge=1)
    queue: int = setting(256, "Messages that may wait for a slow reader.", ge=64)
    slow_s: float = setting(10.0, "Seconds that one message may take to be taken.", gt=0)


class Talk(Protocol):
    """What a socket is for; one is made for each line."""

    async def begin(self, line: "Line") -> None:
        """Greet, and begin to send; a MenonError refuses the line."""
        ...

    async def take(self, wish: dict[str, Any]) -> None:
        """Do what a message asks for; a MenonError is answered, and the line goes on."""
        ...

    async def leave(self) -> None:
        """The line is gone: stop what sends."""
        ...


class Line:
    """One open socket."""

    def __init__(self, socket: WebSocket) -> None:
        self.runtime: Runtime = runtime(socket)
        self.who: Principal = principal(socket)
        self._socket = socket
        self._pace = self.runtime.settings[SocketSettings]
        self._waiting: asyncio.Queue[str] = asyncio.Queue(self._pace.queue)
        self._over: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._sending = asyncio.create_task(self._send(), name="socket-out")
        self._taken = asyncio.Event()
        self._heard: deque[float] = deque(maxlen=self._pace.messages)
        self._excess = 0

    async def say(self, message: dict[str, Any] | str) -> None:
        """Send when there is room; whoever pulls what it sends waits for the reader.

        Raises:
            WebSocketDisconnect: the line is over.
        """
        text = _text(message)
        while not self._over.done():
            try:
                self._waiting.put_nowait(text)
            except asyncio.QueueFull:
                await self._room()
            else:
                return
        raise WebSocketDisconnect(self._over.result())

    def offer(self, message: dict[str, Any] | str) -> None:
        """Send without waiting: a reader that has too much before it loses its line."""
        try:
            self._waiting.put_nowait(_text(message))
        except asyncio.QueueFull:
            self.end(TOO_SLOW)

    def end(self, code: int = 1000) -> None:
        """Close the line soon, once."""
        if not self._over.done():
            self._over.set_result(code)

    async def listen(self, talk: Talk) -> int:
        """Take messages until the line ends, and answer the code to close it with."""
        loop = asyncio.get_running_loop()
        heard, last, pinged = asyncio.ensure_future(self._socket.receive()), loop.time(), 0.0
        try:
            while True:
                await asyncio.wait(
                    [heard, self._over],
                    timeout=self._pace.check_s,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if self._over.done():
                    return self._over.result()
                if not await still_signed_in(self._socket.scope):
                    return REFUSED
                if heard.done():
                    frame, last = heard.result(), loop.time()
                    if frame["type"] == "websocket.disconnect":
                        return 0
                    await self._answer(talk, frame)
                    heard = asyncio.ensure_future(self._socket.receive())
                elif loop.time() - last >= self._pace.silence_s:
                    return SILENT
                elif loop.time() - max(last, pinged) >= self._pace.ping_s:
                    pinged = loop.time()
                    self.offer({"type": "ping"})
        finally:
            heard.cancel()

    async def close(self, code: int) -> None:
        """Send what waits, unless the reader is too slow, and close."""
        patience = min(1.0, self._pace.slow_s)
        with contextlib.suppress(TimeoutError):
            if code not in {0, TOO_SLOW} and not self._sending.done():
                await asyncio.wait_for(self._waiting.join(), patience)
        self._sending.cancel()
        await asyncio.wait([self._sending])
        if code:
            # A full line cannot be closed in good manners; the server drops it by itself.
            with contextlib.suppress(TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
                await asyncio.wait_for(self._socket.close(code), patience)

    async def _room(self) -> None:
        self._taken.clear()
        taken = asyncio.ensure_future(self._taken.wait())
        await asyncio.wait([taken, self._over], return_when=asyncio.FIRST_COMPLETED)
        taken.cancel()

    async def _answer(self, talk: Talk, frame: MutableMapping[str, Any]) -> None:
        try:
            self._count()
            wish = _parsed(frame.get("text"))
            kind = wish.get("type")
            if kind == "ping":
                await self.say({"type": "pong"})
            elif kind != "pong":
                await talk.take(wish)
        except MenonError as error:
            self.offer(problem(error))

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._heard) == self._heard.maxlen and now - self._heard[0] < _PERIOD_S:
            self._excess += 1
            if self._excess > self._pace.messages:
                self.end(REFUSED)
            wait = round(_PERIOD_S - (now - self._heard[0]), 1)
            raise RateLimited("Too many messages; wait before the next one.", retry_after=wait)
        self._heard.append(now)
        self._excess = 0

    async def _send(self) -> None:
        code = TOO_SLOW
        try:
            while True:
                text = await self._waiting.get()
                async with asyncio.timeout(self._pace.slow_s):
                    await self._socket.send_text(text)
                self._waiting.task_done()
                self._taken.set()
        except TimeoutError:
            pass
        except (WebSocketDisconnect, RuntimeError, OSError):
            code = 0
        finally:
            self.end(code)


async def converse(socket: WebSocket, action: Action, talk: Talk) -> None:
    """Serve one socket until it closes.

    Args:
        socket: not yet accepted.
        action: the right that it needs.
        talk: what it is for.
    """
    # A browser drops the connection where the protocol that it offers is not taken up.
    offered: list[str] = socket.scope.get("subprotocols", [])
    await socket.accept(offered[0] if offered else None)
    line, code = Line(socket), 0
    try:
        authorize(line.who, action)
        await talk.begin(line)
        code = await line.listen(talk)
    except MenonError as error:
        line.offer(problem(error))
        code = REFUSED
    except WebSocketDisconnect as gone:
        code = gone.code
    finally:
        await talk.leave()
        await line.close(code)


def problem(error: MenonError) -> dict[str, Any]:
    """An error as a message."""
    data: dict[str, Any] = {"code": error.code, "detail": error.detail}
    if error.retry_after is not None:
        data["retry_after"] = error.retry_after
    return {"type": "error", "data": data}


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        wish: Any = json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise InvalidInput("Send JSON objects.") from error
    if not isinstance(wish, dict):
        raise InvalidInput("Send JSON objects.")
    return cast("dict[str, Any]", wish)


def _text(message: dict[str, Any] | str) -> str:
    return message if isinstance(message, str) else json.dumps(message, default=str)
