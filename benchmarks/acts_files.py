"""How quickly files of acts are priced, beside DuckDB's plain copy of the result and Polars' look-up, in one run.

    python benchmarks/acts_files.py [ACTS] [--runs 3] [--size LARGE]

The acts and the price table are those of `nation`. bareme prices four Parquet files into one, every line in its place,
and counts what they come to. DuckDB copies that result to another Parquet file with two threads: the same columns,
nothing computed. Polars looks each act up with `join_asof`, multiplies by the quantity, and writes the same columns in
the order of the acts; it gets whole cents, and checks neither codes nor facts. "In any order" is bareme without the
sort that puts each line in its place: what the order costs. Then the result is verified: priced again and compared. The
same with CSV beside DuckDB's copy of the CSV result. In turn, medians; `--size` prices so many acts once more, in a
process of its own, and tells its memory, and the time an act takes there beside a million acts.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest.mock import patch

import duckdb
import polars
import pyarrow as pa
from nation import CHOICES, YEARS, make_acts, make_prices

from bareme.exchange.bulk.about import about
from bareme.exchange.bulk.made import made_of
from bareme.exchange.bulk.runner import price_acts
from bareme.exchange.bulk.sources import acts_files
from bareme.exchange.bulk.statement import piece_select
from bareme.exchange.bulk.verifying import compare
from bareme.pricing.tables import connect, store

CODES = 20_000


@dataclass(frozen=True)
class ArrowPrices:
    """A price table that was never lists."""

    table: pa.Table
    choices: tuple[str, ...] = CHOICES
    years: tuple[int, int] = YEARS

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def series(self) -> dict[str, str]:
        return {f"toy/{year}": "toy/acts" for year in range(YEARS[0], YEARS[1] + 1)}

    def to_arrow(self) -> pa.Table:
        return self.table


class MadeUp:
    """An engine by a price table that no book holds."""

    def __init__(self, table: pa.Table) -> None:
        self.prices = ArrowPrices(table)
        self._connection = connect()
        store(self._connection, cast("Any", self.prices))

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self._connection.cursor()


def run(engine: Any, given: str, out: Path) -> None:
    """Price files into one."""
    out.unlink(missing_ok=True)
    acts = acts_files(given)
    price_acts(acts, engine, out, about(acts, "0" * 64, "duckdb", duckdb.__version__, None, None))


def without_order(engine: Any, given: str, out: Path) -> None:
    """The same, but for the sort of each piece."""

    def unsorted(*args: Any) -> str:
        return piece_select(*args).removesuffix(" ORDER BY input_line")

    with patch("bareme.exchange.bulk.runner.piece_select", unsorted):
        run(engine, given, out)


def verified(engine: Any, out: Path) -> None:
    """Price a result again, and compare."""
    lines, found = compare(made_of(out), engine, "altered")
    assert lines
    assert not found.lines


def plain_copy(source: str, out: Path) -> None:
    """DuckDB's copy, two threads."""
    form = "FORMAT csv" if out.suffix == ".csv" else "FORMAT parquet"
    reader = f"read_csv('{source}', all_varchar = true)" if out.suffix == ".csv" else f"'{source}'"
    duckdb.connect(config={"threads": 2}).execute(f"COPY (FROM {reader}) TO '{out}' ({form})")


def looked_up(given: str, prices: polars.DataFrame, out: Path) -> None:
    """Polars: each act with the amounts in force on its day, and its totals, in its place."""
    col = polars.col
    acts = polars.scan_parquet(given).with_row_index("line").with_columns(asked=col("regime").fill_null(""))
    joined = (
        acts.collect()
        .sort("date")
        .join_asof(
            prices,
            left_on="date",
            right_on="valid_from",
            by_left=["code", "asked"],
            by_right=["code", "fact_regime"],
            check_sortedness=False,
        )
    )
    totals = {f"total_{name}": col(name) * col("quantity") for name in ("fee", "intervention", "patient_share")}
    answered = joined.with_columns(outcome=col("outcome").fill_null("unknown_code"), **totals)
    answered.sort("line").drop("line", "asked", "valid_from").write_parquet(out)


