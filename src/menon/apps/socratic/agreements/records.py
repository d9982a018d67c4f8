"""The data model as people look at it: a card for each kind of record; pure."""

from collections.abc import Iterator
from typing import Any, Final

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.data import Entity, EntityField, Relation, RelationKind

_MOST: Final = 200
_RELATED: Final = {
    RelationKind.MANY_TO_ONE: "belongs to",
    RelationKind.ONE_TO_ONE: "has one",
    RelationKind.ONE_TO_MANY: "has many",
    RelationKind.MANY_TO_MANY: "goes with many",
}


def cards(spec: Specification) -> dict[str, Any]:
    """The kinds of records with their fields and relations, and how many are not shown."""
    values = {
        enum.name: ", ".join(enum.labels.get(v, v) for v in enum.values) for enum in spec.enums
    }
    shown = [_card(entity, values) for entity in spec.entities[:_MOST]]
    return {"entities": shown, "hidden": max(len(spec.entities) - _MOST, 0)}


def _card(entity: Entity, values: dict[str, str]) -> dict[str, Any]:
    return {
        "name": entity.name,
        "description": entity.description,
        "fields": [
            {"name": one.name, "type": _type(one), "facts": list(_facts(one, values))}
            for one in entity.fields
        ],
        "relations": [_relation(one) for one in entity.relations],
    }


def _type(field: EntityField) -> str:
    return field.enum or field.type.value


def _facts(field: EntityField, values: dict[str, str]) -> Iterator[str]:
    if field.enum and field.enum in values:
        yield values[field.enum]
    if field.required:
        yield "required"
    if field.unique:
        yield "unique"
    limits = (
        ("at least", field.min),
        ("at most", field.max),
        ("above", field.above),
        ("below", field.below),
    )
    yield from (f"{word} {limit:g}" for word, limit in limits if limit is not None)
    if field.max_length is not None:
        yield f"up to {field.max_length} characters"
    if field.default is not None:
        yield f"at first {field.default}"


def _relation(one: Relation) -> dict[str, Any]:
    return {
        "name": one.name,
        "target": one.target,
        "words": _RELATED[one.kind],
        "required": one.required,
    }
