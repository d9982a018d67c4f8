"""A pipeline: what an agent of a declared type does with its input, step after step.

input → step → step → ... → output, each reading `{{ input.x }}` and `{{ steps.name.output.y }}`

The steps of a model run the same loop as an agent without a pipeline, and count together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from menon.core.errors import InvalidInput, ToolError
from menon.core.runs.events import Citation, Content, Metadata, StepFinished, StepStarted
from menon.engine.agents.pipeline_steps import asked, used
from menon.engine.agents.state import State
from menon.engine.steps.expressions import ExpressionError, holds, render
from menon.engine.tools.schemas import misfits, ready
from menon.kit.text import shorten

_SAID = 500
_LARGEST = 1_000_000
"""Characters of an output."""


class Records(Protocol):
    """What the agent keeps; the product knows where, and for whom."""

    async def add(self, model: str, values: Mapping[str, Any], *, over: bool) -> dict[str, Any]:
        """Keep a record, in place of the one with the same unique values where `over`."""
        ...

    async def find(
        self, model: str, where: Mapping[str, Any], *, limit: int
    ) -> list[dict[str, Any]]:
        """The newest records with these values."""
        ...


@dataclass(frozen=True, kw_only=True)
class PipelineStep:
    """One step; its configuration was checked when the type was declared."""

    name: str
    kind: str
    config: Mapping[str, Any]
    when: str | None = None


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Everything that a run of it needs."""

    steps: Sequence[PipelineStep]
    """In the order in which they run."""
    input: Mapping[str, Any]
    input_schema: Mapping[str, Any] = field(default_factory=dict[str, Any])
    output: Any = None
    """What comes out, with holes; the last step's output without one."""
    output_schema: Mapping[str, Any] = field(default_factory=dict[str, Any])
    records: Records
    about: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What expressions see as `agent`."""


async def perform(state: State, pipeline: Pipeline) -> None:
    """Run the steps; what came out stands in the state, and is said where no model has.

    Raises:
        MenonError: a step failed, or the output does not fit the schema.
    """
    await ready()
    turn = state.turn
    state.model = turn.model.name
    await state.tell(
        Metadata(
            agent=turn.agent,
            version=turn.version,
            model=turn.model.name,
            conversation=turn.conversation,
        )
    )
    if wrong := misfits(pipeline.input_schema, pipeline.input):
        what = "; ".join(str(fault) for fault in wrong)
        raise InvalidInput(f"The input does not fit the type's input_schema: {what}")
    outputs: dict[str, dict[str, Any]] = {}
    scope = {
        "input": pipeline.input,
        "steps": outputs,
        "agent": pipeline.about,
        "run": {"id": turn.run},
    }
    found: Any = None
    for number, step in enumerate(pipeline.steps, start=1):
        if step.when is not None and not _holds(step, scope):
            outputs[step.name] = {"output": None}
            await state.tell(StepFinished(node=step.name, outcome="skipped"))
            continue
        await state.tell(StepStarted(node=step.name))
        says = number == len(pipeline.steps) and pipeline.output is None
        found = await _work(state, pipeline, step, scope, says=says)
        outputs[step.name] = {"output": found}
        done = StepFinished(node=step.name, outcome="completed", output=_brief(found))
        await state.tell(done)
    for event in _told(state, _whole(pipeline, scope, found)):
        await state.tell(event)


def _whole(pipeline: Pipeline, scope: Mapping[str, Any], last: Any) -> Any:
    """What comes out.

    Raises:
        ToolError: it does not fit the schema, or is too large.
    """
    if pipeline.output is not None:
        try:
            last = render(pipeline.output, scope)
        except ExpressionError as error:
            raise ToolError(f"The output cannot be made: {error}") from error
    if wrong := misfits(pipeline.output_schema, last):
        what = "; ".join(str(fault) for fault in wrong)
        raise ToolError(f"The output does not fit the type's output_schema: {what}")
    if (size := len(json.dumps(last, default=str))) > _LARGEST:
        raise ToolError(f"The output has {size} characters; {_LARGEST} are allowed.")
    return last


def _told(state: State, output: Any) -> list[Content | Citation]:
    state.finish = "stop"
    state.output = json.dumps(output, ensure_ascii=False)
    if state.visible:
        return []
    text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False, indent=2)
    return state.says(text)


async def _work(
    state: State,
    pipeline: Pipeline,
    step: PipelineStep,
    scope: Mapping[str, Any],
    *,
    says: bool,
) -> Any:
    """One step; returns its output."""
    fixed = {name: step.config[name] for name in ("output_schema",) if name in step.config}
    try:
        filled = render({k: v for k, v in step.config.items() if k not in fixed}, scope) | fixed
    except ExpressionError as error:
        raise ToolError(f"The step {step.name!r} cannot begin: {error}") from error
    match step.kind:
        case "model":
            return await asked(state, filled, says=says)
        case "tool":
            return await used(state, step.name, filled)
        case "record":
            return await _kept(pipeline, step, filled)
        case "find":
            where, limit = filled.get("where", {}), filled.get("limit", 20)
            return await pipeline.records.find(filled["model"], where, limit=limit)
        case _:
            return filled["value"]


async def _kept(pipeline: Pipeline, step: PipelineStep, filled: Mapping[str, Any]) -> Any:
    values = filled["values"]
    if not isinstance(values, dict):
        raise ToolError(f"The step {step.name!r} has no object of values to keep.")
    return await pipeline.records.add(
        filled["model"], cast("dict[str, Any]", values), over=bool(filled.get("replace"))
    )


def _holds(step: PipelineStep, scope: Mapping[str, Any]) -> bool:
    try:
        return holds(step.when or "", scope)
    except ExpressionError as error:
        raise InvalidInput(f"The condition of {step.name!r} has no value: {error}") from error


def _brief(value: Any) -> Any:
    """What the log shows of an output: all of it while it is small."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= 2 * _SAID else shorten(text, 2 * _SAID)
