"""An agent in Python: asked, streamed, stopped, remembered, many times at once."""

import asyncio
import threading
from typing import Any

import pytest

from menon import Agent, Conversation, InMemory, ToolContext, tool
from menon.core.errors import ModelError
from menon.errors import (
    AgentError,
    AgentExecutionError,
    ModelConnectionError,
)
from menon.events import Complete, Content, Error, Metadata, ToolCall, ToolResult, Usage
from menon.testing import Call, ScriptedModel


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI", "ANTHROPIC", "OLLAMA"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
        monkeypatch.delenv(f"{name}_BASE_URL", raising=False)


@tool
def weather(city: str) -> str:
    """Tell the weather."""
    return f"Rain in {city}."


@tool(effect="write")
def erase(path: str) -> str:
    """Erase a file."""
    return f"{path} is gone."


class TestOffline:
    async def test_it_calculates_and_says_who_answered(self) -> None:
        agent = Agent("Counter", "You calculate.", tools=["calculator"])
        result = await agent.run("What is 15 * 23?")

        assert result.text == result.output == "15 * 23 = 345."
        assert (result.model, result.agent) == ("offline:extractive", "counter")
        assert result.usage.requests == 2
        assert [message.role for message in result.messages] == [
            *("user", "assistant", "tool", "assistant")
        ]

    async def test_a_form_is_refused_honestly(self) -> None:
        agent = Agent("Form", output_type=int)
        with pytest.raises(ModelConnectionError, match="cannot answer in a form") as caught:
            await agent.run("What is 15 * 23?")
        assert caught.value.code == "MODEL_001"

    async def test_an_unknown_tool_or_model_is_named(self) -> None:
        with pytest.raises(AgentExecutionError, match="no tool 'magic' here; there are calculator"):
            await Agent("A", tools=["magic"]).run("hi")
        with pytest.raises(AgentExecutionError, match="no model 'nobody:x'"):
            await Agent("A", model="nobody:x").run("hi")
        with pytest.raises(ModelConnectionError, match="OPENAI_API_KEY"):
            await Agent("A", model="openai:x").run("hi")


class TestRuns:
    async def test_the_events_are_the_servers(self) -> None:
        model = ScriptedModel(Call("weather", city="Oslo"), "Take a coat.")
        agent = Agent("Forecaster", "Be brief.", tools=[weather], model=model)
        stream = agent.stream("Weather in Oslo?")
        events = [event async for event in stream]

        assert events[0] == Metadata(agent="forecaster", model="test:scripted")
        assert events[1] == ToolCall(
            call_id="call_1_1", name="weather", args={"city": "Oslo"}, effect="read"
        )
        assert events[2] == ToolResult(call_id="call_1_1", ok=True, summary="Rain in Oslo.")
        assert events[3] == Content(text="Take a coat.")
        assert isinstance(events[4], Usage)
        assert isinstance(events[5], Complete)
        assert (await stream.result()).text == "Take a coat."
        assert model.requests[0].instructions == "Be brief."
        assert model.requests[0].tools == ("weather",)
        assert model.requests[1].messages[-1].content == "Rain in Oslo."
        assert model.over

    async def test_one_agent_serves_many_conversations_at_once(self) -> None:
        def say(request: Any) -> str:
            return f"{len(request.messages)}:{request.question}"

        model = ScriptedModel(*[say] * 40)
        agent = Agent("Echo", model=model)
        talks = [Conversation() for _ in range(20)]
        first = await asyncio.gather(
            *(agent.run(f"a{n}", conversation=talk) for n, talk in enumerate(talks))
        )
        second = await asyncio.gather(
            *(agent.run(f"b{n}", conversation=talk) for n, talk in enumerate(talks))
        )
        assert [result.text for result in first] == [f"1:a{n}" for n in range(20)]
        assert [result.text for result in second] == [f"3:b{n}" for n in range(20)]

    async def test_a_memory_keeps_conversations_by_id_until_they_are_cleared(self) -> None:
        memory = InMemory(conversations=2)
        model = ScriptedModel(*["ok"] * 9)
        agent = Agent("Clerk", model=model, memory=memory)
        for who in ("ada", "bo", "ada", "cy"):
            await agent.run("hi", conversation=who)
        assert [len(await memory.load(who)) for who in ("ada", "bo", "cy")] == [4, 0, 2]
        await memory.clear("ada")
        await agent.run("again", conversation="ada", history=[{"role": "user", "content": "old"}])
        assert [message.content for message in model.requests[-1].messages] == ["old", "again"]
        with pytest.raises(ValueError, match="memory=InMemory"):
            await Agent("A", model=model).run("hi", conversation="ada")

    async def test_a_failed_turn_is_not_remembered(self) -> None:
        talk = Conversation()
        agent = Agent("A", model=ScriptedModel(ModelError("away"), "fine"))
        with pytest.raises(ModelConnectionError, match="away"):
            await agent.run("one", conversation=talk)
        assert talk.messages == []
        await agent.run("two", conversation=talk)
        assert [message.content for message in talk.messages] == ["two", "fine"]
        talk.clear()
        assert talk.messages == []

    async def test_leaving_a_stream_ends_the_run(self) -> None:
        ended = asyncio.Event()

        @tool
        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        agent = Agent("A", tools=[wait], model=ScriptedModel(Call("wait")))
        async with agent.stream("go") as stream:
            async for event in stream:
                if isinstance(event, ToolCall):
                    break
        async with asyncio.timeout(30):
            await ended.wait()

    async def test_tools_come_and_go(self) -> None:
        def shout(word: str) -> str:
            """Say it loudly."""
            return word.upper()

        agent = Agent("A", tools=[weather, "calculator"])
        agent.add_tool(shout)
        assert agent.tool_names == ("weather", "calculator", "shout")
        assert "weather" in repr(agent)
        with pytest.raises(ValueError, match="has a tool 'shout' already"):
            agent.add_tool(shout)
        agent.remove_tool("calculator")
        agent.remove_tool("weather")
        assert agent.tool_names == ("shout",)
        with pytest.raises(ValueError, match="no tool 'weather'; it has 'shout'"):
            agent.remove_tool("weather")

    async def test_a_context_reaches_the_tool(self) -> None:
        @tool
        def who(context: ToolContext) -> str:
            return context.model

        model = ScriptedModel(Call("who"), "ok")
        await Agent("A", tools=[who], model=model).run("hi")
        assert model.requests[1].messages[-1].content == "test:scripted"


