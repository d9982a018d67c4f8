"""Who leaves ends what they asked for, at the model server too; who asked to be spared does not."""

import asyncio
from time import monotonic
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI

from menon.testing.fake_llm import FakeLLM

SLOW = "openai:fake-n10000-d20"
SILENT = "openai:fake-h0"
QUIET_S = 0.5
"""Within so long the model server is left alone."""
BODIES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "talk"}]},
    "/v1/responses": {"input": "talk"},
}


async def _state(api: httpx2.AsyncClient, run_id: str, wanted: str) -> None:
    async with asyncio.timeout(60):
        while (await api.get(f"/api/v1/runs/{run_id}")).json()["state"] != wanted:
            await asyncio.sleep(0.02)


async def _idle(api: httpx2.AsyncClient, fake: FakeLLM) -> int:
    """How many connections rest at the model server once its models are known."""
    await api.get("/v1/models")
    return fake.open


async def _open(fake: FakeLLM, count: int) -> float:
    """How long it takes until so many connections are open."""
    began = monotonic()
    async with asyncio.timeout(60):
        await fake.until(lambda: fake.open == count)
    return monotonic() - began


@pytest.mark.parametrize("path", BODIES)
async def test_a_stream_ends_with_its_reader(api: httpx2.AsyncClient, fake: FakeLLM, path: str):
    idle = await _idle(api, fake)
    body = {"model": SLOW, "stream": True, **BODIES[path]}
    async with api.stream("POST", path, json=body) as answer:
        run_id = answer.headers["x-run-id"]
        async for line in answer.aiter_lines():
            if "~" in line:
                break
        assert fake.open == idle + 1
    assert await _open(fake, idle) < QUIET_S
    await _state(api, run_id, "cancelled")


@pytest.mark.parametrize("path", BODIES)
async def test_a_whole_answer_ends_with_who_waits_for_it(
    api: httpx2.AsyncClient, fake: FakeLLM, path: str
):
    idle = await _idle(api, fake)
    asking = asyncio.create_task(api.post(path, json={"model": SILENT, **BODIES[path]}))
    await _open(fake, idle + 1)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await _open(fake, idle) < QUIET_S
    (run,) = (await api.get("/api/v1/runs")).json()["items"]
    await _state(api, run["id"], "cancelled")


async def test_what_is_made_in_the_background_goes_on(dora: AsyncOpenAI, fake: FakeLLM):
    stream = await dora.responses.create(
        model="openai:fake-n40-d10", input="talk", background=True, stream=True
    )
    async with stream:
        first = await anext(aiter(stream))
    assert first.type == "response.created"
    assert (first.response.status, first.response.background) == ("in_progress", True)
    stored = await _over(dora, first.response.id)
    assert stored.status == "completed"
    assert stored.output_text.count("~") == 40


async def test_it_can_be_begun_and_looked_after_later(dora: AsyncOpenAI):
    begun = await dora.responses.create(model="openai:fake-n3-f50", input="Hi", background=True)
    assert (begun.status, begun.output) == ("in_progress", [])
    assert (await _over(dora, begun.id)).output_text.count("~") == 3


async def test_a_background_response_can_be_cancelled(
    dora: AsyncOpenAI, api: httpx2.AsyncClient, fake: FakeLLM
):
    idle = await _idle(api, fake)
    begun = await dora.responses.create(model=SLOW, input="talk", background=True)
    await _open(fake, idle + 1)
    ended = await dora.responses.cancel(begun.id)
    assert (ended.status, ended.error) == ("cancelled", None)
    assert await _open(fake, idle) < QUIET_S
    assert await dora.responses.retrieve(begun.id) == ended
    assert await dora.responses.cancel(begun.id) == ended, "once is enough"


@pytest.mark.parametrize("model", ["openai:fake-n40-d5", "openai:fake-n6-d100"])
async def test_a_stream_goes_on_at_any_event(dora: AsyncOpenAI, model: str):
    """While it is being made and afterwards: the numbers stay those of the first stream."""
    stream = await dora.responses.create(model=model, input="talk", background=True, stream=True)
    seen = [await anext(aiter(stream)) for _ in range(5)]
    await stream.close()
    ident = getattr(seen[0], "response").id  # noqa: B009 - the first event has it
    rest = await _events(dora, ident, seen[-1].sequence_number)
    whole = [*seen, *rest]
    assert [event.sequence_number for event in whole] == list(range(len(whole)))
    assert whole[-1].type == "response.completed"
    await _over(dora, ident)
    for after in (-1, 0, 4, len(whole) - 2, len(whole)):
        again = await _events(dora, ident, after)
        assert again == whole[after + 1 :], after


async def _events(client: AsyncOpenAI, ident: str, after: int) -> list[Any]:
    stream = await client.responses.retrieve(ident, stream=True, starting_after=after)
    return [event async for event in stream]


async def _over(client: AsyncOpenAI, ident: str) -> Any:
    async with asyncio.timeout(60):
        while (found := await client.responses.retrieve(ident)).status == "in_progress":
            await asyncio.sleep(0.02)
    return found
