"""Scenarios on a full nomenclature: ten measures, volumes from acts, the rate that spends an envelope.

    python benchmarks/simulate.py [ACTS] [--series N] [--lines N] [--years N]

20 series of 500 lines of two codes, 20 yearly versions, 2 regimes, and by default 20,000,000 acts. The price table is
built first and kept, as between two runs of the program. Every figure also stands as a ratio to what DuckDB takes to
add up the same acts by code and regime, computing nothing, in the same run. Aims: ten measures in 2 s, with the acts as
volumes in 10 s, the rate in 30 s.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import full_book
from pyarrow import parquet

from bareme import open_book
from bareme.simulation.options import CostingOptions

ROUNDS = 3
FILES = 4
ACTS = """
SELECT codes.code, DATE '2025-01-01' + (hash(n, 2) % 365)::INTEGER AS date,
  CASE WHEN hash(n, 3) % 3 = 0 THEN 'preferential' ELSE 'ordinary' END AS regime,
  (1 + hash(n, 4) % 3)::BIGINT AS quantity
FROM range($start, $stop) t(n) JOIN codes ON codes.place = (hash(n) % $codes)::BIGINT
"""


def make_acts(folder: Path, acts: int, codes: list[str]) -> None:
    """Files of acts of a year, each code as often as any other."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE codes AS SELECT unnest(?) AS code, unnest(range(?)) AS place", [codes, len(codes)])
    for number in range(FILES):
        given = {"codes": len(codes), "start": acts * number // FILES, "stop": acts * (number + 1) // FILES}
        found = connection.sql(ACTS, params=given).to_arrow_table()
        parquet.write_table(found, folder / f"acts-{number}.parquet", row_group_size=122_880)


def scenario(codes: list[str], series: int) -> str:
    """Ten measures: an index on all, cuts by series, a range, shares, a fee as another, a freeze."""
    quarter = len(codes) // 4
    head = f'schema = "bareme/scenario/1"\nfrom = {full_book.FIRST_YEAR + full_book.YEARS}-01-01\n[baseline]\n'
    measures = ['id = "index"\nkind = "index"\nrate = "2.72"\nall = true']
    for number in range(4):
        own = f'"invented/acts/{number % series + 1}"'
        measures.append(f'id = "cut-{number}"\nkind = "fee_by_rate"\nrate = "-{number + 1}"\nseries = {own}')
    measures += [
        f'id = "range"\nkind = "fee_by_rate"\nrate = "5"\ncodes = ["{codes[quarter]}..{codes[2 * quarter - 1]}"]',
        'id = "shares"\nkind = "share_rate"\nrate = "12"\nregime = "ordinary"\nseries = "invented/acts/1"',
        f'id = "as"\nkind = "fee_as"\nas = "{codes[0]}"\ncodes = ["{codes[2 * quarter]}-{codes[2 * quarter + 1]}"]',
        f'id = "more"\nkind = "fee_by_amount"\namount = "1.50"\ncodes = ["{codes[2 * quarter]}..{codes[3 * quarter]}"]',
        f'id = "freeze"\nkind = "freeze"\ncodes = ["{codes[3 * quarter]}..{codes[-1]}"]',
    ]
    return head + "".join(f"[[measure]]\n{measure}\n" for measure in measures)


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median seconds of a few rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[len(taken) // 2]


def plain(folder: Path) -> None:
    """What DuckDB takes alone: the acts by code and regime."""
    connection = duckdb.connect(config={"threads": len(os.sched_getaffinity(0))})
    select = f"SELECT code, regime, sum(quantity) AS acts FROM read_parquet('{folder}/*.parquet') GROUP BY ALL"
    connection.sql(select).to_arrow_table()


def run(folder: Path, acts: int, series: int, lines: int, years: int) -> None:
    """Make a book, acts and a scenario, and measure."""
    os.environ["BAREME_CACHE"] = str(folder / "cache")
    every = full_book.codes()
    codes = [code for n in range(series) for code in every[2 * full_book.LINES * n :][: 2 * lines]]
    place = folder / "book.sqlite"
    full_book.made_book(place, series, lines, years)
    last = date(full_book.FIRST_YEAR + years - 1, 12, 31)
    text = scenario(codes, series).replace("[baseline]\n", f"[baseline]\non = {last}\n")
    (folder / "ten.toml").write_text(text, encoding="utf-8")
    (folder / "acts").mkdir()
    make_acts(folder / "acts", acts, codes)
    open_book(place).simulate(folder / "ten.toml", costing=CostingOptions(acts=str(folder / "acts")))
    options = CostingOptions(acts=str(folder / "acts"))
    envelope = CostingOptions(acts=str(folder / "acts"), envelope=str(acts))
    measured = {
        "DuckDB, the acts by code and regime": timed(lambda: plain(folder / "acts")),
        "ten measures": timed(lambda: open_book(place).simulate(folder / "ten.toml")),
        "ten measures, acts as volumes": timed(lambda: open_book(place).simulate(folder / "ten.toml", costing=options)),
        "the rate of the index that spends an envelope": timed(
            lambda: open_book(place).solve(folder / "ten.toml", "index", envelope)
        ),
    }
    print(f"{len(codes):,} codes, {years} yearly versions, {acts:,} acts; medians of {ROUNDS}")
    base = next(iter(measured.values()))
    for name, seconds in measured.items():
        print(f"{name:<50}{seconds:8.2f} s{seconds / base:8.2f} times")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("acts", type=int, nargs="?", default=20_000_000)
    parser.add_argument("--series", type=int, default=full_book.SERIES)
    parser.add_argument("--lines", type=int, default=full_book.LINES)
    parser.add_argument("--years", type=int, default=full_book.YEARS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        run(Path(place), given.acts, given.series, given.lines, given.years)
