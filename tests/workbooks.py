"""Workbooks made in a test: cells with number formats and letters, parts of XML, the tables of a text circular."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from bareme.circulars.documents.blocks import Block, Document, Heading, Paragraph, Table
from bareme.circulars.documents.opening import open_document

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class N:
    """A number cell: its stored text and its number format."""

    stored: str
    pattern: str = "General"


@dataclass(frozen=True)
class T:
    """A text cell with letters of its own."""

    text: str
    bold: bool = False
    size: int = 11


Content = str | N | T | None


def put(sheet: Any, row: int, column: int, content: Content) -> None:
    """One cell, written with the digits that it has."""
    if content is None or content == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(content, N):
        cell._value, cell.data_type, cell.number_format = content.stored, "n", content.pattern
    elif isinstance(content, T):
        cell.value, cell.data_type, cell.font = content.text, "s", Font(bold=content.bold, size=content.size)
    else:
        cell.value, cell.data_type = content, "s"


def workbook(*sheets: Sequence[Sequence[Content]], then: Callable[[Workbook], object] = lambda made: None) -> bytes:
    """A workbook with these sheets (Blad1, Blad2, ...); an empty row is a blank one; `then` may do more to it."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = made.create_sheet(f"Blad{number}")
        for r, row in enumerate(rows, start=1):
            for c, content in enumerate(row, start=1):
                put(sheet, r, c, content)
    then(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The same workbook with other bytes in some parts; None leaves one out."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


def changed(content: bytes, change: Callable[[Workbook], object]) -> bytes:
    """The same workbook after openpyxl changed it; what is a number is written with fifteen digits."""
    made = load_workbook(BytesIO(content))
    change(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def part_of(content: bytes, name: str) -> bytes:
    """The bytes of one part."""
    with ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


def with_sheet(data: str, before: str = "", after: str = "", base: bytes | None = None) -> bytes:
    """A workbook whose only sheet has this XML between `<sheetData>` and its end."""
    xml = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'
    return with_parts(base or workbook([["x"]]), {"xl/worksheets/sheet1.xml": xml.encode()})


_INLINE = re.compile(r't="inlineStr"([^>]*)><is>(.*?)</is>')


def with_shared_texts(content: bytes) -> bytes:
    """The same workbook with the texts of its first sheet in the part that cells share, as Excel writes them."""
    found: list[str] = []

    def shared(text: re.Match[str]) -> str:
        found.append(f"<si>{text[2]}</si>")
        return f't="s"{text[1]}><v>{len(found) - 1}</v>'

    sheet = _INLINE.sub(shared, part_of(content, "xl/worksheets/sheet1.xml").decode())
    relations = part_of(content, "xl/_rels/workbook.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    one = f'<Relationship Id="rIdT" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    parts = {
        "xl/worksheets/sheet1.xml": sheet.encode(),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(found)}</sst>'.encode(),
        "xl/_rels/workbook.xml.rels": relations.replace("</Relationships>", one).encode(),
    }
    return with_parts(content, parts)


def opened(content: bytes) -> Document:
    """The document that a workbook is."""
    return open_document(("made.xlsx", content))


def texts(content: bytes) -> list[list[str]]:
    """The texts of all rows of all tables."""
    return [[c.text for c in row.cells] for table in tables(opened(content).blocks) for row in table.rows]


def tables(blocks: Iterable[Block]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


_LETTER = re.compile(r"([A-Z]) = (\d+,\d+)\Z")
_NUMBER = re.compile(r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?\Z")


def as_number(text: str) -> Content:
    """A text of a circular as the number cell that shows it; texts that hold more stay texts."""
    found = _LETTER.match(text)
    if found:
        return N(found[2].replace(",", "."), f'"{found[1]} = "0.{"0" * len(found[2].partition(",")[2])}')
    if not _NUMBER.match(text):
        return text
    decimals = len(text.partition(",")[2])
    stored = text.replace(".", "").replace(",", ".")
    whole = "000000" if len(text) == 6 and text.isdigit() else "#,##0" if "." in text else "0"
    return N(stored, whole + ("." + "0" * decimals if decimals else ""))


def apart(texts: Sequence[str]) -> list[str]:
    """The cells of a row with a letter and its value in two cells."""
    found = _LETTER.match(texts[0]) if texts else None
    return [f"{found[1]} =", found[2], *texts[1:]] if found else ["", *texts]


def annex(document: Document, cells: Callable[[Sequence[str]], Sequence[str]] = list) -> bytes:
    """A text circular as a workbook: its titles as bold rows, its tables with number cells."""
    rows: list[list[Content]] = []
    for block in document.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                rows.append([as_number(text) for text in cells([cell.text for cell in row.cells])])
            rows.append([])
        else:
            rows += [[as_title(block)], []]
    return workbook(rows)


def as_title(block: Heading | Paragraph) -> Content:
    """A heading in bold, the larger the higher; prose as it is."""
    if isinstance(block, Heading):
        return T(block.text, bold=True, size=18 - block.level)
    text = f"- {block.text}" if block.item else block.text
    return T(text, bold=True) if block.bold else text
