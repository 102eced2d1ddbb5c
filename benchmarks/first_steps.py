"""How long the first steps take: start, price one act, read the four circulars, price a file. `make bench`.

Whole processes are timed from outside, in turn with a process that only imports the public libraries underneath (duckdb
and sqlalchemy), so that the ratio holds when the machine's speed drifts. Figures are medians.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 9
YARDSTICK = [sys.executable, "-c", "import duckdb, sqlalchemy; duckdb.connect().execute('SELECT 1')"]


def process(arguments: list[str]) -> Callable[[], object]:
    """A whole process, its output thrown away."""
    environment = os.environ | {"BAREME_BOOK": str(Path(tempfile.gettempdir()) / "no-such-book.sqlite")}
    return lambda: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, env=environment)


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def compare(name: str, action: Callable[[], object], other: Callable[[], object], what: str) -> None:
    """Both in turn; medians and the median ratio."""
    action()
    other()
    pairs = [(seconds(action), seconds(other)) for _ in range(RUNS)]
    mine = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"| {name} | {mine:.3f} s | {ratio:.2f} x {what} |")


def main() -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    print("| what | median | ratio in the same run |\n|---|---|---|")
    command = [sys.executable, "-m", "bareme"]
    start = process([sys.executable, "-c", "pass"])
    imports = process(YARDSTICK)
    price = [*command, "price", "565014", "--on", "2026-03-01", "--regime", "ordinary"]
    compare("`bareme --version`", process([*command, "--version"]), start, "an empty Python")
    compare("`bareme price` (one act)", process(price), imports, "importing duckdb and sqlalchemy")

    import polars

    import bareme

    folder = Path(os.environ.get("BAREME_SHARED", ROOT.parent / "shared")) / "circulars"
    files = sorted((folder if folder.is_dir() else ROOT / "examples" / "circulars").glob("*.txt"))

    def split_only() -> None:
        for file in files:
            polars.read_csv(file, separator="\n", has_header=False, quote_char=None, truncate_ragged_lines=True)

    compare(
        "reading and checking the four circulars",
        lambda: [bareme.read(f) for f in files],
        split_only,
        "Polars splitting the lines",
    )
    book = bareme.open_book(Path(tempfile.gettempdir()) / "no-such-book.sqlite")
    acts = ROOT / "examples" / "acts.csv"
    compare(
        "pricing examples/acts.csv (43 acts)",
        lambda: book.price_table(acts),
        lambda: polars.read_csv(acts),
        "Polars reading it",
    )


if __name__ == "__main__":
    main()
