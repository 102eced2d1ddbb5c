"""The tables of the state, the same in SQLite and PostgreSQL. Moments are milliseconds; no patient is in them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

FORMAT = 2
"""The number of the tables' form; each has its migration, named by the same number."""
VERSIONS = "bareme_state_format"
"""The table that holds the number."""

metadata = MetaData()

keys = Table(
    "service_key",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

sessions = Table(
    "service_session",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("key", String(16), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

limits = Table(
    "service_limit",
    metadata,
    Column("who", String(64), primary_key=True),
    Column("full_at", BigInteger, nullable=False),
)

jobs = Table(
    "service_job",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("owner", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("format", String(16), nullable=False),
    Column("options", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("lines_done", BigInteger, nullable=False),
    Column("lines_all", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("expires_at", BigInteger, nullable=False),
    Column("leased_by", String(64)),
    Column("leased_until", BigInteger),
    Column("error", Text),
    Column("outcome", Text),
    Index("ix_service_job_state", "state", "created_at"),
)

drafts = Table(
    "service_draft",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("session", String(64), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
