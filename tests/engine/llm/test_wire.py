import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from menon.core.errors import MenonError, ModelError, ModelUnavailable
from menon.engine.llm.provider import Endpoint, Outbound
from menon.engine.llm.providers.openai import provider
from menon.testing.fake_llm import FakeLLM
from menon.testing.loopback import Listener, listening, reply

ASKED: list[ModelMessage] = [ModelRequest(parts=[UserPromptPart(content="hi")])]
LOOKUP = ToolDefinition(
    name="lookup",
    description="Look up.",
    parameters_json_schema={
        "type": "object",
        "properties": {"word": {"type": "string"}},
        "required": ["word"],
    },
)
WITH_TOOL = ModelRequestParameters(function_tools=[LOOKUP])


async def ask(
    fake: FakeLLM,
    outbound: Outbound,
    model: str,
    *,
    settings: ModelSettings | None = None,
    parameters: ModelRequestParameters | None = None,
) -> ModelResponse:
    built = provider.build(model, Endpoint(base_url=f"{fake.url}/v1", api_key="k"), outbound)
    return await built.request(ASKED, settings, parameters or ModelRequestParameters())


def shown(event: ModelResponseStreamEvent) -> str:
    match event:
        case PartStartEvent(part=TextPart(content=text)):
            return text
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return text
        case _:
            return ""


def sent(fake: FakeLLM) -> dict[str, Any]:
    return json.loads(fake.requests[-1].body)


class TestAnswers:
    async def test_text_usage_and_reason_arrive(self, fake: FakeLLM, outbound: Outbound) -> None:
        answer = await ask(fake, outbound, "fake-n40-d1")
        assert answer.text is not None
        assert answer.text.count("~") == 40
        assert (answer.usage.input_tokens, answer.usage.output_tokens) == (10, 40)
        assert answer.finish_reason == "stop"

    async def test_text_is_merged_into_few_events_the_first_at_once(
        self, fake: FakeLLM, outbound: Outbound
    ) -> None:
        built = provider.build("fake-n100-d3", Endpoint(base_url=f"{fake.url}/v1"), outbound)
        async with built.request_stream(ASKED, None, ModelRequestParameters()) as stream:
            pieces = [text async for event in stream if (text := shown(event))]
        assert "".join(pieces).count("~") == 100
        assert 4 <= len(pieces) <= 15
        assert pieces[0].count("~") == 1

    async def test_tool_calls_arrive_whole(self, fake: FakeLLM, outbound: Outbound) -> None:
        answer = await ask(fake, outbound, "fake-t1-p2", parameters=WITH_TOOL)
        assert [(call.tool_name, call.args) for call in answer.tool_calls] == [
            ("lookup", '{"word": "x"}'),
            ("lookup", '{"word": "x"}'),
        ]
        assert answer.finish_reason == "tool_call"

    async def test_a_cut_answer_is_counted_by_its_length(
        self, fake: FakeLLM, outbound: Outbound
    ) -> None:
        built = provider.build("fake-n9-k4", Endpoint(base_url=f"{fake.url}/v1"), outbound)
        async with built.request_stream(ASKED, None, ModelRequestParameters()) as stream:
            with pytest.raises(ModelUnavailable):
                async for _ in stream:
                    pass
            assert 5 <= stream.usage.output_tokens <= 9
            assert stream.usage.input_tokens > 10


class TestRequests:
    async def test_it_streams_and_asks_for_usage_with_the_key(
        self, fake: FakeLLM, outbound: Outbound
    ) -> None:
        await ask(fake, outbound, "fake-n1")
        body = sent(fake)
        assert body["stream"] is True
        assert body["stream_options"] == {"include_usage": True}
        assert body["messages"] == [{"role": "user", "content": "hi"}]
        assert "tools" not in body
        assert fake.requests[-1].headers["authorization"] == "Bearer k"

    async def test_settings_are_sent_as_the_server_names_them(
        self, fake: FakeLLM, outbound: Outbound
    ) -> None:
        await ask(fake, outbound, "fake-n1", settings=ModelSettings(temperature=0.5, max_tokens=7))
        assert (sent(fake)["temperature"], sent(fake)["max_tokens"]) == (0.5, 7)

    async def test_models_that_reason_are_sent_no_temperature(
        self, fake: FakeLLM, outbound: Outbound
    ) -> None:
        await ask(fake, outbound, "o3-n1", settings=ModelSettings(temperature=0.5))
        assert "temperature" not in sent(fake)

    async def test_tools_are_offered(self, fake: FakeLLM, outbound: Outbound) -> None:
        await ask(fake, outbound, "fake-n1", parameters=WITH_TOOL)
        assert sent(fake)["tools"][0]["function"]["name"] == "lookup"
        assert sent(fake)["tool_choice"] == "auto"


class TestFaults:
    @pytest.mark.parametrize(
        ("model", "kind", "message"),
        [
            ("fake-e500", ModelUnavailable, r"failed \(500\): asked for"),
            ("fake-e400", ModelError, r"refused the request \(400\)"),
            ("fake-err200", ModelUnavailable, "failed while answering: asked for"),
            ("fake-x0", ModelUnavailable, "failed while answering"),
            ("fake-x2", ModelUnavailable, "failed while answering"),
            ("fake-j0", ModelError, "broken JSON"),
            ("fake-j2", ModelError, "broken JSON"),
            ("fake-k0", ModelUnavailable, "middle of its answer"),
            ("fake-k2", ModelUnavailable, "middle of its answer"),
            ("fake-c0", ModelUnavailable, "middle of its answer"),
            ("fake-c2", ModelUnavailable, "middle of its answer"),
        ],
    )
    async def test_a_fault_is_a_typed_error(
        self, fake: FakeLLM, outbound: Outbound, model: str, kind: type[MenonError], message: str
    ) -> None:
        with pytest.raises(kind, match=message) as caught:
            await ask(fake, outbound, model)
        assert type(caught.value) is kind

    async def test_another_server_is_noticed(self, fake: FakeLLM, outbound: Outbound) -> None:
        built = provider.build("x", Endpoint(base_url=f"{fake.url}/nowhere"), outbound)
        with pytest.raises(ModelError, match="404"):
            await built.request(ASKED, None, ModelRequestParameters())


