"""A reconciliation as a workbook and as a page: every digit as it is, texts harmless, the same bytes, whole or not."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.audit.compared import Class, Compared, Quantity
from bareme.audit.reconcile import MeasureResult, Reconciliation
from bareme.circulars.model import MEASURE_KINDS, Measure
from bareme.errors import InputError
from bareme.exchange.reconcile_files import SUFFIXES, check_outputs, write_reconciliation
from bareme.exchange.reconcile_html import reconciliation_page
from bareme.exchange.reconcile_words import EFFECTS, instead_of, meaning_of
from bareme.exchange.reconcile_xlsx import COLOURS, reconciliation_workbook
from bareme.exchange.sheets import FIRST_DAY, Number, Row, Sheet, euro, legible, letter_value, plain, workbook_bytes
from bareme.money import printed
from running import REPOSITORY

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CIRCULAR = REPOSITORY / "examples" / "circulars" / "example-2025-336.txt"
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "#N/A",
    "TRUE",
    "1,5",
    "<script>alert(1)</script>",
    "&amp;\"'",
    " é ",
)


@pytest.fixture(scope="module")
def book() -> bareme.Book:
    return bareme.open_book("/nonexistent/book.sqlite")


@pytest.fixture(scope="module")
def found(book: bareme.Book) -> Reconciliation:
    return book.reconcile("2025/336")


@pytest.fixture(scope="module")
def slipped(book: bareme.Book) -> Reconciliation:
    """The circular with another rate in its prose and one slip in a fee."""
    text = CIRCULAR.read_text(encoding="utf-8").replace("2,72", "2,27").replace("746,62", "764,62")
    return book.reconcile(book.read(("slipped.txt", text.encode())))


def sheets_of(content: bytes) -> list[list[dict[str, ElementTree.Element]]]:
    """The rows of every sheet, raw: the cells of a row by their column's letters."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        trees = [ElementTree.fromstring(parts.read(name)) for name in sorted(names)]
    rows = [tree.iter(f"{MAIN}row") for tree in trees]
    return [[{str(c.get("r")).rstrip("0123456789"): c for c in row} for row in sheet] for sheet in rows]


def number_in(cell: ElementTree.Element) -> str | None:
    """The digits of a number as the file holds them; None where the cell is empty."""
    value = cell.find(f"{MAIN}v")
    assert value is None or cell.get("t") == "n"
    return None if value is None else value.text


def figures_of(line: Compared) -> list[Decimal | None]:
    return [line.published, line.computed, line.previous]


def test_the_workbook_holds_every_figure_with_the_digits_that_it_has(found: Reconciliation) -> None:
    rows = sheets_of(reconciliation_workbook(found))[0][1:]
    assert len(rows) == len(found.lines) > 400
    for row, line in zip(rows, found.lines, strict=True):
        written = [number_in(row[column]) if column in row else None for column in "KLM"]
        assert written == [None if number is None else f"{number:f}" for number in figures_of(line)]


def test_openpyxl_reads_what_was_compared(slipped: Reconciliation) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(reconciliation_workbook(slipped)))["Figures"]
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header][9:14] == ["Class", "Published", "Computed", "Previous", "Measure"]
    assert {line.klass for line in slipped.lines} > {Class.UNEXPLAINED, Class.NOT_COMPARABLE}
    for row, line in zip(rows, slipped.lines, strict=True):
        assert (row[0].value, row[2].value) == (line.code, line.quantity.replace("_", " "))
        assert {row[0].value, row[1].value} - {None} == set(line.codes)
        assert (row[9].value, row[15].value) == (line.klass.replace("_", " "), line.message)
        for cell, number in zip(row[10:13], figures_of(line), strict=True):
            assert (None if cell.value is None else Decimal(str(cell.value))) == number
            if number is not None:
                assert cell.number_format == ("0.000000" if line.quantity is Quantity.LETTER_VALUE else "#,##0.00")
        fills = {cell.fill.start_color.rgb if cell.fill.fill_type else None for cell in row}
        assert fills == {f"00{COLOURS[line.klass]}" if line.klass in COLOURS else None}


