"""An agent's turn within a task: its events go to the task's log, its text is the answer.

What a model's turn took is counted at once, since the step that records its answer may be lost.
"""

import asyncio
from dataclasses import dataclass, replace
from importlib.resources import files

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.jobs import JobContext
from menon.core.jobs.plain import error_from
from menon.core.runs.events import ENDS, Error, Reset
from menon.core.runs.models import Run
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Message, Turn
from menon.engine.llm.choose import OFFLINE
from menon.features.agents import execution
from menon.features.agents.policy import effects
from menon.features.agents.rules import Answer, foreign, framed
from menon.features.agents.service import Definition
from menon.features.catalog.service import Resolved, add_usage
from menon.features.workflows.tasks import rules as task_rules
from menon.features.workflows.tasks.schemas import AnalyzeIn, ChatIn, GenerateIn, SummarizeIn
from menon.kit.loading import loaded


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a task is about, gathered before anything speaks."""

    wanted: GenerateIn | ChatIn | SummarizeIn | AnalyzeIn
    who: Principal
    agent: Definition
    resolved: Resolved

    @property
    def offline(self) -> bool:
        """Whether no language model answers."""
        return self.resolved.model.card.provider == OFFLINE


async def say(context: JobContext, task: Task, *, again: bool) -> Answer:
    """Let the agent answer into the run's log.

    Args:
        context: the attempt at the job.
        task: what is wanted.
        again: whether readers saw a part of an answer that does not count any more.

    Raises:
        MenonError: what ended the turn.
    """
    await loaded("menon.engine.agents.run")
    from menon.engine.agents.run import run

    if again:
        await context.emit(Reset(snapshot={}))
    answer, started = Answer(), asyncio.get_running_loop().time()
    begun = await effects.begun_before(context.runtime, context.run_id)
    async for event in run(await _turn(context, task, begun)):
        answer.add(event)
        if event.type not in ENDS:
            await context.emit(event)
    seconds = asyncio.get_running_loop().time() - started
    await context.runtime.db.write(_count, context.runtime, context.run_id, answer, seconds)
    if isinstance(answer.error, Error):
        raise error_from({"code": answer.error.code, "detail": answer.error.detail})
    return answer


def plainly(task: Task, wanted: SummarizeIn | AnalyzeIn) -> Task:
    """The task for a model that is told how to treat a text, and is given no tools for that.

    Without tools nothing that stands in the text can be done; an engine that only quotes would be
    no stand-in for a model that is away.
    """
    name = "summarize.md" if isinstance(wanted, SummarizeIn) else "analyze.md"
    prompt = files("menon.features.workflows.tasks").joinpath(f"prompts/{name}").read_text()
    told = task_rules.instructions(prompt, wanted)
    away = tuple(model for model in task.resolved.fallbacks if model.card.provider != OFFLINE)
    return replace(
        task,
        agent=replace(task.agent, instructions=told, tools=()),
        resolved=replace(task.resolved, fallbacks=away),
    )


async def _turn(context: JobContext, task: Task, begun: frozenset[tuple[str, str]]) -> Turn:
    """The turn of a task: nobody can be asked in it, and no effect is repeated."""
    history: list[Message] = []
    tainted = False
    match task.wanted:
        case GenerateIn() as wanted:
            question = framed(wanted.prompt, wanted.context)
            tainted = foreign((), wanted.context)
        case ChatIn() as wanted:
            question = wanted.message
            history = [Message(role=past.role, content=past.content) for past in wanted.history]
            tainted = foreign((past.role for past in wanted.history), {})
        case SummarizeIn() | AnalyzeIn() as wanted:
            question = wanted.text
    return await execution.turn(
        context.runtime,
        task.who,
        task.agent,
        run_id=context.run_id,
        question=question,
        history=history,
        resolved=task.resolved,
        tainted=tainted,
        begun=begun,
    )


def _count(session: Session, runtime: Runtime, run_id: str, answer: Answer, seconds: float) -> None:
    run = session.get_one(Run, run_id)
    run.model = answer.model or run.model
    add_usage(
        session, run, answer.spent, at=runtime.clock.now(), seconds=seconds, ok=answer.error is None
    )
