"""The page of what a run comes to: the figures of the run, no reference to anything outside, whole or not there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bareme
from bareme.errors import InputError
from bareme.exchange.bulk.report import MEANS, report_page
from bareme.nomenclature.outcomes import Outcome
from running import REPOSITORY, bareme_here, masked, same_as_golden

ACTS = REPOSITORY / "examples" / "acts.csv"
GOLDEN = Path(__file__).parent / "golden" / "report.txt"


class Texts(HTMLParser):
    """The texts of a page, one a line, and what it refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.texts.append(" ".join(data.split()))


def read(page: str) -> Texts:
    found = Texts()
    found.feed(page)
    return found


def test_every_outcome_has_its_words() -> None:
    assert list(MEANS) == list(Outcome)


def test_the_page_of_the_shipped_example(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    done = book.price_file(ACTS, tmp_path / "out.csv", report=tmp_path / "out.html")
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page == report_page(done)
    found = read(page)
    assert found.links == []
    assert "url(" not in page
    assert "@import" not in page
    text = re.sub(r"duckdb \S+", "duckdb VERSION", "\n".join(found.texts))
    same_as_golden(masked(text, tmp_path) + "\n", GOLDEN)


def test_names_are_only_names(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    (tmp_path / "acts.csv").write_text("code,date\n<b>,2026-03-01\n")
    out = tmp_path / "<script>.csv"
    page = report_page(book.price_file(tmp_path / "acts.csv", out))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "0 of 1 lines are priced (0,0 %)." in page


def test_of_no_acts_too(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    (tmp_path / "acts.csv").write_text("code,date\n")
    page = report_page(book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv"))
    assert "0 of 0 lines are priced (0,0 %)." in page
    assert "No line has a tariff." in page


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ("out.pdf", "a report is written as .html"),
        ("there.html", "there.html exists; name another file, or use --overwrite"),
        ("none/out.html", "is not a directory"),
    ],
)
def test_a_report_that_cannot_be_written_is_refused_before_any_work(report: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "there.html").write_text("mine")
    book = bareme.open_book(tmp_path / "none.sqlite")
    with pytest.raises(InputError, match=re.escape(message)) as said:
        book.price_file(ACTS, tmp_path / "out.csv", report=tmp_path / report)
    assert str(said.value).endswith("Nothing was priced.")
    assert [path.name for path in tmp_path.iterdir()] == ["there.html"]
    assert (tmp_path / "there.html").read_text() == "mine"


def test_on_the_command_line(tmp_path: Path) -> None:
    ran = bareme_here("price-file", ACTS, "out.csv", "--report", "out.html", "--json", book=tmp_path / "b.sqlite")
    assert (ran.code, ran.err) == (0, "bareme: out.html is written.\n")
    assert ran.json("price-file-1")["lines"] == 43
    assert (tmp_path / "out.html").exists()
