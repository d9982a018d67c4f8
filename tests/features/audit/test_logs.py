"""Logs over the API: listed, read and streamed, by those who may, in pages of any size."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.features.audit.ran import LOGS, STEPS, create_run, ended_run
from tests.fixtures.people import People

from menon.core.runs.events import Complete, Error, State, StepStarted
from menon.core.runs.log import RunLog
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.kit.clock import FixedClock
from menon.kit.ids import new_id


async def _items(client: httpx2.AsyncClient, place: str, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{LOGS}/{place}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def _sources(items: list[dict[str, Any]]) -> list[str]:
    return [item["source"] for item in items]


async def test_one_run_is_read_oldest_first(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run = await ended_run(runtime, people, *STEPS, says="noted")
    items = await _items(as_developer, run)
    assert sorted(_sources(items)) == ["complete", "retrying", "step_started", "tests.logs"]
    happened = [item["source"] for item in items if item["source"] != "tests.logs"]
    assert happened == ["step_started", "retrying", "complete"]
    assert [i["at"] for i in items] == sorted(i["at"] for i in items)
    assert {item["task_id"] for item in items} == {run}


async def test_history_shows_the_newest_run_first(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    first = await ended_run(runtime, people, *STEPS)
    second = await ended_run(runtime, people, *STEPS)
    items = await _items(as_developer, "history")
    assert [item["task_id"] for item in items] == [second] * 3 + [first] * 3
    assert _sources(items)[:3] == ["complete", "retrying", "step_started"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
async def test_pages_reach_the_end_without_gaps(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, limit: int
):
    runs = [await ended_run(runtime, people, *STEPS, says=f"line {n}") for n in range(3)]
    for place, whole in (
        ("history", await _items(as_developer, "history", limit=200)),
        (runs[0], await _items(as_developer, runs[0], limit=200)),
    ):
        seen: list[dict[str, Any]] = []
        params: dict[str, Any] = {"limit": limit}
        while True:
            page = (await as_developer.get(f"{LOGS}/{place}", params=params)).json()
            seen += page["items"]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert seen == whole
    assert len(await _items(as_developer, "history", limit=200)) == 12


async def test_filters_choose(runtime: Runtime, people: People, as_developer: httpx2.AsyncClient):
    run = await ended_run(runtime, people, *STEPS, subject="agent:a1", says="noted")
    bad = await ended_run(runtime, people, ending=Error(code="X_001", detail="no"))
    await ended_run(runtime, people, State(before="running", after="interrupted"))
    for params, sources in (
        ({"task_id": bad}, {"error"}),
        ({"agent_id": "a1"}, {"step_started", "retrying", "complete", "tests.logs"}),
        ({"agent_id": "a2"}, set[str]()),
        ({"level": "error"}, {"error"}),
        ({"level": "warning"}, {"error", "retrying", "tests.logs", "state"}),
        ({"level": "warning", "task_id": run}, {"retrying", "tests.logs"}),
        ({"since": "2100-01-01T00:00:00Z"}, set[str]()),
        ({"until": "2000-01-01T00:00:00Z"}, set[str]()),
    ):
        assert set(_sources(await _items(as_developer, "history", **params))) == sources, params


@pytest.mark.parametrize(
    "params",
    [{"level": "loud"}, {"since": "2026-01-01"}, {"cursor": "x"}, {"cursor": "WzEsMiwzXQ=="}],
)
async def test_odd_questions_are_refused(as_developer: httpx2.AsyncClient, params: dict[str, str]):
    assert (await as_developer.get(f"{LOGS}/history", params=params)).status_code == 422


async def test_runs_of_long_ago_are_left_out(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, clock: FixedClock
):
    await ended_run(runtime, people, *STEPS)
    clock.at += timedelta(days=31)
    assert await _items(as_developer, "history") == []


async def test_others_see_nothing_and_administrators_all(
    runtime: Runtime,
    people: People,
    as_neighbour: httpx2.AsyncClient,
    as_admin: httpx2.AsyncClient,
):
    run = await ended_run(runtime, people, *STEPS, says="noted")
    assert await _items(as_neighbour, "history") == []
    for place in (run, f"stream/{run}"):
        foreign = await as_neighbour.get(f"{LOGS}/{place}")
        missing = await as_neighbour.get(f"{LOGS}/{place.replace(run, new_id())}")
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["detail"] == missing.json()["detail"]
    assert len(await _items(as_admin, "history")) == len(await _items(as_admin, run)) == 4


def _events(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block for block in text.split("\n\n") if "data: " in block]
    fields = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return [(f["event"], json.loads(f["data"]) | {"place": f.get("id")}) for f in fields]


class TestStream:
    async def test_a_stream_ends_with_its_run_and_goes_on_after_the_last_entry(
        self, runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
    ):
        run = await ended_run(runtime, people, *STEPS, says="noted")
        place = f"{LOGS}/stream/{run}"
        whole = _events((await as_developer.get(place)).text)
        assert [kind for kind, _ in whole] == [*["log_entry"] * 4, "end"]
        for n, (_, entry) in enumerate(whole[:-1]):
            headers = {"Last-Event-ID": str(entry["place"])}
            rest = _events((await as_developer.get(place, headers=headers)).text)
            assert rest == whole[n + 1 :]

    async def test_entries_come_while_the_run_is_at_work(
        self, runtime: Runtime, people: People, live: str
    ):
        dora = await people.person("dora")
        run = new_id()
        await runtime.db.write(create_run, runtime, run, dora.id, "")
        on = asyncio.Event()

        async def body(writer: RunWriter) -> None:
            await writer.emit(StepStarted(node="first"))
            await on.wait()
            logging.getLogger("tests.logs").warning("second")
            await writer.finish(Complete())

        task = await runtime[RunLog].start(run, body)
        seen: list[str] = []
        async with (
            asyncio.timeout(60),
            httpx2.AsyncClient(base_url=live, headers={"X-API-Key": dora.key}) as client,
            client.stream("GET", f"{LOGS}/stream/{run}", timeout=20) as answer,
        ):
            async for line in answer.aiter_lines():
                if line.startswith('data: {"id'):
                    seen.append(json.loads(line[6:])["source"])
                    on.set()
                if line == "event: end":
                    break
        await task
        assert seen[0] == "step_started"
        assert sorted(seen[1:]) == ["complete", "tests.logs"]

    @pytest.mark.parametrize("last", ["x", "WzFd", "WzEsMl0="])
    async def test_a_bad_place_is_refused(
        self, runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, last: str
    ):
        run = await ended_run(runtime, people)
        answer = await as_developer.get(f"{LOGS}/stream/{run}", headers={"Last-Event-ID": last})
        assert answer.status_code == 422
