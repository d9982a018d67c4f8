"""Executions at the edge: graphs, branches, retries, failures, timeouts, what lies below a step."""

from typing import Any

import httpx2
import pytest
from tests.features.workflows.conftest import API, Desk, Receiver, said, states, step_of


def http(url: str, *after: str, **more: Any) -> dict[str, Any]:
    config = {"method": "POST", "url": url, "json": {"n": 1}}
    return {"type": "http", "config": config, "dependencies": list(after), **more}


def value(content: Any, *after: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "transform",
        "config": {"value": content},
        "dependencies": list(after),
        **more,
    }


async def test_a_diamond_of_five_requests_runs_each_once(desk: Desk, receiver: Receiver):
    url = receiver.url
    steps = {
        "a": http(f"{url}/a"),
        "b": http(f"{url}/b", "a"),
        "c": http(f"{url}/c?from={{{{ steps.a.output.body.path }}}}", "a"),
        "d": http(f"{url}/d", "b", "c"),
        "e": http(f"{url}/e", "d"),
    }
    found = await desk.run(steps)
    assert found["state"] == "completed", found
    assert set(states(found).values()) == {"completed"}
    assert found["progress"] == {"done": 5, "total": 5, "note": ""}
    assert found["output"]["e"]["body"] == {"path": "/e"}
    assert receiver.paths()[0] == "/a"
    assert receiver.paths()[3:] == ["/d", "/e"]
    assert "/c?from=/a" in receiver.paths()
    assert receiver.effects == {f"{found['id']}:{name}": 1 for name in "abcde"}
    first = step_of(found, "a")
    assert first["input"] == {"method": "POST", "url": f"{url}/a", "json": {"n": 1}}
    assert (first["attempt"], first["output"]["status"]) == (1, 200)


async def test_steps_that_wait_for_nothing_run_at_the_same_time(desk: Desk, receiver: Receiver):
    # Neither is answered before both have asked.
    def answer(path: str, _n: int) -> bytes | None:
        return said({}) if len(receiver.asked) >= 2 else None

    receiver.answer = answer
    steps = {
        "a": http(f"{receiver.url}/a", timeout_seconds=0.5),
        "b": http(f"{receiver.url}/b", timeout_seconds=0.5),
    }
    found = await desk.run(steps)
    assert found["state"] == "completed"


async def test_events_tell_of_each_step(desk: Desk, receiver: Receiver):
    found = await desk.run({"a": http(f"{receiver.url}/a"), "b": value(1, "a")})
    log = (await desk.client.get(f"/api/v1/runs/{found['id']}/events")).text
    types = [line.removeprefix("event: ") for line in log.splitlines() if line.startswith("event")]
    kinds = [one for one in types if one.startswith("step_")]
    assert kinds == ["step_started", "step_finished", "step_started", "step_finished"]
    assert types[-1] == "complete"
    assert "progress" in types


async def test_what_passes_by_itself_is_tried_again(desk: Desk, receiver: Receiver):
    receiver.answer = lambda _path, n: said({}, "503 Service Unavailable") if n < 3 else said("ok")
    found = await desk.run({"a": http(f"{receiver.url}/a")})
    assert found["state"] == "completed"
    assert step_of(found, "a")["attempt"] == 3
    assert receiver.effects == {f"{found['id']}:a": 3}  # the same key each time


@pytest.mark.parametrize(
    ("status", "retries", "asked"),
    [("500 Oops", 3, 4), ("500 Oops", 0, 1), ("404 Not Found", 3, 1), ("400 Bad", 3, 1)],
)
async def test_a_step_is_given_up_after_its_retries(
    desk: Desk, receiver: Receiver, status: str, retries: int, asked: int
):
    receiver.answer = lambda _path, _n: said({}, status)
    steps = {"a": http(f"{receiver.url}/a", max_retries=retries), "b": value(1, "a")}
    found = await desk.run(steps)
    assert found["state"] == "failed"
    assert len(receiver.asked) == asked
    assert "Step 'a' failed" in found["error"]["detail"]
    assert status.partition(" ")[0] in found["error"]["detail"]
    assert states(found) == {"a": "failed", "b": "pending"}


async def test_on_failure_another_step_answers(desk: Desk, receiver: Receiver):
    receiver.answer = lambda _path, _n: said({}, "400 Bad")
    steps = {
        "risky": http(f"{receiver.url}/a", on_failure="rescue"),
        "after": value(1, "risky"),
        "rescue": value("{{ steps.risky.error.code }}"),
        "join": value("{{ steps.rescue.output }} {{ steps.risky.state }}", "risky", "rescue"),
    }
    found = await desk.run(steps)
    assert found["state"] == "completed"
    assert states(found) == {
        "risky": "failed",
        "after": "skipped",
        "rescue": "completed",
        "join": "completed",
    }
    assert found["output"] == {"join": "TOOL_001 failed"}


