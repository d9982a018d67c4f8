"""A specification as JDL that JHipster takes; what JDL cannot say stands in annotations."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from menon.apps.socratic.specification.data import (
    Entity,
    EntityField,
    Enumeration,
    FieldType,
    OnDelete,
    Relation,
    RelationKind,
)
from menon.apps.socratic.specification.jdl.kinds import BUILT_IN, KINDS, ON_DELETE, WRITTEN
from menon.apps.socratic.specification.jdl.packing import (
    documented,
    packed,
    packed_default,
    packed_transitions,
)
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.naming import camel, distinct, pascal, snake

_KIND: Final = {ours: theirs for theirs, ours in KINDS.items()}
_DELETED: Final[Mapping[OnDelete, str]] = {
    ours: theirs for theirs, ours in ON_DELETE.items() if theirs != "NO ACTION"
}
_REGEX: Final = re.compile(r"(?:[^/\\\n]|\\[^\n])+")
_INTEGER: Final = 2**31 - 1
_FORMATS: Final = frozenset({FieldType.EMAIL, FieldType.URL})


def write(spec: Specification) -> str:
    """The entities and enumerations as JDL; `read` gives the same ones back.

    Names that JDL does not allow get safe ones, and stand as they are in `@name("...")`.
    """
    return _Writer(spec).text()


class _Writer:
    def __init__(self, spec: Specification) -> None:
        self._spec = spec
        things = [*spec.entities, *spec.enums]
        made = distinct(pascal(each.name) for each in things)
        count = len(spec.entities)
        self._entities = _first([each.name for each in spec.entities], made[:count])
        self._enums = _first([each.name for each in spec.enums], made[count:])
        self._built_in = {e.name for e in spec.entities if BUILT_IN.get(e.name) == _bare(e)}
        self._display = {entity.name: entity.display for entity in spec.entities}
        self._fields = {entity.name: _names(entity) for entity in spec.entities}

    def text(self) -> str:
        title = "".join(c if c.isprintable() else " " for c in self._spec.project.name)
        parts = [f"// {title}"]
        parts += ["\n".join(self._enum(enum)) for enum in self._spec.enums]
        parts += [
            "\n".join(self._entity(entity))
            for entity in self._spec.entities
            if entity.name not in self._built_in
        ]
        parts += self._relationships()
        parts += ["\n".join(self._options())]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _enum(self, enum: Enumeration) -> Iterator[str]:
        name, tags = self._enums[enum.name], list[str]()
        if name != enum.name:
            tags.append(f"@name {packed(enum.name)}")
        if enum.description:
            tags.append(f"@description {_in_doc(enum.description)}")
        if tags:
            yield f"/** {tags[0]} */" if len(tags) == 1 else _block(tags)
        yield f"enum {name} {{"
        keys = distinct(_key(value) for value in enum.values)
        lines = [
            self._value(key, value, enum.labels.get(value, ""))
            for key, value in zip(keys, enum.values, strict=True)
        ]
        yield ",\n".join(lines)
        yield "}"

    def _value(self, key: str, value: str, label: str) -> str:
        tags = [f"@value {_in_doc(value)}"] if key != value else []
        shown = f' ("{label}")' if label else ""
        if label != packed(label):
            tags.append(f"@label {_in_doc(label)}")
            shown = ""
        doc = f"/** {tags[0]} */ " if len(tags) == 1 else ""
        doc = f"{_block(tags)}\n  " if len(tags) > 1 else doc
        return f"  {doc}{key}{shown}"

    def _entity(self, entity: Entity) -> Iterator[str]:
        name = self._entities[entity.name]
        yield from _doc(entity.description, "")
        if name != entity.name:
            yield _noted("name", entity.name)
        for fact, value in (
            ("description", _undocumented(entity.description)),
            ("plural", entity.plural),
            ("display", entity.display),
            ("retentionDays", entity.retention_days),
            ("volume", entity.volume),
            ("source", entity.source or None),
        ):
            if value is not None:
                yield _noted(fact, str(value))
        yield from (f"@{fact}" for fact, on in _flags(entity) if on)
        if (life := entity.life_cycle) is not None:
            yield _noted("lifeCycle", life.field)
            yield _noted("initialState", life.initial)
            if life.transitions:
                yield f'@transitions("{packed_transitions(life.transitions)}")'
        if not entity.fields:
            yield f"entity {name}"
            return
        yield f"entity {name} {{"
        names = _names(entity)
        lines = [self._field(field, names[field.name]) for field in entity.fields]
        yield ",\n".join(lines)
        yield "}"

    def _field(self, field: EntityField, name: str) -> str:
        notes = list(_field_notes(field, name))
        kind = self._enums.get(field.enum or "") if field.type is FieldType.ENUM else None
        kind = kind or (field.enum or WRITTEN.get(field.type, "String"))
        if kind == "Integer" and max(abs(field.min or 0), abs(field.max or 0)) > _INTEGER:
            kind = "Long"
        line = " ".join([*notes, name, kind, *_checks(field)])
        doc = "\n".join(f"  {part}" for part in _doc(field.description, "  "))
        return f"{doc}\n  {line}" if doc else f"  {line}"

    def _relationships(self) -> Iterator[str]:
        open_kind, lines = "", list[str]()
        for entity in self._spec.entities:
            for relation in entity.relations:
                kind = _KIND[relation.kind]
                if kind != open_kind and lines:
                    yield _relationship(open_kind, lines)
                    lines = []
                open_kind = kind
                lines.append(self._relation(entity, relation))
        if lines:
            yield _relationship(open_kind, lines)

    def _relation(self, entity: Entity, relation: Relation) -> str:
        name, safe = relation.name, camel(relation.name)
        notes = [_noted("name", name)] if safe != name else []
        notes += ["@holds"] if relation.kind is RelationKind.ONE_TO_MANY else []
        if relation.on_delete is not OnDelete.RESTRICT:
            notes.append(f'@OnDelete("{_DELETED[relation.on_delete]}")')
        if (text := _undocumented(relation.description)) is not None:
            notes.append(_noted("description", text))
        notes += [_noted("source", relation.source)] if relation.source else []
        shown = self._fields.get(relation.target, {}).get(self._display.get(relation.target) or "")
        display = f"({shown})" if shown else ""
        needed = " required" if relation.required else ""
        source = " ".join([*notes, f"{self._entities[entity.name]}{{{safe}{display}{needed}}}"])
        target = self._entities.get(relation.target, pascal(relation.target))
        if relation.inverse is not None:
            back = camel(relation.inverse)
            named = f"{_noted('name', relation.inverse)} " if back != relation.inverse else ""
            target = f"{named}{target}{{{back}}}"
        if relation.target in self._built_in:
            target = f"{target} with builtInEntity"
        doc = "".join(f"{part} " for part in _doc(relation.description, "  "))
        return f"  {doc}{source} to {target}"

    def _options(self) -> Iterator[str]:
        entities = [e for e in self._spec.entities if e.name not in self._built_in]
        paged = [e for e in entities if e.paginate]
        for keyword, value, chosen in (
            ("paginate", "pagination", paged),
            # Where nothing at all is said of pages, all have them.
            ("paginate", "no", [] if paged else entities),
            ("search", "elasticsearch", [e for e in entities if e.search]),
        ):
            if chosen:
                names = ", ".join(self._entities[each.name] for each in chosen)
                yield f"{keyword} {names} with {value}"


def _relationship(kind: str, lines: list[str]) -> str:
    return "\n".join([f"relationship {kind} {{", ",\n".join(lines), "}"])


def _bare(entity: Entity) -> Entity:
    return entity.model_copy(update={"relations": []})


def _first(names: list[str], made: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, safe in zip(names, made, strict=True):
        found.setdefault(name, safe)
    return found


def _names(entity: Entity) -> dict[str, str]:
    names = [field.name for field in entity.fields]
    return _first(names, distinct(camel(name) for name in names))


def _flags(entity: Entity) -> tuple[tuple[str, bool], ...]:
    return (("owned", entity.owned), ("softDelete", entity.soft_delete))


def _key(value: str) -> str:
    """A value as JDL takes it: a capital first, then letters, digits and underscores."""
    if value.isascii() and value.isidentifier() and value[0].isupper():
        return value
    return snake(value).upper()


def _field_notes(field: EntityField, name: str) -> Iterator[str]:
    texts = field.type is FieldType.TEXT
    hidden = texts or _slashed(field.pattern) is None
    for fact, value in (
        ("name", field.name if field.name != name or name == "id" else None),
        ("format", field.type.value if field.type in _FORMATS else None),
        ("above", None if field.above is None else _number(field.above)),
        ("below", None if field.below is None else _number(field.below)),
        ("minLength", field.min_length if texts else None),
        ("maxLength", field.max_length if texts else None),
        ("pattern", field.pattern if hidden else None),
        ("description", _undocumented(field.description)),
        ("source", field.source or None),
    ):
        if value is not None:
            yield _noted(fact, str(value))
    if field.default is not None:
        yield _noted("defaultValue", packed_default(field.default, field.type))


def _checks(field: EntityField) -> Iterator[str]:
    yield from (word for word in ("required", "unique") if getattr(field, word))
    if field.min is not None:
        yield f"min({_number(field.min)})"
    if field.max is not None:
        yield f"max({_number(field.max)})"
    if field.type is FieldType.TEXT:
        return
    if field.min_length is not None:
        yield f"minlength({field.min_length})"
    if field.max_length is not None:
        yield f"maxlength({field.max_length})"
    if (slashed := _slashed(field.pattern)) is not None:
        yield f"pattern({slashed})"


def _slashed(pattern: str | None) -> str | None:
    """A pattern between slashes; None where JDL would read another one back."""
    if not pattern or "\\/" in pattern or packed(pattern) != pattern:
        return None
    escaped = pattern.replace("/", "\\/")
    return f"/{escaped}/" if _REGEX.fullmatch(escaped) else None


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def _noted(name: str, value: str) -> str:
    return f'@{name}("{packed(value)}")'


def _undocumented(text: str) -> str | None:
    """A description that no doc comment can hold."""
    return text if text and _held(text) is None else None


def _held(text: str) -> str | None:
    # A tag at the beginning of a line would be read as one.
    return None if "\n@" in f"\n{text}" else documented(text)


def _doc(text: str, indent: str) -> Iterator[str]:
    comment = _held(text)
    if comment is not None:
        yield comment.replace("\n", f"\n{indent}")


def _in_doc(text: str) -> str:
    return packed(text).replace("*/", "%2A/")


def _block(lines: list[str]) -> str:
    return "/**\n" + "".join(f" * {line}\n" for line in lines) + " */"
