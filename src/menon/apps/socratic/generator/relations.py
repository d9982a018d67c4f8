"""Relations become foreign keys and link tables; what two entities say of each other is one key."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from menon.apps.socratic.generator.model import Child, EntityModel, Link, Reference
from menon.apps.socratic.generator.names import LONGEST, distinct, kebab, plural, singular, snake
from menon.apps.socratic.specification.data import Entity, OnDelete, Relation, RelationKind
from menon.core.errors import InvalidInput
from menon.kit.graph import cycle, order

_ADDRESSES: Final = frozenset({"count", "transitions"})
"""Ends of addresses below a record that are given away already."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A foreign key before its column has a name."""

    holder: str
    name: str
    target: str
    relation: Relation
    unique: bool
    inverse: str


def keys(entities: Iterable[Entity], names: Mapping[str, str]) -> list[Key]:
    """One key for each pair of sides of a relation that is not many-to-many.

    Args:
        entities: as they are in the specification.
        names: their snake names, by what they are called there.
    """
    found: list[Key] = []
    given = [(e, r) for e in entities for r in e.relations]
    for entity, relation in given:
        if relation.kind in {RelationKind.MANY_TO_ONE, RelationKind.ONE_TO_ONE}:
            _merge(found, _holding(entity, relation, names))
    for entity, relation in given:
        if relation.kind is RelationKind.ONE_TO_MANY:
            _pointed(found, entity, relation, names)
    return found


def _holding(entity: Entity, relation: Relation, names: Mapping[str, str]) -> Key:
    return Key(
        holder=names[entity.name],
        name=snake(relation.name),
        target=names[relation.target],
        relation=relation,
        unique=relation.kind is RelationKind.ONE_TO_ONE,
        inverse=snake(relation.inverse) if relation.inverse else "",
    )


def _merge(found: list[Key], new: Key) -> None:
    """Two sides of a one-to-one are one key: that of the side that requires the other."""
    for at, old in enumerate(found):
        mirrored = old.holder == new.target and old.target == new.holder and old.unique
        if new.unique and mirrored and new.name in {old.inverse, ""} | _only(old, new):
            if new.relation.required and not old.relation.required:
                found[at] = new
            return
    found.append(new)


def _only(old: Key, new: Key) -> set[str]:
    return {new.name} if new.inverse == old.name else set()


def _pointed(
    found: list[Key], entity: Entity, relation: Relation, names: Mapping[str, str]
) -> None:
    one, many = names[entity.name], names[relation.target]
    name = snake(relation.inverse) if relation.inverse else ""
    path = snake(relation.name)
    sides = [k for k in found if k.holder == many and k.target == one and not k.unique]
    free = [k for k in sides if not k.inverse]
    same = next((k for k in sides if k.name == name or k.inverse == path), None)
    if same is None and not name and len(free) == 1:
        same = free[0]
    if same is None:
        found.append(
            Key(
                holder=many,
                name=name or one,
                target=one,
                relation=relation,
                unique=False,
                inverse=path,
            )
        )
        return
    required = same.relation.required or relation.required
    kept = same.relation.model_copy(update={"required": required})
    found[found.index(same)] = replace(same, inverse=path, relation=kept)


