"""Executions are paused, retried, forked, cancelled, repeated; those of others are not there."""

from typing import Any

import httpx2
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.features.workflows.conftest import API, Desk, Receiver, said, states, step_of

from menon.core.jobs import go_on
from menon.core.runs.models import Run, RunState
from menon.core.runtime import Runtime
from menon.features.workflows.models import NodeState, WorkflowNode
from menon.kit.clock import FixedClock


def http(url: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"type": "http", "config": {"url": url}, "dependencies": list(after), **more}


def value(content: Any, *after: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "transform",
        "config": {"value": content},
        "dependencies": list(after),
        **more,
    }


def approval(*after: str, **config: Any) -> dict[str, Any]:
    filled = {"what": "Send the letter?", **config}
    return {"type": "approval", "config": filled, "dependencies": list(after)}


async def test_a_paused_execution_goes_on_where_it_was(desk: Desk, receiver: Receiver):
    receiver.answer = lambda path, n: None if path == "/b" and n == 1 else said({})
    steps = {"a": http(f"{receiver.url}/a"), "b": http(f"{receiver.url}/b", "a")}
    execution = await desk.begin(steps)
    while "/b" not in receiver.paths():
        await desk.get(execution)
    await desk.post(execution, "pause")
    found = await desk.until(execution, "paused")
    assert states(found)["a"] == "completed"
    again = await desk.client.post(f"{API}/executions/{execution}/retry", json={})
    assert (again.status_code, again.json()["code"]) == (409, "CONFLICT_001")
    await desk.post(execution, "resume")
    found = await desk.ended(execution)
    assert (found["state"], step_of(found, "b")["attempt"]) == ("completed", 2)
    assert receiver.paths() == ["/a", "/b", "/b"]
    assert receiver.effects[f"{execution}:b"] == 2
    over = await desk.client.post(f"{API}/executions/{execution}/resume")
    assert over.status_code == 409
    assert (await desk.client.post(f"{API}/executions/{execution}/pause")).status_code == 409


async def test_a_paused_wait_stays_a_wait(desk: Desk, clock: FixedClock):
    execution = await desk.begin({"wait": {"type": "wait", "config": {"seconds": 60}}})
    await desk.until(execution, "waiting")
    await desk.post(execution, "pause")
    await desk.until(execution, "paused")
    await desk.post(execution, "resume")
    await desk.until(execution, "waiting")
    clock.advance(seconds=61)
    assert (await desk.ended(execution))["state"] == "completed"


async def test_a_failed_execution_is_retried_from_what_failed_or_from_an_earlier_step(
    desk: Desk, receiver: Receiver
):
    well = False

    def answer(path: str, _n: int) -> bytes:
        return said({}) if well or path != "/b" else said({}, "400 Bad")

    receiver.answer = answer
    url = receiver.url
    steps = {
        "a": http(f"{url}/a"),
        "b": http(f"{url}/b", "a"),
        "c": http(f"{url}/c", "b"),
        "z": http(f"{url}/z", "a"),
    }
    execution = await desk.begin(steps)
    failed = await desk.ended(execution)
    assert (failed["state"], failed["epoch"]) == ("failed", 1)
    await desk.post(execution, "retry")
    assert (await desk.until(execution, "failed"))["epoch"] == 2
    well = True
    await desk.post(execution, "retry", step="a")
    found = await desk.ended(execution)
    assert (found["state"], found["epoch"]) == ("completed", 3)
    assert receiver.paths().count("/a") == 2
    assert receiver.paths().count("/b") == 3
    unknown = await desk.client.post(f"{API}/executions/{execution}/retry", json={"step": "q"})
    assert unknown.status_code == 409  # it has completed by now


