"""Form 1: the documents and the entries, which can be added to and not changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None
branch_labels = None
depends_on = None

TAKEN = {"document": "sha256 = NEW.sha256", "entry": "seq = NEW.seq OR hash = NEW.hash"}
FUNCTION = """
CREATE FUNCTION bareme_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only';
END
$$
"""


def upgrade() -> None:
    """Make the tables, their index and the triggers that refuse every change."""
    op.create_table(
        "document",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("author", sa.Text),
        sa.Column("known_from", sa.String(10), nullable=False),
        sa.Column("effective_from", sa.String(10), nullable=False),
        sa.Column("circular", sa.String(32).with_variant(sa.Text(), "postgresql"), nullable=False, index=True),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("content", sa.String(64), sa.ForeignKey("document.sha256")),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )
    if op.get_bind().dialect.name == "postgresql":
        guard_on_server()
    else:
        guard_in_file()


def guard_on_server() -> None:
    """Refuse UPDATE, DELETE and TRUNCATE, also where replication or a restore leaves ordinary triggers out."""
    op.execute(FUNCTION)
    for table in TAKEN:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION bareme_append_only()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")


def guard_in_file() -> None:
    """Refuse UPDATE, DELETE, and INSERT OR REPLACE, which fires no trigger of DELETE."""
    for table, taken in TAKEN.items():
        refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {taken}{refuse}")
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}")


def downgrade() -> None:
    """Nothing is taken back: a ledger is never made smaller."""
    raise NotImplementedError("a ledger is never taken back to an older form")
