"""A draft as a PDF: A4 across, ruled tables whose headers are repeated on every page, page numbers.

All lengths are whole points (1/72 inch). The font is Source Sans Pro: it has the letters of labels,
Cyrillic ones too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from io import BytesIO
from typing import Any

from bareme.exchange.drafts.draft import NUMBERS, Block, Draft, Grid, Sort, Text, Title

PAGE = (842, 595)
MARGIN = 36
ROOM = PAGE[0] - 2 * MARGIN
PLAIN, BOLD = "SourceSansPro", "SourceSansPro-Bold"
SIZES = (14, 12, 11, 10)
"""Of headings by level."""
TEXT, CELL, FOOT = 10, 8, 8
HEADS = (8, 7, 6, 5)
"""Sizes of the titles of columns: the first that leaves room for labels."""
PADDING = 4
LEAST_LABEL = 150
WIDTHS = {Sort.NOTE: 28, Sort.CODE: 46, Sort.LETTER: 44, Sort.COEFFICIENT: 52, Sort.VALUE: 56, Sort.AMOUNT: 60}
"""The least width of columns."""
GREY, SHADE = "#999999", "#eeeeee"


def pdf_of(draft: Draft) -> bytes:
    """The PDF; the same draft gives the same bytes."""
    from reportlab.platypus import SimpleDocTemplate

    _fonts()
    made = BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=PAGE,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
        title=draft.title,
        author="bareme",
        lang=draft.language,
        invariant=1,
    )
    document.build(_flowing(draft.blocks), canvasmaker=_numbering(draft))
    return made.getvalue()


@cache
def _fonts() -> None:
    """Make the two fonts known."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = files("font_source_sans_pro").joinpath("files")
    for name, file in ((PLAIN, "SourceSansPro-Regular.ttf"), (BOLD, "SourceSansPro-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder.joinpath(file))))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def _numbering(draft: Draft) -> Any:
    """A canvas that writes "page 2 of 7" below every page once it knows how many there are."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc, unused-ignore]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self.pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.pages, start=1):
                self.__dict__.update(page)
                self.setFont(PLAIN, FOOT)
                said = draft.page.format(page=number, pages=len(self.pages))
                self.drawRightString(PAGE[0] - MARGIN, MARGIN - FOOT, said)
                Canvas.showPage(self)
            Canvas.save(self)

    return Numbered


def _flowing(blocks: Sequence[Block]) -> list[Any]:
    """What flows over the pages: a table with its headings and footnotes stays together where a page can hold it."""
    from reportlab.platypus import KeepTogether

    flowing: list[list[Any]] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        if before is not None and _stays_with(before, block):
            flowing[-1].append(_flowable(block))
        else:
            flowing.append([_flowable(block)])
    return [KeepTogether(together) if len(together) > 1 else together[0] for together in flowing]


def _stays_with(before: Block, block: Block) -> bool:
    """True where a block belongs to the one above it: a footnote, and what stands below a heading."""
    if isinstance(block, Text):
        return block.note
    return isinstance(before, Title)


def _flowable(block: Block) -> Any:
    from reportlab.platypus import Paragraph

    if isinstance(block, Grid):
        return _table(block)
    if isinstance(block, Title):
        return Paragraph(escape(block.text), _heading(block.level))
    return Paragraph(_marked(block), _style(FOOT if block.note else TEXT, bold=block.strong, item=block.item))


def _marked(block: Text) -> str:
    return f"- {escape(block.text)}" if block.item else escape(block.text)


@cache
def _heading(level: int) -> Any:
    from reportlab.lib.styles import ParagraphStyle

    size = SIZES[level - 1]
    return ParagraphStyle(
        f"heading {level}", fontName=BOLD, fontSize=size, leading=size + 3, spaceBefore=10, spaceAfter=4, keepWithNext=1
    )


@cache
def _style(size: int, bold: bool = False, item: bool = False, align: int = 0, close: bool = False) -> Any:
    """A style of text; `align` is 0 left, 1 centre, 2 right; `close` without space around it."""
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        f"{size} {bold} {item} {align} {close}",
        fontName=BOLD if bold else PLAIN,
        fontSize=size,
        leading=size + (1 if close else 3),
        spaceAfter=0 if close else 4,
        leftIndent=10 if item else 0,
        firstLineIndent=-6 if item else 0,
        alignment=align,
        splitLongWords=0 if close and bold else 1,
    )


def _table(grid: Grid) -> Any:
    """The table; its two rows of header are repeated on every page."""
    from reportlab.platypus import LongTable, Paragraph

    size, widths = _layout(grid)
    head = _style(size, bold=True, align=1, close=True)
    label = _style(CELL, close=True)
    rows: list[list[Any]] = [[Paragraph(escape(text), head) if text else "" for text in texts] for texts in grid.head]
    for row in grid.rows:
        rows.append(
            [
                Paragraph(escape(cell.text), label) if cell.sort is Sort.LABEL and cell.text else cell.text
                for cell in row
            ]
        )
    return LongTable(rows, colWidths=widths, repeatRows=2, hAlign="LEFT", spaceAfter=6, style=_rules(grid))


def _rules(grid: Grid) -> list[tuple[Any, ...]]:
    """Rules, shades, alignment, and which cells of the header are one."""
    style: list[tuple[Any, ...]] = [
        ("GRID", (0, 0), (-1, -1), 1, GREY),
        ("BACKGROUND", (0, 0), (-1, 1), SHADE),
        ("FONT", (0, 0), (-1, -1), PLAIN, CELL, CELL + 1),
        ("VALIGN", (0, 0), (-1, 1), "MIDDLE"),
        ("VALIGN", (0, 2), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    for number, column in enumerate(grid.columns):
        side = "RIGHT" if column.sort in NUMBERS else "LEFT" if column.sort is Sort.LABEL else "CENTER"
        style.append(("ALIGN", (number, 2), (number, -1), side))
    for start, count in grid.spans:
        below = 0 if grid.columns[start].title else 1
        style.append(("SPAN", (start, 0), (start + count - 1, below)))
    return style


def _layout(grid: Grid) -> tuple[int, list[int]]:
    """The size of the titles of columns, and the width of each column; no word of a title is broken."""
    has_labels = any(column.sort is Sort.LABEL for column in grid.columns)
    for size in HEADS:
        widths = [_least(grid, number, size) for number in range(len(grid.columns))]
        left = ROOM - sum(widths)
        if left >= (LEAST_LABEL if has_labels else 0):
            break
    wanted = max(left, 40) if has_labels else 0
    return size, [
        min(wanted, 360) if column.sort is Sort.LABEL else w for column, w in zip(grid.columns, widths, strict=True)
    ]


def _least(grid: Grid, number: int, size: int) -> int:
    """The least width of a column: that of its sort, of its longest word above, of its longest figure."""
    column = grid.columns[number]
    if column.sort is Sort.LABEL:
        return 0
    heads = [column.title] if column.title else [column.group]
    words = [_width(word, BOLD, size) for text in heads for word in text.split()]
    figures = [_width(row[number].text, PLAIN, CELL) for row in grid.rows]
    return max(WIDTHS[column.sort], *(length + 2 * PADDING + 2 for length in (*words, *figures)))


def _width(text: str, font: str, size: int) -> int:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return int(stringWidth(text, font, size)) + 1
