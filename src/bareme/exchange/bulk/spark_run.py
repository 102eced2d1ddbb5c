"""Files of acts priced by Spark into one: its parts put behind one another, counted, and what they were made with."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bareme.conventions.capping import Window
from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks
from bareme.exchange.bulk.about import KEY, About
from bareme.exchange.bulk.counts import count_piece, summary_of
from bareme.exchange.bulk.parquet_parts import MAGIC, footer_of, parted
from bareme.exchange.bulk.runner import Run
from bareme.exchange.bulk.sources import ActsFiles
from bareme.exchange.bulk.spark_rules import with_rules
from bareme.exchange.bulk.statement import day_of, kinds_in
from bareme.exchange.outputs import written_whole
from bareme.exchange.sql_text import parquet_file, quoted

if TYPE_CHECKING:
    from bareme.exchange.spark import SparkRun
    from bareme.pricing.engine import Engine

MASTER = "local[*]"
COPY = 4 * 1024 * 1024


def check_spark(out: Path) -> None:
    """`InputError`, before any work, where Spark is not there, or for a result that it does not write."""
    from bareme.exchange.spark_session import check_installed

    if out.suffix.lower() != ".parquet":
        raise InputError(f"{out}: with --engine spark the result is a .parquet file. Nothing was priced.")
    check_installed()


def price_by_spark(
    acts: ActsFiles,
    engine: Engine,
    out: Path,
    about: About,
    master: str,
    *,
    overwrite: bool,
    window: Window | None = None,
) -> tuple[Run, About]:
    """Price files of acts into one Parquet file, and say by which Spark; `InputError` leaves no partial result.

    With a `window` the rules of conventions are asked, in the driver, and count months so. Driver and executors must
    see the files, and the folder of the result, under the same path.
    """
    from bareme.exchange.spark import price_parts

    folder = out.with_name(f".{out.name}.{uuid4().hex}.spark")
    try:
        folder.mkdir()
        prices = engine.cursor().sql("SELECT * FROM prices").to_arrow_table()
        known, table = acts.known, engine.prices
        run = price_parts(
            _as_parquet(acts, folder),
            known,
            prices,
            table.choices,
            table.years,
            folder / "parts",
            words=acts.words,
            master=master,
        )
        if window is not None:
            run = with_rules(run, acts, engine, window, folder / "ruled")
        said = replace(about, engine_version=run.version, lines=run.lines)
        counts = [_counted(engine, acts, part.path) for part in run.parts]
        with written_whole(out, over=overwrite) as draft:
            _join(run, draft, said)
        return Run(run.lines, 0, summary_of(counts, table.series)), said
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}. Nothing was priced.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_parquet(acts: ActsFiles, folder: Path) -> Sequence[Path]:
    """The files that Spark reads: those of Parquet themselves, those of CSV as texts, block by block."""
    import pyarrow as pa
    from pyarrow import parquet

    if acts.format == ".parquet":
        return [file.path for file in acts.files]
    schema = pa.schema([(name, pa.string()) for name in acts.columns])
    made = []
    for number, file in enumerate(acts.files):
        made.append(folder / f"acts-{number:05}.parquet")
        with parquet.ParquetWriter(made[-1], schema) as writer:
            for block in csv_blocks.blocks_of(file.path):
                table = csv_blocks.read_block(block, acts.columns, file.path)
                writer.write_table(table.rename_columns(list(acts.columns)).cast(schema))
    return made


def _counted(engine: Engine, acts: ActsFiles, part: Path) -> dict[str, Any]:
    date, code = (quoted(acts.known[name]) for name in ("date", "code"))
    cursor = engine.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    return count_piece(cursor, parquet_file(part), day_of(acts, date), code, kinds_in(acts))


def _join(run: SparkRun, draft: Path, about: About) -> None:
    """Put the parts behind one another, without decoding them."""
    parts = []
    with draft.open("wb") as whole:
        whole.write(MAGIC)
        for part in run.parts:
            end, footer = parted(part.path)
            parts.append((footer, whole.tell() - len(MAGIC)))
            with part.path.open("rb") as source:
                source.seek(len(MAGIC))
                left = end - len(MAGIC)
                while data := source.read(min(COPY, left)):
                    whole.write(data)
                    left -= len(data)
        whole.write(footer_of(parts, {KEY: about.to_json()}))
