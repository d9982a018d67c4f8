"""What goes wrong on `/v1`: the shape that OpenAI's clients know, our code in it, and a remedy."""

from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from tests.features.openai.conftest import WEATHER
from tests.fixtures.people import People

from menon.testing.fake_llm import FakeLLM

USER = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": WEATHER}
CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
ITEM = {"type": "message", "role": "user", "content": "Hi"}
MODEL = "openai:fake-n1"


def _shaped(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.headers["content-type"].startswith("application/json"), answer.text
    body = answer.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"message", "type", "param", "code"}
    return body["error"]


CHAT: list[tuple[dict[str, Any], str | None]] = [
    ({}, "messages"),
    ({"messages": []}, "messages"),
    ({"messages": "Hi"}, "messages"),
    ({"messages": [USER] * 10_000}, "messages"),
    ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"),
    (
        {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
        "messages[0].content[0]",
    ),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0]"),
    (
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}
            ]
        },
        "messages[0].content[0].image_url",
    ),
    (
        {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,abc"}}
                    ],
                }
            ]
        },
        "messages[0].content[0].image_url",
    ),
    (
        {
            "messages": [
                {
                    "role": "system",
                    "content": [{"type": "image_url", "image_url": {"url": "https://x.org/a.png"}}],
                }
            ]
        },
        "messages[0]",
    ),
    ({"messages": [USER, {"role": "tool", "content": "x"}]}, "messages[1].tool_call_id"),
    ({"messages": [USER, {"role": "tool", "content": "x", "tool_call_id": "c9"}]}, "messages"),
    ({"messages": [USER, {"role": "assistant", "tool_calls": [CALL]}]}, "messages"),
    ({"messages": [USER, {"role": "assistant", "tool_calls": [CALL]}, USER]}, "messages"),
    ({"messages": [USER], "tools": [{"type": "custom"}]}, "tools[0].type"),
    (
        {"messages": [USER], "tools": [{"type": "function", "function": {"name": "a b"}}]},
        "tools[0].function.name",
    ),
    ({"messages": [USER], "tools": [TOOL, TOOL]}, "tools"),
    ({"messages": [USER], "tool_choice": "required"}, "tool_choice"),
    ({"messages": [USER], "tool_choice": "any"}, "tool_choice"),
    (
        {"messages": [USER], "tool_choice": {"type": "function", "function": {"name": "x"}}},
        "tool_choice",
    ),
    ({"messages": [USER], "n": 2}, "n"),
    ({"messages": [USER], "temperature": 3}, "temperature"),
    ({"messages": [USER], "temperature": "hot"}, "temperature"),
    ({"messages": [USER], "max_tokens": 0}, "max_tokens"),
    ({"messages": [USER], "stop": ["a"] * 5}, "stop"),
    ({"messages": [USER], "logprobs": True}, "logprobs"),
    ({"messages": [USER], "modalities": ["audio"]}, "modalities[0]"),
    ({"messages": [USER], "functions": []}, "functions"),
    (
        {"messages": [USER], "response_format": {"type": "json_schema"}},
        "response_format.json_schema",
    ),
    (
        {
            "messages": [USER],
            "model": "offline:extractive",
            "response_format": {"type": "json_object"},
        },
        "model",
    ),
    ({"messages": [USER], "model": ""}, "model"),
    ({"messages": [USER], "model": "x" * 201}, "model"),
    ({"messages": [USER], "model": None}, "model"),
    ({"messages": [USER], "model": ["x"]}, "model"),
]

