"""A run that waits for people: what it stores, and how it goes on from that."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.fixtures.llm import Ask

from menon.core.runs.events import Complete, Content, Event, ToolCall, ToolResult, Usage
from menon.engine.agents.paused import Paused, Resumed, Said
from menon.engine.agents.run import run
from menon.engine.agents.turn import Limits, Turn
from menon.engine.tools.passages import Passage, Passages
from menon.engine.tools.policy import Decision, Grant, Outcome, Policy, Rule, Verdict
from menon.engine.tools.tool import Effect, Taint, Tool, ToolContext, tool
from menon.testing.fake_llm import FakeLLM

MODEL = "openai:fake-n2-t1"


@tool
async def lookup(context: ToolContext, word: str) -> Passages:
    """Look a word up."""
    passage = Passage(
        chunk_id="c1", document_id="d", source="s", title="T", span=(0, 4), text="text", score=1.0
    )
    return Passages(passages=(passage,))


class Effects:
    """Tools with effects that record what they did."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, str]] = []
        self.tools = (self._made("send", Effect.EGRESS), self._made("store", Effect.WRITE))

    def _made(self, name: str, effect: Effect) -> Tool:
        async def act(context: ToolContext, word: str) -> str:
            """Act."""
            self.done.append((name, word, context.call))
            return "done"

        return tool(name=name, effect=effect, taint=Taint.NEVER)(act)


@pytest.fixture
def effects() -> Effects:
    return Effects()


async def ran(turn: Turn) -> tuple[list[Event], Paused | None]:
    paused: list[Paused] = []
    events = [event async for event in run(replace(turn, wait=paused.append))]
    return events, paused[0] if paused else None


async def waits(turn: Turn) -> Paused:
    """The pause of a run that must wait, as it comes back from where it is stored."""
    events, paused = await ran(turn)
    assert paused is not None
    assert events[-1] == paused.usage, "it has no end"
    return msgspec.json.decode(msgspec.json.encode(paused), type=Paused)


def after(turn: Turn, paused: Paused, said: bool, note: str = "") -> Turn:
    words = {each.call_id: Said(approved=said, note=note) for each in paused.wanted}
    return replace(turn, resumed=Resumed(paused=paused, said=words))


def results(events: list[Event]) -> list[tuple[bool, str]]:
    return [(event.ok, event.summary) for event in events if isinstance(event, ToolResult)]


async def test_what_may_run_runs_and_the_rest_waits(
    turn: Ask, effects: Effects, fake: FakeLLM
) -> None:
    asked = turn("openai:fake-n2-t1-p3", tools=(lookup, *effects.tools))
    events, paused = await ran(asked)
    assert [event.name for event in events if isinstance(event, ToolCall)] == [
        *("lookup", "send", "store")
    ]
    assert results(events) == [(True, "1 passage: T")]
    assert effects.done == []
    assert paused is not None
    assert [(each.name, each.effect, each.args) for each in paused.wanted] == [
        ("send", "egress", {"word": "x"}),
        ("store", "write", {"word": "x"}),
    ]
    assert not any(each.tainted for each in paused.wanted), "the calls were made before the text"
    assert paused.tainted
    assert (paused.usage, paused.model) == (
        Usage(requests=1, input_tokens=10, output_tokens=8),
        asked.model.name,
    )

    events, again = await ran(after(asked, paused, said=True))
    assert again is None
    assert [each[0] for each in effects.done] == ["send", "store"]
    assert {each[2] for each in effects.done} == {each.call_id for each in paused.wanted}
    assert [event.type for event in events if event.type != "content"] == [
        *("tool_result", "tool_result", "usage", "complete")
    ]
    sent = msgspec.json.decode(fake.requests[-1].body)["messages"]
    calls = [call["id"] for call in sent[-4]["tool_calls"]]
    assert sorted(each["tool_call_id"] for each in sent[-3:]) == sorted(calls)


