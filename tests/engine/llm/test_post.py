import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2
import pytest

from menon.engine.llm import post
from menon.engine.llm.http1 import BadHttp
from menon.engine.llm.post import Answer
from menon.engine.llm.provider import Outbound
from menon.testing.fake_llm import FakeLLM, connect

HEADERS = {"content-type": "application/json"}


def body(model: str) -> bytes:
    return b'{"model":"%b","stream":true,"messages":[]}' % model.encode()


@asynccontextmanager
async def posted(
    outbound: Outbound, url: str, model: str, *, whole: bool = False
) -> AsyncGenerator[Answer]:
    answer = await outbound.post(url, headers=HEADERS, body=body(model))
    try:
        yield answer
    finally:
        await answer.leave(whole=whole)


async def ask(outbound: Outbound, fake: FakeLLM, model: str) -> bytes:
    url = f"{fake.url}/v1/chat/completions"
    read = b""
    async with posted(outbound, url, model, whole=True) as answer:
        while piece := await answer.read():
            read += piece
    return read


async def test_the_answer_is_read_to_its_end(outbound: Outbound, fake: FakeLLM) -> None:
    read = await ask(outbound, fake, "fake-n5")
    assert read.count(b" ~") == 5
    assert read.endswith(b"data: [DONE]\n\n")


async def test_a_read_brings_all_that_has_arrived(outbound: Outbound, fake: FakeLLM) -> None:
    url = f"{fake.url}/v1/chat/completions"
    async with posted(outbound, url, "fake-n50") as answer:
        await fake.until(lambda: fake.stats["tokens"] == 50)
        pieces: list[bytes] = []
        while piece := await answer.read():
            pieces.append(piece)
    assert len(pieces) < 10


async def test_connections_are_kept_for_the_next_request(outbound: Outbound, fake: FakeLLM) -> None:
    for _ in range(3):
        await ask(outbound, fake, "fake-n1")
    assert fake.open == 1


async def test_leaving_early_closes_the_connection(outbound: Outbound, fake: FakeLLM) -> None:
    url = f"{fake.url}/v1/chat/completions"
    async with posted(outbound, url, "fake-n100000-d5") as answer:
        assert await answer.read()
    async with asyncio.timeout(60):
        await fake.until(lambda: fake.open == 0)


async def test_a_status_and_headers_are_told(outbound: Outbound, fake: FakeLLM) -> None:
    url = f"{fake.url}/v1/chat/completions"
    async with posted(outbound, url, "fake-e429-r7") as answer:
        assert (answer.status, answer.headers["retry-after"]) == (429, "7")
        assert b"asked for" in await answer.read()


async def test_an_answer_that_breaks_off_is_noticed(outbound: Outbound, fake: FakeLLM) -> None:
    with pytest.raises(BadHttp):
        await ask(outbound, fake, "fake-n9-d1-k3")


async def test_nobody_there_is_noticed(outbound: Outbound) -> None:
    with pytest.raises((BadHttp, OSError)):
        await outbound.post("http://127.0.0.1:9/x", headers={}, body=b"")


async def test_a_kept_connection_that_died_is_replaced(outbound: Outbound) -> None:
    async with FakeLLM() as first:
        await ask(outbound, first, "fake-n1")
        port = int(first.url.rpartition(":")[2])
    async with FakeLLM(port=port) as second:
        assert b"~0" in await ask(outbound, second, "fake-n1")


async def test_a_kept_connection_is_closed_when_nobody_comes(
    fake: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "_IDLE_S", 0.05)
    async with httpx2.AsyncClient() as client:
        outbound = Outbound(client=client, connect=connect)
        await ask(outbound, fake, "fake-n1")
        assert fake.open == 1
        async with asyncio.timeout(60):
            await fake.until(lambda: fake.open == 0)


async def test_cancelling_before_the_answer_closes_the_connection(
    outbound: Outbound, fake: FakeLLM
) -> None:
    asking = asyncio.ensure_future(ask(outbound, fake, "fake-h0"))
    await fake.until(lambda: fake.stats["requests"] == 1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(60):
        await fake.until(lambda: fake.open == 0)
