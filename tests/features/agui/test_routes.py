"""AG-UI runs over a real socket: what a page sends, and what it gets back."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from ag_ui.core import AgentCapabilities, Event, RunAgentInput, UserMessage
from pydantic import TypeAdapter
from tests.fixtures.people import People
from tests.fixtures.wires import agent, latest_run, until_state

from menon.testing.fake_llm import FakeLLM

EVENTS: TypeAdapter[Any] = TypeAdapter(Event)


def asks(text: str = "hi", **more: Any) -> dict[str, Any]:
    """A request, made by the protocol's own types."""
    message = UserMessage(id="m1", role="user", content=text)
    given: dict[str, Any] = {"threadId": "t1", "runId": "r1", "messages": [message], **more}
    return RunAgentInput.model_validate(given).model_dump(by_alias=True, mode="json")


@pytest.fixture
async def line(live: str, people: People) -> AsyncIterator[httpx2.AsyncClient]:
    key = (await people.person("dora")).key
    async with httpx2.AsyncClient(base_url=live, headers={"X-API-Key": key}, timeout=60) as client:
        yield client


async def told(
    client: httpx2.AsyncClient, body: dict[str, Any], agent: str = "assistant"
) -> list[Any]:
    """The events of a run, by the protocol's own types."""
    async with client.stream("POST", f"/api/v1/agents/{agent}/ag-ui", json=body) as answer:
        assert answer.status_code == 200, (await answer.aread()).decode()
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [
            EVENTS.validate_json(text.removeprefix("data: "))
            async for text in answer.aiter_lines()
            if text.startswith("data: ")
        ]


async def test_a_run_is_told_by_the_protocols_events(
    line: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, fake: FakeLLM
):
    await agent(as_developer, "Fast", "fake-n3-t1", tools=["calculator"])
    more: dict[str, Any] = {
        "messages": [
            {"id": "0", "role": "system", "content": "Be brief."},
            {"id": "1", "role": "user", "content": "one"},
            {"id": "2", "role": "assistant", "content": "two"},
            {"id": "3", "role": "assistant", "content": None},
            {"id": "4", "role": "user", "content": [{"type": "text", "text": "three"}]},
        ],
        "context": [{"description": "The page", "value": "orders"}],
        "state": {"row": 7},
    }
    events = await told(line, asks(**more), "fast")
    kinds = [event.type.value for event in events]
    assert kinds[0] == "RUN_STARTED"
    assert kinds[-1] == "RUN_FINISHED"
    assert kinds[1:5] == ["TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"]
    assert (events[0].thread_id, events[0].run_id) == ("t1", "r1")
    run_id = events[0].metadata["menon"]["run"]
    said = "".join(e.delta for e in events if e.type.value == "TEXT_MESSAGE_CONTENT")
    run = (await as_developer.get(f"/api/v1/runs/{run_id}")).json()
    assert (run["state"], run["output"]["text"]) == ("completed", said)
    assert events[-1].usage[0].input_tokens == run["usage"]["input_tokens"]
    sent = [r.body.decode() for r in fake.requests if r.path == "/v1/chat/completions"][-1]
    for word in ("Be brief.", "one", "two", "three", "orders", "row"):
        assert word in sent, word


async def test_tools_of_the_page_are_called_there(
    line: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, fake: FakeLLM
):
    schema = {"type": "object", "properties": {"of": {"type": "string"}}, "required": ["of"]}
    tools = [{"name": "pick_color", "description": "Let them pick.", "parameters": schema}]
    page: dict[str, Any] = {
        "tools": tools,
        "context": [{"description": "The page", "value": "orders"}],
    }
    bare = await agent(as_developer, "Bare", "fake-n3-t1", tools=[])
    events = await told(line, asks("Paint it.", **page), bare["id"])
    [call] = [e for e in events if e.type.value == "TOOL_CALL_START"]
    assert call.tool_call_name == "pick_color"
    assert events[-1].outcome.pending_tool_call_ids == [call.tool_call_id]
    made = {"id": call.tool_call_id, "type": "function"}
    messages = [
        {"id": "1", "role": "user", "content": "Paint it."},
        {
            "id": "2",
            "role": "assistant",
            "toolCalls": [{**made, "function": {"name": "pick_color", "arguments": '{"of":"x"}'}}],
        },
        {"id": "3", "role": "tool", "toolCallId": call.tool_call_id, "content": "teal"},
        {"id": "4", "role": "tool", "toolCallId": "unknown", "content": "nobody called"},
    ]
    events = await told(line, asks(messages=messages, **page), bare["id"])
    kinds = [event.type.value for event in events]
    assert kinds[1:] == [
        *("TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END"),
        "RUN_FINISHED",
    ]
    sent = [r.body.decode() for r in fake.requests if r.path == "/v1/chat/completions"][-1]
    assert "teal" in sent
    assert "orders" in sent
    assert "nobody called" not in sent


