"""Acts priced by Spark: the same expression as the embedded engine's, the price table sent to every executor.

No act changes its place: a task reads one range of one file, finds each act's row of the price table in a hash table
(a broadcast join, no shuffle), and writes one part. The parts, put in the order of what they hold, are the input.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from bareme.book.prices import columns_of
from bareme.errors import InputError
from bareme.exchange.bulk.mapping import NONE, ColumnWords
from bareme.exchange.spark_acts import ActFile, columns_for, files_of, quoted
from bareme.exchange.spark_session import in_one_line, session_on
from bareme.pricing.acts import kinds_for
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS, Kinds
from bareme.pricing.expression import PLACE, compile_sql

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

_PATTERN = re.compile(r"([\\{}\[\]*?])")
_PART = re.compile(r"part-(\d+)-.*\.parquet")


@dataclass(frozen=True, slots=True)
class SparkPart:
    """One Parquet file of priced acts: which rows of the input it holds is known from its place."""

    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class SparkRun:
    """What a run wrote: the parts in the order of the acts, and the plan by which it was made."""

    parts: tuple[SparkPart, ...]
    plan: str
    version: str

    @property
    def lines(self) -> int:
        """How many acts were priced."""
        return sum(part.rows for part in self.parts)


def price_parts(
    acts: Sequence[Path],
    known: Mapping[str, str],
    prices: pa.Table,
    choices: tuple[str, ...],
    years: tuple[int, int],
    out: Path,
    *,
    words: ColumnWords = NONE,
    master: str = "local[*]",
    session: SparkSession | None = None,
) -> SparkRun:
    """Price Parquet files of acts into the folder `out`, which must not be there yet, or be empty.

    `known` gives for each column that pricing knows the file's name of it, `words` what the files' values mean. The
    parts hold the acts' own columns and the output columns; one after another they hold every input line once, in the
    order of the files and of their rows.
    The folder gets its name when all of it is written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} exists; name another folder. Nothing was written.")
    files, schema = files_of(acts)
    draft = out.with_name(f".{out.name}.{uuid4().hex}.new")
    try:
        with session_on(master, session) as spark, in_one_line("Spark could not price the acts"):
            read = _read(spark, files)
            _make_views(spark, read, schema, known, words, prices, choices, years)
            priced = spark.sql(_query(compile_sql(choices, _kinds(schema, known, words), "pyspark")))
            plan = _plan(priced)
            ranges = _ranges(read, files)
            priced.write.parquet(f"file://{draft.absolute()}")
            version = spark.version
        rows = _in_order(draft, ranges)
        draft.replace(out)
        return SparkRun(tuple(SparkPart(out / name, count) for name, count in rows.items()), plan, version)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}. Nothing was written.") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _kinds(schema: pa.Schema, known: Mapping[str, str], words: ColumnWords) -> Kinds:
    """How the known columns of the files come in."""
    if words.of_counts:
        return Kinds.TEXT
    return kinds_for({name: schema.field(column).type for name, column in known.items()})


def _read(spark: SparkSession, files: Sequence[ActFile]) -> DataFrame:
    """The acts' own columns. Spark takes names for patterns, so that what would be one is written with a backslash."""
    return spark.read.parquet(*("file://" + _PATTERN.sub(r"\\\1", file.path) for file in files))


def _make_views(
    spark: SparkSession,
    read: DataFrame,
    schema: pa.Schema,
    known: Mapping[str, str],
    words: ColumnWords,
    prices: pa.Table,
    choices: tuple[str, ...],
    years: tuple[int, int],
) -> None:
    """The views `acts`, `prices` and `years` that the statement reads."""
    from pyspark.sql import functions

    own = functions.struct(*(functions.col(quoted(name)) for name in schema.names)).alias("carried")
    columns = columns_for(schema, known, _kinds(schema, known, words), words)
    seen = [functions.expr(sql).alias(name) for name, sql in columns.items()]
    # The order of the acts is kept by the parts; no line needs its number.
    read.select(functions.lit(0).cast("bigint").alias("input_line"), own, *seen).createOrReplaceTempView("acts")
    _price_frame(spark, prices, choices).hint("broadcast").createOrReplaceTempView("prices")
    values = f"VALUES ({int(years[0])}, {int(years[1])})"
    spark.sql(f"SELECT * FROM {values} AS t(first_year, last_year)").createOrReplaceTempView("years")


