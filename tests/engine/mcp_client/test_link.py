"""A session with a real server over a real socket, and with servers that lie or die."""

import asyncio
import json
import sys
import time
from typing import Any

import pytest
from tests.engine.mcp_client.conftest import Out
from tests.fixtures.mcp import COMMAND, LIED, Lie, Served, lying, result

from menon.core.errors import ExternalError, MenonError, TargetRefused
from menon.engine.mcp_client import link as module
from menon.engine.mcp_client.link import Link, Target
from menon.testing.loopback import reply
from menon.testing.receiver import receiving


async def test_a_real_server_lists_and_answers(served: Served, out: Out):
    target = Target(name="desk", url=served.url, headers={"X-Api-Key": "k-1"})
    link = await Link.open(target, out(served.endpoint))
    tools = {tool.name: tool for tool in await link.tools()}
    assert set(tools) == {"add", "say", "fail", "wait"}
    assert tools["add"].hints == {"read_only_hint": True}
    assert len(tools["add"].digest) == 64
    assert "desk 2.0" in link.version
    added, said = await asyncio.gather(
        link.call("add", {"a": 2, "b": 3}, 5), link.call("say", {"text": "ho"}, 5)
    )
    assert (added.ok, added.value) == (True, {"result": 5})
    assert said.value == {"result": "You said ho."}
    failed = await link.call("fail", {"why": "no luck"}, 5)
    assert not failed.ok
    assert "no luck" in failed.value
    assert {headers["x-api-key"] for headers in served.headers} == {"k-1"}
    await link.close()
    assert not link.is_open
    with pytest.raises(ExternalError, match="ended the session"):
        await link.call("add", {"a": 1, "b": 1}, 5)


async def test_a_call_that_takes_too_long_leaves_the_session_alive(served: Served, out: Out):
    link = await Link.open(Target(name="desk", url=served.url), out(served.endpoint))
    began = time.monotonic()
    with pytest.raises(ExternalError, match=r"did not answer within 0\.2 s"):
        await link.call("wait", {"seconds": 60}, 0.2)
    assert time.monotonic() - began < 2
    assert (await link.call("add", {"a": 1, "b": 1}, 5)).value == {"result": 2}
    call = asyncio.create_task(link.call("wait", {"seconds": 60}, 60))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert not link.is_busy
    await link.close()


def sse(*events: dict[str, Any]) -> bytes:
    body = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in events)
    return reply(body, content_type="text/event-stream")


LIES: dict[str, tuple[Lie, str]] = {
    "breaks off": (lambda _m: None, "cannot be reached"),
    "hangs": (lambda _m: b"", "did not answer"),
    "huge": (lambda m: result(m, {"content": [{"type": "text", "text": "x" * 300_000}]}), "bytes"),
    "no result": (lambda m: result(m, {"nonsense": 1}), "no result of MCP"),
    "not json": (lambda _m: reply(b"<html>", content_type="application/json"), "refused"),
    "html": (lambda _m: reply(b"<html>", content_type="text/html"), "refused"),
    "another id": (lambda m: result(m, {"content": []}, id=99), "did not answer"),
    "an id of a text": (lambda m: result(m, {"content": []}, id="1"), "did not answer"),
    "status 500": (lambda _m: reply(b"boom", status="500 No"), "refused"),
    "status 202": (lambda _m: reply(status="202 Accepted"), "refused"),
    "redirects inwards": (
        lambda _m: reply(status="307 Moved", location="http://169.254.169.254/"),
        "refused",
    ),
    "an error": (
        lambda m: result(m, None, error={"code": -1, "message": "no\x00 " + "x" * 9000}),
        "",
    ),
    "wants input": (lambda m: result(m, {"resultType": "input_required"}), "no result of MCP"),
    "a stream without an end": (
        lambda _m: sse({"jsonrpc": "2.0", "method": "notifications/message", "params": {}}),
        "refused",
    ),
    "deep": (
        lambda _m: reply(b'{"jsonrpc":' + b"[" * 40_000, content_type="application/json"),
        "refused",
    ),
}


