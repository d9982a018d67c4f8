"""What the caller brings to a turn: tools that they run themselves, and the form of the answer.

A call of such a tool ends the run. Where the model calls tools of both sides at once, those of the
agent do not run: the next run would not know their results, and asks for them again.
"""

from collections.abc import Sequence

from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from menon.core.runs.events import ToolCall
from menon.engine.agents.brought import CLIENT, Brought
from menon.engine.agents.state import State
from menon.kit.text import storable, storable_json


def definitions(brought: Brought) -> list[ToolDefinition]:
    """What the model is shown of the caller's tools."""
    return [
        ToolDefinition(
            name=tool.name,
            description=tool.description,
            parameters_json_schema=tool.schema,
            strict=tool.strict,
        )
        for tool in brought.tools
    ]


def parameters(brought: Brought, offered: Sequence[ToolDefinition]) -> ModelRequestParameters:
    """The tools that are offered, and the form to which the model's server holds the answer."""
    tools, form = list(offered), brought.form
    if form is None:
        return ModelRequestParameters(function_tools=tools)
    if form.schema is None:
        return ModelRequestParameters(function_tools=tools, output_mode="prompted")
    wanted = OutputObjectDefinition(
        json_schema=form.schema, name=form.name, description=form.description, strict=form.strict
    )
    return ModelRequestParameters(function_tools=tools, output_mode="native", output_object=wanted)


def left(state: State, response: ModelResponse) -> list[ToolCall] | None:
    """The calls that end the run, since the caller has to make them; None where there are none.

    Where the agent has no tools, those that nobody offered are the caller's to judge too.
    """
    names = {tool.name for tool in state.brought.tools}
    every = bool(names) and not state.turn.tools
    calls = [call for call in response.tool_calls if every or call.tool_name in names]
    if not calls:
        return None
    state.finish = "tool_call"
    return [
        ToolCall(
            call_id=call.tool_call_id,
            name=storable(call.tool_name),
            args=storable_json(call.args_as_dict()),
            effect=CLIENT,
        )
        for call in calls
    ]
