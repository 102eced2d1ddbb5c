"""How many slips are found: corrupt one thing in a circular, read it, see whether a finding names it. `make slips`.

A corruption after which the same figures are read (amounts, codes, letter values, coefficients, the effective date) is
harmless and does not count. Otherwise a finding of severity error or warning that the clean circular does not have must
carry or name a code of the line, or stand on the passage of the prose.

    python benchmarks/slips.py [--runs 10000] [--seed 1] [--only 2025/336] [--show 20] [FOLDER]

FOLDER holds circulars (default: BAREME_SHARED/circulars, else examples/circulars). The latest circular of a series that
another one precedes is read with a book that holds the one before it; the others without any book.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import bareme
from bareme.circulars.model import Line, Reading

FIELDS = {
    "code": "a code",
    "letter_value": "a letter value",
    "coefficient": "a coefficient",
    "fee": "a fee",
    "intervention": "an intervention",
    "share": "a patient share",
}
SHARES = 10
"""The runs are dealt into so many shares, each with a seed of its own, on every machine."""
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Slip:
    """One corruption: what was done, the new text, and the codes or the line of the document that it concerns."""

    kind: str
    text: str
    codes: frozenset[str]
    line: int | None
    what: str


@dataclass(frozen=True)
class Verdict:
    """What became of a slip: harmless, found (by which checks) or escaped."""

    slip: Slip
    outcome: str
    checks: tuple[str, ...] = ()


class Corruptor:
    """Makes slips of a circular from its text and its clean reading."""

    def __init__(self, name: str, text: str, reading: Reading) -> None:
        self.name, self.text, self.reading = name, text, reading
        self.rows = text.split("\n")
        self.lines = [line for line in reading.lines if line.codes]
        kinds: dict[str, Callable[[random.Random], Slip | None]] = {
            f"digit of {FIELDS[field]}": partial(
                self._in_cell, field=field, change=changed_digit, kind=f"digit of {FIELDS[field]}"
            )
            for field in FIELDS
        }
        kinds["two digits swapped"] = lambda r: self._in_cell(
            r, r.choice(list(FIELDS)), swapped_digits, "two digits swapped"
        )
        kinds["comma moved"] = lambda r: self._in_cell(r, r.choice(list(FIELDS)[1:]), moved_comma, "comma moved")
        kinds["two cells swapped"] = self._swapped_cells
        kinds["row dropped"] = lambda r: self._row(r, "row dropped", lambda row: [])
        kinds["row doubled"] = lambda r: self._row(r, "row doubled", lambda row: [row, row])
        kinds["row shifted"] = self._shifted
        kinds["date in the prose"] = lambda r: self._in_prose(
            r, "date in the prose", r"\d{1,2}[-/]\d{1,2}[-/]\d{4}|\b20\d\d\b"
        )
        kinds["rate in the prose"] = lambda r: self._in_prose(r, "rate in the prose", r"\d+(?:,\d+)?(?=\s*%)")
        self.kinds = kinds

    def slip(self, random_: random.Random) -> Slip:
        """A slip of a random kind."""
        while True:
            made = self.kinds[random_.choice(list(self.kinds))](random_)
            if made is not None and made.text != self.text:
                return made

    def _in_cell(
        self, r: random.Random, field: str, change: Callable[[random.Random, str], str | None], kind: str
    ) -> Slip | None:
        line = r.choice(self.lines)
        cells = [source for name, source in line.cells.items() if field_of(name) == field and source.cell]
        if not cells:
            return None
        source = r.choice(cells)
        row = self.rows[(line.source.line or 1) - 1].split("\t")
        old = row[(source.cell or 1) - 1]
        pattern = r"\d{6}" if field == "code" else r"\d[\d.,]*"
        found = list(re.finditer(pattern, old))
        if not found:
            return None
        place = found[0] if field == "code" else found[-1]
        new = change(r, place[0])
        if new is None or new == place[0]:
            return None
        row[(source.cell or 1) - 1] = old[: place.start()] + new + old[place.end() :]
        return self._with_row(line, kind, ["\t".join(row)], f"{place[0]} -> {new}")

    def _swapped_cells(self, r: random.Random) -> Slip | None:
        line = r.choice(self.lines)
        row = self.rows[(line.source.line or 1) - 1].split("\t")
        a, b = r.sample(range(len(row)), 2)
        row[a], row[b] = row[b], row[a]
        return self._with_row(line, "two cells swapped", ["\t".join(row)], f"cells {a + 1} and {b + 1}")

    def _shifted(self, r: random.Random) -> Slip | None:
        line = r.choice(self.lines)
        row = self.rows[(line.source.line or 1) - 1].split("\t")
        cells = r.randint(1, 4)
        shifted = [*[""] * cells, *row][: len(row)]
        return self._with_row(line, "row shifted", ["\t".join(shifted)], f"{cells} cells")

    def _row(self, r: random.Random, kind: str, change: Callable[[str], list[str]]) -> Slip:
        line = r.choice(self.lines)
        return self._with_row(line, kind, change(self.rows[(line.source.line or 1) - 1]), "")

    def _with_row(self, line: Line, kind: str, rows: list[str], what: str) -> Slip:
        number = (line.source.line or 1) - 1
        text = "\n".join([*self.rows[:number], *rows, *self.rows[number + 1 :]])
        return Slip(kind, text, frozenset(c.digits for c in line.codes), None, f"{line.code}: {what}")

    def _in_prose(self, r: random.Random, kind: str, pattern: str) -> Slip | None:
        prose = [(n, row) for n, row in enumerate(self.rows) if "\t" not in row and re.search(pattern, row)]
        if not prose:
            return None
        number, row = r.choice(prose)
        place = r.choice(list(re.finditer(pattern, row)))
        new = changed_digit(r, place[0])
        changed = row[: place.start()] + new + row[place.end() :]
        text = "\n".join([*self.rows[:number], changed, *self.rows[number + 1 :]])
        return Slip(kind, text, frozenset(), number + 1, f"line {number + 1}: {place[0]} -> {new}")


def field_of(name: str) -> str:
    """The field that a cell of a line belongs to."""
    if name.endswith("_code"):
        return "code"
    return {"value": "letter_value", "patient_share": "share"}.get(name.rpartition(".")[2], name.rpartition(".")[2])


def changed_digit(r: random.Random, text: str) -> str:
    """One digit replaced by another."""
    place = r.choice([i for i, c in enumerate(text) if c.isdigit()])
    digit = r.choice([d for d in "0123456789" if d != text[place]])
    return text[:place] + digit + text[place + 1 :]


def swapped_digits(r: random.Random, text: str) -> str | None:
    """Two neighbouring digits swapped."""
    places = [i for i in range(len(text) - 1) if text[i].isdigit() and text[i + 1].isdigit() and text[i] != text[i + 1]]
    if not places:
        return None
    i = r.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def moved_comma(r: random.Random, text: str) -> str | None:
    """The comma one place to the left or right."""
    i = text.find(",")
    steps = [s for s in (-1, 1) if 0 < i + s < len(text) - 1 or (s == 1 and 0 < i < len(text) - 1)]
    if i < 0 or not steps:
        return None
    without = text[:i] + text[i + 1 :]
    place = i + r.choice(steps)
    return without[:place] + "," + without[place:]


def figures(reading: Reading) -> tuple[object, ...]:
    """What counts as the same figures: the lines' own, and the day from which they hold."""
    from bareme.book.intake import figures_of

    return (reading.circular.effective_on, [figures_of(line) for line in reading.lines])


