"""What the rules of conventions cost on files of acts, and how quick the maximum over patients' histories is.

    python benchmarks/acts_rules.py [ACTS] [--runs 3]

The acts and the price table are those of `nation`, but one act in a hundred is a multidisciplinary meeting (401435),
which has a maximum of units over a patient's history. bareme prices the files with and without rules, in turn. Then the
maximum alone, over 1,000,000 meetings of 50,000 patients in an Arrow table. Medians.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
from acts_files import CODES, MadeUp, seconds
from nation import make_acts, make_prices
from pyarrow import parquet

from bareme.conventions.capping import Window, capped_table
from bareme.exchange.bulk.about import about
from bareme.exchange.bulk.rule_pass import RulePass
from bareme.exchange.bulk.runner import price_acts
from bareme.exchange.bulk.sources import acts_files

MEETING = "401435"
PATIENTS = 50_000


def with_meetings(prices: pa.Table) -> pa.Table:
    """The price table, with the prices of one code once more for the meeting."""
    first = prices.column("code")[0].as_py()
    own = prices.filter(pa.compute.equal(prices.column("code"), first))
    place = own.column_names.index("code")
    return pa.concat_tables([prices, own.set_column(place, "code", pa.array([MEETING] * len(own), pa.string()))])


def meet(folder: Path) -> None:
    """One act in a hundred becomes a meeting; every act gets a patient."""
    for path in sorted(folder.glob("*.parquet")):
        made = path.with_suffix(".new")
        duckdb.connect().execute(
            f"COPY (SELECT * REPLACE (CASE WHEN hash(reference, 5) % 100 = 0 THEN '{MEETING}' ELSE code END AS code, "
            f"CASE WHEN hash(reference, 5) % 100 = 0 THEN DATE '2025-01-01' + (hash(reference, 7) % 365)::INTEGER "
            f"ELSE date END AS date, "
            f"CASE WHEN hash(reference, 5) % 100 = 0 THEN 'ordinary' ELSE regime END AS regime), "
            f"hash(reference, 6) % {PATIENTS} AS patient FROM '{path}') TO '{made}' (FORMAT parquet)"
        )
        made.rename(path)


def run(engine: Any, given: str, out: Path, ruled: bool) -> None:
    """Price files into one, with the rules or without."""
    out.unlink(missing_ok=True)
    acts = acts_files(given)
    rules = RulePass(acts, engine.prices.choices, Window.ROLLING) if ruled else None
    said = about(acts, "0" * 64, "duckdb", duckdb.__version__, None, None)
    price_acts(acts, engine, out, said, rules=rules)


def meetings(number: int) -> pa.Table:
    """Meetings of four years."""
    dice = random.Random(1)
    start = date(2025, 1, 1)
    return pa.table(
        {
            "patient": [str(dice.randrange(PATIENTS)) for _ in range(number)],
            "date": [start + timedelta(dice.randrange(1461)) for _ in range(number)],
            "line": pa.array(range(1, number + 1), pa.int64()),
            "units": pa.array([dice.randint(1, 8) for _ in range(number)], pa.int64()),
        }
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("acts", nargs="?", type=int, default=20_000_000)
    options.add_argument("--runs", type=int, default=3)
    given = options.parse_args()
    with TemporaryDirectory() as name:
        source = Path(name) / "acts"
        source.mkdir()
        make_acts(source, given.acts, CODES)
        meet(source)
        engine = MadeUp(with_meetings(make_prices(CODES)))
        out, plain, ruled = Path(name) / "out.parquet", [], []
        for _ in range(given.runs):
            plain.append(seconds(lambda: run(engine, str(source), out, ruled=False)))
            ruled.append(seconds(lambda: run(engine, str(source), out, ruled=True)))
        paid = parquet.read_table(out, columns=["payable_units"]).column(0)
        ratio = statistics.median(b / a for a, b in zip(plain, ruled, strict=True))
        print(f"{given.acts:,} acts, {len(paid) - paid.null_count:,} of them with a maximum; medians of {given.runs}\n")
        print(f"| | time |\n|---|---|\n| without rules | {statistics.median(plain):.2f} s |")
        print(f"| with all rules | {statistics.median(ruled):.2f} s, {ratio:.2f} times as long |")
        sys.stdout.flush()
    table = meetings(1_000_000)
    for window in Window:
        taken = [seconds(lambda w=window: capped_table(table, 16, 12, w)) for _ in range(given.runs)]  # type: ignore[misc]
        what = f"a maximum over 1,000,000 meetings of {PATIENTS:,} patients, {window}"
        print(f"| {what} | {statistics.median(taken):.2f} s |")


if __name__ == "__main__":
    main()
