import asyncio
from collections.abc import AsyncGenerator

import pytest
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartEndEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters

from menon.core.errors import ModelUnavailable
from menon.engine.llm.merging import joined, paced
from menon.engine.llm.provider import Endpoint, Outbound
from menon.engine.llm.providers import anthropic
from menon.testing.fake_llm import FakeLLM

ASKED: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart(content="hi")])]


def text(content: str, index: int = 0) -> PartDeltaEvent:
    return PartDeltaEvent(index=index, delta=TextPartDelta(content_delta=content))


def thought(content: str) -> PartDeltaEvent:
    return PartDeltaEvent(index=0, delta=ThinkingPartDelta(content_delta=content))


START = PartStartEvent(index=0, part=TextPart(content="a"))
END = PartEndEvent(index=0, part=TextPart(content="abc"))


@pytest.mark.parametrize(
    ("events", "merged"),
    [
        ([], []),
        ([START, text("b"), text("c"), END], [START, text("bc"), END]),
        ([text("a"), text("b", 1), text("c", 1)], [text("a"), text("bc", 1)]),
        ([text("a"), thought("h"), thought("m"), text("b")], None),
        ([START, END], None),
    ],
)
def test_neighbouring_pieces_of_one_text_are_joined(
    events: list[ModelResponseStreamEvent], merged: list[ModelResponseStreamEvent] | None
) -> None:
    assert list(joined(events)) == (events if merged is None else merged)


async def test_the_first_piece_does_not_wait_for_the_next() -> None:
    second = asyncio.Event()

    async def source() -> AsyncGenerator[ModelResponseStreamEvent]:
        yield START
        await second.wait()
        yield text("b")
        yield text("c")

    events = paced(source())
    assert await anext(events) == START
    second.set()
    assert [event async for event in events] == [text("bc")]


async def ask(fake: FakeLLM, outbound: Outbound, model: str) -> list[ModelResponseStreamEvent]:
    built = anthropic.build(model, Endpoint(base_url=fake.url, api_key="k"), outbound)
    async with built.request_stream(ASKED, None, ModelRequestParameters()) as stream:
        return [event async for event in stream]


async def test_claudes_text_comes_in_few_pieces(fake: FakeLLM, outbound: Outbound) -> None:
    events = await ask(fake, outbound, "fake-n100-d3")
    assert 4 <= len(events) <= 20


async def test_an_unfinished_answer_is_noticed(fake: FakeLLM, outbound: Outbound) -> None:
    with pytest.raises(ModelUnavailable, match="middle of its answer"):
        await ask(fake, outbound, "fake-n9-c3")
