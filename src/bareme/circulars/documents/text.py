"""Text with tables and a little Markdown: lines to blocks.

A line with a tab belongs to a table, unless only the mark of a list's item stands before the tab; so does a line
between bars, and one whose columns are aligned with spaces (`spaced`). A line that starts with `#` is a heading;
`<!-- -->` is skipped; any other line that is not blank is a paragraph. Mark-up (`<b>`, `<sup>`, `**`, back-slashes) is
taken off `text` and kept in `raw`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bareme.circulars.documents.blocks import Block, Cell, Heading, Paragraph, Row, Table
from bareme.circulars.documents.bounds import TableBounds, check_columns, check_lines
from bareme.circulars.documents.spaced import Spans, aligned_tables, cells_of_bars

_TAGS = re.compile(r"</?(?:b|i|u|sup|sub|strong|em)>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([*_#()\[\]+.-])")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^\s*[-•–]\s+")
_ITEM_WITH_TAB = re.compile(r"^\s*[-•–—·]\t+(?P<text>[^\t]*[^\W\d_][^\t]*)\t*$")
_COMMENT = re.compile(r"^\s*<!--.*-->\s*$")


def blocks_of_text(text: str, name: str = "the text") -> tuple[Block, ...]:
    """The blocks of a text, in order; `DocumentError` for one with lines or rows that are out of bounds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    pages = [index for index, line in enumerate(text.split("\n")) if "\f" in line]
    lines = text.replace("\f", "").split("\n")
    check_lines(name, lines)
    blocks: list[Block] = []
    rows: list[Row] = []
    tables, bounds = 0, TableBounds(name)
    for number, found in _lines(name, lines, aligned_tables(lines, pages)):
        if isinstance(found, Row):
            bounds.count(len(found.cells), found.line)
            rows.append(found)
            continue
        if rows:
            tables += 1
            blocks.append(Table(tables, tuple(rows)))
            rows = []
        if found is not None and found.strip() and not _COMMENT.match(found):
            blocks.append(_prose(found, number))
    return tuple(blocks)


def _lines(name: str, lines: Sequence[str], aligned: Spans) -> Iterator[tuple[int, str | Row | None]]:
    """Every line as prose or as a row of a table; None ends a table. Numbers count from 1."""
    index, within = 0, False
    while index < len(lines):
        line = lines[index]
        if index in aligned:
            index, rows = aligned[index]
            yield index, None
            yield from ((at + 1, row_of(cells, at + 1)) for at, cells in rows)
            yield index, None
            continue
        index += 1
        if not within and _ITEM_WITH_TAB.match(line):
            line = _ITEM_WITH_TAB.sub(r"- \g<text>", line)
        bars = cells_of_bars(line) if "|" in line or "+" in line else None
        within = "\t" in line or bars is not None
        if "\t" in line:
            if line.strip():
                cells = line.split("\t")
                check_columns(name, cells, index)
                yield index, row_of(cells, index)
        elif bars is not None:
            if bars:
                check_columns(name, bars, index)
                yield index, row_of(bars, index)
        else:
            yield index, line
    yield len(lines), None


def row_of(cells: Sequence[str], number: int) -> Row:
    """A row of cells."""
    return Row(tuple(Cell(plain(raw), raw, index) for index, raw in enumerate(cells, start=1)), number)


def plain(raw: str) -> str:
    """A text without mark-up and with single spaces."""
    text = _TAGS.sub("", raw) if "<" in raw else raw
    text = text.replace("**", "")
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return " ".join(text.split())


def _prose(line: str, number: int) -> Heading | Paragraph:
    heading = _HEADING.match(line)
    if heading:
        return Heading(len(heading[1]), plain(heading[2]), number)
    item = bool(_ITEM.match(line))
    body = _ITEM.sub("", line).strip()
    bold = len(body) > 4 and body.startswith("**") and body.endswith("**") and "**" not in body[2:-2]
    return Paragraph(plain(body), line.strip(), number, bold, item)
