"""What waits, rests, goes on, runs again: times, people, pauses, retries, forks, crashes."""

from typing import Any

import pytest
from tests.features.workflows.conftest import API, Desk, Receiver, Steps, said, states, step_of

from menon.core.jobs import Jobs
from menon.core.runtime import Runtime
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


async def _decide(desk: Desk, execution: str, decision: str, comment: str = "") -> None:
    (asked,) = await desk.approvals(execution)
    body = {"decision": decision, "args_hash": asked["args_hash"], "comment": comment}
    answer = await desk.client.post(f"/api/v1/approvals/{asked['id']}", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_wait_holds_no_slot_and_goes_on_by_the_clock(
    desk: Desk, clock: FixedClock, runtime: Runtime
):
    steps: Steps = {
        "before": value(1),
        "wait": {"type": "wait", "config": {"seconds": 3600}, "dependencies": ["before"]},
        "after": value("done", "wait"),
    }
    execution = await desk.begin(steps)
    found = await desk.until(execution, "waiting")
    assert states(found) == {"before": "completed", "wait": "waiting", "after": "pending"}
    assert step_of(found, "wait")["due_at"].startswith("2026-11-20T13:00:00")
    while runtime[Jobs].busy:
        await desk.get(execution)
    clock.advance(seconds=3599)
    assert (await desk.get(execution))["state"] == "waiting"
    clock.advance(seconds=2)
    assert (await desk.ended(execution))["output"] == {"after": "done"}


async def test_a_wait_until_a_time_is_given_by_an_expression(desk: Desk, clock: FixedClock):
    steps: Steps = {"wait": {"type": "wait", "config": {"until": "{{ input.at }}"}}}
    execution = await desk.begin(steps, {"at": "2026-11-20T14:30:00+01:00"})
    found = await desk.until(execution, "waiting")
    assert step_of(found, "wait")["due_at"].startswith("2026-11-20T13:30:00")
    clock.advance(hours=2)
    assert (await desk.ended(execution))["state"] == "completed"
    naive = await desk.run(steps, {"at": "2026-11-20T14:30:00"})
    assert "needs an offset" in naive["error"]["detail"]


async def test_an_approved_step_completes_and_a_denied_one_fails(desk: Desk):
    steps = {
        "draft": value({"to": "Ada"}),
        "ask": approval("draft", arguments="{{ steps.draft.output }}"),
        "send": value("sent, {{ steps.ask.output.comment }}", "ask"),
    }
    execution = await desk.begin(steps)
    await desk.until(execution, "waiting")
    (asked,) = await desk.approvals(execution)
    assert (asked["what"], asked["args"]) == ("Send the letter?", {"to": "Ada"})
    await _decide(desk, execution, "approve", "go ahead")
    found = await desk.ended(execution)
    assert found["output"] == {"send": "sent, go ahead"}
    denied = await desk.begin(steps)
    await desk.until(denied, "waiting")
    await _decide(desk, denied, "deny", "not yet")
    found = await desk.ended(denied)
    assert (found["state"], found["error"]["code"]) == ("failed", "WORKFLOW_004")
    assert "dora denied it: not yet" in found["error"]["detail"]
    assert states(found)["send"] == "pending"


async def test_a_denial_can_be_answered_by_another_step(desk: Desk):
    steps = {"ask": approval(), "shelve": value("{{ steps.ask.error.code }}")}
    steps["ask"]["on_failure"] = "shelve"
    execution = await desk.begin(steps)
    await desk.until(execution, "waiting")
    await _decide(desk, execution, "deny")
    assert (await desk.ended(execution))["output"] == {"shelve": "WORKFLOW_004"}


async def test_an_approval_that_nobody_gives_in_time_counts_as_denied(
    desk: Desk, clock: FixedClock
):
    execution = await desk.begin({"ask": approval(expires_seconds=60)})
    await desk.until(execution, "waiting")
    clock.advance(seconds=61)
    found = await desk.ended(execution)
    assert "nobody decided in time" in found["error"]["detail"]


async def test_what_can_go_on_beside_an_approval_does(desk: Desk):
    steps = {"ask": approval(), "other": value(1), "end": value(2, "ask", "other")}
    execution = await desk.begin(steps)
    found = await desk.until(execution, "waiting")
    assert states(found) == {"ask": "waiting", "other": "completed", "end": "pending"}


async def test_what_was_approved_goes_on_while_another_step_still_works(
    desk: Desk, receiver: Receiver
):
    receiver.answer = lambda path, _n: None if path == "/slow" else said({})
    steps = {
        "slow": http(f"{receiver.url}/slow", timeout_seconds=None),
        "ask": approval(),
        "next": http(f"{receiver.url}/next", "ask"),
    }
    execution = await desk.begin(steps)
    while "/slow" not in receiver.paths():
        await desk.get(execution)
    await _decide(desk, execution, "approve")
    while "/next" not in receiver.paths():
        await desk.get(execution)
    assert states(await desk.get(execution))["slow"] == "running"
    await desk.client.delete(f"{API}/executions/{execution}")
    await desk.ended(execution)


async def test_waiting_often_is_no_reason_to_give_up(desk: Desk, clock: FixedClock):
    names = [f"w{n}" for n in range(27)]
    steps: Steps = {
        name: {
            "type": "wait",
            "config": {"seconds": 10},
            "dependencies": names[n - 1 : n] if n else [],
        }
        for n, name in enumerate(names)
    }
    execution = await desk.begin(steps)
    for name in names:
        while step_of(await desk.until(execution, "waiting"), name)["state"] != "waiting":
            pass
        clock.advance(seconds=11)
    found = await desk.ended(execution)
    assert (found["state"], found["epoch"]) == ("completed", 28)


class TestWithThreeSlots:
    """Slots are what waits must not hold."""

    @pytest.fixture
    def overrides(self, receiver_port: int) -> dict[str, Any]:
        return {"jobs": {"worker": True, "interactive": 3, "drain_seconds": 0.2}}

    async def test_three_runs_that_wait_for_approval_do_not_block_a_fourth(self, desk: Desk):
        waiting = [await desk.begin({"ask": approval()}) for _ in range(3)]
        for execution in waiting:
            await desk.until(execution, "waiting")
        assert (await desk.run({"a": value("free")}))["output"] == {"a": "free"}
        for execution in waiting:
            await _decide(desk, execution, "approve")
            assert (await desk.ended(execution))["state"] == "completed"

    async def test_runs_that_wait_for_runs_below_them_do_not_block_these(self, desk: Desk):
        body = {"steps": {"a": value(1), "b": value(2, "a")}}
        config = {"branches": [body, body]}
        steps = {"both": {"type": "parallel", "config": config}}
        begun = [await desk.begin(steps) for _ in range(6)]
        for execution in begun:
            assert (await desk.ended(execution))["state"] == "completed"


async def test_an_approval_below_a_step_is_waited_for_by_a_run_of_its_own(desk: Desk):
    steps: Steps = {"each": {"type": "map", "config": {"items": ["x", "y"], "step": approval()}}}
    execution = await desk.begin(steps)
    found = await desk.until(execution, "waiting")
    for name in ("each[0]", "each[1]"):
        child = step_of(found, name)["child_id"]
        await desk.until(child, "waiting")
        await _decide(desk, child, "approve")
    found = await desk.ended(execution)
    assert [one["step"]["decision"] for one in found["output"]["each"]] == ["approved"] * 2
