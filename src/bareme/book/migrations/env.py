"""How Alembic runs the scripts: on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from bareme.book import storage

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=storage.metadata,
    version_table=storage.VERSIONS,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
