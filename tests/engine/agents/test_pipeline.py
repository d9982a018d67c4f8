"""Pipelines: models asked for text and for a form, what they use together, tools that read."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessage, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from menon.core.runs.events import Complete, Content, Error, Event, StepFinished, Usage
from menon.engine.agents.pipeline import Pipeline, PipelineStep
from menon.engine.agents.run import run
from menon.engine.agents.turn import Limits, ResolvedModel, Turn
from menon.engine.llm.patience import Patience
from menon.engine.llm.provider import ModelCard
from menon.engine.tools.passages import Passage, Passages
from menon.engine.tools.tool import Effect, Tool, ToolContext, tool

FORM = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


class Nothing:
    """Keeps no records."""

    async def add(self, model: str, values: Mapping[str, Any], *, over: bool) -> dict[str, Any]:
        return {"id": "r1", **values}

    async def find(
        self, model: str, where: Mapping[str, Any], *, limit: int
    ) -> list[dict[str, Any]]:
        return []


class Script:
    """A model that says one answer after the other, and remembers what it was asked."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def say(self, messages: list[ModelMessage], _info: AgentInfo) -> AsyncIterator[str]:
        last = messages[-1].parts[-1]
        assert isinstance(last, UserPromptPart)
        self.asked.append(str(last.content))
        answer = self._answers.pop(0)
        for start in range(0, len(answer), 4):
            yield answer[start : start + 4]


def _turn(script: Script, steps: Sequence[PipelineStep], **more: Any) -> Turn:
    names = ("output", "output_schema", "input_schema")
    about: dict[str, Any] = {name: more.pop(name) for name in names if name in more}
    pipeline = Pipeline(input={"message": "hi"}, records=Nothing(), steps=steps, **about)
    return Turn(
        run="r1",
        agent="clerk",
        question="hi",
        model=ResolvedModel(
            card=ModelCard(provider="openai", name="script", tools=True),
            model=FunctionModel(stream_function=script.say),
        ),
        patience=Patience(first_s=5, between_s=5, retry_s=1, attempts=1),
        pipeline=pipeline,
        **more,
    )


def _step(name: str, kind: str = "model", when: str | None = None, **config: Any) -> PipelineStep:
    return PipelineStep(name=name, kind=kind, config=config, when=when)


async def _events(turn: Turn) -> list[Event]:
    return [event async for event in run(turn)]


def _text(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Content))


async def test_the_words_of_the_last_model_are_the_answer_and_those_before_are_not():
    script = Script("a draft", "the end")
    steps = [
        _step("draft", prompt="Say {{ input.message }}."),
        _step("end", prompt="After {{ steps.draft.output }}"),
    ]
    events = await _events(_turn(script, steps))
    assert (script.asked, _text(events)) == (["Say hi.", "After a draft"], "the end")
    finished = [(e.node, e.output) for e in events if isinstance(e, StepFinished)]
    assert finished == [("draft", "a draft"), ("end", "the end")]
    last = events[-1]
    assert isinstance(last, Complete)
    assert last.output["output"] == "the end"
    usage = events[-2]
    assert isinstance(usage, Usage)
    assert usage.requests == 2


async def test_an_answer_in_a_form_is_asked_for_again_with_what_was_wrong():
    script = Script("no", '{"n": "x"}', '```json\n{"n": 3}\n```')
    events = await _events(_turn(script, [_step("count", prompt="How many?", output_schema=FORM)]))
    last = events[-1]
    assert isinstance(last, Complete)
    assert last.output["output"] == {"n": 3}
    assert json.loads(_text(events)) == {"n": 3}
    assert "it is no JSON" in script.asked[1]
    assert "/n: 'x' is not of type 'integer'" in script.asked[2]


async def test_three_answers_that_do_not_fit_are_enough():
    script = Script("no", "no", "no")
    events = await _events(_turn(script, [_step("count", prompt="?", output_schema=FORM)]))
    last = events[-1]
    assert isinstance(last, Error)
    assert (last.code, "in 3 attempts" in last.detail) == ("MODEL_003", True)
    assert _text(events) == ""


