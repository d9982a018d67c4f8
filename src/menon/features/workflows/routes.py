"""Routes of workflow definitions and executions."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who
from menon.core.runs.models import RunState
from menon.features.workflows import executions, finalizing, importing, restarting, service
from menon.features.workflows.queries import ExecutionFilter
from menon.features.workflows.schemas import (
    DefinitionIn,
    DefinitionOut,
    DefinitionPatch,
    ExecuteIn,
    ExecutionOut,
    ExecutionRow,
    ExecutionStarted,
    FinalizedOut,
    ForkIn,
    ImportedOut,
    ImportIn,
    RetryIn,
)

routes = Routes(tag="workflows")

Version = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Another version.")]
WorkflowId = Annotated[str | None, Query(max_length=200)]


@routes.get("/workflows/definitions", action=Action.READ)
async def list_workflows(runtime: AppRuntime, who: Who, page: PageQuery) -> Listing[DefinitionOut]:
    """List the workflows that you may execute, newest first."""
    return await service.listing(runtime, who, page)


@routes.post("/workflows/definitions", action=Action.AUTHOR, status_code=201)
async def create_workflow(runtime: AppRuntime, who: Who, body: DefinitionIn) -> DefinitionOut:
    """Create a workflow; a definition that cannot run is refused with every fault."""
    return await service.create(runtime, who, body)


@routes.get("/workflows/definitions/{workflow_id}", action=Action.READ)
async def get_workflow(
    runtime: AppRuntime, who: Who, workflow_id: PathText, version: Version = None
) -> DefinitionOut:
    """Read a workflow, in its current version or another."""
    return await service.get(runtime, who, workflow_id, version)


@routes.put("/workflows/definitions/{workflow_id}", action=Action.AUTHOR)
async def update_workflow(
    runtime: AppRuntime, who: Who, workflow_id: PathText, body: DefinitionPatch
) -> DefinitionOut:
    """Change a workflow; other steps become a new version."""
    return await service.update(runtime, who, workflow_id, body)


@routes.delete("/workflows/definitions/{workflow_id}", action=Action.AUTHOR, status_code=204)
async def delete_workflow(runtime: AppRuntime, who: Who, workflow_id: PathText) -> None:
    """Delete a workflow with its versions; its executions stay."""
    await service.delete(runtime, who, workflow_id)


@routes.post("/workflows/import", action=Action.AUTHOR, status_code=201)
async def import_workflow(runtime: AppRuntime, who: Who, body: ImportIn) -> ImportedOut:
    """Make a workflow of a task graph or of a pipeline of agents."""
    return await importing.bring_in(runtime, who, body)


@routes.post("/workflows/execute", action=Action.RUN, status_code=202)
async def execute_workflow(
    runtime: AppRuntime, who: Who, body: ExecuteIn, workflow_id: WorkflowId = None
) -> ExecutionStarted:
    """Execute a workflow by id, in the body or in the query, or a definition that comes along."""
    return await executions.execute(runtime, who, body, workflow_id)


@routes.get("/workflows/executions", action=Action.READ)
async def list_executions(
    runtime: AppRuntime,
    who: Who,
    page: PageQuery,
    workflow_id: WorkflowId = None,
    state: RunState | None = None,
) -> Listing[ExecutionRow]:
    """List your executions, newest first."""
    wanted = ExecutionFilter(workflow_id=workflow_id, state=state)
    return await executions.listing(runtime, who, wanted, page)


@routes.get("/workflows/executions/{execution_id}", action=Action.READ)
async def get_execution(runtime: AppRuntime, who: Who, execution_id: PathText) -> ExecutionOut:
    """Read an execution with its steps, outputs and errors."""
    return await executions.get(runtime, who, execution_id)


@routes.get(
    "/workflows/executions/{execution_id}/steps/{step}/output",
    action=Action.READ,
    response_class=Response,
)
async def get_step_output(
    runtime: AppRuntime, who: Who, execution_id: PathText, step: PathText
) -> Response:
    """Read the whole output of a step, also where its execution refers to a file."""
    return await executions.output(runtime, who, execution_id, step)


@routes.delete("/workflows/executions/{execution_id}", action=Action.RUN)
async def cancel_execution(runtime: AppRuntime, who: Who, execution_id: PathText) -> ExecutionOut:
    """Cancel an execution with the runs below it."""
    return await executions.cancel(runtime, who, execution_id)


@routes.post("/workflows/executions/{execution_id}/pause", action=Action.RUN)
async def pause_execution(runtime: AppRuntime, who: Who, execution_id: PathText) -> ExecutionOut:
    """Pause an execution; the step at work runs again when it goes on."""
    return await executions.pause(runtime, who, execution_id)


@routes.post("/workflows/executions/{execution_id}/resume", action=Action.RUN)
async def resume_execution(runtime: AppRuntime, who: Who, execution_id: PathText) -> ExecutionOut:
    """Let a paused execution go on."""
    return await executions.resume(runtime, who, execution_id)


@routes.post("/workflows/executions/{execution_id}/retry", action=Action.RUN)
async def retry_execution(
    runtime: AppRuntime, who: Who, execution_id: PathText, body: RetryIn | None = None
) -> ExecutionOut:
    """Run a failed execution again from a step, or from what failed."""
    return await restarting.retry(runtime, who, execution_id, body.step if body else None)


@routes.post("/workflows/executions/{execution_id}/fork", action=Action.RUN, status_code=202)
async def fork_execution(
    runtime: AppRuntime, who: Who, execution_id: PathText, body: ForkIn
) -> ExecutionStarted:
    """Begin a new execution that runs from a step on, with what came before it."""
    return await restarting.fork(runtime, who, execution_id, body)


@routes.post("/chat/sessions/{session_id}/finalize", action=Action.AUTHOR, status_code=201)
async def finalize_session(runtime: AppRuntime, who: Who, session_id: PathText) -> FinalizedOut:
    """Turn a creation dialogue into the agent or the workflow that it speaks of."""
    return await finalizing.finalize(runtime, who, session_id)
