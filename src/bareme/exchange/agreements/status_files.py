"""Statuses of commitments from a file: CSV with a header, or TOML with `[[status]]` entries."""

from __future__ import annotations

from pathlib import Path

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.commitments.agenda import Told
from bareme.conventions.agreement_2020.commitments.model import Status
from bareme.exchange.agreements.given import Column, read_table

COLUMNS = (
    Column("id"),
    Column("status", "choice", values=tuple(Status)),
    Column("on", "day", needed=False),
    Column("note", needed=False),
)


def read_statuses(path: str | Path, system: System) -> tuple[tuple[Told, ...], tuple[AgreementFinding, ...]]:
    """The statuses in the order of the file, and findings about rows that cannot be used."""
    given = read_table(path, COLUMNS, system, "status")
    told = (Told(row["id"], Status(row["status"]), row["on"], row["note"], row.place) for row in given.rows)
    return tuple(told), given.findings