def judge(corruptor: Corruptor, book: bareme.Book | None, slip: Slip) -> Verdict:
    """Read a corrupted circular and say what became of the slip."""
    reading = bareme.read((corruptor.name, slip.text.encode()), book)
    clean = Counter((f.check, f.code, f.message) for f in corruptor.reading.findings)
    new = [f for f in reading.findings if f.severity != "note"]
    new = [f for f in new if not clean[f.check, f.code, f.message]]
    own = [f for f in new if f.code in slip.codes or _names(f.message, slip) or (slip.line and _passage(f, slip))]
    if own:
        return Verdict(slip, "found", tuple(sorted({f.check for f in own})))
    return Verdict(slip, "harmless" if figures(reading) == figures(corruptor.reading) else "escaped")


def _names(message: str, slip: Slip) -> bool:
    return any(code in message for code in slip.codes)


def _passage(finding: bareme.Finding, slip: Slip) -> bool:
    here = finding.source.line == slip.line or f"line {slip.line}:" in finding.message
    return here or finding.check in PROSE_CHECKS


PROSE_CHECKS = ("rate_disagrees", "effective_dates_disagree", "circular_identity")
"""Checks that name what the prose says, wherever they stand."""


def study(path: Path, others: list[Path], runs: int, seed: int) -> tuple[str, str | None, list[Verdict]]:
    """The verdicts for a circular: its number, that of the one before it, if there is one, and what became of each."""
    readings = [bareme.read(other) for other in others]
    with tempfile.TemporaryDirectory() as place:
        book, before = _book_before(bareme.read(path), readings, Path(place) / "book.sqlite")
        reading = bareme.read(path, book)
        corruptor = Corruptor(path.name, path.read_text(encoding="utf-8"), reading)
        r = random.Random(seed)
        verdicts = [judge(corruptor, book, corruptor.slip(r)) for _ in range(runs)]
        return reading.circular.number or path.name, before, verdicts