async def test_without_a_failure_its_handler_is_skipped(desk: Desk):
    steps = {"a": value(1, on_failure="rescue"), "rescue": value(2), "b": value(3, "a", "rescue")}
    found = await desk.run(steps)
    assert states(found) == {"a": "completed", "rescue": "skipped", "b": "completed"}


async def test_a_step_that_takes_too_long_fails(desk: Desk, receiver: Receiver):
    receiver.answer = lambda _path, _n: None
    steps = {"a": http(f"{receiver.url}/slow", timeout_seconds=0.05, max_retries=1)}
    found = await desk.run(steps)
    assert found["error"]["code"] == "WORKFLOW_003"
    assert len(receiver.asked) == 2


async def test_an_execution_that_works_too_long_fails(desk: Desk, receiver: Receiver):
    receiver.answer = lambda _path, _n: None
    steps = {"a": http(f"{receiver.url}/slow", timeout_seconds=None), "b": value(1, "a")}
    found = await desk.run(steps, max_execution_time=0.2)
    assert (found["state"], found["error"]["code"]) == ("failed", "LIMIT_001")
    assert states(found) == {"a": "failed", "b": "pending"}


@pytest.mark.parametrize(("n", "way"), [(5, "many"), (1, "few")])
async def test_a_condition_chooses_the_way(desk: Desk, n: int, way: str):
    steps = {
        "check": {
            "type": "condition",
            "config": {"expression": "input.n > 3", "then": ["many"], "else": ["few"]},
        },
        "many": value("many"),
        "few": value("few"),
        "end": value("{{ default(steps.many.output, steps.few.output) }}", "many", "few"),
    }
    found = await desk.run(steps, {"n": n})
    assert found["output"] == {"end": way}
    assert states(found)[way] == "completed"
    assert sorted(states(found).values()) == ["completed", "completed", "completed", "skipped"]


async def test_a_step_whose_conditions_do_not_hold_is_skipped_with_what_follows_it_alone(
    desk: Desk,
):
    steps = {
        "a": value(1),
        "b": value(2, "a", conditions=["steps.a.output == 1", "input.go"]),
        "c": value(3, "b"),
        "d": value(4, "a", "b"),
    }
    found = await desk.run(steps, {"go": False})
    assert states(found) == {"a": "completed", "b": "skipped", "c": "skipped", "d": "completed"}


async def test_an_output_that_is_too_large_is_a_file(
    desk: Desk, receiver: Receiver, as_neighbour: httpx2.AsyncClient
):
    receiver.answer = lambda _path, _n: said("x" * 300_000)
    found = await desk.run({"a": http(f"{receiver.url}/big"), "b": value(1, "a")})
    kept = step_of(found, "a")["output"]["artifact"]
    assert kept["media_type"] == "application/json"
    assert kept["size"] > 300_000
    place = f"{API}/executions/{found['id']}/steps"
    whole = await desk.client.get(f"{place}/a/output")
    assert (len(whole.json()["body"]), whole.headers["content-type"]) == (
        300_000,
        "application/json",
    )
    assert (await desk.client.get(f"{place}/b/output")).json() == 1
    assert (await desk.client.get(f"{place}/q/output")).status_code == 404
    assert (await as_neighbour.get(f"{place}/a/output")).status_code == 404


async def test_an_expression_that_reads_what_is_not_there_fails_its_step(desk: Desk):
    found = await desk.run({"a": value("{{ input.who }}")}, {"what": 1})
    assert found["error"]["code"] == "WORKFLOW_002"
    assert "no 'who', only 'what'" in found["error"]["detail"]


async def test_tools_agents_and_models_are_steps(desk: Desk):
    steps = {
        "sum": {
            "type": "tool",
            "config": {"tool": "calculator", "arguments": {"expression": "6*7"}},
        },
        "ask": {
            "type": "agent",
            "config": {"agent": "assistant", "message": "What is {{ input.n }} + 2?"},
        },
        "tell": {
            "type": "model",
            "config": {"prompt": "Say hello.", "model": "offline:extractive"},
        },
    }
    found = await desk.run(steps, {"n": 2})
    assert found["state"] == "completed", found["error"]
    assert "42" in str(step_of(found, "sum")["output"])
    assert "4" in step_of(found, "ask")["output"]["answer"]
    assert step_of(found, "tell")["output"]["model"] == "offline:extractive"
    usage = (await desk.client.get("/api/v1/models/usage")).json()["items"]
    assert sum(one["runs"] for one in usage) == 2
    missing = await desk.run({"a": {"type": "tool", "config": {"tool": "nothing"}}})
    assert "no tool 'nothing'" in missing["error"]["detail"]
    request = {"tool": "http_request", "arguments": {"url": "http://127.0.0.1:9/{{ input.n }}"}}
    refused = await desk.run({"a": {"type": "tool", "config": request}}, {"n": 1})
    assert "needs a person's approval" in refused["error"]["detail"]
    nobody = {"type": "agent", "config": {"agent": "nobody", "message": "Hi"}}
    assert (await desk.run({"a": nobody}))["error"]["code"] == "NOT_FOUND_001"
