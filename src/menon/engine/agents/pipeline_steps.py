"""The steps of a pipeline that take the agent's model, and its tools."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, cast

import msgspec

from menon.core.errors import MenonError, NotFound, ToolError
from menon.core.runs.events import Citation, Content, Event, Metadata
from menon.engine.agents.state import State, running
from menon.engine.agents.turn import Turn
from menon.engine.tools.passages import Passages
from menon.engine.tools.policy import Asked, Outcome, decide
from menon.engine.tools.schemas import misfits
from menon.engine.tools.shape import Misfit, Shape
from menon.engine.tools.tool import Effect, Tool, ToolContext, ToolFailed, ToolRetry


async def asked(state: State, filled: Mapping[str, Any], *, says: bool) -> Any:
    """Ask the agent's model: for text, or for JSON of a schema."""
    from menon.engine.agents.drive import drive

    schema = cast("dict[str, Any] | None", filled.get("output_schema"))
    inner = State(turn=_turn(state.turn, filled, schema), parent=state)
    inner.sources = state.sources
    inner.tell = partial(_heard, state, says=says and schema is None)
    with running(inner):
        await drive(inner)
    return inner.text if inner.output is None else msgspec.json.decode(inner.output)


async def _heard(state: State, event: Event, *, says: bool) -> None:
    """An event of a model at work; its words only where they are the answer."""
    if isinstance(event, Metadata):
        state.model = event.model
    elif isinstance(event, Content):
        for each in state.says(event.text) if says else ():
            await state.tell(each)
    elif not isinstance(event, Citation):  # the answer's own come with its words
        await state.tell(event)


def _turn(turn: Turn, filled: Mapping[str, Any], schema: dict[str, Any] | None) -> Turn:
    allowed = set(cast("list[str]", filled.get("tools", [])))
    more = str(filled.get("instructions", ""))
    return replace(
        turn,
        question=str(filled["prompt"]),
        instructions=f"{turn.instructions}\n\n{more}".strip(),
        tools=tuple(tool for tool in turn.tools if tool.name in allowed),
        output=None if schema is None else _shape(schema),
        pipeline=None,
        tainted=True,  # what earlier steps have found may be a stranger's words
        wait=None,  # a pipeline does not go on in the middle: what needs a person is refused
    )


def _shape(schema: dict[str, Any]) -> Shape:
    """Values of a schema as they are."""

    def read(value: Any) -> Any:
        if wrong := misfits(schema, value):
            raise Misfit("; ".join(str(fault) for fault in wrong))
        return value

    return Shape(schema=schema, read=read, write=lambda value: value)


async def used(state: State, name: str, filled: Mapping[str, Any]) -> Any:
    """Use a tool: one that only reads, since nobody can be asked between two steps.

    Raises:
        ToolError: it failed, or does more than read.
    """
    turn = state.turn
    tool = _named(turn, str(filled["tool"]))
    args = cast("dict[str, Any]", filled.get("arguments", {}))
    asked_for = Asked(tool=tool.name, effect=tool.effect, args=args, tainted=True)
    decision = decide(asked_for, turn.policy)
    if tool.effect is not Effect.READ or decision.outcome is not Outcome.ALLOW:
        raise ToolError(
            f"The step {name!r} may not use {tool.name!r}, which needs a person's approval or is"
            " forbidden: nobody can be asked between two steps."
        )
    context = ToolContext(
        run=turn.run,
        who=turn.who,
        runtime=turn.runtime,
        scope=turn.scope,
        model=turn.model.name,
        zone=turn.zone,
        clock=turn.clock,
    )
    seconds = tool.timeout_s or turn.limits.tool_seconds
    try:
        async with asyncio.timeout(seconds):
            result = await tool.call(context, args)
    except (ToolRetry, ToolFailed) as error:
        raise ToolError(f"The step {name!r} failed: {error}") from error
    except TimeoutError as error:
        raise ToolError(f"The step {name!r} took longer than {seconds:g} s.") from error
    except MenonError:
        raise
    except Exception as error:
        raise ToolError(f"The step {name!r} failed: {type(error).__name__}.") from error
    if isinstance(result, Passages):
        return msgspec.to_builtins(state.sources.number(result))
    return msgspec.to_builtins(result, str_keys=True, enc_hook=str)


def _named(turn: Turn, name: str) -> Tool:
    found = next((tool for tool in turn.tools if tool.name == name), None)
    if found is None:
        raise NotFound(f"The tool {name!r} is not installed any more, or not granted.")
    return found
