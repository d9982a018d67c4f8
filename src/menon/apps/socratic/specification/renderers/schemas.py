"""Entities as JSON Schemas (2020-12), under names that every tool accepts."""

from collections.abc import Mapping
from typing import Any, Final

from menon.apps.socratic.specification.data import (
    Entity,
    EntityField,
    Enumeration,
    FieldType,
    Relation,
    RelationKind,
)
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.naming import distinct, pascal, plural, snake

_TYPES: Final[Mapping[FieldType, dict[str, Any]]] = {
    FieldType.STRING: {"type": "string"},
    FieldType.TEXT: {"type": "string"},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.DECIMAL: {"type": "number"},
    FieldType.FLOAT: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
    FieldType.TIME: {"type": "string", "format": "time"},
    FieldType.UUID: {"type": "string", "format": "uuid"},
    FieldType.EMAIL: {"type": "string", "format": "email"},
    FieldType.URL: {"type": "string", "format": "uri"},
}
_LIMITS: Final = {
    "min": "minimum",
    "max": "maximum",
    "above": "exclusiveMinimum",
    "below": "exclusiveMaximum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
}
_KEY: Final = {"type": "string", "format": "uuid"}


class Names:
    """What entities and enumerations are called in schemas and addresses; all are distinct."""

    def __init__(self, spec: Specification) -> None:
        things = [*spec.entities, *spec.enums]
        self.components = distinct((pascal(each.name) for each in things), ["Problem"])
        self.addresses = distinct(
            plural(entity.name) if entity.plural is None else snake(entity.plural)
            for entity in spec.entities
        )
        self._enums: dict[str, str] = {}
        for enum, name in zip(spec.enums, self.components[len(spec.entities) :], strict=True):
            self._enums.setdefault(enum.name, name)

    def enum(self, name: str | None) -> str | None:
        """The schema of an enumeration; None where it is unknown."""
        return self._enums.get(name or "")


def enum_schema(enum: Enumeration) -> dict[str, Any]:
    """The values; labels stand in the description."""
    schema: dict[str, Any] = {"title": enum.name, "type": "string"}
    schema["enum"] = list(dict.fromkeys(enum.values))
    said = "; ".join(f"{value}: {label}" for value, label in enum.labels.items())
    if described := ". ".join(part for part in (enum.description, said) if part):
        schema["description"] = described
    return schema


def entity_schema(entity: Entity, names: Names, *, root: str, stored: bool) -> dict[str, Any]:
    """A record: as it is stored (with its id) or as it is sent.

    Args:
        entity: what is described
        names: of its specification
        root: where schemas stand in the document, such as `#/$defs/`
        stored: whether the id is there
    """
    keys = distinct(
        [snake(field.name) for field in entity.fields]
        + [_reference(relation) for relation in entity.relations],
        ["id"],
    )
    properties: dict[str, Any] = {"id": dict(_KEY)} if stored else {}
    required = ["id"] if stored else []
    for key, part in zip(keys, [*entity.fields, *entity.relations], strict=True):
        made = _field(part, names, root) if isinstance(part, EntityField) else _relation(part)
        properties[key] = made
        if part.required and getattr(part, "default", None) is None:
            required.append(key)
    schema: dict[str, Any] = {"title": entity.name, "type": "object", "properties": properties}
    if entity.description:
        schema["description"] = entity.description
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def _field(field: EntityField, names: Names, root: str) -> dict[str, Any]:
    known = names.enum(field.enum) if field.type is FieldType.ENUM else None
    made: dict[str, Any] = {"$ref": f"{root}{known}"} if known else {}
    if known is None:
        made = dict(_TYPES.get(field.type, {"type": "string"}))
        for name, keyword in _LIMITS.items():
            if (limit := getattr(field, name)) is not None:
                made[keyword] = _plain(limit)
    if field.description:
        made["description"] = field.description
    if field.default is not None:
        made["default"] = field.default
    if field.required:
        return made
    if known:
        described = {key: made[key] for key in ("description", "default") if key in made}
        return {"anyOf": [{"$ref": made["$ref"]}, {"type": "null"}], **described}
    return {**made, "type": [made["type"], "null"]}


def _plain(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _reference(relation: Relation) -> str:
    many = relation.kind in {RelationKind.MANY_TO_MANY, RelationKind.ONE_TO_MANY}
    return f"{snake(relation.name)}_{'ids' if many else 'id'}"


def _relation(relation: Relation) -> dict[str, Any]:
    said = {"description": relation.description or f"Of {relation.target}."}
    if relation.kind in {RelationKind.MANY_TO_MANY, RelationKind.ONE_TO_MANY}:
        least = {"minItems": 1} if relation.required else {}
        return {"type": "array", "items": dict(_KEY), "uniqueItems": True, **least, **said}
    if relation.required:
        return {**_KEY, **said}
    return {**_KEY, "type": ["string", "null"], **said}
