"""API keys over HTTP: as owner, neighbour, stranger, and by narrower keys."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from tests.fixtures.people import People

from menon.core.auth import Role
from menon.core.runtime import Runtime
from menon.features.accounts.service.cache import Credentials, write_uses
from menon.kit.clock import FixedClock

KEYS = "/api/v1/auth/api-keys"
ME = "/api/v1/auth/me"


async def make(client: httpx2.AsyncClient, **body: Any) -> Any:
    answer = await client.post(KEYS, json={"name": "laptop", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def by_key(client: httpx2.AsyncClient) -> Callable[[Any], httpx2.AsyncClient]:
    """The anonymous client, made to send this key from now on."""

    def use(made: Any) -> httpx2.AsyncClient:
        client.headers["Authorization"] = f"Bearer {made['key']}"
        return client

    return use


class TestMaking:
    async def test_the_key_is_shown_once_and_stored_as_a_digest(
        self, as_developer: httpx2.AsyncClient, runtime: Runtime
    ) -> None:
        made = await make(as_developer, notes="for scripts")
        listed = (await as_developer.get(KEYS)).text
        assert made["key"] not in listed
        assert made["prefix"] in listed

        def dump(session: Session) -> str:
            tables = ("api_key", "audit_record")
            return repr([session.execute(text(f"SELECT * FROM {t}")).all() for t in tables])

        assert made["key"] not in await runtime.db.read(dump)

    @pytest.mark.parametrize("header", ["bearer", "x-api-key"])
    async def test_it_works_in_either_header(
        self, client: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, header: str
    ) -> None:
        key = (await make(as_developer))["key"]
        headers = {"Authorization": f"bearer {key}"} if header == "bearer" else {"X-API-Key": key}
        me = (await client.get(ME, headers=headers)).json()
        assert (me["username"], me["kind"]) == ("dora", "key")

    @pytest.mark.parametrize(
        "body",
        [
            {"name": ""},
            {"name": "x" * 101},
            {"scopes": []},
            {"scopes": ["everything"]},
            {"expires_at": "2026-11-20T11:00:00Z"},
            {"expires_at": "2027-01-01T00:00:00"},
            {"notes": "x" * 2001},
        ],
    )
    async def test_malformed_ones_are_refused(
        self, as_developer: httpx2.AsyncClient, body: dict[str, Any]
    ) -> None:
        answer = await as_developer.post(KEYS, json={"name": "laptop", **body})
        assert answer.status_code == 422
        assert answer.json()["code"] == "VALID_001"

    async def test_a_stranger_makes_none(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post(KEYS, json={"name": "x"})).status_code == 401


class TestEnding:
    async def test_a_revoked_key_ends_at_once(
        self, as_developer: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        made = await make(as_developer)
        client = by_key(made)
        assert (await client.get(ME)).status_code == 200
        assert (await as_developer.delete(f"{KEYS}/{made['id']}")).status_code == 204
        answer = await client.get(ME)
        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_001")

    async def test_a_disabled_key_rests_until_it_is_enabled(
        self, as_developer: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        made = await make(as_developer)
        client, place = by_key(made), f"{KEYS}/{made['id']}"
        assert (await client.get(ME)).status_code == 200
        await as_developer.put(place, json={"is_enabled": False})
        assert (await client.get(ME)).status_code == 401
        await as_developer.put(place, json={"is_enabled": True})
        assert (await client.get(ME)).status_code == 200

    async def test_an_expired_key_ends_on_time(
        self,
        as_developer: httpx2.AsyncClient,
        by_key: Callable[[Any], httpx2.AsyncClient],
        clock: FixedClock,
    ) -> None:
        made = await make(as_developer, expires_at="2026-11-20T12:00:03Z")
        client = by_key(made)
        assert (await client.get(ME)).status_code == 200
        clock.advance(seconds=3)
        assert (await client.get(ME)).status_code == 401

    async def test_an_expiry_can_be_lifted(
        self, as_developer: httpx2.AsyncClient, clock: FixedClock
    ) -> None:
        made = await make(as_developer, expires_at="2026-11-21T12:00:00Z")
        place = f"{KEYS}/{made['id']}"
        kept = (await as_developer.put(place, json={"name": "tower"})).json()
        assert (kept["name"], kept["expires_at"]) == ("tower", "2026-11-21T12:00:00Z")
        lifted = (await as_developer.put(place, json={"expires_at": None})).json()
        assert lifted["expires_at"] is None


class TestWhose:
    @pytest.mark.parametrize("role", [Role.DEVELOPER, Role.ADMIN])
    async def test_to_others_a_key_does_not_exist(
        self, as_developer: httpx2.AsyncClient, people: People, role: Role
    ) -> None:
        made = await make(as_developer)
        other = await people.client("other", role)
        place = f"{KEYS}/{made['id']}"
        foreign = await other.put(place, json={"is_enabled": False})
        missing = await other.put(f"{KEYS}/none", json={"is_enabled": False})
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]
        assert (await other.delete(place)).status_code == 404
        assert made["id"] not in (await other.get(KEYS)).text

    @pytest.mark.parametrize("key_id", ["none", "%00", "%ED%A0%80", "x" * 300, "a%27--"])
    async def test_hostile_ids_are_just_unknown(
        self, as_developer: httpx2.AsyncClient, key_id: str
    ) -> None:
        assert (await as_developer.delete(f"{KEYS}/{key_id}")).status_code in {404, 422}


class TestScopes:
    async def test_a_key_may_no_more_than_its_scopes(
        self, as_admin: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        client = by_key(await make(as_admin, scopes=["read"]))
        answer = await client.get("/api/v1/users")
        assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_003")
        me = (await client.get(ME)).json()
        assert me["scopes"] == ["read"]
        assert (me["permissions"]["admin"], me["permissions"]["read"]) == ("none", "any")

    async def test_a_key_may_no_more_than_its_owner(
        self, as_developer: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        client = by_key(await make(as_developer, scopes=["admin", "read"]))
        assert (await client.get("/api/v1/users")).status_code == 403

    async def test_a_key_makes_none_that_is_wider(
        self, as_developer: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        narrow = await make(as_developer, scopes=["read", "write"])
        wide = await make(as_developer, scopes=["read", "run"])
        client = by_key(narrow)
        assert (await client.post(KEYS, json={"name": "x"})).status_code == 403
        body = {"scopes": ["read", "write", "run"]}
        assert (await client.put(f"{KEYS}/{narrow['id']}", json=body)).status_code == 403
        assert (await client.delete(f"{KEYS}/{wide['id']}")).status_code == 403
        await make(client, scopes=["read"])

    async def test_a_reading_key_changes_nothing(
        self, as_developer: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        made = await make(as_developer, scopes=["read"])
        client = by_key(made)
        assert (await client.get(KEYS)).status_code == 200
        assert (await client.post(KEYS, json={"name": "x", "scopes": ["read"]})).status_code == 403
        assert (await client.delete(f"{KEYS}/{made['id']}")).status_code == 403

    async def test_without_the_scope_even_reading_is_refused(
        self, as_developer: httpx2.AsyncClient, by_key: Callable[[Any], httpx2.AsyncClient]
    ) -> None:
        client = by_key(await make(as_developer, scopes=["chat"]))
        assert (await client.get(KEYS)).status_code == 403
        assert (await client.get(ME)).status_code == 200


class TestList:
    async def test_is_paged(self, people: People) -> None:
        client = await people.client("dora", by="token")
        names = ["tests", *(f"key {n}" for n in range(4))]
        for name in names[1:]:
            await make(client, name=name)
        found: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
            page = (await client.get(KEYS, params=params)).json()
            found += [key["name"] for key in page["items"]]
            cursor = page["next_cursor"]
        assert found == names
        assert cursor is None

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=201", "cursor=nonsense", "cursor=WyJhIiwiYiJd", "cursor=%00"]
    )
    async def test_a_malformed_page_is_refused(
        self, as_developer: httpx2.AsyncClient, query: str
    ) -> None:
        assert (await as_developer.get(f"{KEYS}?{query}")).status_code == 422

    async def test_a_cursor_with_nul_is_harmless(self, as_developer: httpx2.AsyncClient) -> None:
        answer = await as_developer.get(f"{KEYS}?cursor=WyJcdTAwMDAiXQ==")
        assert answer.status_code == 200

    async def test_says_when_a_key_was_used(
        self, people: People, runtime: Runtime, clock: FixedClock
    ) -> None:
        client = await people.client("dora", by="key")
        await client.get(ME)
        clock.advance(seconds=1)
        await client.get(ME)
        (key,) = (await client.get(KEYS)).json()["items"]
        assert key["last_used_at"] is None
        await write_uses(runtime, runtime[Credentials])
        (key,) = (await client.get(KEYS)).json()["items"]
        assert key["last_used_at"] == "2026-11-20T12:00:01Z"


class TestNumber:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"accounts": {"keys_per_user": 2}}

    async def test_is_limited(self, as_developer: httpx2.AsyncClient) -> None:
        await make(as_developer)
        answer = await as_developer.post(KEYS, json={"name": "third"})
        assert answer.status_code == 409
        assert "revoke one first" in answer.json()["detail"]
