"""What another agent does: the official client drives the server by both bindings."""

from typing import Any

import httpx2
import pytest
from a2a.client import A2AClientError, Client
from a2a.types import (
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTaskPushNotificationConfigsRequest,
    ListTasksRequest,
    Message,
    Part,
    Role,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskPushNotificationConfig,
    TaskState,
)
from a2a.utils.errors import A2AError
from tests.features.a2a.conftest import Connect
from tests.fixtures.people import People
from tests.fixtures.wires import agent, until_state

from menon.features.a2a.projection import data

State = TaskState


def message(text: str, **more: Any) -> SendMessageRequest:
    said = Message(message_id="m1", role=Role.ROLE_USER, parts=[Part(text=text)], **more)
    return SendMessageRequest(message=said)


async def events(client: Client, request: SendMessageRequest) -> list[Any]:
    return [getattr(e, e.WhichOneof("payload") or "") async for e in client.send_message(request)]


async def task_of(client: Client, request: SendMessageRequest) -> Task:
    (found,) = await events(client, request)
    assert isinstance(found, Task)
    return found


def text_of(task: Task) -> str:
    return "".join(part.text for artifact in task.artifacts for part in artifact.parts)


async def test_a_message_becomes_a_task_that_is_streamed_and_read(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient
):
    made = await agent(as_developer, "Fast", "fake-n3-t1", tools=["calculator"])
    async with connect("dora", made["id"], binding) as client:
        told = await events(client, message("hi"))
        assert isinstance(told[0], Task)
        assert State.Name(told[-1].status.state) == "TASK_STATE_COMPLETED"
        streamed = "".join(
            part.text for e in told if hasattr(e, "append") for part in e.artifact.parts
        )
        task = await client.get_task(GetTaskRequest(id=told[0].id))
        assert (task.status.state, text_of(task)) == (State.TASK_STATE_COMPLETED, streamed)
        assert (task.context_id, task.history[0].parts[0].text) == (told[0].context_id, "hi")
        run = (await as_developer.get(f"/api/v1/runs/{task.id}")).json()
        assert (run["state"], run["output"]["text"]) == ("completed", streamed)
        again = (await events(client, message("and?", context_id=task.context_id)))[0]
        assert again.context_id == task.context_id
        listed = await client.list_tasks(ListTasksRequest(context_id=task.context_id, page_size=1))
        assert ([each.id for each in listed.tasks], listed.total_size) == ([again.id], 2)
        rest = await client.list_tasks(
            ListTasksRequest(
                context_id=task.context_id,
                page_token=listed.next_page_token,
                status=State.TASK_STATE_COMPLETED,
            )
        )
        assert ([each.id for each in rest.tasks], rest.next_page_token) == ([task.id], "")


