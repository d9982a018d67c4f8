import asyncio
import time
from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from typing import cast

import httpx2
import msgspec
import pytest
from tests.fixtures.llm import Ask, Resolve

from menon.core.errors import ExternalError, TargetRefused
from menon.core.runs.events import (
    ENDS,
    Cancelled,
    Citation,
    Complete,
    Content,
    Error,
    Event,
    Metadata,
    Retrying,
    ToolCall,
    ToolResult,
    Usage,
)
from menon.engine.agents.run import Stop, run
from menon.engine.agents.turn import Limits, Message, Turn
from menon.engine.llm.patience import Patience
from menon.engine.llm.provider import Endpoint, Outbound
from menon.engine.llm.providers import openai
from menon.engine.tools.passages import Passage, Passages, Quoted
from menon.engine.tools.tool import Effect, Tool, ToolContext, ToolFailed, ToolRetry, tool
from menon.testing.fake_llm import FakeLLM
from menon.testing.loopback import listening, reply

WIRES = ["openai", "ollama", "anthropic"]


@tool
async def lookup(context: ToolContext, word: str) -> str:
    """Look a word up."""
    return f"{word} for {context.who}"


def failing(error: Exception) -> Tool:
    @tool(name="lookup")
    async def broken(context: ToolContext, word: str) -> str:
        """Fail."""
        raise error

    return broken


async def ran(turn: Turn, *, stop: Stop | None = None) -> list[Event]:
    return [event async for event in run(turn, stop=stop)]


def kinds(events: list[Event]) -> list[str]:
    """The types in their order; content in a row counts once."""
    seen = [event.type for event in events]
    return [kind for at, kind in enumerate(seen) if kind != "content" or seen[at - 1] != kind]


def text(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Content))


def results(events: list[Event]) -> list[tuple[bool, str]]:
    return [(event.ok, event.summary) for event in events if isinstance(event, ToolResult)]


class TestOrder:
    @pytest.mark.parametrize("wire", WIRES)
    async def test_metadata_comes_first_and_one_end_last(self, turn: Ask, wire: str) -> None:
        # The first request loads the provider's library, which takes seconds on a busy machine.
        events = await ran(turn(f"{wire}:fake-n40-d2", patience=Patience(first_s=30)))
        assert kinds(events) == ["metadata", "content", "usage", "complete"]
        assert events[0] == Metadata(agent="tester", model=f"{wire}:fake-n40-d2")
        assert events[-2] == Usage(requests=1, input_tokens=10, output_tokens=40)
        assert text(events).count("~") == 40
        assert events[-1] == Complete(
            output={"text": text(events), "finish": "stop", "model": f"{wire}:fake-n40-d2"}
        )

    @pytest.mark.parametrize("wire", WIRES)
    async def test_tools_are_called_between_the_requests(self, turn: Ask, wire: str) -> None:
        events = await ran(turn(f"{wire}:fake-n3-t2", tools=(lookup,), who="ada"))
        assert kinds(events) == [
            "metadata",
            *["tool_call", "tool_result"] * 2,
            "content",
            "usage",
            "complete",
        ]
        calls = [event for event in events if isinstance(event, ToolCall)]
        assert [(call.name, call.args, call.effect) for call in calls] == [
            ("lookup", {"word": "x"}, "read")
        ] * 2
        assert results(events) == [(True, "x for ada")] * 2
        assert [call.call_id for call in calls] == [
            event.call_id for event in events if isinstance(event, ToolResult)
        ]

    async def test_calls_of_one_round_run_together(self, turn: Ask) -> None:
        both = asyncio.Barrier(2)

        @tool(name="lookup")
        async def meeting(context: ToolContext, word: str) -> str:
            """Wait for the other."""
            await both.wait()
            return "met"

        events = await ran(turn("openai:fake-n1-t1-p2", tools=(meeting,)))
        assert results(events) == [(True, "met")] * 2

    async def test_what_is_streamed_is_what_is_complete(self, turn: Ask) -> None:
        events = await ran(turn("openai:fake-n200-d1"))
        assert isinstance(events[-1], Complete)
        assert events[-1].output["text"] == text(events)
        assert sum(event.type == "content" for event in events) < 20

    async def test_the_past_and_the_instructions_are_sent(self, turn: Ask, fake: FakeLLM) -> None:
        past = (Message(role="user", content="one"), Message(role="assistant", content="two"))
        await ran(turn("openai:fake-n1", history=past, instructions="Be kind."))
        sent = msgspec.json.decode(fake.requests[-1].body)["messages"]
        assert [(each["role"], each["content"]) for each in sent] == [
            ("system", "Be kind."),
            ("user", "one"),
            ("assistant", "two"),
            ("user", "hi"),
        ]


