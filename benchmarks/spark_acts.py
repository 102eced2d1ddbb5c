"""How many acts a second Spark prices on two executors, and how DuckDB does on the same files in the same run.

    python benchmarks/spark_acts.py [ACTS] [--runs 3] [--codes 20000]

A made-up price table of 20,000 codes, 20 yearly versions and 2 regimes (1,320,000 rows), and acts over 19 years with
Zipf-distributed codes, 1 % of them bad, in four Parquet files. Spark runs on two executors in processes of their own,
each with one core; DuckDB runs the same expression with two threads and copies to Parquet, in no order. Both write the
acts' own columns and the output columns. The session is started and the files are read once before; medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from pyarrow import parquet

from bareme.book.prices import columns_of
from bareme.exchange.spark import price_parts
from bareme.exchange.spark_session import session_on
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS, Kinds
from bareme.pricing.statements import statement

MASTER = "local-cluster[2,1,4096]"
YEARS = (2004, 2025)
"""The years of the table: one before the first tariff, one after the last."""
CHOICES = ("regime",)
FILES = 4
KNOWN = ("code", "date", "regime", "quantity")
PRICES = """
SELECT *, CASE WHEN outcome = 'priced' THEN fee_ END AS fee,
  CASE WHEN outcome = 'priced' THEN fee_ - share END AS intervention,
  CASE WHEN outcome = 'priced' THEN share END AS patient_share,
  make_date(CASE WHEN year = $first THEN 1 ELSE year END, 1, 1) AS valid_from,
  CASE WHEN year = $last THEN DATE '9999-12-31' ELSE make_date(year + 1, 1, 1) END AS valid_to,
  'toy/' || year AS circular, 'toy/' || year || ':' || code AS line_id, 'act' AS basis, 'actual' AS intervention_kind,
  '' AS not_published, CASE outcome WHEN 'not_in_force' THEN 'before_first' END AS reason,
  CASE outcome WHEN 'needs_information' THEN 'regime' ELSE '' END AS needs, 'published' AS certainty,
  -1 AS age_from, 1000 AS age_to
