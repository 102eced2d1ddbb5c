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
from nation import CHOICES, KNOWN, YEARS, arrow, make_acts, make_prices

from bareme.exchange.spark import price_parts
from bareme.exchange.spark_session import session_on
from bareme.pricing.columns import CENTS, OUTPUT_COLUMNS, TOTALS, Kinds
from bareme.pricing.statements import statement

MASTER = "local-cluster[2,1,4096]"


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
