"""Schedules over the API."""

from typing import Any

import httpx2
import pytest
from tests.features.workflows.schedule_making import (
    HOURLY,
    NIGHTLY,
    SCHEDULES,
    WORKFLOWS,
    count_rows,
    new_schedule,
    new_workflow,
    shown_schedule,
)
from tests.fixtures.people import People

from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.features.workflows.schedules.models import ScheduleFire
from menon.kit.clock import FixedClock


@pytest.fixture
def overrides() -> dict[str, Any]:
    """Nobody works here but those whom a test calls."""
    return {"jobs": {"worker": False}}


async def test_a_schedule_says_when_it_fires_next(as_developer: httpx2.AsyncClient):
    made = await new_schedule(as_developer, **NIGHTLY, name="Nights", parameters={"a": [1]})
    assert made["next_at"] == "2026-11-21T01:30:00Z"
    assert (made["state"], made["parameters"]) == ("active", {"a": [1]})
    assert await shown_schedule(as_developer, made["id"]) == made


async def test_an_interval_counts_from_its_beginning(as_developer: httpx2.AsyncClient):
    made = await new_schedule(as_developer, **HOURLY)
    assert made["next_at"] == "2026-11-20T13:00:00Z"


async def test_pausing_and_resuming(as_developer: httpx2.AsyncClient, clock: FixedClock):
    made = await new_schedule(as_developer, **HOURLY)
    path = f"{SCHEDULES}/{made['id']}"
    paused = (await as_developer.put(path, json={"state": "paused"})).json()
    assert (paused["state"], paused["next_at"], paused["reason"]) == (
        "paused",
        None,
        "paused by dora",
    )
    clock.advance(hours=5, minutes=20)
    resumed = (await as_developer.put(path, json={"state": "active"})).json()
    assert (resumed["state"], resumed["reason"]) == ("active", "")
    assert resumed["next_at"] == "2026-11-20T18:00:00Z"


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"interval_seconds": 60}, {"next_at": "2026-11-20T12:01:00Z"}),
        (
            {"cron_expression": "0 13 * * *"},
            {"trigger_type": "cron", "interval_seconds": None},
        ),
        ({"name": "Other"}, {"name": "Other", "next_at": "2026-11-20T13:00:00Z"}),
        ({"parameters": {"b": 2}}, {"parameters": {"b": 2}}),
    ],
)
async def test_what_is_given_changes(
    as_developer: httpx2.AsyncClient, patch: dict[str, Any], expected: dict[str, Any]
):
    made = await new_schedule(as_developer, **HOURLY)
    answer = await as_developer.put(f"{SCHEDULES}/{made['id']}", json=patch)
    assert answer.status_code == 200, answer.text
    assert answer.json() | expected == answer.json()


async def test_a_paused_schedule_stays_paused_when_it_is_changed(as_developer: httpx2.AsyncClient):
    made = await new_schedule(as_developer, **HOURLY)
    path = f"{SCHEDULES}/{made['id']}"
    await as_developer.put(path, json={"state": "paused"})
    changed = (await as_developer.put(path, json={"interval_seconds": 60})).json()
    assert (changed["state"], changed["next_at"]) == ("paused", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"trigger_type": "cron"},
        {"trigger_type": "interval"},
        {"trigger_type": "interval", "interval_seconds": 0},
        HOURLY | {"cron_expression": "* * * * *"},
        NIGHTLY | {"cron_expression": "61 * * * *"},
        NIGHTLY | {"cron_expression": "0 0 31 2 *"},
        NIGHTLY | {"timezone": "Europe/Atlantis"},
        {"trigger_type": "moon"},
    ],
)
async def test_what_means_nothing_is_refused(
    as_developer: httpx2.AsyncClient, wrong: dict[str, Any]
):
    body = {"workflow_id": await new_workflow(as_developer)} | wrong
    answer = await as_developer.post(f"{WORKFLOWS}/schedule", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"trigger_type": "cron"},
        {"cron_expression": "61 * * * *"},
        {"cron_expression": "* * * * *", "interval_seconds": 5},
        {"trigger_type": "cron", "interval_seconds": 5},
    ],
)
async def test_a_wrong_change_changes_nothing(
    as_developer: httpx2.AsyncClient, wrong: dict[str, Any]
):
    made = await new_schedule(as_developer, **HOURLY)
    answer = await as_developer.put(f"{SCHEDULES}/{made['id']}", json=wrong)
    assert answer.status_code == 422
    assert await shown_schedule(as_developer, made["id"]) == made


