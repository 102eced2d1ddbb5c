"""What an index needs of a ledger's entries, taken out of their payloads without making readings of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from bareme.book.ledger import Entry

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 16
"""The payloads of so many entries are looked into at once."""
_AMOUNT = dict.fromkeys(("setting", "regime", "intervention", "patient_share", "basis", "intervention_kind"), "VARCHAR")
_LINE: dict[str, Any] = {
    **dict.fromkeys(("ambulatory_code", "hospital_code", "fee", "label", "convention"), "VARCHAR"),
    "section": {"number": "VARCHAR", "title": "VARCHAR"},
    "source": {"table": "INTEGER", "row": "INTEGER"},
    "terms": "JSON",
    "not_published": "JSON",
    "amounts": [_AMOUNT | dict.fromkeys(("age_from", "age_to", "facts", "not_published"), "JSON")],
}
_CIRCULAR = dict.fromkeys(("kind", "series", "title", "language"), "VARCHAR")
_SHAPE = {
    "reading": {
        "circular": _CIRCULAR,
        "lines": [_LINE],
        "measures": [{"codes": "JSON"}],
        "findings": [{"code": "VARCHAR"}],
    },
    "doubtful_rows": "JSON",
}
_READ = """
CREATE OR REPLACE TEMP TABLE found AS SELECT seq, json_transform(payload, ?) AS said FROM (
    SELECT unnest(?) AS seq, unnest(?) AS payload)
"""
_HEADS = """
SELECT seq, said.reading.circular.kind, said.reading.circular.series, said.reading.circular.title,
    said.reading.circular.language, said.doubtful_rows,
    list_transform(said.reading.measures, lambda m: m.codes), list_transform(said.reading.findings, lambda f: f.code)
FROM found
"""
_LINES = """
SELECT seq, place, line.ambulatory_code, line.hospital_code, line.fee, line.label, line.section.number,
    line.section.title, line.convention, line.source."table", line.source."row",
    hash(line.ambulatory_code, line.hospital_code, line.fee, line.terms, line.not_published, list_sort(line.amounts))
FROM (SELECT seq, unnest(said.reading.lines) AS line, unnest(range(len(said.reading.lines))) AS place FROM found)
ORDER BY seq, place
"""


@dataclass(frozen=True, slots=True)
class LightLine:
    """A line without its amounts; `figures` stands for all that it says in figures."""

    place: int
    codes: tuple[str, ...]
    fee: str | None
    label: str | None
    section: tuple[str | None, str] | None
    convention: str | None
    is_doubtful: bool
    figures: int


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry of a circular says, as far as an index needs it. `named` are the codes that measures name."""

    seq: int
    kind: str
    series: str
    title: str | None
    language: str
    lines: tuple[LightLine, ...]
    named: frozenset[str]
    concerned: frozenset[str]


def said_by(entries: Iterable[Entry]) -> Iterator[Said]:
    """What the entries of circulars say, in their order."""
    import duckdb

    rest = iter(entries)
    connection = duckdb.connect()
    try:
        while part := list(islice(rest, AT_ONCE)):
            yield from _said(connection, part)
    finally:
        connection.close()


def _said(connection: duckdb.DuckDBPyConnection, part: Sequence[Entry]) -> Iterator[Said]:
    connection.execute(_READ, [json.dumps(_SHAPE), [e.seq for e in part], [e.payload for e in part]])
    heads = {head[0]: head[1:] for head in connection.execute(_HEADS).fetchall()}
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for seq, *row in connection.execute(_LINES).fetchall():
        rows.setdefault(seq, []).append(tuple(row))
    for entry in part:
        kind, series, title, language, doubtful, named, concerned = heads[entry.seq]
        places = {(table, row) for table, row in json.loads(doubtful or "[]")}
        lines = tuple(_line(row, places) for row in rows.get(entry.seq, ()))
        names = frozenset(code for codes in named or () for pair in json.loads(codes or "[]") for code in pair)
        found = frozenset(code for code in concerned or () if code is not None)
        yield Said(entry.seq, kind, series or "", title, language, lines, names, found)


def _line(row: tuple[Any, ...], doubtful: set[tuple[int, int]]) -> LightLine:
    place, ambulatory, hospital, fee, label, number, title, convention, table, at, figures = row
    codes = tuple(code for code in (ambulatory, hospital) if code is not None)
    section = None if title is None else (number, title)
    return LightLine(place, codes, fee, label, section, convention, (table, at) in doubtful, figures)
