"""Models that fail and limits that hold, as clients of OpenAI see them."""

from typing import Any

import openai
import pytest
from openai import AsyncOpenAI
from tests.features.openai.conftest import WEATHER, Agent

USER = {"role": "user", "content": "Hi"}


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("fake-e401", 502, "MODEL_003"),
        ("fake-e429-r1", 429, "MODEL_002"),
        ("fake-n0", 502, "MODEL_003"),
        ("fake-j2", 502, "MODEL_003"),
    ],
)
async def test_a_model_that_fails_fails_with_its_status(
    dora: AsyncOpenAI, model: str, status: int, code: str
):
    messages: list[Any] = [USER]
    for ask in (
        dora.chat.completions.create(model=f"openai:{model}", messages=messages),
        dora.responses.create(model=f"openai:{model}", input="Hi"),
    ):
        with pytest.raises(openai.APIStatusError) as caught:
            await ask
        assert (caught.value.status_code, caught.value.code) == (status, code)


async def test_a_stream_that_is_cut_ends_with_an_error(dora: AsyncOpenAI):
    messages: list[Any] = [USER]
    stream = await dora.chat.completions.create(
        model="openai:fake-n20-d5-k10", messages=messages, stream=True
    )
    said: list[str] = []

    async def listen() -> None:
        async for chunk in stream:
            said.extend(choice.delta.content or "" for choice in chunk.choices)

    with pytest.raises(openai.APIError, match="closed the connection") as caught:
        await listen()
    assert caught.value.code == "MODEL_001"
    assert "~0" in "".join(said), "what had come stands"
    events = await dora.responses.create(model="openai:fake-n20-d5-k10", input="Hi", stream=True)
    told = [event async for event in events]
    assert told[-1].type == "response.failed"
    failed = told[-1].response
    assert failed.error is not None
    assert failed.error.code == "MODEL_001"
    assert (failed.status, failed.output[0].type) == ("failed", "message")
    stored = await dora.responses.retrieve(failed.id)
    assert stored == failed


async def test_an_agents_limits_hold(dora: AsyncOpenAI, agent: Agent):
    name = await agent(model="openai:fake-n3-t9", limits={"steps": 2})
    messages: list[Any] = [USER]
    with pytest.raises(openai.ConflictError, match="2 steps") as caught:
        await dora.chat.completions.create(model=name, messages=messages)
    assert caught.value.code == "LIMIT_001"


async def test_an_agents_tool_is_not_taken_for_the_clients(dora: AsyncOpenAI, agent: Agent):
    name = await agent(model="openai:fake-n1")
    tools: list[Any] = [{"type": "function", "function": WEATHER | {"name": "calculator"}}]
    messages: list[Any] = [USER]
    with pytest.raises(openai.BadRequestError, match="rename yours") as caught:
        await dora.chat.completions.create(model=name, messages=messages, tools=tools)
    assert caught.value.param == "tools"
