"""Calls that a person has to allow: asked and answered by responses, told to chat completions."""

import asyncio
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from openai.types.responses import Response
from openai.types.responses.response_output_item import McpApprovalRequest
from tests.features.agents.acting import Acts
from tests.features.openai.conftest import WEATHER, Agent, Sdk
from tests.fixtures.people import People

from menon.core.auth import Role

MODEL = "openai:fake-n3-t1"
MESSAGES: list[Any] = [{"role": "user", "content": "Do it."}]


def _asked(response: Response) -> list[McpApprovalRequest]:
    return [item for item in response.output if item.type == "mcp_approval_request"]


def _replies(response: Response, *, approve: bool = True, **more: Any) -> Any:
    return [
        {
            "type": "mcp_approval_response",
            "approval_request_id": asked.id,
            "approve": approve,
            **more,
        }
        for asked in _asked(response)
    ]


async def test_a_response_asks_and_the_next_one_answers(
    dora: AsyncOpenAI, agent: Agent, acts: Acts
):
    name = await agent(model=MODEL, tools=["send_mail"])
    first = await dora.responses.create(model=name, input="Do it.")
    (asked,) = _asked(first)
    assert first.output == [asked]
    assert (first.status, asked.name, asked.server_label) == ("completed", "send_mail", "menon")
    assert asked.arguments == '{"to":"x"}'
    assert acts.done == []
    second = await dora.responses.create(
        model=name, input=_replies(first), previous_response_id=first.id
    )
    assert acts.names == ["send_mail"], "once"
    call, message = second.output
    assert call.type == "mcp_call"
    assert (call.approval_request_id, call.output, call.status) == (asked.id, "done", "completed")
    assert message.type == "message"
    assert second.output_text.count("~") == 3
    assert second.usage is not None
    assert second.usage.input_tokens == 10, "what came before was counted with the first"
    for response in (first, second):
        assert await dora.responses.retrieve(response.id) == response


async def test_a_stream_ends_with_the_question_and_goes_on_in_another(
    dora: AsyncOpenAI, agent: Agent, acts: Acts
):
    name = await agent(model="openai:fake-n3-t1-p2", tools=["send_mail", "write_note"])
    stream = await dora.responses.create(model=name, input="Do it.", stream=True)
    events = [event async for event in stream]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    last = events[-1]
    assert last.type == "response.completed"
    assert [asked.name for asked in _asked(last.response)] == ["send_mail", "write_note"]
    more = await dora.responses.create(
        input=_replies(last.response), previous_response_id=last.response.id, stream=True
    )
    told = [event async for event in more]
    assert [event.sequence_number for event in told] == list(range(len(told)))
    kinds = [event.type for event in told]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds.count("response.mcp_call.completed") == 2
    assert sorted(acts.names) == ["send_mail", "write_note"]
    end = told[-1]
    assert end.type == "response.completed"
    assert await dora.responses.retrieve(end.response.id) == end.response
    again = await dora.responses.retrieve(end.response.id, stream=True, starting_after=2)
    assert [event async for event in again] == told[3:]


async def test_a_refusal_is_told_to_the_model(dora: AsyncOpenAI, agent: Agent, acts: Acts):
    name = await agent(model=MODEL, tools=["send_mail"])
    first = await dora.responses.create(model=name, input="Do it.")
    second = await dora.responses.create(
        model=name,
        input=_replies(first, approve=False, reason="Too early."),
        previous_response_id=first.id,
    )
    call = second.output[0]
    assert call.type == "mcp_call"
    assert call.status == "failed"
    assert "Too early." in str(call.error)
    assert acts.done == []


