"""Inserting a row that may be there already, in the words of each dialect."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from menon.core.db.base import Base


def insert_new(session: Session, table: type[Base], **values: Any) -> None:
    """Insert a row unless one with the same key is there; two writers at once both succeed."""
    insert_all_new(session, table, [values])


def insert_all_new(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert those rows whose keys are not there yet."""
    session.connection().execute(_statement(table, session.get_bind().dialect.name), rows)


@cache
def _statement(table: type[Base], dialect: str) -> Executable:
    # Kept, since making a statement takes longer than executing it.
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(table).on_conflict_do_nothing()
