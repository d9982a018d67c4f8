"""A run that waits for approvals, and what one does about it."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
from sqlalchemy.orm import Session
from tests.fixtures.people import People

from menon.core.jobs import JobContext, Parked, enqueue, job
from menon.core.runs import store
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.features.runs.approvals import NewApproval, decision_of, open_approval
from menon.features.runs.models import ApprovalState
from menon.kit.ids import new_id

APPROVALS = "/api/v1/approvals"


ARGS = {"url": "https://example.org/hook", "headers": {"Authorization": "Bearer s3cret-s3cret"}}


@job("asks")
async def asks(context: JobContext, payload: dict[str, Any]) -> Any:
    """Sends nothing until somebody approves; asks for each name in the payload."""
    db, now = context.runtime.db, context.runtime.clock.now()
    found = {n: await db.read(decision_of, context.run_id, n) for n in payload["nodes"]}
    open_ = [n for n, d in found.items() if d is None or d.state is ApprovalState.WAITING]
    if not open_:
        return {n: [d.state.value, d.covers(ARGS)] for n, d in found.items() if d}
    hours = payload.get("hours")
    expires = now + timedelta(hours=hours) if hours else None

    def ask(session: Session) -> None:
        for node in open_:
            what = f"Post to the hook for {node}"
            new = NewApproval(
                run_id=context.run_id, node=node, what=what, args=ARGS, expires_at=expires
            )
            open_approval(session, new, now)

    raise Parked(RunState.WAITING, "waits for a person", record=ask)


def begin(session: Session, runtime: Runtime, owner: str, payload: dict[str, Any]) -> str:
    run_id, now = new_id(), runtime.clock.now()
    new = NewRun(id=run_id, kind=RunKind.TASK, owner_id=owner, title="Monthly reminder")
    store.create(session, new, now)
    enqueue(session, asks, payload, run_id=run_id, now=now)
    return run_id


def run_row(session: Session, run_id: str) -> tuple[str, Any]:
    run = session.get_one(Run, run_id)
    return run.state, run.output


async def until(runtime: Runtime, run_id: str, state: str) -> Any:
    """The output of the run once it has this state."""
    async with asyncio.timeout(60):
        while (found := await runtime.db.read(run_row, run_id))[0] != state:
            await asyncio.sleep(0.01)
    return found[1]


async def waiting_run(runtime: Runtime, people: People, *nodes: str, hours: int = 0) -> str:
    """A run of dora's that waits for an approval of each node."""
    owner = (await people.person("dora")).id
    payload = {"nodes": list(nodes or ("send",)), "hours": hours}
    run_id = await runtime.db.write(begin, runtime, owner, payload)
    await until(runtime, run_id, "waiting")
    return run_id


async def inbox_of(client: httpx2.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    answer = await client.get(APPROVALS, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def reply(approval: dict[str, Any], decision: str, **more: Any) -> dict[str, Any]:
    return {"decision": decision, "args_hash": approval["args_hash"], **more}


def epoch_row(session: Session, run_id: str) -> tuple[int, str]:
    """Which start of the run this is, and its state; what parks is not counted as an attempt."""
    run = session.get_one(Run, run_id)
    return run.epoch, run.state
