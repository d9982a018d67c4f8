"""Tools with effects that record what they did, and runs of agents that use them."""

import asyncio
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.feature import Feature
from menon.core.runs.events import Envelope
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.engine.tools.tool import Effect, Taint, ToolContext, tool
from menon.features.agents.policy.models import WaitingTurn

AGENTS = "/api/v1/agents"
APPROVALS = "/api/v1/approvals"
MODEL = "openai:fake-n3-t1"
"""One round of tool calls, then three words."""


class Acts:
    """What the effect tools of this test have done."""

    def __init__(self) -> None:
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.hold: asyncio.Event | None = None
        """What a call waits for before it is over."""
        self.began = asyncio.Event()

    def feature(self) -> Feature:
        """The tools, installed."""

        @tool(effect=Effect.EGRESS, taint=Taint.NEVER)
        async def send_mail(context: ToolContext, to: str, text: str = "") -> str:
            """Send a mail."""
            return await self._act("send_mail", to=to, text=text)

        @tool(effect=Effect.WRITE, taint=Taint.NEVER)
        async def write_note(context: ToolContext, text: str) -> str:
            """Write a note."""
            return await self._act("write_note", text=text)

        @tool
        async def read_page(context: ToolContext, name: str) -> str:
            """Read a page."""
            return f"the page {name}"

        return Feature(name="under_test", tools=(send_mail, write_note, read_page))

    async def _act(self, name: str, **args: Any) -> str:
        self.done.append((name, args))
        self.began.set()
        if self.hold is not None:
            await self.hold.wait()
        return "done"

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.done]


async def agent(client: httpx2.AsyncClient, *tools: str, **configuration: Any) -> str:
    """An agent with these tools; answers its id."""
    given = {"model": MODEL, "tools": list(tools or ("send_mail",)), **configuration}
    body = {"name": f"Actor {given['model']} {len(str(given))}", "configuration": given}
    made = await client.post(AGENTS, json=body)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def ask(client: httpx2.AsyncClient, name: str, **body: Any) -> dict[str, Any]:
    """Ask an agent, and answer what it answers as JSON."""
    answer = await client.post(f"{AGENTS}/{name}/run", json={"message": "Do it.", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def waiting_approvals(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    """What waits, oldest first."""
    answer = await client.get(APPROVALS)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][::-1]


async def decide(
    client: httpx2.AsyncClient, approval: dict[str, Any], decision: str = "approve", **more: Any
) -> httpx2.Response:
    """Say yes or no."""
    body = {"decision": decision, "args_hash": approval["args_hash"], **more}
    return await client.post(f"{APPROVALS}/{approval['id']}", json=body)


async def decided(
    client: httpx2.AsyncClient, approval: dict[str, Any], decision: str = "approve", **more: Any
) -> dict[str, Any]:
    """Say yes or no, and be heard."""
    answer = await decide(client, approval, decision, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def events(runtime: Runtime, run_id: str) -> list[Envelope]:
    """Everything that a reader of the run sees to its end."""
    async with asyncio.timeout(60):
        return [e async for batch in runtime[RunLog].follow(run_id) for e in batch]


async def ended(runtime: Runtime, run_id: str) -> Run:
    """The run, once it is over."""
    await events(runtime, run_id)
    return await becomes(runtime, run_id, "completed", "failed", "cancelled", "interrupted")


async def becomes(runtime: Runtime, run_id: str, *states: str) -> Any:
    """The run, once it has one of these states."""
    async with asyncio.timeout(60):
        while (run := await runtime.db.read(_run, run_id)).state not in states:
            await asyncio.sleep(0.01)
    return run


async def kept(runtime: Runtime) -> list[str]:
    """The runs of which it is kept how they go on."""
    return await runtime.db.read(lambda session: list(session.scalars(select(WaitingTurn.run_id))))


class _Seen:
    def __init__(self, run: Run) -> None:
        self.state, self.epoch, self.output = run.state, run.epoch, run.output
        self.error_code, self.error_detail = run.error_code, run.error_detail
        self.requests, self.instance_id = run.requests, run.instance_id


def _run(session: Session, run_id: str) -> Any:
    return _Seen(session.get_one(Run, run_id))
