"""Runs of agents that wait for people: asked, decided, gone on with, and never done twice."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.features.agents.acting import (
    AGENTS,
    MODEL,
    Acts,
    agent,
    ask,
    becomes,
    decide,
    decided,
    ended,
    events,
    kept,
    waiting_approvals,
)
from tests.fixtures.people import PASSWORD

from menon.core.audit import AuditRecord
from menon.core.auth import Role
from menon.core.instances import Instance
from menon.core.runs.events import ApprovalRequired, Content, ToolResult
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.features.accounts import service as accounts
from menon.features.accounts.schemas import UserIn
from menon.features.agents import running, service, waiting
from menon.features.agents.schemas import AgentIn, Configuration, RunIn
from menon.features.runs import deciding, inbox
from menon.features.runs.approval_schemas import DecisionIn
from menon.features.runs.inbox import Expiry
from menon.kit.clock import FixedClock
from menon.kit.digest import json_digest
from menon.testing.fake_llm import FakeLLM

pytestmark = pytest.mark.usefixtures("fake")


async def waits(client: httpx2.AsyncClient, *tools: str, **configuration: Any) -> dict[str, Any]:
    """A run that waits, as it was answered."""
    answer = await ask(client, await agent(client, *tools, **configuration))
    assert answer["state"] == "waiting", answer
    return answer


async def test_a_call_that_needs_a_person_has_the_run_wait(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    answer = await waits(as_developer)
    [asked] = await waiting_approvals(as_developer)
    assert answer["approvals"] == [asked["id"]]
    assert (asked["tool"], asked["effect"], asked["args"]) == ("send_mail", "egress", {"to": "x"})
    assert asked["args_hash"] == json_digest({"to": "x"})
    assert asked["what"].endswith("wants to use send_mail")
    assert (asked["tainted"], asked["may_remember"]) == (False, True)
    assert acts.done == []
    run = await becomes(runtime, answer["run_id"], "waiting")
    assert (run.instance_id, run.requests) == (None, 1)
    assert runtime[RunLog].open == 0, "no task is held"


async def test_approved_it_runs_once_with_these_arguments_and_the_log_goes_on(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    run_id = (await waits(as_developer))["run_id"]
    [asked] = await waiting_approvals(as_developer)
    following = asyncio.create_task(events(runtime, run_id))
    await decided(as_developer, asked)
    seen = await following
    assert acts.done == [("send_mail", {"to": "x", "text": ""})]
    assert [each.type for each in seen if each.type != "content"] == [
        *("metadata", "tool_call", "usage", "state", "approval_required", "approval_resolved"),
        *("state", "tool_result", "usage", "complete"),
    ]
    assert [each.seq for each in seen] == list(range(1, len(seen) + 1)), "one log, no gap"
    assert {each.epoch for each in seen} == {1}, "nothing is taken back"
    required = next(each.data for each in seen if isinstance(each.data, ApprovalRequired))
    called = next(each.data for each in seen if each.type == "tool_call")
    assert (required.approval_id, required.call_id) == (asked["id"], getattr(called, "call_id", ""))
    run = await ended(runtime, run_id)
    said = "".join(each.data.text for each in seen if isinstance(each.data, Content))
    assert (run.state, run.output["text"], run.requests) == ("completed", said, 2)
    assert await kept(runtime) == []
    replayed = await events(runtime, run_id)
    assert [each.type for each in replayed if each.type != "content"] == [
        each.type for each in seen if each.type != "content"
    ]


@pytest.mark.parametrize("how", ["deny", "expire"])
async def test_without_a_yes_the_model_is_told_and_goes_on(
    runtime: Runtime,
    as_developer: httpx2.AsyncClient,
    acts: Acts,
    clock: FixedClock,
    fake: FakeLLM,
    how: str,
):
    run_id = (await waits(as_developer))["run_id"]
    [asked] = await waiting_approvals(as_developer)
    if how == "deny":
        await decided(as_developer, asked, "deny", comment="not today")
    else:
        clock.advance(hours=73)
        await runtime[Expiry].once()
    seen = await events(runtime, run_id)
    words = {
        "deny": "dora has refused this call of 'send_mail': not today",
        "expire": "Nobody allowed this call of 'send_mail' in time.",
    }
    [result] = [each.data for each in seen if isinstance(each.data, ToolResult)]
    assert (result.ok, result.summary) == (False, words[how])
    assert any(words[how] in request.body.decode() for request in fake.requests)
    assert seen[-1].type == "complete"
    assert acts.done == []


async def test_what_may_run_has_run_and_all_the_rest_is_decided_first(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    tools = ("read_page", "send_mail", "write_note")
    run_id = (await waits(as_developer, *tools, model="openai:fake-n3-t1-p3"))["run_id"]
    mail, note = await waiting_approvals(as_developer)
    assert [mail["tool"], note["tool"]] == ["send_mail", "write_note"]
    await decided(as_developer, note, "deny")
    await becomes(runtime, run_id, "waiting")
    assert acts.done == []
    await decided(as_developer, mail)
    assert (await ended(runtime, run_id)).state == "completed"
    assert acts.names == ["send_mail"]


async def test_the_wait_survives_the_server(settings: Settings, clock: FixedClock, acts: Acts):
    among = [*features(), acts.feature()]
    async with open_runtime(settings, clock=clock, among=among) as first:
        await accounts.create_user(
            first, UserIn(username="dora", password=PASSWORD, roles=[Role.DEVELOPER])
        )
        who = await accounts.principal_named(first, "dora")
        configuration = Configuration(model=MODEL, tools=["send_mail"])
        made = await service.create(first, who, AgentIn(name="x", configuration=configuration))
        run_id = await running.start(first, who, made.id, RunIn(message="Do it."))
        await becomes(first, run_id, "waiting")
    async with open_runtime(settings, clock=clock, among=among) as second:
        await second[RunLog].sweep()
        await becomes(second, run_id, "waiting")
        [asked] = await inbox.of_run(second, who, run_id)
        said = DecisionIn(decision="approve", args_hash=asked.args_hash)
        await inbox.decide(second, who, asked.id, said)
        assert (await ended(second, run_id)).state == "completed"
    assert acts.names == ["send_mail"]


async def test_a_process_that_dies_as_it_goes_on_leaves_an_interrupted_run(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts, clock: FixedClock
):
    run_id = (await waits(as_developer))["run_id"]
    [asked] = await waiting_approvals(as_developer)
    who = await accounts.principal_named(runtime, "dora")

    def taken_by_the_dead(session: Session) -> None:
        now, digest = clock.now(), asked["args_hash"]
        session.add(
            Instance(id="gone", host="else", pid=1, born="", pools={}, started_at=now, beat_at=now)
        )
        deciding.decide(session, who, asked["id"], "approve", args_hash=digest, now=now)
        taken = waiting.hear(session, run_id, asked["id"], instance="gone", now=now)
        assert taken is not None

    await runtime.db.write(taken_by_the_dead)
    clock.advance(minutes=1)
    await runtime[RunLog].sweep()
    run = await ended(runtime, run_id)
    assert (run.state, acts.done, await kept(runtime)) == ("interrupted", [], [])


async def test_a_cancelled_wait_ends_at_once_and_nothing_is_left_to_decide(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    run_id = (await waits(as_developer))["run_id"]
    [asked] = await waiting_approvals(as_developer)
    cancelled = await as_developer.delete(f"/api/v1/runs/{run_id}")
    assert cancelled.json()["state"] == "cancelled"
    assert (await decide(as_developer, asked)).status_code == 409
    assert (await events(runtime, run_id))[-1].type == "cancelled"
    assert (await kept(runtime), acts.done) == ([], [])
    await runtime[Expiry].once()
    assert await waiting_approvals(as_developer) == []
    usage = (await as_developer.get("/api/v1/models/usage", params={"by": "model"})).json()["items"]
    assert [row["requests"] for row in usage] == [1], "what was used before the wait counts"


async def test_a_run_whose_agent_is_gone_ends_with_an_error(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    name = await agent(as_developer)
    run_id = (await ask(as_developer, name))["run_id"]
    [asked] = await waiting_approvals(as_developer)
    assert (await as_developer.delete(f"{AGENTS}/{name}")).status_code == 204
    await decided(as_developer, asked)
    run = await ended(runtime, run_id)
    assert (run.state, run.error_code, acts.done) == ("failed", "NOT_FOUND_001", [])


async def test_a_tool_that_hangs_after_the_yes_can_be_cancelled(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    acts.hold = asyncio.Event()
    run_id = (await waits(as_developer))["run_id"]
    [asked] = await waiting_approvals(as_developer)
    await decided(as_developer, asked)
    async with asyncio.timeout(60):
        await acts.began.wait()
    await as_developer.delete(f"/api/v1/runs/{run_id}")
    run = await ended(runtime, run_id)
    assert (run.state, run.requests) == ("cancelled", 1)


async def test_decisions_and_effects_are_on_the_audit_record(
    runtime: Runtime, as_developer: httpx2.AsyncClient, acts: Acts
):
    rules = [{"verdict": "deny", "tool": "write_note", "args": {"text": "x"}}]
    tools = ("write_note", "send_mail")
    answer = await waits(as_developer, *tools, model="openai:fake-n3-t1-p2", policy=rules)
    [asked] = await waiting_approvals(as_developer)
    await decided(as_developer, asked)
    await ended(runtime, answer["run_id"])

    def records(session: Session) -> list[tuple[str, str]]:
        rows = session.scalars(select(AuditRecord).order_by(AuditRecord.id))
        about = [row for row in rows if row.action.startswith(("tool.", "approval."))]
        return [(row.action, row.detail.get("tool", "")) for row in about]

    assert await runtime.db.read(records) == [
        ("tool.refused", "write_note"),
        ("approval.approved", ""),
        ("tool.began", "send_mail"),
    ]
    assert acts.names == ["send_mail"]
