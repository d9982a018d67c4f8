"""Running an agent over the API: one message, as a run of its own."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, NotFound
from menon.core.instances import Self
from menon.core.runs import store
from menon.core.runs.events import Event, State
from menon.core.runs.finishing import RunRow
from menon.core.runs.log import RunLog
from menon.core.runs.models import Run, RunKind, RunState
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Message, Turn
from menon.features.agents import execution, queries, rules, waiting
from menon.features.agents.events import tell_ended
from menon.features.agents.policy import effects
from menon.features.agents.rules import Answer, Below
from menon.features.agents.schemas import AnswerOut, RunIn
from menon.features.agents.service import Definition, definition
from menon.features.agents.types.typed import check
from menon.features.catalog.service import Resolved, record_usage
from menon.features.runs.approvals import pending
from menon.features.runs.rules import shown_args
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Look:
    """Where a run's searches look, when not where its agent says."""

    collections: tuple[str, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict[str, Any])


ANYWHERE = Look()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an agent is asked, and what the caller changes of the turn."""

    title: str
    question: str = ""
    """Empty where the history ends with what is to be answered."""
    history: Sequence[Message] = ()
    keep: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The run's input, as it is shown later."""
    given: Mapping[str, Any] | None = None
    """The input of an agent of a declared type; made of the question when it is missing."""
    look: Look = ANYWHERE
    tainted: bool = False
    """Whether question or history may hold the words of a stranger."""
    attempt: str = ""
    """What several runs have in common that try the same."""
    below: Below | None = None
    """The run whose agent asks, where one does."""
    adjust: Callable[[Turn], Turn] = lambda turn: turn
    also: Callable[[Session, str], object] | None = None
    """Stores more of the run, whose id it gets, in the unit that opens it."""


async def start(
    runtime: Runtime,
    who: Principal,
    agent: str,
    body: RunIn,
    *,
    look: Look = ANYWHERE,
    version: int | None = None,
    tainted: bool = False,
    attempt: str = "",
    below: Below | None = None,
    action: str = "run",
) -> str:
    """Begin a run of an agent and return its id; its events are followed in the run log.

    Args:
        runtime: the process.
        who: whose rights it has.
        agent: id or slug.
        body: the message, and what goes with it.
        look: where its searches look.
        version: another one than the current.
        tainted: whether the message may hold the words of a stranger.
        attempt: what several runs have in common that try the same: no effect of an earlier one
            is repeated unasked.
        below: the run whose agent asks, where one does.
        action: what the run is called among the agent's activities.
    """
    found = await runtime.db.read(definition, who, agent, version)
    return await run_definition(
        runtime,
        who,
        found,
        body,
        look=look,
        tainted=tainted,
        attempt=attempt,
        below=below,
        action=action,
    )


async def run_definition(
    runtime: Runtime,
    who: Principal,
    found: Definition,
    body: RunIn,
    *,
    look: Look = ANYWHERE,
    tainted: bool = False,
    attempt: str = "",
    below: Below | None = None,
    action: str = "run",
) -> str:
    """Begin a run of a definition, stored or not, and return its id."""
    await _check(found, body)
    resolved = await execution.resolve(runtime, body.model, found.model)
    asked = Asked(
        title=body.message or found.name,
        question=_question(found, body),
        history=_past(body),
        keep={"action": action, **_kept(body)},
        given=body.input,
        look=look,
        tainted=tainted or rules.foreign((past.role for past in body.history), body.context),
        attempt=attempt,
        below=below,
    )
    return await begin(runtime, who, found, resolved, asked)


async def begin(
    runtime: Runtime, who: Principal, agent: Definition, resolved: Resolved, asked: Asked
) -> str:
    """Open a run of this definition, generate it in this process, and return its id."""
    if asked.look.collections:
        agent = replace(agent, collections=asked.look.collections)
    run_id, began = new_id(), runtime.clock.now()
    known = {"id": run_id, "model": resolved.model.name, "instance": runtime[Self].id}
    new = replace(_new(who, agent, asked), **known)
    epoch = await runtime.db.write(_open, new, asked, began)

    async def prepare() -> Turn:
        turn = await execution.turn(
            runtime,
            who,
            agent,
            run_id=run_id,
            question=asked.question,
            history=asked.history,
            resolved=resolved,
            filters=asked.look.filters,
            tainted=asked.tainted,
            attempt=asked.attempt,
            begun=await effects.begun_before(runtime, asked.attempt),
            below=asked.below,
            given=asked.given,
        )
        return asked.adjust(turn)

    def record(session: Session, run: RunRow, answer: Answer, ending: Event) -> None:
        seconds = (runtime.clock.now() - began).total_seconds()
        store_answer(session, run, answer, ending, seconds)

    speak = partial(execution.speak, prepare=prepare, record=record)
    await runtime[RunLog].start(run_id, speak, epoch=epoch)
    return run_id


