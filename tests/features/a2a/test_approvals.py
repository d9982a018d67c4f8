"""What a task wants to be allowed, and how another agent's person answers."""

from typing import Any

import httpx2
import pytest
from a2a.client import A2AClientError
from a2a.types import GetTaskRequest, Message, Role, SendMessageRequest, Task, TaskState
from a2a.utils.errors import A2AError
from google.protobuf.json_format import MessageToDict
from tests.features.a2a.conftest import Connect
from tests.features.a2a.test_client import events, message, task_of
from tests.features.agents.acting import Acts, waiting_approvals
from tests.fixtures.wires import agent

from menon.features.a2a.projection import data

State = TaskState


@pytest.fixture(autouse=True)
async def actor(as_developer: httpx2.AsyncClient) -> None:
    """An agent that wants to send a mail, and then says three words."""
    await agent(as_developer, "Actor", "fake-n3-t1", tools=["send_mail"])


def wanted(task: Any) -> dict[str, Any]:
    """The one approval that the status of a task speaks of."""
    assert task.status.state == State.TASK_STATE_INPUT_REQUIRED
    (approval,) = MessageToDict(task.status.message.parts[1].data)["approvals"]
    return approval


def reply(task: Task, value: Any) -> SendMessageRequest:
    said = Message(message_id="m2", role=Role.ROLE_USER, task_id=task.id, parts=[data(value)])
    return SendMessageRequest(message=said)


async def test_a_task_waits_and_goes_on_by_a_decision(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient, acts: Acts
):
    async with connect("dora", "actor", binding) as client:
        for decision, sent in (("deny", 0), ("approve", 1)):
            told = await events(client, message("send it"))
            asked = wanted(told[-1])
            task = await client.get_task(GetTaskRequest(id=told[0].id))
            assert wanted(task) == asked
            assert (asked["tool"], asked["args"]) == ("send_mail", {"to": "x"})
            [waiting] = await waiting_approvals(as_developer)
            assert waiting["tainted"], "another agent wrote the message"
            answer = reply(task, {**asked["reply"], "decision": decision})
            last = (await events(client, answer))[-1]
            assert last.status.state == State.TASK_STATE_COMPLETED
            assert len(acts.done) == sent


async def test_what_is_no_decision_decides_nothing(
    connect: Connect, binding: str, as_developer: httpx2.AsyncClient, acts: Acts
):
    async with connect("dora", "actor", binding, streaming=False) as client:
        task = await task_of(client, message("send it"))
        asked = wanted(task)
        for request, word in (
            (message("yes, do it!", task_id=task.id), "as a data part"),
            (reply(task, {"decision": "approve"}), "no decision"),
            (reply(task, {**asked["reply"], "approvalId": "none"}), "does not wait for 'none'"),
            (reply(task, {**asked["reply"], "argsHash": "ab" * 32}), "not the arguments"),
        ):
            with pytest.raises((A2AError, A2AClientError), match=word):
                await task_of(client, request)
        waiting = await waiting_approvals(as_developer)
        assert ([each["id"] for each in waiting], acts.done) == ([asked["approvalId"]], [])
        done = await task_of(client, reply(task, asked["reply"]))
        assert (done.status.state, len(acts.done)) == (State.TASK_STATE_COMPLETED, 1)
