"""Users over HTTP: as administrator and as everybody else; the last administrator stays."""

from typing import Any

import httpx2
import pytest
from tests.fixtures.people import PASSWORD, People

from menon.core.auth import Role
from menon.core.runtime import Runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.service import subject

USERS = "/api/v1/users"
ME = "/api/v1/auth/me"
NEW = {"username": "zoe", "email": "Zoe@Example.org", "password": PASSWORD, "roles": ["viewer"]}


async def status_by(client: httpx2.AsyncClient) -> int:
    return (await client.get(ME)).status_code


class TestWho:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.DEVELOPER, Role.PROJECT_MANAGER])
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", USERS),
            ("POST", USERS),
            ("GET", f"{USERS}/x"),
            ("PUT", f"{USERS}/x"),
            ("DELETE", f"{USERS}/x"),
            ("GET", "/api/v1/roles"),
            ("POST", "/api/v1/auth/admin/change-password"),
        ],
    )
    async def test_only_administrators_manage_users(
        self, people: People, client: httpx2.AsyncClient, role: Role, method: str, path: str
    ) -> None:
        other = await people.client("other", role)
        assert (await other.request(method, path, json={})).status_code == 403
        assert (await client.request(method, path, json={})).status_code == 401


class TestMaking:
    async def test_a_user_is_made_and_signs_in(
        self, as_admin: httpx2.AsyncClient, client: httpx2.AsyncClient
    ) -> None:
        answer = await as_admin.post(USERS, json=NEW)
        assert answer.status_code == 201
        made = answer.json()
        assert (made["username"], made["email"], made["roles"]) == (
            "zoe",
            "zoe@example.org",
            ["viewer"],
        )
        assert "password" not in answer.text
        for name in ("ZOE", "zoe@example.ORG"):
            body = {"username": name, "password": PASSWORD}
            assert (await client.post("/api/v1/auth/login-json", json=body)).status_code == 200

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"username": "Zoe", "email": "other@example.org"}, "CONFLICT_001"),
            ({"username": "other", "email": "ZOE@example.org"}, "CONFLICT_001"),
            ({"username": "a@b"}, "VALID_001"),
            ({"username": "a b"}, "VALID_001"),
            ({"username": "x" * 65}, "VALID_001"),
            ({"username": "a\x00b"}, "VALID_001"),
            ({"email": "nonsense"}, "VALID_001"),
            ({"password": "weak"}, "VALID_001"),
            ({"password": "x" * 1025}, "VALID_001"),
            ({"roles": []}, "VALID_001"),
            ({"roles": ["king"]}, "VALID_001"),
        ],
    )
    async def test_bad_ones_are_refused(
        self, as_admin: httpx2.AsyncClient, change: dict[str, Any], code: str
    ) -> None:
        await as_admin.post(USERS, json=NEW)
        other = {**NEW, "username": "ab", "email": "ab@example.org"}
        answer = await as_admin.post(USERS, json={**other, **change})
        assert answer.json()["code"] == code


class TestReading:
    async def test_the_list_is_paged(self, as_admin: httpx2.AsyncClient, people: People) -> None:
        for name in ("u1", "u2", "u3"):
            await people.person(name)
        first = (await as_admin.get(USERS, params={"limit": 3})).json()
        rest = {"limit": 3, "cursor": first["next_cursor"]}
        second = (await as_admin.get(USERS, params=rest)).json()
        names = [user["username"] for user in [*first["items"], *second["items"]]]
        assert names == ["ada", "u1", "u2", "u3"]
        assert second["next_cursor"] is None

    async def test_one_is_found_or_not(self, as_admin: httpx2.AsyncClient, people: People) -> None:
        dora = await people.person("dora")
        assert (await as_admin.get(f"{USERS}/{dora.id}")).json()["username"] == "dora"
        assert (await as_admin.get(f"{USERS}/none")).status_code == 404
        assert (await as_admin.get(f"{USERS}/%00")).status_code == 404

    async def test_roles_say_what_they_may(self, as_admin: httpx2.AsyncClient) -> None:
        listed = (await as_admin.get("/api/v1/roles")).json()
        by_role = {role["role"]: role["permissions"] for role in listed["items"]}
        assert list(by_role) == ["viewer", "developer", "project_manager", "admin"]
        assert by_role["viewer"]["author"] == "none"
        assert by_role["developer"]["author"] == "own"
        assert by_role["admin"]["author"] == "any"


