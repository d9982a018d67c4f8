"""The inbox: who sees an approval, who may decide it, and what of it is shown."""

from typing import Any

import httpx2
import pytest
from tests.features.runs.waiting import APPROVALS, ARGS, inbox_of, reply, until, waiting_run
from tests.fixtures.people import People

from menon.core.auth import Role, Scope
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


async def test_secrets_in_arguments_are_not_shown(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    assert asked["args"]["headers"] == {"Authorization": "[redacted]"}
    assert asked["args"]["url"] == ARGS["url"]
    page = await as_developer.get("/approvals")
    assert "s3cret" not in page.text + str(asked)


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "approve"},
        {"decision": "maybe", "args_hash": "0" * 64},
        {"decision": "approve", "args_hash": "x"},
    ],
)
async def test_odd_decisions_are_refused(as_developer: httpx2.AsyncClient, body: dict[str, Any]):
    assert (await as_developer.post(f"{APPROVALS}/{new_id()}", json=body)).status_code == 422


async def test_foreign_approvals_answer_like_missing_ones(
    runtime: Runtime,
    people: People,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
):
    await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    assert await inbox_of(as_neighbour) == []
    for method, path, body in (
        ("GET", "", None),
        ("POST", "", reply(asked, "approve")),
        ("POST", "/delegate", {"user": "ned"}),
    ):
        foreign = await as_neighbour.request(method, f"{APPROVALS}/{asked['id']}{path}", json=body)
        missing = await as_neighbour.request(method, f"{APPROVALS}/{new_id()}{path}", json=body)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]
    assert len(await inbox_of(as_developer)) == 1


async def test_viewers_and_narrow_keys_may_not_decide(
    runtime: Runtime,
    people: People,
    as_developer: httpx2.AsyncClient,
    as_viewer: httpx2.AsyncClient,
):
    await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    narrow = {"name": "reads", "scopes": [Scope.READ.value]}
    key = (await as_developer.post("/api/v1/auth/api-keys", json=narrow)).json()["key"]
    for client, headers in ((as_viewer, {}), (as_developer, {"X-API-Key": key})):
        assert (await client.get(APPROVALS, headers=headers)).status_code == 403
        place = f"{APPROVALS}/{asked['id']}"
        refused = await client.post(place, json=reply(asked, "approve"), headers=headers)
        assert refused.status_code == 403


async def test_administrators_decide_for_anybody(
    runtime: Runtime, people: People, as_admin: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_admin)
    await as_admin.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))
    assert await until(runtime, run_id, "completed") == {"send": ["approved", True]}


async def test_a_delegate_decides_too(
    runtime: Runtime,
    people: People,
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    place = f"{APPROVALS}/{asked['id']}"
    ned = await people.person("ned")
    given = await as_developer.post(f"{place}/delegate", json={"user": "ned"})
    assert (given.status_code, given.json()["delegate_id"]) == (200, ned.id)
    [seen] = await inbox_of(as_neighbour)
    decided = await as_neighbour.post(place, json=reply(seen, "approve"))
    assert decided.json()["decided_by"] == "ned"
    assert await until(runtime, run_id, "completed") == {"send": ["approved", True]}
    late = await as_developer.post(f"{place}/delegate", json={"user": ned.id})
    assert late.status_code == 409


@pytest.mark.parametrize("user", ["vera", "nobody", "0199a000-0000-7000-8000-000000000001"])
async def test_nobody_is_asked_who_may_not_approve(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, user: str
):
    await people.person("vera", Role.VIEWER)
    await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    place = f"{APPROVALS}/{asked['id']}/delegate"
    answer = await as_developer.post(place, json={"user": user})
    assert answer.status_code == 422
    assert user in answer.json()["detail"]


async def test_pages_of_the_list_reach_its_end(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    await waiting_run(runtime, people, *"abcde")
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        page = (await as_developer.get(APPROVALS, params=params)).json()
        seen += [each["node"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == list("edcba")
