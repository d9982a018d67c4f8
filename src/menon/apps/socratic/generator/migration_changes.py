"""What changes in one table, as lines of a migration: values, then what columns keep to; pure."""

from collections.abc import Mapping
from typing import Final

import msgspec

from menon.apps.socratic.generator import migration_lines as spell
from menon.apps.socratic.generator.names import short
from menon.apps.socratic.generator.schema import ACCOUNTS, KEY, Column, Table
from menon.apps.socratic.specification.data import FieldType

_TEXTS: Final = frozenset(
    kind.value
    for kind in (
        FieldType.STRING,
        FieldType.TEXT,
        FieldType.EMAIL,
        FieldType.URL,
        FieldType.ENUM,
    )
)


_KEPT: Final = frozenset({"owner_id", "deleted_at"})
"""Columns that no field has made."""


def renamed(old: Table, new: Table) -> dict[str, str]:
    """The new name of the one column that is gone, where one of the same kind has come.

    Nothing says that it is the same one; but values that were kept in vain can be removed later,
    and those that were removed cannot be had back.
    """
    gone = [one for one in old.columns if new.column(one.name) is None]
    come = [one for one in new.columns if old.column(one.name) is None]
    alike = [one for one in come if gone and _is_alike(gone[0], one)]
    return {gone[0].name: alike[0].name} if len(gone) == len(alike) == 1 else {}


def _is_alike(old: Column, new: Column) -> bool:
    same = (old.kind, old.target, old.values) == (new.kind, new.target, new.values)
    return same and not {old.name, new.name} & _KEPT


def altered(
    old: Table, new: Table, names: Mapping[str, str] | None = None
) -> tuple[list[str], list[str]]:
    """The lines that make one table the other, and what they do in words.

    Args:
        old: the table as it is.
        new: the table as it shall be.
        names: new names of columns that stay what they are.
    """
    work = _Alteration(old, new, names or {})
    found = [*work.checks, *work.columns, *work.values, *work.no_indexes]
    found += [*spell.batch(new, work.batch), *spell.batch(new, work.renamed), *work.indexes]
    return found, work.said


