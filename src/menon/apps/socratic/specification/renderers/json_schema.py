"""The records as one JSON Schema document (2020-12)."""

import json
from typing import Any

from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.renderers.schemas import (
    Names,
    entity_schema,
    enum_schema,
)


def render(spec: Specification) -> str:
    """JSON; every entity and enumeration stands under `$defs`."""
    names = Names(spec)
    made = [
        *(entity_schema(each, names, root="#/$defs/", stored=True) for each in spec.entities),
        *(enum_schema(each) for each in spec.enums),
    ]
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": spec.project.name,
        "$defs": dict(zip(names.components, made, strict=True)),
    }
    if spec.project.description:
        document["description"] = spec.project.description
    count = len(spec.entities)
    if count:
        document["anyOf"] = [{"$ref": f"#/$defs/{name}"} for name in names.components[:count]]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
