"""Signing in and out over HTTP."""

from typing import Any

import httpx2
import pytest
from tests.fixtures.people import PASSWORD, People

from menon.core.auth import Role

LOGIN = "/api/v1/auth/login-json"
ME = "/api/v1/auth/me"


async def sign_in(client: httpx2.AsyncClient, name: str, password: str = PASSWORD) -> Any:
    answer = await client.post(LOGIN, json={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestLogin:
    async def test_json_gives_tokens_that_work(
        self, client: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        answer = await sign_in(client, "dora")
        assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
        headers = {"Authorization": f"Bearer {answer['access_token']}"}
        me = (await client.get(ME, headers=headers)).json()
        assert (me["username"], me["roles"], me["kind"]) == ("dora", ["developer"], "token")

    async def test_an_oauth_form_gives_tokens(
        self, client: httpx2.AsyncClient, people: People
    ) -> None:
        await people.person("dora")
        form = {"grant_type": "password", "username": "DORA", "password": PASSWORD}
        answer = await client.post("/api/v1/auth/login", data=form)
        assert answer.status_code == 200, answer.text
        assert answer.json()["token_type"] == "bearer"

    @pytest.mark.parametrize(
        ("name", "password"), [("dora", "wrong"), ("nobody", PASSWORD), ("", "")]
    )
    async def test_wrong_ones_answer_alike(
        self, client: httpx2.AsyncClient, people: People, name: str, password: str
    ) -> None:
        await people.person("dora")
        answer = await client.post(LOGIN, json={"username": name, "password": password})
        assert answer.status_code == 401
        assert answer.json()["detail"] == "Wrong user name or password."


@pytest.mark.parametrize("by", ["key", "token", "cookie"])
async def test_each_credential_says_who_asks(people: People, by: Any) -> None:
    client = await people.client("mona", Role.PROJECT_MANAGER, by=by)
    me = (await client.get(ME)).json()
    assert (me["username"], me["kind"]) == ("mona", by)
