"""How many rows a second text and HTML are read with, beside a public yardstick that only takes the cells apart.

50,000 rows of nine cells as in `xlsx_rows.py`: separated by tabs, aligned with spaces, and as an HTML table. The
yardsticks are the csv module, pandas.read_fwf and selectolax; the best of three runs counts.
"""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable
from io import StringIO

import pandas
from selectolax.lexbor import LexborHTMLParser

from bareme.circulars.documents.blocks import Table
from bareme.circulars.documents.opening import open_document
from bareme.nomenclature.codes import code_of_stem

ROWS = 50_000
RUNS = 3
WIDTHS = (14, 9, 9, 10, 12, 12, 12, 12, 12)


def made(rows: int = ROWS, seed: int = 1) -> list[list[str]]:
    """The cells."""
    dice = random.Random(seed)
    found = []
    for number in range(rows):
        cents = [dice.randint(1_000, 300_000) for _ in range(5)]
        amounts = [f"{c // 100:,}".replace(",", ".") + f",{c % 100:02d}" for c in cents]
        codes = [str(code_of_stem(10_001 + 2 * number % 80_000 + step)) for step in (0, 1)]
        found.append([f"B = 1,{dice.randint(0, 999_999):06d}", *codes, f"B {dice.randint(10, 3_000)}", *amounts])
    return found


def with_bareme(text: str) -> int:
    document = open_document(("made.txt", text.encode()))
    return sum(len(row.cells) for block in document.blocks if isinstance(block, Table) for row in block.rows)


def with_csv(text: str) -> int:
    return sum(len(row) for row in csv.reader(StringIO(text), delimiter="\t"))


def with_pandas(text: str) -> int:
    return int(pandas.read_fwf(StringIO(text), widths=list(WIDTHS), header=None, dtype=str).size)


def with_selectolax(text: str) -> int:
    page = LexborHTMLParser(text)
    return sum(1 for row in page.css("tr") for cell in row.css("td") if cell.text() is not None)


def seconds(read: Callable[[str], int], text: str) -> float:
    found = []
    for _ in range(RUNS):
        start = time.perf_counter()
        assert read(text) == 9 * ROWS
        found.append(time.perf_counter() - start)
    return min(found)


def main() -> None:
    rows = made()
    aligned = "\n".join("".join(cell.ljust(width) for cell, width in zip(row, WIDTHS, strict=True)) for row in rows)
    page = "<html><table>" + "\n".join("<tr><td>" + "</td><td>".join(row) + "</td></tr>" for row in rows) + "</table>"
    forms: tuple[tuple[str, str, str, Callable[[str], int]], ...] = (
        ("tabs", "\n".join("\t".join(row) for row in rows), "csv module", with_csv),
        ("aligned", aligned, "pandas.read_fwf", with_pandas),
        ("HTML", page, "selectolax", with_selectolax),
    )
    for form, text, yardstick, other in forms:
        own, theirs = seconds(with_bareme, text), seconds(other, text)
        print(f"{form:8} bareme {ROWS / own:9,.0f} rows/s   {yardstick:16} {ROWS / theirs:10,.0f} rows/s", end="   ")
        print(f"bareme takes {own / theirs:5.2f} times as long")


if __name__ == "__main__":
    main()
