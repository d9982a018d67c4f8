"""Messages from outside and in queues start workflows: once each, with their maker's rights."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.features.integrations.test_incoming import open_hook, send
from tests.fixtures.people import People

from menon.core.audit import AuditRecord
from menon.core.auth import Principal, Role, Scope
from menon.core.runtime import Runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import ApiKeyIn
from menon.kit.clock import FixedClock

API, INTEGRATION = "/api/v1/workflows", "/api/v1/integration"

Json = dict[str, Any]


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"jobs": {"worker": True, "drain_seconds": 0.2}}


async def define(client: httpx2.AsyncClient, **more: Any) -> str:
    step = {"type": "transform", "config": {"value": {"got": "${input}"}}}
    answer = await client.post(
        f"{API}/definitions", json={"name": "w", "steps": {"a": step}} | more
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def executions(client: httpx2.AsyncClient, count: int) -> list[Json]:
    """The executions, newest first, once there are so many and all have ended."""
    async with asyncio.timeout(60):
        while True:
            found = (await client.get(f"{API}/executions")).json()["items"]
            if len(found) == count and {one["state"] for one in found} <= {"completed", "failed"}:
                return found
            await asyncio.sleep(0.02)


async def refusals(runtime: Runtime) -> list[str]:
    def unit(session: Session) -> list[str]:
        wanted = AuditRecord.action == "workflow.not_started"
        return [row.detail["why"] for row in session.scalars(select(AuditRecord).where(wanted))]

    async with asyncio.timeout(60):
        while not (found := await runtime.db.read(unit)):
            await asyncio.sleep(0.02)
    return found


async def test_a_hundred_copies_of_a_message_start_one_workflow(
    as_developer: httpx2.AsyncClient, client: httpx2.AsyncClient, clock: FixedClock
):
    hook = await open_hook(as_developer, workflow_id=await define(as_developer))
    answers = await asyncio.gather(*(send(client, hook, clock) for _ in range(100)))
    assert len({answer.text for answer in answers}) == 1
    (one,) = await executions(as_developer, 1)
    shown = (await as_developer.get(f"{API}/executions/{answers[0].json()['event_id']}")).json()
    assert (one["state"], shown["state"]) == ("completed", "completed")
    assert shown["input"] == {"order": 1}


async def test_text_is_the_body_of_the_input(
    as_developer: httpx2.AsyncClient, client: httpx2.AsyncClient, clock: FixedClock
):
    hook = await open_hook(as_developer, workflow_id=await define(as_developer))
    sent = await send(client, hook, clock, b"hello", media_type="text/plain")
    await executions(as_developer, 1)
    shown = (await as_developer.get(f"{API}/executions/{sent.json()['event_id']}")).json()
    assert shown["input"] == {"body": "hello"}


async def test_messages_of_a_bound_queue_start_its_workflow_and_are_taken(
    as_developer: httpx2.AsyncClient,
):
    async def push(n: int) -> None:
        body = {"queue": "mail", "payload": {"n": n}}
        assert (await as_developer.post(f"{INTEGRATION}/queues/enqueue", json=body)).is_success

    await push(1)
    bound = {"workflow_id": await define(as_developer)}
    await as_developer.put(f"{INTEGRATION}/queues/mail", json=bound)
    await executions(as_developer, 1)
    await push(2)
    await executions(as_developer, 2)
    (queue,) = (await as_developer.get(f"{INTEGRATION}/queues/stats")).json()["items"]
    assert queue["depth"] == 0


async def test_a_workflow_that_cannot_start_is_on_the_record(
    as_developer: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    clock: FixedClock,
    runtime: Runtime,
):
    hook = await open_hook(as_developer, workflow_id="gone")
    assert (await send(client, hook, clock)).status_code == 202
    assert len(await refusals(runtime)) == 1


async def test_somebody_elses_workflow_does_not_start(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    clock: FixedClock,
    runtime: Runtime,
):
    hook = await open_hook(as_neighbour, workflow_id=await define(as_developer))
    await send(client, hook, clock)
    assert len(await refusals(runtime)) == 1
    assert (await as_developer.get(f"{API}/executions")).json()["items"] == []


async def test_a_key_that_may_run_nothing_binds_nothing(
    as_developer: httpx2.AsyncClient, people: People, runtime: Runtime
):
    dora = await people.person("dora", Role.DEVELOPER)
    who = Principal(user_id=dora.id, name="dora", kind="token", roles=frozenset({Role.DEVELOPER}))
    narrow = ApiKeyIn(name="narrow", scopes=[Scope.WRITE])
    key = (await accounts.create_key(runtime, who, narrow)).key
    headers = {"X-API-Key": key}
    for method, path in (("POST", "incoming"), ("PUT", "queues/mail")):
        body = {"name": "n", "workflow_id": "w"}
        answer = await as_developer.request(
            method, f"{INTEGRATION}/{path}", json=body, headers=headers
        )
        assert answer.status_code == 403, answer.text