async def ask(
    runtime: Runtime,
    who: Principal,
    agent: str,
    body: RunIn,
    *,
    look: Look = ANYWHERE,
    tainted: bool = False,
    attempt: str = "",
    action: str = "run",
) -> AnswerOut:
    """Run an agent and wait for its answer; leaving cancels the run.

    Where a person must decide first the answer says so, and the run goes on by itself afterwards.
    """
    run_id = await start(
        runtime, who, agent, body, look=look, tainted=tainted, attempt=attempt, action=action
    )
    folded = Answer()
    left = True
    try:
        async with aclosing(runtime[RunLog].follow(run_id)) as batches:
            async for batch in batches:
                for event in batch:
                    folded.add(event.data)
                if any(waits(event.data) for event in batch):
                    break
        left = False
    finally:
        if left:
            await runtime[RunLog].cancel(run_id, "the client left")
    found = await runtime.db.read(definition, who, agent)
    return await runtime.db.read(_answer, found, run_id, folded)


def _new(who: Principal, agent: Definition, asked: Asked) -> store.NewRun:
    return store.NewRun(
        id="",
        kind=RunKind.AGENT,
        owner_id=who.user_id,
        title=asked.title,
        subject=queries.subject(agent.id) if agent.id else "",
        agent_id=agent.id or None,
        input=dict(asked.keep),
        parent_id=asked.below.run_id if asked.below else None,
    )


async def _check(agent: Definition, body: RunIn) -> None:
    if agent.declared is not None:
        await check(agent.declared, body.message, body.input)
    elif not body.message:
        raise InvalidInput(f"The agent {agent.slug!r} declares no input; send a `message`.")


def _question(agent: Definition, body: RunIn) -> str:
    return body.message if agent.declared else rules.framed(body.message, body.context)


def _past(body: RunIn) -> list[Message]:
    return [Message(role=past.role, content=past.content) for past in body.history]


def _kept(body: RunIn) -> dict[str, Any]:
    """What the run keeps of what it was given; secrets masked."""
    given = {} if body.input is None else {"input": shown_args(body.input)}
    return {"message": body.message, "context": body.context, **given}


def waits(event: Event) -> bool:
    """Whether the run waits for people from here on."""
    return isinstance(event, State) and event.after == RunState.WAITING


def _open(session: Session, new: store.NewRun, asked: Asked, now: datetime) -> int:
    epoch = store.create(session, new, now)
    if asked.also is not None:
        asked.also(session, new.id)
    return epoch


def store_answer(
    session: Session, run: RunRow, answer: Answer, ending: Event, seconds: float
) -> None:
    """Store what a run has made, with its end or its waiting."""
    del ending, seconds
    run.output = {"text": answer.text, "citations": answer.citations}
    if (output := rules.output(answer)) is not None:
        run.output["output"] = output
    run.model = answer.model or run.model
    record_usage(session, run, first=answer.first_at, waited=answer.waited)
    tell_ended(session, run)


def store_abandoned(session: Session, run: Run, answer: Answer) -> None:
    """Keep what a run had made whose end nobody wrote, and count what it had used."""
    run.output = {"text": answer.text, "citations": answer.citations}
    waiting.drop(session, run.id)
    if run.requests:
        run.model = answer.model or run.model
        record_usage(session, run, first=answer.first_at, waited=answer.waited)
    tell_ended(session, run)


def _answer(session: Session, agent: Definition, run_id: str, answer: Answer) -> AnswerOut:
    run = session.get(Run, run_id)
    if run is None:
        raise NotFound
    error = {"code": run.error_code, "detail": run.error_detail} if run.error_code else None
    return AnswerOut(
        run_id=run_id,
        agent_id=agent.id,
        answer=answer.text,
        output=rules.output(answer),
        citations=answer.citations,
        model=answer.model or run.model,
        usage=run.usage,
        state=run.state,
        error=error,
        approvals=pending(session, run_id),
    )
