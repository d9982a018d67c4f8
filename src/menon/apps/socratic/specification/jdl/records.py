"""Entities of JDL, with the facts that annotations add."""

from typing import Any, Final

from pydantic import ValidationError

from menon.apps.socratic.specification.data import (
    Entity,
    EntityField,
    FieldType,
    LifeCycle,
    Relation,
)
from menon.apps.socratic.specification.jdl.kinds import BLOBS, FORMATS, TYPES, limits_of
from menon.apps.socratic.specification.jdl.lexer import Token
from menon.apps.socratic.specification.jdl.links import Links
from menon.apps.socratic.specification.jdl.names import Declared, guess, once, refused, said
from menon.apps.socratic.specification.jdl.packing import unpacked_default, unpacked_life
from menon.apps.socratic.specification.jdl.tree import Attribute, Check, Record

_KNOWN: Final = frozenset(
    {
        "name",
        "description",
        "source",
        "plural",
        "owned",
        "softDelete",
        "display",
        "retentionDays",
        "volume",
        "lifeCycle",
        "initialState",
        "transitions",
        "paginate",
        "search",
    }
)
_OF_FIELDS: Final = frozenset(
    {
        "name",
        "description",
        "source",
        "format",
        "id",
        "above",
        "below",
        "defaultValue",
        "minLength",
        "maxLength",
        "pattern",
    }
)


def entity(record: Record, declared: Declared, links: Links, notes: list[str]) -> Entity:
    """An entity with its fields, and the relations that it holds.

    Raises:
        JdlError: a name stands twice, a type is unknown, a validation is for another type.
    """
    once([each.name for each in record.attributes], "the field")
    facts = said(record.annotations)
    name = record.name.text
    text = "Left out of the JDL, since nothing here corresponds: "
    notes += [f"{text}`@{other}` of {name}." for other in sorted(facts.keys() - _KNOWN)]
    fields = [
        _field(each, name, declared, notes)
        for each in record.attributes
        if not _is_key(each, name, notes)
    ]
    held = links.held(name)
    _clash(record, fields, held, links)
    plain: dict[str, Any] = {
        "name": declared.entities[name],
        "plural": facts.get("plural"),
        "description": facts.get("description", record.doc),
        "fields": fields,
        "relations": held,
        "life_cycle": _life(record, facts),
        "owned": _true(facts, "owned"),
        "soft_delete": _true(facts, "softDelete"),
        "display": facts.get("display") or links.display(name),
        "retention_days": facts.get("retentionDays"),
        "volume": facts.get("volume"),
        "source": facts.get("source", ""),
    }
    try:
        return Entity.model_validate(plain)
    except ValidationError as error:
        refused(record.name, error)
        raise


def _is_key(attribute: Attribute, entity: str, notes: list[str]) -> bool:
    """Whether a field is the key that every record has anyway, unless it is named on purpose."""
    key = attribute.name.text == "id" and "name" not in said(attribute.annotations)
    if key:
        notes.append(f"Left out of the JDL: {entity}.id, since every record has an id of its own.")
    return key


def _true(facts: dict[str, str], name: str) -> bool:
    return facts.get(name, "false") != "false"


def _life(record: Record, facts: dict[str, str]) -> LifeCycle | None:
    if "lifeCycle" not in facts:
        return None
    # The parts were coded one by one, so they are read from what stands in the text.
    raw = {each.name.text: each.value or "" for each in record.annotations}
    try:
        return unpacked_life(
            facts["lifeCycle"], facts.get("initialState", ""), raw.get("transitions", "")
        )
    except ValidationError as error:
        refused(record.name, error)
        raise
    except ValueError as error:
        record.name.fail(f"the life cycle of {record.name.text!r} cannot be read: {error}")


def _clash(record: Record, fields: list[EntityField], held: list[Relation], links: Links) -> None:
    # As they are called: what they are written as may be the same for `A` and `a`.
    taken = {field.name for field in fields}
    for name in (relation.name for relation in held):
        if name in taken:
            links.token(record.name.text, name).fail(
                f"{record.name.text!r} has two fields or relations called {name!r}; rename one"
            )
        taken.add(name)


def _field(attribute: Attribute, entity: str, declared: Declared, notes: list[str]) -> EntityField:
    kind, token = attribute.type.text, attribute.name
    if kind not in TYPES and kind not in declared.enums:
        known = guess(kind, [*TYPES, *declared.enums])
        attribute.type.fail(f"the field {token.text!r} has the unknown type {kind!r}; {known}")
    facts = said(attribute.annotations)
    for other in sorted(facts.keys() - _OF_FIELDS):
        text = f"Left out of the JDL, since nothing here corresponds: `@{other}` of "
        notes.append(f"{text}{entity}.{token.text}.")
    ours = FORMATS.get(facts.get("format", ""), TYPES.get(kind, FieldType.ENUM))
    plain: dict[str, Any] = {
        "name": facts.get("name", token.text),
        "type": ours,
        "enum": declared.enums.get(kind),
        "description": facts.get("description", attribute.doc)[:1_000],
        "source": facts.get("source", ""),
    }
    if "id" in facts:
        plain |= {"required": True, "unique": True}
    for check in attribute.checks:
        plain |= _checked(check, kind, entity, declared, notes)
    if "defaultValue" in facts:
        plain["default"] = unpacked_default(facts["defaultValue"], ours)
    extra = {"above": "above", "below": "below", "pattern": "pattern"}
    extra |= {"minLength": "min_length", "maxLength": "max_length"}
    plain |= {ours: facts[name] for name, ours in extra.items() if name in facts}
    if kind in BLOBS:
        notes.append(f"{entity}.{token.text} is a file in the JDL; here it has its address.")
    try:
        return EntityField.model_validate(plain)
    except ValidationError as error:
        refused(token, error)
        raise


def _checked(
    check: Check, kind: str, entity: str, declared: Declared, notes: list[str]
) -> dict[str, Any]:
    name, value = check.name.text, check.value
    if value is None:
        return {name: True}
    ours = limits_of(kind).get(name)
    if ours is None:
        fit = ", ".join(["required", "unique", *limits_of(kind)])
        check.name.fail(f"`{name}` is not for the type {kind}; it takes {fit}")
    if kind in BLOBS:
        notes.append(f"Left out of the JDL: `{name}` of a file of {entity}.")
        return {}
    if name == "pattern":
        return {ours: value.text.replace("\\/", "/")}
    number = _number(value, declared)
    return {ours: number if name in {"min", "max"} else int(number)}


def _number(token: Token, declared: Declared) -> float:
    found = token
    if token.kind == "word":
        if token.text not in declared.constants:
            known = guess(token.text, declared.constants)
            token.fail(f"there is no constant {token.text!r}; {known}")
        found = declared.constants[token.text]
    return float(found.text)
