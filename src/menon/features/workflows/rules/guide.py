"""What an editor says of each kind of step: its fields by its schema, and a step to begin with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from menon.engine.steps.step import Step

FIRST: Final[Mapping[str, Any]] = {
    "inputs": {"text": {"type": "string", "description": "What to work on."}},
    "steps": {
        "prepare": {"type": "transform", "config": {"value": "{{ input.text }}"}},
        "ask": {
            "type": "approval",
            "config": {"what": "Go on?", "arguments": {"text": "{{ steps.prepare.output }}"}},
            "dependencies": ["prepare"],
        },
        "finish": {
            "type": "transform",
            "config": {"value": {"done": "{{ steps.prepare.output }}"}},
            "dependencies": ["ask"],
        },
    },
}
"""What a new workflow begins with."""

_EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "agent": {"agent": "assistant", "message": "{{ input.text }}"},
    "model": {"prompt": "Summarise in one sentence: {{ input.text }}"},
    "tool": {"tool": "search_knowledge", "arguments": {"query": "{{ input.text }}"}},
    "http": {"method": "POST", "url": "https://example.org/hook", "json": {"text": "Hello"}},
    "transform": {"value": {"text": "{{ input.text }}"}},
    "condition": {"expression": "input.amount > 100", "then": [], "else": []},
    "parallel": {
        "branches": {
            "left": {"type": "transform", "config": {"value": 1}},
            "right": {"type": "transform", "config": {"value": 2}},
        }
    },
    "map": {
        "items": "{{ input.items }}",
        "step": {"type": "transform", "config": {"value": "{{ item }}"}},
    },
    "wait": {"seconds": 60},
    "approval": {"what": "Send it?", "arguments": {"text": "{{ input.text }}"}},
    "subworkflow": {"workflow_id": "", "input": {}},
}


@dataclass(frozen=True, kw_only=True)
class FieldGuide:
    """A field of a configuration."""

    name: str
    type: str
    required: bool
    default: str
    """As JSON; empty where it is required or null."""


@dataclass(frozen=True, kw_only=True)
class KindGuide:
    """A kind of step."""

    name: str
    summary: str
    fields: tuple[FieldGuide, ...]
    example: str
    """A step of this kind as JSON."""


def guide(kinds: Mapping[str, Step]) -> list[KindGuide]:
    """What may be said of each kind, in their order."""
    return [_guide(kind) for kind in kinds.values()]


def _guide(kind: Step) -> KindGuide:
    schema = kind.schema()
    name = str(schema["$ref"]).rpartition("/")[2]
    properties = cast("dict[str, dict[str, Any]]", schema["$defs"][name]["properties"])
    fields = tuple(
        FieldGuide(
            name=field.encode_name,
            type=_words(properties[field.encode_name]),
            required=field.required,
            default=_default(field),
        )
        for field in msgspec.structs.fields(kind.config)
    )
    given = {key: value for key, value in _EXAMPLES.get(kind.name, {}).items() if key in properties}
    config = {field.name: "" for field in fields if field.required} | given
    example = json.dumps({"type": kind.name, "config": config}, ensure_ascii=False)
    return KindGuide(name=kind.name, summary=kind.summary, fields=fields, example=example)


def _words(schema: Mapping[str, Any]) -> str:
    """What a value may be, such as `string or null`."""
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_words(each) for each in schema["anyOf"]))
    return str(schema.get("type", "anything"))


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.default_factory is not msgspec.NODEFAULT:
        return json.dumps(field.default_factory())
    value = None if field.default is msgspec.NODEFAULT else field.default
    return "" if value is None else json.dumps(value)