async def test_the_limits_hold_for_all_steps_together():
    steps = [_step(f"s{n}", prompt="?") for n in range(3)]
    script = Script("one", "two", "three")
    events = await _events(_turn(script, steps, limits=Limits(steps=2, seconds=20)))
    last = events[-1]
    assert isinstance(last, Error)
    assert last.code == "LIMIT_001"
    assert len(script.asked) == 2


@tool
async def look_up(context: ToolContext, query: str) -> Passages:
    """Find passages."""
    found = Passage(
        chunk_id="c1", document_id="d1", source="s", title="T", span=(0, 3), text=query, score=1.0
    )
    return Passages(passages=(found,), note="Only words.")


@tool(effect=Effect.EGRESS)
async def send(context: ToolContext) -> str:
    """Send something."""
    return "sent"


@tool(timeout_s=0.05)
async def hang(context: ToolContext) -> str:
    """Never answer."""
    await asyncio.sleep(60)
    return ""


@tool
async def burst(context: ToolContext) -> str:
    """Fail."""
    raise RuntimeError("a bug")


async def test_what_a_search_finds_can_be_cited():
    steps = [
        _step("search", "tool", tool="look_up", arguments={"query": "{{ input.message }}"}),
        _step("answer", prompt="{{ json(steps.search.output) }}"),
    ]
    script = Script("It says so [1].")
    events = await _events(_turn(script, steps, tools=(look_up,)))
    assert '"text": "hi"' in script.asked[0]
    assert [e.type for e in events if e.type == "citation"] == ["citation"]


@pytest.mark.parametrize(
    ("used", "said"),
    [
        (send, "needs a person's approval"),
        (hang, "longer than 0.05 s"),
        (burst, "RuntimeError"),
        (look_up, "do not fit"),
    ],
)
async def test_a_tool_that_fails_ends_the_run(used: Tool, said: str):
    steps = [_step("a", "tool", tool=used.name)]
    last = (await _events(_turn(Script(), steps, tools=(used,))))[-1]
    assert isinstance(last, Error)
    assert (last.code, said in last.detail) == ("TOOL_001", True), last


async def test_a_tool_that_is_gone_is_said():
    last = (await _events(_turn(Script(), [_step("a", "tool", tool="gone")])))[-1]
    assert isinstance(last, Error)
    assert (last.code, "'gone'" in last.detail) == ("NOT_FOUND_001", True)


async def test_a_model_sees_only_the_tools_that_its_step_names():
    seen: list[list[str]] = []

    async def say(_messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        seen.append([each.name for each in info.function_tools])
        yield "ok"

    steps = [_step("a", prompt="?", tools=["look_up"]), _step("b", prompt="?")]
    made = _turn(Script(), steps, tools=(look_up, send))
    model = ResolvedModel(card=made.model.card, model=FunctionModel(stream_function=say))
    await _events(replace(made, model=model))
    assert seen == [["look_up"], []]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ({"output": "{{ steps.a.output.x }}"}, "TOOL_001", "cannot be made"),
        ({"output_schema": {"type": "integer"}}, "TOOL_001", "output_schema"),
        ({"input_schema": {"required": ["x"]}}, "VALID_001", "input_schema"),
    ],
)
async def test_what_goes_in_and_comes_out_is_checked(more: dict[str, Any], code: str, said: str):
    steps = [_step("a", "transform", value="text")]
    last = (await _events(_turn(Script(), steps, **more)))[-1]
    assert isinstance(last, Error)
    assert (last.code, said in last.detail) == (code, True), last


async def test_a_step_whose_condition_is_false_gives_nothing():
    steps = [
        _step("a", "transform", "input.message == 'other'", value=1),
        _step("b", "transform", value=["{{ steps.a.output }}", "{{ run.id }}"]),
    ]
    events = await _events(_turn(Script(), steps))
    last = events[-1]
    assert isinstance(last, Complete)
    assert last.output["output"] == [None, "r1"]
    assert [(e.node, e.outcome) for e in events if isinstance(e, StepFinished)] == [
        ("a", "skipped"),
        ("b", "completed"),
    ]


async def test_an_output_that_is_too_large_ends_the_run():
    steps = [_step("a", "transform", value=["{{ input.message }}"] * 1)]
    made = _turn(Script(), steps, output=["x" * 1000] * 1100)
    last = (await _events(made))[-1]
    assert isinstance(last, Error)
    assert "characters" in last.detail
