"""A specification becomes the intermediate form that every template reads."""

from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import BaseModel

from menon.apps.socratic.generator.checking import check
from menon.apps.socratic.generator.model import (
    EntityModel,
    EnumModel,
    FieldModel,
    LifeCycleModel,
    Model,
    Role,
    TransitionModel,
)
from menon.apps.socratic.generator.names import (
    distinct,
    kebab,
    pascal,
    plural,
    snake,
    words,
)
from menon.apps.socratic.generator.pieces import enum_model, enums, field
from menon.apps.socratic.generator.relations import (
    Key,
    children,
    keys,
    links,
    many,
    once,
    ordered,
    references,
)
from menon.apps.socratic.generator.rights import owned, rights, roles
from menon.apps.socratic.generator.sampling import plenty, single
from menon.apps.socratic.generator.wordlists import ATTRIBUTES, CLASSES, COLUMNS, SQL
from menon.apps.socratic.specification.data import Entity, EntityField, Enumeration, FieldType
from menon.apps.socratic.specification.model import Specification, Style
from menon.core.errors import InvalidInput

_ATTRIBUTES: Final = COLUMNS | ATTRIBUTES | {n for n in dir(BaseModel) if not n.startswith("_")}
_TABLES: Final = SQL | frozenset({"auth_accounts", "alembic_version", "sqlite_sequence"})
_PATHS: Final = frozenset({"auth", "health", "ready", "metrics", "info"})
_MODULES: Final = frozenset({"accounts", "enums", "tables", "base", "custom", "core", "main"})


def build(spec: Specification) -> Model:
    """The intermediate form of a specification.

    Raises:
        InvalidInput: entities require each other in a circle, two have one name, or a relation,
            an enumeration, a pattern or a life cycle names what there is not.
    """
    check(spec)
    named = _names(spec.entities)
    entities = once(spec.entities)
    names = {written: name for written, (name, _) in named.items()}
    found = keys(entities, names)
    line, late = ordered((name for name, _ in named.values()), found, many(entities, names))
    known, admin, default = roles(spec)
    making = _Making(spec, named, found, late=late, known=known, admin=admin)
    made = {named[e.name][0]: making.entity(e) for e in entities}
    return Model(
        spec=spec,
        slug=kebab(snake(spec.project.name)),
        title=spec.project.name,
        style=Style(spec.architecture.style),
        roles=known,
        admin=admin,
        default_role=default,
        enums=tuple(making.enums.values()),
        entities=tuple(made[name] for name in line),
        notes=(*making.notes, *_database(spec)),
        poor=_poor(made[name] for name in line),
        children=children(made.values()),
        by_name=made,
        by_written={e.written: e for e in made.values()},
    )


def _database(spec: Specification) -> list[str]:
    """That another database was asked for than those that the code runs on."""
    asked = spec.architecture.database
    if not asked or any(name in asked.lower() for name in ("sqlite", "postgres")):
        return []
    return [f"The specification asks for {asked}; this code runs on SQLite and PostgreSQL."]


