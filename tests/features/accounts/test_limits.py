"""Guessing passwords: counted per account and per address, in the database."""

import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from tests.fixtures.people import PASSWORD, People

from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.http import create_app
from menon.entry.runtime import open_runtime
from menon.features.accounts.service.passwords import Passwords
from menon.kit.clock import FixedClock

LOGIN = "/api/v1/auth/login-json"


async def attempt(
    client: httpx2.AsyncClient, name: str, password: str = "wrong"
) -> httpx2.Response:
    return await client.post(LOGIN, json={"username": name, "password": password})


def client_from(app: FastAPI, address: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=(address, 1234))
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver")


@pytest.fixture
def overrides() -> dict[str, Any]:
    return {
        "accounts": {
            "login_failures_account": 3,
            "login_failures_address": 5,
            "registrations_address": 2,
        }
    }


@pytest.fixture(autouse=True)
async def dora(people: People) -> None:
    await people.person("dora")
    await people.person("ned")


class TestAccount:
    async def test_guessing_ends_with_a_pause_even_for_the_right_password(
        self, client: httpx2.AsyncClient, clock: FixedClock
    ) -> None:
        for _ in range(3):
            assert (await attempt(client, "dora")).status_code == 401
        clock.advance(minutes=5)
        answer = await attempt(client, "dora", PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (429, "RATE_001")
        assert answer.headers["retry-after"] == "600"
        clock.advance(minutes=10)
        assert (await attempt(client, "dora", PASSWORD)).status_code == 200

    async def test_a_success_starts_afresh(self, app: FastAPI) -> None:
        for n in range(3):
            async with client_from(app, f"10.0.0.{n}") as client:
                await attempt(client, "dora")
                await attempt(client, "dora")
                assert (await attempt(client, "dora", PASSWORD)).status_code == 200

    async def test_name_and_address_of_one_account_count_together(
        self, client: httpx2.AsyncClient, as_admin: httpx2.AsyncClient, people: People
    ) -> None:
        dora = await people.person("dora")
        await as_admin.put(f"/api/v1/users/{dora.id}", json={"email": "dora@example.org"})
        for name in ("dora", "DORA", "dora@example.org"):
            assert (await attempt(client, name)).status_code == 401
        assert (await attempt(client, "dora")).status_code == 429

    async def test_unknown_names_are_limited_alike(self, client: httpx2.AsyncClient) -> None:
        codes = [(await attempt(client, "nobody")).status_code for _ in range(4)]
        assert codes == [401, 401, 401, 429]

    async def test_many_attempts_at_once_do_not_slip_through(
        self, client: httpx2.AsyncClient
    ) -> None:
        answers = await asyncio.gather(*(attempt(client, "dora") for _ in range(12)))
        assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 9

    async def test_the_current_password_cannot_be_guessed_either(self, people: People) -> None:
        client = await people.client("dora", by="token")
        body = {"current_password": "wrong", "new_password": "Another-1-Secret"}
        path = "/api/v1/auth/change-password"
        codes = [(await client.post(path, json=body)).status_code for _ in range(4)]
        assert codes == [401, 401, 401, 429]


class TestAddress:
    async def test_one_address_tries_many_accounts_in_vain(
        self, app: FastAPI, client: httpx2.AsyncClient
    ) -> None:
        for n in range(5):
            assert (await attempt(client, f"user{n}")).status_code == 401
        assert (await attempt(client, "dora", PASSWORD)).status_code == 429
        async with client_from(app, "203.0.113.9") as elsewhere:
            assert (await attempt(elsewhere, "dora", PASSWORD)).status_code == 200

    async def test_one_network_of_ipv6_is_one_address(self, app: FastAPI) -> None:
        for n in range(5):
            async with client_from(app, f"2001:db8::{n}") as neighbour:
                assert (await attempt(neighbour, f"user{n}")).status_code == 401
        async with client_from(app, "2001:db8::ffff") as neighbour:
            assert (await attempt(neighbour, "dora", PASSWORD)).status_code == 429

    async def test_successes_do_not_use_it_up(self, client: httpx2.AsyncClient) -> None:
        codes = [(await attempt(client, "dora", PASSWORD)).status_code for _ in range(8)]
        assert codes == [200] * 8

    async def test_registrations_are_limited(self, client: httpx2.AsyncClient) -> None:
        codes = [
            (
                await client.post(
                    "/api/v1/auth/register", json={"username": f"zoe{n}", "password": PASSWORD}
                )
            ).status_code
            for n in range(3)
        ]
        assert codes == [201, 201, 429]


async def test_a_restart_forgets_nothing(
    settings: Settings, clock: FixedClock, client: httpx2.AsyncClient
) -> None:
    for _ in range(3):
        await attempt(client, "dora")
    async with open_runtime(settings, clock=clock) as restarted:
        app = create_app(settings, runtime=restarted)
        async with client_from(app, "203.0.113.9") as elsewhere:
            assert (await attempt(elsewhere, "dora", PASSWORD)).status_code == 429


async def test_an_unknown_name_costs_one_verification_too(
    client: httpx2.AsyncClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str | None] = []
    verify = Passwords.verify

    async def noting(self: Passwords, password: str, stored: str | None) -> tuple[bool, str | None]:
        verified.append(stored)
        return await verify(self, password, stored)

    monkeypatch.setattr(Passwords, "verify", noting)
    await attempt(client, "dora")
    await attempt(client, "nobody")
    assert len(verified) == 2
    assert verified[1] is None
