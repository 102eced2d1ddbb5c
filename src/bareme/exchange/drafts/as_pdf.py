"""A draft as a PDF: A4 across, ruled tables whose headers are repeated on every page, page numbers.

A draft with wider tables has larger pages: the first size, A4 to A1, that has room for them with no word broken.

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

PAGES = ((842, 595), (1191, 842), (1684, 1191), (2384, 1684))
"""A4, A3, A2, A1, across."""
MARGIN = 36
PLAIN, BOLD = "SourceSansPro", "SourceSansPro-Bold"
SIZES = (14, 12, 11, 10)
"""Of headings by level."""
TEXT, CELL, FOOT = 10, 8, 8
HEADS = (8, 7, 6)
"""Sizes of the titles of columns: the first that leaves room for labels."""
PADDING = 4
LEAST_LABEL, MOST_LABEL = 150, 360
WIDTHS = {Sort.NOTE: 28, Sort.CODE: 46, Sort.LETTER: 44, Sort.COEFFICIENT: 52, Sort.VALUE: 56, Sort.AMOUNT: 60} | {
    Sort.LABEL: LEAST_LABEL
}
"""The least width of columns."""
GREY, SHADE = "#999999", "#eeeeee"


def pdf_of(draft: Draft) -> bytes:
    """The PDF; the same draft gives the same bytes."""
    from reportlab.platypus import SimpleDocTemplate

    _fonts()
    made = BytesIO()
    page = _page(draft)
    document = SimpleDocTemplate(
        made,
        pagesize=page,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + FOOT,
        title=draft.title,
        author="bareme",
        lang=draft.language,
        invariant=1,
    )
    document.build(_flowing(draft.blocks, page[0] - 2 * MARGIN), canvasmaker=_numbering(draft, page[0] - MARGIN))
    return made.getvalue()


def _page(draft: Draft) -> tuple[int, int]:
    """The smallest page that is wide enough for every table."""
    needed = max((_needed(block, HEADS[-1]) for block in draft.blocks if isinstance(block, Grid)), default=0)
    return next((page for page in PAGES if needed <= page[0] - 2 * MARGIN), PAGES[-1])


@cache
def _fonts() -> None:
    """Make the two fonts known."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = files("font_source_sans_pro").joinpath("files")
    for name, file in ((PLAIN, "SourceSansPro-Regular.ttf"), (BOLD, "SourceSansPro-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(folder.joinpath(file))))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)


def _numbering(draft: Draft, right: int) -> Any:
    """A canvas that writes "page 2 of 7" below every page, up to `right`, once it knows how many there are."""
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
                self.drawRightString(right, MARGIN - FOOT, said)
                Canvas.showPage(self)
            Canvas.save(self)

    return Numbered


def _flowing(blocks: Sequence[Block], room: int) -> list[Any]:
    """What flows over the pages: a table with its headings and footnotes stays together where a page can hold it."""
    from reportlab.platypus import KeepTogether

    flowing: list[list[Any]] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        if before is not None and _stays_with(before, block):
            flowing[-1].append(_flowable(block, room))
        else:
            flowing.append([_flowable(block, room)])
    return [KeepTogether(together) if len(together) > 1 else together[0] for together in flowing]


def _stays_with(before: Block, block: Block) -> bool:
    """True where a block belongs to the one above it: a footnote, and what stands below a heading."""
    if isinstance(block, Text):
        return block.note
    return isinstance(before, Title)


def _flowable(block: Block, room: int) -> Any:
    from reportlab.platypus import Paragraph

    if isinstance(block, Grid):
        return _table(block, room)
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


def _table(grid: Grid, room: int) -> Any:
    """The table in a room so wide; its two rows of header are repeated on every page."""
    from reportlab.platypus import LongTable, Paragraph

    size, widths = _layout(grid, room)
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


def _layout(grid: Grid, room: int) -> tuple[int, list[int]]:
    """The size of the titles of columns, and the width of each column; labels take what the others leave."""
    size = next((size for size in HEADS if _needed(grid, size) <= room), HEADS[-1])
    widths = [_least(grid, number, size) for number in range(len(grid.columns))]
    labels = [number for number, column in enumerate(grid.columns) if column.sort is Sort.LABEL]
    for number in labels:
        widths[number] = min(max(widths[number], MOST_LABEL), max(widths[number] + room - sum(widths), LEAST_LABEL))
    return size, widths


def _needed(grid: Grid, size: int) -> int:
    """How wide a table is at least, where its titles have that size."""
    return sum(_least(grid, number, size) for number in range(len(grid.columns)))


def _least(grid: Grid, number: int, size: int) -> int:
    """The least width of a column: that of its sort, of its longest word above, of its longest figure or word."""
    column = grid.columns[number]
    start, count = next(span for span in reversed(grid.spans) if span[0] <= number)
    # A title over several columns has the room of all of them.
    words = [-(-_longest(grid.columns[start].group, BOLD, size) // count), _longest(column.title, BOLD, size)]
    if column.sort is Sort.LABEL:
        words.append(min(MOST_LABEL, max(_longest(row[number].text, PLAIN, CELL) for row in grid.rows)))
    else:
        words += [_width(row[number].text, PLAIN, CELL) for row in grid.rows]
    return max(WIDTHS[column.sort], max(words) + 2 * PADDING + 2)


def _longest(text: str, font: str, size: int) -> int:
    """The width of the longest word."""
    return max((_width(word, font, size) for word in text.split()), default=0)


def _width(text: str, font: str, size: int) -> int:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return int(stringWidth(text, font, size)) + 1
