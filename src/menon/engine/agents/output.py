"""Answers that are values rather than text: asked for, checked, and asked for again.

A model that calls tools is given one whose arguments are the answer; one that does not is held to
a schema by its server, or told the schema.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import msgspec
from pydantic_ai.messages import (
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from menon.core.errors import ModelError, ModelUnavailable
from menon.core.runs.events import Event
from menon.engine.agents.state import State
from menon.engine.agents.turn import ResolvedModel
from menon.engine.llm.choose import OFFLINE
from menon.engine.tools.shape import Misfit, Shape
from menon.kit.text import shorten

ATTEMPTS = 3
"""The first one, and two more with what was wrong."""
NAME = "answer"
"""The tool by which a model hands the answer over."""
WHOLE = "value"
"""Where an answer stands that is no object: arguments of a tool are one."""
_QUOTE = 300


def parameters(
    model: ResolvedModel, offered: Sequence[ToolDefinition], output: Shape
) -> ModelRequestParameters:
    """What a model is asked for, in the way that it can.

    Raises:
        ModelUnavailable: it only quotes.
    """
    if model.card.provider == OFFLINE:
        raise ModelUnavailable(
            "The offline engine quotes and calculates; it cannot answer in a form. Set"
            " OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL, or leave the output type out."
        )
    schema = _object(output.schema)
    if model.card.tools:
        tool = ToolDefinition(
            name=NAME,
            description="Give the answer. Call it once, when you know it.",
            parameters_json_schema=schema,
            kind="output",
        )
        return ModelRequestParameters(
            function_tools=list(offered),
            output_mode="tool",
            output_tools=[tool],
            allow_text_output=False,
        )
    wanted = OutputObjectDefinition(json_schema=schema, name=NAME)
    native = bool(model.model.profile.get("supports_json_schema_output"))
    return ModelRequestParameters(
        output_mode="native" if native else "prompted", output_object=wanted
    )


def taken(
    state: State, wanted: Shape, response: ModelResponse, attempts: Iterator[int]
) -> Sequence[Event] | None:
    """What an answer that must have a form comes to; None where the model calls tools first."""
    messages = state.messages
    try:
        found = answer(wanted, response)
    except Misfit as fault:
        state.finish = ""
        messages.append(objection(response, fault, attempt=next(attempts), name=state.model))
        return []
    if found is None:
        return None
    messages[-1] = settled(response, found)
    state.output, state.finish = found, "stop"
    return state.says(found)


def answer(output: Shape, response: ModelResponse) -> str | None:
    """The answer in a response as JSON text; None while the model calls other tools.

    Raises:
        Misfit: there is one, and it does not fit.
    """
    call = _handed(response)
    if call is None and response.tool_calls:
        return None
    try:
        found = call.args_as_dict(raise_if_invalid=True) if call else _json(response.text or "")
    except (ValueError, AssertionError) as error:
        raise Misfit(f"it is no JSON: {error}") from error
    if _wrapped(output.schema):
        found = _inside(found)
    return msgspec.json.encode(output.write(output.read(found))).decode()


def settled(response: ModelResponse, text: str) -> ModelResponse:
    """What the past keeps of the answer: its JSON, whatever way it came."""
    return ModelResponse(
        parts=[TextPart(content=text)], usage=response.usage, model_name=response.model_name
    )


def objection(response: ModelResponse, fault: Misfit, *, attempt: int, name: str) -> ModelRequest:
    """What the model is told about an answer that does not fit.

    Raises:
        ModelError: it was told often enough.
    """
    if attempt >= ATTEMPTS:
        said = shorten(str(fault), _QUOTE)
        raise ModelError(f"{name} gave no answer that fits in {ATTEMPTS} attempts: {said}")
    told = f"The answer does not fit: {fault}. Give it again, corrected."
    if not response.tool_calls:
        return ModelRequest(parts=[UserPromptPart(content=told)])
    parts: list[ModelRequestPart] = [
        ToolReturnPart(
            tool_name=call.tool_name,
            content=told if call.tool_name == NAME else "Not called: an answer was given.",
            tool_call_id=call.tool_call_id,
            outcome="retried",
        )
        for call in response.tool_calls
    ]
    return ModelRequest(parts=parts)


def _handed(response: ModelResponse) -> ToolCallPart | None:
    return next((call for call in response.tool_calls if call.tool_name == NAME), None)


def _wrapped(schema: dict[str, Any]) -> bool:
    return _target(schema).get("type") != "object"


def _inside(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    whole = cast("dict[str, Any]", found)
    return whole.get(WHOLE, whole)


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, or an object that holds one which is no object; definitions stay at the root."""
    if not _wrapped(schema):
        return schema
    inner = {key: part for key, part in schema.items() if key != "$defs"}
    whole = {
        "type": "object",
        "properties": {WHOLE: inner},
        "required": [WHOLE],
        "additionalProperties": False,
    }
    return whole | ({"$defs": schema["$defs"]} if "$defs" in schema else {})


def _target(schema: dict[str, Any]) -> dict[str, Any]:
    """What the root refers to, where it is a reference (a type that holds itself)."""
    name = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    return schema.get("$defs", {}).get(name, schema)


def _json(text: str) -> Any:
    """The JSON of an answer; models like to put it into a block of code."""
    bare = text.strip()
    if bare.startswith("```"):
        bare = bare.partition("\n")[2].rpartition("```")[0]
    return msgspec.json.decode(bare)