class TestCitations:
    @staticmethod
    def passages(*chunks: str) -> Passages:
        return Passages(
            passages=tuple(
                Passage(
                    chunk_id=chunk,
                    document_id="d",
                    source="s.md",
                    title=f"Title {chunk}",
                    span=(0, 4),
                    text="It has ~0@ in it",
                    score=1.0,
                )
                for chunk in chunks
            )
        )

    async def test_only_what_the_answer_cites_becomes_a_citation(self, turn: Ask) -> None:
        found = self.passages("a", "b", "c")

        @tool
        async def search_knowledge(context: ToolContext, query: str) -> Passages:
            """Search."""
            return msgspec.structs.replace(found, quotes=quotes)

        quotes = (Quoted(chunk_id="c", text="Cited."), Quoted(chunk_id="a", text="Also."))
        events = await ran(turn("offline:extractive", question="What?", tools=(search_knowledge,)))
        assert [event.chunk_id for event in events if isinstance(event, Citation)] == ["c", "a"]
        assert results(events) == [(True, "3 passages: Title a, Title b, Title c")]
        assert text(events) == "Cited. [3]\n\nAlso. [1]"


class TestTools:
    @pytest.mark.parametrize(
        ("error", "summary"),
        [
            (ToolRetry("Try a longer word."), "Try a longer word."),
            (ToolFailed("The index is closed."), "The index is closed."),
            (ExternalError("The service is down."), "The service is down."),
            (ValueError("secret detail"), "'lookup' failed: ValueError."),
        ],
    )
    async def test_a_tool_that_fails_is_told_to_the_model_and_the_run_goes_on(
        self, turn: Ask, fake: FakeLLM, error: Exception, summary: str
    ) -> None:
        events = await ran(turn("openai:fake-n2-t1", tools=(failing(error),)))
        assert results(events) == [(False, summary)]
        assert summary in fake.requests[-1].body.decode().replace("\\'", "'")
        assert events[-1].type == "complete"

    async def test_a_tool_that_hangs_is_given_up(self, turn: Ask) -> None:
        @tool(name="lookup", timeout_s=0.05)
        async def hanging(context: ToolContext, word: str) -> str:
            """Hang."""
            await asyncio.Event().wait()
            return ""

        events = await ran(turn("openai:fake-n2-t1", tools=(hanging,)))
        assert results(events) == [(False, "'lookup' took longer than 0.05 s.")]
        assert events[-1].type == "complete"

    async def test_a_huge_result_is_cut(self, turn: Ask, fake: FakeLLM) -> None:
        @tool(name="lookup")
        async def huge(context: ToolContext, word: str) -> str:
            """Return 10 MB."""
            return "x" * 10_000_000

        events = await ran(turn("openai:fake-n2-t1", tools=(huge,)))
        assert len(results(events)[0][1]) <= 300
        assert len(fake.requests[-1].body) < 60_000
        assert b"10000000 characters in all" in fake.requests[-1].body

    @pytest.mark.parametrize(
        ("model", "summary"),
        [
            ("fake-n2-t1-wrongargs", "The arguments of 'lookup' do not fit"),
            ("fake-n2-t1-badargs", "The arguments of 'lookup' are no JSON object"),
            ("fake-n2-t1-unknowntool", "There is no tool 'no_such_tool'; there are: 'lookup'."),
        ],
    )
    @pytest.mark.parametrize("wire", ["openai", "anthropic"])
    async def test_a_wrong_call_is_told_to_the_model(
        self, turn: Ask, wire: str, model: str, summary: str
    ) -> None:
        events = await ran(turn(f"{wire}:{model}", tools=(lookup,)))
        ((ok, said),) = results(events)
        assert not ok
        assert said.startswith(summary)
        assert events[-1].type == "complete"

    @pytest.mark.parametrize(
        ("allowed", "done", "summary"),
        [
            (None, 0, "'lookup' needs a person's approval; nobody can be asked."),
            (False, 0, "A person has refused this call of 'lookup'."),
            (True, 1, "written"),
        ],
    )
    @pytest.mark.parametrize("effect", [Effect.WRITE, Effect.EGRESS, Effect.EXEC])
    async def test_what_changes_the_world_needs_a_person(
        self, turn: Ask, effect: Effect, *, allowed: bool | None, done: int, summary: str
    ) -> None:
        asked: list[ToolCall] = []
        written = 0

        @tool(name="lookup", effect=effect)
        async def write(context: ToolContext, word: str) -> str:
            """Write."""
            nonlocal written
            written += 1
            return "written"

        async def approve(call: ToolCall) -> bool:
            asked.append(call)
            return bool(allowed)

        port = None if allowed is None else approve
        events = await ran(turn("openai:fake-n1-t1", tools=(write,), approve=port))
        assert (results(events), written) == ([(bool(allowed), summary)], done)
        assert all(call.args == {"word": "x"} for call in asked)

    async def test_the_model_is_not_shown_what_was_not_granted(
        self, turn: Ask, fake: FakeLLM
    ) -> None:
        await ran(turn("openai:fake-n1"))
        assert b"tools" not in fake.requests[-1].body

    async def test_a_tool_sees_the_callers_world(self, turn: Ask) -> None:
        seen: list[ToolContext] = []

        @tool(name="lookup")
        async def curious(context: ToolContext, word: str) -> None:
            """Look around."""
            seen.append(context)

        scope = {"collections": ("a",)}
        await ran(turn("openai:fake-n1-t1", tools=(curious,), scope=scope, who="ada", zone="X/Y"))
        (context,) = seen
        assert (context.run, context.who, context.scope) == ("run-1", "ada", scope)
        assert (context.zone, context.model) == ("X/Y", "openai:fake-n1-t1")


