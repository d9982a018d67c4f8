"""Repeated forms, uploads and streams have one effect."""

import asyncio

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from httpx2 import Response as Answer
from tests.core.http.conftest import Effects, create

from menon.kit.clock import FixedClock


async def test_a_form_counts_by_its_fields(caller: AsyncClient, effects: Effects) -> None:
    async def send(name: str) -> Answer:
        return await caller.post(
            "/api/v1/form", data={"name": name}, headers={"Idempotency-Key": "k-1"}
        )

    assert (await send("lamp")).json() == "lamp"
    assert (await send("lamp")).json() == "lamp"
    assert (await send("chair")).json()["code"] == "CONFLICT_003"
    assert effects == {"lamp": 1}


async def test_json_under_the_wrong_name_is_refused_as_without_a_key(caller: AsyncClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = b'{"name": "lamp"}'
    with_key = {**form, "Idempotency-Key": "k-1"}
    answers = [
        await caller.post("/api/v1/things", content=body, headers=headers)
        for headers in (form, with_key)
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json()["errors"] == answers[1].json()["errors"]


async def test_an_upload_counts_by_its_content(caller: AsyncClient, effects: Effects) -> None:
    async def send(content: bytes) -> Answer:
        return await caller.post(
            "/api/v1/upload", files={"file": content}, headers={"Idempotency-Key": "k-1"}
        )

    assert (await send(b"x" * 3_000_000)).json() == 3_000_000
    assert (await send(b"x" * 3_000_000)).json() == 3_000_000
    assert (await send(b"x" * 2_999_999 + b"y")).json()["code"] == "CONFLICT_003"
    assert effects["upload"] == 1


async def test_a_stream_runs_once_and_its_key_leads_to_the_run(
    caller: AsyncClient, effects: Effects
) -> None:
    async def ask() -> Answer:
        return await caller.post(
            "/api/v1/chat", json={"name": "hello"}, headers={"Idempotency-Key": "k-1"}
        )

    first = await ask()
    assert first.text.count("\n") == 2
    second = await ask()
    assert (second.status_code, second.json()["code"]) == (409, "CONFLICT_002")
    assert second.headers["location"] == "/api/v1/runs/17/events"
    assert "/api/v1/runs/17/events" in second.json()["detail"]
    assert effects["hello"] == 1


async def test_while_a_stream_is_open_its_key_is_taken(
    caller: AsyncClient, effects: Effects
) -> None:
    effects.gate.clear()
    sent = {"Idempotency-Key": "k-1"}
    first = asyncio.create_task(caller.post("/api/v1/chat", json={"name": "hello"}, headers=sent))
    while not effects["hello"]:
        await asyncio.sleep(0)
    second = await caller.post("/api/v1/chat", json={"name": "hello"}, headers=sent)
    effects.gate.set()
    assert second.status_code == 409
    assert (await first).status_code == 200
    assert effects["hello"] == 1


async def test_a_cancelled_request_leaves_its_lease(
    caller: AsyncClient, effects: Effects, clock: FixedClock
) -> None:
    effects.gate.clear()
    request = asyncio.create_task(create(caller))
    while not effects["lamp"]:
        await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    effects.gate.set()
    assert (await create(caller)).json()["code"] == "CONFLICT_002"
    clock.advance(seconds=60)
    assert (await create(caller)).status_code == 201


def test_the_header_stands_in_the_api_description(shop: FastAPI) -> None:
    parameters = shop.openapi()["paths"]["/api/v1/things"]["post"]["parameters"]
    assert [p["name"] for p in parameters] == ["idempotency-key"]