def for_polars(prices: pa.Table) -> polars.DataFrame:
    """The columns of the price table that the answer has, by day."""
    names = ["code", "fact_regime", "valid_from", "outcome", "certainty", "fee", "intervention", "patient_share"]
    names += ["basis", "intervention_kind", "circular", "line_id", "needs", "reason"]
    found = polars.from_arrow(prices.select(names))
    assert isinstance(found, polars.DataFrame)
    return found.sort("valid_from")


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def alone(acts: int, folder: Path, out: Any) -> None:
    """Price so many acts in this process: seconds, and mebibytes at most."""
    place = folder / f"alone-{acts}"
    place.mkdir()
    make_acts(place, acts, CODES)
    out.send(None)
    process = multiprocessing.get_context("spawn").Process(target=priced_alone, args=(place, out))
    process.start()
    process.join()
    for path in place.iterdir():
        path.unlink()


def priced_alone(place: Path, out: Any) -> None:
    engine = MadeUp(make_prices(CODES))
    taken = seconds(lambda: run(engine, str(place), place.with_name("alone.parquet")))
    status = Path("/proc/self/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in status if line.startswith("VmHWM:")]
    out.send((taken, int(peak) // 1024))


def large(acts: int, folder: Path) -> tuple[float, int]:
    here, there = multiprocessing.Pipe(False)
    alone(acts, folder, there)
    here.recv()
    found: tuple[float, int] = here.recv()
    return found


def compared(acts: int, runs: int, folder: Path) -> None:
    """The table of one size."""
    table = make_prices(CODES)
    engine, prices = MadeUp(table), for_polars(table)
    source = folder / "acts"
    source.mkdir()
    make_acts(source, acts, CODES)
    out, hashes = folder / "out.parquet", set()
    ways: dict[str, list[float]] = {"bareme": [], "no order": [], "DuckDB": [], "Polars": [], "verified": []}
    for _ in range(runs):
        ways["bareme"].append(seconds(lambda: run(engine, str(source), out)))
        hashes.add(sha256(out))
        ways["no order"].append(seconds(lambda: without_order(engine, str(source), folder / "none.parquet")))
        ways["DuckDB"].append(seconds(lambda: plain_copy(str(out), folder / "copy.parquet")))
        ways["Polars"].append(seconds(lambda: looked_up(f"{source}/*.parquet", prices, folder / "polars.parquet")))
        ways["verified"].append(seconds(lambda: verified(engine, out)))
    print(f"{acts:,} acts, Parquet; {table.num_rows:,} rows of prices; medians of {runs}\n")
    names = {"no order": "bareme, the lines of a piece in any order", "verified": "bareme, verifying the result"}
    told(ways, acts, {**names, "DuckDB": "DuckDB, plain copy of the result", "Polars": "Polars, join_asof and write"})
    print(f"\nThe result of each run: {'the same bytes' if len(hashes) == 1 else 'DIFFERENT BYTES'}.\n")
    few = polars.read_parquet(f"{source}/acts-0.parquet").head(acts // 10)
    few.write_csv(folder / "acts.csv")
    csv: dict[str, list[float]] = {"bareme": [], "DuckDB": []}
    for _ in range(runs):
        csv["bareme"].append(seconds(lambda: run(engine, str(folder / "acts.csv"), folder / "out.csv")))
        csv["DuckDB"].append(seconds(lambda: plain_copy(str(folder / "out.csv"), folder / "copy.csv")))
    print(f"{len(few):,} acts, CSV\n")
    told(csv, len(few), {"DuckDB": "DuckDB, plain copy of the result"})


def told(ways: dict[str, list[float]], acts: int, names: dict[str, str]) -> None:
    mine = ways["bareme"]
    print("| | time | acts a second | bareme takes |\n|---|---|---|---|")
    for way, taken in ways.items():
        median = statistics.median(taken)
        ratio = statistics.median(a / b for a, b in zip(mine, taken, strict=True))
        print(f"| {names.get(way, way)} | {median:.2f} s | {acts / median:,.0f} | {ratio:.2f} times as long |")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("acts", nargs="?", type=int, default=20_000_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--size", type=int, default=0)
    given = options.parse_args()
    with TemporaryDirectory() as name:
        if given.acts:
            compared(given.acts, given.runs, Path(name))
        sys.stdout.flush()
        if given.size:
            (small, _), (taken, most) = (large(acts, Path(name)) for acts in (1_000_000, given.size))
            ratio = taken / given.size / (small / 1_000_000)
            print(
                f"\n{given.size:,} acts: {taken:.1f} s, {most:,} MiB; an act takes {ratio:.2f} times as long as of 1 M"
            )


if __name__ == "__main__":
    main()