class _Alteration:
    """The lines that change one table, by the order in which they stand."""

    def __init__(self, old: Table, new: Table, names: Mapping[str, str]) -> None:
        self.old, self.new, self.name = old, new, new.name
        self.said: list[str] = []
        self.checks: list[str] = []
        self.columns: list[str] = []
        self.values: list[str] = []
        self.no_indexes: list[str] = []
        self.batch: list[str] = []
        self.renamed: list[str] = []
        self.indexes: list[str] = []
        for one in old.columns:
            after = new.column(names.get(one.name, one.name))
            if after is None:
                self._say(f"Removes {self.name}.{one.name} with its values.")
                self._remove(one)
            elif after.name != one.name:
                self._rename(one, after)
        for one in new.columns:
            before = old.column(one.name)
            if one.name in names.values():
                continue
            if before is None:
                self._say(f"Adds {self.name}.{one.name}.")
                self._add(one)
            elif before != one:
                self._change(before, one)

    def _say(self, text: str) -> None:
        self.said.append(text)

    def _remove(self, one: Column) -> None:
        self._unindex(one)
        self.batch.append(f"batch.drop_column({one.name!r})")

    def _add(self, one: Column) -> None:
        self.columns.append(f"op.add_column({self.name!r}, sa.Column({one.name!r}, {one.type}))")
        if one.required:
            self._fill(one, one.name)
            self._nullable(one, self.batch)
        self._bind(one, self.batch)

    def _rename(self, before: Column, after: Column) -> None:
        """The same values under another name; what the name is part of is made anew."""
        self._say(
            f"Renames {self.name}.{before.name} to {after.name} with its values, since one of that "
            f"kind is gone and one has come; where it is another one, empty it in `after_upgrade`."
        )
        free = {"unique": False, "partial": False, "index": False, "target": "", "ondelete": ""}
        was = msgspec.structs.replace(before, **free)
        self._adjust(was, msgspec.structs.replace(after, name=before.name, **free))
        self._unbind(before)
        if after.unique and not before.unique:
            hidden = self.old.column("deleted_at") is not None and after.partial
            self.checks.append(
                f"data.refuse_twice({self.name!r}, {before.name!r}, hidden={hidden})"
            )
        self.renamed.append(
            f"batch.alter_column({before.name!r}, new_column_name={after.name!r},"
            f" existing_type={after.type}, existing_nullable={not after.required})"
        )
        self.indexes += _bound(self.name, self.new, after)

    def _unbind(self, one: Column) -> None:
        """What a column keeps to, taken away."""
        self._unindex(one)
        if one.unique and not one.partial:
            name = f"op.f({f'uq_{self.name}_{one.name}'!r})"
            self.batch.append(f'batch.drop_constraint({name}, type_="unique")')
        if one.target:
            self.batch.append(spell.no_foreign_key(self.name, one))

    def _change(self, before: Column, after: Column) -> None:
        if before.target != after.target:
            self._exchange(before, after)
        elif before.kind != after.kind and not {before.kind, after.kind} <= _TEXTS:
            self._convert(before, after)
        else:
            self._adjust(before, after)

    def _exchange(self, before: Column, after: Column) -> None:
        """A key of another table: what it holds means nothing any more."""
        self._say(f"Points {self.name}.{after.name} at {after.target or 'nothing'}.")
        spare = self._spare(after.name)
        self._replace(before, after, spare)
        if after.required:
            self._fill(after, spare)

    def _convert(self, before: Column, after: Column) -> None:
        """Values of another kind, one by one."""
        self._say(f"Changes {self.name}.{after.name} from {before.kind} to {after.kind}.")
        spare = self._spare(after.name)
        self._replace(before, after, spare)
        self.values.append(
            f"data.convert({self.name!r}, {before.name!r}, {before.type}, {spare!r}, {after.type},"
            f" {after.kind!r})"
        )
        self._fit(before, after, spare)
        if after.required:
            self._fill(after, spare)

    def _replace(self, before: Column, after: Column, spare: str) -> None:
        self.columns.append(f"op.add_column({self.name!r}, sa.Column({spare!r}, {after.type}))")
        self._remove(before)
        nullable = ", nullable=False" if after.required else ""
        self.renamed.append(
            f"batch.alter_column({spare!r}, new_column_name={after.name!r},"
            f" existing_type={after.type}{nullable})"
        )
        self.indexes += _bound(self.name, self.new, after)

    def _spare(self, name: str) -> str:
        """A name that no column has."""
        spare = f"{name}_new"
        while self.old.column(spare) or self.new.column(spare):
            spare += "_"
        return spare

    def _adjust(self, before: Column, after: Column) -> None:
        """The same values, which keep to something else."""
        self._fit(before, after, after.name)
        if before.type != after.type:
            self._say(f"Stores {self.name}.{after.name} as {after.kind}.")
            self.batch.append(
                f"batch.alter_column({after.name!r}, existing_type={before.type},"
                f" type_={after.type})"
            )
        if before.required != after.required:
            self._say(
                f"{self.name}.{after.name} {'is required' if after.required else 'may miss'}."
            )
            if after.required:
                self._fill(after, after.name)
            self._nullable(after, self.batch)
        if before.ondelete != after.ondelete:
            self._say(f"Deletes what {self.name}.{after.name} points at otherwise.")
            self.batch.append(spell.no_foreign_key(self.name, before))
            self.batch.append(spell.foreign_key(self.name, after))
        self._distinguish(before, after)

    def _distinguish(self, before: Column, after: Column) -> None:
        """Uniqueness and indexes."""
        was, now = (before.unique, before.partial), (after.unique, after.partial)
        if was != now:
            if before.unique and not before.partial:
                name = f"op.f({f'uq_{self.name}_{before.name}'!r})"
                self.batch.append(f'batch.drop_constraint({name}, type_="unique")')
            if before.partial:
                self._unindex(before)
            if after.unique:
                hidden = self.old.column("deleted_at") is not None and after.partial
                self.checks.append(
                    f"data.refuse_twice({self.name!r}, {after.name!r}, hidden={hidden})"
                )
            told = "is unique" if after.unique else "may be the same twice"
            if before.unique != after.unique:
                self._say(f"{self.name}.{after.name} {told}.")
            self._unique(after, self.batch)
        if before.index and not after.index:
            self._unindex(before)
        elif after.index and not before.index:
            self.indexes.append(spell.index(self.name, after))

    def _fit(self, before: Column, after: Column, name: str) -> None:
        """Refuse values that the column does not take any more."""
        place = self.checks if name == after.name else self.values
        if after.values and set(before.values or ("",)) - set(after.values):
            place.append(f"data.refuse_others({self.name!r}, {name!r}, {list(after.values)!r})")
        longest = max(map(len, before.values), default=before.length)
        if after.length and not after.values and not 0 < longest <= after.length:
            place.append(f"data.refuse_longer({self.name!r}, {name!r}, {after.length})")

    def _fill(self, one: Column, name: str) -> None:
        """Values for records that have none."""
        if one.kind == KEY and one.target == ACCOUNTS:
            self.values.append(f"data.own({self.name!r}, {name!r})")
        elif one.kind == KEY:
            self.values.append(
                f"data.point({self.name!r}, {name!r}, {one.target!r}, unique={one.unique})"
            )
        else:
            self.values.append(
                f"data.fill({self.name!r}, {name!r}, {one.type}, lambda n: {one.fill})"
            )
        self._say(f"Fills {self.name}.{one.name} where it is empty.")

    def _nullable(self, one: Column, lines: list[str]) -> None:
        lines.append(
            f"batch.alter_column({one.name!r}, existing_type={one.type},"
            f" nullable={not one.required})"
        )

    def _bind(self, one: Column, lines: list[str]) -> None:
        """What a new column keeps to."""
        if one.target:
            lines.append(spell.foreign_key(self.name, one))
        self._unique(one, lines)
        if one.index:
            self.indexes.append(spell.index(self.name, one))

    def _unique(self, one: Column, lines: list[str]) -> None:
        if one.partial:
            self.indexes.append(spell.partial_index(self.name, one))
        elif one.unique:
            lines.append(spell.unique(self.name, one))

    def _unindex(self, one: Column) -> None:
        if one.index:
            name = f"op.f({f'ix_{self.name}_{one.name}'!r})"
            self.no_indexes.append(spell.no_index(self.name, name))
        if one.partial:
            name = repr(short(f"uq_{self.name}_{one.name}"))
            self.no_indexes.append(spell.no_index(self.name, name))


def _bound(name: str, table: Table, one: Column) -> list[str]:
    """What a column that took the place of another keeps to."""
    held: list[str] = []
    held += [spell.foreign_key(name, one)] if one.target else []
    held += [spell.unique(name, one)] if one.unique and not one.partial else []
    found = spell.batch(table, held)
    found += [spell.partial_index(name, one)] if one.partial else []
    return found + ([spell.index(name, one)] if one.index else [])
