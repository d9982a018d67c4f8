"""Agents together: by capability, side by side, one after the other, handed over."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from menon import Agent, Orchestrator, Team, document_search
from menon.core.errors import ModelError
from menon.errors import LimitExceeded, ToolExecutionError, UnknownAgent
from menon.events import Metadata, ToolCall, ToolResult
from menon.testing import Call, Request, ScriptedModel


def saying(name: str, *lines: Any, **more: Any) -> Agent[str]:
    return Agent(name, model=ScriptedModel(*lines), **more)


class TestOrchestrator:
    async def test_messages_go_by_id_or_by_capability(self) -> None:
        org = Orchestrator([saying("Ada", "a", "a2", capabilities=["write"])])
        org.register(saying("Bo", "b", capabilities=["write"]), capabilities=["count", "write"])
        assert org.capabilities == {"count": ("bo",), "write": ("ada", "bo")}
        assert [agent.id for agent in org] == ["ada", "bo"]
        assert len(org) == 2
        assert (await org.run("ada", "x")).text == "a"
        assert (await org.route(message="x", capability="count")).agent == "bo"
        assert (await org.route(message="x", agent_id="ada")).text == "a2"
        org.unregister("ada")
        assert org.capabilities == {"count": ("bo",), "write": ("bo",)}

    async def test_it_streams_and_waits_like_an_agent(self) -> None:
        org = Orchestrator([saying("Ada", "a", "b")])
        assert [event.type async for event in org.stream("ada", "x")][-1] == "complete"
        assert org.run_sync("ada", "x").text == "b"

    async def test_what_is_not_there_is_named_with_what_is(self) -> None:
        org = Orchestrator([saying("Ada", capabilities=["write"])])
        with pytest.raises(UnknownAgent, match="no agent 'bo'; there are 'ada'"):
            await org.run("bo", "x")
        with pytest.raises(ValueError, match="can 'fly'; there are 'write'"):
            await org.route(message="x", capability="fly")
        with pytest.raises(UnknownAgent, match="there are none"):
            await Orchestrator().route(message="x", capability="fly")
        with pytest.raises(ValueError, match="Name the agent"):
            await org.route(message="x")
        with pytest.raises(ValueError, match="another agent 'ada'"):
            org.register(saying("Ada"))
        org.unregister("ada")
        assert org.capabilities == {}


class TestHandingOver:
    async def test_the_other_one_goes_on_and_the_events_show_it(self) -> None:
        answers = ScriptedModel("You owe 3.")
        billing = Agent("Billing", model=answers, description="Bills.")
        model = ScriptedModel(Call("hand_over_to_billing", reason="money"))
        desk = Agent("Desk", "You greet.", model=model, handoffs=[billing])
        result = await desk.run("What do I owe?")
        assert (result.text, result.agent) == ("You owe 3.", "billing")
        assert [e.agent for e in result.events if isinstance(e, Metadata)] == ["desk", "billing"]
        [asked] = answers.requests
        assert asked.question == "What do I owe?"
        assert asked.instructions == ""
        assert model.requests[0].tools == ("hand_over_to_billing",)

    async def test_what_a_person_would_have_to_allow_is_passed_over(self) -> None:
        from dataclasses import replace

        from menon import tool
        from menon.engine.agents.paused import Paused
        from menon.engine.agents.run import run
        from menon.engine.framework.environment import house

        @tool(effect="write")
        def erase() -> str:
            return "gone"

        other = saying("Other", "I go on.")
        model = ScriptedModel([Call("hand_over_to_other"), Call("erase")])
        desk = Agent("Desk", model=model, tools=[erase], handoffs=[other])
        turn = replace(await desk.turn("go", house(), run="r"), wait=list[Paused]().append)
        events = [event async for event in run(turn)]
        told = [event.summary for event in events if isinstance(event, ToolResult)]
        assert told == ["Other goes on.", "Not made: the conversation was handed over."]
        assert events[-1].type == "complete"

    async def test_a_circle_ends(self) -> None:
        def on(request: Any) -> Any:
            told = request.messages[-1].content
            return "I answer." if "answer yourself" in told else Call(request.tools[0])

        ping = Agent("Ping", model=ScriptedModel(*[on] * 20))
        pong = Agent("Pong", model=ScriptedModel(*[on] * 20), handoffs=[ping])
        ping.handoffs = (pong,)
        result = await ping.run("go")
        assert result.text == "I answer."
        assert sum(isinstance(e, Metadata) for e in result.events) == 9

    async def test_without_a_conversation_there_is_nothing_to_hand_over(self) -> None:
        from menon.engine.framework.delegation import handing_over
        from menon.engine.tools.tool import ToolContext, ToolFailed

        with pytest.raises(ToolFailed, match="no conversation"):
            await handing_over(saying("A")).call(ToolContext(run="r"), {})


class TestAsking:
    async def test_an_agent_is_a_tool_with_its_own_form(self) -> None:
        counter = Agent(
            "Head Count", model=ScriptedModel(3), output_type=int, description="Counts."
        )
        made = counter.as_tool()
        assert (made.name, made.description) == ("ask_head_count", "Counts.")
        assert made.output_schema == {"type": "integer"}
        model = ScriptedModel(Call("ask_head_count", message="how many?"), "three")
        result = await Agent("Boss", model=model, tools=[made]).run("go")
        assert model.requests[1].messages[-1].content == "3"
        assert result.usage.requests == 3

    async def test_one_that_fails_is_told_about(self) -> None:
        model = ScriptedModel(Call("help", message="x"), "so be it")
        asked = saying("A", ModelError("no luck")).as_tool(name="help", description="Help.")
        await Agent("Boss", model=model, tools=[asked]).run("go")
        assert model.requests[1].messages[-1].content == "A gave no answer: no luck"


class TestTeams:
    async def test_side_by_side_at_the_same_time(self) -> None:
        meet = asyncio.Barrier(2)

        def waiting(text: str) -> Any:
            async def say(request: Any) -> str:
                await meet.wait()
                return f"{text}: {request.question}"

            return say

        team = Team.parallel([saying("Ada", waiting("a")), saying("Bo", waiting("b"))])
        result = await team.run("hi")
        assert result.text == "## Ada\n\na: hi\n\n## Bo\n\nb: hi"
        assert result.model == "team:parallel"
        assert [e.name for e in result.events if isinstance(e, ToolCall)] == ["ask_ada", "ask_bo"]

    async def test_the_answers_are_joined_as_wanted_and_failures_left_out(self) -> None:
        members = [saying("Ada", "a"), saying("Bo", ModelError("ill")), saying("Cy", "c")]
        team = Team.parallel(members, name="Chorus", join=lambda said: "+".join(said.values()))
        assert (await team.run("hi")).text == "a+c"
        with pytest.raises(ToolExecutionError, match="No member"):
            await Team.parallel([saying("Bo", ModelError("ill"))]).run("hi")

    async def test_one_after_the_other(self) -> None:
        def add(text: str) -> Any:
            def say(request: Request) -> str:
                return request.question + text

            return say

        team = Team.sequential([saying("Ada", add("a")), saying("Bo", add("b"))])
        assert (await team.run("x")).text == "xab"
        broken = Team.sequential([saying("Ada", ModelError("ill")), saying("Bo", "b")])
        with pytest.raises(ToolExecutionError, match="Ada gave no answer: ill"):
            await broken.run("x")

    async def test_a_single_member_speaks_for_itself_and_a_team_is_a_member_too(self) -> None:
        pair = Team.parallel([saying("Ada", "a")], name="Pair")

        def louder(request: Request) -> str:
            return request.question.upper()

        editor = saying("Editor", louder)
        assert (await Team.sequential([pair, editor]).run("x")).text == "A"

    async def test_the_limits_are_shared(self) -> None:
        from menon import Limits

        team = Team.parallel([saying("A", "a"), saying("B", "b")], limits=Limits(steps=2))
        with pytest.raises((LimitExceeded, ToolExecutionError)):
            await team.run("x")

    def test_nobody_is_no_team_and_names_tell_members_apart(self) -> None:
        with pytest.raises(ValueError, match="needs members"):
            Team.parallel([])
        with pytest.raises(ValueError, match="different names"):
            Team.sequential([saying("A"), saying("A")])


class TestDocuments:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "leave.md").write_text("# Leave\n\nEverybody has 25 days of leave a year.")
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "tea.txt").write_text("Tea is served at four.")
        (tmp_path / "noise.bin").write_bytes(b"\x00\x01\x02")
        return tmp_path

    async def test_the_offline_engine_quotes_files_with_their_source(self, folder: Path) -> None:
        agent = Agent("Clerk", tools=[document_search(folder, texts={"desk": "The desk is blue."})])
        result = await agent.run("How many days of leave do I have?")
        assert result.text == "Everybody has 25 days of leave a year. [1]"
        [cited] = result.citations
        assert (cited.source, cited.index) == ("leave.md", 1)
        tea = await agent.run("When is tea served?")
        assert tea.citations[0].source == "sub/tea.txt"
        assert "found nothing" in (await agent.run("Who invented zymurgy?")).text

    async def test_a_language_model_reads_the_passages(self, folder: Path) -> None:
        model = ScriptedModel(Call("look", query="leave days"), "25 [1]")
        search = document_search(folder / "leave.md", name="look", max_results=1)
        result = await Agent("Clerk", tools=[search], model=model).run("leave?")
        assert result.citations[0].title == "Leave"
        assert "25 days" in model.requests[1].messages[-1].content

    def test_what_cannot_be_searched_is_said_at_once(self, folder: Path) -> None:
        with pytest.raises(ValueError, match="There is no "):
            document_search(folder / "missing")
        with pytest.raises(ValueError, match="Name files"):
            document_search()
        with pytest.raises(ValueError, match="1 to 12"):
            document_search(folder, max_results=0)

    async def test_a_named_file_that_cannot_be_read_is_a_failure_of_the_tool(
        self, folder: Path
    ) -> None:
        agent = Agent("Clerk", tools=[document_search(folder / "noise.bin")])
        assert "I could not do that" in (await agent.run("What is in the noise?")).text
