"""What became known: one change for each entry, newest first, with counts that a second reckoning agrees with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme import Book, InputError
from bareme.book.intake import figures_of
from bareme.book.ledger import Entry, canonical
from bareme.book.timeline import publications_of, timeline_of
from bareme.circulars.model import Line
from invented import Invented, amount, line, load, record
from running import bareme_here, valid
from seeded_books import seeded_book

DATA = Path(__file__).parents[2] / "data"
FIRST = Invented(
    "2024/1",
    "2023-12-01",
    "2024-01-01",
    (line("100015", "100026", "10.00"), line("100030", "100041", "20.00"), line("100052", None, "30.00")),
)
NEXT = replace(
    FIRST,
    number="2025/1",
    issued_on="2024-12-01",
    effective_on="2025-01-01",
    lines=(line("100015", "100026", "11.00"), line("100030", "100041", "20.00"), line("100074", None, "40.00")),
)
CORRIGENDUM = Invented("2025/2", "2025-01-15", "2025-01-01", (line("100030", "100041", "21.00"),), kind="corrigendum")
CORRECTED = replace(NEXT, lines=(*NEXT.lines[:2], line("100074", None, "41.00")), known_from="2026-06-01")


def counts(book: Book) -> list[tuple[Any, ...]]:
    found = book.changes()
    valid(found.to_dict(), "changes-1")
    return [(c.number, c.kind, c.lines, c.added, c.changed, c.ended) for c in found.changes]


def test_each_entry_against_what_was_before(tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [FIRST, NEXT, CORRIGENDUM, CORRECTED])
    assert counts(book) == [
        ("2025/1", "correction", 3, 0, 1, 0),
        ("2025/2", "corrigendum", 1, 0, 1, 0),
        ("2025/1", "circular", 3, 1, 1, 1),
        ("2024/1", "circular", 3, 3, 0, 0),
    ]
    changes = book.changes().changes
    entries = book.entries()
    assert [(c.entry, c.id, c.recorded_at) for c in changes] == [
        (e.seq, e.hash, e.recorded_at) for e in reversed(entries)
    ]
    assert [(c.known_from, c.effective_from) for c in changes] == [
        (e.known_from, e.effective_from) for e in reversed(entries)
    ]


def test_an_older_circular_that_comes_later_is_counted_against_the_day_it_takes_effect(tmp_path: Path) -> None:
    oldest = replace(FIRST, number="2023/1", issued_on="2022-12-01", effective_on="2023-01-01")
    book = record(tmp_path / "book.sqlite", [FIRST, NEXT, oldest])
    assert counts(book)[0] == ("2023/1", "circular", 3, 3, 0, 0)


def test_a_witness_changes_nothing(four: dict[str, Path], tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    book.load(four["2024/356"], accept_findings=True)
    book.load(DATA / "dutch-2024-356.txt")
    assert counts(book) == [
        ("2024/356", "witness", None, None, None, None),
        ("2024/356", "circular", 75, 75, 0, 0),
    ]
    assert book.changes().changes[0].series == "mental-health/psychological-care"
    assert bareme_here("changes", book=book.path).out.splitlines()[2].split()[-3:] == ["-", "-", "-"]


@pytest.mark.parametrize("seed", range(12))
def test_the_counts_are_those_of_the_timeline(seed: int, tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", seeded_book(seed).circulars)
    entries = book.entries()
    for number, change in enumerate(reversed(book.changes().changes)):
        assert (change.added, change.changed, change.ended) == reckoned(entries[:number], entries[number])


def reckoned(before: Any, entry: Entry) -> tuple[int, int, int]:
    """Lines added, changed and ended, by the timeline of what was recorded before."""
    reading = entry.reading()
    timeline = timeline_of([p for p in publications_of(before) if p.series == (reading.circular.series or "")])
    day = publications_of([entry])[0].effective
    old: dict[str, list[Line]] = {}
    for code, tenures in timeline.tenures.items():
        for tenure in tenures:
            if day in tenure.period:
                old[code] = list(tenure.publication.lines_of[code])
    held = {code: {canonical(figures_of(x)) for x in lines} for code, lines in old.items()}
    own = {code.digits for x in reading.lines for code in x.codes}
    added = [x for x in reading.lines if not any(code.digits in old for code in x.codes)]
    changed = [
        x
        for x in reading.lines
        if x not in added and not any(canonical(figures_of(x)) in held.get(code.digits, ()) for code in x.codes)
    ]
    gone = {id(x): x for lines in old.values() for x in lines}
    ended = [x for x in gone.values() if not any(code.digits in own for code in x.codes)]
    return len(added), len(changed), 0 if reading.circular.kind == "corrigendum" else len(ended)


def test_pages_hold_every_entry_once_while_the_book_grows(tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [FIRST, NEXT, CORRIGENDUM])
    first = book.changes(limit=2)
    assert (first.total, [c.entry for c in first.changes]) == (3, [3, 2])
    grown = load(book, CORRECTED)
    rest = grown.changes(limit=2, cursor=first.cursor)
    assert (rest.total, [c.entry for c in rest.changes], rest.cursor) == (4, [1], None)
    assert bareme.open_book(tmp_path / "none.sqlite").changes().cursor is None


def test_a_cursor_of_another_book_is_refused(tmp_path: Path) -> None:
    cursor = bareme.open_book(tmp_path / "none.sqlite").changes(limit=1).cursor
    book = record(tmp_path / "book.sqlite", [FIRST, NEXT, CORRIGENDUM, CORRECTED])
    for wrong in (cursor, "x", ""):
        with pytest.raises(InputError, match="does not go with this question"):
            book.changes(cursor=wrong)
    with pytest.raises(InputError, match="limit is 0"):
        book.changes(limit=0)


def test_an_empty_book(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    found = book.changes()
    assert (found.total, found.changes, found.cursor) == (0, (), None)
    assert book.search("a").total == 0


def test_the_order_of_amounts_and_who_computed_them_change_nothing(tmp_path: Path) -> None:
    one, other = amount("8.00", "2.00", regime="ordinary"), amount("10.00", "0.00", regime="preferential")
    same = amount("8.00", "2.00", regime="ordinary", derived=["patient_share"])
    first = replace(FIRST, lines=(line("100015", None, "10.00", one, other),))
    second = replace(NEXT, lines=(line("100015", None, "10.00", other, same),))
    assert counts(record(tmp_path / "book.sqlite", [first, second]))[0] == ("2025/1", "circular", 1, 0, 0, 0)


def test_a_line_with_one_code_in_both_settings(tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [replace(FIRST, lines=(line("100015", "100015", "10.00"),))])
    assert [hit.lines for hit in book.search("100015").hits] == [1]


def test_the_command(tmp_path: Path) -> None:
    book = record(tmp_path / "book.sqlite", [FIRST, NEXT, CORRIGENDUM])
    found = bareme_here("changes", "--limit", "2", "--json", book=book.path).json("changes-1")
    assert [change["number"] for change in found["changes"]] == ["2025/2", "2025/1"]
    ran = bareme_here("changes", "--cursor", found["cursor"], book=book.path)
    assert (ran.code, len(ran.out.splitlines())) == (0, 3)