async def test_a_refusal_is_told_to_the_model_and_the_run_goes_on(
    turn: Ask, effects: Effects, fake: FakeLLM
) -> None:
    asked = turn(MODEL, tools=effects.tools[:1])
    paused = await waits(asked)
    events, _ = await ran(after(asked, paused, said=False, note="Ann says no: too late."))
    assert results(events) == [(False, "Ann says no: too late.")]
    assert effects.done == []
    assert "Ann says no: too late." in fake.requests[-1].body.decode()
    assert isinstance(events[-1], Complete)


async def test_what_nobody_said_anything_about_does_not_run(turn: Ask, effects: Effects) -> None:
    asked = turn(MODEL, tools=effects.tools[:1])
    paused = await waits(asked)
    other = {"another": Said(approved=True)}
    events, _ = await ran(replace(asked, resumed=Resumed(paused=paused, said=other)))
    assert results(events) == [(False, "Nobody has allowed this call of 'send'.")]
    assert effects.done == []


async def test_text_usage_and_sources_go_on_where_they_were(turn: Ask, effects: Effects) -> None:
    asked = turn("openai:fake-n2-t3", tools=(lookup, *effects.tools[:1]))
    first = await waits(asked)
    assert (first.usage.requests, len(first.passages)) == (2, 1)
    assert first.wanted[0].tainted
    events, again = await ran(after(asked, first, said=True))
    assert again is None
    assert results(events) == [(True, "done"), (True, "1 passage: T")]
    assert events[-2] == Usage(requests=4, input_tokens=40, output_tokens=26)
    said = "".join(event.text for event in events if isinstance(event, Content))
    assert isinstance(events[-1], Complete)
    assert events[-1].output["text"] == said


async def test_a_run_may_wait_more_than_once(turn: Ask, effects: Effects) -> None:
    asked = turn("openai:fake-n2-t2", tools=effects.tools)
    first = await waits(asked)
    second = await waits(after(asked, first, said=True))
    assert [first.wanted[0].name, second.wanted[0].name] == ["send", "store"]
    assert [each[0] for each in effects.done] == ["send"]
    events, _ = await ran(after(asked, second, said=True))
    assert [each[0] for each in effects.done] == ["send", "store"]
    assert events[-1].type == "complete"


async def test_the_limits_hold_over_the_pause(turn: Ask, effects: Effects) -> None:
    asked = turn("openai:fake-n2-t9", tools=effects.tools, limits=Limits(steps=2, seconds=20))
    paused = await waits(asked)
    paused = await waits(after(asked, paused, said=True))
    events, _ = await ran(after(asked, paused, said=True))
    assert "used up its 2 steps" in getattr(events[-1], "detail", "")
    late = msgspec.structs.replace(paused, seconds=20.0)
    events, _ = await ran(after(asked, late, said=False))
    assert "longer than 20 s" in getattr(events[-1], "detail", "")


@pytest.mark.parametrize(
    ("change", "summary"),
    [
        ({"tools": ()}, "There is no tool 'send'; there are: none."),
        (
            {"policy": Policy(operator=(Rule(verdict=Verdict.DENY, reason="Not any more."),))},
            "'send' may not be used like this: Not any more.",
        ),
    ],
)
async def test_what_is_forbidden_meanwhile_does_not_run_though_it_was_approved(
    turn: Ask, effects: Effects, change: dict[str, Any], summary: str
) -> None:
    asked = turn(MODEL, tools=effects.tools[:1])
    paused = await waits(asked)
    events, _ = await ran(replace(after(asked, paused, said=True), **change))
    assert results(events) == [(False, summary)]
    assert effects.done == []


async def test_rules_and_grants_save_the_question(turn: Ask, effects: Effects) -> None:
    always = Policy(rules=(Rule(verdict=Verdict.ALWAYS, tool="send"),))
    events, paused = await ran(turn(MODEL, tools=effects.tools[:1], policy=always))
    assert (results(events), paused) == ([(True, "done")], None)
    granted = Policy(grants=(Grant(tool="send"),))
    events, paused = await ran(turn(MODEL, tools=effects.tools[:1], policy=granted))
    assert (results(events), paused) == ([(True, "done")], None)
    never = Policy(rules=(Rule(verdict=Verdict.DENY),))
    events, paused = await ran(turn(MODEL, tools=effects.tools[:1], policy=never))
    assert results(events) == [(False, "'send' may not be used like this: The policy forbids it.")]
    assert len(effects.done) == 2