class Served:
    """A server that answers each request with the same bytes."""

    def __init__(self, server: Listener, outbound: Outbound) -> None:
        self.server, self.outbound = server, outbound

    async def ask(self, body: bytes, kind: str = "text/event-stream") -> ModelResponse:
        self.server.answer = lambda _asked: reply(body, content_type=kind)
        endpoint = Endpoint(base_url=f"http://127.0.0.1:{self.server.port}/v1")
        built = provider.build("x", endpoint, self.outbound)
        return await built.request(ASKED, None, ModelRequestParameters())


@pytest.fixture
async def served(outbound: Outbound) -> AsyncGenerator[Served]:
    async with listening() as server:
        yield Served(server, outbound)


def stream(*deltas: dict[str, Any], finish: str | None = "stop") -> bytes:
    choices = [[{"delta": delta}] for delta in deltas] + [[{"finish_reason": finish}]]
    events = [json.dumps({"choices": each}) for each in [*choices, []]]
    return "".join(f"data: {event}\n\n" for event in events).encode()


class TestDialects:
    """What servers other than OpenAI's send."""

    @pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
    async def test_thoughts_come_in_a_field(self, served: Served, field: str) -> None:
        answer = await served.ask(stream({field: "h"}, {field: "m"}, {"content": "Yes."}))
        assert [part.part_kind for part in answer.parts] == ["thinking", "text"]
        assert (answer.thinking, answer.text) == ("hm", "Yes.")

    async def test_or_in_tags(self, served: Served) -> None:
        answer = await served.ask(stream({"content": "<thi"}, {"content": "nk>hm</think>Yes."}))
        assert (answer.thinking, answer.text) == ("hm", "Yes.")

    async def test_a_text_that_only_looks_like_a_tag_is_kept(self, served: Served) -> None:
        assert (await served.ask(stream({"content": "<thin"}))).text == "<thin"

    async def test_an_end_without_done_is_an_end(self, served: Served) -> None:
        answer = await served.ask(stream({"content": "a"}))
        assert answer.finish_reason == "stop"

    @pytest.mark.parametrize(
        ("told", "reason"),
        [
            ("length", "length"),
            ("tool_calls", "tool_call"),
            ("content_filter", "content_filter"),
            ("eos", "stop"),
        ],
    )
    async def test_reasons_to_stop_are_understood(
        self, served: Served, told: str, reason: str
    ) -> None:
        answer = await served.ask(stream({"content": "a"}, finish=told))
        assert answer.finish_reason == reason

    async def test_without_a_reason_and_without_done_it_was_cut(self, served: Served) -> None:
        with pytest.raises(ModelUnavailable, match="middle of its answer"):
            await served.ask(stream({"content": "a"}, finish=None))

    async def test_only_the_first_choice_counts(self, served: Served) -> None:
        two = b'data: {"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}\n\n'
        assert (await served.ask(two + stream())).text == "a"

    async def test_an_answer_that_calls_twice_under_one_index_is_one_call(
        self, served: Served
    ) -> None:
        first = {"index": 0, "id": "1", "function": {"name": "f", "arguments": '{"a'}}
        again = {"index": 0, "id": "1", "function": {"arguments": '":1}'}}
        body = stream({"tool_calls": [first]}, {"tool_calls": [again]}, finish="tool_calls")
        (call,) = (await served.ask(body)).tool_calls
        assert (call.tool_name, call.args, call.tool_call_id) == ("f", '{"a":1}', "1")

    @pytest.mark.parametrize(
        ("body", "kind", "message"),
        [
            (b"<html>", "text/event-stream", "middle of its answer"),
            (b"<html>", "application/json", "neither a stream nor JSON"),
            (b"{}", "application/json", "a whole answer where a stream was asked for"),
            (b'{"error":"no"}', "application/json", "answered with an error: no"),
            (b'data: {"error":{"message":"no"}}\n\n', "text/event-stream", "with an error: no"),
            (b"data: " + b"x" * 4_100_000, "text/event-stream", "a line of more than"),
            (b"data: \xff\xfe\n\n", "text/event-stream", "broken JSON"),
            (b'data: {"choices":7}\n\n', "text/event-stream", "broken JSON"),
        ],
    )
    async def test_nonsense_is_told(
        self, served: Served, body: bytes, kind: str, message: str
    ) -> None:
        with pytest.raises(ModelError, match=message):
            await served.ask(body, kind)


async def test_a_schema_can_be_asked_for(fake: FakeLLM, outbound: Outbound) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    parameters = ModelRequestParameters(
        output_mode="native",
        output_object=OutputObjectDefinition(json_schema=schema, name="answer"),
    )
    await ask(fake, outbound, "fake-n1", parameters=parameters)
    assert sent(fake)["response_format"]["json_schema"]["name"] == "answer"
