"""Ten ways in which a specification changes between two generations; each gives a new one."""

from collections.abc import Callable, Mapping

from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.data import (
    Entity,
    EntityField,
    Enumeration,
    FieldType,
    Relation,
)

Change = Callable[[Specification], Specification]


def _entities(spec: Specification, entities: list[Entity]) -> Specification:
    return spec.model_copy(update={"entities": entities})


def _first(spec: Specification, **update: object) -> Specification:
    """With another first entity."""
    head, *rest = spec.entities
    return _entities(spec, [head.model_copy(update=update), *rest])


def _field_added(spec: Specification) -> Specification:
    new = EntityField(name="nickname", type=FieldType.STRING, max_length=40)
    return _first(spec, fields=[*spec.entities[0].fields, new])


def _field_in_every_entity(spec: Specification) -> Specification:
    new = EntityField(name="remark", type=FieldType.TEXT)
    every = [one.model_copy(update={"fields": [new, *one.fields]}) for one in spec.entities]
    return _entities(spec, every)


def _field_bounded(spec: Specification) -> Specification:
    fields = [
        one.model_copy(update={"max_length": 77}) if one.type is FieldType.STRING else one
        for one in spec.entities[0].fields
    ]
    return _first(spec, fields=fields)


def _field_unneeded(spec: Specification) -> Specification:
    fields = [one.model_copy(update={"required": False}) for one in spec.entities[0].fields]
    return _first(spec, fields=fields)


def _entity_added(spec: Specification) -> Specification:
    new = Entity(
        name="Voucher",
        fields=[
            EntityField(name="code", type=FieldType.STRING, required=True, unique=True),
            EntityField(name="percent", type=FieldType.INTEGER, min=0, max=100),
        ],
        relations=[Relation(name="subject", target=spec.entities[0].name)],
    )
    return _entities(spec, [*spec.entities, new])


def _entity_renamed(spec: Specification) -> Specification:
    """The last one, which nothing points at once it has another name."""
    last = spec.entities[-1]
    alone = last.model_copy(update={"name": f"Other{last.name}"})
    text = spec.model_copy(update={"entities": [*spec.entities[:-1], alone]}).model_dump_json()
    return Specification.model_validate_json(text.replace(f'"{last.name}"', f'"Other{last.name}"'))


def _soft(spec: Specification) -> Specification:
    return _first(spec, soft_delete=not spec.entities[0].soft_delete)


def _searched(spec: Specification) -> Specification:
    every = [one.model_copy(update={"search": True}) for one in spec.entities]
    return _entities(spec, every)


def _titled(spec: Specification) -> Specification:
    about = spec.project.model_copy(update={"name": "Another Name", "description": "Anew."})
    return spec.model_copy(update={"project": about})


def _enumerated(spec: Specification) -> Specification:
    new = Enumeration(name="Mood", values=["glad", "calm", "cross"])
    field = EntityField(name="mood", type=FieldType.ENUM, enum="Mood", required=True)
    changed = spec.model_copy(update={"enums": [*spec.enums, new]})
    return _first(changed, fields=[*spec.entities[0].fields, field])


CHANGES: Mapping[str, Change] = {
    "a field more": _field_added,
    "a field more in every entity": _field_in_every_entity,
    "another limit": _field_bounded,
    "nothing required": _field_unneeded,
    "an entity more": _entity_added,
    "an entity renamed": _entity_renamed,
    "softly deleted": _soft,
    "everything searched": _searched,
    "another title": _titled,
    "an enumeration more": _enumerated,
}
