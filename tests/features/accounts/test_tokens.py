"""Access and refresh tokens: what they open, and when they end."""

import base64
import hmac
import json
from typing import Any

import httpx2
import jwt
import pytest
from tests.fixtures.people import PASSWORD, People

from menon.core.keys import Keys
from menon.core.runtime import Runtime
from menon.kit.clock import FixedClock

ME = "/api/v1/auth/me"
REFRESH = "/api/v1/auth/refresh"
LOGOUT = "/api/v1/auth/logout"


async def sign_in(client: httpx2.AsyncClient, name: str = "dora") -> Any:
    body = {"username": name, "password": PASSWORD}
    return (await client.post("/api/v1/auth/login-json", json=body)).json()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def status(client: httpx2.AsyncClient, token: str) -> tuple[int, str]:
    answer = await client.get(ME, headers=bearer(token))
    return answer.status_code, answer.json().get("code", "")


async def refresh(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await client.post(REFRESH, json={"refresh_token": token})


@pytest.fixture(autouse=True)
async def dora(people: People) -> None:
    await people.person("dora")


class TestAccess:
    async def test_ends_after_an_hour_with_its_own_code(
        self, client: httpx2.AsyncClient, clock: FixedClock
    ) -> None:
        token = (await sign_in(client))["access_token"]
        clock.advance(seconds=3599)
        assert await status(client, token) == (200, "")
        clock.advance(seconds=1)
        assert await status(client, token) == (401, "AUTH_002")

    async def test_says_how_to_sign_in(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get(ME)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "AUTH_001"

    async def test_carries_what_makes_it_ours(
        self, client: httpx2.AsyncClient, clock: FixedClock
    ) -> None:
        token = (await sign_in(client))["access_token"]
        claims = jwt.decode(token, options={"verify_signature": False})
        issued = int(clock.now().timestamp())
        assert claims["iss"] == claims["aud"] == "menon"
        assert (claims["typ"], claims["iat"], claims["exp"]) == ("access", issued, issued + 3600)
        assert jwt.get_unverified_header(token)["alg"] == "HS256"

    @pytest.mark.parametrize("change", ["payload", "none", "signature", "empty", "three"])
    async def test_a_forged_one_is_refused(self, client: httpx2.AsyncClient, change: str) -> None:
        token = (await sign_in(client))["access_token"]
        head, payload, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        other = base64.urlsafe_b64encode(json.dumps(claims | {"exp": 2**40}).encode()).decode()
        none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
        forged = {
            "payload": f"{head}.{other.rstrip('=')}.{signature}",
            "none": f"{none}.{payload}.",
            "signature": f"{head}.{payload}.{signature[::-1]}",
            "empty": "",
            "three": "a.b.c",
        }[change]
        assert await status(client, forged) == (401, "AUTH_001")

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "other"},
            {"aud": "other"},
            {"typ": "refresh"},
            {"exp": "never"},
            {"sid": "another family"},
            {"sub": "another user"},
            {"jti": None},
        ],
    )
    async def test_a_signed_one_of_another_kind_is_refused(
        self, client: httpx2.AsyncClient, runtime: Runtime, claims: dict[str, Any]
    ) -> None:
        token = (await sign_in(client))["access_token"]
        own: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        changed = {name: v for name, v in (own | claims).items() if v is not None}
        key = hmac.digest(runtime[Keys].secret, b"menon access token", "sha256")
        code = (await status(client, jwt.encode(changed, key, algorithm="HS256")))[1]
        assert code == "AUTH_001"

    async def test_the_raw_secret_does_not_sign(
        self, client: httpx2.AsyncClient, runtime: Runtime
    ) -> None:
        token = (await sign_in(client))["access_token"]
        own: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        forged = jwt.encode(own, runtime[Keys].secret, algorithm="HS256")
        assert await status(client, forged) == (401, "AUTH_001")


class TestRefresh:
    async def test_gives_fresh_tokens_that_work(
        self, client: httpx2.AsyncClient, clock: FixedClock
    ) -> None:
        first = await sign_in(client)
        clock.advance(hours=2)
        second = (await refresh(client, first["refresh_token"])).json()
        assert await status(client, second["access_token"]) == (200, "")
        assert second["refresh_token"] != first["refresh_token"]

    async def test_a_second_use_ends_the_whole_family(self, client: httpx2.AsyncClient) -> None:
        first = await sign_in(client)
        second = (await refresh(client, first["refresh_token"])).json()
        assert await status(client, second["access_token"]) == (200, "")
        assert (await refresh(client, first["refresh_token"])).status_code == 401
        assert await status(client, second["access_token"]) == (401, "AUTH_001")
        assert (await refresh(client, second["refresh_token"])).status_code == 401

    async def test_other_families_go_on(self, client: httpx2.AsyncClient) -> None:
        stolen, other = await sign_in(client), await sign_in(client)
        await refresh(client, stolen["refresh_token"])
        await refresh(client, stolen["refresh_token"])
        assert await status(client, other["access_token"]) == (200, "")
        assert (await refresh(client, other["refresh_token"])).status_code == 200

    async def test_ends_after_its_days(self, client: httpx2.AsyncClient, clock: FixedClock) -> None:
        first = await sign_in(client)
        clock.advance(days=30)
        assert (await refresh(client, first["refresh_token"])).status_code == 401

    @pytest.mark.parametrize("token", ["mnr_unknown", "x", "\x00", "é" * 150])
    async def test_unknown_ones_are_refused(self, client: httpx2.AsyncClient, token: str) -> None:
        assert (await refresh(client, token)).status_code in {401, 422}

    async def test_an_access_token_is_no_refresh_token(self, client: httpx2.AsyncClient) -> None:
        first = await sign_in(client)
        assert await status(client, first["refresh_token"]) == (401, "AUTH_001")


class TestLogout:
    async def test_with_the_access_token_ends_both(self, client: httpx2.AsyncClient) -> None:
        first = await sign_in(client)
        answer = await client.post(LOGOUT, headers=bearer(first["access_token"]))
        assert answer.status_code == 204
        assert await status(client, first["access_token"]) == (401, "AUTH_001")
        assert (await refresh(client, first["refresh_token"])).status_code == 401

    async def test_with_the_refresh_token_alone_ends_both(self, client: httpx2.AsyncClient) -> None:
        first = await sign_in(client)
        assert await status(client, first["access_token"]) == (200, "")
        body = {"refresh_token": first["refresh_token"]}
        assert (await client.post(LOGOUT, json=body)).status_code == 204
        assert (await client.post(LOGOUT, json=body)).status_code == 204
        assert await status(client, first["access_token"]) == (401, "AUTH_001")

    async def test_of_a_stranger_is_refused(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post(LOGOUT)).status_code == 401

    async def test_by_cookie_ends_the_browser_and_clears_the_cookie(self, people: People) -> None:
        browser = await people.client("dora", by="cookie")
        answer = await browser.post(LOGOUT)
        assert answer.status_code == 204
        assert 'menon=""' in answer.headers["set-cookie"]
        assert (await browser.get(ME)).status_code == 401
