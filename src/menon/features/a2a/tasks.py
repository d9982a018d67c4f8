"""A2A tasks on runs and conversations: begun, answered, read, listed and cancelled."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime

from a2a.types import Message, Task, TaskState

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict, NotFound
from menon.core.http import Page
from menon.core.runs.log import RunLog
from menon.core.runs.models import ENDED, RunKind, RunState
from menon.core.runtime import Runtime
from menon.features.a2a import asked
from menon.features.a2a.projection import STATES, Projection, Update, task
from menon.features.agents.schemas import AgentOut
from menon.features.chat import service as chat
from menon.features.chat import turns
from menon.features.chat.queries import SUBJECT
from menon.features.chat.schemas import ChatIn, SessionIn
from menon.features.runs import inbox
from menon.features.runs import service as runs
from menon.features.runs.approval_schemas import ApprovalOut, DecisionIn
from menon.features.runs.models import ApprovalState
from menon.features.runs.pausing import Pause, until_pause
from menon.features.runs.queries import Filter
from menon.features.runs.schemas import RunOut
from menon.kit.text import clean, shorten

_MOST = 2000
"""Tasks of one context that are looked at."""
_STOPS_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who calls which agent."""

    runtime: Runtime
    who: Principal
    agent: AgentOut
    base_url: str


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A run at work for a message."""

    run_id: str
    context_id: str
    pause: Pause


async def begin(asker: Asker, message: Message) -> Begun:
    """Ask in a context of this agent, a new one where none is named; or decide for a task."""
    authorize(asker.who, Action.CHAT)
    if message.task_id:
        return await _decided(asker, message)
    text = asked.question(message)
    context_id = await _context(asker, message.context_id, text)
    question = ChatIn(message=text, session_id=context_id)
    # Another agent's words are a stranger's, whoever's key it has.
    begun = await turns.ask(asker.runtime, asker.who, question, tainted=True)
    return Begun(run_id=begun.run_id, context_id=context_id, pause=Pause())


async def updates(asker: Asker, begun: Begun) -> AsyncGenerator[Update]:
    """What happens to a task, to its end or to where it waits for people.

    Who leaves may come back: the run goes on.
    """
    projection, at = Projection(begun.run_id, begun.context_id), asker.runtime.clock.now()
    async for batch in until_pause(asker.runtime, begun.run_id, begun.pause):
        for event in batch:
            at = event.at
            for update in projection.feed(event):
                yield update
    if begun.pause.asked:
        details = await _waiting(asker, begun.run_id)
        yield projection.pause(at, begun.pause.asked, details)


async def settled(asker: Asker, begun: Begun) -> Task:
    """The task once it has ended, or waits for people."""
    async for _ in until_pause(asker.runtime, begun.run_id, begun.pause):
        pass
    return await read(asker, begun.run_id)


async def read(asker: Asker, task_id: str) -> Task:
    """One task of this agent."""
    run, context_id = await owned(asker, task_id)
    return task(run, context_id, await _waiting(asker, run.id))


async def owned(asker: Asker, task_id: str) -> tuple[RunOut, str]:
    """The run of a task of this agent, and its context.

    Raises:
        NotFound: there is none, or it is somebody else's or another agent's.
    """
    run = await runs.get(asker.runtime, asker.who, clean(task_id))
    if not run.subject.startswith(SUBJECT):
        raise NotFound
    context_id = run.subject.removeprefix(SUBJECT)
    await _check_context(asker, context_id)
    return run, context_id


async def cancel(asker: Asker, task_id: str) -> Task:
    """Stop a task.

    Raises:
        Conflict: it has ended.
    """
    authorize(asker.who, Action.CHAT)
    run, _ = await owned(asker, task_id)
    if RunState(run.state) in ENDED:
        raise Conflict(f"The task is {run.state} already.")
    await runs.cancel(asker.runtime, asker.who, run.id)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_STOPS_S):
            async for _ in asker.runtime[RunLog].follow(run.id):
                pass
    return await read(asker, run.id)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which tasks of a context a list shows."""

    context_id: str
    state: TaskState
    since: datetime | None
    limit: int
    after: str


async def listing(asker: Asker, wanted: Wanted) -> tuple[list[Task], int, str]:
    """A page of a context's tasks, newest first; how many there are, and where the next begins."""
    await _check_context(asker, wanted.context_id)
    found = [run async for run in _of_context(asker, wanted)]
    places = {run.id: place for place, run in enumerate(found, 1)}
    start = places.get(wanted.after, 0)
    page = found[start : start + wanted.limit]
    more = page[-1].id if start + wanted.limit < len(found) else ""
    return [task(run, wanted.context_id, ()) for run in page], len(found), more


async def _of_context(asker: Asker, wanted: Wanted) -> AsyncGenerator[RunOut]:
    by = Filter(kind=RunKind.CHAT, subject=SUBJECT + wanted.context_id, since=wanted.since)
    cursor: str | None = None
    for _ in range(_MOST // 200):
        found = await runs.listing(asker.runtime, asker.who, by, Page(200, cursor))
        for run in found.items:
            if not wanted.state or STATES[RunState(run.state)] == wanted.state:
                yield run
        cursor = found.next_cursor
        if cursor is None:
            return


async def _context(asker: Asker, context_id: str, text: str) -> str:
    if context_id:
        await _check_context(asker, context_id)
        return context_id
    body = SessionIn(agent=asker.agent.id, title=shorten(text, 60))
    return (await chat.create(asker.runtime, asker.who, body)).id


async def _check_context(asker: Asker, context_id: str) -> None:
    found = await chat.get(asker.runtime, asker.who, clean(context_id))
    if found.agent != asker.agent.id:
        raise NotFound


async def _decided(asker: Asker, message: Message) -> Begun:
    """Hand on decisions for what a task waits for; what somebody else decided meanwhile stands."""
    authorize(asker.who, Action.APPROVE)
    run, context_id = await owned(asker, message.task_id)
    if run.state != RunState.WAITING:
        raise Conflict(f"The task is {run.state}; send a message of its context without taskId.")
    wanted = asked.replies(message)
    waiting = {each.id for each in await _waiting(asker, run.id)}
    if unknown := [each.approval_id for each in wanted if each.approval_id not in waiting]:
        raise NotFound(f"The task does not wait for {', '.join(map(repr, unknown))}.")
    for reply in wanted:
        body = DecisionIn(decision=reply.decision, args_hash=reply.args_hash, comment=reply.comment)
        await inbox.decide(asker.runtime, asker.who, reply.approval_id, body)
    pause = Pause(decided={each.approval_id for each in wanted})
    return Begun(run_id=run.id, context_id=context_id, pause=pause)


async def _waiting(asker: Asker, run_id: str) -> Sequence[ApprovalOut]:
    found = await inbox.of_run(asker.runtime, asker.who, run_id)
    return [each for each in found if each.state is ApprovalState.WAITING]
