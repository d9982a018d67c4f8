"""Alembic's entry: runs the history on the connection that `core.db.migrate` hands over."""

from alembic import context

from menon.core.db.base import Base

_connection = context.config.attributes["connection"]
context.configure(
    connection=_connection,
    target_metadata=Base.metadata,
    render_as_batch=_connection.dialect.name == "sqlite",
    compare_type=False,
    transaction_per_migration=False,
    include_object=lambda _object, _name, _kind, _reflected, _compared: True,
)
with context.begin_transaction():
    context.run_migrations()
