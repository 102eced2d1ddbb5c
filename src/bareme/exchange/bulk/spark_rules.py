"""What rules of conventions say, put beside what Spark priced: the same functions, asked in the driver.

Only the acts of the rules' codes are asked, after all parts are there and in order; each part is then written once more
with the rules' columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.conventions.capping import Window
from bareme.exchange.bulk.pieces import Cursors, pieces_of, rows_of
from bareme.exchange.bulk.rule_pass import RULED, RulePass
from bareme.exchange.bulk.runner import GROUP
from bareme.exchange.bulk.sources import ActsFile, ActsFiles
from bareme.exchange.bulk.statement import of_rule
from bareme.exchange.sql_text import literal
from bareme.pricing.columns import RULE_COLUMNS

if TYPE_CHECKING:
    from bareme.exchange.spark import SparkPart, SparkRun
    from bareme.pricing.engine import Engine


def with_rules(run: SparkRun, acts: ActsFiles, engine: Engine, window: Window, folder: Path) -> SparkRun:
    """The run with parts that have the rules' columns too, written into a folder."""
    files = tuple(ActsFile(part.path, part.rows, 0, 0) for part in run.parts)
    parts = replace(acts, format=".parquet", files=files)
    rules = RulePass(acts, engine.prices.choices, window, partial(rows_of, parts))
    rules.gather(cursors := Cursors(engine), parts)
    folder.mkdir()
    return replace(run, parts=tuple(_parts(parts, rules, cursors, folder)))


def _parts(parts: ActsFiles, rules: RulePass, cursors: Cursors, folder: Path) -> Iterator[SparkPart]:
    """Every piece of the parts with the rules' columns, in a file of its own."""
    from bareme.exchange.spark import SparkPart

    cursor = cursors.own()
    said = ", ".join(f"{of_rule(name)} AS {name}" for name in RULE_COLUMNS)
    for piece in pieces_of(parts):
        rows = rules.rows(piece, cursor)
        rules.register(cursor, piece, rows)
        place = folder / f"ruled-{piece.number:05d}.parquet"
        priced = f"SELECT * EXCLUDE (file_row_number) FROM {rows.source} ORDER BY file_row_number"
        cursor.execute(
            f"COPY (SELECT priced.*, {said} FROM ({priced}) priced POSITIONAL JOIN {RULED}) TO {literal(str(place))} "
            f"(FORMAT parquet, ROW_GROUP_SIZE {GROUP})"
        )
        yield SparkPart(place, rows.count)
