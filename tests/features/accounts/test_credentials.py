"""Credentials on the hot path: no unit of work, revoked within 5 s everywhere, at once here."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from starlette.types import Scope
from tests.fixtures.people import By, People

from menon.core.auth import ANONYMOUS, Role
from menon.core.db import Database
from menon.core.errors import DatabaseError, Forbidden, Unauthenticated
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.http import create_app
from menon.entry.runtime import open_runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.rules import api_key
from menon.features.accounts.service.cache import Credentials, Resolved, tidy
from menon.kit.clock import FixedClock

ME = "/api/v1/auth/me"


@pytest.fixture
def units(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the units of work of accounts that were run."""
    ran: list[str] = []
    read = Database.read

    async def noting(self: Database, unit: Any, *args: Any, **kwargs: Any) -> Any:
        if unit.__module__.startswith("menon.features.accounts"):
            ran.append(unit.__name__)
        return await read(self, unit, *args, **kwargs)

    monkeypatch.setattr(Database, "read", noting)
    return ran


def connection(kind: str = "http", **more: Any) -> Scope:
    headers = {name.encode(): text.encode() for name, text in more.pop("headers", {}).items()}
    return {"type": kind, "scheme": "http", "headers": list(headers.items())} | more


class TestHotPath:
    @pytest.mark.parametrize("by", ["key", "token", "cookie"])
    async def test_a_credential_is_looked_up_once_in_five_seconds(
        self, people: People, units: list[str], clock: FixedClock, runtime: Runtime, by: By
    ) -> None:
        client = await people.client("dora", by=by)
        headers = {name: text for name, text in client.headers.items() if name != "host"}
        if by == "cookie":
            headers["cookie"] = f"menon={client.cookies['menon']}"
        units.clear()
        for seconds, lookups in ((0, 1), (4, 1), (1, 2), (4.9, 2)):
            clock.advance(seconds=seconds)
            who = await accounts.authenticate(runtime, connection(headers=headers))
            assert (who.name, who.kind, len(units)) == ("dora", by, lookups)

    async def test_many_at_once_share_one_lookup(
        self, people: People, units: list[str], runtime: Runtime
    ) -> None:
        key = (await people.person("dora")).key
        units.clear()
        scopes = [connection(headers={"x-api-key": key}) for _ in range(50)]
        found = await asyncio.gather(*(accounts.authenticate(runtime, s) for s in scopes))
        assert {who.name for who in found} == {"dora"}
        assert len(units) == 1

    async def test_what_cannot_be_a_key_costs_nothing(
        self, units: list[str], runtime: Runtime
    ) -> None:
        for text in ("mnn_wrong", "nonsense", ""):
            headers = {"authorization": f"Bearer {text}"}
            who = await accounts.authenticate(runtime, connection(headers=headers))
            assert isinstance(who.refusal, Unauthenticated)
        assert units == []

    async def test_no_credential_costs_nothing(self, units: list[str], runtime: Runtime) -> None:
        assert await accounts.authenticate(runtime, connection()) == ANONYMOUS
        assert units == []


class TestRevocation:
    @pytest.fixture
    async def other(self, settings: Settings, clock: FixedClock) -> AsyncIterator[Runtime]:
        """Another process on the same database."""
        async with open_runtime(settings, clock=clock) as opened:
            yield opened

    @pytest.mark.parametrize("by", ["key", "token"])
    async def test_reaches_other_processes_within_five_seconds(
        self, people: People, other: Runtime, settings: Settings, clock: FixedClock, by: By
    ) -> None:
        person = await people.person("dora")
        here = await people.client("dora", by=by)
        transport = httpx2.ASGITransport(app=create_app(settings, runtime=other))
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://testserver", headers=dict(here.headers)
        ) as there:
            assert (await there.get(ME)).status_code == 200
            admin = await people.client("ada", Role.ADMIN)
            await admin.delete(f"/api/v1/users/{person.id}")
            assert (await here.get(ME)).status_code == 401
            clock.advance(seconds=5)
            assert (await there.get(ME)).status_code == 401

    async def test_a_lookup_that_began_before_is_not_kept_after(self, clock: FixedClock) -> None:
        credentials, begun, go = Credentials(), asyncio.Event(), asyncio.Event()
        resolved = Resolved(who=ANONYMOUS)

        async def slow() -> Resolved:
            begun.set()
            await go.wait()
            return resolved

        waiting = asyncio.create_task(credentials.load("digest", slow, now=clock.now()))
        await begun.wait()
        credentials.forget("dora")
        go.set()
        assert await waiting is resolved
        assert credentials.find("digest", clock.now()) is None

    async def test_a_clock_that_is_set_back_trusts_nothing(self, clock: FixedClock) -> None:
        credentials = Credentials()

        async def load() -> Resolved:
            return Resolved(who=ANONYMOUS)

        await credentials.load("digest", load, now=clock.now())
        assert credentials.find("digest", clock.now()) is not None
        clock.advance(hours=-1)
        assert credentials.find("digest", clock.now()) is None

    async def test_no_more_than_so_many_are_kept(self, clock: FixedClock) -> None:
        credentials = Credentials(most=2)

        async def load() -> Resolved:
            return Resolved(who=ANONYMOUS)

        for name in ("a", "b", "c"):
            await credentials.load(name, load, now=clock.now())
        found = [credentials.find(name, clock.now()) is not None for name in ("a", "b", "c")]
        assert found == [False, True, True]


