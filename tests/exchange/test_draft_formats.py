"""What stands in the files: cells as the draft has them, exact numbers, pages; the same bytes every time."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pdfplumber
import pypdfium2
import pytest
from selectolax.lexbor import LexborHTMLParser

import bareme
from bareme import Reading
from bareme.exchange.drafts.as_pdf import MARGIN, PAGES
from bareme.exchange.drafts.draft import Grid, Text, Title
from bareme.exchange.drafts.drafting import draft_of
from bareme.exchange.drafts.formats import FORMATS, drafted, file_name
from bareme.exchange.drafts.words import DRAFTED
from running import REPOSITORY, bareme_here, bareme_process

TOY = REPOSITORY / "examples" / "toy" / "2024-900.txt"
EXAMPLES = sorted((REPOSITORY / "examples" / "circulars").glob("*.txt"))


@cache
def reading_of(path: Path) -> Reading:
    return bareme.read(path)


@cache
def made(path: Path, format: str, language: str) -> bytes:
    return drafted(reading_of(path), format, language)


def grids(path: Path, language: str) -> list[Grid]:
    return [block for block in draft_of(reading_of(path), language).blocks if isinstance(block, Grid)]


def prose(path: Path, language: str) -> list[str]:
    return [block.text for block in draft_of(reading_of(path), language).blocks if isinstance(block, Title | Text)]


ALL = pytest.mark.parametrize("path", [TOY, *EXAMPLES], ids=lambda path: path.stem)
BOTH = pytest.mark.parametrize("language", DRAFTED)


@pytest.mark.parametrize("format", FORMATS)
@BOTH
def test_the_same_bytes_every_time(format: str, language: str) -> None:
    assert drafted(reading_of(TOY), format, language) == drafted(bareme.read(TOY), format, language)


@ALL
@BOTH
def test_the_page_has_the_cells_of_the_draft(path: Path, language: str) -> None:
    page = LexborHTMLParser(made(path, "html", language))
    root = page.css_first("html")
    assert root is not None
    assert root.attributes["lang"] == language
    tables = page.css("table")
    found = [[[cell.text() for cell in row.css("td")] for row in table.css("tbody tr")] for table in tables]
    drawn = grids(path, language)
    assert found == [[[cell.text for cell in row] for row in grid.rows] for grid in drawn]
    for table, grid in zip(tables, drawn, strict=True):
        top, below = table.css("thead tr")
        spans = [int(cell.attributes.get("colspan") or 1) for cell in top.css("th")]
        assert spans == [count for _, count in grid.spans]
        assert [cell.text() for cell in top.css("th")] == [text for text in grid.head[0] if text]
        assert [cell.text() for cell in below.css("th")] == [text for text in grid.head[1] if text]
    texts = [node.text() for node in page.css("h1, h2, h3, h4, p, li")]
    assert texts == prose(path, language)


@ALL
@BOTH
def test_the_numbers_of_the_workbook_have_the_digits_of_the_draft(path: Path, language: str) -> None:
    content = made(path, "xlsx", language)
    sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    stored = [Decimal(text) for text in re.findall(r"<v>([^<]*)</v>", sheet)]
    cells = [cell for grid in grids(path, language) for row in grid.rows for cell in row]
    numbers = [cell.number for cell in cells if cell.number is not None]
    assert stored == numbers
    assert [number.as_tuple() for number in stored] == [number.as_tuple() for number in numbers]


@ALL
@BOTH
def test_the_workbook_shows_what_the_draft_prints(path: Path, language: str) -> None:
    book = openpyxl.load_workbook(BytesIO(made(path, "xlsx", language)))
    [sheet] = book.worksheets
    shown = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "n" and cell.value is not None]
    cells = [cell for grid in grids(path, language) for row in grid.rows for cell in row]
    formats = {"code": "000000", "value": "0.000000", "amount": "#,##0.00"}
    wanted = [formats.get(c.sort) for c in cells if c.number is not None]
    assert [w or cell.number_format for w, cell in zip(wanted, shown, strict=True)] == [c.number_format for c in shown]
    texts = [str(c.value) for row in sheet.iter_rows() for c in row if c.data_type != "n"]
    heads = [text for grid in grids(path, language) for texts_ in grid.head for text in texts_ if text]
    labels = [c.text for c in cells if c.number is None and c.text]
    assert sorted(text.removeprefix("- ") if len(text) > 2 else text for text in texts) == sorted(
        [*prose(path, language), *heads, *labels]
    )


@ALL
@BOTH
def test_the_pdf_has_the_rows_of_the_draft(path: Path, language: str) -> None:
    content = made(path, "pdf", language)
    with pdfplumber.open(BytesIO(content)) as document:
        assert {(page.width, page.height) for page in document.pages} == {PAGES[0]}
        found = [
            [(cell or "").replace("\n", " ") for cell in row]
            for page in document.pages
            for table in page.extract_tables()
            for row in table
        ]
        for page in document.pages:
            right = max(word["x1"] for word in page.extract_words())
            assert right <= PAGES[0][0] - MARGIN + 10
    rows = [[cell.text for cell in row] for grid in grids(path, language) for row in grid.rows]
    assert [row for row in found if re.search(r"\d{6}", " ".join(row))] == rows


@BOTH
def test_the_first_page_says_who_and_when(language: str) -> None:
    document = pypdfium2.PdfDocument(made(EXAMPLES[-1], "pdf", language))
    try:
        text = document[0].get_textpage().get_text_range()
        pages = len(document)
        assert pages > 3
        for said in prose(EXAMPLES[-1], language)[:5]:
            assert said in text
        assert str(pages) in text.splitlines()[-1] or str(pages) in text
        metadata = document.get_metadata_dict()
        assert metadata["Title"].startswith("2025/336 - Tari")
    finally:
        document.close()


def test_the_header_is_repeated_on_every_page_of_a_table() -> None:
    with pdfplumber.open(BytesIO(made(EXAMPLES[-1], "pdf", "fr"))) as document:
        for page in document.pages:
            for table in page.extract_tables():
                assert table[0][0] == "Numéro de code"
                assert table[1][:2] == ["AMB", "HOS"]
                assert len(table) > 2


def test_letters_of_other_scripts_are_in_the_pdf() -> None:
    reading = reading_of(EXAMPLES[1])
    with pdfplumber.open(BytesIO(drafted(reading, "pdf", "nl"))) as document:
        text = " ".join(page.extract_text() for page in document.pages)
    assert "tomодensitométrique" in text
    assert "Coëfficiënt" in text


def test_a_page_is_printed_and_a_workbook_gets_a_name(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    ran = bareme_here("draft", "2025/336", "--language", "nl", book=book)
    assert (ran.code, ran.err) == (0, "")
    reading = bareme.open_book(book).reading("2025/336")
    assert ran.out == drafted(reading, "text", "nl").decode()
    ran = bareme_here("draft", "2025/336", "--format", "pdf", "--language", "nl", book=book)
    assert (ran.code, ran.out, ran.err) == (0, "", "bareme: 2025-336-nl.pdf is written (77 lines).\n")
    assert (tmp_path / file_name(reading, "pdf", "nl")).read_bytes() == drafted(reading, "pdf", "nl")
    ran = bareme_here("draft", TOY, "-o", "toy.xlsx", book=book)
    assert (ran.code, ran.err) == (0, "bareme: toy.xlsx is written (11 lines).\n")


@pytest.mark.slow
def test_the_bytes_on_standard_output_are_those_of_the_file(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    ran = bareme_process("draft", TOY, "--format", "html", book=book, PYTHONHASHSEED="1", TZ="UTC", PYTHONUTF8="0")
    assert ran.out == drafted(reading_of(TOY), "html", "fr").decode()
    for format, zone in (("pdf", "UTC"), ("xlsx", "Asia/Tokyo")):
        output = tmp_path / f"draft.{format}"
        assert bareme_process("draft", TOY, "-o", output, book=book, PYTHONHASHSEED="2", TZ=zone).code == 0
        assert output.read_bytes() == drafted(reading_of(TOY), format, "fr")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("2025/999", "2025/999 is not in the book, which holds"),
        ("2025/336 --format docx", "format: 'docx' is none of xlsx, pdf, html, text."),
        ("2025/336 --language de", "language: 'de' is none of fr, nl."),
        ("2025/336 -o draft.docx", "draft.docx: a draft is written as .xlsx, .pdf, .html, .txt. Nothing was written."),
        (
            "2025/336 --format pdf -o draft.html",
            "draft.html: a draft in the format pdf is written as .pdf. Nothing was",
        ),
        ("2025/336 --format pdf -o none/draft.pdf", "none/draft.pdf: none is not a directory. Nothing was written."),
        ("2025/336 -o there.pdf", "there.pdf exists; name another file, or use --overwrite. Nothing was written."),
    ],
)
def test_what_cannot_be_written_is_refused(arguments: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "there.pdf").write_text("mine")
    ran = bareme_here("draft", *arguments.split(), book=tmp_path / "book.sqlite")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert (tmp_path / "there.pdf").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["there.pdf"]


def test_a_file_is_replaced_when_asked(tmp_path: Path) -> None:
    (tmp_path / "there.txt").write_text("mine")
    ran = bareme_here("draft", TOY, "-o", "there.txt", "--overwrite", book=tmp_path / "book.sqlite")
    assert ran.code == 0
    assert (tmp_path / "there.txt").read_bytes() == drafted(reading_of(TOY), "text", "fr")
