"""Two at the same moment: the last administrator, a refresh token, a user name."""

import asyncio

import httpx2
from tests.fixtures.people import PASSWORD, People

from menon.core.auth import Role

USERS = "/api/v1/users"


async def test_two_administrators_cannot_demote_each_other(people: People) -> None:
    persons = [await people.person(name, Role.ADMIN) for name in ("ada", "bea")]
    clients = [await people.client(name) for name in ("ada", "bea")]
    answers = await asyncio.gather(
        clients[0].put(f"{USERS}/{persons[1].id}", json={"roles": ["viewer"]}),
        clients[1].put(f"{USERS}/{persons[0].id}", json={"roles": ["viewer"]}),
    )
    assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])


async def test_a_refresh_token_has_one_use_however_fast(
    client: httpx2.AsyncClient, people: People
) -> None:
    await people.person("dora")
    login = {"username": "dora", "password": PASSWORD}
    first = (await client.post("/api/v1/auth/login-json", json=login)).json()
    body = {"refresh_token": first["refresh_token"]}
    answers = await asyncio.gather(
        *(client.post("/api/v1/auth/refresh", json=body) for _ in range(6))
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 401, 401, 401, 401, 401]
    (second,) = [answer.json() for answer in answers if answer.status_code == 200]
    headers = {"Authorization": f"Bearer {second['access_token']}"}
    assert (await client.get("/api/v1/auth/me", headers=headers)).status_code == 401


async def test_a_name_is_given_once(as_admin: httpx2.AsyncClient) -> None:
    names = ["zoe", "Zoe", "ZOE", "zOe"]
    answers = await asyncio.gather(
        *(as_admin.post(USERS, json={"username": n, "password": PASSWORD}) for n in names)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
