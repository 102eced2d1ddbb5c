"""The tables of a ledger in SQL, the same in SQLite and PostgreSQL. Nothing here knows what an entry means."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import DDL, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text, event
from sqlalchemy.engine import Connection

FORMAT = 1
"""The number of the tables' form. Each has its migration, which is named by the same number."""
VERSIONS = "bareme_format"
"""The table that holds the number on a server; a SQLite file holds it as its `user_version`."""
WAIT_SECONDS = 30
"""How long a writer waits for another one to end."""

metadata = MetaData()

documents = Table(
    "document",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

entries = Table(
    "entry",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("author", Text),
    Column("known_from", String(10), nullable=False),
    Column("effective_from", String(10), nullable=False),
    Column("circular", String(32).with_variant(Text(), "postgresql"), nullable=False, index=True),
    Column("document", String(64), nullable=False),
    Column("content", String(64), ForeignKey("document.sha256")),
    Column("payload", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)


def _ddl(statement: str) -> DDL:
    """A statement of SQLite's own; on a server the migration makes the like of it."""
    return DDL(statement)  # type: ignore[no-untyped-call]


_TAKEN = {documents: "sha256 = NEW.sha256", entries: "seq = NEW.seq OR hash = NEW.hash"}
"""What a new row may not share with one that is there: INSERT OR REPLACE drops that one and fires no DELETE trigger."""

for _table, _taken in _TAKEN.items():
    event.listen(
        _table,
        "after_create",
        _ddl(
            f"CREATE TRIGGER {_table.name}_no_replace BEFORE INSERT ON {_table.name} "
            f"WHEN EXISTS (SELECT 1 FROM {_table.name} WHERE {_taken}) "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
    for _verb in ("UPDATE", "DELETE"):
        event.listen(
            _table,
            "after_create",
            _ddl(
                f"CREATE TRIGGER {_table.name}_no_{_verb.lower()} BEFORE {_verb} ON {_table.name} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            ).execute_if(dialect="sqlite"),
        )


class Database(Protocol):
    """What a ledger needs of its database, beside the tables."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def transaction(self, *, reading: bool = False) -> AbstractContextManager[Connection]:
        """A transaction that sees one state; one that writes keeps other writers out until it ends."""

    def state(self) -> object:
        """What changes when anyone writes."""

    def is_made(self) -> bool:
        """True when there is a book."""

    def format_of(self, connection: Connection) -> int:
        """The number of its form; 0 where it is no book."""

    def make(self, connection: Connection) -> bool:
        """Make the tables, in a transaction that writes; False, and nothing done, where they are there."""

    def close(self) -> None:
        """Give back what it holds open; it opens again when it is used."""
