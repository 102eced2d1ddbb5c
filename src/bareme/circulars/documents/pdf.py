"""PDF to blocks: ruled tables, tables by the alignment of their columns, headings, paragraphs, list items, footnotes.

Text and rules come from pdfium, the reading of tables is bareme's own. A page is read as it is looked at, most of its
text running to the right; what repeats at the top or the foot of its pages is left out; a table goes on over pages.

Bounds: 2,000 pages; 30,000 characters and 20,000 drawings (with 100,000 points) a page; 60 seconds a document; 1 GiB of
memory, twice that for a larger document, which two processes share. A page that is a picture, a font that does not name
its characters, a password, a damaged file are refused. Not read: columns of prose beside one another, text aslant,
forms, notes, attachments; nothing in a document is run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bareme.circulars.documents.blocks import Block, Table
from bareme.circulars.documents.grid import Grid, Rule, grids_of, rules_of
from bareme.circulars.documents.pdf_page import Page, TextLine, Word, lines_of
from bareme.circulars.documents.pdf_process import pages_of
from bareme.circulars.documents.pdf_prose import Measure, block_of, passages_of
from bareme.circulars.documents.pdf_regions import Regions
from bareme.circulars.documents.pdf_running import without_running
from bareme.circulars.documents.pdf_tables import Aligned, DraftRow, Ruled, ruled_table
from bareme.collecting import fewer_rounds
from bareme.errors import DocumentError

_SIGNATURE = b"%PDF-"
_END = b"%%EOF"
_JUNK = 1024
"""In bytes: what may stand before the signature and after the end mark."""
_PICTURED = 50
"""In percent of a page: a picture this large under so few characters is a page that was scanned."""
_FEW = 50
_OUTLINES = 200
"""So many curves on a page without text are letters drawn as outlines."""
_UNNAMED = "\ufffd"
_MOST_MARKS = 100
"""Of lists, on a page."""
_LAST = 20
"""Lines at the end of a page among which the header of a table may be."""

Flow = list[tuple[Page, TextLine] | Ruled | Aligned]


def is_pdf(content: bytes) -> bool:
    """True for a PDF, also after a little junk, as readers allow."""
    if content.lstrip().startswith(b"%PDF"):
        return True
    return _SIGNATURE in content[:_JUNK] and b"startxref" in content[-2 * _JUNK :]


def blocks_of_pdf(name: str, content: bytes) -> tuple[Block, ...]:
    """The blocks of a PDF, in order; `DocumentError` says why one is not read."""
    return read_pdf(name, content)[0]


@fewer_rounds()
def read_pdf(name: str, content: bytes) -> tuple[tuple[Block, ...], tuple[tuple[int, int], ...]]:
    """The blocks of a PDF, in order, and the width and height of its pages, in points, rounded up."""
    if _END not in content[-_JUNK - len(_END) :]:
        raise DocumentError(f"{name} has no end mark of a PDF (%%EOF): it was cut off; fetch it again.")
    sheets = [_Sheet(name, page) for page in pages_of(name, content)]
    if not any(sheet.page.words for sheet in sheets):
        raise DocumentError(f"{name} holds no text: its {len(sheets)} page(s) are blank.")
    kept = without_running([(sheet.page, sheet.lines) for sheet in sheets])
    sizes = tuple((-(-sheet.page.width // 100), -(-sheet.page.height // 100)) for sheet in sheets)
    return tuple(_blocks(_flow(sheets, kept))), sizes


def _flow(sheets: Sequence[_Sheet], kept: Sequence[Sequence[TextLine]]) -> Flow:
    """Lines and tables in order, those that go on over pages put together."""
    flow: Flow = []
    for sheet, lines in zip(sheets, kept, strict=True):
        first = True
        for piece in sheet.pieces(lines):
            last = flow[-1] if flow else None
            new, first = first, False
            if new and isinstance(piece, Ruled | Aligned) and isinstance(last, Ruled | Aligned) and last.take(piece):
                continue
            if new and isinstance(piece, Aligned) and isinstance(last, tuple):
                _take_titles(flow, piece)
            flow.append((sheet.page, piece) if isinstance(piece, TextLine) else piece)
    return flow


def _take_titles(flow: Flow, table: Aligned) -> None:
    """Move the header that stands alone at the end of a page to the table that begins on the next one."""
    page = flow[-1][0] if isinstance(flow[-1], tuple) else None
    lines = [item[1] for item in flow[-_LAST:] if isinstance(item, tuple) and item[0] is page]
    count = Regions(table.bands[0][0], lines, ()).titles_at_end()
    taken = flow[len(flow) - count :]
    if count and page is not None and all(isinstance(item, tuple) for item in taken):
        del flow[len(flow) - count :]
        table.bands.insert(0, (page, [item[1] for item in taken if isinstance(item, tuple)]))


class _Sheet:
    """A page with its ruled tables and the lines outside of them."""

    def __init__(self, name: str, page: Page) -> None:
        self.page = _named(name, page)
        flat, upright = rules_of(page.rules)
        self.grids = [(grid, words) for grid, words in self._grids(grids_of(flat, upright)) if words]
        boxes = [grid.box for grid, _ in self.grids]
        self.flat: list[Rule] = [r for r in flat if not any(box[1] <= r.at <= box[3] for box in boxes)]
        inside = {id(word) for _, words in self.grids for word in words}
        self.lines = lines_of(word for word in self.page.words if id(word) not in inside)

    def _grids(self, grids: Sequence[Grid]) -> Iterator[tuple[Grid, list[Word]]]:
        rest: Sequence[Word] = self.page.words
        for grid in grids:
            left, bottom, right, top = grid.box
            inside: list[Word] = []
            outside: list[Word] = []
            for word in rest:
                fits = (
                    left <= (word.left + word.right) // 2 <= right and bottom <= word.base + word.size * 3 // 10 <= top
                )
                (inside if fits else outside).append(word)
            rest = outside
            yield grid, inside

    def pieces(self, lines: Sequence[TextLine]) -> Iterator[TextLine | Aligned | Ruled]:
        """Lines and tables from top to bottom; `lines` are those that are read."""
        rest = list(lines)
        for grid, words in self.grids:
            above = [line for line in rest if line.base > grid.ys[0]]
            yield from Regions(self.page, above, self.flat).pieces()
            rest = rest[len(above) :]
            table = ruled_table(self.page, grid, words)
            if table.rows:
                yield table
        yield from Regions(self.page, rest, self.flat).pieces()


def _named(name: str, page: Page) -> Page:
    """The page, when its text can be read; a mark of lists that its font does not name is a mark of lists."""
    where = f"{name}, page {page.number}"
    letters = sum(len(word.text) for word in page.words)
    if page.pictured >= _PICTURED and letters < _FEW:
        raise DocumentError(
            f"{where} holds a picture and {'almost ' if letters else ''}no text: it was scanned; "
            "bareme does not guess at pictures. Ask for the document as it was written."
        )
    if not letters and page.curves >= _OUTLINES:
        raise DocumentError(f"{where} holds drawings and no text: ask for the document with its text.")
    if not any(_UNNAMED in word.text for word in page.words):
        return page
    words: list[Word] = []
    few = sum(_UNNAMED in word.text for word in page.words) <= _MOST_MARKS
    for word in page.words:
        if few and word.text == _UNNAMED and not any(_beside(word, other) for other in page.words):
            word = word._replace(text="•")
        if _UNNAMED in word.text:
            raise DocumentError(
                f"{where} has text in a font that does not say which characters it shows (near the height of "
                f"{word.base // 100} points); save the document anew with its fonts, or read its spreadsheet."
            )
        words.append(word)
    return Page(page.number, page.width, page.height, tuple(words), page.rules, page.pictured, page.curves)


def _beside(word: Word, other: Word) -> bool:
    """True when another word stands on the same line, to the left or close to the right."""
    if other is word or abs(other.base - word.base) > word.size // 2:
        return False
    return other.left < word.left or 5 * (other.left - word.right) < word.size


def _blocks(flow: Flow) -> Iterator[Block]:
    """The blocks of lines and tables in order, their lines and rows counted."""
    drafts = [item if isinstance(item, tuple) else item.draft() for item in flow]
    prose = [item for item in drafts if isinstance(item, tuple)]
    tables = [item for item in drafts if isinstance(item, list)]
    measure = Measure.of(prose, _sizes(flow), [*(line.text for _, line in prose), *_texts(tables)])
    line = number = 0
    waiting: list[tuple[Page, TextLine]] = []
    for item in [*drafts, None]:
        if isinstance(item, tuple):
            waiting.append(item)
            continue
        for passage in passages_of(waiting, measure):
            line += 1
            yield block_of(passage, line, measure)
        waiting = []
        if item:
            number += 1
            yield Table(number, tuple(row.row(line + n, measure.compounds) for n, row in enumerate(item, start=1)))
            line += len(item)


def _texts(tables: Sequence[Sequence[DraftRow]]) -> Iterator[str]:
    return (line for table in tables for row in table for cell in row.cells for line in cell.lines)


def _sizes(flow: Flow) -> Counter[int]:
    """How much text of each size, in halves of a point, stands in tables without rules."""
    counts: Counter[int] = Counter()
    for item in flow:
        if isinstance(item, Aligned):
            for _, band in item.bands:
                for line in band:
                    counts[(line.size + 25) // 50] += len(line.text)
        elif isinstance(item, Ruled):
            counts[item.size] += sum(len(text) for row in item.rows for text in row.texts)
    return counts
