"""The tables of a project as data: kept with its migrations, and compared by the next generation.

model → `of` → Schema ⇄ `migrations/schema.json`
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from menon.apps.socratic.generator import sampling, spelling
from menon.apps.socratic.generator.model import EntityModel, FieldModel, Link, Model, Reference
from menon.apps.socratic.specification.data import FieldType, OnDelete

PATH: Final = "migrations/schema.json"
ACCOUNTS: Final = "auth_accounts"
KEY: Final = "key"
MOMENT: Final = FieldType.DATETIME.value
_ENUM_LENGTH: Final = 80
"""As `app/core/storage.py` has it."""


class Column(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A column, in the words of a migration."""

    name: str
    type: str
    """Its type as a Python expression, such as `sa.String(200)`."""
    kind: str
    """What it holds: a type of field, or `key`."""
    required: bool = False
    unique: bool = False
    partial: bool = False
    """Unique among the records that are not hidden."""
    index: bool = False
    target: str = ""
    """The table whose key it holds."""
    ondelete: str = ""
    deferred: bool = False
    length: int = 0
    """The most characters that it takes; 0 is no limit."""
    values: tuple[str, ...] = ()
    """The values of an enumeration."""
    fill: str = ""
    """A Python expression of `n`, the key of a record that has no value yet, or empty."""


class Table(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A table; one that links records of two others has nothing but their keys."""

    name: str
    columns: tuple[Column, ...]
    link: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((one for one in self.columns if one.name == name), None)


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """Tables in an order in which they can be made; links come last."""

    tables: tuple[Table, ...]

    def table(self, name: str) -> Table | None:
        """The table of that name."""
        return next((one for one in self.tables if one.name == name), None)


def of(model: Model) -> Schema:
    """The tables that a model needs, apart from the accounts, which all projects share."""
    records = [Table(name=e.table, columns=tuple(_columns(e, model))) for e in model.entities]
    links = [_link(e, link, model) for e in model.entities for link in e.links]
    return Schema(tables=(*records, *links))


def written(schema: Schema) -> str:
    """The schema as a file; the same schema gives the same text."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode()


def read(content: bytes) -> Schema:
    """The schema of a file.

    Raises:
        msgspec.MsgspecError: it is none.
    """
    return msgspec.json.decode(content, type=Schema)


def _columns(entity: EntityModel, model: Model) -> Iterator[Column]:
    if entity.owned:
        yield Column(
            name="owner_id",
            type="Key",
            kind=KEY,
            required=True,
            index=True,
            target=ACCOUNTS,
            ondelete="RESTRICT",
        )
    if entity.soft_delete:
        yield Column(name="deleted_at", type="UtcDateTime", kind=MOMENT, index=True)
    for field in entity.fields:
        yield _value(field, entity)
    for reference in entity.references:
        yield _key(reference, entity, model)


def _value(field: FieldModel, entity: EntityModel) -> Column:
    return Column(
        name=field.name,
        type=_type(field),
        kind=field.type.value,
        required=field.required,
        unique=field.unique,
        partial=field.unique and entity.soft_delete,
        length=_length(field),
        values=tuple(value for _, value, _ in field.enum.members) if field.enum else (),
        fill=_fill(field, entity),
    )


def _type(field: FieldModel) -> str:
    """Its type, without a name of the application that a later version may not have any more."""
    if field.enum is not None:
        return f"sa.String({_ENUM_LENGTH})"
    spelt = spelling.column(field)
    return spelt if spelt.startswith(("Exact", "UtcDateTime")) else f"sa.{spelt}"


def _length(field: FieldModel) -> int:
    if field.enum is not None:
        return _ENUM_LENGTH
    fixed = {FieldType.EMAIL: 254, FieldType.URL: 2_000}
    if field.type is FieldType.STRING:
        return field.max_length or 0
    return fixed.get(field.type, 0)


def _fill(field: FieldModel, entity: EntityModel) -> str:
    """What a record gets that had no such value: the first state, the default, or a sample."""
    if entity.life_cycle is not None and field.state:
        return repr(entity.life_cycle.initial)
    if field.enum is not None:
        known = [value for _, value, _ in field.enum.members]
        default = str(field.default)
        return repr(default if default in known else known[0])
    if not field.unique and (default := spelling.default(field)):
        return default
    made, convert = sampling.sample(field), sampling.from_json(field)
    return f"{convert}({made})" if convert else made


def _key(reference: Reference, entity: EntityModel, model: Model) -> Column:
    return Column(
        name=reference.column,
        type="Key",
        kind=KEY,
        required=reference.required,
        unique=reference.unique,
        partial=reference.unique and entity.soft_delete,
        index=not reference.unique,
        target=model.by_name[reference.target].table,
        ondelete=_on_delete(reference),
        deferred=reference.deferred,
    )


def _on_delete(relation: Reference | Link) -> str:
    if isinstance(relation, Link):
        return "RESTRICT" if relation.on_delete is OnDelete.RESTRICT else "CASCADE"
    names = {OnDelete.RESTRICT: "RESTRICT", OnDelete.CASCADE: "CASCADE"}
    return names.get(relation.on_delete, "SET NULL")


def _link(entity: EntityModel, link: Link, model: Model) -> Table:
    target = model.by_name[link.target].table
    left = Column(
        name=link.left, type="Key", kind=KEY, required=True, target=entity.table, ondelete="CASCADE"
    )
    right = Column(
        name=link.right,
        type="Key",
        kind=KEY,
        required=True,
        index=True,
        target=target,
        ondelete=_on_delete(link),
    )
    return Table(name=link.table, columns=(left, right), link=True)
