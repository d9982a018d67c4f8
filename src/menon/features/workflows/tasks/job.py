"""A task at work: the agent's turn, or an engine that needs no model, told as it happens.

gather (the run, who wanted it, the agent) → a model: its events, and its text as deltas
                                           └→ offline: an engine of `engine/analysis`
"""

import asyncio
from contextvars import copy_context
from functools import partial
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.jobs import JobContext, job
from menon.core.runs.events import Content, Metadata
from menon.core.runs.models import Run
from menon.engine.analysis.analyze import analyze, summarize
from menon.features.accounts.service import acting_as
from menon.features.agents import execution
from menon.features.agents.service import Definition, definition
from menon.features.workflows.tasks import rules as task_rules
from menon.features.workflows.tasks.schemas import (
    AnalyzeIn,
    ChatIn,
    GenerateIn,
    SummarizeIn,
    TaskInput,
)
from menon.features.workflows.tasks.turn import Task, plainly, say

_INPUT: TypeAdapter[GenerateIn | ChatIn | SummarizeIn | AnalyzeIn] = TypeAdapter(TaskInput)


@job("tasks.run")
async def work(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Do a task and answer its output."""
    return await context.step("work", Work(context, payload["scopes"]).do)


class Work:
    """The one step of a task, which knows whether it was tried before."""

    def __init__(self, context: JobContext, scopes: list[str] | None) -> None:
        self._context = context
        self._scopes = scopes
        self._tries = 0

    async def do(self) -> dict[str, Any]:
        """Do the task; its output names the engine that made it."""
        runtime, self._tries = self._context.runtime, self._tries + 1
        wanted, who, agent = await runtime.db.read(_gathered, self._context.run_id, self._scopes)
        resolved = await execution.resolve(runtime, None, agent.model)
        task = Task(wanted=wanted, who=who, agent=agent, resolved=resolved)
        output = await (self._offline(task) if _needs_no_model(task) else self._by_model(task))
        return {"type": wanted.type} | output

    async def _by_model(self, task: Task) -> dict[str, Any]:
        wanted, again = task.wanted, self._tries > 1
        if isinstance(wanted, GenerateIn | ChatIn):
            answer = await say(self._context, task, again=again)
            return {"engine": answer.model, "text": answer.text, "citations": answer.citations}
        answer = await say(self._context, plainly(task, wanted), again=again)
        if isinstance(wanted, SummarizeIn):
            return {"engine": answer.model, "text": answer.text, "length": wanted.length.value}
        result = task_rules.found(answer.text)
        return {"engine": answer.model, "kind": wanted.kind.value, "result": result}

    async def _offline(self, task: Task) -> dict[str, Any]:
        wanted = task.wanted
        if isinstance(wanted, SummarizeIn):
            made = await _aside(partial(summarize, wanted.text, wanted.length))
            await self._context.emit(_about(task, made["engine"]))
            for number, sentence in enumerate(made["sentences"]):
                blank = " " if number else ""
                await self._context.emit(Content(text=blank + sentence["text"]))
            return made
        if not isinstance(wanted, AnalyzeIn):
            raise TypeError(f"no engine does {wanted.type!r} without a model")
        made = await _aside(partial(analyze, wanted.text, wanted.kind))
        await self._context.emit(_about(task, made["engine"]))
        return {"engine": made["engine"], "kind": wanted.kind.value, "result": made}


def _needs_no_model(task: Task) -> bool:
    return task.offline and isinstance(task.wanted, SummarizeIn | AnalyzeIn)


def _about(task: Task, engine: str) -> Metadata:
    return Metadata(agent=task.agent.slug, version=task.agent.version, model=engine)


async def _aside(engine: Any) -> dict[str, Any]:
    """An engine's answer; it thinks for up to a second, and the loop must not wait for it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, copy_context().run, engine)


def _gathered(
    session: Session, run_id: str, scopes: list[str] | None
) -> tuple[GenerateIn | ChatIn | SummarizeIn | AnalyzeIn, Principal, Definition]:
    run = session.get_one(Run, run_id)
    who = acting_as(session, run.owner_id, scopes)
    authorize(who, Action.RUN)
    agent = definition(session, who, run.input["agent_id"])
    return _INPUT.validate_python(run.input["input"]), who, agent
