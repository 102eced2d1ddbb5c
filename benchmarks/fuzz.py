"""Read what nobody means: a document is read, or refused with a reason, in time. `make fuzz N=100000`.

    python benchmarks/fuzz.py [N] [--seed 1] [--only text] [--at NUMBER] [--folder .fuzz]

Each input is made from the seed, the reader and its number, so that `--only text --at 4711` makes it again. Text, HTML
and workbooks take the whole path to the findings; `cells` are figures, rows, headers, conditions, number formats read
by their functions; PDF is read below the child process. Inputs run in processes of 2,000; each may take five seconds,
a process a gibibyte more than it starts with. What fails is saved in the folder and ends the run with status 1.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from random import Random
from types import FrameType

from fuzz_inputs import GENERATORS, NUMBERS, Input, pattern, shown

from bareme.audit import examine
from bareme.circulars.conditions import conditions_of
from bareme.circulars.dates import date_of
from bareme.circulars.documents import pdf
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.spaced import aligned_tables, cells_of_bars
from bareme.circulars.documents.text import row_of
from bareme.circulars.documents.xlsx_formats import number_format
from bareme.circulars.documents.xlsx_numbers import exact_number
from bareme.circulars.documents.xlsx_package import joined
from bareme.circulars.documents.xlsx_sheet import range_of
from bareme.circulars.figures import (
    LARGEST_AMOUNT,
    amount_of,
    glued_amounts,
    is_percentage,
    number_of,
    without_list_mark,
)
from bareme.circulars.header import read_header, split_header
from bareme.circulars.reading import read_document
from bareme.circulars.rows import read_terms, tokens_of
from bareme.circulars.sections import parse_heading
from bareme.circulars.shaping import with_comma
from bareme.circulars.sources import Source
from bareme.circulars.vocabulary import all_vocabularies
from bareme.errors import DocumentError

SHARES = {"pdf": 4, "xlsx": 6, "cells": 40, "html": 20, "text": 30}
"""Of a hundred inputs."""
SUFFIXES = {"text": "txt", "html": "html", "cells": "txt", "xlsx": "xlsx", "pdf": "pdf"}
BATCH = 2_000
SECONDS = 5
Cells = list[list[str]]
ROOM = 1024 * 1024 * 1024
_DIGITS = re.compile(r"\d[\d.,]*")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\(.*\)")


class TooSlow(BaseException):
    """An input took longer than it may."""


def read_whole(name: str) -> Callable[[Input], str]:
    """Read a document as a person would, up to its findings."""

    def read(content: Input) -> str:
        reading = examine(*read_document(open_document((name, content))))
        json.dumps(reading.to_dict())
        return f"read, {'with' if reading.lines else 'without'} lines"

    return read


def read_pdf(content: Input) -> str:
    """Read a PDF in this process."""
    pdf.blocks_of_pdf("a.pdf", content)
    return "read"


def read_cells(rows: Input) -> str:
    """Give cells to one of the functions that understand cells; which one follows from the cells."""
    dice = Random("".join(map("".join, rows)).encode("utf-8", "surrogatepass"))
    found = "conditions" if dice.random() < 0.03 else dice.choice(tuple(FUNCTIONS)[1:])
    FUNCTIONS[found](rows, dice)
    return f"understood, {found}"


def _figures(rows: Cells, _: Random) -> None:
    for text in chain(*rows):
        number, amount = number_of(text), amount_of(text)
        assert number is None or (number.is_finite() and number >= 0), text
        assert amount is None or 0 <= amount <= LARGEST_AMOUNT, text
        assert all(amount_of(part) is not None for part in glued_amounts(text) if len(part) < 13), text
        without_list_mark(text)
        is_percentage(text)
        with_comma(text)


def _places(rows: Cells, _: Random) -> None:
    for text in chain(*rows):
        range_of(text)
        joined("xl/workbook.xml", text)
        parse_heading(text, 1, 1)
        cells_of_bars(text)


def _tokens(rows: Cells, dice: Random) -> None:
    words = dice.choice(all_vocabularies())
    for number, cells in enumerate(rows, start=1):
        read_terms(tokens_of(row_of(cells, number), words), Source("0" * 64, "a.txt"))


def _header(rows: Cells, dice: Random) -> None:
    above, _ = split_header([row_of(cells, number) for number, cells in enumerate(rows, start=1)])
    read_header(above, 1, dice.choice(all_vocabularies()))


def _conditions(rows: Cells, dice: Random) -> None:
    words = dice.choice(all_vocabularies())
    for cells in rows:
        conditions_of([" ".join(cells)], words)
        date_of(" ".join(cells), words)


def _formats(rows: Cells, dice: Random) -> None:
    for stored in (*chain(*rows), *dice.choices(NUMBERS, k=3)):
        number = exact_number(stored)
        if number is not None:
            form = number_format(pattern(dice)[:255], dice.random() < 0.5)
            form.show_simple(number)
            assert len(form.show(number, stored).text) < 2_000, stored


def _aligned(rows: Cells, dice: Random) -> None:
    widths = [dice.randrange(2, 30) for _ in range(20)]
    lines = ["".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=False)) for cells in rows]
    aligned_tables(lines * dice.choice((1, 1, 3)))


FUNCTIONS: dict[str, Callable[[Cells, Random], None]] = {
    "conditions": _conditions,
    "figures": _figures,
    "places": _places,
    "tokens": _tokens,
    "header": _header,
    "formats": _formats,
    "aligned": _aligned,
}
READERS: dict[str, Callable[[Input], str]] = {
    "text": read_whole("a.txt"),
    "html": read_whole("a.html"),
    "cells": read_cells,
    "xlsx": read_whole("a.xlsx"),
    "pdf": read_pdf,
}


def input_of(reader: str, seed: int, number: int) -> Input:
    """The input with this number."""
    return GENERATORS[reader](Random(f"{seed}/{reader}/{number}"))


def outcome(reader: str, made: Input) -> tuple[str, str]:
    """What comes of an input: "read", "refused: ...", or a failure, with its traceback."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        return READERS[reader](made), ""
    except DocumentError as error:
        reason = str(error)
        if not 10 < len(reason) < 2_000:
            return f"FAILED: a reason of {len(reason)} letters", traceback.format_exc()
        return f"refused: {_DIGITS.sub('#', _QUOTED.sub('...', reason))[:120]}", ""
    except TooSlow:
        return f"FAILED: over {SECONDS} s", traceback.format_exc()
    except Exception as error:
        return f"FAILED: {type(error).__name__}: {_DIGITS.sub('#', str(error))[:120]}", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _stop(_: int, __: FrameType | None) -> None:
    raise TooSlow