class TestShuttingOut:
    async def test_a_deactivated_user_is_out_by_every_credential_at_once(
        self, as_admin: httpx2.AsyncClient, people: People, client: httpx2.AsyncClient
    ) -> None:
        dora = await people.person("dora")
        clients = [await people.client("dora", by=by) for by in ("key", "token", "cookie")]
        assert [await status_by(each) for each in clients] == [200, 200, 200]
        assert (await as_admin.delete(f"{USERS}/{dora.id}")).status_code == 204
        assert [await status_by(each) for each in clients] == [401, 401, 401]
        body = {"username": "dora", "password": PASSWORD}
        assert (await client.post("/api/v1/auth/login-json", json=body)).status_code == 401
        assert (await as_admin.get(f"{USERS}/{dora.id}")).json()["is_active"] is False

    async def test_who_is_let_in_again_must_sign_in_but_keeps_keys(
        self, as_admin: httpx2.AsyncClient, people: People
    ) -> None:
        dora = await people.person("dora")
        clients = [await people.client("dora", by=by) for by in ("key", "token", "cookie")]
        await as_admin.delete(f"{USERS}/{dora.id}")
        await as_admin.put(f"{USERS}/{dora.id}", json={"is_active": True})
        assert [await status_by(each) for each in clients] == [200, 401, 401]

    @pytest.mark.parametrize(
        "patch", [{"is_active": False}, {"roles": ["viewer"]}, {"roles": ["developer", "viewer"]}]
    )
    async def test_the_last_administrator_stays(
        self, as_admin: httpx2.AsyncClient, people: People, patch: dict[str, Any]
    ) -> None:
        ada = await people.person("ada")
        answer = await as_admin.put(f"{USERS}/{ada.id}", json=patch)
        assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT_001")
        assert (await as_admin.delete(f"{USERS}/{ada.id}")).status_code == 409
        await people.person("second", Role.ADMIN)
        assert (await as_admin.put(f"{USERS}/{ada.id}", json=patch)).status_code == 200

    async def test_a_deactivated_administrator_does_not_count(
        self, as_admin: httpx2.AsyncClient, people: People
    ) -> None:
        ada, second = await people.person("ada"), await people.person("second", Role.ADMIN)
        await as_admin.delete(f"{USERS}/{second.id}")
        assert (await as_admin.delete(f"{USERS}/{ada.id}")).status_code == 409

    async def test_a_demoted_user_loses_rights_at_once(
        self, as_admin: httpx2.AsyncClient, people: People
    ) -> None:
        second = await people.person("second", Role.ADMIN)
        client = await people.client("second", by="token")
        assert (await client.get(USERS)).status_code == 200
        await as_admin.put(f"{USERS}/{second.id}", json={"roles": ["viewer"]})
        assert (await client.get(USERS)).status_code == 403


