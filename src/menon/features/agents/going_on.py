"""Going on after people have decided: the run is taken up by the process that hears of it."""

from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from menon.core.instances import Self
from menon.core.runs.events import Event
from menon.core.runs.finishing import RunRow
from menon.core.runs.log import RunLog
from menon.core.runs.writer import RunWriter
from menon.core.runtime import Runtime
from menon.engine.agents.turn import Turn
from menon.features.agents import execution, waiting
from menon.features.agents.kinds import recorder
from menon.features.agents.rules import Answer
from menon.features.agents.waiting import Taken
from menon.features.runs.telling import ApprovalDecided


async def on_decided(runtime: Runtime, event: ApprovalDecided) -> None:
    """Let the run go on that waited for this decision, where it was the last one."""
    hear = partial(waiting.hear, instance=runtime[Self].id, now=runtime.clock.now())
    taken = await runtime.db.write(hear, event.run_id, event.approval_id)
    if taken is not None:
        await _go_on(runtime, taken)


async def _go_on(runtime: Runtime, taken: Taken) -> None:
    store, began = recorder(runtime, taken.kind), runtime.clock.now()

    async def prepare() -> Turn:
        if taken.origin is None:
            raise taken.problem or RuntimeError(f"the run {taken.run_id} has no origin")
        resolved = await execution.resolve(runtime, taken.resumed.paused.model, "")
        turn = await execution.turn(
            runtime,
            taken.who,
            taken.origin.agent,
            run_id=taken.run_id,
            question="",
            history=(),
            resolved=replace(resolved, fallbacks=()),
            conversation=taken.origin.conversation,
            filters=taken.origin.filters,
            attempt=taken.origin.attempt,
        )
        return replace(turn, resumed=taken.resumed)

    def record(session: Session, run: RunRow, answer: Answer, ending: Event) -> None:
        seconds = (runtime.clock.now() - began).total_seconds()
        store(session, run, answer, ending, seconds)

    async def speak(writer: RunWriter) -> None:
        await execution.speak(writer, prepare, record, so_far=taken.so_far)

    await runtime[RunLog].start(taken.run_id, speak, epoch=taken.epoch, after=taken.after)