class TestSync:
    def test_it_runs_again_and_again_where_nothing_is_async(self) -> None:
        agent = Agent("Counter", tools=["calculator"])
        assert [agent.run_sync(f"What is {n} + 1?").text for n in (1, 2)] == [
            *("1 + 1 = 2.", "2 + 1 = 3.")
        ]
        with pytest.raises(AgentError):
            Agent("A", model=ScriptedModel()).run_sync("hi")

    async def test_it_serves_code_within_a_running_loop(self) -> None:
        assert Agent("C", tools=["calculator"]).run_sync("1 + 1").text == "1 + 1 = 2."

    async def test_a_tool_in_a_thread_may_ask_another_agent(self) -> None:
        inner = Agent("Inner", model=ScriptedModel("deep"))

        @tool
        def ask() -> str:
            return inner.run_sync("hi").text

        model = ScriptedModel(Call("ask"), "done")
        result = await Agent("Outer", tools=[ask], model=model).run("go")
        assert model.requests[1].messages[-1].content == "deep"
        assert result.usage.requests == 3

    def test_waiting_for_oneself_is_refused(self) -> None:
        agent = Agent("A", model=ScriptedModel("x"))

        @tool
        async def again() -> str:
            return agent.run_sync("x").text

        model = ScriptedModel(Call("again"), "done")
        Agent("Outer", tools=[again], model=model).run_sync("go")
        assert "RuntimeError" in model.requests[1].messages[-1].content

    def test_an_interrupt_ends_the_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        begun, ended = threading.Event(), threading.Event()

        @tool
        async def wait() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        from concurrent.futures import Future

        def interrupted(future: "Future[Any]") -> None:
            del future
            begun.wait(30)
            raise KeyboardInterrupt

        monkeypatch.setattr("menon.engine.framework.sync.Future.result", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Agent("A", tools=[wait], model=ScriptedModel(Call("wait"))).run_sync("x")
        assert ended.wait(30)


async def test_errors_are_also_the_last_event() -> None:
    events = [event async for event in Agent("A", model="nobody:x").stream("hi")]
    assert isinstance(events[-1], Error)
    assert events[-1].code == "NOT_FOUND_001"