def test_every_sheet_keeps_its_header_in_sight_and_filters(slipped: Reconciliation) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(reconciliation_workbook(slipped)))
    assert workbook.sheetnames == ["Figures", "Letters", "Measures", "Findings", "About"]
    for sheet in workbook:
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["A"].width > 5
        if sheet.title != "About":
            assert sheet.auto_filter.ref == sheet.dimensions
    lengths = [len(slipped.lines), len(slipped.letters), len(slipped.measures), len(slipped.findings)]
    assert [sheet.max_row - 1 for sheet in workbook][:4] == lengths
    letters = [[cell.value for cell in row] for row in workbook["Letters"].iter_rows(min_row=2)]
    assert [row[5] for row in letters] == [letter.to_dict()["low_exact"] for letter in slipped.letters]
    implied = [row[9].value for row in workbook["Measures"].iter_rows(min_row=2)]
    assert "lines follow from 2,72 % instead" in str(implied[0])


def test_the_workbook_says_what_it_is_about_and_not_when_it_was_made(found: Reconciliation) -> None:
    content = reconciliation_workbook(found)
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    about = {row[0]: row[1:] for row in workbook["About"].iter_rows(values_only=True)}
    assert (about["Circular"][0], about["Previous circular"][0]) == ("2025/336", "2024/382")
    assert (about["Series"][0], about["bareme"][0]) == ("doctors/medical-acts/7", bareme.__version__)
    for quantity, counts in found.counts().items():
        assert list(about[quantity.replace("_", " ")]) == [counts[klass] for klass in Class]
    assert (workbook.properties.created, workbook.properties.modified) == (FIRST_DAY, FIRST_DAY)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(deadline=None)
@given(st.lists(st.decimals(-(10**12), 10**12, places=6) | st.decimals(0, 100, places=2), max_size=20))
def test_no_digit_is_lost_or_invented(numbers: list[Decimal]) -> None:
    """openpyxl alone makes 9,95 a 9.949999999999999."""
    rows = [Row([shown(number)]) for number in numbers for shown in (euro, letter_value, plain)]
    written = [number_in(row["A"]) for row in sheets_of(workbook_bytes([Sheet("S", [("n", 9)], rows)], "t"))[0][1:]]
    assert written == [f"{number:f}" for number in numbers for _ in range(3)]


def test_a_number_is_shown_with_all_its_decimals() -> None:
    assert letter_value(Decimal("1.25753164")) == Number(Decimal("1.25753164"), "0.00000000")
    assert euro(Decimal("0.125")) == Number(Decimal("0.125"), "#,##0.000")
    assert euro(Decimal("-400")) == Number(Decimal("-400"), "#,##0.00")
    assert (euro(None), letter_value(None), plain(None)) == (None, None, None)


def test_a_text_stays_a_text_whatever_it_starts_with() -> None:
    content = workbook_bytes([Sheet("S", [("=A1", 9)], [Row([text]) for text in HOSTILE])], "=title")
    assert all(row["A"].find(f"{MAIN}f") is None for row in sheets_of(content)[0])
    sheet = openpyxl.load_workbook(io.BytesIO(content))["S"]
    cells = [row[0] for row in sheet.iter_rows()]
    assert [cell.value for cell in cells] == ["=A1", *HOSTILE]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells[:6]] == [True] * 6


def test_a_text_that_a_cell_cannot_hold_is_cut_where_a_word_ends() -> None:
    assert legible("a\x00b\x0b\ud800\uffffc") == "a\ufffdb\ufffd\ufffd\ufffdc"
    long = legible("565014, " * 5000)
    assert len(long) <= 32_767
    assert re.fullmatch(r"(565014, )+565014, \.\.\. \(cut: a cell holds no more\)", long)
    content = workbook_bytes([Sheet("S", [("t", 9)], [Row(["565014, " * 5000]), Row(["\x00"])])], "\x00")
    values = [row[0] for row in openpyxl.load_workbook(io.BytesIO(content))["S"].iter_rows(values_only=True)]
    assert values == ["t", long, "\ufffd"]