@pytest.mark.parametrize("lie", LIES)
async def test_whatever_a_server_does_a_call_ends_typed_and_in_time(lie: str, out: Out):
    answer, says = LIES[lie]
    async with lying(answer) as liar:
        target = Target(name="liar", url=liar.url, seconds=0.4, max_bytes=100_000)
        link = await Link.open(target, out(liar.endpoint))
        began = time.monotonic()
        with pytest.raises(MenonError) as failed:
            await link.call("lie", {}, 0.5)
        assert time.monotonic() - began < 3
        assert says in failed.value.detail
        assert len(failed.value.detail) < 500
        assert "\x00" not in failed.value.detail
        await link.close()


async def test_an_answer_is_read_whatever_pieces_it_has(out: Out):
    content = [
        {"type": "text", "text": "a\x00b"},
        {"type": "image", "data": "AAAA", "mimeType": "image/png"},
        {"type": "resource", "resource": {"uri": "file:///x", "text": "inside"}},
        {"type": "resource", "resource": {"uri": "file:///y", "blob": "AAAA"}},
        {"type": "resource_link", "uri": "https://e.example/", "name": "E"},
    ]
    async with lying(lambda m: result(m, {"content": content})) as liar:
        link = await Link.open(Target(name="liar", url=liar.url), out(liar.endpoint))
        found = (await link.call("lie", {}, 5)).value
        assert found.split("\n\n") == [
            "ab",
            "[image, image/png, 3 bytes]",
            "inside",
            "[a file at file:///y]",
            "[E at https://e.example/]",
        ]
        await link.close()


async def test_a_long_answer_is_cut(out: Out):
    content = [{"type": "text", "text": "x" * 1_100_000}]
    async with lying(lambda m: result(m, {"content": content})) as liar:
        link = await Link.open(Target(name="liar", url=liar.url), out(liar.endpoint))
        assert (await link.call("lie", {}, 5)).value.endswith("[cut: 1100000 characters in all]")
        await link.close()


@pytest.mark.parametrize(
    ("tools", "says"),
    [
        ([LIED, LIED], "same name"),
        ([LIED | {"name": f"t{n}"} for n in range(400)], "more than 300"),
        ([{"name": 3}], "no result of MCP"),
    ],
)
async def test_a_list_that_cannot_be_is_refused(tools: list[dict[str, Any]], says: str, out: Out):
    async with lying(lambda _m: None, tools) as liar:
        link = await Link.open(Target(name="liar", url=liar.url), out(liar.endpoint))
        with pytest.raises(ExternalError, match=says):
            await link.tools()
        await link.close()


async def test_a_server_that_never_answers_is_given_up(out: Out, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "OPENING_S", 0.3)
    async with receiving() as mute:
        mute.answer = lambda _message: b""
        began = time.monotonic()
        with pytest.raises(ExternalError, match="did not answer"):
            await Link.open(Target(name="mute", url=mute.url, seconds=30), out(mute.endpoint))
        assert time.monotonic() - began < 5


async def test_addresses_that_are_not_public_are_not_called(served: Served, out: Out):
    with pytest.raises(TargetRefused):
        await Link.open(Target(name="desk", url=served.url), out())
    assert served.headers == []


async def test_nobody_opens_a_standing_stream(out: Out):
    async with lying(lambda m: result(m, {"content": []})) as liar:
        link = await Link.open(Target(name="liar", url=liar.url), out(liar.endpoint))
        await link.tools()
        assert {message.method for message in liar.messages} == {"POST"}
        await link.close()


async def test_a_command_of_the_operator_is_spoken_to_and_may_die(out: Out):
    target = Target(
        name="small", command=sys.executable, args=("-Sc", COMMAND), env={"DESK_KEY": "k"}
    )
    link = await Link.open(target, out())
    assert (await link.call("key", {}, 20)).value == "k"
    with pytest.raises(ExternalError):
        await link.call("die", {}, 20)
    assert not link.is_open
    await link.close()
    with pytest.raises(ExternalError):
        await Link.open(Target(name="none", command="/nowhere/at/all"), out())