@pytest.mark.parametrize("taint", [Taint.NEVER, Taint.RESULT, Taint.ALWAYS])
@pytest.mark.parametrize("tainted", [False, True])
async def test_always_ends_where_text_of_strangers_begins(
    turn: Ask, effects: Effects, taint: Taint, *, tainted: bool
) -> None:
    reads = replace(lookup, taint=taint)
    always = Policy(rules=(Rule(verdict=Verdict.ALWAYS),))
    asked = turn(
        "openai:fake-n2-t2",
        tools=(reads, effects.tools[0]),
        policy=always,
        tainted=tainted,
    )
    _, paused = await ran(asked)
    assert (paused is not None) == (tainted or taint is not Taint.NEVER)
    assert bool(effects.done) == (paused is None)
    if paused is not None:
        assert "from outside" in paused.wanted[0].why


async def test_a_tool_that_fails_has_told_something_too(turn: Ask, effects: Effects) -> None:
    @tool
    async def broken(context: ToolContext, word: str) -> str:
        """Break."""
        raise ValueError(word)

    always = Policy(rules=(Rule(verdict=Verdict.ALWAYS),))
    asked = turn("openai:fake-n2-t2", tools=(broken, effects.tools[0]), policy=always)
    assert (await waits(asked)).tainted


async def test_effects_and_refusals_are_noted_before_they_happen(
    turn: Ask, effects: Effects
) -> None:
    noted: list[tuple[str, Outcome, int]] = []

    async def note(call: ToolCall, decision: Decision) -> None:
        noted.append((call.name, decision.outcome, len(effects.done)))

    rules = (
        Rule(verdict=Verdict.DENY, tool="store"),
        Rule(verdict=Verdict.ALWAYS, even_if_tainted=True),
    )
    tools = (effects.tools[0], lookup, effects.tools[1])
    await ran(turn("openai:fake-n2-t3", tools=tools, policy=Policy(rules=rules), note=note))
    assert noted == [("send", Outcome.ALLOW, 0), ("store", Outcome.DENY, 1)]


async def test_what_cannot_be_noted_does_not_happen(turn: Ask, effects: Effects) -> None:
    async def note(call: ToolCall, decision: Decision) -> None:
        raise OSError

    always = Policy(rules=(Rule(verdict=Verdict.ALWAYS),))
    events, _ = await ran(turn(MODEL, tools=effects.tools[:1], policy=always, note=note))
    assert results(events) == [(False, "'send' failed: OSError.")]
    assert effects.done == []


@pytest.mark.parametrize(
    ("model", "asked", "refused"),
    [
        (
            "openai:fake-n2-t1-p20",
            8,
            "People are asked about 8 calls at once; call this one later.",
        ),
        ("openai:fake-n2-t1-wrongargs", 0, "The arguments of 'send' do not fit"),
        ("openai:fake-n2-t1-unknowntool", 0, "There is no tool 'no_such_tool'"),
    ],
)
async def test_people_are_asked_about_little_and_only_about_what_could_run(
    turn: Ask, effects: Effects, model: str, asked: int, refused: str
) -> None:
    events, paused = await ran(turn(model, tools=effects.tools[:1]))
    assert len(paused.wanted if paused else ()) == asked
    assert results(events)[0][1].startswith(refused)


async def test_so_many_calls_that_nobody_made_them_in_earnest(turn: Ask) -> None:
    together: list[int] = []
    now = 0

    @tool
    async def count(context: ToolContext, word: str) -> str:
        """Count."""
        nonlocal now
        now += 1
        together.append(now)
        await context.runtime()
        now -= 1
        return "x"

    import asyncio

    async def rest() -> None:
        await asyncio.sleep(0)

    events, _ = await ran(turn("openai:fake-n2-t1-p80", tools=(count,), runtime=rest))
    assert [ok for ok, _ in results(events)].count(True) == 64
    assert max(together) <= 16
    assert events[-1].type == "complete"
