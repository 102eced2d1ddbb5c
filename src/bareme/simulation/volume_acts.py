"""Acts as volumes: files of acts (as `bareme price-file` takes them) counted by code, facts that decide, and age.

The age is that on the date of the act. Pieces are counted on several threads and the counts put together, so that
memory grows with the number of different counts and not with that of acts.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.circulars.findings import Findings
from bareme.exchange.bulk import pieces
from bareme.exchange.bulk.mapping import read_mapping
from bareme.exchange.bulk.pieces import Cursors, Piece
from bareme.exchange.bulk.sources import ActsFiles, acts_files, refuse_damaged
from bareme.exchange.bulk.statement import acts_of, kinds_in
from bareme.nomenclature.facts import OLDEST
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds
from bareme.pricing.counting import CHOICES, EVERY, alike, counting
from bareme.simulation.volumes import Counted, Volumes, ages_of

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from bareme.pricing.engine import Engine

MOST_PARTS = 64
"""So many pieces are counted before their counts are put together."""


def read_acts(given: str, engine: Engine, on: date, columns: str | None = None) -> Volumes:
    """The volumes that files of acts come to, for prices of a day; `InputError` for files that cannot be read.

    Acts with a value that cannot be used are counted with the columns that hold it. `columns` names words of the files'
    own, as for `bareme price-file`.
    """
    acts = acts_files(given, read_mapping(columns))
    bands = ages_of(engine, on)
    counts = _counted(acts, engine, tuple(bands))
    ends = dict(zip(bands, [*bands[1:], OLDEST + 1], strict=True))
    choices = [name for name in CHOICES if name in acts.known and name in engine.prices.choices]
    counted = []
    for row in counts.to_pylist():
        facts = tuple((name, row[name]) for name in choices if row[name])
        ages = None if row["age"] < 0 else (row["age"], ends[row["age"]])
        counted.append(Counted(row["code"] or "", facts, ages, row["acts"], None, row["invalid"]))
    name = Path(given).name or given
    return Volumes(name, tuple(counted), Findings())


def _counted(acts: ActsFiles, engine: Engine, bands: tuple[int, ...]) -> pa.Table:
    """The counts of all pieces, put together.

    Acts that are alike are put together before they are read, and those read once, where that pays.
    """
    cursors, kinds = Cursors(engine), kinds_in(acts)
    known = tuple(name for name in KNOWN_COLUMNS if name in acts.known)
    facts = tuple(name for name in CHOICES if name in acts.known)
    count = counting(kinds, bands, facts, known)
    grouped = alike(known, kinds)
    if grouped is None:
        every = f"alike_acts AS ({EVERY}), {count}"
        return _of_pieces(acts, cursors, kinds, f", {every}", ("acts", "lines"))
    found = _of_pieces(acts, cursors, kinds, grouped, ("many",))
    cursor = cursors.own()
    cursor.register("alike_acts", found)
    try:
        return cursor.sql(f"SELECT * FROM (WITH {count}) ORDER BY ALL").to_arrow_table()
    finally:
        cursor.unregister("alike_acts")


def _of_pieces(acts: ActsFiles, cursors: Cursors, kinds: Kinds, query: str, sums: Sequence[str]) -> pa.Table:
    """What a query on `read_acts` gives of every piece, with alike rows together and their `sums`, in order."""
    import pyarrow as pa

    parts: list[pa.Table] = []
    found = pieces.in_order(
        pieces.pieces_of(acts), lambda piece: _piece(acts, cursors, piece, kinds, query), cursors.interrupt
    )
    with closing(found):
        for _, part in found:
            parts.append(part)
            if len(parts) > MOST_PARTS:
                parts = [_together(pa.concat_tables(parts), cursors, sums)]
    return _together(pa.concat_tables(parts), cursors, sums)


def _together(counts: pa.Table, cursors: Cursors, sums: Sequence[str]) -> pa.Table:
    """Counts with each situation once, in order."""
    cursor = cursors.own()
    cursor.register("counts_in", counts)
    summed = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in sums)
    select = f"SELECT * EXCLUDE ({', '.join(sums)}), {summed} FROM counts_in GROUP BY ALL ORDER BY ALL"
    found = cursor.sql(select).to_arrow_table()
    cursor.unregister("counts_in")
    return found


def _piece(acts: ActsFiles, cursors: Cursors, piece: Piece, kinds: Kinds, query: str) -> Any:
    """What a query gives of one piece; a file that cannot be read is blamed for it."""
    import duckdb

    cursor = cursors.own()
    rows = pieces.rows_of(acts, piece, cursor)
    select = acts_of(acts, rows.columns, kinds, "0", rows.source, carry=["NULL"])
    try:
        return cursor.sql(f"WITH read_acts AS ({select}) {query}").to_arrow_table()
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error:
        if piece.block is None:
            refuse_damaged(acts.files[piece.file].path)
        raise
