"""How Alembic runs the scripts: on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from bareme.service.state import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables.metadata,
    version_table=tables.VERSIONS,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
