"""The job that carries an execution, and tells the run above when it has ended."""

from typing import Any

from menon.core.errors import MenonError
from menon.core.jobs import JobContext, job
from menon.core.jobs.patience import patiently
from menon.features.workflows import records
from menon.features.workflows.attempts import World
from menon.features.workflows.models import NodeState
from menon.features.workflows.rows import Row
from menon.features.workflows.walk import Walk


@job("workflow.run")
async def run_definition(context: JobContext, payload: dict[str, Any]) -> Any:
    """Interpret the snapshot of an execution."""
    del payload
    db, clock = context.runtime.db, context.runtime.clock
    loaded = await patiently(lambda: db.read(records.load, context.run_id, clock.now()))
    result = Row(node="", kind="run", state=NodeState.COMPLETED)
    try:
        result.output = await _walked(context, loaded)
    except MenonError as error:
        result.fail(error.code, error.detail, clock.now())
        await _tell(context, loaded, result)
        raise
    await _tell(context, loaded, result)
    return result.output


async def _walked(context: JobContext, loaded: records.Loaded) -> Any:
    world = World(runtime=context.runtime, run_id=context.run_id, who=loaded.who, emit=context.emit)
    return await Walk(context, world, loaded, run_definition).run()


async def _tell(context: JobContext, loaded: records.Loaded, result: Row) -> None:
    """Let the node that waits for this run know; one that hears nothing looks after some time."""
    if (parent := loaded.parent) is None:
        return
    db, now = context.runtime.db, context.runtime.clock.now()
    run_id, epoch = context.run_id, context.epoch
    await patiently(lambda: db.write(records.tell, run_id, epoch, parent, result, now))