async def test_a_failure_ends_the_stream_with_its_code(
    line: httpx2.AsyncClient, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Broken", "fake-n3-e400")
    events = await told(line, asks(), "broken")
    assert (events[-1].type.value, events[-1].code) == ("RUN_ERROR", "MODEL_003")


async def test_who_leaves_cancels_the_run(
    line: httpx2.AsyncClient, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Slow", "fake-n500-d50")
    path = "/api/v1/agents/slow/ag-ui"
    async with line.stream("POST", path, json=asks()) as answer:
        async for text in answer.aiter_lines():
            if "TEXT_MESSAGE_CONTENT" in text:
                break
    await until_state(as_developer, await latest_run(as_developer), "cancelled")


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({}, "threadId"),
    ({"threadId": "t", "runId": "r", "messages": []}, "role 'user'"),
    ({"threadId": "t", "runId": "r", "messages": [{"role": "user"}]}, "/messages/0"),
    (
        {
            "threadId": "t",
            "runId": "r",
            "messages": [{"id": "1", "role": "assistant", "content": "x"}],
        },
        "role 'user'",
    ),
    (
        {
            "threadId": "t",
            "runId": "r",
            "messages": [
                {
                    "id": "1",
                    "role": "user",
                    "content": [
                        {
                            "type": "image",
                            "source": {
                                "type": "url",
                                "value": "https://x",
                                "mimeType": "image/png",
                            },
                        }
                    ],
                }
            ],
        },
        "Only text",
    ),
    (asks(context=[{"description": str(n), "value": "x"} for n in range(51)]), "50 entries"),
    (asks(resume=[{"interruptId": "a", "status": "resolved", "payload": "yes"}]), "/resume/0"),
    (
        asks(
            resume=[{"interruptId": "a", "status": "resolved", "payload": {"decision": "approve"}}]
        ),
        "argsHash",
    ),
    (asks(tools=[{"name": "calculator", "description": "x"}]), "more than one tool 'calculator'"),
    (asks(tools=[{"name": "a b", "description": "x"}]), "plain name"),
    (asks(tools=[{"name": "a", "description": "x", "parameters": []}]), "object as schema"),
    (asks(messages=[{"id": "1", "role": "user", "content": " "}]), "role 'user'"),
    (
        asks(
            messages=[
                {
                    "id": "1",
                    "role": "assistant",
                    "toolCalls": [
                        {
                            "id": "c",
                            "type": "function",
                            "function": {"name": "a", "arguments": "[1"},
                        }
                    ],
                },
                {"id": "2", "role": "tool", "toolCallId": "c", "content": "x"},
            ]
        ),
        "no JSON object",
    ),
    ({"threadId": "t" * 201, "runId": "r", "messages": []}, "threadId"),
]


async def test_what_does_not_fit_is_told_before_anything_runs(as_developer: httpx2.AsyncClient):
    for body, word in BROKEN:
        answer = await as_developer.post("/api/v1/agents/assistant/ag-ui", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001"), answer.text
        assert word in answer.text
    assert (await as_developer.get("/api/v1/runs")).json()["items"] == []


async def test_nobody_runs_or_answers_what_is_somebody_elses(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    await agent(as_developer, "Private", "fake-n3")
    path = "/api/v1/agents/private/ag-ui"
    for answer in (await as_neighbour.post(path, json=asks()), await as_neighbour.get(path)):
        assert answer.status_code == 404
    resume = [{"interruptId": "a1", "status": "cancelled"}]
    unknown = await as_developer.post(path, json=asks(resume=resume))
    assert unknown.status_code == 404


async def test_an_agent_says_what_it_can(as_developer: httpx2.AsyncClient):
    none = {"steps": None, "seconds": None}
    await agent(as_developer, "Bare", "fake-n3", tools=[], limits=none)
    found: dict[str, AgentCapabilities] = {}
    for name in ("assistant", "bare"):
        answer = await as_developer.get(f"/api/v1/agents/{name}/ag-ui")
        found[name] = AgentCapabilities.model_validate(answer.json())
    tools, bare = found["assistant"].tools, found["bare"]
    assert tools
    assert "search_knowledge" in [tool.name for tool in tools.items or []]
    assert bare.tools
    assert bare.tools.supported is False
    limits = [found[name].execution for name in ("assistant", "bare")]
    assert [each and each.max_execution_time for each in limits] == [300_000, None]