@dataclass
class Page(HTMLParser):
    """A page taken apart: its elements must close in the order in which they were opened."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    void = ("meta", "br", "link", "img", "hr", "input")

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.void:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return page


def plainly(cells: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in cells]


def test_the_page_stands_alone_and_speaks_to_everyone(slipped: Reconciliation) -> None:
    text = reconciliation_page(slipped)
    page = parsed(text)
    tags = [tag for tag, _ in page.tags]
    assert text.startswith("<!DOCTYPE html>")
    assert ("html", {"lang": "en"}) in page.tags
    assert not {"script", "link", "img", "iframe", "object"} & set(tags)
    assert not re.search(r"https?:|url\(|@import|\bon[a-z]+=|\b(src|href)=", text)
    assert tags.count("caption") == tags.count("table") == 6
    assert {attributes["scope"] for tag, attributes in page.tags if tag == "th"} == {"col", "row"}
    assert "<title>2025/336 against 2024/382</title>" in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a} == set(ids)


def test_every_figure_is_on_the_page_as_documents_print_it(slipped: Reconciliation) -> None:
    rows = parsed(reconciliation_page(slipped)).tables[-1][1:]
    for row, line in zip(rows, slipped.lines, strict=True):
        codes, name, klass, *numbers, _, message, _ = plainly(row)
        assert (codes, name, message) == (" / ".join(line.codes), line.name, line.message)
        assert klass.endswith(line.klass.replace("_", " "))
        expected = [line.previous, line.computed, line.published]
        assert numbers == ["" if number is None else printed(number) for number in expected]


def test_every_figure_that_is_not_exact_has_its_sentence(slipped: Reconciliation, found: Reconciliation) -> None:
    for reconciliation in (slipped, found):
        rows = [plainly(row) for row in parsed(reconciliation_page(reconciliation)).tables[2][1:]]
        said = {(row[1], row[2], code) for row in rows for code in row[3].split(", ")}
        for line in reconciliation.lines:
            sentence = (line.name, line.message, " / ".join(line.codes))
            assert (sentence in said) == (not line.is_exact or line.follows_from == "rounded_fee")
        classes = [row[0].split(" ", 1)[1] for row in rows]
        order = ["unexplained", "within unrounded value", "not comparable", "as announced"]
        assert classes == sorted(classes, key=order.index)


def test_the_page_counts_measures_letters_and_findings(slipped: Reconciliation) -> None:
    counts, measures, _, letters, findings, _ = parsed(reconciliation_page(slipped)).tables
    total = sum(number for by_class in slipped.counts().values() for number in by_class.values())
    assert plainly(counts[-1])[0] == "all figures"
    assert plainly(counts[-1])[-1] == str(total) == str(len(slipped.lines))
    assert [plainly(row)[3:6] for row in measures[1:]] == [
        [str(result.counts[k]) for k in Class if k is not Class.NOT_COMPARABLE] for result in slipped.measures
    ]
    assert "2,72 % instead" in measures[1][1].replace("\u00a0", " ")
    assert [plainly(row)[-1].removeprefix("✗ clash ") for row in letters[1:]] == [x.message for x in slipped.letters]
    assert [plainly(row)[2] for row in findings[1:]] == [" ".join(f.message.split()) for f in slipped.findings]


@pytest.mark.parametrize(
    ("implied", "codes", "said"),
    [
        ("2.7", ("565014", "565036"), "2 lines follow from 2,70 % instead"),
        ("3", ("565014",), "1 line follows from 3,00 % instead"),
        ("-0.35", ("565014",), "1 line follows from -0,35 % instead"),
        (None, (), None),
    ],
)
def test_another_rate_has_two_decimals(implied: str | None, codes: tuple[str, ...], said: str | None) -> None:
    rate = None if implied is None else Decimal(implied)
    assert instead_of(MeasureResult(None, Counter(), rate, codes)) == said


def test_hostile_texts_do_no_harm(found: Reconciliation) -> None:
    nasty = "<script>alert('x')</script>"
    source = replace(found.lines[0].source, name=nasty, document="0" * 64)
    line = replace(found.lines[0], message=nasty, letter=nasty, source=source)
    letter = replace(found.letters[0], letter=nasty)
    document = replace(found.circular.document, name=nasty)
    circular = replace(found.circular, document=document, circular=replace(found.circular.circular, series=nasty))
    hostile = replace(found, circular=circular, lines=(line,), letters=(letter,))
    text = reconciliation_page(hostile)
    assert "script" not in [tag for tag, _ in parsed(text).tags]
    assert text.count("&lt;script&gt;") >= 6
    assert nasty not in text
    rows = sheets_of(reconciliation_workbook(replace(hostile, lines=(replace(line, message="=HYPERLINK(1)"),))))[0]
    assert "".join(rows[1]["P"].itertext()) == "=HYPERLINK(1)"


def test_a_circular_without_one_before_it_is_written_too(book: bareme.Book) -> None:
    alone = book.reconcile("2024/356")
    text = reconciliation_page(alone)
    parsed(text)
    assert "<title>2024/356, with no circular before it</title>" in text
    workbook = openpyxl.load_workbook(io.BytesIO(reconciliation_workbook(alone)))
    assert workbook["Figures"].max_row == len(alone.lines) + 1
    bare = replace(alone, lines=(), measures=(), findings=type(alone.findings)())
    parsed(reconciliation_page(bare))
    assert openpyxl.load_workbook(io.BytesIO(reconciliation_workbook(bare)))["Figures"].max_row == 1


def test_every_kind_of_measure_says_what_it_does(found: Reconciliation) -> None:
    assert EFFECTS.keys() == MEASURE_KINDS.keys()
    source = found.lines[0].source
    assert [meaning_of(Measure(kind, source)) for kind in MEASURE_KINDS]
    told = [meaning_of(result.measure) for result in found.measures if result.measure]
    assert "the letter value is set so that the fee is that of N 1.300 instead of 1.350" in told
    assert "the letter value is set so that the fee changes by -400,00" in told


def brightness(colour: str) -> float:
    """The relative luminance of #rgb or #rrggbb (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def palettes(text: str) -> Iterator[dict[str, str]]:
    for block in re.findall(r":root \{(.*?)\}", text, re.DOTALL):
        yield dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def test_letters_stand_out_in_light_and_in_dark(found: Reconciliation) -> None:
    both = list(palettes(reconciliation_page(found)))
    assert len(both) == 2
    for palette in both:
        pairs = [(name, f"{name}-behind") for name in ("good", "near", "bad", "none")]
        for front, behind in [*pairs, ("ink", "page"), ("soft", "page"), ("ink", "head")]:
            low, high = sorted(brightness(palette[name]) for name in (front, behind))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (front, behind)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_reconciliation_gives_the_same_bytes(suffix: str, book: bareme.Book, tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_reconciliation(book.reconcile("2025/336"), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"other{suffix}").read_bytes()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("proof.pdf", "a reconciliation is written as .xlsx or .html"),
        ("proof", "a reconciliation is written as .xlsx or .html"),
        ("folder.html", "is a directory"),
        ("missing/proof.html", "missing is not a directory"),
        ("there.xlsx", "exists; name another file, or use --overwrite"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused(name: str, says: str, found: Reconciliation, tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "there.xlsx").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match=says):
        write_reconciliation(found, tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "there.xlsx").read_text(encoding="utf-8") == "mine"


def test_one_file_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="are the same"):
        check_outputs([tmp_path / "a.html", tmp_path / "b.xlsx", f"{tmp_path}/./a.html"])


def test_an_existing_file_is_replaced_whole_or_stays(
    found: Reconciliation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "PROOF.HTML"
    place.write_text("mine", encoding="utf-8")

    def full(self: Path, target: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(InputError, match=r"PROOF\.HTML cannot be written: No space left on device\."):
            write_reconciliation(found, place, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["PROOF.HTML"]
    assert place.read_text(encoding="utf-8") == "mine"
    write_reconciliation(found, place, overwrite=True)
    assert place.read_text(encoding="utf-8") == reconciliation_page(found)
    assert [path.name for path in tmp_path.iterdir()] == ["PROOF.HTML"]
