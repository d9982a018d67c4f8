"""Tables become the lines of a migration: made, changed, removed; pure.

    Schema before, Schema after → `plan` → lines of `upgrade`, and what they do in words

What is lost is said; values that do not fit any more stop the migration before anything is changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from menon.apps.socratic.generator import migration_lines as spell
from menon.apps.socratic.generator.migration_changes import altered, renamed
from menon.apps.socratic.generator.schema import Schema, Table


@dataclass(kw_only=True)
class Plan:
    """The lines of one direction, and what they do in words."""

    lines: list[str] = field(default_factory=list[str])
    said: list[str] = field(default_factory=list[str])


Names = Mapping[str, Mapping[str, str]]
"""By table, new names of columns by their old ones."""


def renames(before: Schema, after: Schema) -> Names:
    """What seems to have another name only."""
    pairs = ((one, before.table(one.name)) for one in after.tables if not one.link)
    found = {new.name: renamed(old, new) for new, old in pairs if old is not None}
    return {table: names for table, names in found.items() if names}


def back(names: Names) -> Names:
    """The other way round."""
    return {table: {new: old for old, new in one.items()} for table, one in names.items()}


def plan(before: Schema, after: Schema, names: Names | None = None) -> Plan:
    """What makes the tables of one schema those of the other; no lines where they are the same."""
    done = Plan()
    old = {table.name: table for table in before.tables}
    remade = [table.name for table in after.tables if _is_remade(old.get(table.name), table)]
    gone = [one for one in before.tables if one.name in remade or after.table(one.name) is None]
    done.lines += [line for table in reversed(gone) if table.link for line in _drop(table)]
    fresh = [one for one in after.tables if one.name not in old or one.name in remade]
    done.lines += create(fresh)
    for table in after.tables:
        if table.name in old and table.name not in remade:
            found, said = altered(old[table.name], table, (names or {}).get(table.name))
            done.lines += found
            done.said += said
    done.lines += _late(fresh)
    records = [table for table in reversed(gone) if not table.link]
    done.lines += [line for table in records for line in _untie(table)]
    done.lines += [line for table in records for line in _drop(table)]
    done.said += [f"Makes the table {one.name}." for one in fresh]
    done.said += [f"Removes the table {one.name} with all that it holds." for one in gone]
    return done


def initial(schema: Schema) -> list[str]:
    """The lines that make all tables."""
    return [*create(schema.tables), *_late(schema.tables)]


def removal(schema: Schema) -> list[str]:
    """The lines that remove all tables."""
    lines = [line for table in reversed(schema.tables) for line in _untie(table)]
    return [*lines, *(line for table in reversed(schema.tables) for line in _drop(table))]


def create(tables: Iterable[Table]) -> list[str]:
    """The lines that make tables, without the keys that point at tables made later."""
    lines: list[str] = []
    for table in tables:
        parts = [repr(table.name)]
        parts += [] if table.link else ["*_record_columns()"]
        parts += [spell.column(one, primary=table.link) for one in table.columns]
        parts += [] if table.link else ["sqlite_autoincrement=True"]
        lines.append(f"op.create_table({', '.join(parts)},)")
        lines += [spell.partial_index(table.name, one) for one in table.columns if one.partial]
    return lines


def _is_remade(old: Table | None, new: Table) -> bool:
    """Whether a table that links others has to be made anew: it links other tables now."""
    if old is None or not (old.link or new.link):
        return False
    same = [(one.name, one.target) for one in old.columns]
    return old.link != new.link or same != [(one.name, one.target) for one in new.columns]


def _late(tables: Iterable[Table]) -> list[str]:
    """The keys that point at tables that are made later."""
    return [
        line
        for table in tables
        for one in table.columns
        if one.deferred
        for line in spell.batch(table, [spell.foreign_key(table.name, one)])
    ]


def _untie(table: Table) -> list[str]:
    names = [one for one in table.columns if one.deferred]
    return [
        line
        for one in names
        for line in spell.batch(table, [spell.no_foreign_key(table.name, one)])
    ]


def _drop(table: Table) -> list[str]:
    return [f"op.drop_table({table.name!r})"]
