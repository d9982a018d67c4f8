import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from pydantic_ai.messages import ToolCallPart, ToolReturnPart
from tests.fixtures.llm import Ask

from menon.core.runs.events import ToolResult
from menon.engine.agents.granted import Granted, Ready
from menon.engine.tools.citations import Sources
from menon.engine.tools.passages import Passage, Passages, ShownPassages
from menon.engine.tools.tool import ToolContext, tool


class Thing(msgspec.Struct):
    name: str


Returning = Callable[[Any], Granted]


@pytest.fixture
def returning(turn: Ask) -> Returning:
    """The tools of a run: one, which gives this."""

    def returning(value: Any) -> Granted:
        @tool
        async def give(context: ToolContext) -> Any:
            """Give."""
            return value

        return Granted(
            turn("openai:fake", tools=(give,)), context=ToolContext(run="r"), sources=Sources()
        )

    return returning


def calls(granted: Granted, count: int = 1) -> list[Ready]:
    """As many calls of the tool, ready to be made."""
    made = [ToolCallPart(tool_name="give", args={}, tool_call_id=str(n)) for n in range(count)]
    ready, wanted = granted.sorted_out(made)
    assert not wanted
    return ready


async def answer(granted: Granted) -> tuple[ToolReturnPart, ToolResult]:
    (told,) = [told async for told in granted.answers(calls(granted))]
    return told


def passage(number: int, size: int) -> Passage:
    return Passage(
        chunk_id=f"c{number}",
        document_id="d",
        source="s.md",
        title="T",
        span=(0, size),
        text="ä" * size,
        score=0.5,
    )


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("text", "text"),
        (None, "null"),
        (7, "7"),
        ({"a": [1]}, '{"a":[1]}'),
        (Thing(name="x"), '{"name":"x"}'),
        (ValueError("odd"), "odd"),
        ("a\x00b\ud800", "ab\ufffd"),
    ],
)
async def test_results_become_text(returning: Returning, value: Any, content: str) -> None:
    part, result = await answer(returning(value))
    assert part.content == content
    assert (result.ok, result.summary) == (True, content)


async def test_passages_are_cut_until_all_of_them_fit(returning: Returning) -> None:
    found = Passages(passages=tuple(passage(number, 20_000) for number in range(6)))
    part, result = await answer(returning(found))
    assert len(str(part.content)) < 48_000
    seen = msgspec.json.decode(str(part.content), type=ShownPassages)
    assert [each.index for each in seen.passages] == [1, 2, 3, 4, 5, 6]
    assert result.summary == "6 passages: T"


@pytest.mark.parametrize(("count", "summary"), [(0, "nothing found"), (1, "1 passage: T")])
async def test_a_search_is_summed_up_for_people(
    returning: Returning, count: int, summary: str
) -> None:
    found = Passages(passages=tuple(passage(number, 5) for number in range(count)))
    assert (await answer(returning(found)))[1].summary == summary


async def test_a_reader_that_leaves_ends_the_other_calls(returning: Returning) -> None:
    granted = returning("x")
    answers = granted.answers(calls(granted, 3))
    await anext(answers)
    await answers.aclose()


@pytest.mark.parametrize(
    ("quits", "summary"),
    [
        (asyncio.CancelledError, "'give' failed: it was cancelled within."),
        (SystemExit, "'give' failed: SystemExit."),
    ],
)
async def test_a_tool_that_quits_ends_neither_the_run_nor_the_server(
    turn: Ask, quits: type[BaseException], summary: str
) -> None:
    @tool(name="give")
    async def quitting(context: ToolContext) -> str:
        """Quit."""
        raise quits

    made = turn("openai:fake", tools=(quitting,))
    granted = Granted(made, context=ToolContext(run="r"), sources=Sources())
    assert (await answer(granted))[1].summary == summary


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ('{"word": NaN}', "The arguments of 'echo' are no JSON object."),
        ('["x"]', "The arguments of 'echo' are no JSON object."),
        ('{"word": "a\\u0000b"}', "ab"),
        ({"word": "a\ud800"}, "a\ufffd"),
        ('{"other": 1}', "The arguments of 'echo' do not fit"),
    ],
)
async def test_arguments_are_what_every_store_takes(turn: Ask, args: Any, told: str) -> None:
    @tool
    async def echo(context: ToolContext, word: str) -> str:
        """Say it again."""
        return word

    made = turn("openai:fake", tools=(echo,))
    granted = Granted(made, context=ToolContext(run="r"), sources=Sources())
    call = ToolCallPart(tool_name="echo", args=args, tool_call_id="1")
    msgspec.json.encode(granted.announced(call))
    ready, _ = granted.sorted_out([call])
    [(part, _)] = [each async for each in granted.answers(ready)]
    assert str(part.content).startswith(told)