def _book_before(reading: Reading, others: list[Reading], place: Path) -> tuple[bareme.Book | None, str | None]:
    """A book with the circular before this one in its series, if there is one."""
    before = [o for o in others if o.circular.series == reading.circular.series]
    before = [o for o in before if str(o.circular.effective_on) < str(reading.circular.effective_on)]
    if not before:
        return None, None
    book = bareme.create_book(place)
    last = max(before, key=lambda o: str(o.circular.effective_on))
    book.load(last)
    return book, last.circular.number


def print_table(number: str, before: str | None, verdicts: list[Verdict], show: int) -> None:
    """The rates by kind as a table of Markdown, and some slips that escaped."""
    print(f"\n{number}, {'after ' + before if before else 'without a circular before it'}: {len(verdicts)} slips\n")
    print("| kind | slips | harmless | found | escaped | found of those that matter |")
    print("|---|---:|---:|---:|---:|---:|")
    for kind in [*sorted({v.slip.kind for v in verdicts}), "all"]:
        counts = Counter(v.outcome for v in verdicts if kind in (v.slip.kind, "all"))
        matter = counts["found"] + counts["escaped"]
        tenths = 1000 * counts["found"] // matter if matter else 0  # rounded down: 100 % means every one
        rate = f"{tenths // 10}.{tenths % 10} %" if matter else "-"
        numbers = [sum(counts.values()), *(counts[outcome] for outcome in ("harmless", "found", "escaped"))]
        print(f"| {kind} | {' | '.join(map(str, numbers))} | {rate} |")
    for verdict in [v for v in verdicts if v.outcome == "escaped"][:show]:
        print("escaped:", verdict.slip.kind, verdict.slip.what)


def main() -> None:
    """Print the tables of the study, a process for each circular and share of the runs."""
    default = Path(os.environ.get("BAREME_SHARED", ROOT.parent / "shared")) / "circulars"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    examples = ROOT / "examples" / "circulars"
    parser.add_argument("folder", nargs="?", type=Path, default=default if default.is_dir() else examples)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="NUMBER", help="only this circular")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N slips that escaped")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.txt"))
    wanted = [p for p in paths if options.only in (None, bareme.read(p).circular.number)]
    with ProcessPoolExecutor() as pool:
        for path in wanted:
            runs = [options.runs // SHARES + (share < options.runs % SHARES) for share in range(SHARES)]
            jobs = [pool.submit(study, path, paths, n, options.seed * 1000 + i) for i, n in enumerate(runs)]
            found = [job.result() for job in jobs]
            number, before, _ = found[0]
            print_table(number, before, [v for _, _, verdicts in found for v in verdicts], options.show)


if __name__ == "__main__":
    main()
