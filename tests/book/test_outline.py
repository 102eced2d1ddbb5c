"""What is told of a circular without decoding its lines is what its lines tell."""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

import bareme
from bareme.book.outline import outline_of, outline_of_reading
from bareme.book.timeline import publications_of
from invented import record
from random_books import RandomBook, books, examples


def assert_told(book: bareme.Book) -> None:
    entries = [entry for entry in book.entries() if entry.kind == "circular"]
    assert entries
    for entry in entries:
        assert outline_of(entry) == outline_of_reading(entry.reading())
    for publication in publications_of(entries):
        assert not publication.is_decoded
        assert list(publication.codes) == list(publication.lines_of)
        assert publication.circular == publication.reading.circular
        assert publication.is_decoded


def test_of_the_shipped_book(tmp_path: Path) -> None:
    assert_told(bareme.open_book(tmp_path / "none.sqlite"))


@settings(max_examples=examples(10), deadline=None)
@given(books(acts=0))
def test_of_random_books(given_book: RandomBook) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert_told(record(Path(folder) / "book.sqlite", given_book.circulars))


def test_the_facts_that_decide_are_told(tmp_path: Path) -> None:
    entries = {e.circular: e for e in bareme.open_book(tmp_path / "none.sqlite").entries() if e.kind == "circular"}
    assert outline_of(entries["2025/336"]).asked == {"regime"}
    assert (outline_of(entries["2025/336"]).lines, len(outline_of(entries["2025/336"]).codes)) == (77, 154)


@pytest.mark.parametrize("number", ["2024/356", "2024/382", "2024/401", "2025/336"])
def test_a_circular_is_listed_as_its_reading_counts(number: str, tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    [held] = [one for one in book.circulars() if one.number == number]
    reading = book.reading(number)
    severities = [finding.severity.value for finding in reading.findings]
    assert (held.lines, held.findings) == (
        len(reading.lines),
        {severity: severities.count(severity) for severity in ("error", "warning", "note")},
    )


def test_a_publication_goes_to_another_process(tmp_path: Path) -> None:
    entries = bareme.open_book(tmp_path / "none.sqlite").entries()
    [one] = [publication for publication in publications_of(entries) if publication.number == "2025/336"]
    again = pickle.loads(pickle.dumps(one))
    assert (again.entry, again.first, again.circular, again.asked) == (one.entry, one.first, one.circular, one.asked)
    assert (list(again.codes), again.reading, again.doubtful) == (list(one.codes), one.reading, one.doubtful)
    assert [again.numbers[id(line)] for line in again.lines_of["565014"]] == [0]
