"""Deliveries: sent, answered, tried again when due, given up, replayed."""

import httpx2
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.features.integrations.webhooks import (
    BASE,
    log,
    logged,
    push,
    seconds_of,
    signed,
    subscribe,
)

from menon.core.runtime import Runtime
from menon.features.accounts.models import User
from menon.features.integrations.models import Webhook
from menon.features.integrations.service.upkeep import Upkeep
from menon.kit.clock import FixedClock
from menon.testing.loopback import reply
from menon.testing.receiver import Receiver


async def test_an_address_is_checked_again_at_every_send(
    runtime: Runtime, as_developer: httpx2.AsyncClient, receiver: Receiver
):
    def move(session: Session) -> None:
        session.execute(update(Webhook).values(url="http://169.254.169.254/"))

    hook = await subscribe(as_developer, receiver)
    await runtime.db.write(move)
    delivery = (await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")).json()
    assert (delivery["state"], delivery["status"]) == ("dead", None)
    assert "not a public address" in delivery["error"]
    assert receiver.messages == []


async def test_redirects_are_not_followed(as_developer: httpx2.AsyncClient, receiver: Receiver):
    receiver.answer = lambda _message: reply(status="307 Moved", location="/elsewhere")
    hook = await subscribe(as_developer, receiver)
    delivery = (await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")).json()
    assert (delivery["state"], delivery["status"]) == ("dead", 307)
    assert [message.path for message in receiver.messages] == ["/hook"]


async def test_a_test_message_is_signed_sent_now_and_logged(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    receiver.answer = lambda _message: reply(b"token=hunter2hunter2 " + b"x" * 100_000)
    hook = await subscribe(as_developer, receiver)
    delivery = (await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")).json()
    (message,) = receiver.messages
    assert signed(message, hook["secret"], clock)
    assert message.json["type"] == delivery["type"] == "webhook.test"
    assert (delivery["state"], delivery["status"], len(delivery["answer"])) == (
        "delivered",
        200,
        1000,
    )
    assert "hunter2" not in delivery["answer"]
    assert await log(as_developer, hook) == [delivery]


async def test_a_failed_delivery_is_tried_again_under_the_same_id_when_it_is_due(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    answers = iter([reply(status="500 No"), None, reply(status="503 No", retry_after="900")])
    receiver.answer = lambda _message: next(answers, reply(b"at last"))
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    for attempts, least, most in ((1, 4.5, 5.5), (2, 270, 330), (3, 1620, 1980)):
        (delivery,) = await logged(
            as_developer,
            hook,
            lambda found, attempts=attempts: found[0]["attempts"] == attempts,
        )
        assert delivery["state"] == "pending"
        run = (await as_developer.get(f"/api/v1/runs/{delivery['run_id']}")).json()
        assert run["state"] == "waiting"
        shown = (await as_developer.get(f"{BASE}/webhooks/{hook['id']}")).json()
        assert shown["failing_since"] == "2026-11-20T12:00:00Z"
        waits = seconds_of(delivery["due_at"]) - seconds_of(delivery["tried_at"])
        assert least <= waits <= most
        clock.advance(seconds=waits)
    (delivery,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "delivered")
    assert (delivery["attempts"], delivery["answer"]) == (4, "at last")
    assert {message.id for message in receiver.messages} == {delivery["id"]}
    assert len({message.body for message in receiver.messages}) == 1
    assert (await as_developer.get(f"{BASE}/webhooks/{hook['id']}")).json()["failing_since"] is None


async def test_what_fails_at_every_attempt_is_dead_and_can_be_replayed(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    for attempts in range(1, 8):
        await logged(as_developer, hook, lambda found, n=attempts: found[0]["attempts"] == n)
        clock.advance(hours=11)
    (dead,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "dead")
    assert (dead["attempts"], dead["error"]) == (8, "The receiver answered 500.")
    path = f"{BASE}/webhooks/{hook['id']}/deliveries/{dead['id']}/replay"
    receiver.answer = lambda _message: reply()
    assert (await as_developer.post(path)).status_code == 202
    (again,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "delivered")
    assert (again["id"], again["attempts"]) == (dead["id"], 1)
    assert receiver.messages[-1].body == receiver.messages[0].body
    assert receiver.messages[-1].id == receiver.messages[0].id


async def test_what_is_on_its_way_is_not_replayed(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    (found,) = await logged(as_developer, hook, lambda found: found[0]["attempts"] == 1)
    path = f"{BASE}/webhooks/{hook['id']}/deliveries/{found['id']}/replay"
    assert (await as_developer.post(path)).status_code == 409


async def test_a_receiver_that_is_gone_is_not_called_again_until_it_is_enabled(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    receiver.answer = lambda _message: reply(status="410 Gone")
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    (dead,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "dead")
    shown = (await as_developer.get(f"{BASE}/webhooks/{hook['id']}")).json()
    assert (shown["active"], shown["why_off"]) == (False, "The receiver answered 410 Gone.")
    path = f"{BASE}/webhooks/{hook['id']}"
    assert (await as_developer.post(f"{path}/deliveries/{dead['id']}/replay")).status_code == 409
    await push(as_developer, queue="late")
    receiver.answer = lambda _message: reply()
    assert (await as_developer.post(f"{path}/enable")).json()["active"] is True
    found = await logged(
        as_developer, hook, lambda found: [one["state"] for one in found] == ["delivered", "dead"]
    )
    assert len(found) == 2
    assert receiver.messages[-1].json["data"]["queue"] == "late"


async def test_a_receiver_that_fails_for_five_days_is_switched_off(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver)
    other = await subscribe(as_developer, receiver, events=["webhook.disabled"])
    await push(as_developer)
    await logged(as_developer, hook, lambda found: found[0]["attempts"] == 1)
    clock.advance(days=5)
    (dead,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "dead")
    shown = (await as_developer.get(f"{BASE}/webhooks/{hook['id']}")).json()
    assert (dead["attempts"], shown["active"]) == (2, False)
    assert shown["why_off"] == "The receiver failed for 5 days."
    (told,) = await logged(as_developer, other, bool)
    assert told["type"] == "webhook.disabled"


async def test_deliveries_of_a_webhook_that_was_switched_off_end(
    runtime: Runtime, as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock
):
    def off(session: Session) -> None:
        session.execute(update(Webhook).values(active=False))

    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    await logged(as_developer, hook, lambda found: found[0]["attempts"] == 1)
    await runtime.db.write(off)
    clock.advance(seconds=6)
    (dead,) = await logged(as_developer, hook, lambda found: found[0]["state"] == "dead")
    assert "switched off" in dead["error"]
    assert len(receiver.messages) == 1


async def test_deliveries_to_somebody_who_left_end(
    runtime: Runtime,
    as_developer: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
    receiver: Receiver,
    clock: FixedClock,
):
    def leave(session: Session) -> None:
        session.execute(update(User).where(User.username == "dora").values(is_active=False))

    receiver.answer = lambda _message: reply(status="500 No")
    hook = await subscribe(as_developer, receiver)
    await push(as_developer)
    await logged(as_developer, hook, lambda found: found[0]["attempts"] == 1)
    await runtime.db.write(leave)
    clock.advance(seconds=6)
    await logged(as_admin, hook, lambda found: found[0]["state"] == "dead")
    assert len(receiver.messages) == 1


async def test_a_large_event_is_told_without_its_content(
    as_developer: httpx2.AsyncClient, receiver: Receiver
):
    hook = await subscribe(as_developer, receiver)
    pushed = await push(as_developer, payload="x" * 262_100)
    await logged(as_developer, hook, lambda found: found[0]["attempts"] == 1)
    assert receiver.messages[0].json["data"] == {
        "id": pushed["id"],
        "omitted": "more than 262144 bytes",
    }


async def test_old_deliveries_go_and_those_on_their_way_stay(
    as_developer: httpx2.AsyncClient, receiver: Receiver, clock: FixedClock, runtime: Runtime
):
    hook = await subscribe(as_developer, receiver)
    await as_developer.post(f"{BASE}/webhooks/{hook['id']}/test")
    assert await runtime[Upkeep].sweep() == 0
    clock.advance(days=31)
    assert await runtime[Upkeep].sweep() == 1
    assert await log(as_developer, hook) == []
