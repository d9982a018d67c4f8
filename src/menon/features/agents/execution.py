"""Running an agent: the engine's events go to the run's log and fold into the answer.

Gather (`service.definition` in the unit that opens the run) → `turn` → `speak`, which emits every
event, folds it, and records the answer in the unit that ends the run, or has it wait for people
(`waiting`, from which `going_on` goes on).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import MenonError
from menon.core.runs.events import Cancelled, Error, Event, State
from menon.core.runs.finishing import RunRow
from menon.core.runs.models import Run, RunState
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.engine.agents.paused import Paused
from menon.engine.agents.turn import Message, Turn
from menon.engine.tools.policy import Policy
from menon.features.agents import rules, waiting
from menon.features.agents.coded import CodedAgents
from menon.features.agents.policy import policies
from menon.features.agents.policy.effects import noted
from menon.features.agents.rules import Answer, Below
from menon.features.agents.service import Definition
from menon.features.agents.settings import AgentSettings
from menon.features.agents.tools.toolbox import Toolbox
from menon.features.agents.types import typed
from menon.features.agents.waiting import Origin
from menon.features.catalog.service import Models, Resolved
from menon.kit.loading import loaded

log = structlog.stdlib.get_logger(__name__)

Record = Callable[[Session, RunRow, Answer, Event], object]
"""Stores what the run made, in the unit that ends it or has it wait."""


async def resolve(runtime: Runtime, wanted: str | None, default: str) -> Resolved:
    """The model that answers: the one asked for, else the agent's own."""
    return await runtime[Models].resolve(wanted or default or "auto")


async def turn(
    runtime: Runtime,
    who: Principal,
    agent: Definition,
    *,
    run_id: str,
    question: str,
    history: Sequence[Message],
    resolved: Resolved,
    conversation: str | None = None,
    filters: Mapping[str, Any] | None = None,
    tainted: bool = False,
    attempt: str = "",
    begun: frozenset[tuple[str, str]] = frozenset(),
    below: Below | None = None,
    given: Mapping[str, Any] | None = None,
) -> Turn:
    """Everything that the engine needs for one question.

    Args:
        runtime: the process.
        who: whose rights the run has.
        agent: whom they ask.
        run_id: the run.
        question: what they ask.
        history: what was said before.
        resolved: the model that answers.
        conversation: where the answer belongs.
        filters: where searches look.
        tainted: whether question or history may hold the words of a stranger.
        attempt: what several runs have in common that try the same; the run itself when empty.
        begun: effects of earlier attempts.
        below: the run whose agent asks, where one does.
        given: the input of an agent of a declared type; made of the question when it is missing.
    """
    policy = _policy(runtime, agent)
    attempt = attempt or run_id
    made = Turn(
        run=run_id,
        agent=agent.slug,
        version=agent.version,
        conversation=conversation,
        model=resolved.model,
        fallbacks=resolved.fallbacks,
        question=question,
        instructions=agent.instructions,
        history=tuple(history),
        tools=policies.usable(who, await runtime[Toolbox].find(who, agent.tools), policy),
        pipeline=typed.pipeline(runtime, who, agent, run_id=run_id, message=question, given=given),
        limits=rules.limits(agent.limits, below),
        above=below.meter if below else None,
        depth=below.depth if below else 0,
        patience=resolved.patience,
        temperature=agent.temperature,
        who=who,
        runtime=runtime,
        scope={
            "agent": agent.id,
            "collections": agent.collections,
            "filters": filters or {},
        },
        clock=runtime.clock,
        policy=policy,
        tainted=tainted,
        begun=begun,
        note=noted(runtime, who, run_id, attempt),
        origin=Origin(
            agent=agent, attempt=attempt, conversation=conversation, filters=filters or {}
        ),
    )
    if not agent.defined_in:
        return made
    made = runtime[CodedAgents].completed(made, agent.defined_in)
    return replace(made, tools=policies.usable(who, made.tools, policy))


def _policy(runtime: Runtime, agent: Definition) -> Policy:
    """The agent's, below the operator's rules."""
    operator = runtime.settings[AgentSettings].rules
    return replace(agent.policy, operator=operator) if operator else agent.policy


async def speak(
    writer: RunWriter,
    prepare: Callable[[], Awaitable[Turn]],
    record: Record,
    *,
    so_far: Answer | None = None,
) -> None:
    """Let the agent answer into the run's log and record the answer with the run's end.

    Where a call needs a person the run waits instead, and this process forgets it.

    What fails while the turn is prepared, such as a model that is not there, ends the run too.

    A cancelled run keeps what it has said: by somebody's wish it becomes `cancelled`, by the end
    of the process `interrupted`.

    Args:
        writer: of the run's log.
        prepare: gathers what is asked.
        record: stores what was made, with the run's end or its waiting.
        so_far: what the run had said before it waited.
    """
    folded, ending = so_far or Answer(), None
    paused: list[Paused] = []
    turn = None

    async def hear(event: Event) -> None:
        folded.add(event)
        at = await writer.emit(event)
        if folded.first_at is None and isinstance(event, rules.VISIBLE):
            folded.first_at = at

    try:
        await loaded("menon.engine.agents.run")
        from menon.engine.agents.run import conduct

        turn = replace(await prepare(), wait=paused.append)
        ending = await conduct(turn, hear)
    except asyncio.CancelledError:
        ending = _stopped(writer)
    except MenonError as error:
        ending = Error(code=error.code, detail=error.detail)
    except Exception:
        log.exception("run.failed", run=writer.run_id)
        ending = Error(code="INTERNAL_001", detail="The server made a mistake; quote the run's id.")
    # A process that stops loses nothing of a run that is about to wait.
    if turn is not None and paused and (ending is None or isinstance(ending, State)):
        await _wait(writer, turn, paused[0], folded, record)
    else:
        await _whole(_end(writer, folded, ending or _silent(), record))


async def _end(writer: RunWriter, folded: Answer, ending: Event, record: Record) -> None:
    folded.add(ending)

    def kept(session: Session, run: RunRow) -> None:
        record(session, run, folded, ending)

    await writer.finish(ending, spent=folded.spent, record=kept)


async def _wait(
    writer: RunWriter, turn: Turn, paused: Paused, folded: Answer, record: Record
) -> None:
    """Have the run wait, in one unit with what it goes on from and what people are asked."""
    state = State(before="running", after=RunState.WAITING, reason="waits for a person")
    origin: Origin = turn.origin
    now = turn.clock.now()
    until = now + timedelta(hours=turn.runtime.settings[AgentSettings].approval_hours)

    def kept(session: Session, row: RunRow) -> None:
        run = session.get_one(Run, row.id)  # the row that parks is a mapped one
        if run.state != RunState.WAITING:  # somebody cancelled it meanwhile
            record(session, run, folded, Cancelled(by=run.cancel_by or ""))
            return
        record(session, run, folded, state)
        waiting.keep(session, run, turn.who, origin, paused, now=now)
        waiting.ask(session, run, origin.agent.name, paused, since=now, until=until)

    await _whole(writer.park(state, spent=folded.spent, record=kept))


async def _whole(last: Coroutine[Any, Any, object]) -> None:
    """Do the last thing of a run: half of it is nothing, so who cancels waits for the rest."""
    task = asyncio.ensure_future(last)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    task.result()


def _stopped(writer: RunWriter) -> Event:
    if writer.cancelled_by is not None:
        return Cancelled(by=writer.cancelled_by)
    return State(before="running", after="interrupted", reason="the server stopped")


def _silent() -> Event:
    return Error(code="MODEL_003", detail="The model ended without an answer; run it again.")
