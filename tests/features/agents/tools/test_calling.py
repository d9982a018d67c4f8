"""Calls of tools over the API: at once, after an approval, and whatever the other side does."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.engine.tools.policy import Decision, Outcome
from menon.engine.tools.tool import Effect, ToolContext, tool
from menon.features.accounts.service import principal_named
from menon.features.agents.policy import effects
from menon.features.agents.tools import invoking
from menon.features.agents.tools.calling import announced
from menon.features.agents.tools.schemas import InvokeIn
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.runs.deciding import settle
from menon.kit.clock import FixedClock
from menon.testing.loopback import reply
from menon.testing.receiver import Receiver

TOOLS = "/api/v1/tools"

Json = dict[str, Any]


async def invoke(client: httpx2.AsyncClient, name: str, **args: Any) -> httpx2.Response:
    return await client.post(f"{TOOLS}/{name}/invoke", json={"args": args})


async def events(client: httpx2.AsyncClient, run_id: str) -> list[Json]:
    answer = await client.get(f"/api/v1/runs/{run_id}/events")
    lines = (line.removeprefix("data: ") for line in answer.text.splitlines() if "data: " in line)
    return [json.loads(line) for line in lines]


async def decided(client: httpx2.AsyncClient, waits: Json, decision: str = "approve") -> Json:
    """Decide an approval, and the run once it has ended."""
    shown = (await client.get(waits["decide"])).json()
    body = {"decision": decision, "args_hash": shown["args_hash"]}
    assert (await client.post(waits["decide"], json=body)).status_code == 200
    await events(client, waits["run_id"])
    return (await client.get(f"/api/v1/runs/{waits['run_id']}")).json()


async def test_a_tool_that_reads_runs_at_once(
    as_viewer: httpx2.AsyncClient, as_developer: httpx2.AsyncClient
):
    found = (await invoke(as_viewer, "calculator", expression="15 * 23")).json()
    assert (found["state"], found["ok"], found["error"]) == ("completed", True, None)
    assert "345" in str(found["output"])
    said = await events(as_viewer, found["run_id"])
    assert [event["type"] for event in said] == ["tool_call", "tool_result", "complete"]
    assert said[0]["data"]["args"] == {"expression": "15 * 23"}
    assert (await as_developer.get(f"/api/v1/runs/{found['run_id']}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "args", "status", "says"),
    [
        ("nothing", {}, 404, "no tool 'nothing'"),
        ("mcp__no__tool", {}, 404, "no tool"),
        ("calculator", {}, 422, "'expression' is a required"),
        ("calculator", {"expression": 3}, 422, "is not of type"),
        ("calculator", {"expression": "1", "x": 1}, 422, "'x' was unexpected"),
        ("web_search", {"query": "x"}, 409, "MENON_WEB_SEARCH__URL"),
    ],
)
async def test_a_call_that_cannot_be_says_why(
    as_developer: httpx2.AsyncClient, name: str, args: Json, status: int, says: str
):
    answer = await invoke(as_developer, name, **args)
    assert answer.status_code == status
    assert says in answer.json()["detail"]


async def test_a_failure_is_the_runs_and_is_typed(as_developer: httpx2.AsyncClient):
    found = (await invoke(as_developer, "calculator", expression="1 / 0")).json()
    assert (found["state"], found["ok"], found["output"]) == ("failed", False, None)
    assert found["error"]["code"] == "TOOL_001"
    said = await events(as_developer, found["run_id"])
    assert [event["type"] for event in said] == ["tool_call", "tool_result", "error"]


@pytest.fixture
async def ready(as_developer: httpx2.AsyncClient, weather: Json) -> Json:
    """The weather tool, declared."""
    answer = await as_developer.post(TOOLS, json=weather)
    assert answer.status_code == 201, answer.text
    return weather


async def test_a_call_that_sends_waits_for_a_person(
    as_developer: httpx2.AsyncClient,
    as_neighbour: httpx2.AsyncClient,
    receiver: Receiver,
    ready: Json,
):
    receiver.answer = lambda m: reply(
        json.dumps({"city": m.path, "key": m.headers["x-key"]}).encode(),
        content_type="application/json",
    )
    waits = await invoke(as_developer, "weather", city="Ulm/../x", days=3)
    assert waits.status_code == 202
    assert receiver.messages == []
    foreign = await as_neighbour.get(waits.json()["decide"])
    assert foreign.status_code == 404
    run = await decided(as_developer, waits.json())
    (message,) = receiver.messages
    assert message.path == "/v1/weather/Ulm%2F..%2Fx?days=3"
    assert message.headers["x-key"] == "k s3cret-of-the-weather"
    assert run["state"] == "completed"
    assert run["output"]["city"] == message.path
    assert "s3cret" not in str(run)
    said = await events(as_developer, run["id"])
    kinds = [event["type"] for event in said]
    assert kinds[-3:] == ["tool_call", "tool_result", "complete"]
    assert "s3cret" not in str(said)


async def test_a_refused_call_is_not_made(
    as_developer: httpx2.AsyncClient, receiver: Receiver, ready: Json
):
    waits = (await invoke(as_developer, "weather", city="Ulm")).json()
    run = await decided(as_developer, waits, "deny")
    assert (run["state"], run["error"]["code"]) == ("failed", "AUTH_003")
    assert "refused" in run["error"]["detail"]
    assert receiver.messages == []


async def test_a_call_that_nobody_decides_is_not_made(
    as_developer: httpx2.AsyncClient,
    receiver: Receiver,
    runtime: Runtime,
    clock: FixedClock,
    ready: Json,
):
    waits = (await invoke(as_developer, "weather", city="Ulm")).json()
    clock.advance(days=8)
    await runtime.db.write(settle, clock.now())
    await events(as_developer, waits["run_id"])
    run = (await as_developer.get(f"/api/v1/runs/{waits['run_id']}")).json()
    assert (run["state"], receiver.messages) == ("failed", [])
    assert "in time" in run["error"]["detail"]


async def test_what_was_approved_must_still_be_there(
    as_developer: httpx2.AsyncClient, receiver: Receiver, ready: Json
):
    waits = (await invoke(as_developer, "weather", city="Ulm")).json()
    await as_developer.put(f"{TOOLS}/weather", json={"enabled": False})
    run = await decided(as_developer, waits)
    assert (run["state"], run["error"]["code"]) == ("failed", "CONFLICT_001")
    assert receiver.messages == []


async def test_viewers_call_nothing_that_does_more_than_read(
    as_viewer: httpx2.AsyncClient, as_developer: httpx2.AsyncClient, ready: Json
):
    await as_developer.put(f"{TOOLS}/weather", json={"visibility": "everybody"})
    answer = await invoke(as_viewer, "weather", city="Ulm")
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH_003")


ANSWERS: list[tuple[bytes | None, str, str]] = [
    (reply(b"[1]", content_type="application/json"), "failed", "does not fit"),
    (reply(b"{", content_type="application/json"), "failed", "broken JSON"),
    (reply(b"[" * 99_999, content_type="application/json"), "failed", "broken JSON"),
    (reply(b"no", status="404 No"), "failed", "status 404: no"),
    (reply(b"no", status="302 Found", location="http://10.0.0.1/"), "failed", "10.0.0.1"),
    (reply(b"s3cret-of-the-weather", status="418 No"), "failed", "[redacted]"),
    (None, "failed", "did not answer"),
    (reply(b'{"sky": "blue"}', content_type="application/json"), "completed", "blue"),
]


@pytest.mark.parametrize(("answer", "state", "says"), ANSWERS)
async def test_whatever_is_answered_the_run_ends_typed(
    as_admin: httpx2.AsyncClient,
    receiver: Receiver,
    weather: Json,
    answer: bytes | None,
    state: str,
    says: str,
):
    schema = {"type": "object", "properties": {"sky": {"type": "string"}}}
    body = weather | {"effect": "read", "output_schema": schema, "timeout": 5}
    assert (await as_admin.post(TOOLS, json=body)).status_code == 201
    receiver.answer = lambda _message: answer
    found = (await invoke(as_admin, "weather", city="Ulm")).json()
    assert found["state"] == state
    assert says in str(found["output"] or found["error"])
    assert "s3cret" not in str(found)


async def test_a_write_carries_one_key_however_often_it_is_sent(
    as_admin: httpx2.AsyncClient, receiver: Receiver, weather: Json
):
    names = ("city", "days", "note", "list")
    schema: Json = {"properties": dict[str, Json]({n: {} for n in names}), "required": ["city"]}
    body: Json = weather | {
        "method": "POST",
        "effect": "read",
        "arguments": {"days": {"in": "header", "name": "X-Days"}},
        "input_schema": schema,
    }
    assert (await as_admin.post(TOOLS, json=body)).status_code == 201
    busy = iter([reply(status="503 Busy", retry_after="0")])
    receiver.answer = lambda _message: next(busy, reply(b"<p>Done</p>", content_type="text/html"))
    found = (await invoke(as_admin, "weather", city="Ulm", days=2, note="a", list=[1])).json()
    assert found["output"] == "Done"
    first, second = receiver.messages
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.json == {"note": "a", "list": [1]}
    assert first.headers["x-days"] == "2"
    wrong = (await invoke(as_admin, "weather", city="..")).json()
    assert "neither empty nor dots" in wrong["error"]["detail"]
    wrong = (await invoke(as_admin, "weather", city="x", days="a\nb")).json()
    assert "one line" in wrong["error"]["detail"]


@tool
async def large(context: ToolContext) -> str:
    """Return 10 MB."""
    return "x\x00" * 5_000_000


@tool(timeout_s=0.05)
async def hang(context: ToolContext, seconds: float = 60) -> str:
    """Never return."""
    await asyncio.sleep(seconds)
    return "never"


@tool
async def bug(context: ToolContext) -> str:
    """Fail."""
    raise KeyError("secret details")


@tool(effect=Effect.WRITE)
async def write(context: ToolContext) -> str:
    """Write."""
    return "written"


def installed(runtime: Runtime, *tools: Any) -> None:
    box = runtime[Toolbox]
    box.installed = {**box.installed, **{each.name: each for each in tools}}


@pytest.mark.parametrize(
    ("made", "says"),
    [(large, "[cut: "), (hang, "took longer than 0.05 s"), (bug, "failed: KeyError")],
)
async def test_a_tool_that_misbehaves_is_held(
    as_developer: httpx2.AsyncClient, runtime: Runtime, made: Any, says: str
):
    installed(runtime, made)
    answer = await invoke(as_developer, made.name)
    assert len(answer.content) < 600_000
    assert says in str(answer.json()["output"] or answer.json()["error"])
    assert "secret details" not in answer.text


async def test_what_may_have_been_done_is_not_done_again(
    as_developer: httpx2.AsyncClient, runtime: Runtime
):
    installed(runtime, write)
    waits = (await invoke(as_developer, "write")).json()
    who = await principal_named(runtime, "dora")
    # As an attempt of another process wrote it before it died.
    note = effects.noted(runtime, who, waits["run_id"], waits["run_id"])
    await note(announced(write, {}), Decision(outcome=Outcome.ALLOW, why=""))
    run = await decided(as_developer, waits)
    assert (run["state"], run["error"]["code"]) == ("failed", "TOOL_001")
    assert "may have done its work" in run["error"]["detail"]


async def test_a_call_that_nobody_waits_for_is_cancelled(
    runtime: Runtime, as_developer: httpx2.AsyncClient
):
    installed(runtime, replace(hang, timeout_s=60))
    who = await principal_named(runtime, "dora")
    call = asyncio.create_task(invoking.invoke(runtime, who, "hang", InvokeIn(args={})))
    while not (listed := (await as_developer.get("/api/v1/runs")).json()["items"]):
        await asyncio.sleep(0)
    while not runtime[RunLog].open:  # it is listed before it is begun
        await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    said = await events(as_developer, listed[0]["id"])
    assert said[-1]["type"] == "cancelled"
