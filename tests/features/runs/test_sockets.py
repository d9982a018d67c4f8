"""`/ws` and `/ws/tasks`: what they say, and to whom."""

import httpx2
from tests.features.runs.lines import close_code, counting_run, next_message, open_line
from tests.fixtures.people import People
from tests.fixtures.server import serve

from menon.core.auth import Role
from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.http import create_app
from menon.entry.runtime import open_runtime
from menon.kit.clock import FixedClock


class TestOwnSocket:
    """`/ws`: one's runs, approvals and notices, and nobody else's."""

    async def test_a_run_is_followed_from_queue_to_end(
        self, live: str, key: str, runtime: Runtime, people: People
    ):
        async with open_line(live, "/ws", key) as line:
            assert (await next_message(line, "connected"))["data"]["runs"] == []
            run = await counting_run(runtime, people)
            while True:
                told = (await next_message(line, "run_update"))["data"]
                assert told["task_id"] == run
                if told["state"] == "completed":
                    break
            assert told["progress"] == {"done": 3, "total": 3, "note": "step 3"}

    async def test_approvals_are_told_with_their_decision(
        self,
        live: str,
        key: str,
        runtime: Runtime,
        people: People,
        as_developer: httpx2.AsyncClient,
    ):
        async with open_line(live, "/ws", key) as line:
            await next_message(line, "connected")
            run = await counting_run(runtime, people, asks=True)
            asked = (await next_message(line, "approval_required"))["data"]
            assert (asked["run_id"], asked["what"]) == (run, "Send it")
            place = f"/api/v1/approvals/{asked['approval_id']}"
            body = {
                "decision": "deny",
                "args_hash": (await as_developer.get(place)).json()["args_hash"],
            }
            await as_developer.post(place, json=body)
            told = (await next_message(line, "approval_resolved"))["data"]
            assert (told["decision"], told["by"]) == ("denied", "dora")

    async def test_others_hear_nothing_not_even_administrators(
        self, live: str, key: str, runtime: Runtime, people: People
    ):
        ned = (await people.person("ned")).key
        ada = (await people.person("ada", Role.ADMIN)).key
        async with (
            open_line(live, "/ws", ned) as other,
            open_line(live, "/ws", ada) as admin,
            open_line(live, "/ws", key) as line,
        ):
            for each in (other, admin, line):
                await next_message(each, "connected")
            await counting_run(runtime, people, asks=True)
            await next_message(line, "approval_required")
            await next_message(other, "ping")
            for each in (other, admin):
                await each.send('{"type": "ping"}')
                heard = await next_message(each, "pong", "run_update", "approval_required")
                assert heard["type"] == "pong"

    async def test_what_waits_already_is_in_the_greeting(
        self, live: str, key: str, runtime: Runtime, people: People
    ):
        async with open_line(live, "/ws", key) as line:
            run = await counting_run(runtime, people, asks=True)
            await next_message(line, "approval_required")
        async with open_line(live, "/ws", key) as line:
            greeting = (await next_message(line, "connected"))["data"]
            assert greeting["approvals"] == 1
            assert [each["task_id"] for each in greeting["runs"]] == [run]

    async def test_what_another_process_does_is_told_too(
        self,
        live: str,
        key: str,
        among: list[Feature],
        settings: Settings,
        clock: FixedClock,
        runtime: Runtime,
        people: People,
    ):
        async with (
            open_runtime(settings, clock=clock, among=among) as other,
            serve(create_app(settings, runtime=other)) as second,
            open_line(second, "/ws", key) as line,
        ):
            await next_message(line, "connected")
            run = await counting_run(runtime, people)
            while (told := (await next_message(line, "run_update"))["data"])[
                "state"
            ] != "completed":
                pass
            assert told["task_id"] == run


class TestTaskSocket:
    """`/ws/tasks/{task_id}`: one run to its end."""

    async def test_progress_then_the_end_then_the_line_closes(
        self, live: str, key: str, runtime: Runtime, people: People
    ):
        run = await counting_run(runtime, people)
        async with open_line(live, f"/ws/tasks/{run}", key) as line:
            assert (await next_message(line, "connected"))["data"] == {"task_id": run}
            ended = (await next_message(line, "task_complete"))["data"]
            assert (ended["state"], ended["output"]) == ("completed", {"counted": 3})
            assert await close_code(line) == 1000

    async def test_a_task_that_waits_then_goes_on(
        self,
        live: str,
        key: str,
        runtime: Runtime,
        people: People,
        as_developer: httpx2.AsyncClient,
    ):
        async with open_line(live, "/ws", key) as news:
            await next_message(news, "connected")
            run = await counting_run(runtime, people, asks=True)
            await next_message(news, "approval_required")
        async with open_line(live, f"/ws/tasks/{run}", key) as line:
            assert (await next_message(line, "task_status"))["data"]["state"] == "waiting"
            await as_developer.delete(f"/api/v1/runs/{run}")
            assert (await next_message(line, "task_complete"))["data"]["state"] == "cancelled"

    async def test_a_failure_says_why(self, live: str, key: str, runtime: Runtime, people: People):
        run = await counting_run(runtime, people, fails=True)
        async with open_line(live, f"/ws/tasks/{run}", key) as line:
            ended = (await next_message(line, "task_complete"))["data"]
            assert (ended["state"], ended["error"]["code"]) == ("failed", "INTERNAL_001")

    async def test_an_ended_task_is_told_at_once(
        self, live: str, key: str, runtime: Runtime, people: People
    ):
        run = await counting_run(runtime, people)
        for _ in range(2):
            async with open_line(live, f"/ws/tasks/{run}", key) as line:
                assert (await next_message(line, "task_complete"))["data"]["state"] == "completed"
