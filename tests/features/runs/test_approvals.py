"""Approvals: asked when a run parks, decided once, and the run goes on."""

import asyncio
from functools import partial

import httpx2
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.features.runs.waiting import (
    APPROVALS,
    ARGS,
    epoch_row,
    inbox_of,
    reply,
    run_row,
    until,
    waiting_run,
)
from tests.fixtures.people import People

from menon.core.audit import AuditRecord
from menon.core.events.models import EventRow
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunEvent, RunState
from menon.core.runtime import Runtime
from menon.features.runs.approvals import NewApproval, decision_of, open_approval, pending
from menon.features.runs.inbox import Expiry
from menon.kit.clock import FixedClock
from menon.kit.digest import json_digest


@pytest.mark.parametrize(
    ("decision", "state", "covers"), [("approve", "approved", True), ("deny", "denied", False)]
)
async def test_a_decision_lets_the_run_go_on(
    runtime: Runtime,
    people: People,
    as_developer: httpx2.AsyncClient,
    *,
    decision: str,
    state: str,
    covers: bool,
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    assert (asked["run_id"], asked["run_title"], asked["state"]) == (
        run_id,
        "Monthly reminder",
        "waiting",
    )
    assert asked["args_hash"] == json_digest(ARGS)
    said = reply(asked, decision, comment="as agreed")
    answer = await as_developer.post(f"{APPROVALS}/{asked['id']}", json=said)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["decided_by"]) == (state, "dora")
    assert await until(runtime, run_id, "completed") == {"send": [state, covers]}
    assert await inbox_of(as_developer) == []
    [kept] = await inbox_of(as_developer, state=state)
    assert kept["comment"] == "as agreed"


async def test_the_log_of_the_run_tells_of_question_and_decision(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))
    await until(runtime, run_id, "completed")

    def types(session: Session) -> list[str]:
        kept = select(RunEvent.type).where(RunEvent.run_id == run_id)
        return list(session.scalars(kept.order_by(RunEvent.epoch, RunEvent.seq)))

    assert await runtime.db.read(types) == [
        *("state", "approval_required", "approval_resolved", "state", "complete")
    ]


async def test_a_follower_sees_the_question_and_the_end(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    seen: list[str] = []
    async with asyncio.timeout(60):
        async for batch in runtime[RunLog].follow(run_id):
            seen += [event.type for event in batch]
            if seen[-1] == "approval_required":
                [asked] = await inbox_of(as_developer)
                await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "deny"))
    assert "approval_required" in seen
    assert seen[-1] == "complete"


async def test_fifty_decisions_at_once_count_once(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    said = [reply(asked, "approve" if n % 2 else "deny") for n in range(50)]
    answers = await asyncio.gather(
        *(as_developer.post(f"{APPROVALS}/{asked['id']}", json=each) for each in said)
    )
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(409)) == (1, 49)
    [state] = [answer.json()["state"] for answer in answers if answer.status_code == 200]
    assert (await until(runtime, run_id, "completed"))["send"][0] == state

    def records(session: Session) -> list[str]:
        about = AuditRecord.subject == asked["id"]
        return list(session.scalars(select(AuditRecord.action).where(about)))

    assert await runtime.db.read(records) == [f"approval.{state}"]


async def test_a_decision_about_other_arguments_is_refused(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    body = {"decision": "approve", "args_hash": json_digest({"url": "https://elsewhere.example"})}
    answer = await as_developer.post(f"{APPROVALS}/{asked['id']}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT_001")
    assert len(await inbox_of(as_developer)) == 1


async def test_what_nobody_decides_in_time_expires_and_the_run_goes_on(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient, clock: FixedClock
):
    run_id = await waiting_run(runtime, people, hours=1)
    [asked] = await inbox_of(as_developer)
    clock.advance(hours=1)
    late = await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))
    assert late.status_code == 409
    await runtime[Expiry].once()
    assert await until(runtime, run_id, "completed") == {"send": ["expired", False]}
    [kept] = await inbox_of(as_developer, state="expired")
    assert kept["decided_by"] == "system"


async def test_two_questions_of_one_run_are_decided_each(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people, "first", "second")
    second, first = await inbox_of(as_developer)
    assert (first["node"], second["node"]) == ("first", "second")
    await as_developer.post(f"{APPROVALS}/{first['id']}", json=reply(first, "approve"))
    async with asyncio.timeout(60):
        while (await runtime.db.read(epoch_row, run_id)) != (2, "waiting"):
            await asyncio.sleep(0.01)
    assert [each["id"] for each in await inbox_of(as_developer)] == [second["id"]]
    await as_developer.post(f"{APPROVALS}/{second['id']}", json=reply(second, "deny"))
    assert await until(runtime, run_id, "completed") == {
        "first": ["approved", True],
        "second": ["denied", False],
    }


async def test_a_decision_that_comes_before_the_run_parks_again_is_not_lost(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)

    def at_work(session: Session, state: str) -> None:
        session.execute(update(Run).where(Run.id == run_id).values(state=state))

    await runtime.db.write(at_work, RunState.RUNNING)
    await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))
    assert (await runtime.db.read(run_row, run_id))[0] == "running"

    def parks(session: Session) -> str:
        at_work(session, RunState.WAITING)
        new = NewApproval(run_id=run_id, node="send", what="Post to the hook", args=ARGS)
        return open_approval(session, new, runtime.clock.now())

    assert await runtime.db.write(parks) == asked["id"]
    assert await until(runtime, run_id, "completed") == {"send": ["approved", True]}


async def test_other_arguments_take_the_question_back_and_ask_anew(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [before] = await inbox_of(as_developer)
    new = NewApproval(run_id=run_id, node="send", what="Post elsewhere", args={"url": "x"})
    asked = await runtime.db.write(partial(open_approval, new=new, now=runtime.clock.now()))
    assert await runtime.db.read(pending, run_id) == [asked] != [before["id"]]
    refused = await as_developer.post(f"{APPROVALS}/{before['id']}", json=reply(before, "approve"))
    assert refused.status_code == 409
    [kept] = await inbox_of(as_developer, state="withdrawn")
    assert kept["id"] == before["id"]


async def test_a_cancelled_run_waits_for_nobody(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    await as_developer.delete(f"/api/v1/runs/{run_id}")
    await until(runtime, run_id, "cancelled")
    refused = await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))
    assert refused.status_code == 409
    await runtime[Expiry].once()
    assert await inbox_of(as_developer) == []
    assert (await runtime.db.read(run_row, run_id))[0] == "cancelled"


async def test_a_paused_run_keeps_the_decision_until_it_is_resumed(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    await runtime[RunLog].pause(run_id, "dora")
    [asked] = await inbox_of(as_developer)
    await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))
    assert (await runtime.db.read(run_row, run_id))[0] == "paused"
    decision = await runtime.db.read(decision_of, run_id, "send")
    assert decision
    assert decision.covers(ARGS)


async def test_question_and_decision_are_domain_events(
    runtime: Runtime, people: People, as_developer: httpx2.AsyncClient
):
    run_id = await waiting_run(runtime, people)
    [asked] = await inbox_of(as_developer)
    await as_developer.post(f"{APPROVALS}/{asked['id']}", json=reply(asked, "approve"))

    def told(session: Session) -> list[tuple[str, str]]:
        rows = session.execute(select(EventRow.type, EventRow.subject).order_by(EventRow.seq))
        return [(row.type, row.subject) for row in rows]

    assert await runtime.db.read(told) == [
        ("approval.requested", f"run:{run_id}"),
        ("approval.decided", f"run:{run_id}"),
    ]
