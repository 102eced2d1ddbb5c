"""Ruled A4 pages read in a second, by bareme and by pdfplumber, of a document of 40 rows of 9 cells a page."""

from __future__ import annotations

import io
import random
import sys
import time

import pdfplumber
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.platypus import PageBreak, SimpleDocTemplate, Table, TableStyle

from bareme.circulars.documents.blocks import Table as ReadTable
from bareme.circulars.documents.pdf import blocks_of_pdf

PAGES, ROWS, AMOUNTS = 100, 40, 5


def document(pages: int) -> tuple[bytes, list[list[str]]]:
    """A document of ruled pages, and the rows of each page in order."""
    chance = random.Random(1)
    look = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONTSIZE", (0, 0), (-1, -1), 8)])
    story, rows = [], []
    for _ in range(pages):
        page = []
        for n in range(ROWS):
            cents = [chance.randrange(100, 1_000_000) for _ in range(AMOUNTS)]
            amounts = [f"{c // 100:,}".replace(",", ".") + f",{c % 100:02}" for c in cents]
            codes = [str(chance.randrange(100_000, 1_000_000)) for _ in range(2)]
            page.append([*codes, "B", f"Examen génétique {n}", *amounts])
        story += [Table(page, rowHeights=17, style=look), PageBreak()]
        rows += page
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, topMargin=30, bottomMargin=30).build(story)
    return out.getvalue(), rows


def main(pages: int = PAGES, theirs: int = 10) -> None:
    """Print both speeds and their ratio; pdfplumber reads the first pages only."""
    content, rows = document(pages)
    start = time.perf_counter()
    blocks = blocks_of_pdf("pages.pdf", content)
    ours = pages / (time.perf_counter() - start)
    assert [[c.text for c in r.cells] for b in blocks if isinstance(b, ReadTable) for r in b.rows] == rows
    start = time.perf_counter()
    with pdfplumber.open(io.BytesIO(content)) as other:
        read = [row for page in other.pages[:theirs] for table in page.extract_tables() for row in table]
    plumber = theirs / (time.perf_counter() - start)
    assert read == rows[: len(read)]
    sys.stdout.write(f"bareme      {ours:7.1f} pages/s ({pages} pages)\n")
    sys.stdout.write(f"pdfplumber  {plumber:7.1f} pages/s ({theirs} pages)\nratio       {ours / plumber:7.1f}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
