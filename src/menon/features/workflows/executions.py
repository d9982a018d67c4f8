"""Executions: begun, read, stopped, paused, resumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import FileResponse, JSONResponse, Response

from menon.core.auth import Action, Principal, authorize
from menon.core.errors import Conflict, InvalidInput
from menon.core.http import Listing, Page
from menon.core.jobs import go_on
from menon.core.runs.log import RunLog
from menon.core.runs.models import ENDED, Run, RunState
from menon.core.runtime import Runtime
from menon.features.accounts.service import scopes_of
from menon.features.files.service import Blobs
from menon.features.workflows import queries, views
from menon.features.workflows.attempts import MEDIA
from menon.features.workflows.jobs import run_definition
from menon.features.workflows.kinds import Kinds
from menon.features.workflows.models import WorkflowExecution
from menon.features.workflows.queries import ExecutionFilter
from menon.features.workflows.rules.inputs import filled
from menon.features.workflows.schemas import (
    ExecuteIn,
    ExecutionOut,
    ExecutionRow,
    ExecutionStarted,
)
from menon.features.workflows.service import checked, refuse
from menon.features.workflows.starting import Start, start
from menon.kit.ids import new_id


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A stored workflow that is to be executed: what schedules and incoming webhooks begin."""

    workflow_id: str
    input: Mapping[str, Any]
    version: int | None = None
    run_id: str = ""
    """Chosen before, so that the same wish twice is the same run; a new one where it is empty."""


async def execute(
    runtime: Runtime, who: Principal, body: ExecuteIn, workflow_id: str | None = None
) -> ExecutionStarted:
    """Begin an execution of a stored workflow, or of a definition that came along.

    Raises:
        InvalidInput: neither or both are named.
        InvalidDefinition: the definition cannot run, or its input does not fit.
    """
    named, given, now = body.workflow_id or workflow_id, body.definition, runtime.clock.now()
    if given is None and named is not None:
        wanted = Wanted(workflow_id=named, input=body.input, version=body.version)
        run_id = await runtime.db.write(begin, who, wanted, now)
    elif given is not None and named is None:
        checked(runtime[Kinds], given.body())
        unit = partial(started, title=given.name, body=given.body(), now=now)
        run_id = await runtime.db.write(unit, who, body.input)
    else:
        raise InvalidInput("Name a `workflow_id`, or send a `definition`; one of the two.")
    return ExecutionStarted(execution_id=run_id)


def begin(session: Session, who: Principal, wanted: Wanted, now: datetime) -> str:
    """Begin an execution of a stored workflow in this unit; answers the id of its run.

    Raises:
        NotFound: there is no such workflow that they may execute.
        InvalidDefinition: the input does not fit.
    """
    taken = queries.snapshot(session, who, wanted.workflow_id, wanted.version)
    return started(
        session,
        who,
        wanted.input,
        title=taken.name,
        body=taken.body,
        now=now,
        workflow_id=taken.workflow_id,
        version=taken.version,
        run_id=wanted.run_id,
    )


async def get(runtime: Runtime, who: Principal, run_id: str) -> ExecutionOut:
    """One execution with its steps."""
    return await runtime.db.read(views.execution, who, run_id)


async def listing(
    runtime: Runtime, who: Principal, wanted: ExecutionFilter, page: Page
) -> Listing[ExecutionRow]:
    """A page of executions, newest first."""
    return await runtime.db.read(views.executions, who, wanted, page)


async def output(runtime: Runtime, who: Principal, run_id: str, step: str) -> Response:
    """The whole of what a step gave, from its file where it is large.

    Raises:
        NotFound: there is no such step, or it has given nothing yet.
    """
    value, ref = await runtime.db.read(views.output, who, run_id, step)
    if ref is not None:
        return FileResponse(runtime[Blobs].path(ref), media_type=MEDIA)
    return JSONResponse(value)


async def cancel(runtime: Runtime, who: Principal, run_id: str) -> ExecutionOut:
    """Stop an execution with all runs below it."""
    for each in await runtime.db.read(_with_below, who, run_id):
        await runtime[RunLog].cancel(each, who.name)
    return await get(runtime, who, run_id)


async def pause(runtime: Runtime, who: Principal, run_id: str) -> ExecutionOut:
    """Let an execution rest, with all runs below it; steps at work run again later.

    Raises:
        Conflict: it has ended.
    """
    for each in await runtime.db.read(_with_below, who, run_id):
        await runtime[RunLog].pause(each, who.name)
    return await get(runtime, who, run_id)


async def resume(runtime: Runtime, who: Principal, run_id: str) -> ExecutionOut:
    """Let a paused execution go on, with the runs below it.

    Raises:
        Conflict: it is not paused.
    """
    await runtime.db.write(_resume, who, run_id, runtime.clock.now())
    return await get(runtime, who, run_id)


def started(
    session: Session,
    who: Principal,
    given: Mapping[str, Any],
    *,
    title: str,
    body: Mapping[str, Any],
    now: datetime,
    run_id: str = "",
    **known: Any,
) -> str:
    """Begin an execution of a body in this unit; answers the id of its run.

    Args:
        session: the unit's session.
        who: whose rights it has.
        given: its input.
        title: what lists call it.
        body: what it interprets; checked before.
        now: the time.
        run_id: chosen before; a new one where it is empty.
        known: further fields of `Start`.

    Raises:
        InvalidDefinition: the input does not fit.
    """
    whole, faults = filled(body, given)
    refuse("The workflow cannot run with this input", faults)
    new = Start(
        run_id=run_id or new_id(),
        owner_id=who.user_id,
        scopes=scopes_of(who),
        title=title,
        body=body,
        input=whole,
        **known,
    )
    return start(session, new, run_definition, now)


def own(session: Session, who: Principal, run_id: str) -> tuple[Run, WorkflowExecution]:
    """An execution that somebody may change, held to the end of the unit.

    Raises:
        NotFound: there is none that is theirs.
    """
    run, execution = queries.execution(session, who, run_id, lock=True)
    authorize(who, Action.RUN, owner=run.owner_id)
    return run, execution


def _with_below(session: Session, who: Principal, run_id: str) -> list[str]:
    """The run, and those below it that have not ended."""
    run, _ = queries.execution(session, who, run_id)
    authorize(who, Action.RUN, owner=run.owner_id)
    below = queries.below(session, run_id)
    return [run_id, *(one.id for one in below if RunState(one.state) not in ENDED)]


def _resume(session: Session, who: Principal, run_id: str, now: datetime) -> None:
    run, _ = own(session, who, run_id)
    if run.state != RunState.PAUSED:
        raise Conflict(f"The execution is {run.state}, not paused.")
    for one in (run, *queries.below(session, run_id)):
        if one.state == RunState.PAUSED:
            go_on(session, one.id, now)