async def test_a_client_may_wait_or_come_back(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Fast", "fake-n3")
    await agent(as_developer, "Slow", "fake-n40-d30")
    async with connect("dora", "fast", binding, streaming=False) as client:
        task = await task_of(client, message("hi"))
        assert (task.status.state, text_of(task)[:3]) == (State.TASK_STATE_COMPLETED, " ~0")
    async with connect("dora", "slow", binding, streaming=False, polling=True) as client:
        begun = await task_of(client, message("hi"))
        assert begun.status.state == State.TASK_STATE_WORKING
    async with connect("dora", "slow", binding) as client:
        told = [e async for e in client.subscribe(SubscribeToTaskRequest(id=begun.id))]
        assert told[-1].status_update.status.state == State.TASK_STATE_COMPLETED
        with pytest.raises((A2AError, A2AClientError), match="ended"):
            async for _ in client.subscribe(SubscribeToTaskRequest(id=begun.id)):
                pass


async def test_a_task_goes_on_when_its_client_leaves_and_can_be_cancelled(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Slow", "fake-n900-d20")
    async with connect("dora", "slow", binding) as client:
        stream: Any = client.send_message(message("hi"))
        task_id = (await anext(stream)).task.id
        await anext(stream)
        await stream.aclose()
    assert (await as_developer.get(f"/api/v1/runs/{task_id}")).json()["state"] == "running"
    async with connect("dora", "slow", binding) as client:
        stopped = await client.cancel_task(CancelTaskRequest(id=task_id))
        assert stopped.status.state == State.TASK_STATE_CANCELED
        await until_state(as_developer, task_id, "cancelled")
        with pytest.raises((A2AError, A2AClientError), match="already"):
            await client.cancel_task(CancelTaskRequest(id=task_id))


async def test_a_failed_task_says_why(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient
):
    await agent(as_developer, "Broken", "fake-n3-e400")
    async with connect("dora", "broken", binding) as client:
        request = message("hi")
        request.message.parts.append(data({"order": 7}))
        told = await events(client, request)
        assert told[0].history[0].parts[0].text == 'hi\n{"order": 7.0}'
        last = told[-1].status
        assert last.state == State.TASK_STATE_FAILED
        assert last.message.parts[0].text.startswith("MODEL_003: ")
        task = await client.get_task(GetTaskRequest(id=told[0].id))
        assert task.status.message.parts[0].text == last.message.parts[0].text


async def test_what_is_not_there_is_told_by_the_protocol(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient, people: People
):
    await agent(as_developer, "Fast", "fake-n3", shared=True)
    ran = await as_developer.post("/api/v1/agents/fast/run", json={"message": "hi"})
    async with connect("dora", "fast", binding, streaming=False) as client:
        task = await task_of(client, message("hi"))
        files = Message(message_id="m", role=Role.ROLE_USER, parts=[Part(url="https://x/y")])
        for request, word in (
            (message(" "), "1 to"),
            (message("hi", context_id="none"), "not yours"),
            (message("hi", task_id="none"), "not yours"),
            (message("hi", task_id=task.id), "completed"),
            (SendMessageRequest(message=files), "send no files"),
        ):
            with pytest.raises((A2AError, A2AClientError), match=word):
                await task_of(client, request)
        for wanted in ("none", ran.json()["run_id"]):
            with pytest.raises((A2AError, A2AClientError), match="not yours"):
                await client.get_task(GetTaskRequest(id=wanted))
        with pytest.raises((A2AError, A2AClientError), match="contextId"):
            await client.list_tasks(ListTasksRequest())
        for push in (
            client.create_task_push_notification_config(
                TaskPushNotificationConfig(task_id=task.id, url="https://x")
            ),
            client.get_task_push_notification_config(
                GetTaskPushNotificationConfigRequest(task_id=task.id, id="x")
            ),
            client.list_task_push_notification_configs(
                ListTaskPushNotificationConfigsRequest(task_id=task.id)
            ),
            client.delete_task_push_notification_config(
                DeleteTaskPushNotificationConfigRequest(task_id=task.id, id="x")
            ),
        ):
            with pytest.raises((A2AError, A2AClientError), match=r"SubscribeToTask|not found"):
                await push
    async with connect("ned", "fast", binding, streaming=False) as client:
        for call in (
            client.get_task(GetTaskRequest(id=task.id)),
            client.cancel_task(CancelTaskRequest(id=task.id)),
            task_of(client, message("hi", context_id=task.context_id)),
        ):
            with pytest.raises((A2AError, A2AClientError), match="not yours"):
                await call
    async with connect("dora", "assistant", binding, streaming=False) as client:
        with pytest.raises((A2AError, A2AClientError), match="not yours"):
            await client.get_task(GetTaskRequest(id=task.id))


async def test_who_showed_a_key_reads_the_whole_card(connect: Connect, binding: str):
    async with connect("dora", "assistant", binding) as client:
        card = await client.get_extended_agent_card(GetExtendedAgentCardRequest())
        assert "search_knowledge" in card.skills[0].tags
