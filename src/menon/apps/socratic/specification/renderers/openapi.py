"""The interface that follows from the entities, as OpenAPI 3.1."""

import json
from collections.abc import Mapping
from typing import Any, Final

from menon.apps.socratic.specification.data import Entity
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.naming import snake
from menon.apps.socratic.specification.renderers.schemas import (
    Names,
    entity_schema,
    enum_schema,
)

_ROOT: Final = "#/components/schemas/"
_PROBLEM: Final[Mapping[str, Any]] = {
    "title": "Problem",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_REFUSALS: Final = {
    "400": "The request cannot be read.",
    "401": "Sign in first.",
    "403": "The role may not do this.",
    "404": "There is no such record, or it is not yours.",
    "409": "It exists already, is still needed, or has changed meanwhile.",
    "422": "A value is not allowed.",
}

_ALWAYS: Final = frozenset({"400", "401", "403", "422"})
_VERBS: Final = {
    "list": ("200", "List records of {}.", ()),
    "create": ("201", "Create a record of {}.", ("409",)),
    "read": ("200", "Read a record of {}.", ("404",)),
    "update": ("200", "Change a record of {}.", ("404", "409")),
    "delete": ("204", "Delete a record of {}.", ("404", "409")),
}
"""The status of success, what is done, and the refusals besides those of every operation."""

_ID: Final[Mapping[str, Any]] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
}


def render(spec: Specification) -> str:
    """JSON: list, create, read, change and delete for every entity."""
    names = Names(spec)
    count = len(spec.entities)
    schemas: dict[str, Any] = {"Problem": dict(_PROBLEM)}
    paths: dict[str, Any] = {}
    made = zip(spec.entities, names.components[:count], names.addresses, strict=True)
    for entity, component, address in made:
        # No pascal name has an underscore, so these never meet a component.
        sent = entity_schema(entity, names, root=_ROOT, stored=False)
        schemas[component] = entity_schema(entity, names, root=_ROOT, stored=True)
        schemas[f"{component}_Create"] = sent
        schemas[f"{component}_Update"] = {k: v for k, v in sent.items() if k != "required"}
        paths |= _paths(entity, component, address)
    for enum, component in zip(spec.enums, names.components[count:], strict=True):
        schemas[component] = enum_schema(enum)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": spec.project.name,
            "description": spec.project.description,
            "version": "1.0.0",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _paths(entity: Entity, component: str, address: str) -> dict[str, Any]:
    one = {"$ref": f"{_ROOT}{component}"}
    create = {"required": True, "content": _json({"$ref": f"{_ROOT}{component}_Create"})}
    update = {"required": True, "content": _json({"$ref": f"{_ROOT}{component}_Update"})}
    many: dict[str, Any] = {"type": "array", "items": one}
    made = {
        verb: _operation(verb, entity, snake(component), schema)
        for verb, schema in (
            ("list", many),
            ("create", one),
            ("read", one),
            ("update", one),
            ("delete", None),
        )
    }
    return {
        f"/{address}": {
            "get": {**made["list"], "parameters": _query(entity)},
            "post": {**made["create"], "requestBody": create},
        },
        f"/{address}/{{id}}": {
            "parameters": [dict(_ID)],
            "get": made["read"],
            "patch": {**made["update"], "requestBody": update},
            "delete": made["delete"],
        },
    }


def _operation(
    verb: str, entity: Entity, word: str, schema: dict[str, Any] | None
) -> dict[str, Any]:
    success, said, refused = _VERBS[verb]
    summary = said.format(entity.name)
    answer: dict[str, Any] = {"description": summary}
    if schema is not None:
        answer["content"] = _json(schema)
    return {
        "operationId": f"{verb}_{word}",
        "summary": summary,
        "tags": [entity.name],
        "responses": {success: answer, **_refusals({*_ALWAYS, *refused})},
    }


def _query(entity: Entity) -> list[dict[str, Any]]:
    whole = {"type": "integer", "minimum": 0}
    asked: list[dict[str, Any]] = []
    if entity.paginate:
        asked += [
            {"name": "limit", "in": "query", "schema": {**whole, "minimum": 1, "maximum": 100}},
            {"name": "offset", "in": "query", "schema": whole},
        ]
    if entity.search:
        asked.append({"name": "q", "in": "query", "schema": {"type": "string"}})
    return asked


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _refusals(codes: set[str]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": f"{_ROOT}Problem"}}}
    return {
        code: {"description": said, "content": problem}
        for code, said in _REFUSALS.items()
        if code in codes
    }
