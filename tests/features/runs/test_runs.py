"""Runs over the API: listed, followed from any event, cancelled, and nobody else's."""

import json
from typing import Any

import httpx2
import pytest

RUNS = "/api/v1/runs"


async def _ran(client: httpx2.AsyncClient, count: int = 1) -> list[str]:
    made: list[str] = []
    for n in range(count):
        answer = await client.post("/api/v1/chat", json={"message": f"What is {n} + 2?"})
        assert answer.status_code == 200, answer.text
        made.append(answer.headers["x-run-id"])
    return made


def _events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]


async def test_pages_reach_the_end_without_gaps(as_developer: httpx2.AsyncClient):
    made = await _ran(as_developer, 5)
    for limit in (1, 2, 5):
        seen: list[str] = []
        params: dict[str, Any] = {"limit": limit}
        while True:
            page = (await as_developer.get(RUNS, params=params)).json()
            seen += [run["id"] for run in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert seen == made[::-1]


async def test_filters_choose(as_developer: httpx2.AsyncClient):
    [run] = await _ran(as_developer)
    shown = (await as_developer.get(f"{RUNS}/{run}")).json()
    for params, count in (
        ({"kind": "chat"}, 1),
        ({"kind": "ingest"}, 0),
        ({"state": "completed"}, 1),
        ({"state": "running"}, 0),
        ({"subject": shown["subject"]}, 1),
        ({"owner": "nobody"}, 0),
        ({"since": "2000-01-01T00:00:00Z"}, 1),
        ({"until": "2000-01-01T00:00:00Z"}, 0),
    ):
        items = (await as_developer.get(RUNS, params=params)).json()["items"]
        assert len(items) == count, params


@pytest.mark.parametrize(
    "params", [{"kind": "x"}, {"state": "x"}, {"since": "2026-01-01T00:00:00"}, {"limit": 0}]
)
async def test_bad_filters_are_refused(as_developer: httpx2.AsyncClient, params: dict[str, Any]):
    assert (await as_developer.get(RUNS, params=params)).status_code == 422


async def test_following_goes_on_after_the_last_event(as_developer: httpx2.AsyncClient):
    [run] = await _ran(as_developer)
    whole = _events((await as_developer.get(f"{RUNS}/{run}/events")).text)
    assert whole[-1]["type"] == "complete"
    for n, event in enumerate(whole):
        headers = {"Last-Event-ID": event["id"]}
        by_header = await as_developer.get(f"{RUNS}/{run}/events", headers=headers)
        by_query = await as_developer.get(f"{RUNS}/{run}/events", params={"after": event["id"]})
        assert _events(by_header.text) == _events(by_query.text) == whole[n + 1 :]


@pytest.mark.parametrize("last", ["x", "1", "1.x", "-1.2", "1.2.3", "1.99999999999"])
async def test_a_bad_event_id_is_refused(as_developer: httpx2.AsyncClient, last: str):
    [run] = await _ran(as_developer)
    answer = await as_developer.get(f"{RUNS}/{run}/events", headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALID_001")


async def test_cancelling_an_ended_run_changes_nothing(as_developer: httpx2.AsyncClient):
    [run] = await _ran(as_developer)
    assert (await as_developer.delete(f"{RUNS}/{run}")).json()["state"] == "completed"


async def test_foreign_runs_answer_like_missing_ones(
    as_developer: httpx2.AsyncClient, as_neighbour: httpx2.AsyncClient, as_admin: httpx2.AsyncClient
):
    [run] = await _ran(as_developer)
    for method, path in (("GET", ""), ("GET", "/events"), ("DELETE", "")):
        foreign = await as_neighbour.request(method, f"{RUNS}/{run}{path}")
        missing = await as_neighbour.request(method, f"{RUNS}/nothing{path}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]
    assert (await as_neighbour.get(RUNS)).json()["items"] == []
    assert (await as_admin.get(f"{RUNS}/{run}")).status_code == 200