async def test_only_what_was_asked_is_answered_and_once(
    dora: AsyncOpenAI, agent: Agent, acts: Acts
):
    name = await agent(model="openai:fake-n3-t1-p2", tools=["send_mail", "write_note"])
    first = await dora.responses.create(model=name, input="Do it.")
    plain = await dora.responses.create(model="openai:fake-n1", input="Hi")
    replies = _replies(first)
    cases: list[tuple[Any, str | None]] = [
        (replies, None),
        (replies, plain.id),
        (replies[:1], first.id),
        ([*replies, {"role": "user", "content": "And hurry."}], first.id),
    ]
    for given, previous in cases:
        with pytest.raises(openai.BadRequestError):
            await dora.responses.create(
                model=name, input=given, previous_response_id=previous or openai.omit
            )
    assert acts.done == []
    await dora.responses.create(model=name, input=replies, previous_response_id=first.id)
    with pytest.raises(openai.ConflictError, match="decided already"):
        await dora.responses.create(model=name, input=replies, previous_response_id=first.id)
    assert len(acts.done) == 2


async def test_only_who_may_decide_may_answer(
    dora: AsyncOpenAI, sdk: Sdk, agent: Agent, acts: Acts, live: str, people: People
):
    name = await agent(model=MODEL, tools=["send_mail"])
    first = await dora.responses.create(model=name, input="Do it.")
    made = await (await people.client("dora")).post(
        "/api/v1/auth/api-keys", json={"name": "chat only", "scopes": ["chat", "read"]}
    )
    key = made.json()["key"]
    async with AsyncOpenAI(api_key=key, base_url=f"{live}/v1", max_retries=0) as chatting:
        for client in (chatting, await sdk("ned"), await sdk("ada", Role.ADMIN)):
            with pytest.raises(openai.NotFoundError):
                await client.responses.create(
                    model=name, input=_replies(first), previous_response_id=first.id
                )
    assert acts.done == []


async def test_what_was_decided_on_the_page_is_read_back(
    dora: AsyncOpenAI, agent: Agent, acts: Acts, api: httpx2.AsyncClient
):
    """The response that asked stays as it was; the run goes on without it."""
    name = await agent(model=MODEL, tools=["send_mail"])
    first = await dora.responses.create(model=name, input="Do it.")
    await _decided(api)
    (run,) = (await api.get("/api/v1/runs")).json()["items"]
    await _completed(api, run["id"])
    assert await dora.responses.retrieve(first.id) == first
    assert acts.names == ["send_mail"]


async def test_what_the_client_brought_is_there_after_the_question(
    dora: AsyncOpenAI, agent: Agent, acts: Acts
):
    name = await agent(model="openai:fake-n3-t2", tools=["send_mail"])
    tools: list[Any] = [{"type": "function", **WEATHER}]
    first = await dora.responses.create(model=name, input="Do it.", tools=tools)
    second = await dora.responses.create(
        model=name, input=_replies(first), previous_response_id=first.id, tools=tools
    )
    assert [item.type for item in second.output] == ["mcp_call", "function_call"]
    assert acts.names == ["send_mail"]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_chat_completion_says_where_to_decide(
    dora: AsyncOpenAI, agent: Agent, acts: Acts, api: httpx2.AsyncClient, *, stream: bool
):
    name = await agent(model=MODEL, tools=["send_mail"])

    async def ask() -> None:
        if not stream:
            await dora.chat.completions.create(model=name, messages=MESSAGES)
            return
        chunks = await dora.chat.completions.create(model=name, messages=MESSAGES, stream=True)
        async for _ in chunks:
            pass

    with pytest.raises(openai.APIError, match="at /approvals") as caught:
        await ask()
    assert caught.value.code == "CONFLICT_001"
    (run,) = (await api.get("/api/v1/runs")).json()["items"]
    assert run["state"] == "waiting"
    await _decided(api)
    await _completed(api, run["id"])
    assert acts.names == ["send_mail"], "the run goes on by itself"


async def _decided(api: httpx2.AsyncClient) -> None:
    (approval,) = (await api.get("/api/v1/approvals")).json()["items"]
    body = {"decision": "approve", "args_hash": approval["args_hash"]}
    answer = await api.post(f"/api/v1/approvals/{approval['id']}", json=body)
    assert answer.status_code == 200, answer.text


async def _completed(api: httpx2.AsyncClient, run_id: str) -> None:
    async with asyncio.timeout(60):
        while (await api.get(f"/api/v1/runs/{run_id}")).json()["state"] != "completed":
            await asyncio.sleep(0.02)
