"""How long one act and a basket of 20 take from Python, on the shipped book and on a full-size one. `make bench`.

The full-size book (benchmarks/full_book.py) is made and its price table built once, which takes some minutes and is not
what is measured; `one_act.py FOLDER` keeps both in a folder for the next time. Then are timed, in turn with a public
yardstick, so that the ratio holds when the machine's speed drifts:

- opening it in a fresh process, as a whole process: until the first act is priced, and until the table for files of
  acts is open; the yardstick is a process that imports duckdb and sqlalchemy and makes an empty DuckDB;
- acts of random codes and days, none asked before; the yardsticks are DuckDB executing a prepared look-up by its key
  in a table of 20,000 rows, and Polars filtering a frame of 20,000 rows by its code.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import full_book

RUNS = 9
ACTS = 400
BASKET = 20
OPEN = "import bareme; view = bareme.open_book({path!r})._view(None, None); "
FIRST_ACT = "bareme.open_book({path!r}).price('100015', '2015-05-05', regime='ordinary')"
WHOLE = "view.engine().cursor().execute('SELECT count(*) FROM prices').fetchall()"
IMPORTS = "import duckdb, sqlalchemy; duckdb.connect().execute('SELECT 1')"

Act = dict[str, Any]


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def process(script: str) -> Callable[[], object]:
    """A whole process that runs a script."""
    return lambda: subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


def opening(name: str, script: str) -> None:
    """A process in turn with the one that only imports."""
    pairs = [(seconds(process(script)), seconds(process(IMPORTS))) for _ in range(RUNS)]
    mine, ratio = statistics.median(a for a, _ in pairs), statistics.median(a / b for a, b in pairs)
    print(f"| {name} | {mine:.3f} s | {ratio:.2f} x importing duckdb and sqlalchemy |")


def random_acts(codes: Sequence[str], first: date, days: int, number: int, seed: int) -> list[Act]:
    """Acts of codes and days that are drawn evenly."""
    chance = random.Random(seed)
    regimes = ("ordinary", "preferential")
    return [
        {
            "code": chance.choice(codes),
            "on": first + timedelta(days=chance.randrange(days)),
            "regime": chance.choice(regimes),
        }
        for _ in range(number)
    ]


def yardsticks(codes: Sequence[str]) -> dict[str, Callable[[str], object]]:
    """The public look-ups of a row by its code."""
    import duckdb
    import polars

    connection = duckdb.connect(config={"threads": 1})
    connection.execute("CREATE TABLE rows (code VARCHAR PRIMARY KEY, fee BIGINT)")
    frame = polars.DataFrame({"code": list(codes), "fee": range(len(codes))})
    connection.register("frame", frame.to_arrow())
    connection.execute("INSERT INTO rows SELECT * FROM frame")
    connection.execute("PREPARE one AS SELECT * FROM rows WHERE code = $1")
    return {
        "DuckDB, a prepared look-up": lambda code: connection.execute(f"EXECUTE one('{code}')").fetchall(),
        "Polars, a filter": lambda code: frame.filter(polars.col("code") == code).rows(),
    }


def _told(book: Any, act: Act) -> dict[str, Any]:
    told: dict[str, Any] = book.price(**act).to_dict()
    return told


def acts_of(name: str, book: Any, acts: list[Act], looks: dict[str, Callable[[str], object]]) -> None:
    """One act after another, each in turn with the yardsticks; then in baskets."""
    book.price_basket(acts[:BASKET])
    singles, baskets = acts[BASKET : BASKET + ACTS], acts[BASKET + ACTS :]
    runs = [
        (
            seconds(partial(book.price, **act)),
            *(seconds(partial(f, act["code"])) for f in looks.values()),
        )
        for act in singles
    ]
    row(f"one act, {name}", [mine for mine, *_ in runs], runs, looks)
    runs = [
        (
            seconds(partial(book.price_basket, baskets[n : n + BASKET])),
            *(seconds(partial(f, baskets[n]["code"])) for f in looks.values()),
        )
        for n in range(0, len(baskets), BASKET)
    ]
    row(f"a basket of {BASKET}, {name}", [mine for mine, *_ in runs], runs, looks)
    told = [seconds(partial(_told, book, act)) for act in singles[:60]]
    print(f"| one act with sources and explanation, {name} | {statistics.median(told) * 1000:.2f} ms | | |")


def row(name: str, mine: Sequence[float], runs: Sequence[Sequence[float]], looks: dict[str, Any]) -> None:
    """Median, 95 of 100, and the median ratio to each yardstick."""
    ratios = [statistics.median(run[0] / run[n] for run in runs) for n in range(1, len(looks) + 1)]
    slow = sorted(mine)[int(len(mine) * 0.95)]
    print(
        f"| {name} | {statistics.median(mine) * 1000:.2f} ms | {slow * 1000:.2f} ms | "
        f"{' | '.join(f'{r:.2f} x' for r in ratios)} |"
    )


def main(folder: Path) -> None:
    """Make what is not there, and print the tables."""
    os.environ["BAREME_CACHE"] = str(folder / "cache")
    path = folder / "full.sqlite"
    if not path.exists():
        full_book.made_book(path)
    subprocess.run([sys.executable, "-c", OPEN.format(path=str(path)) + "view.engine()"], check=True)
    import bareme

    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, {RUNS} runs\n")
    print("| a full-size book, in a fresh process | median | ratio in the same run |\n|---|---|---|")
    opening("ready for acts", OPEN.format(path=str(path)) + "view.codes()")
    opening("the first act is priced", "import bareme; " + FIRST_ACT.format(path=str(path)))
    opening("ready for files of acts", OPEN.format(path=str(path)) + WHOLE)
    codes = full_book.codes()
    looks = yardsticks(codes)
    print(f"\n| from Python, after the first | median | 95 of 100 | {' | '.join(looks)} |\n|---|---|---|---|---|")
    whole = random_acts(codes, date(2006, 1, 1), 7300, BASKET + ACTS + 60 * BASKET, seed=1)
    acts_of("full-size book", bareme.open_book(path), whole, looks)
    shipped = bareme.open_book(folder / "no-such-book.sqlite")
    own = sorted(shipped._view(None, None).codes())
    acts_of(
        "shipped book", shipped, random_acts(own, date(2025, 1, 1), 700, BASKET + ACTS + 60 * BASKET, seed=1), looks
    )


if __name__ == "__main__":
    if sys.argv[1:]:
        Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))
