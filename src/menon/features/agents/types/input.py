"""What goes into an agent of a declared type: as it was given, or as a message says it. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from menon.engine.tools.schemas import misfits
from menon.features.agents.types.record_rules import Fault


def input_of(schema: Mapping[str, Any], message: str, given: Mapping[str, Any] | None) -> Any:
    """The input of an agent: what was given, or what a message alone says.

    A message that is a JSON object is the input itself; another one fills the field `message`, or
    the only text that the schema asks for.
    """
    found = dict(given) if given is not None else _of_message(schema, message)
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name, part in properties.items():
        if isinstance(part, dict) and "default" in part:
            found.setdefault(name, cast("dict[str, Any]", part)["default"])
    return found


def input_faults(schema: Mapping[str, Any], value: Any) -> list[Fault]:
    """What of an input does not fit."""
    return [Fault(f"/input{wrong.pointer}", wrong.detail) for wrong in misfits(schema, value)]


def _of_message(schema: Mapping[str, Any], message: str) -> dict[str, Any]:
    if message.lstrip().startswith("{"):
        try:
            found = json.loads(message)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return cast("dict[str, Any]", found)
    properties: Mapping[str, Any] = schema.get("properties", {})
    texts = [name for name, part in properties.items() if _is_text(part)]
    required = [name for name in texts if name in schema.get("required", ())]
    if "message" in properties or not properties:
        return {"message": message}
    named: Sequence[str] = required if len(required) == 1 else texts
    return {named[0]: message} if len(named) == 1 else {}


def _is_text(part: Any) -> bool:
    return isinstance(part, dict) and cast("dict[str, Any]", part).get("type") == "string"
