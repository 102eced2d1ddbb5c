"""How long a circular of 2,000 lines takes: read and checked, then proved against the one before it. `make bench`.

`made_pair` invents two circulars of a made-up profession, in the layout of examples/circulars/example-2025-336.txt:
the second is the first one indexed by 2,72 %, as its prose says, with one act ended. Every figure follows to the cent,
so that both must be read without an error; tests use the pair too.

Every run has a process and a pair of its own: nothing is kept from the run before. The process is warm (its libraries
are loaded), the book is just opened. Each run is timed in turn with two public yardsticks: the standard library's json
writing and reading what the reading says, with its sources (`json.loads(json.dumps(...))`), and Polars reading the
cells of the document's tables as CSV, all of them texts.
"""

from __future__ import annotations

import io
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

LINES = 2000
RUNS = 9
ROWS_OF_A_TABLE = 40
TABLES_OF_A_SECTION = 4
RATE = "2,72"
SHARE = Decimal("8.68")
"""What ambulatory patients without preferential regime pay in every second section, as in circular 2025/336."""
HEADER = (
    "Numéro de code\t\t\t\tHonoraires\tIntervention Ambulant\t\tIntervention Hospitalisé\t\n"
    "\t\t\t\t\tBénéficiaires avec régime préférentiel\tBénéficiaires sans régime préférentiel"
    "\tBénéficiaires avec régime préférentiel\tBénéficiaires sans régime préférentiel"
)

Document = tuple[str, bytes]
"""A name and the bytes, as `bareme.read` takes them."""


@dataclass(frozen=True)
class Act:
    """One line: the stem of its ambulatory code, its term, and what ambulatory patients pay in the ordinary regime."""

    stem: int
    letter: str
    coefficient: Decimal
    value: Decimal
    share: Decimal

    @property
    def fee(self) -> Decimal:
        return rounded(self.coefficient * self.value, "0.01")

    def indexed(self) -> Act:
        factor = 1 + Decimal(RATE.replace(",", ".")) / 100
        return replace(self, value=rounded(self.value * factor, "0.000001"))


def rounded(number: Decimal, unit: str) -> Decimal:
    """Half up, written with the standard library alone."""
    return number.quantize(Decimal(unit), ROUND_HALF_UP)


def made_pair(lines: int = LINES, seed: int = 1) -> tuple[Document, Document]:
    """A circular of so many lines and the one a year later: the same for the same arguments, on every machine."""
    acts = made_acts(lines, random.Random(seed))
    ended = acts[random.Random(seed).randrange(lines)] if lines > 1 else None
    said = f"- la prestation {codes_of(ended)} est supprimée ;" if ended else ""
    index = f"- l'ensemble des prestations est indexé de {RATE} % ;"
    later = [[act.indexed() for act in table if act is not ended] for table in in_tables(acts)]
    return document(2026, in_tables(acts), []), document(2027, later, [index, said])


