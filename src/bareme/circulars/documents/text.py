"""Text with tab-separated tables and a little Markdown: lines to blocks.

A line with a tab belongs to a table, unless only the mark of a list's item stands before the tab; a line that starts
with `#` is a heading; `<!-- -->` is skipped; any other line that is not blank is a paragraph. Mark-up (`<b>`,
`<sup>`, `**`, back-slashes) is taken off `text` and kept in `raw`.
"""

from __future__ import annotations

import re

from bareme.circulars.documents.blocks import Block, Cell, Heading, Paragraph, Row, Table

_TAGS = re.compile(r"</?(?:b|i|u|sup|sub|strong|em)>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([*_#()\[\]+.-])")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
_ITEM = re.compile(r"^\s*[-•–]\s+")
_ITEM_WITH_TAB = re.compile(r"^\s*[-•–—·]\t+(?P<text>[^\t]*[^\W\d_][^\t]*)\t*$")
_COMMENT = re.compile(r"^\s*<!--.*-->\s*$")


def blocks_of_text(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order."""
    blocks: list[Block] = []
    rows: list[Row] = []
    tables = 0
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        if not rows and _ITEM_WITH_TAB.match(line):
            line = _ITEM_WITH_TAB.sub(r"- \g<text>", line)
        if "\t" in line:
            if line.strip():
                rows.append(row_of(line, number))
            continue
        if rows:
            tables += 1
            blocks.append(Table(tables, tuple(rows)))
            rows = []
        if line.strip() and not _COMMENT.match(line):
            blocks.append(_prose(line, number))
    return tuple(blocks)


def row_of(line: str, number: int) -> Row:
    """A line of tab-separated cells."""
    return Row(tuple(Cell(plain(raw), raw, index) for index, raw in enumerate(line.split("\t"), start=1)), number)


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
