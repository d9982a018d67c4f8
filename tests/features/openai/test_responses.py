"""Responses, driven by the official client over a real socket."""

from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from tests.features.openai.conftest import WEATHER, Agent, sent

from menon.testing.fake_llm import FakeLLM

MODEL = "openai:fake-n3"
TOOLS: list[Any] = [{"type": "function", **WEATHER}]


class TestWhole:
    async def test_a_response_says_what_it_was_asked(self, dora: AsyncOpenAI):
        made = await dora.responses.create(
            model=MODEL,
            input="Hi",
            instructions="Be brief.",
            temperature=0.5,
            max_output_tokens=50,
            metadata={"a": "b"},
            text={"format": {"type": "text"}, "verbosity": "low"},
            reasoning={"effort": "low"},
            user="u",
            include=["reasoning.encrypted_content"],
        )
        assert made.output_text.count("~") == 3
        assert (made.status, made.object, made.model) == ("completed", "response", MODEL)
        assert (made.instructions, made.temperature, made.metadata) == (
            "Be brief.",
            0.5,
            {"a": "b"},
        )
        assert made.usage is not None
        assert (made.usage.input_tokens, made.usage.output_tokens) == (10, 3)
        assert made.usage.total_tokens == 13
        assert made.id.startswith("resp_")
        assert made.output[0].id == made.id.replace("resp_", "msg_") + "_0"

    async def test_it_has_every_field_of_open_responses(self, api: httpx2.AsyncClient):
        body = {"model": MODEL, "input": [{"role": "user", "content": "Hi"}], "tools": TOOLS}
        made = (await api.post("/v1/responses", json=body)).json()
        always = {"id", "object", "created_at", "completed_at", "status", "incomplete_details"}
        asked = {"model", "previous_response_id", "instructions", "tools", "tool_choice", "text"}
        told = {"output", "error", "usage", "metadata", "store", "background", "service_tier"}
        tuned = {"truncation", "parallel_tool_calls", "top_p", "presence_penalty", "temperature"}
        rest = {"frequency_penalty", "top_logprobs", "reasoning", "max_output_tokens"}
        more = {"max_tool_calls", "safety_identifier", "prompt_cache_key"}
        assert made.keys() == always | asked | told | tuned | rest | more
        (tool,) = made["tools"]
        assert tool.keys() == {"type", "name", "description", "parameters", "strict"}
        assert isinstance(made["created_at"], int)
        for number in ("top_p", "temperature", "presence_penalty", "frequency_penalty"):
            assert isinstance(made[number], float)

    async def test_an_agents_own_tools_are_told_as_calls(self, dora: AsyncOpenAI, agent: Agent):
        name = await agent(model="offline:extractive")
        made = await dora.responses.create(model=name, input="What is 15 * 23?")
        call, message = made.output
        assert call.type == "mcp_call"
        assert (call.name, call.server_label, call.status) == ("calculator", "menon", "completed")
        assert (call.arguments, call.output) == ('{"expression":"15 * 23"}', "15 * 23 = 345")
        assert message.type == "message"
        assert (made.output_text, made.model) == ("15 * 23 = 345.", f"{name}@1")

    async def test_a_tool_that_fails_is_told_with_its_error(self, dora: AsyncOpenAI, agent: Agent):
        name = await agent(model="openai:fake-n1-t1-wrongargs")
        made = await dora.responses.create(model=name, input="x")
        call = made.output[0]
        assert call.type == "mcp_call"
        assert (call.status, call.output) == ("failed", None)
        assert call.error is not None
        assert call.error.type == "mcp_tool_execution_error"

    async def test_an_answer_can_have_a_form(self, dora: AsyncOpenAI, fake: FakeLLM):
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
        text: Any = {"format": {"type": "json_schema", "name": "n", "schema": schema}}
        made = await dora.responses.create(model=MODEL, input="x", text=text)
        assert sent(fake)["response_format"]["json_schema"]["name"] == "n"
        assert made.text is not None
        assert made.text.format is not None
        assert made.text.format.type == "json_schema"

    async def test_pictures_are_for_models_that_see(self, dora: AsyncOpenAI, fake: FakeLLM):
        parts: Any = [
            {"type": "input_text", "text": "What is this?"},
            {"type": "input_image", "image_url": "https://example.org/a.png", "detail": "auto"},
        ]
        asked: Any = [{"role": "user", "content": parts}]
        await dora.responses.create(model="openai:fake-vision-n1", input=asked)
        assert sent(fake)["messages"][0]["content"][1]["image_url"]["url"] == parts[1]["image_url"]
        with pytest.raises(openai.BadRequestError, match="cannot see images"):
            await dora.responses.create(model=MODEL, input=asked)


