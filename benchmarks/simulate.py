"""Scenarios on a full nomenclature: ten measures, volumes from acts, the rate that spends an envelope.

    python benchmarks/simulate.py [ACTS] [--series N] [--lines N] [--years N]

20 series of 500 lines of two codes, 20 yearly versions, 2 regimes, and by default 20,000,000 acts. The price table is
built first and kept, as a file of acts or a service does; that takes most of the time, some minutes. What is measured
then runs in a process of its own each time, from opening the book: nothing is ready but the price table, and not even
that in the lines that say so, as in the first run after a new circular. Every figure
also stands as a ratio to what DuckDB takes to add up the same acts by code and regime, computing nothing, in the same
run. Seconds are given by the clock and of processors: on a machine that does other work only the second tell much.
Aims: ten measures in 2 s, with the acts as volumes in 10 s, the rate in 30 s.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
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
BOOK, SCENARIO, ENVELOPE = "book.sqlite", "ten.toml", "envelope.txt"
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


def plain(folder: Path) -> None:
    """What DuckDB takes alone: the acts by code and regime."""
    connection = duckdb.connect(config={"threads": len(os.sched_getaffinity(0))})
    select = f"SELECT code, regime, sum(quantity) AS acts FROM read_parquet('{folder}/*.parquet') GROUP BY ALL"
    connection.sql(select).to_arrow_table()


def with_options(folder: Path, **options: str) -> CostingOptions:
    """The acts of a folder as volumes."""
    return CostingOptions(acts=str(folder / "acts"), **options)


def ten(folder: Path) -> None:
    """Ten measures."""
    open_book(folder / BOOK).simulate(folder / SCENARIO)


def ten_with_acts(folder: Path) -> None:
    """Ten measures and what they cost."""
    open_book(folder / BOOK).simulate(folder / SCENARIO, costing=with_options(folder))


WORK: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "plain": ("DuckDB, the acts by code and regime", lambda folder: plain(folder / "acts")),
    "ten": ("ten measures", ten),
    "ten-bare": ("ten measures, no price table kept", ten),
    "acts": ("ten measures, acts as volumes", ten_with_acts),
    "acts-bare": ("ten measures, acts as volumes, no table kept", ten_with_acts),
    "solve": (
        "the rate of the index that spends an envelope",
        lambda folder: open_book(folder / BOOK).solve(
            folder / SCENARIO, "index", with_options(folder, envelope=(folder / ENVELOPE).read_text())
        ),
    ),
}
"""What is measured, by a short name: what it is called, and the work in a folder that `prepare` made."""


def one(name: str, folder: Path) -> None:
    """Measure one piece of work once, in this process; clock and processor seconds on standard output."""
    if name.endswith("-bare"):
        os.environ["BAREME_CACHE"] = "off"
    start, used = time.perf_counter(), time.process_time()
    WORK[name][1](folder)
    print(json.dumps([time.perf_counter() - start, time.process_time() - used]))


def measured(name: str, folder: Path) -> tuple[float, float]:
    """The median seconds of a few rounds, each in a process of its own."""
    taken = []
    for number in range(ROUNDS):
        command = [sys.executable, __file__, "--one", name, "--folder", str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        taken.append(json.loads(done.stdout))
        say(
            f"{WORK[name][0]}, round {number + 1} of {ROUNDS}: {taken[-1][0]:.2f} s, {taken[-1][1]:.2f} s of processors"
        )
    return tuple(sorted(column)[ROUNDS // 2] for column in zip(*taken, strict=True))


def say(message: str) -> None:
    """Progress, on standard error."""
    print(message, file=sys.stderr, flush=True)


def prepare(folder: Path, acts: int, series: int, lines: int, years: int) -> int:
    """Make a book, its kept price table, acts and a scenario; the number of codes."""
    every = full_book.codes()
    codes = [code for n in range(series) for code in every[2 * full_book.LINES * n :][: 2 * lines]]
    say(f"making a book of {len(codes):,} codes and {years} yearly versions")
    full_book.made_book(folder / BOOK, series, lines, years)
    last = date(full_book.FIRST_YEAR + years - 1, 12, 31)
    text = scenario(codes, series).replace("[baseline]\n", f"[baseline]\non = {last}\n")
    (folder / SCENARIO).write_text(text, encoding="utf-8")
    (folder / ENVELOPE).write_text(str(acts), encoding="utf-8")
    say(f"making {acts:,} acts")
    (folder / "acts").mkdir()
    make_acts(folder / "acts", acts, codes)
    say("building the price table, once")
    open_book(folder / BOOK).keep_its_table()
    return len(codes)


def run(folder: Path, acts: int, series: int, lines: int, years: int) -> None:
    """Prepare and measure."""
    os.environ["BAREME_CACHE"] = str(folder / "cache")
    codes = prepare(folder, acts, series, lines, years)
    found = {name: measured(name, folder) for name in WORK}
    print(f"{codes:,} codes, {years} yearly versions, {acts:,} acts; medians of {ROUNDS}")
    print(f"{'':<50}{'clock':>10}{'processors':>14}{'to DuckDB':>12}")
    base = found["plain"][0]
    for name, (seconds, used) in found.items():
        print(f"{WORK[name][0]:<50}{seconds:8.2f} s{used:12.2f} s{seconds / base:6.2f} times")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("acts", type=int, nargs="?", default=20_000_000)
    parser.add_argument("--series", type=int, default=full_book.SERIES)
    parser.add_argument("--lines", type=int, default=full_book.LINES)
    parser.add_argument("--years", type=int, default=full_book.YEARS)
    parser.add_argument("--one", choices=WORK, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one, given.folder)
    else:
        with tempfile.TemporaryDirectory() as place:
            run(Path(place), given.acts, given.series, given.lines, given.years)
