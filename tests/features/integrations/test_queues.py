"""Queues: what waits in them, who takes it, whose they are."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy.orm import Session
from tests.features.integrations.webhooks import BASE, log, logged, push, subscribe

from menon.core.runtime import Runtime
from menon.features.integrations.service import owing
from menon.features.integrations.service.upkeep import Upkeep
from menon.kit.clock import FixedClock
from menon.testing.loopback import reply
from menon.testing.receiver import Receiver


async def stats(client: httpx2.AsyncClient) -> dict[str, tuple[int, int, float]]:
    found = (await client.get(f"{BASE}/queues/stats")).json()["items"]
    return {
        one["queue"]: (one["depth"], one["in_flight"], one["oldest_seconds"])
        for one in found
        if one["kind"] == "messages"
    }


async def test_a_message_waits_until_somebody_takes_it(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    sent = [await push(as_developer, payload=n) for n in range(3)]
    await push(as_developer, queue="other")
    clock.advance(seconds=90)
    assert await stats(as_developer) == {"mail": (3, 0, 90.0), "other": (1, 0, 90.0)}
    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver, queues=["mail"])
    await logged(as_developer, hook, lambda found: sum(one["attempts"] for one in found) == 3)
    assert await stats(as_developer) == {"mail": (0, 3, 0.0), "other": (1, 0, 90.0)}
    receiver.answer = lambda _message: reply()
    clock.advance(seconds=6)
    found = await logged(
        as_developer, hook, lambda found: {one["state"] for one in found} == {"delivered"}
    )
    assert {one["event_id"] for one in found} == {one["id"] for one in sent}
    assert (await stats(as_developer))["mail"] == (0, 0, 0.0)


async def test_a_webhook_that_hears_of_other_things_takes_no_messages(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    await push(as_developer)
    every = await subscribe(as_developer, receiver, events=["webhook.subscribed"])
    await logged(as_developer, every, bool)
    assert (await stats(as_developer))["mail"][0] == 1


async def test_each_message_is_taken_once(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    ids = [(await push(as_developer))["id"] for _ in range(2)]

    def take(session: Session, by: str, *wanted: str) -> list[str]:
        return owing.take(session, wanted, by, clock.now())

    assert await runtime.db.write(take, "run:1", ids[0]) == [ids[0]]
    assert await runtime.db.write(take, "run:2", *ids, "unknown") == [ids[1]]


async def test_queues_are_their_owners(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
    as_viewer: httpx2.AsyncClient,
    receiver: Receiver,
):
    await push(as_developer)
    foreign = await subscribe(as_neighbour, receiver)
    await push(as_neighbour, queue="own")
    await logged(as_neighbour, foreign, lambda found: found[0]["state"] == "delivered")
    assert len(await log(as_neighbour, foreign)) == 1
    assert set(await stats(as_neighbour)) == {"own"}
    assert set(await stats(as_developer)) == {"mail"}
    assert set(await stats(as_admin)) == {"mail", "own"}
    assert (await as_viewer.get(f"{BASE}/queues/stats")).status_code == 403


async def test_administrators_see_the_queues_of_jobs(
    as_admin: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    await logged(as_developer, hook, lambda found: found[0]["due_at"] is not None)
    async with asyncio.timeout(30):
        while True:
            found = (await as_admin.get(f"{BASE}/queues/stats")).json()["items"]
            jobs = {one["queue"]: one for one in found if one["kind"] == "jobs"}
            if jobs["bulk"]["depth"] == 1:
                break
            await asyncio.sleep(0.02)
    assert set(jobs) == {"bulk", "interactive"}
    listed = (await as_developer.get(f"{BASE}/queues/stats")).json()["items"]
    assert all(one["kind"] == "messages" for one in listed)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"queue": "mail"}, 202),
        ({"queue": "mail", "payload": None, "priority": 100}, 202),
        ({"queue": "Mail"}, 422),
        ({"queue": ""}, 422),
        ({"queue": "x" * 65}, 422),
        ({"queue": "mail", "priority": 101}, 422),
        ({"queue": "mail", "payload": "x" * 262_145}, 413),
        ({"payload": 1}, 422),
    ],
)
async def test_what_a_message_may_be(
    as_developer: httpx2.AsyncClient, body: dict[str, Any], status: int
):
    answer = await as_developer.post(f"{BASE}/queues/enqueue", json=body)
    assert answer.status_code == status


async def test_the_path_may_name_the_queue(as_developer: httpx2.AsyncClient):
    answer = await as_developer.post(f"{BASE}/queues/mail/enqueue", json={"payload": 1})
    assert (answer.status_code, answer.json()["queue"]) == (202, "mail")
    assert (await as_developer.post(f"{BASE}/queues/M!/enqueue", json={})).status_code == 422
    (one,) = (await as_developer.get(f"{BASE}/queues/mail/stats")).json()["items"]
    assert (one["queue"], one["depth"]) == ("mail", 1)


async def test_old_messages_go_once_they_were_taken(
    as_developer: httpx2.AsyncClient, runtime: Runtime, clock: FixedClock
):
    kept = await push(as_developer)
    gone = await push(as_developer)

    def take(session: Session) -> None:
        owing.take(session, [gone["id"]], "run:1", clock.now())

    await runtime.db.write(take)
    clock.advance(days=31)
    assert await runtime[Upkeep].sweep() == 1
    assert (await stats(as_developer))["mail"][0] == 1
    assert kept["queue"] == "mail"


async def test_health_counts_what_is_ones_own(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver, queues=["mail"])
    await push(as_developer)
    await push(as_developer, queue="other")
    await logged(as_developer, hook, lambda found: found[0]["attempts"] == 1)
    assert (await as_developer.get(f"{BASE}/health")).json() == {
        "status": "degraded",
        "webhooks": {"active": 1, "failing": 1, "off": 0},
        "deliveries": {"pending": 1, "dead": 0},
        "messages_waiting": 1,
        "backends": {"healthy": 0, "unhealthy": 0},
        "circuits_open": 0,
    }
    quiet = (await as_neighbour.get(f"{BASE}/health")).json()
    assert (quiet["status"], quiet["webhooks"]["active"]) == ("ok", 0)


async def test_a_binding_is_told_and_can_be_undone(
    as_developer: httpx2.AsyncClient, as_viewer: httpx2.AsyncClient, receiver: Receiver
):
    path = f"{BASE}/queues/mail"
    hook = await subscribe(as_developer, receiver, events=["queue.bound", "queue.message"])
    for workflow, told in (("w-1", 2), ("w-2", 4), ("", 5)):
        bound = await as_developer.put(path, json={"workflow_id": workflow})
        assert bound.json() == {"queue": "mail", "workflow_id": workflow}
        await push(as_developer)
        found = await logged(as_developer, hook, lambda found, n=told: len(found) == n)
        added = next(one for one in found if one["type"] == "queue.message")
        assert f'"workflow_id":"{workflow}"' in added["body"]
        assert "scopes" not in added["body"]
    assert (await as_developer.put(path, json={"workflow_id": ""})).status_code == 200
    assert (await as_viewer.put(path, json={"workflow_id": "w"})).status_code == 403
    assert (await as_developer.put(f"{BASE}/queues/M!", json={})).status_code == 422


async def test_a_full_queue_takes_no_more_until_some_are_taken(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    for _ in range(9):
        await push(as_developer)
    answer = await as_developer.post(f"{BASE}/queues/enqueue", json={"queue": "mail"})
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT_001")
    await push(as_developer, queue="other")
    await push(as_neighbour)
    hook = await subscribe(as_developer, receiver, queues=["mail"])
    await logged(as_developer, hook, lambda found: len(found) == 9)
    await push(as_developer)