class TestFaults:
    """Twelve ways in which a model server fails, by all three wires, inside the time budget."""

    @pytest.mark.parametrize(
        ("model", "code"),
        [
            ("fake-e429-r60", "MODEL_002"),
            ("fake-e500", "MODEL_001"),
            ("fake-h0", "MODEL_001"),
            ("fake-h3", "MODEL_001"),
            ("fake-n9-d1-k3", "MODEL_001"),
            ("fake-n9-d1-c3", "MODEL_001"),
            ("fake-j3", "MODEL_003"),
            ("fake-s3", "MODEL_001"),
            ("fake-n0", "MODEL_003"),
            ("fake-n400-w20000", "MODEL_003"),
            ("fake-x3", "MODEL_001"),
            ("fake-e401", "MODEL_003"),
            ("fake-e404", "MODEL_003"),
        ],
    )
    @pytest.mark.parametrize("wire", WIRES)
    async def test_a_fault_is_a_typed_error(
        self, turn: Ask, fake: FakeLLM, wire: str, model: str, code: str
    ) -> None:
        began = time.monotonic()
        events = await ran(turn(f"{wire}:{model}", limits=Limits(tokens=None)))
        assert time.monotonic() - began < 4.0
        assert isinstance(events[-1], Error)
        assert events[-1].code == code
        assert f"{wire}:{model}" in events[-1].detail
        assert Counter(event.type for event in events if event.type in ENDS).total() == 1
        assert events[-2].type == "usage"
        if said := text(events):
            assert f"The {len(said)} characters that had arrived are kept." in events[-1].detail
        if events[-1].code == "MODEL_001":
            await fake.until(lambda: fake.open <= 1)

    @pytest.mark.parametrize(
        ("wire", "code"),
        [("openai", "MODEL_001"), ("ollama", "MODEL_003"), ("anthropic", "MODEL_003")],
    )
    async def test_an_error_with_status_200_is_an_error(
        self, turn: Ask, wire: str, code: str
    ) -> None:
        events = await ran(turn(f"{wire}:fake-err200"))
        assert isinstance(events[-1], Error)
        assert events[-1].code in {code, "MODEL_001"}

    @pytest.mark.parametrize("wire", WIRES)
    async def test_repeated_call_ids_are_told_apart(self, turn: Ask, wire: str) -> None:
        events = await ran(turn(f"{wire}:fake-n1-t2-p2-dupid", tools=(lookup,)))
        calls = [event.call_id for event in events if isinstance(event, ToolCall)]
        assert len(set(calls)) == 4
        assert results(events) == [(True, "x for None")] * 4
        assert events[-1].type == "complete"

    async def test_a_retry_is_told_at_once(self, turn: Ask) -> None:
        events = run(turn("openai:fake-n2-e429-r1-a1"))
        assert (await anext(events)).type == "metadata"
        async with asyncio.timeout(0.5):
            assert await anext(events) == Retrying(
                attempt=1,
                after_s=1.0,
                cause="openai:fake-n2-e429-r1-a1 asks for a pause: asked for",
            )
        assert [event.type async for event in events] == ["content", "usage", "complete"]

    async def test_what_came_before_broken_json_is_kept(self, turn: Ask) -> None:
        events = await ran(turn("openai:fake-n9-j3"))
        assert text(events).count("~") == 3

    async def test_a_later_request_may_fail_and_be_asked_again(self, turn: Ask) -> None:
        calls = 0

        @tool(name="lookup")
        async def counted(context: ToolContext, word: str) -> str:
            """Count."""
            nonlocal calls
            calls += 1
            return "x"

        events = await ran(turn("openai:fake-n2-t1", tools=(counted,)))
        assert (events[-1].type, calls) == ("complete", 1)


