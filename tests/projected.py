"""Scenarios written in a test, at work on a book; and the figures of a line in plain text."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import bareme
from bareme import Book
from bareme.circulars.model import Line
from bareme.pricing.view import View
from bareme.simulation.projecting import ProjectedLine, Projection, project
from bareme.simulation.scenario import Scenario
from bareme.simulation.scenario_files import read_scenario

HEAD = 'schema = "bareme/scenario/1"\nfrom = 2027-01-01\n[baseline]\non = 2026-12-31\n'
"""A scenario on the tariffs of the end of 2026: for doctors, those of 2025/336."""
HEAD_2026 = HEAD.replace("2027", "2026x").replace("2026-12", "2025-12").replace("2026x", "2026")
"""A scenario on the tariffs of the end of 2025: for doctors, those of 2024/382."""


def view_of(book: Book | None = None) -> View:
    """All that a book, or the shipped one, holds."""
    return (book or bareme.open_book("/nowhere/book.sqlite"))._view(None, None)


def measure(**keys: object) -> str:
    """A `[[measure]]` of TOML; `excepted` is written `except`, `begins` `from`, `as_` `as`."""
    names = {"excepted": "except", "begins": "from", "as_": "as"}
    written = {name: str(value).lower() if isinstance(value, bool) else value for name, value in keys.items()}
    lines = []
    for name, value in written.items():
        given = keys[name]
        shown = value if isinstance(given, bool | date) else json.dumps(given, ensure_ascii=False)
        lines.append(f"{names.get(name, name)} = {shown}\n")
    return "".join(["[[measure]]\n", *lines])


def scenario_of(folder: Path, *measures: str, head: str = HEAD, name: str = "s.toml") -> Scenario:
    """A scenario read from a file with these measures."""
    path = folder / name
    path.write_text("".join([head, *measures]), encoding="utf-8")
    return read_scenario(path)


def projection_of(folder: Path, *measures: str, head: str = HEAD, book: Book | None = None) -> Projection:
    """What these measures make of a book."""
    return project(scenario_of(folder, *measures, head=head), view_of(book))


def of(projection: Projection, code: str) -> ProjectedLine:
    """The one line of a code."""
    [found] = [one for one in projection.lines if code in [held.digits for held in one.listed.codes]]
    return found


def said(line: Line) -> str:
    """Letter values, fee, and each intervention with its patient share: 1.291737 373.31 373.31+0.00 364.63+8.68."""
    values = [str(term.value.amount) if term.value else "?" for term in line.terms]
    fee = str(line.fee.amount) if line.fee else "-"
    pairs = [
        f"{a.intervention.amount if a.intervention else '-'}+{a.patient_share.amount if a.patient_share else '-'}"
        for a in line.amounts
    ]
    return " ".join([*values, fee, *pairs])


def becomes(projection: Projection, code: str) -> str:
    """The figures of the line of a code after the scenario."""
    return said(of(projection, code).after)