async def test_parameters_that_no_database_keeps_are_refused(as_developer: httpx2.AsyncClient):
    workflow = await new_workflow(as_developer)
    body = (
        f'{{"workflow_id": "{workflow}", "trigger_type": "interval", "interval_seconds": 60,'
        ' "parameters": {"a": NaN}}'
    )
    headers = {"Content-Type": "application/json"}
    answer = await as_developer.post(f"{WORKFLOWS}/schedule", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001")


async def test_parameters_that_do_not_fit_are_refused(as_developer: httpx2.AsyncClient):
    workflow = await new_workflow(as_developer, inputs={"city": {"type": "string"}})
    body = {"workflow_id": workflow, **HOURLY, "parameters": {"town": "Bergen"}}
    answer = await as_developer.post(f"{WORKFLOWS}/schedule", json=body)
    assert answer.status_code == 422
    assert "town" in answer.text


async def test_foreign_schedules_answer_like_missing_ones(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
):
    made = await new_schedule(as_developer, **HOURLY)
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/trigger"), ("GET", "/runs")):
        body: dict[str, Any] | None = {} if method == "PUT" else None
        foreign = await as_neighbour.request(method, f"{SCHEDULES}/{made['id']}{path}", json=body)
        missing = await as_neighbour.request(method, f"{SCHEDULES}/nothing{path}", json=body)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]
    assert (await as_neighbour.get(SCHEDULES)).json()["items"] == []
    assert len((await as_admin.get(SCHEDULES)).json()["items"]) == 1


async def test_a_foreign_workflow_answers_like_a_missing_one(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient
):
    workflow = await new_workflow(as_developer)
    for named in (workflow, "nothing"):
        body = {"workflow_id": named, **HOURLY}
        answer = await as_neighbour.post(f"{WORKFLOWS}/schedule", json=body)
        assert answer.status_code == 404


async def test_viewers_have_no_schedules(as_viewer: httpx2.AsyncClient):
    body = {"workflow_id": "x", **HOURLY}
    assert (await as_viewer.post(f"{WORKFLOWS}/schedule", json=body)).status_code == 403
    assert (await as_viewer.get(SCHEDULES)).status_code == 403


async def test_a_key_that_may_not_run_may_not_schedule(as_developer: httpx2.AsyncClient):
    made = await as_developer.post(
        "/api/v1/auth/api-keys", json={"name": "w", "scopes": ["read", "write"]}
    )
    body = {"workflow_id": await new_workflow(as_developer), **HOURLY}
    headers = {"X-API-Key": made.json()["key"]}
    answer = await as_developer.post(f"{WORKFLOWS}/schedule", json=body, headers=headers)
    assert answer.status_code == 403


async def test_lists_are_filtered_and_paged(as_developer: httpx2.AsyncClient):
    workflow = await new_workflow(as_developer)
    made = [
        (await new_schedule(as_developer, workflow_id=workflow, **HOURLY))["id"],
        (await new_schedule(as_developer, **NIGHTLY))["id"],
    ]
    await as_developer.put(f"{SCHEDULES}/{made[1]}", json={"state": "paused"})
    for params, wanted in (
        ({"workflow_id": workflow}, [made[0]]),
        ({"state": "paused"}, [made[1]]),
        ({"state": "active"}, [made[0]]),
        ({}, made[::-1]),
    ):
        items = (await as_developer.get(SCHEDULES, params=params)).json()["items"]
        assert [one["id"] for one in items] == wanted
    first = (await as_developer.get(SCHEDULES, params={"limit": 1})).json()
    cursor = first["next_cursor"]
    rest = (await as_developer.get(SCHEDULES, params={"limit": 1, "cursor": cursor})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


async def test_a_deleted_schedule_is_gone_and_what_it_started_stays(
    as_developer: httpx2.AsyncClient, runtime: Runtime
):
    made = await new_schedule(as_developer, **HOURLY)
    await as_developer.post(f"{SCHEDULES}/{made['id']}/trigger")
    assert (await as_developer.delete(f"{SCHEDULES}/{made['id']}")).status_code == 204
    assert (await as_developer.get(SCHEDULES)).json()["items"] == []
    assert await runtime.db.read(count_rows, Run) == 1
    assert await runtime.db.read(count_rows, ScheduleFire) == 0


async def test_a_user_takes_their_schedules_along_and_is_forgotten_with_them(
    as_developer: httpx2.AsyncClient, people: People, runtime: Runtime
):
    from menon.features.workflows.schedules import service as schedule_service

    made = await new_schedule(as_developer, **HOURLY)
    dora = await people.person("dora")
    exported = await schedule_service.export(runtime, dora.id)
    assert [one["id"] for one in exported["schedules"]] == [made["id"]]
    assert await schedule_service.erase(runtime, dora.id) == 1
    assert (await as_developer.get(SCHEDULES)).json()["items"] == []
