"""All that a book says of one code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import bareme
from bareme import Book, InputError
from invented import Invented, line, record
from running import valid
from seeded_books import seeded_book


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("held") / "none.sqlite")


@pytest.mark.parametrize("code", ["565014", "565025", "565504", "726412", "727510", "401435", "589794"])
def test_the_tariffs_are_those_that_show_tells(held: Book, code: str) -> None:
    page, shown = held.code(code).to_dict(), held.show(code).to_dict()
    valid(page, "code-1")
    assert page["periods"] == shown["periods"]
    assert page["twin"] == shown["twin"]


def test_who_names_it(held: Book) -> None:
    page = held.code("565504")
    assert (page.setting, page.twin, page.series) == ("hospital", "565493", ("doctors/medical-acts/7",))
    assert [(c.number, c.how) for c in page.circulars] == [
        ("2024/382", ("line",)),
        ("2025/336", ("line", "measure", "finding")),
    ]
    assert [(number, measure.kind) for number, measure in page.measures] == [("2025/336", "fee_of_coefficient")]
    assert {number for number, _ in page.findings} == {"2025/336"}
    assert {finding.code for _, finding in page.findings} == {"565493"}


def test_every_measure_and_finding_that_names_a_code_is_told(held: Book) -> None:
    readings = [entry.reading() for entry in held.entries()]
    for code in sorted({f.code for r in readings for f in r.findings if f.code})[::9]:
        found = [f for _, f in held.code(code).findings if f.code == code]
        assert found == [f for r in readings for f in r.findings if f.code == code]


def test_its_labels(held: Book) -> None:
    page = held.code("401435")
    assert page.label == "Concertation multidisciplinaire"
    assert page.labels == {"fr": "Concertation multidisciplinaire"}


def test_a_code_that_is_not_held_and_what_is_no_code(held: Book) -> None:
    page = held.code("100015")
    assert (page.periods, page.circulars, page.label) == ((), (), None)
    valid(page.to_dict(), "code-1")
    with pytest.raises(InputError, match="Near: 565014"):
        held.code("565015")
    with pytest.raises(InputError, match="a code is six digits"):
        held.code("a' OR 1=1")


def test_as_known_on_and_as_recorded_at(held: Book) -> None:
    assert [p.circular for p in held.code("565014", as_known_on="2025-01-01").periods] == ["2024/382"]
    assert held.code("565014", as_recorded_at="2020-01-01").periods == ()


def test_only_the_last_version_of_a_circular_counts(tmp_path: Path) -> None:
    first = Invented("2024/1", "2023-12-01", "2024-01-01", (line("100015", None, "10.00"),))
    book = record(
        tmp_path / "book.sqlite",
        [first, replace(first, lines=(line("100015", None, "11.00"),), known_from="2026-01-01")],
    )
    page = book.code("100015")
    assert [str(p.lines[0].fee.amount) for p in page.periods if p.lines[0].fee] == ["11.00"]
    assert [c.known_from for c in page.circulars] == ["2026-01-01"]


@pytest.mark.parametrize("seed", range(4))
def test_random_books(seed: int, tmp_path: Path) -> None:
    made = seeded_book(seed)
    book = record(tmp_path / "book.sqlite", made.circulars)
    for known in (None, made.known_on):
        for hit in book.search("", limit=1000, as_known_on=known).hits:
            page = book.code(hit.code, as_known_on=known).to_dict()
            assert page["periods"] == book.show(hit.code, as_known_on=known).to_dict()["periods"]


def test_a_code_alone_is_told_as_from_every_line_of_its_circulars(tmp_path: Path) -> None:
    """Of each circular the lines of the code are made, or all of them where the timeline is there already."""
    alone, whole = (bareme.open_book(tmp_path / "none.sqlite") for _ in range(2))
    assert whole._view(None, None).timeline.tenures
    for code in ("565014", "565025", "589794", "726530", "401435", "100015"):
        told = alone.code(code)
        assert "timeline" not in alone._view(None, None).__dict__
        assert told.to_dict() == whole.code(code).to_dict()