FROM (
  SELECT lpad((10000 + c)::VARCHAR, 5, '0') || (10000 + c) % 7 AS code, y::INTEGER AS year, regime AS fact_regime,
    (hash(c, y) % 100000)::BIGINT AS fee_, (fee_ * (hash(c) % 25)::BIGINT // 100)::BIGINT AS share,
    CASE WHEN y = $first THEN 'not_in_force' WHEN regime = '' THEN 'needs_information' ELSE 'priced' END AS outcome
  FROM range($codes) t(c), range($first, $last + 1) u(y), (VALUES ('preferential'), ('ordinary'), ('')) v(regime)
)
"""
ACTS = """
SELECT CASE WHEN hash(n, 1) % 100 = 0 THEN '999999' ELSE stem || stem % 7 END AS code,
  DATE '2005-06-01' + (hash(n, 2) % 6940)::INTEGER AS date,
  CASE WHEN hash(n, 3) % 20 = 0 THEN NULL WHEN hash(n, 3) % 3 = 0 THEN 'preferential' ELSE 'ordinary' END AS regime,
  (1 + hash(n, 4) % 3)::BIGINT AS quantity, n AS reference
FROM (SELECT n, 10000 + floor($codes ** ((hash(n) % 1000003) / 1000003.0) - 1)::INTEGER AS stem
  FROM range($start, $stop) t(n))
"""
"""The codes' ranks have a density of one over their rank: Zipf's law."""


def arrow(query: str, **given: int) -> pa.Table:
    """What a query gives."""
    found = duckdb.sql(query, params=given)
    assert found is not None
    return found.to_arrow_table()


def make_prices(codes: int) -> pa.Table:
    """The price table."""
    kinds = {"text": pa.string(), "number": pa.int32(), "cents": pa.int64(), "day": pa.date32()}
    found = arrow(PRICES, codes=codes, first=YEARS[0], last=YEARS[1])
    columns = {
        name: found.column(name).cast(kinds[kind]) if name in found.column_names else pa.nulls(len(found), kinds[kind])
        for name, kind in columns_of(CHOICES).items()
    }
    return pa.table(columns)


def make_acts(folder: Path, acts: int, codes: int) -> list[Path]:
    """The files of acts."""
    files = [folder / f"acts-{n}.parquet" for n in range(FILES)]
    for n, path in enumerate(files):
        given = {"codes": codes, "start": acts * n // FILES, "stop": acts * (n + 1) // FILES}
        parquet.write_table(arrow(ACTS, **given), path, row_group_size=122_880)
    return files


def duckdb_copy(files: list[Path], prices: pa.Table, out: Path) -> Callable[[], object]:
    """DuckDB's copy of the same statement, two threads, in no order."""
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    connection.register("prices_in", prices)
    connection.execute("CREATE TABLE prices AS SELECT * FROM prices_in")
    connection.execute(f"CREATE TABLE years AS SELECT {YEARS[0]} AS first_year, {YEARS[1]} AS last_year")
    names = ", ".join(f"'{path}'" for path in files)
    own = ", ".join(f"{name} := {name}" for name in (*KNOWN, "reference"))
    connection.execute(
        f"CREATE VIEW acts AS SELECT *, 0::BIGINT AS input_line, struct_pack({own}) AS carried, "
        "NULL::DATE AS birth_date, NULL::BIGINT AS age, NULL::VARCHAR AS accreditation, "
        "NULL::VARCHAR AS care_pathway, NULL::VARCHAR AS convention_status, NULL::VARCHAR AS global_medical_file, "
        f"NULL::VARCHAR AS gp_referral, NULL::VARCHAR AS trainee FROM read_parquet([{names}])"
    )
    euro = {**dict.fromkeys(CENTS, 12), **dict.fromkeys(TOTALS, 18)}
    columns = ", ".join(
        f"({name}::DECIMAL(19, 0) * 0.01)::DECIMAL({euro[name]}, 2) AS {name}" if name in euro else name
        for name in OUTPUT_COLUMNS
    )
    query = f"SELECT unnest(carried), {columns} FROM ({statement(CHOICES, Kinds.TYPED)})"
    return lambda: connection.execute(f"COPY ({query}) TO '{out}' (FORMAT parquet)")


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def sums(files: str) -> object:
    """What must be the same however it was priced."""
    totals = ", ".join(f"sum({name})" for name in (*CENTS, *TOTALS))
    return arrow(f"SELECT outcome, count(*), {totals} FROM '{files}' GROUP BY ALL ORDER BY ALL").to_pylist()


def main() -> int:
    """Print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("acts", nargs="?", type=int, default=20_000_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--codes", type=int, default=20_000)
    given = options.parse_args()
    with TemporaryDirectory() as name, session_on(MASTER, None) as session:
        folder = Path(name)
        prices, files = make_prices(given.codes), make_acts(folder, given.acts, given.codes)
        known = {column: column for column in KNOWN}
        places = iter(folder / f"out-{n}" for n in range(given.runs + 1))
        copy = duckdb_copy(files, prices, folder / "copy.parquet")

        def spark() -> object:
            return price_parts(files, known, prices, CHOICES, YEARS, next(places), session=session)

        first = seconds(spark)
        copy()
        pairs = [(seconds(spark), seconds(copy)) for _ in range(given.runs)]
        same = sums(f"{folder}/out-{given.runs}/*.parquet") == sums(f"{folder}/copy.parquet")
        version = session.version
    took, copied = (statistics.median(pair[n] for pair in pairs) for n in (0, 1))
    print(f"{given.acts:,} acts, {prices.num_rows:,} rows of prices, Spark {version} on {MASTER}\n")
    print("| | time | acts a second |\n|---|---|---|")
    for what, time_taken in (("Spark, first run", first), ("Spark", took), ("DuckDB, two threads, unordered", copied)):
        print(f"| {what} | {time_taken:.1f} s | {given.acts / time_taken:,.0f} |")
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"\nSpark takes {ratio:.1f} times as long as DuckDB.")
    print(f"The sums by outcome are {'equal' if same else 'DIFFERENT'}.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
