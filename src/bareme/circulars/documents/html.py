"""HTML pages: headings, paragraphs, items of lists and tables. Links are not followed, scripts do not run.

Cells that span rows or columns: a figure stands in each of the cells that it spans, words in the first column of each
row (in the header: in the first cell alone). What is hidden from readers (`hidden`, `display: none`) is not read, and
a remark says so. A table around tables only lays out the page: what its cells say is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bareme.circulars.documents.blocks import Block, Cell, Heading, Paragraph, Remark, Row, Table
from bareme.circulars.documents.bounds import MOST_CELLS, check_columns
from bareme.circulars.documents.html_tags import Tag, parts_of
from bareme.circulars.figures import number_of
from bareme.errors import DocumentError

MOST_SPAN = 1_000
"""A cell that says that it spans more columns or rows is taken to span as many."""
_PAGE = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]|<table[\s>]", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([a-zA-Z0-9_-]{1,40})", re.IGNORECASE)
_HEADING = re.compile(r"h([1-6])\Z")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ENDS_PARAGRAPH = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl", "dt", "fieldset"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav"),
        *("ol", "p", "pre", "section", "tbody", "tfoot", "thead", "title", "ul"),
    )
)
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
_BOLD = ("b", "strong")
_FIGURE = re.compile(r"[A-Z]{0,2}\s?=?\s?[\d.,\s€+%-]*\d[\d.,\s€%]*\Z")


@dataclass(slots=True)
class _Cell:
    """A cell as it stands in the page."""

    line: int
    columns: int
    rows: int
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


@dataclass(slots=True)
class _Table:
    """A table while it is read; `lays_out` when it holds other tables."""

    rows: list[tuple[int, list[_Cell]]] = field(default_factory=list)
    cell: _Cell | None = None
    lays_out: bool = False


def is_html(start: str) -> bool:
    """True for the first characters of a page."""
    return _PAGE.search(start) is not None


def charset_of(content: bytes) -> str | None:
    """The encoding that a page declares in its first bytes."""
    found = _CHARSET.search(content[:2048])
    return None if found is None else found[1].decode("ascii").lower()


def read_html(name: str, page: str) -> tuple[tuple[Block, ...], tuple[Remark, ...]]:
    """The blocks of a page, and what was hidden in it; `DocumentError` for one with too many cells."""
    reader = _Reader(name)
    for part in parts_of(page):
        if isinstance(part, Tag):
            reader.tag(part)
        else:
            reader.text(part.text, part.line)
    return reader.finish()


class _Reader:
    """Puts the tags and texts of a page together to blocks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.tables: list[_Table] = []
        self.prose: list[str] = []
        self.line = 1
        self.level = 0
        self.item = False
        self.bold = 0
        self.plain_seen = False
        self.hidden: list[str] = []
        self.hidden_texts: list[tuple[int, str]] = []
        self.raised: tuple[list[str], int] | None = None
        self.cells = 0
        self.numbered = 0

    def tag(self, tag: Tag) -> None:
        """A tag begins or ends something."""
        if self.hidden:
            self._within_hidden(tag)
            return
        if not tag.closes and _is_hidden(tag) and tag.name not in _VOID:
            self.hidden.append(tag.name)
            return
        if tag.name in _BOLD:
            self.bold = max(0, self.bold + (-1 if tag.closes else 1))
        elif tag.name == "sup":
            self._superscript(tag)
        elif tag.name in ("table", "tr", "td", "th"):
            self._of_table(tag)
        elif tag.name in _ENDS_PARAGRAPH:
            self._of_prose(tag)

    def text(self, text: str, line: int) -> None:
        """A text goes to the open cell or to the prose."""
        if self.hidden:
            if text.strip():
                self.hidden_texts.append((line, " ".join(text.split())))
            return
        cell = self.tables[-1].cell if self.tables else None
        if cell is not None:
            cell.parts.append(text)
        elif text.strip():
            if not self.prose:
                self.line, self.plain_seen = line + len(text[: len(text) - len(text.lstrip())].split("\n")) - 1, False
            self.plain_seen = self.plain_seen or not self.bold
            self.prose.append(text)
        elif self.prose:
            self.prose.append(" ")

    def finish(self) -> tuple[tuple[Block, ...], tuple[Remark, ...]]:
        """What was read, when the page is over."""
        while self.tables:
            self._end_table()
        self._end_paragraph()
        remarks = [Remark("hidden_cells", f"line {line}: {text[:60]}") for line, text in self.hidden_texts]
        return tuple(self.blocks), tuple(remarks)

    def _within_hidden(self, tag: Tag) -> None:
        if tag.name in _VOID:
            return
        if not tag.closes:
            self.hidden.append(tag.name)
        elif tag.name in self.hidden:
            while self.hidden.pop() != tag.name:
                pass

    def _superscript(self, tag: Tag) -> None:
        """The mark of a footnote stands apart from the word before it; `1er` and `2e` do not."""
        parts = self.tables[-1].cell.parts if self.tables and self.tables[-1].cell else self.prose
        if not tag.closes:
            self.raised = (parts, len(parts)) if parts else None
            parts += [""] if parts else []
        elif self.raised is not None and self.raised[0] is parts:
            at = self.raised[1]
            parts[at] = "" if "".join(parts[at:]).strip()[:1].isalpha() else " "
            self.raised = None

    def _of_table(self, tag: Tag) -> None:
        if tag.name == "table":
            if tag.closes:
                self._end_table()
                return
            self._end_paragraph()
            if self.tables and not self.tables[-1].lays_out:
                self._lay_out(self.tables[-1])
            self.tables.append(_Table())
            return
        if not self.tables:
            return
        table = self.tables[-1]
        self._end_cell(table)
        if tag.closes:
            return
        if tag.name == "tr" or not table.rows:
            table.rows.append((tag.line, []))
        if tag.name != "tr":
            table.cell = _Cell(tag.line, _span(tag, "colspan"), _span(tag, "rowspan"))

    def _end_cell(self, table: _Table) -> None:
        if table.cell is None:
            return
        self.cells += table.cell.columns * table.cell.rows
        if self.cells > MOST_CELLS:
            raise DocumentError(
                f"{self.name}, line {table.cell.line}: more than {MOST_CELLS:,} table cells. No circular has so many; "
                "save the page with its tables alone."
            )
        if table.lays_out:
            self._paragraph("".join(table.cell.parts), table.cell.line)
        else:
            table.rows[-1][1].append(table.cell)
            check_columns(self.name, table.rows[-1][1], table.cell.line)
        table.cell = None

    def _lay_out(self, table: _Table) -> None:
        """Make prose of what a table says, once another one is found in it."""
        cells = [cell for _, row in table.rows for cell in row]
        cells += [table.cell] if table.cell is not None else []
        for cell in cells:
            self._paragraph("".join(cell.parts), cell.line)
            cell.parts.clear()
        table.rows, table.lays_out = [(line, []) for line, _ in table.rows[-1:]], True

    def _end_table(self) -> None:
        if not self.tables:
            return
        table = self.tables.pop()
        self._end_cell(table)
        rows = [Row(cells, line) for line, cells in _grid(table.rows) if cells]
        if rows and not table.lays_out:
            self.numbered += 1
            self.blocks.append(Table(self.numbered, tuple(rows)))

    def _of_prose(self, tag: Tag) -> None:
        cell = self.tables[-1].cell if self.tables else None
        if cell is not None:
            cell.parts.append(" ")
            return
        if tag.name == "br" and not self.level:
            self._end_paragraph()
            return
        if tag.name == "br":
            self.prose.append(" ")
            return
        self._end_paragraph()
        heading = _HEADING.match(tag.name)
        self.level = int(heading[1]) if heading and not tag.closes else 0
        self.item = tag.name == "li" and not tag.closes

    def _end_paragraph(self) -> None:
        raw = "".join(self.prose)
        if self.prose:
            self._paragraph(raw, self.line, bold=not self.plain_seen)
        self.prose = []

    def _paragraph(self, raw: str, line: int, *, bold: bool = False) -> None:
        text = " ".join(raw.split())
        if not text:
            return
        if self.level:
            self.blocks.append(Heading(self.level, text, line))
        else:
            self.blocks.append(Paragraph(text, raw.strip(), line, bold, self.item))


