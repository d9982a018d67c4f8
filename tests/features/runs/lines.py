"""A run to follow, and lines to follow it on."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
from sqlalchemy.orm import Session
from tests.fixtures.people import People
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from menon.core.jobs import JobContext, Parked, enqueue, job
from menon.core.runs import store
from menon.core.runs.models import RunKind, RunState
from menon.core.runs.store import NewRun
from menon.core.runtime import Runtime
from menon.features.runs.approvals import NewApproval, open_approval
from menon.kit.ids import new_id

QUICK = {"check_s": 0.05, "ping_s": 0.1, "silence_s": 5.0, "messages": 5000, "slow_s": 0.3}


@job("counts")
async def counts(context: JobContext, payload: dict[str, Any]) -> Any:
    """Counts to three once somebody has let it."""
    if payload.get("asks"):
        now = context.runtime.clock.now()
        new = NewApproval(run_id=context.run_id, node="send", what="Send it", args={"to": "x"})
        raise Parked(RunState.WAITING, "asks", record=lambda s: open_approval(s, new, now))
    if payload.get("fails"):
        raise ValueError("no")
    for n in range(1, 4):
        await context.progress(n, 3, f"step {n}")
    return {"counted": 3}


def begin(
    session: Session, runtime: Runtime, owner: str, payload: dict[str, Any], kind: RunKind
) -> str:
    run_id, now = new_id(), runtime.clock.now()
    store.create(session, NewRun(id=run_id, kind=kind, owner_id=owner, title="Counting"), now)
    enqueue(session, counts, payload, run_id=run_id, now=now)
    return run_id


async def counting_run(
    runtime: Runtime, people: People, kind: RunKind = RunKind.TASK, **payload: Any
) -> str:
    owner = (await people.person("dora")).id
    return await runtime.db.write(begin, runtime, owner, payload, kind)


def ws_url(live: str, path: str) -> str:
    return f"ws{live.removeprefix('http')}{path}"


@contextlib.asynccontextmanager
async def open_line(live: str, path: str, key: str = "") -> AsyncGenerator[ClientConnection]:
    headers = {"X-API-Key": key} if key else {}
    async with connect(
        ws_url(live, path), additional_headers=headers, proxy=None, open_timeout=60
    ) as line:
        yield line


async def next_message(line: ClientConnection, *kinds: str) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            message = json.loads(await line.recv())
            if message["type"] == "ping":
                await line.send('{"type": "pong"}')
            if message["type"] in kinds:
                return message


async def close_code(line: ClientConnection) -> int:
    """The code that the server closes with; whatever it says before is left out."""
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await line.recv()
    return line.close_code or 0


async def new_ticket(client: httpx2.AsyncClient) -> str:
    answer = await client.post("/api/v1/tickets")
    assert answer.status_code == 200, answer.text
    return answer.json()["ticket"]
