"""Messages from outside: verified, counted once, told once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook as Signer

from menon.core.events.models import EventRow
from menon.core.runtime import Runtime
from menon.features.integrations import rules
from menon.features.integrations.models import IncomingReceipt
from menon.features.integrations.service.upkeep import Upkeep
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id

BASE = "/api/v1/integration"

EVERY = ["admin", "chat", "read", "run", "write"]
"""The scopes of the key that tests sign in with."""

Json = dict[str, Any]


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {"integrations": {"webhooks": 3, "body_bytes": 2048}}


async def open_hook(client: httpx2.AsyncClient, **more: Any) -> Json:
    answer = await client.post(f"{BASE}/incoming", json={"name": "orders"} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def send(
    client: httpx2.AsyncClient,
    hook: Json,
    clock: FixedClock,
    body: bytes = b'{"order":1}',
    *,
    message_id: str = "msg_1",
    media_type: str = "application/json",
    change: dict[str, str] | None = None,
) -> httpx2.Response:
    head = rules.headers([hook["secret"]], message_id, clock.now(), body)
    head |= {"content-type": media_type} | (change or {})
    return await client.post(hook["url"], content=body, headers=head)


def told(session: Session) -> list[Json]:
    rows = session.scalars(
        select(EventRow.data).where(EventRow.type == "incoming.received").order_by(EventRow.id)
    )
    return list(rows)


async def test_a_signed_message_becomes_an_event(
    as_developer: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
):
    hook = await open_hook(as_developer, workflow_id="w-1")
    answer = await send(client, hook, clock)
    assert answer.status_code == 202
    (event,) = await runtime.db.read(told)
    assert answer.json() == {"message_id": "msg_1", "event_id": event["id"]}
    owner = (await as_developer.get(f"{BASE}/incoming")).json()["items"][0]
    assert event == {
        "id": event["id"],
        "hook_id": hook["id"],
        "hook": "orders",
        "owner_id": owner["owner_id"],
        "workflow_id": "w-1",
        "scopes": EVERY,
        "message_id": "msg_1",
        "body": {"order": 1},
    }
    assert (owner["received"], owner["last_at"]) == (1, "2026-11-20T12:00:00Z")
    assert "secret" not in owner


async def test_their_librarys_signature_is_taken(
    as_developer: httpx2.AsyncClient, client: httpx2.AsyncClient, clock: FixedClock
):
    hook = await open_hook(as_developer)
    signed = Signer(hook["secret"]).sign("msg_2", clock.now(), '{"order":1}')
    answer = await send(
        client, hook, clock, message_id="msg_2", change={"webhook-signature": signed}
    )
    assert answer.status_code == 202


async def test_a_hundred_copies_at_once_have_one_effect_and_one_answer(
    as_developer: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
):
    hook = await open_hook(as_developer)
    answers = await asyncio.gather(*(send(client, hook, clock) for _ in range(100)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert len(await runtime.db.read(told)) == 1
    await send(client, hook, clock, message_id="msg_2")
    assert len(await runtime.db.read(told)) == 2
    listed = (await as_developer.get(f"{BASE}/incoming")).json()["items"]
    assert listed[0]["received"] == 2


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "now"},
    ],
)
async def test_what_is_not_signed_is_refused_like_an_unknown_hook(
    as_developer: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
    change: dict[str, str],
):
    hook = await open_hook(as_developer)
    refused = await send(client, hook, clock, change=change)
    unknown = await send(client, hook | {"url": f"{BASE}/incoming/{new_id()}"}, clock)
    strange = await send(client, hook | {"url": f"{BASE}/incoming/%00.."}, clock)
    said = [
        (one.status_code, one.json()["code"], one.json()["detail"]) for one in (refused, unknown)
    ]
    assert said[0] == said[1]
    assert said[0][:2] == (401, "AUTH_001")
    assert strange.status_code == 404  # no address of ours, whoever asks
    assert await runtime.db.read(told) == []


async def test_a_message_is_taken_for_five_minutes(
    as_developer: httpx2.AsyncClient, client: httpx2.AsyncClient, clock: FixedClock
):
    hook = await open_hook(as_developer)
    late = FixedClock(clock.now() - timedelta(seconds=301))
    early = FixedClock(clock.now() + timedelta(seconds=301))
    lately = FixedClock(clock.now() - timedelta(seconds=299))
    answers = [(await send(client, hook, each)).status_code for each in (late, early, lately)]
    assert answers == [401, 401, 202]


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 1000, "text/json", 422),
        (b'{"n": NaN}', "application/json", 400),
        (b"\xff", "text/plain", 400),
        (b"x" * 2049, "text/plain", 413),
        (b"plain", "text/plain", 202),
        (b'{"a": "\\ud800"}', "application/json", 400),
        (b'{"a": "\\u0000"}', "application/json", 202),
    ],
)
async def test_signed_nonsense_is_refused_and_strange_text_is_cleaned(
    as_developer: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    clock: FixedClock,
    body: bytes,
    media_type: str,
    status: int,
):
    hook = await open_hook(as_developer)
    answer = await send(client, hook, clock, body, media_type=media_type)
    assert answer.status_code == status, answer.text


async def test_a_closed_address_takes_nothing(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    clock: FixedClock,
):
    hook = await open_hook(as_developer)
    path = f"{BASE}/incoming/{hook['id']}"
    assert (await as_neighbour.delete(path)).status_code == 404
    assert (await as_neighbour.get(f"{BASE}/incoming")).json()["items"] == []
    assert (await as_developer.delete(path)).status_code == 204
    assert (await send(client, hook, clock)).status_code == 401


async def test_hooks_come_in_pages_and_are_limited(as_developer: httpx2.AsyncClient):
    hooks = [await open_hook(as_developer, name=name) for name in "abc"]
    first = (await as_developer.get(f"{BASE}/incoming", params={"limit": 2})).json()
    query = {"cursor": first["next_cursor"]}
    second = (await as_developer.get(f"{BASE}/incoming", params=query)).json()
    listed = [one["id"] for one in first["items"] + second["items"]]
    assert listed == [hook["id"] for hook in reversed(hooks)]
    for name, status in (("d", 409), (" ", 422), ("", 422)):
        again = await as_developer.post(f"{BASE}/incoming", json={"name": name})
        assert again.status_code == status


async def test_receipts_are_forgotten_after_a_week(
    as_developer: httpx2.AsyncClient,
    client: httpx2.AsyncClient,
    runtime: Runtime,
    clock: FixedClock,
):
    def receipts(session: Session) -> int | None:
        return session.scalar(select(func.count()).select_from(IncomingReceipt))

    hook = await open_hook(as_developer)
    await send(client, hook, clock)
    clock.advance(days=6)
    await runtime[Upkeep].sweep()
    assert await runtime.db.read(receipts) == 1
    clock.advance(days=2)
    assert await runtime[Upkeep].sweep() == 1
    assert await runtime.db.read(receipts) == 0
