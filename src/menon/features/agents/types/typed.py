"""Running an agent of a declared type: its input checked, its pipeline made ready."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime
from menon.engine.agents.pipeline import Pipeline, PipelineStep
from menon.engine.tools.schemas import ready
from menon.features.agents.types.input import input_faults, input_of
from menon.features.agents.types.records import Kept

if TYPE_CHECKING:
    from menon.features.agents.service import Definition


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What the declared type of an agent says, in the version that the agent was made with."""

    name: str
    version: int
    compiled: Mapping[str, Any]
    output: Any
    tools: tuple[str, ...]


async def check(declared: Declared, message: str, given: Mapping[str, Any] | None) -> None:
    """Refuse what is no input of the type, before a run begins.

    Raises:
        InvalidInput: it does not fit the input_schema; each fault with its pointer.
    """
    await ready()
    schema = declared.compiled["input_schema"]
    if wrong := input_faults(schema, input_of(schema, message, given)):
        what = "; ".join(f"{fault.pointer}: {fault.detail}" for fault in wrong)
        raise InvalidInput(
            f"The input does not fit the type {declared.name!r}: {what}",
            errors=[{"pointer": fault.pointer, "detail": fault.detail} for fault in wrong],
        )


def pipeline(
    runtime: Runtime,
    who: Principal,
    agent: "Definition",
    *,
    run_id: str,
    message: str,
    given: Mapping[str, Any] | None,
) -> Pipeline | None:
    """What a run does with what it was given, or with a message alone; None without a type."""
    if (declared := agent.declared) is None:
        return None
    compiled = declared.compiled
    found = input_of(compiled["input_schema"], message, given)
    return Pipeline(
        steps=[PipelineStep(**step) for step in compiled["steps"]] or [_answer(declared, found)],
        input=found,
        input_schema=compiled["input_schema"],
        output=declared.output,
        output_schema=compiled["output_schema"],
        records=Kept(
            runtime=runtime,
            who=who,
            agent_id=agent.id,
            run_id=run_id,
            models=compiled["records"],
        ),
        about={"id": agent.id, "name": agent.name, "slug": agent.slug, "version": agent.version},
    )


def _answer(declared: Declared, given: Mapping[str, Any]) -> PipelineStep:
    """The one step of a type that declares none: the model answers."""
    alone = set(given) == {"message"}
    config: dict[str, Any] = {
        "prompt": "{{ input.message }}" if alone else "{{ json(input) }}",
        "tools": list(declared.tools),
    }
    schema = declared.compiled["output_schema"]
    if schema and schema.get("type") != "string":
        config["output_schema"] = schema
    return PipelineStep(name="answer", kind="model", config=config)
