"""Slips are found: ten of the nastiest with their messages, and a part of the study that `make slips` does in full.

    golden/slips.txt    for each slip what was changed, and every error or warning that it adds

After a message was changed on purpose, `BAREME_GOLDEN=write pytest tests/audit` writes the golden file anew.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from slips import Verdict, study

import bareme
from bareme.circulars.findings import Finding
from findings import GOLDEN, as_line

EXAMPLES = Path(__file__).parents[2] / "examples" / "circulars"
PATHS = sorted(EXAMPLES.glob("*.txt"))


@dataclass(frozen=True)
class Nasty:
    """`old` becomes `new` on the first line that holds `where`; a new finding must say one of `names`."""

    circular: str
    where: str
    old: str
    new: str
    why: str
    names: tuple[str, ...]


NASTY = (
    Nasty("2025-336", "589912", "0,038957", "0,038967", "a letter value that gives the same fee", ("589912",)),
    Nasty("2025-336", "565014", "364,63", "364,36", "two digits: a patient share of 8,95, not 8,68", ("565014",)),
    Nasty("2025-336", "589433", "589444", "589466", "the hospital code of the next act", ("589433",)),
    Nasty("2025-336", "indexé de", "2,72", "2,27", "the rate of the index; every figure is right", ("2,72 %",)),
    Nasty("2025-336", "10 %", "10 %", "20 %", "the rate of a special measure", ("from -10 %", "from -10,00 %")),
    Nasty("2025-336", "589772", "599,4", "594,9", "a coefficient from which the fee never followed", ("589772",)),
    Nasty("2025-336", "589956", "", "", "a row dropped between two others", ("589956",)),
    Nasty(
        "2024-382",
        "588711",
        "1,257532",
        "1,257572",
        "a letter value that gives the same fee, nothing before it",
        ("588711",),
    ),
    Nasty(
        "2024-356", "726655", "53,76\t53,76\t2,50", "53,76\t2,50\t53,76", "two cells of a group session", ("726655",)
    ),
    Nasty("2024-401", "401376", "401376", "401736", "a code that stands alone", ("401376",)),
)


def corrupted(nasty: Nasty) -> tuple[str, str]:
    """The name and text of the example with the slip in it."""
    path = EXAMPLES / f"example-{nasty.circular}.txt"
    rows = path.read_text(encoding="utf-8").split("\n")
    number = next(n for n, row in enumerate(rows) if nasty.where in row)
    changed = rows[number].replace(nasty.old, nasty.new, 1) if nasty.old else None
    assert changed != rows[number]
    return path.name, "\n".join([*rows[:number], *([changed] if changed is not None else []), *rows[number + 1 :]])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """A book that holds the circular before 2025/336, and nothing else."""
    made = bareme.create_book(tmp_path_factory.mktemp("slips") / "book.sqlite")
    made.load(EXAMPLES / "example-2024-382.txt")
    return made


def added(nasty: Nasty, book: bareme.Book) -> list[Finding]:
    """The errors and warnings that the slip adds to those of the clean circular."""
    held = book if nasty.circular == "2025-336" else None
    name, text = corrupted(nasty)
    clean = {without_line(f) for f in bareme.read(EXAMPLES / name, held).findings}
    found = bareme.read((name, text.encode()), held).findings
    return [f for f in found if f.severity != "note" and without_line(f) not in clean]


def without_line(finding: Finding) -> str:
    """The finding without numbers of lines, which a dropped row moves."""
    return re.sub(r", line \d+", "", as_line(finding))


def described(book: bareme.Book) -> Iterator[str]:
    for nasty in NASTY:
        change = f"{nasty.old!r} -> {nasty.new!r}" if nasty.old else "the row is dropped"
        yield f"## {nasty.circular}, {nasty.where}: {change} ({nasty.why})"
        yield from (as_line(finding) for finding in added(nasty, book))


def test_what_is_said_of_the_nastiest_slips(book: bareme.Book) -> None:
    lines = list(described(book))
    path = GOLDEN / "slips.txt"
    if os.environ.get("BAREME_GOLDEN") == "write":
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    assert lines == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("nasty", NASTY, ids=lambda nasty: nasty.why)
def test_a_nasty_slip_is_named(nasty: Nasty, book: bareme.Book) -> None:
    found = added(nasty, book)
    assert any(name in finding.message for name in nasty.names for finding in found)


def share_found(verdicts: list[Verdict]) -> tuple[int, int]:
    counts = Counter(verdict.outcome for verdict in verdicts)
    return 100 * counts["found"], counts["found"] + counts["escaped"]


LONG = pytest.mark.slow
"""Some eighty lines each: ten seconds."""


@pytest.mark.parametrize(
    ("number", "least"),
    [
        pytest.param("2025-336", 99, marks=LONG),
        pytest.param("2024-382", 90, marks=LONG),
        pytest.param("2024-356", 95, marks=LONG),
        pytest.param("2024-401", 95, marks=LONG),
    ],
)
def test_slips_are_found(number: str, least: int) -> None:
    """A few dozen random slips; so few of 2024/382, where dropped rows may escape, may give less."""
    _, before, verdicts = study(EXAMPLES / f"example-{number}.txt", PATHS, runs=60, seed=3)
    found, matter = share_found(verdicts)
    assert (before is not None) == (number == "2025-336")
    assert found >= least * matter


@pytest.mark.slow
@pytest.mark.parametrize(("number", "least"), [("2025-336", 99), ("2024-382", 95), ("2024-356", 95), ("2024-401", 95)])
def test_so_many_slips_are_found(number: str, least: int) -> None:
    _, _, verdicts = study(EXAMPLES / f"example-{number}.txt", PATHS, runs=600, seed=4)
    found, matter = share_found(verdicts)
    assert found >= least * matter