class TestKeyInBody:
    async def test_gives_its_principal(self, people: People, runtime: Runtime) -> None:
        person = await people.person("dora")
        who = await accounts.principal_of_key(runtime, person.key)
        assert (who.user_id, who.kind) == (person.id, "key")

    @pytest.mark.parametrize("text", ["", "mnn_wrong", api_key(bytes(32)), "eyJ.e30.x"])
    async def test_refuses_all_else(self, runtime: Runtime, text: str) -> None:
        with pytest.raises(Unauthenticated):
            await accounts.principal_of_key(runtime, text)


class TestWebSocket:
    @pytest.mark.parametrize("way", ["query", "subprotocol", "header"])
    async def test_takes_a_key_in_three_ways(
        self, people: People, runtime: Runtime, way: str
    ) -> None:
        key = (await people.person("dora")).key
        scope = {
            "query": connection("websocket", query_string=f"a=b&token={key}".encode()),
            "subprotocol": connection("websocket", subprotocols=["menon", f"menon.bearer.{key}"]),
            "header": connection("websocket", headers={"authorization": f"Bearer {key}"}),
        }[way]
        assert (await accounts.authenticate(runtime, scope)).name == "dora"

    async def test_a_key_in_the_address_of_a_page_counts_for_nothing(
        self, people: People, runtime: Runtime
    ) -> None:
        key = (await people.person("dora")).key
        scope = connection("http", query_string=f"token={key}".encode())
        assert await accounts.authenticate(runtime, scope) == ANONYMOUS

    @pytest.mark.parametrize(
        ("origin", "passes"),
        [
            ("http://testserver", True),
            ("http://evil.example", False),
            ("null", False),
            ("http://testserver:81", False),
        ],
    )
    async def test_a_cookie_counts_only_from_our_own_pages(
        self, people: People, runtime: Runtime, origin: str, passes: bool
    ) -> None:
        cookie = (await people.client("dora", by="cookie")).cookies["menon"]
        headers = {"cookie": f"menon={cookie}", "host": "testserver", "origin": origin}
        who = await accounts.authenticate(runtime, connection("websocket", headers=headers))
        assert (who.name == "dora") is passes
        assert isinstance(who.refusal, Forbidden) is not passes


class TestCookie:
    async def test_https_has_its_own_name(self, people: People, runtime: Runtime) -> None:
        cookie = (await people.client("dora", by="cookie")).cookies["menon"]
        for name, scheme, passes in (
            ("menon", "http", True),
            ("menon", "https", False),
            ("__Host-menon", "https", True),
            ("__Host-menon", "http", False),
        ):
            scope = connection(headers={"cookie": f"{name}={cookie}"}, scheme=scheme)
            who = await accounts.authenticate(runtime, scope)
            assert (who.name == "dora") is passes, (name, scheme)

    async def test_ends_after_its_days(
        self, people: People, runtime: Runtime, clock: FixedClock
    ) -> None:
        client = await people.client("dora", by="cookie")
        assert (await client.get(ME)).status_code == 200
        clock.advance(days=14)
        assert (await client.get(ME)).status_code == 401
        await tidy(runtime)
        assert (await client.get(ME)).status_code == 401

    async def test_writes_need_the_sessions_token(self, people: People) -> None:
        client = await people.client("dora", by="cookie")
        path, body = "/api/v1/auth/api-keys", {"name": "x"}
        assert (await client.post(path, json=body)).status_code == 201
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert (await client.post(path, json=body, headers=foreign)).status_code == 403
        foreign = {"Origin": "https://evil.example"}
        assert (await client.post(path, json=body, headers=foreign)).status_code == 403
        token = client.headers.pop("x-csrf-token")
        assert (await client.post(path, json=body)).status_code == 403
        assert (await client.get(path)).status_code == 200
        client.headers["x-csrf-token"] = token[::-1]
        assert (await client.post(path, json=body)).status_code == 403


async def test_a_database_that_is_away_is_said_and_public_pages_stay(
    people: People, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = (await people.person("dora")).key

    async def away(*_: Any, **__: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(Database, "read", away)
    who = await accounts.authenticate(runtime, connection(headers={"x-api-key": key}))
    assert isinstance(who.refusal, DatabaseError)