class TestPasswords:
    async def test_changing_ones_own_ends_the_other_sessions(self, people: People) -> None:
        clients = [await people.client("dora", by=by) for by in ("token", "token", "cookie", "key")]
        body = {"current_password": PASSWORD, "new_password": "Another-1-Secret"}
        answer = await clients[0].post("/api/v1/auth/change-password", json=body)
        assert answer.status_code == 204
        assert [await status_by(each) for each in clients] == [200, 401, 401, 200]

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"current_password": "wrong", "new_password": "Another-1-Secret"}, 401),
            ({"current_password": PASSWORD, "new_password": "weak"}, 422),
            ({"current_password": PASSWORD}, 422),
        ],
    )
    async def test_a_bad_change_changes_nothing(
        self, people: People, client: httpx2.AsyncClient, body: dict[str, str], status: int
    ) -> None:
        dora = await people.client("dora", by="token")
        assert (await dora.post("/api/v1/auth/change-password", json=body)).status_code == status
        login = {"username": "dora", "password": PASSWORD}
        assert (await client.post("/api/v1/auth/login-json", json=login)).status_code == 200

    @pytest.mark.parametrize("by", ["user_id", "username"])
    async def test_an_administrator_sets_anybodys(
        self, as_admin: httpx2.AsyncClient, people: People, client: httpx2.AsyncClient, by: str
    ) -> None:
        dora = await people.person("dora")
        old = await people.client("dora", by="token")
        who = {"user_id": dora.id} if by == "user_id" else {"username": "DORA"}
        body = {**who, "new_password": "Another-1-Secret"}
        answer = await as_admin.post("/api/v1/auth/admin/change-password", json=body)
        assert answer.status_code == 204
        assert await status_by(old) == 401
        login = {"username": "dora", "password": "Another-1-Secret"}
        assert (await client.post("/api/v1/auth/login-json", json=login)).status_code == 200

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ({"username": "nobody"}, 404),
            ({"user_id": "none"}, 404),
            ({}, 422),
            ({"username": "ada", "user_id": "x"}, 422),
        ],
    )
    async def test_it_takes_exactly_one_user(
        self, as_admin: httpx2.AsyncClient, who: dict[str, str], status: int
    ) -> None:
        body = {**who, "new_password": "Another-1-Secret"}
        answer = await as_admin.post("/api/v1/auth/admin/change-password", json=body)
        assert answer.status_code == status


NEWCOMER = {"username": "zoe", "email": "zoe@example.org", "password": PASSWORD}


class TestRegistering:
    async def test_gives_the_smallest_role(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/api/v1/auth/register", json=NEWCOMER)
        assert answer.status_code == 201
        assert answer.json()["roles"] == ["viewer"]

    async def test_does_not_take_roles_from_strangers(self, client: httpx2.AsyncClient) -> None:
        body = {**NEWCOMER, "roles": ["admin"], "is_active": False, "id": "x"}
        answer = await client.post("/api/v1/auth/register", json=body)
        assert answer.json()["roles"] == ["viewer"]

    async def test_weak_passwords_are_told_what_they_lack(self, client: httpx2.AsyncClient) -> None:
        body = {**NEWCOMER, "password": "geometry"}
        problem = (await client.post("/api/v1/auth/register", json=body)).json()
        assert problem["errors"] == [
            {
                "pointer": "/body/password",
                "detail": "The password needs an upper-case letter, a digit, a special character.",
            }
        ]


class TestRegisteringSwitchedOff:
    @pytest.fixture
    def overrides(self) -> dict[str, Any]:
        return {"accounts": {"registration": False}}

    async def test_is_refused(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/api/v1/auth/register", json=NEWCOMER)
        assert answer.status_code == 403
        page = await client.get("/register", headers={"Accept": "text/html"})
        assert page.headers["location"] == "/login"


class TestFirstStart:
    async def test_makes_an_administrator_once(
        self, runtime: Runtime, client: httpx2.AsyncClient
    ) -> None:
        first = await accounts.bootstrap(runtime)
        assert first is not None
        assert await accounts.bootstrap(runtime) is None
        login = {"username": "admin", "password": first.password}
        assert (await client.post("/api/v1/auth/login-json", json=login)).status_code == 200
        headers = {"X-API-Key": first.api_key}
        assert (await client.get(USERS, headers=headers)).status_code == 200


class TestSubject:
    async def test_export_holds_the_account_but_no_secret(
        self, people: People, runtime: Runtime
    ) -> None:
        dora = await people.person("dora")
        await people.client("dora", by="cookie")
        exported = await subject.export(runtime, dora.id)
        assert exported["user"]["username"] == "dora"
        assert [key["name"] for key in exported["api_keys"]] == ["tests"]
        assert exported["browsers"][0]["user_agent"] == "tests"
        assert "hash" not in repr(exported)
        assert "digest" not in repr(exported)
        assert await subject.export(runtime, "none") == {}

    async def test_erase_forgets_one_user(self, people: People, runtime: Runtime) -> None:
        dora, other = await people.person("dora"), await people.client("ned", by="key")
        client = await people.client("dora", by="cookie")
        assert await status_by(client) == 200
        assert await subject.erase(runtime, dora.id) == 3
        assert await status_by(client) == 401
        assert await status_by(other) == 200
        assert await subject.erase(runtime, dora.id) == 0
