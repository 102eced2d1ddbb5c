"""What a circular is compared with: the one before it as corrected by then, whatever the order of loading."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

import bareme
from bareme.book.ledger import Entry
from bareme.circulars.findings import Finding
from bareme.errors import InputError
from invented import Invented, amount, line, load

TOY = Path(__file__).parents[2] / "examples" / "toy"
Document = tuple[str, bytes]


def toy(name: str, *changes: tuple[str, str]) -> Document:
    """A toy circular, with other words or figures."""
    text = (TOY / f"{name}.txt").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return f"{name}.txt", text.encode()


def next_year(*changes: tuple[str, str]) -> Document:
    """2025/900: the toy circular of 2024 indexed by 3 %, to the cent."""
    return toy(
        "2024-900",
        ("2024/900 du 14-12-2023", "2025/900 du 14-12-2024"),
        ("1/01/2024", "1/01/2025"),
        ("01-01-2024", "01-01-2025"),
        ("1<sup>er</sup> janvier 2024", "1<sup>er</sup> janvier 2025"),
        ("2,00 %", "3,00 %"),
        ("2,052521", "2,114097"),
        ("0,102000", "0,105060"),
        *changes,
    )


CORRECTED = (("= X 8\t16,42\t16,42\t<b>14,42</b>\t16,42\t16,42", "= X 9\t19,03\t19,03\t<b>17,03</b>\t19,03\t19,03"),)


def of(findings: list[Finding], code: str) -> list[str]:
    return [f.check for f in findings if f.code == code and f.severity != "note"]


def loaded(path: Path, *documents: Document) -> bareme.Book:
    book = bareme.create_book(path)
    for document in documents:
        book.load(document, accept_findings=True)
    return book


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_corrigendum_is_part_of_the_circular_before(tmp_path: Path, order: tuple[int, ...]) -> None:
    """2024/905 makes the coefficient of 990010 nine; a circular that keeps nine follows, one with eight does not."""
    documents = [toy("2023-900"), toy("2024-900"), toy("2024-905")]
    book = loaded(tmp_path / "book", *(documents[i] for i in order))
    assert "coefficient_moved" not in of(list(bareme.read(next_year(*CORRECTED), book).findings), "990010")
    assert "coefficient_moved" in of(list(bareme.read(next_year(), book).findings), "990010")


def test_a_figure_of_a_corrigendum_is_said_to_be_corrected(tmp_path: Path) -> None:
    """990010 is compared with what 2024/905 gives, 990032 with what 2024/900 itself prints."""
    book = loaded(tmp_path / "book", toy("2023-900"), toy("2024-900"), toy("2024-905"))
    found = {c.code: c for c in book.reconcile(bareme.read(next_year())).lines if c.quantity == "letter_value"}
    assert {code: found[code].base for code in ("990010", "990032")} == {
        "990010": "2024/900, as corrected",
        "990032": "2024/900",
    }
    assert found["990010"].message == "2,114097 follows from the printed value of 2024/900, as corrected."
    [moved] = bareme.read(next_year(), book).findings.named("coefficient_moved")
    assert "it was 9 in 2024/900, as corrected, and no measure changes it" in moved.message


def test_a_corrigendum_is_not_reconciled(tmp_path: Path) -> None:
    book = loaded(tmp_path / "book", toy("2023-900"), toy("2024-900"), toy("2024-905"))
    with pytest.raises(InputError, match="2024/905 is a corrigendum"):
        book.reconcile("2024/905")
    with pytest.raises(InputError, match="2024/905 is a corrigendum"):
        book.reconcile("2024/900", against="2024/905")


def test_a_circular_that_replaces_another_is_compared_with_the_one_before_both(tmp_path: Path) -> None:
    book = loaded(tmp_path / "book", toy("2023-900"), toy("2024-900"))
    again = toy("2024-900", ("2024/900 du 14-12-2023", "2024/950 du 20-12-2023"))
    found = book.reconcile(bareme.read(again))
    assert (found.previous is not None and found.previous.circular.number, found.is_explained) == ("2023/900", True)
    assert [f for f in bareme.read(again, book).findings if f.severity != "note"] == []


def test_an_audit_compares_with_what_the_book_holds_today(tmp_path: Path) -> None:
    book = loaded(tmp_path / "book", toy("2024-900"))
    assert "predecessor_missing" in [f.check for f in book.audit("2024/900")]
    book.load(toy("2023-900"))
    assert "predecessor_missing" not in [f.check for f in book.audit("2024/900")]
    assert all("2024/900" not in f.message for f in book.audit("2023/900"))


def test_an_audit_tells_what_a_circular_of_one_effective_date_dropped(tmp_path: Path) -> None:
    """2024/950 replaces 2024/900 from the same day on, without 100030; so it does once 2024/900 is corrected."""
    lines = tuple(line(code, None, "9.00", amount("9.00", "0.00")) for code in ("100015", "100030"))
    first = Invented("2024/900", "2023-12-14", "2024-01-01", lines)
    second = Invented("2024/950", "2023-12-20", "2024-01-01", lines[:1])
    lines = (lines[0], line("100030", None, "8.00", amount("8.00", "0.00")))
    corrected = replace(first, lines=lines, known_from="2024-03-01")
    book = load(bareme.create_book(tmp_path / "book"), first)
    recorded = book.load(second.reading(), accept_findings=True)
    assert [f.code for f in recorded.findings.named("code_ended")] == ["100030"]
    for correction in (None, corrected):
        book = load(book, correction) if correction else book
        assert [f.code for f in book.audit("2024/950") if f.check == "code_ended"] == ["100030"]
        assert [f.code for f in book.audit("2024/900") if f.check == "code_ended"] == []
        assert book.price("100015", "2024-05-05").circular == "2024/950"


def test_reading_what_is_held_says_what_reconcile_says(tmp_path: Path) -> None:
    slip = toy("2024-900", ("<b>1.229,51</b>", "<b>1.229,15</b>"))
    book = loaded(tmp_path / "book", toy("2023-900"), slip)
    read = [f.message for f in bareme.read(slip, book).findings.named("share_moved")]
    assert read == [f.message for f in book.reconcile("2024/900").findings.named("share_moved")]
    assert len(read) == 1


def test_entries_are_not_changed_by_what_comes_later(tmp_path: Path) -> None:
    book = loaded(tmp_path / "book", toy("2024-900"))
    before: list[Entry] = list(book.entries())
    book.load(toy("2023-900"))
    assert list(book.entries())[: len(before)] == before
