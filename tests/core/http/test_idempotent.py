"""A POST may be repeated and has one effect."""

import asyncio
from datetime import timedelta

import pytest
from httpx2 import AsyncClient
from httpx2 import Response as Answer
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.core.http.conftest import SECRET, Effects, create

from menon.core.http import idempotent
from menon.core.idempotency import KEPT
from menon.core.runtime import Runtime
from menon.kit.clock import FixedClock


async def test_a_repeated_request_gets_the_stored_reply(
    caller: AsyncClient, effects: Effects
) -> None:
    first, second = await create(caller), await create(caller)
    assert effects["lamp"] == 1
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert second.headers["x-request-id"] != first.headers["x-request-id"]


async def test_without_a_key_every_request_counts(caller: AsyncClient, effects: Effects) -> None:
    await create(caller, key=None)
    await create(caller, key=None)
    assert effects["lamp"] == 2


async def test_the_same_key_with_another_body_is_refused(
    caller: AsyncClient, effects: Effects
) -> None:
    await create(caller, "lamp")
    answer = await create(caller, "chair")
    assert (answer.status_code, answer.json()["code"]) == (422, "CONFLICT_003")
    assert effects["chair"] == 0


async def test_the_same_key_at_another_address_is_refused(caller: AsyncClient) -> None:
    await create(caller)
    answer = await caller.post(
        "/api/v1/things?x=1", json={"name": "lamp"}, headers={"Idempotency-Key": "k-1"}
    )
    assert answer.json()["code"] == "CONFLICT_003"


async def test_keys_of_other_users_are_other_keys(caller: AsyncClient, effects: Effects) -> None:
    await create(caller)
    await create(caller, **{"X-User": "eve"})
    assert effects["lamp"] == 2


async def test_a_reply_is_not_sent_to_a_credential_that_may_not_ask(caller: AsyncClient) -> None:
    await create(caller)
    answer = await create(caller, **{"X-Narrow": "1"})
    assert answer.status_code == 403
    assert SECRET not in answer.text


async def test_anonymous_callers_have_no_keys(caller: AsyncClient) -> None:
    assert (await create(caller, **{"X-User": ""})).status_code == 401


@pytest.mark.parametrize("key", ["", "with blank", "x" * 256, "naïve"])
async def test_a_key_that_is_none_is_refused(caller: AsyncClient, key: str) -> None:
    answer = await caller.post(
        "/api/v1/things",
        json={"name": "lamp"},
        headers=[(b"Idempotency-Key", key.encode())],
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001")


async def test_a_hundred_copies_at_once_have_one_effect(
    caller: AsyncClient, effects: Effects
) -> None:
    effects.gate.clear()
    copies = [asyncio.create_task(create(caller)) for _ in range(100)]
    done: set[asyncio.Task[Answer]] = set()
    while len(done) < 99:
        done, _ = await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED, timeout=5)
    for refused in done:
        answer = refused.result()
        assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT_002")
        assert answer.headers["retry-after"] == "1"
    effects.gate.set()
    answers = await asyncio.gather(*copies)
    assert sorted(a.status_code for a in answers) == [201, *[409] * 99]
    assert effects["lamp"] == 1
    assert (await create(caller)).status_code == 201
    assert effects["lamp"] == 1


@pytest.mark.parametrize(("name", "status"), [("missing", 404), ("bug", 500)])
async def test_after_an_error_the_key_may_be_tried_again(
    caller: AsyncClient, effects: Effects, name: str, status: int
) -> None:
    for _ in range(2):
        answer = await caller.post(
            "/api/v1/fail", json={"name": name}, headers={"Idempotency-Key": "k-1"}
        )
        assert answer.status_code == status
    assert effects[name] == 2


async def test_an_error_that_was_answered_is_not_kept_either(
    caller: AsyncClient, effects: Effects
) -> None:
    for _ in range(2):
        answer = await caller.post(
            "/api/v1/answered", json={"name": "lamp"}, headers={"Idempotency-Key": "k-1"}
        )
        assert answer.status_code == 503
    assert effects["lamp"] == 2


async def test_a_request_that_takes_long_keeps_its_key(
    caller: AsyncClient, effects: Effects, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotent, "LEASE", timedelta(milliseconds=30))
    effects.gate.clear()
    request = asyncio.create_task(create(caller))
    while not effects["lamp"]:
        await asyncio.sleep(0)
    for _ in range(3):
        clock.advance(seconds=50)
        await asyncio.sleep(0.1)
        assert (await create(caller)).json()["code"] == "CONFLICT_002"
    effects.gate.set()
    assert (await request).status_code == 201
    assert effects["lamp"] == 1


async def test_a_malformed_body_leaves_the_key_free(caller: AsyncClient) -> None:
    refused = await caller.post("/api/v1/things", json={}, headers={"Idempotency-Key": "k-1"})
    assert refused.status_code == 422
    assert (await create(caller)).status_code == 201


async def test_a_key_counts_for_a_day(
    caller: AsyncClient, effects: Effects, clock: FixedClock
) -> None:
    await create(caller)
    clock.advance(hours=KEPT.total_seconds() / 3600)
    await create(caller)
    assert effects["lamp"] == 2


async def test_a_secret_in_a_reply_is_not_stored_in_clear(
    caller: AsyncClient, runtime: Runtime
) -> None:
    await create(caller)

    def stored(session: Session) -> str:
        return repr(session.execute(text("SELECT * FROM idempotency_key")).all())

    row = await runtime.db.read(stored)
    assert "reply" not in row
    assert SECRET not in row
    assert SECRET.encode().hex() not in row
