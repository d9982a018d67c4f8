import asyncio

import msgspec
import pytest

from menon.core.errors import ModelError, ModelUnavailable
from menon.engine.llm import rest
from menon.engine.llm.provider import Endpoint, Outbound
from menon.testing.fake_llm import FakeLLM
from menon.testing.loopback import listening, reply


class Version(msgspec.Struct):
    version: str


class Status(msgspec.Struct):
    status: str


async def test_an_answer_is_decoded(outbound: Outbound, fake: FakeLLM) -> None:
    found = await rest.call(outbound, f"{fake.url}/api/version", Version, name="x")
    assert found.version == "0.0.0-fake"


async def test_an_answer_of_another_shape_is_nonsense(outbound: Outbound, fake: FakeLLM) -> None:
    with pytest.raises(ModelError, match="another shape"):
        await rest.call(outbound, f"{fake.url}/health", Version, name="x")


async def test_a_failed_request_tells_why(outbound: Outbound, fake: FakeLLM) -> None:
    with pytest.raises(ModelError, match="no such path"):
        await rest.call(outbound, f"{fake.url}/nowhere", Version, name="x")


async def test_a_server_that_is_silent_is_given_up(outbound: Outbound, fake: FakeLLM) -> None:
    with pytest.raises(ModelUnavailable, match="said nothing for"):
        await rest.call(
            outbound,
            f"{fake.url}/v1/chat/completions",
            Version,
            name="x",
            body={"model": "fake-h0"},
            seconds=0.05,
        )


async def test_a_server_that_is_not_there_is_unavailable(outbound: Outbound) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await rest.call(outbound, "http://127.0.0.1:9/x", Version, name="x")


async def test_lines_come_one_by_one(outbound: Outbound, fake: FakeLLM) -> None:
    lines = rest.lines(outbound, f"{fake.url}/api/pull", Status, name="x", body={"model": "m"})
    assert [line.status async for line in lines][-1] == "success"


async def test_lines_of_another_shape_are_nonsense(outbound: Outbound, fake: FakeLLM) -> None:
    lines = rest.lines(outbound, f"{fake.url}/api/pull", Version, name="x", body={"model": "m"})
    with pytest.raises(ModelError, match="another shape"):
        await anext(lines)


async def test_leaving_a_download_closes_it(outbound: Outbound, fake: FakeLLM) -> None:
    url = f"{fake.url}/api/chat"
    lines = rest.lines(
        outbound, url, msgspec.Raw, name="x", body={"model": "fake-n100000-d5", "messages": []}
    )
    await anext(lines)
    await lines.aclose()
    async with asyncio.timeout(60):
        await fake.until(lambda: fake.open == 0)


@pytest.mark.parametrize("base", ["http://h/v1", "http://h/v1/"])
def test_addresses_are_joined_with_one_slash(base: str) -> None:
    assert rest.joined(Endpoint(base_url=base), "/models") == "http://h/v1/models"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [(b'{"version":"x"', "200 OK", "another shape"), (b"no", "404 Not Found", "not known there")],
)
async def test_lines_that_cannot_be_used_are_told(
    outbound: Outbound, body: bytes, status: str, message: str
) -> None:
    async with listening() as server:
        server.answer = lambda _asked: reply(body, status=status)
        url = f"http://127.0.0.1:{server.port}/"
        lines = rest.lines(outbound, url, Version, name="x", body={})
        with pytest.raises(ModelError, match=message):
            await anext(lines)


async def test_the_last_line_may_lack_its_end(outbound: Outbound) -> None:
    async with listening() as server:
        server.answer = lambda _asked: reply(b'{"version":"1"}\n\n{"version":"2"}')
        url = f"http://127.0.0.1:{server.port}/"
        lines = rest.lines(outbound, url, Version, name="x", body={})
        assert [line.version async for line in lines] == ["1", "2"]


async def test_lines_from_nobody_are_unavailable(outbound: Outbound) -> None:
    lines = rest.lines(outbound, "http://127.0.0.1:9/", Version, name="x", body={})
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        await anext(lines)


async def test_an_endless_answer_is_cut_off(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "_LIMIT", 100)
    async with listening() as server:
        server.answer = lambda _asked: reply(b" " * 200)
        with pytest.raises(ModelError, match="more than 100 bytes"):
            await rest.call(outbound, f"http://127.0.0.1:{server.port}/", Version, name="x")
