"""The tables of on-call posts, corrections and new initiatives, as people give them."""

from __future__ import annotations

from pathlib import Path

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.on_call.given import Correction, NewPost, PostHeading, heading_name
from bareme.exchange.agreements.given import Column, read_table

Findings = tuple[AgreementFinding, ...]
POSTS = (
    Column("post"),
    Column("heading"),
    Column("amount_2019", "euro", needed=False),
    Column("started", "day", needed=False),
    Column("months", "count", needed=False),
    Column("extrapolate", "yes_no", needed=False),
)
CORRECTIONS = (Column("post"), Column("heading"), Column("amount", "euro"), Column("round", "count"))
NEW = (Column("post"), Column("amount", "euro"), Column("joins", "yes_no", needed=False))


def read_posts(path: str | Path, system: System) -> tuple[tuple[PostHeading, ...], Findings]:
    """Posts and headings (CSV, or TOML with `[[post]]`); headings in English or French."""
    given = read_table(path, POSTS, system, "post")
    rows = tuple(
        PostHeading(
            row["post"],
            heading_name(system, row["heading"]),
            row["amount_2019"],
            row["started"],
            row["months"],
            row["extrapolate"],
            row.place,
        )
        for row in given.rows
    )
    return rows, given.findings


def read_corrections(path: str | Path, system: System) -> tuple[tuple[Correction, ...], Findings]:
    """Corrections (CSV, or TOML with `[[correction]]`)."""
    given = read_table(path, CORRECTIONS, system, "correction")
    rows = tuple(
        Correction(row["post"], heading_name(system, row["heading"]), row["amount"], row["round"], row.place)
        for row in given.rows
    )
    return rows, given.findings


def read_new(path: str | Path, system: System) -> tuple[tuple[NewPost, ...], Findings]:
    """New initiatives (CSV, or TOML with `[[initiative]]`)."""
    given = read_table(path, NEW, system, "initiative")
    return tuple(NewPost(row["post"], row["amount"], row["joins"], row.place) for row in given.rows), given.findings
