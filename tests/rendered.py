"""Documents rendered as PDF by reportlab, to be read back: tables ruled or not, prose, what a test needs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from reportlab.lib import colors
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from bareme.circulars.documents import blocks as read

FONT, BOLD = "SourceSansPro", "SourceSansPro-Bold"
GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)
_FOLDER = files("font_source_sans_pro") / "files"


def fonts() -> None:
    """Register the fonts, once."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(_FOLDER / "SourceSansPro-Regular.ttf")))
        pdfmetrics.registerFont(TTFont(BOLD, str(_FOLDER / "SourceSansPro-Bold.ttf")))
        pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def style(size: int = 10, font: str = FONT, **more: Any) -> ParagraphStyle:
    """A style of paragraphs."""
    fonts()
    return ParagraphStyle("s", fontName=font, fontSize=size, leading=size * 1.2, spaceAfter=size * 0.6, **more)


def built(story: Sequence[Any], wide: bool = False, **more: Any) -> bytes:
    """A document of reportlab's flowables."""
    fonts()
    out = io.BytesIO()
    size = landscape(A4) if wide else A4
    later = more.pop("later", None)
    template = SimpleDocTemplate(
        out, pagesize=size, leftMargin=40, rightMargin=40, topMargin=50, bottomMargin=50, **more
    )
    template.build(list(story), **({"onFirstPage": later, "onLaterPages": later} if later else {}))
    return out.getvalue()


def table(rows: Sequence[Sequence[Any]], commands: Sequence[Any] = (GRID,), size: int = 8, **more: Any) -> Table:
    """A table; ruled unless other commands are given."""
    fonts()
    look = [("FONT", (0, 0), (-1, -1), FONT, size), ("VALIGN", (0, 0), (-1, -1), "TOP"), *commands]
    return Table([list(row) for row in rows], style=TableStyle(look), **more)


def drawn(*pages: Sequence[tuple[Any, ...]], turn: int = 0, **more: Any) -> bytes:
    """Pages of texts at (x, y, text, size, font); size and font may be left out."""
    fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **more)
    for texts in pages:
        for x, y, text, *rest in texts:
            canvas.setFont(rest[1] if len(rest) > 1 else FONT, rest[0] if rest else 9)
            canvas.drawString(x, y, text)
        canvas.setPageRotation(turn)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def rendered(blocks: Sequence[read.Block], ruled: bool = True) -> bytes:
    """The blocks of a document as a PDF of landscape pages."""
    story: list[Any] = []
    for block in blocks:
        if isinstance(block, read.Heading):
            story.append(Paragraph(_safe(block.text), style(21 - 2 * block.level, BOLD)))
        elif isinstance(block, read.Paragraph):
            text = f"- {_safe(block.text)}" if block.item else _safe(block.text)
            story.append(Paragraph(f"<b>{text}</b>" if block.bold else text, style(10, alignment=TA_LEFT)))
        else:
            story += [Spacer(1, 4), _table_of(block, ruled), Spacer(1, 14)]
    return built(story, wide=True)


def _table_of(block: read.Table, ruled: bool) -> Table:
    width = max(len(row.cells) for row in block.rows)
    small = ParagraphStyle("c", fontName=FONT, fontSize=8, leading=9.6)
    fonts()
    rows = [[_cell(cell.text, small) for cell in row.cells] + [""] * (width - len(row.cells)) for row in block.rows]
    widths = [max(_width(row, n) for row in block.rows) for n in range(width)]
    scale = min(1, 720 / sum(widths))
    return table(rows, (GRID,) if ruled else (), colWidths=[w * scale for w in widths])


def _width(row: read.Row, n: int) -> float:
    """Short texts stand in one line; no word of a longer one is broken."""
    text = row.cells[n].text if n < len(row.cells) else ""
    parts = [text] if _is_short(text) else text.split()
    return 14 + max(float(pdfmetrics.stringWidth(part, FONT, 8)) for part in parts)


def _is_short(text: str) -> bool:
    return len(text) < 20


def _cell(text: str, small: ParagraphStyle) -> Any:
    return text if _is_short(text) else Paragraph(_safe(text), small)


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