def many(entities: Iterable[Entity], names: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """The many-to-many relations: holder, target, whether one is required."""
    return [
        (names[entity.name], names[relation.target], relation.required)
        for entity in entities
        for relation in entity.relations
        if relation.kind is RelationKind.MANY_TO_MANY and relation.target != entity.name
    ]


def ordered(
    entities: Iterable[str], found: Iterable[Key], linked: Iterable[tuple[str, str, bool]]
) -> tuple[list[str], set[str]]:
    """The order in which tables can be made, and the `holder.name` of keys that must come later.

    Raises:
        InvalidInput: records of several entities require each other, so none can be the first.
    """
    names = list(entities)
    every: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    needed = dict(every)
    kept = [key for key in found if key.holder != key.target]
    for key in kept:
        every[key.holder] = (*every[key.holder], key.target)
        if key.relation.required:
            needed[key.holder] = (*needed[key.holder], key.target)
    for holder, target, required in linked:
        if required:
            every[holder] = (*every[holder], target)
            needed[holder] = (*needed[holder], target)
    if round_trip := cycle(needed):
        raise InvalidInput(
            f"these entities require each other in a circle, so that no first record can be made: "
            f"{' -> '.join(reversed(round_trip))}; make one of the relations optional"
        )
    if not cycle(every):
        return order(every), set()
    line = order(needed)
    at = {name: number for number, name in enumerate(line)}
    late = {f"{k.holder}.{k.name}" for k in kept if at[k.target] > at[k.holder]}
    return line, late


def references(
    held: Iterable[Key], taken: set[str], late: set[str], notes: list[str]
) -> Iterator[Reference]:
    """The keys that an entity's table holds; `taken` and `notes` grow."""
    paths: set[tuple[str, str]] = set()
    for key in held:
        name = distinct(key.name, taken, "_ref")
        column = distinct(name if name.endswith("_id") else f"{name}_id", taken | {name}, "_ref")
        taken |= {name, column}
        required, on_delete = key.relation.required, key.relation.on_delete
        if required and key.holder == key.target:
            required = False
            notes.append(
                f"{key.holder}.{name} points at its own kind; it is optional, since the first "
                f"record has none to point at"
            )
        if required and on_delete is OnDelete.SET_NULL:
            on_delete = OnDelete.RESTRICT
            notes.append(f"{key.holder}.{name} is required; its target cannot be deleted under it")
        path = kebab(key.inverse or plural(key.holder))
        while (key.target, path) in paths:
            path = f"{path}-by-{kebab(name)}"
        paths.add((key.target, path))
        yield Reference(
            name=name,
            column=column,
            title=key.relation.name if key.holder != key.relation.target else name,
            target=key.target,
            required=required,
            unique=key.unique,
            on_delete=on_delete,
            deferred=f"{key.holder}.{key.name}" in late,
            path=path,
            description=key.relation.description,
        )


def links(
    entity: Entity, names: Mapping[str, str], taken: set[str], tables: set[str]
) -> Iterator[Link]:
    """The many-to-many relations that an entity holds; `taken` and `tables` grow."""
    for relation in entity.relations:
        if relation.kind is not RelationKind.MANY_TO_MANY:
            continue
        holder, target = names[entity.name], names[relation.target]
        name = distinct(snake(relation.name), taken | _ADDRESSES, "_links")
        ids = distinct(f"{singular(name).rstrip('_')}_ids", taken | {name}, "_links")
        taken |= {name, ids}
        table = distinct(f"{holder}_{name}"[:LONGEST], tables, "_link")
        tables.add(table)
        right = f"{target}_id" if target != holder else f"related_{target}_id"
        yield Link(
            name=name,
            ids=ids,
            title=relation.name,
            table=table,
            left=f"{holder}_id",
            right=right,
            target=target,
            required=relation.required and target != holder,
            on_delete=relation.on_delete,
            path=kebab(name),
            inverse=kebab(snake(relation.inverse) if relation.inverse else plural(holder)),
        )


def once(entities: Iterable[Entity]) -> list[Entity]:
    """The entities, each many-to-many relation only on the side that names it first."""
    kept: list[Entity] = []
    told: set[tuple[str, str, str]] = set()
    for entity in entities:
        relations: list[Relation] = []
        for relation in entity.relations:
            if relation.kind is RelationKind.MANY_TO_MANY:
                if (entity.name, relation.target, relation.name) in told:
                    continue
                if relation.inverse:
                    told.add((relation.target, entity.name, relation.inverse))
            relations.append(relation)
        kept.append(entity.model_copy(update={"relations": relations}))
    return kept


def children(entities: Iterable[EntityModel]) -> dict[str, tuple[Child, ...]]:
    """What points at each entity, with an address of its own under it."""
    given = list(entities)
    taken = {e.name: set(_ADDRESSES) | {link.path for link in e.links} for e in given}
    found: dict[str, list[Child]] = {}

    def add(target: str, child: Child) -> None:
        path = distinct(child.path, taken[target], f"-by-{kebab(child.column)}")
        taken[target].add(path)
        found.setdefault(target, []).append(replace(child, path=path))

    for entity in given:
        for key in entity.references:
            add(key.target, Child(entity=entity, column=key.column, path=key.path))
        for link in entity.links:
            child = Child(entity=entity, column=link.name, path=link.inverse, many=True)
            add(link.target, child)
    return {name: tuple(rows) for name, rows in found.items()}
