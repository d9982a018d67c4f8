"""`/ws/logs`: entries as they are written, to those who may hear them."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from tests.features.audit.ran import STEPS, ended_run
from tests.fixtures.people import People
from websockets.asyncio.client import ClientConnection, connect

from menon.core.runs.events import Error
from menon.core.runtime import Runtime
from menon.kit.ids import new_id


@contextlib.asynccontextmanager
async def _line(live: str, key: str, query: str = "") -> AsyncGenerator[ClientConnection]:
    url = f"ws{live.removeprefix('http')}/ws/logs{query}"
    async with connect(
        url, additional_headers={"X-API-Key": key}, proxy=None, open_timeout=60
    ) as line:
        yield line


async def _next(line: ClientConnection, *kinds: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            message = json.loads(await line.recv())
            if message["type"] in kinds:
                return message


async def _told(line: ClientConnection, count: int) -> set[tuple[str, str]]:
    found = [(await _next(line, "log_entry"))["data"] for _ in range(count)]
    return {(entry["task_id"], entry["source"]) for entry in found}


class TestSocket:
    async def test_entries_are_told_once_each_to_those_who_may_hear(
        self, live: str, runtime: Runtime, people: People
    ):
        dora, ned = await people.person("dora"), await people.person("ned")
        async with _line(live, dora.key) as line, _line(live, ned.key) as other:
            for each in (line, other):
                await _next(each, "connected")
            run = await ended_run(runtime, people, *STEPS, says="noted")
            told = await _told(line, 4)
            assert told == {
                (run, source) for source in ("step_started", "retrying", "complete", "tests.logs")
            }
            neds = await ended_run(runtime, people, *STEPS, name="ned")
            assert {task for task, _ in await _told(other, 3)} == {neds}
            last = await ended_run(runtime, people)
            assert await _told(line, 1) == {(last, "complete")}

    async def test_administrators_hear_everybody(
        self, live: str, runtime: Runtime, people: People, as_admin: httpx2.AsyncClient
    ):
        async with _line(live, as_admin.headers["X-API-Key"]) as line:
            await _next(line, "connected")
            run = await ended_run(runtime, people)
            assert (await _next(line, "task_update"))["data"]["task_id"] == run
            assert await _told(line, 1) == {(run, "complete")}

    async def test_filters_are_set_by_the_address_and_changed_on_the_line(
        self, live: str, runtime: Runtime, people: People
    ):
        key = (await people.person("dora")).key
        async with _line(live, key, "?level=error") as line:
            greeting = await _next(line, "connected")
            assert greeting["data"]["filters"]["level"] == "error"
            await ended_run(runtime, people, *STEPS)
            bad = await ended_run(runtime, people, ending=Error(code="X_001", detail="no"))
            assert await _told(line, 1) == {(bad, "error")}
            wanted = {"type": "update_filters", "filters": {"agent_id": "a1"}}
            await line.send(json.dumps(wanted))
            changed = (await _next(line, "filters_updated"))["data"]
            assert changed == {"agent_id": "a1", "task_id": None, "level": "debug"}
            await ended_run(runtime, people, *STEPS)
            mine = await ended_run(runtime, people, subject="agent:a1")
            assert await _told(line, 1) == {(mine, "complete")}

    @pytest.mark.parametrize("filters", [{"level": "loud"}, {"task_id": 7}, [], "x"])
    async def test_odd_filters_are_answered_and_change_nothing(
        self, live: str, people: People, filters: Any
    ):
        async with _line(live, (await people.person("dora")).key) as line:
            await line.send(json.dumps({"type": "update_filters", "filters": filters}))
            assert (await _next(line, "error"))["data"]["code"] == "VALID_001"
            await line.send('{"type": "ping"}')
            await _next(line, "pong")

    async def test_filters_for_a_foreign_run_answer_like_for_a_missing_one(
        self, live: str, runtime: Runtime, people: People
    ):
        run = await ended_run(runtime, people)
        said: list[Any] = []
        async with _line(live, (await people.person("ned")).key) as line:
            for ident in (run, new_id()):
                wanted = {"type": "update_filters", "filters": {"task_id": ident}}
                await line.send(json.dumps(wanted))
                said.append(await _next(line, "error"))
        assert said[0] == said[1]
        assert said[0]["data"]["code"] == "NOT_FOUND_001"