class TestFallback:
    async def test_the_next_model_answers_before_anything_was_seen(
        self, turn: Ask, resolve: Resolve
    ) -> None:
        fallbacks = (resolve("openai:fake-h0"), resolve("ollama:fake-n2"))
        events = await ran(turn("openai:fake-e401", fallbacks=fallbacks))
        models = [event.model for event in events if isinstance(event, Metadata)]
        assert models == ["openai:fake-e401", "openai:fake-h0", "ollama:fake-n2"]
        assert any(
            isinstance(event, Retrying) and event.cause.endswith("Going on with ollama:fake-n2.")
            for event in events
        )
        assert isinstance(events[-1], Complete)
        assert events[-1].output["model"] == "ollama:fake-n2"

    async def test_also_where_the_first_ones_address_is_not_allowed(
        self, turn: Ask, resolve: Resolve
    ) -> None:
        async def refuse(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            raise TargetRefused(f"{url} is not public")

        async with httpx2.AsyncClient() as client:
            outbound = Outbound(client=client, connect=refuse)
            built = openai.build("x", Endpoint(base_url="http://10.0.0.1/v1"), outbound)
            first = turn("openai:x", fallbacks=(resolve("openai:fake-n1"),))
            events = await ran(replace(first, model=replace(first.model, model=built)))
            alone = await ran(replace(first, model=replace(first.model, model=built), fallbacks=()))
        assert events[-1].type == "complete"
        assert isinstance(alone[-1], Error)
        assert alone[-1].code == "SECURITY_001"

    async def test_but_not_after(self, turn: Ask, resolve: Resolve) -> None:
        events = await ran(turn("openai:fake-n9-d1-k3", fallbacks=(resolve("ollama:fake-n2"),)))
        assert kinds(events) == ["metadata", "content", "usage", "error"]

    async def test_where_all_fail_the_last_ones_error_ends_the_run(
        self, turn: Ask, resolve: Resolve
    ) -> None:
        events = await ran(turn("openai:fake-e401", fallbacks=(resolve("ollama:fake-n0"),)))
        assert isinstance(events[-1], Error)
        assert "ollama:fake-n0 answered with nothing" in events[-1].detail


class TestUnexpected:
    async def test_a_bug_ends_the_run_with_an_error(
        self, turn: Ask, caplog: pytest.LogCaptureFixture
    ) -> None:
        wrong = cast("tuple[Message, ...]", ("no message",))
        events = await ran(turn("openai:fake-n1", history=wrong))
        assert isinstance(events[-1], Error)
        assert events[-1].code == "INTERNAL_001"
        assert "run run-1 failed" in caplog.text

    async def test_without_a_time_limit_it_runs_to_its_end(self, turn: Ask) -> None:
        events = await ran(turn("openai:fake-n1", limits=Limits(seconds=None)))
        assert events[-1].type == "complete"

    async def test_an_answer_of_thoughts_alone_is_empty(self, turn: Ask, fake: FakeLLM) -> None:
        async with listening() as server:
            chunk = {"choices": [{"delta": {"reasoning": "hm"}, "finish_reason": "stop"}]}
            body = b"data: " + msgspec.json.encode(chunk) + b"\n\n"
            server.answer = lambda _asked: reply(body, content_type="text/event-stream")
            asked = turn("openai:x")
            async with httpx2.AsyncClient() as client:
                built = openai.build(
                    "x",
                    Endpoint(base_url=f"http://127.0.0.1:{server.port}/v1"),
                    Outbound(client=client),
                )
                events = await ran(replace(asked, model=replace(asked.model, model=built)))
        assert kinds(events) == ["metadata", "thinking", "usage", "error"]
        assert isinstance(events[-1], Error)
        assert events[-1].code == "MODEL_003"


class TestLimits:
    @pytest.mark.parametrize(
        ("model", "limits", "message"),
        [
            ("openai:fake-t9", Limits(steps=3), "used up its 3 steps"),
            ("openai:fake-n50-t9", Limits(tokens=30), "of its 30 tokens"),
            ("openai:fake-n100000-d10", Limits(seconds=0.2), "took longer than 0.2 s"),
            ("openai:fake-h0", Limits(seconds=0.2), "took longer than 0.2 s"),
        ],
    )
    async def test_a_run_ends_at_its_limits(
        self, turn: Ask, fake: FakeLLM, model: str, limits: Limits, message: str
    ) -> None:
        events = await ran(turn(model, limits=limits, tools=(lookup,)))
        assert isinstance(events[-1], Error)
        assert events[-1].code == "LIMIT_001"
        assert message in events[-1].detail
        async with asyncio.timeout(60):
            await fake.until(lambda: fake.open <= 1)

    async def test_money_is_a_limit_where_the_price_is_known(
        self, turn: Ask, resolve: Resolve
    ) -> None:
        model = resolve("openai:gpt-4o")
        priced = replace(model, card=replace(model.card, input_price=2.5, output_price=10.0))
        asked = turn("openai:gpt-4o", tools=(lookup,), limits=Limits(money=0.0000001))
        events = await ran(replace(asked, model=priced))
        assert isinstance(events[-1], Error)
        assert "US dollars" in events[-1].detail

    async def test_an_answer_has_its_own_limit(self, turn: Ask, fake: FakeLLM) -> None:
        await ran(turn("openai:fake-n1", limits=Limits(answer_tokens=9), temperature=0.5))
        body = msgspec.json.decode(fake.requests[-1].body)
        assert (body["max_tokens"], body["temperature"]) == (9, 0.5)


class TestStopping:
    @pytest.mark.parametrize("wire", WIRES)
    async def test_a_reader_that_leaves_closes_the_upstream(
        self, turn: Ask, fake: FakeLLM, wire: str
    ) -> None:
        async with aclosing(run(turn(f"{wire}:fake-n100000-d10"))) as events:
            async for event in events:
                if isinstance(event, Content):
                    break
        async with asyncio.timeout(60):
            await fake.until(lambda: fake.open == 0)

    @pytest.mark.parametrize("wire", WIRES)
    @pytest.mark.parametrize("model", ["fake-n100000-d10", "fake-h0", "fake-f90000"])
    async def test_a_reader_that_is_cancelled_too(
        self, turn: Ask, fake: FakeLLM, wire: str, model: str
    ) -> None:
        reading = asyncio.ensure_future(ran(turn(f"{wire}:{model}", patience=Patience(first_s=30))))
        await fake.until(lambda: fake.stats["requests"] == 1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(60):
            await fake.until(lambda: fake.open == 0)

    async def test_a_stopped_run_says_by_whom(self, turn: Ask, fake: FakeLLM) -> None:
        stop = Stop()
        seen: list[Event] = []
        async for event in run(turn("openai:fake-n100000-d10"), stop=stop):
            seen.append(event)
            if isinstance(event, Content):
                stop.request("ada")
                stop.request("bob")
        assert seen[-1] == Cancelled(by="ada")
        assert seen[-2].type == "usage"
        async with asyncio.timeout(60):
            await fake.until(lambda: fake.open == 0)

    async def test_a_run_that_was_stopped_before_it_began_does_not_begin(
        self, turn: Ask, fake: FakeLLM
    ) -> None:
        stop = Stop()
        stop.request("ada")
        events = await ran(turn("openai:fake-n5"), stop=stop)
        assert events[-1] == Cancelled(by="ada")
        assert fake.stats["requests"] == 0

    async def test_stopping_after_the_end_changes_nothing(self, turn: Ask) -> None:
        stop = Stop()
        events = await ran(turn("openai:fake-n1"), stop=stop)
        stop.request("ada")
        assert events[-1].type == "complete"

    async def test_a_running_tool_is_cancelled_with_its_run(self, turn: Ask) -> None:
        began, ended = asyncio.Event(), asyncio.Event()

        @tool(name="lookup")
        async def long(context: ToolContext, word: str) -> None:
            """Work long."""
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        stop = Stop()
        running = asyncio.ensure_future(ran(turn("openai:fake-t1", tools=(long,)), stop=stop))
        await began.wait()
        stop.request("ada")
        assert (await running)[-1] == Cancelled(by="ada")
        assert ended.is_set()

    async def test_a_slow_reader_slows_the_model_and_loses_nothing(self, turn: Ask) -> None:
        seen: list[Event] = []
        async for event in run(turn("openai:fake-n2000-w100")):
            seen.append(event)
            await asyncio.sleep(0)
        assert text(seen).count("~") == 2000
