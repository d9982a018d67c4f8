"""Chat completions, driven by the official client over a real socket."""

import json
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk
from tests.features.openai.conftest import WEATHER, Agent, Sdk, sent, streamed
from tests.fixtures.people import People

from menon.testing.fake_llm import FakeLLM

QUESTION: list[Any] = [{"role": "user", "content": "What is 15 * 23?"}]
TOOLS: list[Any] = [{"type": "function", "function": WEATHER}]
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def _text(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


class TestWhole:
    async def test_an_agent_answers_with_tools_that_nobody_sees(
        self, dora: AsyncOpenAI, agent: Agent, api: httpx2.AsyncClient
    ):
        name = await agent(model="offline:extractive")
        raw = await dora.chat.completions.with_raw_response.create(model=name, messages=QUESTION)
        answer = raw.parse()
        (choice,) = answer.choices
        assert choice.message.content == "15 * 23 = 345."
        assert (choice.finish_reason, choice.message.tool_calls) == ("stop", None)
        assert (answer.model, answer.object) == (f"{name}@1", "chat.completion")
        run = (await api.get(f"/api/v1/runs/{raw.headers['x-run-id']}")).json()
        assert (run["kind"], run["state"], run["title"]) == (
            "agent",
            "completed",
            QUESTION[0]["content"],
        )
        assert answer.usage is not None
        assert answer.usage.prompt_tokens == run["usage"]["input_tokens"] > 0
        assert answer.id == f"chatcmpl-{run['id'].replace('-', '')}"
        history = (await api.get("/api/v1/agents/helper/history")).json()["items"]
        assert [past["content"] for past in history] == [QUESTION[0]["content"], "15 * 23 = 345."]

    @pytest.mark.parametrize(
        ("asked", "answers"),
        [
            ("auto", "openai:fake"),
            ("openai:fake-n3", "openai:fake-n3"),
            ("fake", "openai:fake"),
            ("offline:extractive", "offline:extractive"),
        ],
    )
    async def test_a_plain_model_answers_alone(
        self, dora: AsyncOpenAI, fake: FakeLLM, asked: str, answers: str
    ):
        await dora.models.list()
        answer = await dora.chat.completions.create(
            model=asked,
            messages=[{"role": "developer", "content": "Be brief."}, *QUESTION],
            user="u",
            store=True,
            metadata={"a": "b"},
            n=1,
        )
        assert answer.model == answers
        assert answer.choices[0].message.content
        if answers.startswith("openai:"):
            assert [m["role"] for m in sent(fake)["messages"]] == ["system", "user"]
            assert "tools" not in sent(fake)

    async def test_it_is_counted_as_usage(self, dora: AsyncOpenAI, api: httpx2.AsyncClient):
        for _ in range(2):
            await dora.chat.completions.create(model="openai:fake-n5", messages=QUESTION)
        (used,) = (await api.get("/api/v1/models/usage")).json()["items"]
        assert (used["key"], used["runs"], used["output_tokens"]) == ("openai:fake-n5", 2, 10)

    async def test_what_was_said_goes_along_in_its_order(self, dora: AsyncOpenAI, fake: FakeLLM):
        messages: list[Any] = [
            {"role": "user", "content": [{"type": "text", "text": "One"}]},
            {"role": "assistant", "content": "Two"},
            {"role": "user", "content": "Three"},
        ]
        await dora.chat.completions.create(model="openai:fake-n1", messages=messages)
        told = [(m["role"], m["content"]) for m in sent(fake)["messages"]]
        assert told == [("user", "One"), ("assistant", "Two"), ("user", "Three")]

    async def test_settings_reach_the_model(self, dora: AsyncOpenAI, fake: FakeLLM, agent: Agent):
        name = await agent(model="openai:fake-n1", temperature=0.1, max_tokens=50, tools=[])
        wishes: dict[str, Any] = {
            "temperature": 0.7,
            "top_p": 0.5,
            "stop": "END",
            "seed": 3,
            "presence_penalty": 0.5,
            "frequency_penalty": -0.5,
            "logit_bias": {"50256": -100},
        }
        await dora.chat.completions.create(
            model=name, messages=QUESTION, max_tokens=80, max_completion_tokens=60, **wishes
        )
        asked = sent(fake)
        assert asked["max_tokens"] == 50, "the agent's limit is the smaller one"
        assert {key: asked[key] for key in wishes} == wishes | {"stop": ["END"]}
        await dora.chat.completions.create(model=name, messages=QUESTION)
        assert sent(fake)["temperature"] == 0.1

    async def test_an_answer_can_have_a_form(self, dora: AsyncOpenAI, fake: FakeLLM):
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
        form: Any = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
        await dora.chat.completions.create(
            model="openai:fake-n1", messages=QUESTION, response_format=form
        )
        wanted = sent(fake)["response_format"]["json_schema"]
        assert wanted["name"] == "n"
        assert schema.items() <= wanted["schema"].items()
        await dora.chat.completions.create(
            model="openai:fake-n1", messages=QUESTION, response_format={"type": "json_object"}
        )
        assert sent(fake)["response_format"] == {"type": "json_object"}

    async def test_pictures_are_for_models_that_see(self, dora: AsyncOpenAI, fake: FakeLLM):
        content: Any = [
            {"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": PIXEL}},
        ]
        messages: list[Any] = [{"role": "user", "content": content}]
        await dora.chat.completions.create(model="openai:fake-vision-n1", messages=messages)
        (message,) = sent(fake)["messages"]
        assert message["content"][1]["image_url"]["url"] == PIXEL
        with pytest.raises(openai.BadRequestError, match="cannot see images") as caught:
            await dora.chat.completions.create(model="openai:fake-n1", messages=messages)
        assert caught.value.param == "model"


