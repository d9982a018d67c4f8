"""The lines of a migration that make and bind columns, as Alembic spells them; pure."""

from collections.abc import Iterable

from menon.apps.socratic.generator.names import short
from menon.apps.socratic.generator.schema import Column, Table


def column(one: Column, *, primary: bool = False) -> str:
    """A column of a table that is made."""
    parts = [repr(one.name), one.type]
    if one.target and not one.deferred:
        parts.append(f'sa.ForeignKey("{one.target}.id", ondelete={one.ondelete!r})')
    if primary:
        parts.append("primary_key=True")
    elif one.required:
        parts.append("nullable=False")
    if one.unique and not one.partial:
        parts.append("unique=True")
    if one.index:
        parts.append("index=True")
    return f"sa.Column({', '.join(parts)})"


def partial_index(table: str, one: Column) -> str:
    """Uniqueness among the records that are not hidden."""
    hidden = 'sa.text("deleted_at IS NULL")'
    return (
        f"op.create_index({short(f'uq_{table}_{one.name}')!r}, {table!r}, [{one.name!r}],"
        f" unique=True, sqlite_where={hidden}, postgresql_where={hidden})"
    )


def batch(table: Table, lines: Iterable[str]) -> list[str]:
    """Changes of one table, which SQLite makes by copying it."""
    found = list(lines)
    if not found:
        return []
    more = "" if table.link else ', table_kwargs={"sqlite_autoincrement": True}'
    head = f"with op.batch_alter_table({table.name!r}{more}) as batch:"
    return [head, *(f"    {line}" for line in found)]


def _fk_name(table: str, one: Column) -> str:
    name = f"fk_{table}_{one.name}"
    return repr(short(name)) if one.deferred else f"op.f({name!r})"


def foreign_key(table: str, one: Column) -> str:
    """A key that points at another table, within a batch."""
    name = _fk_name(table, one)
    return (
        f"batch.create_foreign_key({name}, {one.target!r}, [{one.name!r}], ['id'],"
        f" ondelete={one.ondelete!r})"
    )


def no_foreign_key(table: str, one: Column) -> str:
    """That key taken away, within a batch."""
    return f'batch.drop_constraint({_fk_name(table, one)}, type_="foreignkey")'


def unique(table: str, one: Column) -> str:
    """Uniqueness, within a batch."""
    return f"batch.create_unique_constraint(op.f({f'uq_{table}_{one.name}'!r}), [{one.name!r}])"


def index(table: str, one: Column) -> str:
    """An index."""
    return f"op.create_index(op.f({f'ix_{table}_{one.name}'!r}), {table!r}, [{one.name!r}])"


def no_index(table: str, name: str) -> str:
    """An index taken away, by the expression of its name."""
    return f"op.drop_index({name}, table_name={table!r})"