class _Making:
    """What all entities are made with; names that were given away are kept here."""

    def __init__(
        self,
        spec: Specification,
        named: Mapping[str, tuple[str, str]],
        found: Iterable[Key],
        *,
        late: set[str],
        known: tuple[Role, ...],
        admin: str,
    ) -> None:
        self.spec, self.named, self.late = spec, named, late
        self.known, self.admin = known, admin
        self.enums = enums(spec.enums, {cls for _, cls in named.values()})
        self.held: dict[str, list[Key]] = {}
        for key in found:
            self.held.setdefault(key.holder, []).append(key)
        self.names = {written: name for written, (name, _) in named.items()}
        self.tables: set[str] = set(_TABLES)
        self.paths: set[str] = set(_PATHS)
        self.notes: list[str] = []

    def entity(self, entity: Entity) -> EntityModel:
        name, cls = self.named[entity.name]
        many = snake(entity.plural) if entity.plural else plural(name)
        table = distinct(many, self.tables, "_table")
        self.tables.add(table)
        path = distinct(kebab(many), self.paths, "-records")
        self.paths.add(path)
        taken: set[str] = set(_ATTRIBUTES)
        fields = self._fields(entity, cls, taken)
        by_written = dict(zip((f.name for f in entity.fields), fields, strict=False))
        is_owned = entity.owned or owned(self.spec, entity.name)
        text = [f.name for f in fields if f.type in {FieldType.STRING, FieldType.TEXT}]
        shown = by_written[entity.display].name if entity.display in by_written else ""
        named = next((f for f in text if f in {"name", "title"}), "")
        return EntityModel(
            written=entity.name,
            name=name,
            cls=cls,
            table=table,
            plural=many,
            path=path,
            title=" ".join(words(name)),
            title_plural=" ".join(words(many)),
            description=entity.description,
            fields=fields,
            references=tuple(references(self.held.get(name, ()), taken, self.late, self.notes)),
            links=tuple(links(entity, self.names, taken, self.tables)),
            life_cycle=self._life_cycle(entity, fields, by_written),
            owned=is_owned,
            soft_delete=entity.soft_delete,
            searched=tuple(text) if entity.search else (),
            paginate=entity.paginate,
            display=shown or named or (text[0] if text else "id"),
            retention_days=entity.retention_days,
            rights=rights(self.spec, entity.name, self.known, self.admin, is_owned=is_owned),
        )

    def _fields(self, entity: Entity, cls: str, taken: set[str]) -> tuple[FieldModel, ...]:
        cycle = entity.life_cycle
        written = list(entity.fields)
        if cycle and cycle.field not in {f.name for f in written}:
            written.append(EntityField(name=cycle.field, type=FieldType.ENUM, required=True))
        found: list[FieldModel] = []
        for given in written:
            name = distinct(snake(given.name), taken, "_value")
            taken.add(name)
            state = cycle is not None and given.name == cycle.field
            enum = self._states(entity, given, cls) if state else self._enum(given)
            made = field(given, name, enum, state=state)
            if made.unique and single(made):
                raise InvalidInput(
                    f"the field {given.name!r} of {entity.name!r} is unique and has one valid "
                    f"value only, so that there could be one record at most; correct one of the two"
                )
            found.append(made)
        return tuple(found)

    def _enum(self, given: EntityField) -> EnumModel | None:
        return self.enums[given.enum or ""] if given.type is FieldType.ENUM else None

    def _states(self, entity: Entity, given: EntityField, cls: str) -> EnumModel:
        """The enumeration of a state; made from the life cycle where the field names none."""
        if given.enum in self.enums:
            return self.enums[given.enum or ""]
        cycle = entity.life_cycle
        states = [cycle.initial] if cycle else []
        for step in cycle.transitions if cycle else ():
            states += [s for s in (step.source, step.target) if s not in states]
        key = f"{entity.name}\0{given.name}"
        taken = {c for _, c in self.named.values()} | {e.name for e in self.enums.values()}
        name = distinct(f"{cls}{pascal(given.name)}", taken | CLASSES, "Enum")
        made = enum_model(Enumeration(name=name, values=list(dict.fromkeys(states))), name)
        self.enums[key] = made
        return made

    def _life_cycle(
        self, entity: Entity, fields: tuple[FieldModel, ...], written: Mapping[str, FieldModel]
    ) -> LifeCycleModel | None:
        cycle = entity.life_cycle
        if cycle is None:
            return None
        held = written.get(cycle.field, fields[-1])
        made = LifeCycleModel(
            field=held,
            initial=cycle.initial,
            transitions=tuple(
                TransitionModel(source=t.source, target=t.target, roles=self._roles(t.by, entity))
                for t in cycle.transitions
            ),
        )
        for state in (cycle.initial, *(s for t in cycle.transitions for s in (t.source, t.target))):
            if state not in made.states:
                raise InvalidInput(
                    f"the life cycle of {entity.name!r} names the state {state!r}, which is no "
                    f"value of {held.title!r}; its values are {', '.join(made.states)}"
                )
        return made

    def _roles(self, by: list[str], entity: Entity) -> tuple[str, ...]:
        known = {role.title: role.name for role in self.known}
        for actor in by:
            if actor not in known:
                raise InvalidInput(
                    f"the life cycle of {entity.name!r} names the actor {actor!r}, which the "
                    f"specification does not have; add it or take it out"
                )
        return tuple(known[actor] for actor in by)


def _poor(entities: Iterable[EntityModel]) -> frozenset[str]:
    """Those with a unique value of few possibilities, and those that need one of them."""
    found: set[str] = set()
    for entity in entities:  # what a record needs stands before it
        needed = {r.target for r in entity.references if r.required}
        needed |= {link.target for link in entity.links if link.required}
        if needed & found or not all(plenty(f) for f in entity.fields if f.unique):
            found.add(entity.name)
    return frozenset(found)


def _names(entities: Iterable[Entity]) -> dict[str, tuple[str, str]]:
    """Written name → module name and class name, all different."""
    found: dict[str, tuple[str, str]] = {}
    modules: set[str] = set(_MODULES)
    classes: set[str] = set(CLASSES)
    for entity in entities:
        name = distinct(snake(entity.name), modules, "_record")
        cls = distinct(pascal(name), classes, "Record")
        modules.add(name)
        classes.add(cls)
        found[entity.name] = (name, cls)
    return found
