"""Webhooks: who hears of what, under which signature, and whose they are."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from tests.features.integrations.webhooks import (
    BASE,
    log,
    logged,
    push,
    signed,
    subscribe,
)
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.core.events import event_types
from menon.core.runtime import Runtime
from menon.features.accounts.models import User
from menon.features.integrations import rules
from menon.features.vault.models import Secret
from menon.kit.clock import FixedClock
from menon.testing.receiver import Receiver


async def run_of(client: httpx2.AsyncClient, delivery: dict[str, Any]) -> dict[str, Any]:
    return (await client.get(f"/api/v1/runs/{delivery['run_id']}")).json()


async def test_an_event_reaches_its_owners_webhook_once_and_signed(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    hook = await subscribe(as_developer, receiver)
    assert hook["secret"].startswith("whsec_")
    pushed = await push(as_developer, payload={"to": "Zoë", "n": 1})
    (delivery,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "delivered")
    (message,) = receiver.messages
    assert signed(message, hook["secret"], clock)
    assert (message.method, message.id) == ("POST", delivery["id"])
    assert message.json == {
        "type": "queue.message",
        "timestamp": "2026-11-20T12:00:00Z",
        "data": {
            "id": pushed["id"],
            "queue": "mail",
            "priority": 0,
            "payload": {"to": "Zoë", "n": 1},
            "workflow_id": "",
        },
    }
    assert (delivery["status"], delivery["answer"], delivery["attempts"]) == (200, "thanks", 1)
    async with asyncio.timeout(60):  # the run ends in a unit after the delivery's own
        while (run := await run_of(as_developer, delivery))["state"] != "completed":
            await asyncio.sleep(0.02)
    assert (run["kind"], run["output"]) == ("delivery", {"status": 200, "attempts": 1})


async def test_only_types_that_exist_can_be_subscribed_to(as_developer: httpx2.AsyncClient):
    body = {"url": "https://example.com", "events": ["queue.message", "weather.changed"]}
    answer = await as_developer.post(f"{BASE}/webhooks/subscribe", json=body)
    assert answer.status_code == 422
    assert "'weather.changed'" in answer.json()["detail"]
    assert all(name in answer.json()["detail"] for name in ("queue.message", "incoming.received"))
    assert {"queue.message", "incoming.received"} <= set(event_types())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.64.0.1/",
        "http://[64:ff9b::7f00:1]/",
        "http://user:pass@example.com/",
        "https://example.com:22/",
        "ftp://example.com/",
        "file:///etc/passwd",
    ],
)
async def test_addresses_that_are_not_public_are_refused(
    as_developer: httpx2.AsyncClient, receiver: Receiver, url: str
):
    body = {"url": url, "events": ["*"]}
    answer = await as_developer.post(f"{BASE}/webhooks/subscribe", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "SECURITY_001")
    assert receiver.messages == []


async def test_for_a_day_after_a_rotation_both_secrets_sign(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    hook = await subscribe(as_developer, receiver)
    fresh = (await as_developer.post(f"{BASE}/webhooks/{hook['id']}/rotate")).json()
    assert fresh["previous_until"] == "2026-11-21T12:00:00Z"
    assert fresh["secret"] != hook["secret"]
    await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")
    (message,) = receiver.messages
    assert len(message.headers["webhook-signature"].split()) == 2
    assert signed(message, fresh["secret"], clock)
    assert signed(message, hook["secret"], clock)
    clock.advance(days=1)
    await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")
    assert signed(receiver.messages[-1], fresh["secret"], clock)
    assert not signed(receiver.messages[-1], hook["secret"], clock)


async def test_a_given_secret_signs_and_a_bad_one_is_refused(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    own = rules.secret_of(bytes(range(24)))
    hook = await subscribe(as_developer, receiver, secret=own)
    assert hook["secret"] == own
    await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")
    assert signed(receiver.messages[0], own, clock)
    for bad in ("hunter2", "whsec_c2hvcnQ=", "whsec_!!", own.removeprefix("whsec_")):
        body = {"url": receiver.url, "events": ["*"], "secret": bad}
        answer = await as_developer.post(f"{BASE}/webhooks/subscribe", json=body)
        assert answer.status_code == 422


async def test_secrets_are_shown_once(as_developer: httpx2.AsyncClient, receiver: Receiver):
    hook = await subscribe(as_developer, receiver)
    for path in ("/webhooks", f"/webhooks/{hook['id']}"):
        assert hook["secret"] not in (await as_developer.get(BASE + path)).text


async def test_owners_hear_of_their_own_events_and_administrators_of_all(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
    receiver: Receiver,
):
    own = await subscribe(as_developer, receiver, events=["*"])
    foreign = await subscribe(as_neighbour, receiver, events=["*"])
    every = await subscribe(as_admin, receiver, events=["queue.message"])
    await push(as_developer, payload="mine")
    await logged(as_admin, every, lambda found: found[0]["state"] == "delivered")
    told = await logged(
        as_developer,
        own,
        lambda found: any(one["type"] == "queue.message" for one in found),
    )
    assert [one["type"] for one in told if one["type"] == "queue.message"] == ["queue.message"]
    assert all(one["type"] != "queue.message" for one in await log(as_neighbour, foreign))


async def test_an_administrator_who_is_none_any_more_hears_of_no_others(
    runtime: Runtime,
    people: People,
    as_developer: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
    receiver: Receiver,
):
    every = await subscribe(as_admin, receiver)
    own = await subscribe(as_developer, receiver)
    ada = await people.person("ada", Role.ADMIN)

    def demote(session: Session) -> None:
        session.execute(update(User).where(User.id == ada.id).values(roles=["developer"]))

    await runtime.db.write(demote)
    await push(as_developer)
    await logged(as_developer, own, bool)
    answer = await as_admin.get(f"{BASE}/webhooks/{every['id']}/deliveries")
    assert answer.json()["items"] == []


async def test_a_webhook_may_hear_of_some_queues_only(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    hook = await subscribe(as_developer, receiver, queues=["mail"])
    await push(as_developer, queue="other")
    await push(as_developer, queue="mail")
    found = await logged(as_developer, hook, bool)
    assert len(found) == 1
    assert '"queue":"mail"' in found[0]["body"]


async def test_unsubscribed_webhooks_are_told_nothing(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    hook = await subscribe(as_developer, receiver)
    kept = await subscribe(as_developer, receiver)
    gone = await as_developer.delete(f"{BASE}/webhooks/unsubscribe/{hook['id']}")
    assert gone.status_code == 204
    assert (await as_developer.delete(f"{BASE}/webhooks/{hook['id']}")).status_code == 404
    await push(as_developer)
    await logged(as_developer, kept, lambda found: found[0]["state"] == "delivered")
    assert len(receiver.messages) == 1


async def test_somebody_elses_webhook_answers_like_a_missing_one(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, receiver: Receiver
):
    hook = await subscribe(as_developer, receiver)
    await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")
    (delivery,) = await log(as_developer, hook)
    path = f"{BASE}/webhooks/{hook['id']}"
    answers = [
        await as_neighbour.get(path),
        await as_neighbour.get(f"{path}/deliveries"),
        await as_neighbour.post(f"{path}/test"),
        await as_neighbour.post(f"{path}/rotate"),
        await as_neighbour.post(f"{path}/enable"),
        await as_neighbour.post(f"{path}/deliveries/{delivery['id']}/replay"),
        await as_neighbour.delete(f"{BASE}/webhooks/unsubscribe/{hook['id']}"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    mine = await subscribe(as_neighbour, receiver)
    crossed = f"{BASE}/webhooks/{mine['id']}/deliveries/{delivery['id']}/replay"
    assert (await as_neighbour.post(crossed)).status_code == 404
    listed = (await as_neighbour.get(f"{BASE}/webhooks")).json()["items"]
    assert [one["id"] for one in listed] == [mine["id"]]


async def test_viewers_have_no_webhooks(as_viewer: httpx2.AsyncClient):
    body = {"url": "https://example.com", "events": ["*"]}
    assert (await as_viewer.post(f"{BASE}/webhooks/subscribe", json=body)).status_code == 403


async def test_webhooks_and_deliveries_come_in_pages(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    hooks = [await subscribe(as_developer, receiver) for _ in range(3)]
    first = (await as_developer.get(f"{BASE}/webhooks", params={"limit": 2})).json()
    second = (
        await as_developer.get(f"{BASE}/webhooks", params={"cursor": first["next_cursor"]})
    ).json()
    listed = [one["id"] for one in first["items"] + second["items"]]
    assert listed == [hook["id"] for hook in reversed(hooks)]
    path = f"{BASE}/webhooks/{hooks[0]['id']}"
    for _ in range(3):
        await as_developer.post(f"{path}/test")
    first = (await as_developer.get(f"{path}/deliveries", params={"limit": 2})).json()
    query = {"cursor": first["next_cursor"], "state": "delivered"}
    second = (await as_developer.get(f"{path}/deliveries", params=query)).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)


async def test_nobody_has_more_webhooks_than_the_operator_allows(
    as_developer: httpx2.AsyncClient, receiver: Receiver, runtime: Runtime
):
    def secrets(session: Session) -> int | None:
        living = Secret.deleted_at.is_(None) & (Secret.name == "signing")
        return session.scalar(select(func.count()).select_from(Secret).where(living))

    body = {"url": receiver.url, "events": ["*"]}
    answers = [
        (await as_developer.post(f"{BASE}/webhooks/subscribe", json=body)).status_code
        for _ in range(6)
    ]
    assert answers == [201] * 5 + [409]
    assert await runtime.db.read(secrets) == 5
