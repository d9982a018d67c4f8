"""The step that runs another workflow, as a run of its own."""

from typing import Any, cast

import msgspec

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.steps.step import Below, Branch, Config, StepContext, step
from menon.features.workflows import queries
from menon.features.workflows.errors import StepFailed
from menon.features.workflows.rules.inputs import filled


class SubworkflowConfig(Config, frozen=True, kw_only=True):
    """Which workflow, with which input."""

    workflow_id: str
    version: int | None = None
    """The current one where it is left out."""
    input: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])


@step("subworkflow", parks=True)
async def subworkflow(context: StepContext, config: SubworkflowConfig) -> Below:
    """Run another workflow and take what it gives."""
    runtime, who = cast("Runtime", context.runtime), cast("Principal", context.who)
    snapshot = await runtime.db.read(queries.snapshot, who, config.workflow_id, config.version)
    whole, faults = filled(snapshot.body, config.input)
    if faults:
        raise StepFailed("; ".join(fault.detail for fault in faults))
    branch = Branch(
        name=".run",
        body=snapshot.body,
        input=whole,
        workflow_id=snapshot.workflow_id,
        version=snapshot.version,
    )
    return Below(branches=(branch,), shape="one")