@dataclass(frozen=True)
class Batch:
    """So many inputs of one reader."""

    reader: str
    seed: int
    first: int
    size: int


def run(batch: Batch, folder: Path, at: Synchronized[int], log: Path) -> None:
    """Read the inputs of a batch, in a process of its own; `at` says which one is being read."""
    signal.signal(signal.SIGALRM, _stop)
    if batch.reader == "pdf":
        from fuzzing import pages_here

        setattr(pdf, "pages_of", pages_here)  # noqa: B010
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
    counts: Counter[str] = Counter()
    for number in range(batch.first, batch.first + batch.size):
        at.value = number
        made = input_of(batch.reader, batch.seed, number)
        found, trace = outcome(batch.reader, made)
        counts[found] += 1
        if found.startswith("FAILED"):
            save(batch, number, found, trace, folder)
    log.write_text(json.dumps(counts))


def save(batch: Batch, number: int, found: str, trace: str, folder: Path) -> None:
    """Keep a failing input, and say how to make it again."""
    path = folder / f"{batch.reader}-{batch.seed}-{number}.{SUFFIXES[batch.reader]}"
    path.write_bytes(shown(input_of(batch.reader, batch.seed, number)))
    path.with_suffix(".trace").write_text(trace)
    sys.stdout.write(f"{found}\n  {path}: --seed {batch.seed} --only {batch.reader} --at {number}\n")
    sys.stdout.flush()


def run_batch(batch: Batch, folder: Path, counts: Counter[tuple[str, str]]) -> None:
    """Run a batch in a child process; where that dies, the input that it was reading is a failure."""
    at: Synchronized[int] = multiprocessing.Value("q", batch.first)
    log = folder / "batch.json"
    log.unlink(missing_ok=True)
    child = multiprocessing.Process(target=run, args=(batch, folder, at, log))
    child.start()
    child.join(SECONDS * batch.size)
    if child.exitcode is None:
        child.kill()
        child.join()
    if log.exists():
        for found, count in json.loads(log.read_text()).items():
            counts[batch.reader, found] += count
        return
    found = f"FAILED: the process ended with {child.exitcode}"
    save(batch, at.value, found, "", folder)
    done = at.value - batch.first
    counts[batch.reader, "done before the process ended"] += done
    counts[batch.reader, found] += 1
    if batch.size > done + 1:
        run_batch(Batch(batch.reader, batch.seed, at.value + 1, batch.size - done - 1), folder, counts)


def main() -> int:
    """Run so many inputs and count what came of them."""
    options = argparse.ArgumentParser()
    options.add_argument("inputs", type=int, nargs="?", default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", choices=READERS)
    options.add_argument("--at", type=int)
    options.add_argument("--folder", type=Path, default=Path(".fuzz"))
    chosen = options.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.at is not None:
        run(
            Batch(chosen.only, chosen.seed, chosen.at, 1),
            chosen.folder,
            multiprocessing.Value("q"),
            Path("/dev/stdout"),
        )
        return 0
    shares = {chosen.only: 100} if chosen.only else SHARES
    all_vocabularies()
    counts: Counter[tuple[str, str]] = Counter()
    started = time.monotonic()
    for reader, share in shares.items():
        total = chosen.inputs * share // 100
        for first in range(0, total, BATCH):
            run_batch(Batch(reader, chosen.seed, first, min(BATCH, total - first)), chosen.folder, counts)
        _print(reader, counts, time.monotonic() - started)
    failed = sum(count for (_, found), count in counts.items() if found.startswith("FAILED"))
    print(f"seed {chosen.seed}: {sum(counts.values()):,} inputs, {failed} failures")
    return 1 if failed else 0


def _print(reader: str, counts: Counter[tuple[str, str]], seconds: float) -> None:
    own = {found: count for (of, found), count in counts.most_common() if of == reader}
    print(f"{reader}: {sum(own.values()):,} inputs ({seconds:,.0f} s since the start)")
    kinds: Counter[str] = Counter()
    for found, count in own.items():
        kinds[found.partition(":")[0]] += count
    for kind, count in kinds.items():
        print(f"  {count:9,} {kind}")
    for found, count in [pair for pair in own.items() if pair[0].startswith("refused")][:25]:
        print(f"    {count:9,} {found}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