def _is_hidden(tag: Tag) -> bool:
    return "hidden" in tag.attributes or _HIDDEN.search(tag.attributes.get("style", "")) is not None


def _span(tag: Tag, name: str) -> int:
    text = tag.attributes.get(name, "1").strip()
    return min(MOST_SPAN, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _grid(rows: Sequence[tuple[int, list[_Cell]]]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """The rows with a cell for every column that a cell spans; a row ends where its last cell does."""
    open_cells: dict[int, tuple[_Cell, int, bool]] = {}
    for line, found in rows:
        cells: list[Cell] = []
        below: dict[int, tuple[_Cell, int, bool]] = {}
        waiting = list(found)
        while waiting or any(column >= len(cells) for column in open_cells):
            at = len(cells)
            above = open_cells.pop(at, None)
            if above is not None:
                cell, left, first = above
                text = cell.text if first or _is_figure(cell.text) else ""
                cells.append(Cell(text, text, at + 1))
                if left > 1:
                    below[at] = (cell, left - 1, first)
                continue
            if not waiting:
                cells.append(Cell("", "", at + 1))
                continue
            cell = waiting.pop(0)
            for step in range(cell.columns):
                text = cell.text if step == 0 or _is_figure(cell.text) else ""
                cells.append(Cell(text, text, at + step + 1))
                if cell.rows > 1:
                    below[at + step] = (cell, cell.rows - 1, step == 0 and not _is_title(cell))
        open_cells = below
        yield line, tuple(cells)


def _is_figure(text: str) -> bool:
    return number_of(text) is not None or (len(text) < 40 and _FIGURE.match(text) is not None)


def _is_title(cell: _Cell) -> bool:
    """True for words that span columns and rows at once: they head a group and are no label of a row."""
    return cell.columns > 1
