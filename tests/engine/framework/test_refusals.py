"""Tools that fail, hang or want a person; agents in a circle; models that break: the run ends."""

import threading
from typing import Any

import pytest

from menon import Agent, Limits, tool
from menon.core.errors import ModelUnavailable, ToolError
from menon.errors import (
    AgentError,
    AgentExecutionError,
    ApprovalNeeded,
    LimitExceeded,
    ModelConnectionError,
    ToolExecutionError,
)
from menon.events import ToolCall
from menon.testing import Call, ScriptedModel


@tool
def weather(city: str) -> str:
    """Tell the weather."""
    return f"Rain in {city}."


@tool(effect="write")
def erase(path: str) -> str:
    """Erase a file."""
    return f"{path} is gone."


class TestBadInput:
    async def test_a_tool_that_fails_is_told_to_the_model_and_the_run_goes_on(self) -> None:
        @tool
        def broken() -> str:
            raise KeyError("secret")

        model = ScriptedModel([Call("broken"), Call("nothing"), Call("weather", town=1)], "sorry")
        result = await Agent("A", tools=[broken, weather], model=model).run("go")
        told = [message.content for message in model.requests[1].messages[-3:]]
        assert result.text == "sorry"
        assert sorted(text.partition(":")[0].partition(";")[0] for text in told) == [
            "'broken' failed",
            "The arguments of 'weather' do not fit",
            "There is no tool 'nothing'",
        ]

    async def test_a_tool_that_hangs_or_floods_is_cut(self) -> None:
        gate = threading.Event()

        @tool(timeout_s=0.05)
        def hang() -> bool:
            return gate.wait(30)

        @tool
        def flood() -> str:
            return "x" * 10_000_000

        model = ScriptedModel([Call("hang"), Call("flood")], "ok")
        await Agent("A", tools=[hang, flood], model=model).run("go")
        gate.set()
        told = sorted((m.content for m in model.requests[1].messages[-2:]), key=len)
        assert "longer than 0.05 s" in told[0]
        assert len(told[1]) < 50_000

    async def test_agents_that_ask_themselves_end(self) -> None:
        agent = Agent("Mirror", limits=Limits(steps=None))

        @tool
        async def ask() -> str:
            return (await agent.run("again")).text

        def say(request: Any) -> Any:
            told = request.messages[-1]
            return told.content if told.role == "tool" else Call("ask")

        agent.model = ScriptedModel(*[say] * 40)
        agent.add_tool(ask)
        result = await agent.run("go")
        assert "failed: LimitExceeded" in result.text

    async def test_inner_runs_use_up_the_limits_of_the_outer_one(self) -> None:
        inner = Agent("Inner", model=ScriptedModel(*["x"] * 9))
        outer = Agent(
            "Outer",
            tools=[inner.as_tool()],
            model=ScriptedModel(*[Call("ask_inner", message="hi")] * 9),
            limits=Limits(steps=4),
        )
        with pytest.raises(LimitExceeded, match="4 steps") as caught:
            await outer.run("go")
        assert caught.value.result
        assert caught.value.result.usage.requests == 4

    async def test_a_model_may_fail_in_every_way(self) -> None:
        cases: list[tuple[Exception, type[AgentError], str]] = [
            (ModelUnavailable("gone"), ModelConnectionError, "MODEL_001"),
            (ToolError("broke"), ToolExecutionError, "TOOL_001"),
            (ZeroDivisionError(), AgentExecutionError, "INTERNAL_001"),
        ]
        for raised, kind, code in cases:
            with pytest.raises(kind) as caught:
                await Agent("A", model=ScriptedModel(*[raised] * 3)).run("go")
            assert type(caught.value) is kind
            assert caught.value.code == code

    async def test_a_script_that_is_over_says_so(self) -> None:
        with pytest.raises(ModelConnectionError, match="script has 0 lines"):
            await Agent("A", model=ScriptedModel()).run("go")


class TestApproval:
    async def test_without_anybody_to_ask_nothing_is_done_and_the_run_ends(self) -> None:
        agent = Agent("A", tools=[erase], model=ScriptedModel(Call("erase", path="/x"), "ok"))
        with pytest.raises(ApprovalNeeded, match="'erase' changes something") as caught:
            await agent.run("go")
        [call] = caught.value.calls
        assert (call.name, call.args, call.effect) == ("erase", {"path": "/x"}, "write")

    @pytest.mark.parametrize("how", ["true", "sync", "async"])
    async def test_who_is_asked_may_allow_it(self, how: str) -> None:
        seen: list[str] = []

        def allow(call: ToolCall) -> bool:
            seen.append(call.name)
            return True

        async def wait(call: ToolCall) -> bool:
            return allow(call)

        model = ScriptedModel(Call("erase", path="/x"), "ok")
        answer: Any = {"true": True, "sync": allow, "async": wait}[how]
        await Agent("A", tools=[erase], model=model, approve=answer).run("go")
        assert model.requests[1].messages[-1].content == "/x is gone."
        assert seen == ([] if how == "true" else ["erase"])

    async def test_a_run_may_decide_otherwise_than_its_agent(self) -> None:
        model = ScriptedModel(Call("erase", path="/x"), "ok")
        agent = Agent("A", tools=[erase], model=model, approve=True)
        await agent.run("go", approve=False)
        assert "refused" in model.requests[1].messages[-1].content

    async def test_an_agent_that_is_asked_asks_who_the_asking_one_asks(self) -> None:
        inner = Agent("Inner", tools=[erase], model=ScriptedModel(Call("erase", path="/x"), "ok"))
        model = ScriptedModel(Call("ask_inner", message="hi"), "ok")
        seen: list[str] = []

        def allow(call: ToolCall) -> bool:
            seen.append(call.name)
            return True

        await Agent("Outer", tools=[inner.as_tool()], model=model, approve=allow).run("go")
        assert seen == ["erase"]
        assert model.requests[1].messages[-1].content == "ok"
