"""Lines: what goes out waits in a bounded queue; the product's sockets are tested with `/ws`."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from menon.core.auth import Action, Principal, Role
from menon.core.errors import NotFound, RateLimited
from menon.core.http.sockets import Line, converse, problem
from menon.core.runtime import Runtime

DORA = Principal(user_id="dora", kind="token", roles=frozenset({Role.DEVELOPER}))


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"sockets": {"queue": 64, "slow_s": 0.05, "check_s": 0.05}}


class Peer:
    """The other end of a socket: takes messages while it is let."""

    def __init__(self, runtime: Runtime, who: Principal = DORA) -> None:
        self.taken: list[dict[str, Any]] = []
        self.reads = asyncio.Event()
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        app = FastAPI()
        app.state.runtime = runtime

        async def identify(_: Any) -> Principal:
            return who

        scope: dict[str, Any] = {
            "type": "websocket",
            "app": app,
            "principal": who,
            "menon.identify": identify,
            "headers": [],
            "subprotocols": [],
        }
        self.said.put_nowait({"type": "websocket.connect"})
        self.socket = WebSocket(scope, self.said.get, self._send)

    def say(self, text: str) -> None:
        self.said.put_nowait({"type": "websocket.receive", "text": text})

    def leave(self) -> None:
        self.said.put_nowait({"type": "websocket.disconnect", "code": 1000})

    @property
    def words(self) -> list[dict[str, Any]]:
        return [json.loads(each["text"]) for each in self.taken if each["type"] == "websocket.send"]

    @property
    def code(self) -> int | None:
        return next((m["code"] for m in self.taken if m["type"] == "websocket.close"), None)

    async def _send(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            await self.reads.wait()
        self.taken.append(message)


class Talk:
    """Says what it is told to; keeps what it was asked."""

    def __init__(self, says: int = 0, *, waits: bool = True) -> None:
        self.says, self.waits = says, waits
        self.asked: list[dict[str, Any]] = []
        self.left = False
        self.line: Line

    async def begin(self, line: Line) -> None:
        self.line = line
        for n in range(self.says):
            if self.waits:
                await line.say({"n": n})
            else:
                line.offer({"n": n})

    async def take(self, wish: dict[str, Any]) -> None:
        if wish.get("type") == "lost":
            raise NotFound
        self.asked.append(wish)

    async def leave(self) -> None:
        self.left = True


async def _talk(peer: Peer, talk: Talk) -> None:
    async with asyncio.timeout(30):
        await converse(peer.socket, Action.READ, talk)


async def test_messages_go_in_and_out_until_the_peer_leaves(runtime: Runtime):
    peer, talk = Peer(runtime), Talk(3)
    peer.reads.set()
    for text in ('{"type": "do"}', '{"type": "ping"}', '{"type": "lost"}', "x"):
        peer.say(text)
    task = asyncio.create_task(_talk(peer, talk))
    while len(peer.words) < 6:
        await asyncio.sleep(0)
    peer.leave()
    await task
    kinds = [word.get("type", word.get("n")) for word in peer.words]
    assert kinds == [0, 1, 2, "pong", "error", "error"]
    assert (talk.asked, talk.left, peer.code) == ([{"type": "do"}], True, None)


async def test_who_pulls_waits_for_the_reader(runtime: Runtime):
    peer, talk = Peer(runtime), Talk(500)
    peer.reads.set()
    peer.leave()
    await _talk(peer, talk)
    assert [word["n"] for word in peer.words][:400] == list(range(400))


@pytest.mark.parametrize("waits", [True, False])
async def test_a_reader_that_takes_nothing_loses_its_line(runtime: Runtime, *, waits: bool):
    peer, talk = Peer(runtime), Talk(500, waits=waits)
    await _talk(peer, talk)
    assert (peer.words, peer.code, talk.left) == ([], 1013, True)


async def test_what_is_said_to_a_line_that_is_over_is_not_kept(runtime: Runtime):
    peer, talk = Peer(runtime), Talk()
    peer.reads.set()
    peer.leave()
    await _talk(peer, talk)
    talk.line.end()
    with pytest.raises(WebSocketDisconnect):
        await talk.line.say({"n": 1})


async def test_a_refusal_says_why_and_closes_with_1008(runtime: Runtime):
    peer, talk = Peer(runtime, Principal()), Talk()
    peer.reads.set()
    await _talk(peer, talk)
    assert ([word["data"]["code"] for word in peer.words], peer.code) == (["AUTH_001"], 1008)


def test_an_error_says_when_to_come_back():
    assert problem(NotFound("no"))["data"] == {"code": "NOT_FOUND_001", "detail": "no"}
    assert problem(RateLimited("no", retry_after=2))["data"]["retry_after"] == 2