RESPONSES: list[tuple[dict[str, Any], str | None]] = [
    ({}, "input"),
    ({"input": []}, "input"),
    ({"input": 7}, "input"),
    ({"input": [ITEM] * 10_000}, "input"),
    ({"input": "Hi", "model": None}, "model"),
    ({"input": [{"type": "message", "content": "x"}]}, "input[0]"),
    ({"input": [{"type": "computer_call"}]}, "input[0]"),
    ({"input": [{"type": "item_reference", "id": "x"}]}, "input[0]"),
    ({"input": [{"role": "user", "content": [{"type": "input_file"}]}]}, "input[0].content[0]"),
    (
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "ftp://x"}]}]},
        "input[0].content[0]",
    ),
    (
        {
            "input": [
                {
                    "role": "system",
                    "content": [{"type": "input_image", "image_url": "https://x.org/a.png"}],
                }
            ]
        },
        "input[0]",
    ),
    ({"input": [ITEM, {"type": "function_call", "call_id": "c", "name": "weather"}]}, "input"),
    ({"input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]}, "input"),
    ({"input": [{"type": "mcp_approval_response", "approve": True}]}, "input[0]"),
    ({"input": "Hi", "tools": [{"type": "web_search"}]}, "tools[0]"),
    ({"input": "Hi", "tool_choice": {"type": "function", "name": "x"}}, "tool_choice"),
    ({"input": "Hi", "tool_choice": "required"}, "tool_choice"),
    ({"input": "Hi", "conversation": "conv_1"}, "conversation"),
    ({"input": "Hi", "max_tool_calls": 3}, "max_tool_calls"),
    ({"input": "Hi", "background": True, "store": False}, "store"),
    ({"input": "Hi", "metadata": {str(n): "x" for n in range(17)}}, "metadata"),
    ({"input": "Hi", "metadata": {"a": "x" * 513}}, "metadata.a"),
    ({"input": "Hi", "truncation": "sometimes"}, "truncation"),
    (
        {"input": "Hi", "model": "offline:extractive", "text": {"format": {"type": "json_object"}}},
        "model",
    ),
]


@pytest.mark.parametrize(("body", "param"), CHAT)
async def test_a_conversation_that_cannot_be_taken(
    people: People, body: dict[str, Any], param: str | None
):
    client = await people.client("dora")
    answer = await client.post("/v1/chat/completions", json={"model": MODEL, **body})
    error = _shaped(answer)
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error"), answer.text
    assert (error["param"], error["code"]) == (param, "VALID_001")


@pytest.mark.parametrize(("body", "param"), RESPONSES)
async def test_an_input_that_cannot_be_taken(
    people: People, body: dict[str, Any], param: str | None
):
    client = await people.client("dora")
    answer = await client.post("/v1/responses", json={"model": MODEL, **body})
    error = _shaped(answer)
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error"), answer.text
    assert (error["param"], error["code"]) == (param, "VALID_001")
    assert (await client.get("/api/v1/runs")).json()["items"] == [], "nothing was begun"


async def test_the_door_answers_in_the_same_shape(
    people: People, client: httpx2.AsyncClient, as_developer: httpx2.AsyncClient
):
    body = {"model": MODEL, "messages": [USER]}
    nobody = await client.post("/v1/chat/completions", json=body)
    assert (nobody.status_code, _shaped(nobody)["code"]) == (401, "AUTH_001")
    assert nobody.headers["www-authenticate"] == "Bearer"
    assert _shaped(nobody)["type"] == "authentication_error"
    wrong = await client.get("/v1/models", headers={"Authorization": "Bearer mnn_wrong"})
    assert wrong.status_code == 401
    for answer, status in (
        (await as_developer.get("/v1/nothing"), 404),
        (await as_developer.get("/v1/chat/completions"), 405),
        (await as_developer.post("/v1/chat/completions", content=b"{"), 400),
        (await as_developer.post("/v1/chat/completions", json={"x": "y" * 2_000_000}), 413),
        (await as_developer.post("/v1/chat/completions", json=_deep(200)), 400),
        (await as_developer.post("/v1/chat/completions", json={**body, "model": "a:b"}), 404),
        (
            await as_developer.post("/v1/chat/completions", json={**body, "model": "anthropic:x"}),
            503,
        ),
        (await as_developer.get("/v1/responses/resp_x"), 404),
        (await as_developer.delete("/v1/responses/resp_" + "0" * 32), 404),
    ):
        assert answer.status_code == status, answer.text
        _shaped(answer)


def _deep(levels: int) -> Any:
    found: Any = []
    for _ in range(levels):
        found = [found]
    return {"messages": found}


class TestLimits:
    @pytest.fixture
    def overrides(self, fake: FakeLLM) -> dict[str, Any]:
        return {
            "models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"},
            "limits": {"enabled": True, "per_minute": 3},
        }

    async def test_a_callers_minute_is_the_same_here(self, dora: AsyncOpenAI):
        for _ in range(3):
            await dora.models.list()
        with pytest.raises(openai.RateLimitError) as caught:
            await dora.models.list()
        assert caught.value.code == "RATE_001"
        assert int(caught.value.response.headers["retry-after"]) > 0


class TestBusy:
    @pytest.fixture
    def overrides(self, fake: FakeLLM) -> dict[str, Any]:
        return {
            "models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"},
            "chat": {"turns_at_once": 1},
        }

    async def test_more_answers_than_allowed_are_refused(self, dora: AsyncOpenAI):
        messages: list[Any] = [USER]
        async with await dora.chat.completions.create(
            model="openai:fake-n1000-d20", messages=messages, stream=True
        ) as stream:
            await anext(aiter(stream))
            with pytest.raises(openai.InternalServerError) as caught:
                await dora.responses.create(model=MODEL, input="Hi")
        assert (caught.value.status_code, caught.value.code) == (503, "DB_002")
