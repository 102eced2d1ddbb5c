"""The rows of tables and files of acts that are in no sum: file, line, code and why, as far as they were looked for.

Acts are counted without their lines, so that a file with some that cannot be used is gone through once more for these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from bareme.circulars.findings import Severity
from bareme.exchange.bulk import pieces
from bareme.exchange.bulk.mapping import read_mapping
from bareme.exchange.bulk.pieces import Cursors, Piece
from bareme.exchange.bulk.sources import ActsFiles, acts_files
from bareme.exchange.bulk.statement import acts_of, kinds_in
from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.columns import KNOWN_COLUMNS
from bareme.pricing.counting import CHOICES, keyed
from bareme.simulation.budget import Unusable, UnusableRow
from bareme.simulation.volumes import Refused, Volumes, ages_of

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from bareme.pricing.engine import Engine

MOST_ROWS = 10_000
"""So many rows are listed."""
MOST_ACTS = 5_000_000
"""Rows are looked for among so many acts of a run's files, from the first on."""


def of_table(volumes: Volumes, refused: Sequence[Refused]) -> Unusable:
    """The rows of a table: those that cannot be read, and those without a tariff."""
    found = [
        UnusableRow(volumes.name, finding.source.line or 0, finding.code, finding.message)
        for finding in volumes.findings
        if finding.severity is Severity.ERROR
    ]
    found += [UnusableRow(volumes.name, one.line, one.code, why_of(one)) for one in refused if one.line is not None]
    found.sort(key=lambda row: row.line)
    return Unusable(tuple(found[:MOST_ROWS]), len(found) <= MOST_ROWS)


def why_of(one: Refused) -> str:
    """An outcome and what is missing or wrong, in words."""
    because = f" ({one.because.replace('_', ' ')})" if one.because else ""
    return f"{one.outcome.replace('_', ' ')}{because}"


def of_acts(given: str, engine: Engine, on: date, refused: Sequence[Refused], columns: str | None = None) -> Unusable:
    """The rows of files of acts that were refused when they were counted for a day."""
    if not refused:
        return Unusable()
    acts, cursors = acts_files(given, read_mapping(columns)), Cursors(engine)
    facts = tuple(name for name in CHOICES if name in acts.known)
    choices = [name for name in facts if name in engine.prices.choices]
    known = tuple(name for name in KNOWN_COLUMNS if name in acts.known)
    query = keyed(kinds_in(acts), tuple(ages_of(engine, on)), facts, known)
    texts = (f"coalesce(keyed.{name}, '') = refused_rows.{name}" for name in ("code", "invalid", *choices))
    matching = " AND ".join(("keyed.age = refused_rows.age", *texts))
    select = f"{query} SELECT input_line, number FROM keyed JOIN refused_rows ON {matching} ORDER BY input_line"
    keys = _keys(refused, choices)
    found: list[UnusableRow] = []
    seen: dict[int, int] = {}
    parts = pieces.in_order(
        pieces.pieces_of(acts), lambda piece: _piece(acts, cursors, piece, select, keys), cursors.interrupt
    )
    with closing(parts):
        for piece, (count, rows) in parts:
            before = seen.get(piece.file, 0)
            first = before if piece.block is None else before + 1
            found += _rows(acts.files[piece.file].path.name, first, rows, refused)
            seen[piece.file] = before + count
            if len(found) > MOST_ROWS or sum(seen.values()) >= MOST_ACTS:
                whole = piece.file == len(acts.files) - 1 and _is_last(acts, piece, seen[piece.file])
                return Unusable(tuple(found[:MOST_ROWS]), len(found) <= MOST_ROWS and whole)
    return Unusable(tuple(found))


def _is_last(acts: ActsFiles, piece: Piece, seen: int) -> bool:
    """True after the last piece of a file of Parquet, which says how many rows it has."""
    return acts.files[piece.file].rows == seen


def _rows(name: str, before: int, rows: Mapping[str, list[int]], refused: Sequence[Refused]) -> Iterator[UnusableRow]:
    for line, number in zip(rows["input_line"], rows["number"], strict=True):
        one = refused[number]
        yield UnusableRow(name, before + line, one.code or None, why_of(one))


def _keys(refused: Sequence[Refused], choices: Sequence[str]) -> pa.Table:
    """What tells refused acts from others, with their place among `refused`."""
    import pyarrow as pa

    facts = [dict(one.facts) for one in refused]
    columns: dict[str, Any] = {
        "code": pa.array([one.code for one in refused], pa.string()),
        "age": pa.array([-1 if one.age is None else one.age for one in refused], pa.int64()),
        "invalid": pa.array(
            [one.because or "" if one.outcome == Outcome.INVALID_INPUT.value else "" for one in refused], pa.string()
        ),
        "number": pa.array(range(len(refused)), pa.int64()),
    }
    columns |= {name: pa.array([own.get(name, "") for own in facts], pa.string()) for name in choices}
    return pa.table(columns)


def _piece(
    acts: ActsFiles, cursors: Cursors, piece: Piece, query: str, keys: pa.Table
) -> tuple[int, dict[str, list[int]]]:
    """How many acts a piece has, and the rows of it that were refused."""
    import duckdb

    cursor = cursors.own()
    cursor.register("refused_rows", keys)
    rows = pieces.rows_of(acts, piece, cursor)
    select = acts_of(acts, rows.columns, kinds_in(acts), rows.line, rows.source, carry=["NULL"])
    try:
        found = cursor.sql(f"WITH read_acts AS ({select}), {query}").to_arrow_table()
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    return rows.count, found.to_pydict()
