"""Random acts on random books, priced by the oracle, by DuckDB and by Spark: how many differ.

    python benchmarks/equal_to_the_cent.py [ACTS] [--books 16] [--seed 1]

Every act of every book is priced three times: by the oracle of the tests (plain `Decimal`, one act at a time, no code
shared with the package), by the embedded engine, and by Spark on two executors in processes of their own. Outcome,
certainty, all amounts, basis, circular, line and missing facts must be equal; Spark and DuckDB in every output column.
Half of the books are asked by files of texts, half by files of days and whole numbers. Exit code 1 if an act differs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

import pyarrow as pa

from agreeing import answer, told
from bareme.book.prices import PriceTable, build_prices
from bareme.book.timeline import publications_of, timeline_of
from bareme.pricing.columns import OUTPUT_COLUMNS, Kinds, kinds_of
from invented import FACTS, IN_MEMORY, entries_for_oracle, record
from on_spark import cluster, executors, on_spark
from oracle import Oracle
from seeded_books import seeded_book

FILES = 3
"""The acts of a book come in so many files."""


@dataclass
class Tally:
    """What became of the acts, and those that differ (a few of them written out)."""

    acts: int = 0
    books: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    fees: set[Any] = field(default_factory=set)
    differing: int = 0
    examples: list[str] = field(default_factory=list)

    def differs(self, what: str) -> None:
        """Note an act that differs."""
        self.differing += 1
        self.examples += [what] if len(self.examples) < 10 else []


@dataclass(frozen=True)
class Asked:
    """A book's acts with DuckDB's answers, its price table, and what the oracle says otherwise."""

    priced: pa.Table
    acts: pa.Table
    prices: PriceTable
    against: list[str]


def ask(seed: int, number: int) -> Asked:
    """The acts of a book, priced by DuckDB and act by act by the oracle."""
    made = seeded_book(seed)
    asked = list(made.acts(number))
    acts = pa.Table.from_pylist([act.row() for act in asked])
    if seed % 2:
        types = {"date": pa.date32(), "int64": pa.int64(), "string": pa.string()}
        for name, kind in kinds_of(Kinds.TYPED).items():
            place = acts.schema.get_field_index(name)
            acts = acts.set_column(place, name, acts.column(place).cast(types[kind]))
    acts = acts.append_column("number", pa.array(range(number), pa.int64()))
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        book = record(Path(folder, "book.sqlite"), made.circulars)
        priced = book.price_table(acts, as_known_on=made.known_on)
        prices = build_prices(timeline_of(publications_of(book.entries(), made.known_on)))
    oracle = Oracle(entries_for_oracle(made.circulars), domains=FACTS)
    against = []
    for act, row in zip(asked, priced.to_pylist(), strict=True):
        expected = answer(oracle, act, made.known_on)
        if told(row, expected) != expected:
            against.append(f"book {seed}: {act}: the oracle says {expected}, DuckDB {told(row, expected)}")
    return Asked(priced, acts, prices, against)


def all_asked(acts: int, books: int, first: int) -> Iterator[Asked]:
    """The books one after another, the oracle's work in processes beside this one."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(ask, first + n, acts * (n + 1) // books - acts * n // books) for n in range(books)]
        while waiting:
            yield waiting.pop(0).result()


def compare(session: Any, folder: Path, acts: int, books: int, first: int = 1) -> Tally:
    """Price acts three times and count those that differ; says how far it is."""
    tally = Tally()
    for asked in all_asked(acts, books, first):
        print(f"\r{tally.acts:,} acts compared, {tally.differing} differ", end="", file=sys.stderr, flush=True)
        found, _ = on_spark(session, asked.acts, asked.prices, folder, FILES)
        tally.books += 1
        tally.acts += found.num_rows
        tally.outcomes.update(found.column("outcome").to_pylist())
        tally.fees.update(found.column("fee").unique().to_pylist())
        for what in asked.against:
            tally.differs(what)
        names = [*asked.acts.column_names, *OUTPUT_COLUMNS]
        if all(found.column(name).equals(asked.priced.column(name)) for name in names):
            continue
        one, other = (table.select(names).to_pylist() for table in (found, asked.priced))
        for here, there in zip(one, other, strict=True):
            if here != there:
                tally.differs(f"Spark says {here}, DuckDB {there}")
    print(file=sys.stderr)
    return tally


def main() -> int:
    """Print the figure."""
    options = argparse.ArgumentParser()
    options.add_argument("acts", nargs="?", type=int, default=1_000_000)
    options.add_argument("--books", type=int, default=16)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    started = time.monotonic()
    with TemporaryDirectory() as folder, cluster() as session:
        processes = executors()
        tally = compare(session, Path(folder), given.acts, given.books, given.seed)
        version = session.version
    took = round(time.monotonic() - started)
    print(f"{tally.acts:,} acts on {tally.books} books, by the oracle, DuckDB and Spark {version}")
    print(f"on {processes} executors in processes of their own; {len(tally.fees):,} different fees; {took} s\n")
    print("| outcome | acts |\n|---|---|")
    for outcome, number in tally.outcomes.most_common():
        print(f"| {outcome} | {number:,} |")
    print(f"\ndiffering: {tally.differing:,}")
    for example in tally.examples:
        print(example)
    return 1 if tally.differing else 0


if __name__ == "__main__":
    sys.exit(main())