class TestStream:
    async def test_the_chunks_are_those_of_openai(self, dora: AsyncOpenAI):
        chunks = await streamed(
            dora,
            model="openai:fake-n40-d2",
            messages=QUESTION,
            stream_options={"include_usage": True},
        )
        assert len({chunk.id for chunk in chunks}) == 1
        assert {chunk.model for chunk in chunks} == {"openai:fake-n40-d2"}
        assert chunks[0].choices[0].delta.role == "assistant"
        assert _text(chunks).count("~") == 40
        reasons = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
        assert (reasons[-1], set(reasons[:-1])) == ("stop", {None})
        *others, last = chunks
        assert (last.choices, last.usage and last.usage.completion_tokens) == ([], 40)
        assert all(chunk.usage is None for chunk in others)
        assert len(chunks) > 4, "it comes in pieces"

    async def test_the_frames_are_those_of_openai(self, api: httpx2.AsyncClient):
        body = {"model": "openai:fake-n2", "messages": QUESTION, "stream": True}
        answer = await api.post("/v1/chat/completions", json=body)
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        frames = answer.text.strip().split("\n\n")
        assert frames[-1] == "data: [DONE]"
        chunks = [json.loads(frame.removeprefix("data: ")) for frame in frames[:-1]]
        keys = {"id", "object", "created", "model", "choices"}
        assert all(chunk.keys() == keys for chunk in chunks), "nobody asked for the usage"

    async def test_an_agents_stream_hides_its_tools(self, dora: AsyncOpenAI, agent: Agent):
        name = await agent(model="openai:fake-n4-t2")
        chunks = await streamed(
            dora, model=name, messages=QUESTION, stream_options={"include_usage": True}
        )
        assert _text(chunks).count("~") == 4
        assert not any(c.delta.tool_calls for chunk in chunks for c in chunk.choices)
        usage = chunks[-1].usage
        assert usage is not None
        assert usage.prompt_tokens == 30, "three requests of ten tokens"

    async def test_the_clients_own_stream_helper_works(self, dora: AsyncOpenAI):
        async with dora.chat.completions.stream(
            model="openai:fake-t1", messages=QUESTION, tools=TOOLS
        ) as stream:
            kinds = [event.type async for event in stream]
            final = await stream.get_final_completion()
        assert "tool_calls.function.arguments.done" in kinds
        assert final.choices[0].finish_reason == "tool_calls"


class TestRights:
    async def test_agents_are_those_that_one_may_use(
        self, dora: AsyncOpenAI, sdk: Sdk, agent: Agent
    ):
        name = await agent(model="openai:fake-n1")
        ned = await sdk("ned")
        with pytest.raises(openai.NotFoundError) as caught:
            await ned.chat.completions.create(model=name, messages=QUESTION)
        missing = "agent:nobody"
        with pytest.raises(openai.NotFoundError) as same:
            await ned.chat.completions.create(model=missing, messages=QUESTION)
        assert str(caught.value).replace("helper", "nobody") == str(same.value)

    async def test_an_agent_at_a_version(self, dora: AsyncOpenAI, agent: Agent, people: People):
        name = await agent(model="openai:fake-n1")
        client = await people.client("dora")
        await client.put(
            "/api/v1/agents/helper", json={"configuration": {"model": "openai:fake-n2"}}
        )
        now = await dora.chat.completions.create(model=name, messages=QUESTION)
        assert now.model == f"{name}@2"
        then = await dora.chat.completions.create(model=f"{name}@1", messages=QUESTION)
        assert then.model == f"{name}@1"
        assert (then.choices[0].message.content or "").count("~") == 1

    async def test_a_key_for_reading_only_may_not_ask(
        self, live: str, people: People, api: httpx2.AsyncClient
    ):
        made = await (await people.client("dora")).post(
            "/api/v1/auth/api-keys", json={"name": "x", "scopes": ["read"]}
        )
        async with AsyncOpenAI(
            api_key=made.json()["key"], base_url=f"{live}/v1", max_retries=0
        ) as reader:
            assert [model async for model in reader.models.list()]
            with pytest.raises(openai.PermissionDeniedError) as caught:
                await reader.chat.completions.create(model="auto", messages=QUESTION)
        assert caught.value.code == "AUTH_003"