def _price_frame(spark: SparkSession, prices: pa.Table, choices: tuple[str, ...]) -> DataFrame:
    """The price table in Spark; where its figures stand in the ledger is not sent, for no output column says it."""
    import pyarrow as pa
    from pyspark.sql import functions

    arrow = {"text": pa.string(), "number": pa.int32(), "cents": pa.int64(), "day": pa.date32()}
    types = {"text": "string", "number": "int", "cents": "bigint", "day": "date"}
    kinds = columns_of(choices)
    sent = pa.schema([(name, arrow[kind]) for name, kind in kinds.items() if name not in PLACE])
    frame = spark.createDataFrame(prices.select(sent.names).cast(sent))
    return frame.select(
        *(functions.lit(None).cast(types[kind]).alias(n) if n in PLACE else n for n, kind in kinds.items())
    )


def _query(statement: str) -> str:
    """The acts' own columns and the output columns, amounts in euro."""
    euro = {**dict.fromkeys(CENTS, 12), **dict.fromkeys(TOTALS, 18)}
    columns = [
        f"CAST(CAST({name} AS DECIMAL(19, 0)) * 0.01BD AS DECIMAL({euro[name]}, 2)) AS {name}" if name in euro else name
        for name in OUTPUT_COLUMNS
    ]
    return f"SELECT carried.*, {', '.join(columns)} FROM ({statement})"


def _plan(priced: DataFrame) -> str:
    """The physical plan, as Spark explains it."""
    with redirect_stdout(StringIO()) as said:
        priced.explain(mode="formatted")
    return said.getvalue().strip() + "\n"


def _ranges(read: DataFrame, files: Sequence[ActFile]) -> dict[int, tuple[int, int]]:
    """For each task that reads something: its first input line (from 0) and how many; proved to be the whole input.

    Asked of the same frame that is priced, which lists its files once and cuts them the same way each time.
    """
    from pyspark.sql import functions as f

    place = read.metadataColumn("_metadata")
    row = place["row_index"]
    path = place["file_path"]
    asked = read.groupBy(f.spark_partition_id()).agg(
        f.min(path), f.max(path), f.min(row), f.max(row), f.count(f.lit(1))
    )
    before = {file.path: file.before for file in files}
    found: dict[int, tuple[int, int]] = {}
    for task, one, other, first, last, count in asked.collect():
        if one != other or last - first + 1 != count:
            raise InputError("Spark reads the acts out of order, which bareme cannot mend. Nothing was written.")
        found[task] = (before.get(unquote(urlsplit(one).path), 0) + first, count)
    lines = 0
    for first, count in sorted(found.values()):
        if first != lines:
            raise InputError("Spark does not read every act once, which bareme cannot mend. Nothing was written.")
        lines += count
    if lines != files[-1].before + files[-1].rows:
        raise InputError("Spark does not read all acts, which bareme cannot mend. Nothing was written.")
    return found


def _in_order(draft: Path, ranges: Mapping[int, tuple[int, int]]) -> dict[str, int]:
    """Give the parts names in the order of the acts; their rows by name. What else Spark wrote is deleted."""
    from pyarrow import parquet

    parts = {int(found[1]): path for path in draft.iterdir() if (found := _PART.fullmatch(path.name))}
    tasks = sorted(ranges, key=lambda task: ranges[task]) or sorted(parts)[:1]
    rows: dict[str, int] = {}
    for number, task in enumerate(tasks):
        count = parquet.read_metadata(parts[task]).num_rows
        if count != ranges.get(task, (0, 0))[1]:
            raise InputError("Spark wrote a part with other lines than it read. Nothing was written.")
        rows[f"part-{number:05d}.parquet"] = count
        parts[task].rename(draft / f"part-{number:05d}.parquet")
    for path in draft.iterdir():
        if path.name not in rows:
            path.unlink()
    return rows
