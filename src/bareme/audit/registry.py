"""The register of checks, in reading order, and what runs them.

A check is a generator that yields `Saying`s; its id and severity are in its decorator, its docstring is what must hold.
`doubts_line` marks the checks after which a line is not trusted: it is kept out of the price table.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeVar

from bareme.circulars.findings import Finding, Findings, Severity
from bareme.circulars.layout import RowLayout, TableLayout
from bareme.circulars.model import Line, Reading
from bareme.circulars.reading import Structure
from bareme.circulars.sources import Source


@dataclass(frozen=True, slots=True)
class Saying:
    """What a check has to say, before its id, severity and place are added."""

    message: str
    source: Source
    code: str | None = None
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the register. `subject` is what it looks at.

    Subjects are "line", "row", "table" and "document" (of `OF_ONE_DOCUMENT`), "book" (a circular against those that a
    book holds) and "alone" (a circular that has none before it).
    """

    id: str
    severity: Severity
    subject: str
    law: str
    doubts_line: bool
    function: Callable[..., Iterator[Saying]]


_registered: dict[str, Check] = {}
OF_ONE_DOCUMENT = ("line", "row", "table", "document")
"""Subjects of checks that look at one document, and need no other circular."""
_F = TypeVar("_F", bound=Callable[..., Iterator[Saying]])


def check(id: str, severity: Severity, subject: str, *, doubts_line: bool = False) -> Callable[[_F], _F]:
    """Register a check; its docstring is its law."""

    def register(function: _F) -> _F:
        if id in _registered:
            raise ValueError(f"two checks are called {id}")
        law = " ".join((function.__doc__ or "").split())
        _registered[id] = Check(id, severity, subject, law, doubts_line, function)
        return function

    return register


@cache
def every_check() -> Mapping[str, Check]:
    """Every check by its id, in the order in which they look, whatever was loaded first."""
    from bareme.audit.checks import MODULES

    order = {module.__name__: place for place, module in enumerate(MODULES)}
    return dict(sorted(_registered.items(), key=lambda item: order[item[1].function.__module__]))


def saying(source: Source, message: str, *, code: str | None = None, **values: object) -> Saying:
    """A saying whose message is filled in with its values and its code."""
    texts = {name: str(value) for name, value in values.items()}
    return Saying(message.format(code=code, **texts), source, code, texts)


def examine(reading: Reading, structure: Structure) -> Reading:
    """The reading with the findings of every check on one document."""
    findings = [
        as_finding(entry, said, reading)
        for entry in every_check().values()
        if entry.subject in OF_ONE_DOCUMENT
        for said in _run(entry, reading, structure)
    ]
    return replace(reading, findings=reading.findings.plus(findings))


def as_finding(entry: Check, said: Saying, reading: Reading) -> Finding:
    """A saying as a finding of its check, its message led by where it is."""
    message = f"{place_of(said.source, said.code, reading)}: {said.message}"
    return Finding(entry.id, entry.severity, message, said.source, said.code, said.values)


def _run(entry: Check, reading: Reading, structure: Structure) -> Iterator[Saying]:
    if entry.subject == "document":
        yield from entry.function(reading, structure)
        return
    subjects: dict[str, Iterable[Any]] = {
        "line": reading.lines,
        "row": (row for table in reading.tables for row in table.rows),
        "table": reading.tables,
    }
    for subject in subjects[entry.subject]:
        yield from entry.function(subject)


def place_of(source: Source, code: str | None, reading: Reading) -> str:
    """For people: "2025/336, N.6, row 2 (589772)"; with the cell of a workbook or the page of a PDF."""
    parts = [reading.circular.number or source.name]
    tables = reading.tables
    here = bisect_left(tables, source.table or 0, key=lambda table: table.number)  # tables stand in their order
    if here < len(tables) and tables[here].number == source.table:
        parts.append(_short(tables[here].place))
    elif not tables and source.table is not None:  # a reading out of a book
        section = next((line.section for line in reading.lines if line.source.table == source.table), None)
        parts += [_short(section.number or section.title)] if section else []
    if source.row:
        parts.append(f"row {source.row}")
    elif source.table is None and source.line is not None and source.place is None:
        parts.append(f"line {source.line}")
    if source.place is not None and (source.row or source.line is not None):
        parts.append(str(source.place))
    return ", ".join(parts) + (f" ({code})" if code else "")


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def anywhere(circular: Reading) -> Source:
    """A place for what is said of the whole circular: the table of its first line, or the document."""
    if circular.lines:
        return replace(circular.lines[0].source, row=None, cell=None, line=None, text=None)
    return Source(circular.document.sha256, circular.document.name)


def doubtful_rows(findings: Findings) -> frozenset[tuple[int, int]]:
    """The (table, row) of the lines that are not trusted."""
    checks = every_check()
    return frozenset(
        (f.source.table, f.source.row)
        for f in findings
        if f.check in checks and checks[f.check].doubts_line and f.source.table is not None and f.source.row is not None
    )


__all__ = [
    "Check",
    "Line",
    "RowLayout",
    "Saying",
    "TableLayout",
    "anywhere",
    "as_finding",
    "check",
    "doubtful_rows",
    "every_check",
    "examine",
    "place_of",
    "saying",
]
