"""Records that agents keep: what their fields may hold, and what tells them apart. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from menon.engine.tools.schemas import misfits
from menon.features.agents.types.schemas import DataModelIn, FieldIn

RESERVED_FIELDS: Final = frozenset(
    {"id", "agent_id", "owner_id", "run_id", "model", "created_at", "updated_at"}
)
_JSON_TYPES: Final[Mapping[str, dict[str, Any]]] = {
    "string": {"type": "string", "maxLength": 1000},
    "text": {"type": "string", "maxLength": 100_000},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"},
    "datetime": {
        "type": "string",
        "pattern": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$",
    },
    "enum": {"type": "string"},
    "list": {"type": "array", "maxItems": 1000},
    "object": {"type": "object"},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where, as a JSON pointer."""

    pointer: str
    detail: str


def record_schema(fields: Mapping[str, FieldIn]) -> dict[str, Any]:
    """JSON schema of a data model's records."""
    return {
        "type": "object",
        "properties": {name: _field_schema(one) for name, one in fields.items()},
        "required": [n for n, one in fields.items() if one.required and one.default is None],
        "additionalProperties": False,
    }


def model_faults(model: DataModelIn) -> Iterator[Fault]:
    """What is wrong with a data model."""
    for name, one in model.fields.items():
        yield from _field_faults(name, one)
    for number, index in enumerate(model.indexes):
        for name in index.fields:
            if name not in model.fields:
                yield Fault(f"/indexes/{number}/fields", f"there is no field {name!r}")
    if sum(index.unique for index in model.indexes) > 1:
        yield Fault("/indexes", "at most one index is unique")


def unique_key(fields: Sequence[str], values: Mapping[str, Any]) -> str | None:
    """What tells a record apart: a digest of the values of its unique index."""
    if not fields:
        return None
    text = json.dumps([values.get(name) for name in fields], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _field_faults(name: str, one: FieldIn) -> Iterator[Fault]:
    at = f"/fields/{name}"
    if name in RESERVED_FIELDS:
        yield Fault(at, f"{name!r} is reserved: every record has it")
    if (one.type == "enum") != bool(one.values):
        yield Fault(f"{at}/values", "an enum has `values`, and nothing else has")
    if one.minimum is not None and one.maximum is not None and one.minimum > one.maximum:
        yield Fault(f"{at}/minimum", "it is above `maximum`")
    if one.default is not None:
        for wrong in misfits(_field_schema(one), one.default, most=1):
            yield Fault(f"{at}/default", wrong.detail)


def _field_schema(one: FieldIn) -> dict[str, Any]:
    schema = dict(_JSON_TYPES[one.type])
    if one.type == "enum":
        schema["enum"] = list(one.values)
    limits = {"minimum": one.minimum, "maximum": one.maximum, "maxLength": one.max_length}
    schema |= {name: limit for name, limit in limits.items() if limit is not None}
    if not one.required:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    if one.default is not None:
        schema["default"] = one.default
    return schema | ({"description": one.description} if one.description else {})