def made_acts(lines: int, chance: random.Random) -> list[Act]:
    """Acts with rising codes, most of them without a gap; those of a table share the letter and, mostly, its value."""
    stem = 10001 + 2 * chance.randrange(1000)
    acts: list[Act] = []
    letter, usual, other = "", Decimal(0), Decimal(0)
    for number in range(lines):
        place = number % ROWS_OF_A_TABLE
        if place == 0:
            letter = chance.choice("BIKNQ")
            usual, other = random_value(chance), random_value(chance)
        coefficient = Decimal(chance.randrange(60, 3000)) if chance.random() < 0.9 else random_tenths(chance)
        is_shared = (number // (ROWS_OF_A_TABLE * TABLES_OF_A_SECTION)) % 2 == 0
        share = SHARE if is_shared else Decimal(0)
        acts.append(Act(stem, letter, coefficient, other if 20 <= place < 23 else usual, share))
        stem += 2 * (chance.randrange(3, 20) if chance.random() < 0.1 else 1)
    return acts


def random_value(chance: random.Random) -> Decimal:
    """A letter value like 1,291737."""
    return Decimal(chance.randrange(300_000, 1_500_000)).scaleb(-6)


def random_tenths(chance: random.Random) -> Decimal:
    """A coefficient like 599,4."""
    return Decimal(10 * chance.randrange(60, 3000) + chance.randrange(1, 10)).scaleb(-1)


def in_tables(acts: Sequence[Act]) -> list[Sequence[Act]]:
    """The acts of each table."""
    return [acts[start : start + ROWS_OF_A_TABLE] for start in range(0, len(acts), ROWS_OF_A_TABLE)]


def document(year: int, tables: Sequence[Sequence[Act]], measures: Sequence[str]) -> Document:
    """A circular that takes effect on 1 January of a year."""
    date = f"01-01-{year}"
    head = [
        f"Circulaire OA no {year - 1}/900 du 15-12-{year - 1}",
        f"Applicable à partir de 1/01/{year}",
        f"**Tarifs; métier imaginaire - prestations - partie 1; {date}**",
        "Voici ce qui change :" if measures else "Le métier imaginaire reçoit ses premiers tarifs.",
        *(measure for measure in measures if measure),
    ]
    text = "\n\n".join([*head, *(block for table in sections(tables) for block in table)]) + "\n"
    return f"{year - 1}-900.txt", text.encode()


def sections(tables: Sequence[Sequence[Act]]) -> Iterator[list[str]]:
    """Each table with the headings above it; the tables of odd sections put code, letter and coefficient elsewhere."""
    for number, acts in enumerate(tables):
        section, place = divmod(number, TABLES_OF_A_SECTION)
        title = f"## {chr(ord('A') + section % 26)}. Chapitre imaginaire {section + 1}"
        above = [title] if place == 0 else []
        rows = [row_of(act, joined=section % 2 == 0) for act in acts]
        yield [*above, f"### {place + 1}. Partie imaginaire {number + 1}", "\n".join([HEADER, *rows])]


def row_of(act: Act, joined: bool) -> str:
    """A row of a table: `565025 = B` and 289, or 565025 and `= B 289`."""
    ambulatory, hospital = codes_of(act).split("-")
    coefficient = printed(act.coefficient)
    right = (f"{hospital} = {act.letter}", coefficient) if joined else (hospital, f"= {act.letter} {coefficient}")
    fee, ordinary = printed(act.fee), printed(act.fee - act.share)
    cells = (f"{act.letter} = {printed(act.value)}", f"<b>{ambulatory}</b>", *right, fee)
    return "\t".join([*cells, fee, f"<b>{ordinary}</b>", fee, fee])


def codes_of(act: Act) -> str:
    """The pair of codes, each with the number of its first five digits modulo 7."""
    return "-".join(f"{stem:05d}{stem % 7}" for stem in (act.stem, act.stem + 1))


def printed(number: Decimal) -> str:
    """With thousands dot and decimal comma."""
    return f"{number:,f}".translate(str.maketrans(",.", ".,"))


def cells_of(source: Document) -> bytes:
    """The lines of the tables."""
    return b"\n".join(line for line in source[1].split(b"\n") if b"\t" in line)


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def run(seed: int, lines: int) -> dict[str, Sequence[float]]:
    """What is measured, by name, and how long it took: bareme, json, Polars."""
    import polars

    import bareme

    earlier, later = made_pair(lines, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.sqlite"
        recorded = bareme.create_book(path).load(bareme.read(earlier))
        assert recorded.status == "recorded", recorded.message
        book = bareme.open_book(path)
        actions = {
            "reading and checking it": lambda: bareme.read(later),
            "the same and proving it, against the one before it in a book": lambda: bareme.read(later, book),
            "the same once more, against the same book": lambda: bareme.read(later, book),
        }
        mine = {name: seconds(action) for name, action in actions.items()}
    data, cells = bareme.read(later).to_dict(), cells_of(later)
    round_trip = seconds(lambda: json.loads(json.dumps(data)))
    as_csv = seconds(lambda: polars.read_csv(io.BytesIO(cells), separator="\t", has_header=False, infer_schema=False))
    return {name: (time_, round_trip, as_csv) for name, time_ in mine.items()}


def row(name: str, runs: Sequence[Sequence[float]]) -> str:
    """A row of the table: the median, the slowest, and the median ratios to both yardsticks."""
    mine = [times[0] for times in runs]
    ratios = [statistics.median(times[0] / times[yardstick] for times in runs) for yardstick in (1, 2)]
    return f"| {name} | {statistics.median(mine):.3f} s | {max(mine):.3f} s | {ratios[0]:.2f} x | {ratios[1]:.2f} x |"


def main() -> None:
    """Print the table."""
    measured: dict[str, list[Sequence[float]]] = {}
    for seed in range(1, RUNS + 1):
        done = subprocess.run([sys.executable, __file__, str(seed)], check=True, capture_output=True, text=True)
        for name, times in json.loads(done.stdout).items():
            measured.setdefault(name, []).append(times)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, {RUNS} runs\n")
    print(f"| a circular of {LINES:,} lines | median | slowest | json of its reading | Polars, its cells |")
    print("|---|---|---|---|---|")
    for name, runs in measured.items():
        print(row(name, runs))


if __name__ == "__main__":
    if sys.argv[1:]:
        run(0, ROWS_OF_A_TABLE)
        print(json.dumps(run(int(sys.argv[1]), LINES)))
    else:
        main()