async def test_a_step_that_is_not_there_cannot_be_retried(desk: Desk):
    found = await desk.run({"a": value("{{ input.x }}")})
    place = f"{API}/executions/{found['id']}"
    unknown = await desk.client.post(f"{place}/retry", json={"step": "q"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "VALID_001")
    assert "there are a" in unknown.json()["detail"]


async def test_a_fork_keeps_what_came_before_and_may_have_another_input(
    desk: Desk, receiver: Receiver
):
    url = receiver.url
    steps = {
        "a": http(f"{url}/a"),
        "b": http(f"{url}/b/{{{{ input.x }}}}", "a"),
        "c": value("{{ steps.b.output.body.path }}", "b"),
        "z": http(f"{url}/z", "a"),
    }
    first = await desk.run(steps, {"x": 1})
    answer = await desk.post(first["id"], "fork", step="b", input={"x": 2})
    forked = await desk.ended(answer["execution_id"])
    assert forked["output"]["c"] == "/b/2"
    assert forked["forked_from"] == first["id"]
    assert receiver.paths().count("/a") == 1
    assert receiver.paths().count("/z") == 1
    assert (await desk.get(first["id"]))["output"]["c"] == "/b/1"
    unknown = await desk.client.post(f"{API}/executions/{first['id']}/fork", json={"step": "q"})
    assert unknown.status_code == 422


async def test_a_cancelled_execution_stops_with_the_runs_below_it(desk: Desk):
    body = {"steps": {"ask": approval(), "b": value(2, "ask")}}
    execution = await desk.begin({"both": {"type": "parallel", "config": {"branches": [body]}}})
    found = await desk.until(execution, "waiting")
    child = step_of(found, "both[0]")["child_id"]
    await desk.until(child, "waiting")
    answer = await desk.client.delete(f"{API}/executions/{execution}")
    assert answer.status_code == 200
    found = await desk.ended(execution)
    assert found["state"] == "cancelled"
    assert states(found)["both"] == "cancelled"
    assert (await desk.ended(child))["state"] == "cancelled"


async def test_the_end_of_a_run_below_is_noticed_even_when_nobody_tells(
    desk: Desk, clock: FixedClock
):
    body = {"steps": {"ask": approval(), "b": value(2, "ask")}}
    execution = await desk.begin({"both": {"type": "parallel", "config": {"branches": [body]}}})
    child = step_of(await desk.until(execution, "waiting"), "both[0]")["child_id"]
    await desk.until(child, "waiting")
    await desk.client.delete(f"/api/v1/runs/{child}")
    clock.advance(seconds=16)
    found = await desk.ended(execution)
    assert found["state"] == "failed"
    assert "was cancelled" in found["error"]["detail"]


def _killed(session: Session, run_id: str) -> None:
    """What a process that dies in the middle of step b leaves behind."""
    session.execute(update(Run).where(Run.id == run_id).values(state=RunState.FAILED))
    where = (WorkflowNode.run_id == run_id, WorkflowNode.node == "b")
    cut = {"state": NodeState.RUNNING, "attempt": 2, "error_code": None}
    session.execute(update(WorkflowNode).where(*where).values(**cut))


async def test_a_step_that_ran_when_its_process_died_runs_again_as_the_next_attempt(
    desk: Desk, receiver: Receiver, runtime: Runtime
):
    receiver.answer = lambda path, n: said({}, "400 Bad") if path == "/b" and n < 2 else said({})
    steps = {"a": http(f"{receiver.url}/a"), "b": http(f"{receiver.url}/b", "a")}
    execution = await desk.begin(steps)
    await desk.ended(execution)
    await runtime.db.write(_killed, execution)
    await runtime.db.write(_continue, execution, runtime)
    found = await desk.until(execution, "completed")
    assert (step_of(found, "a")["attempt"], step_of(found, "b")["attempt"]) == (1, 3)
    assert receiver.paths() == ["/a", "/b", "/b"]


def _continue(session: Session, run_id: str, runtime: Runtime) -> None:
    go_on(session, run_id, runtime.clock.now())


async def test_the_reply_to_a_repeated_key_is_the_same_execution(desk: Desk):
    body = {"definition": {"name": "Once", "steps": {"a": value(1)}}}
    headers = {"Idempotency-Key": "once-and-for-all"}
    first, second = [
        (await desk.client.post(f"{API}/execute", json=body, headers=headers)).json()
        for _ in range(2)
    ]
    assert first == second
    assert (await desk.ended(first["execution_id"]))["state"] == "completed"


async def test_executions_of_others_do_not_exist(desk: Desk, as_neighbour: httpx2.AsyncClient):
    found = await desk.run({"a": value(1)})
    place = f"{API}/executions/{found['id']}"
    calls: list[tuple[str, str, dict[str, Any] | None]] = [
        ("GET", "", None),
        ("DELETE", "", None),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/retry", {}),
        ("POST", "/fork", {"step": "a"}),
    ]
    for method, path, body in calls:
        foreign = await as_neighbour.request(method, place + path, json=body)
        assert (foreign.status_code, foreign.json()["code"]) == (404, "NOT_FOUND_001"), path
    assert (await as_neighbour.get(f"{API}/executions")).json()["items"] == []