class TestStream:
    async def test_the_events_come_in_their_order(self, dora: AsyncOpenAI):
        stream = await dora.responses.create(model="openai:fake-n40-d2", input="Hi", stream=True)
        events = [event async for event in stream]
        kinds = [event.type for event in events]
        assert [kind for kind in kinds if kind != "response.output_text.delta"] == [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
        assert [event.sequence_number for event in events] == list(range(len(events)))
        last = events[-1]
        assert last.type == "response.completed"
        deltas = [e.delta for e in events if e.type == "response.output_text.delta"]
        assert len(deltas) > 2, "it comes in pieces"
        assert "".join(deltas) == last.response.output_text
        assert await dora.responses.retrieve(last.response.id) == last.response

    async def test_the_frames_are_those_of_open_responses(self, api: httpx2.AsyncClient):
        answer = await api.post(
            "/v1/responses", json={"model": MODEL, "input": "Hi", "stream": True}
        )
        assert answer.headers["content-type"].startswith("text/event-stream")
        frames = answer.text.strip().split("\n\n")
        assert frames[-1] == "data: [DONE]"
        for frame in frames[:-1]:
            event, data = frame.split("\n")
            kind = event.removeprefix("event: ")
            assert data.startswith(f'data: {{"type":"{kind}","sequence_number":')

    async def test_the_clients_own_stream_helper_works(self, dora: AsyncOpenAI, agent: Agent):
        name = await agent(model="openai:fake-n4-t1", tools=["current_time"])
        async with dora.responses.stream(model=name, input="Hi") as stream:
            kinds = [event.type async for event in stream]
            final = await stream.get_final_response()
        assert "response.mcp_call.completed" in kinds
        assert [item.type for item in final.output] == ["mcp_call", "message"]
        assert final.output_text.count("~") == 4


class TestGoingOn:
    async def test_a_response_goes_on_from_another(self, dora: AsyncOpenAI, fake: FakeLLM):
        first = await dora.responses.create(model=MODEL, input="One", instructions="Old.")
        second = await dora.responses.create(
            input="Two", previous_response_id=first.id, instructions="New."
        )
        await dora.responses.create(model=MODEL, input="Three", previous_response_id=second.id)
        told = [(m["role"], m["content"]) for m in sent(fake)["messages"]]
        assert told == [
            ("user", "One"),
            ("assistant", first.output_text),
            ("user", "Two"),
            ("assistant", second.output_text),
            ("user", "Three"),
        ]
        assert sent(fake, -2)["messages"][0] == {"role": "system", "content": "New."}
        assert (second.model, second.previous_response_id) == (MODEL, first.id)

    async def test_the_client_runs_its_own_tools(self, dora: AsyncOpenAI, fake: FakeLLM):
        model = "openai:fake-n3-t1-p2"
        first = await dora.responses.create(model=model, input="Weather?", tools=TOOLS)
        calls = [item for item in first.output if item.type == "function_call"]
        assert [(call.name, call.arguments, call.status) for call in calls] == [
            ("weather", '{"city":"x"}', "completed")
        ] * 2
        with pytest.raises(openai.BadRequestError, match="has no result"):
            await dora.responses.create(model=model, input="And?", previous_response_id=first.id)
        results: Any = [
            {"type": "function_call_output", "call_id": call.call_id, "output": f"snow {n}"}
            for n, call in enumerate(calls)
        ]
        second = await dora.responses.create(
            model=model, input=results, previous_response_id=first.id, tools=TOOLS
        )
        assert second.output_text.count("~") == 3
        messages = sent(fake)["messages"]
        assert [m["role"] for m in messages] == ["user", "assistant", "tool", "tool"]
        assert len(messages[1]["tool_calls"]) == 2, "the calls of one answer stay together"

    async def test_who_keeps_nothing_here_sends_it_all(self, dora: AsyncOpenAI, fake: FakeLLM):
        """What was put out may be sent as it came, also what is for people."""
        first = await dora.responses.create(
            model="openai:fake-t1", input="Weather?", tools=TOOLS, store=False
        )
        with pytest.raises(openai.NotFoundError):
            await dora.responses.retrieve(first.id)
        items: list[Any] = [
            {"role": "user", "content": "Weather?"},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            *[item.model_dump(exclude_none=True) for item in first.output],
            {
                "type": "function_call_output",
                "call_id": getattr(first.output[0], "call_id"),  # noqa: B009 - a union
                "output": [{"type": "input_text", "text": "snow"}],
            },
        ]
        await dora.responses.create(model="openai:fake-n1", input=items, store=False, tools=TOOLS)
        assert [m["role"] for m in sent(fake)["messages"]] == ["user", "assistant", "tool"]

    async def test_an_agents_tool_calls_are_not_told_to_the_model_again(
        self, dora: AsyncOpenAI, agent: Agent, fake: FakeLLM
    ):
        name = await agent(model="openai:fake-n2-t1")
        first = await dora.responses.create(model=name, input="One")
        await dora.responses.create(model=name, input="Two", previous_response_id=first.id)
        roles = [m["role"] for m in sent(fake)["messages"]]
        assert roles == ["user", "assistant", "user", "assistant", "tool"]

    async def test_what_is_still_being_made_cannot_be_gone_on_from(self, dora: AsyncOpenAI):
        first = await dora.responses.create(
            model="openai:fake-n1000-d20", input="One", background=True
        )
        with pytest.raises(openai.ConflictError, match="still being made"):
            await dora.responses.create(model=MODEL, input="Two", previous_response_id=first.id)
        await dora.responses.cancel(first.id)
        await dora.responses.create(model=MODEL, input="Two", previous_response_id=first.id)

    async def test_a_past_that_does_not_fit_is_folded_where_that_is_wanted(
        self, dora: AsyncOpenAI, fake: FakeLLM
    ):
        """The offline engine's window is a million tokens: the past stays whole."""
        first = await dora.responses.create(model="offline:extractive", input="Hello")
        second = await dora.responses.create(
            model="offline:extractive",
            input="What can you do?",
            previous_response_id=first.id,
            truncation="auto",
            max_output_tokens=100,
        )
        assert second.truncation == "auto"
        assert "offline engine" in second.output_text
