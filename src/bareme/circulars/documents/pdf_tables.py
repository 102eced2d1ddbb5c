"""The tables of pages: rows of ruled grids, regions of aligned lines, and what goes on over the end of a page."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bareme.circulars.documents import aligned
from bareme.circulars.documents.aligned import Chunk, Column, is_data, is_figure
from bareme.circulars.documents.blocks import Cell, Row
from bareme.circulars.documents.grid import MOST_RULES, Grid, cells_of
from bareme.circulars.documents.making import cell_of, row_of
from bareme.circulars.documents.pdf_page import Box, Page, TextLine, Word, around, chunks_of, joined, lines_of

_SAME = 500
"""In hundredths of a point: how far the columns of a table may stand from those on the page before."""
_NARROW = 500


class DraftCell(NamedTuple):
    """A cell: its lines and where it is."""

    lines: tuple[str, ...]
    box: Box

    def cell(self, index: int, page: Page, compounds: frozenset[str]) -> Cell:
        """As a block's cell."""
        raw = self.lines[0] if len(self.lines) == 1 else " ".join(self.lines)
        text = raw if len(self.lines) < 2 else joined(self.lines, compounds)
        return cell_of(" ".join(text.split()), raw, index, None, page.place(self.box))


class DraftRow(NamedTuple):
    """A row on its page."""

    page: Page
    cells: tuple[DraftCell, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What its cells say, to compare it."""
        return tuple(" ".join(" ".join(cell.lines).split()) for cell in self.cells)

    @property
    def has_figures(self) -> bool:
        """True for a row of data."""
        return any(_is_number(text) for text in self.texts)

    def row(self, number: int, compounds: frozenset[str]) -> Row:
        """As a block's row; `number` is its line in the document."""
        cells = tuple(cell.cell(n, self.page, compounds) for n, cell in enumerate(self.cells, start=1))
        lefts, bottoms, rights, tops = zip(*(cell.box for cell in self.cells), strict=True)
        return row_of(cells, number, self.page.place((min(lefts), min(bottoms), max(rights), max(tops))))


@dataclass(slots=True)
class Ruled:
    """A ruled table: where its columns stand, its rows."""

    xs: tuple[int, ...]
    rows: list[DraftRow]
    size: int = 0
    """Of most of its text, in halves of a point."""

    def take(self, other: Ruled | Aligned) -> bool:
        """Go on with a table of the next page, without the header that it repeats; False when it is another table."""
        if not isinstance(other, Ruled) or len(self.xs) != len(other.xs):
            return False
        if any(abs(a - b) > _SAME for a, b in zip(self.xs, other.xs, strict=True)):
            return False
        header = _header(self.rows)
        repeated = header > 0 and [r.texts for r in self.rows[:header]] == [r.texts for r in other.rows[:header]]
        if not repeated and _header(other.rows) and header < len(self.rows):
            return False
        self.rows += other.rows[header if repeated else 0 :]
        return True

    def draft(self) -> list[DraftRow]:
        """Its rows."""
        return self.rows


def _header(rows: Sequence[DraftRow]) -> int:
    return next((n for n, row in enumerate(rows) if row.has_figures), len(rows))


def ruled_table(page: Page, grid: Grid, words: Sequence[Word]) -> Ruled:
    """The table that a grid and the words in it make."""
    cells = cells_of(grid, lines_of(words))
    columns = [
        n
        for n in range(len(grid.xs) - 1)
        if grid.xs[n + 1] - grid.xs[n] > _NARROW or any(column == n for _, column in cells)
    ]
    boxes: dict[tuple[int, int], Box] = {}
    for cell, first in grid.first.items():
        if cell != first:
            boxes[first] = _around(boxes.get(first) or grid.cell_box(*first), grid.cell_box(*cell))
    rows: list[DraftRow] = []
    for row in range(len(grid.ys) - 1):
        inside = [cells.get((row, n), ()) for n in columns]
        around_them = [boxes.get((row, n)) or grid.cell_box(row, n) for n in columns]
        rows += _plain(page, inside, around_them) or _split(
            page, [*zip(map(lines_of, inside), around_them, strict=True)]
        )
    left = [grid.xs[n] for n in columns]
    sizes = Counter((word.size + 25) // 50 for word in words)
    return Ruled((*left, grid.xs[-1]), rows, sizes.most_common(1)[0][0])


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _plain(page: Page, cells: Sequence[Sequence[Word]], boxes: Sequence[Box]) -> list[DraftRow]:
    """A ruled row whose cells are of one line at most, as most are; none where it is another one, or is empty."""
    drafts = []
    for words, box in zip(cells, boxes, strict=True):
        lines = lines_of(words) if len(words) > 1 else words
        if len(lines) > 1:
            return []
        drafts.append(DraftCell((lines[0].text,) if lines else (), box))
    return [DraftRow(page, tuple(drafts))] if any(cells) else []


def _split(page: Page, cells: Sequence[tuple[list[TextLine], Box]]) -> list[DraftRow]:
    """A ruled row; several where its lines are rows by themselves, because there are no rules between them."""
    if not any(lines for lines, _ in cells):
        return []
    several = max(len(lines) for lines, _ in cells) > 1
    stacked = [{line.base // 200 for line in lines if several and _is_number(line.text)} for lines, _ in cells]
    counts = Counter(base for bases in stacked for base in bases)
    if sum(count > 1 for count in counts.values()) < 2:
        return [DraftRow(page, tuple(DraftCell(tuple(line.text for line in lines), box) for lines, box in cells))]
    columns = [Column(box[0], box[2], bool(stacked[n])) for n, (_, box) in enumerate(cells)]
    every = sorted(((n, line) for n, (lines, _) in enumerate(cells) for line in lines), key=lambda x: -x[1].base)
    together: list[aligned.Assigned] = []
    last = 0
    for n, line in every:
        chunk = Chunk(line.left, line.right, line.text, (page, line.words))
        if together and last - line.base <= 200 and n not in together[-1]:
            together[-1][n] = [chunk]
        else:
            together.append({n: [chunk]})
            last = line.base
    rows = aligned.body_rows(columns, together)
    return [_aligned_row(columns, row) for row in rows]


def _is_number(text: str) -> bool:
    return any(c.isdigit() for c in text) and is_figure(text)


def _aligned_row(columns: Sequence[Column], row: aligned.Assigned) -> DraftRow:
    """A row whose cells are where their text is; of one that goes on over pages, where it is on the first."""
    page = min((chunk.payload[0] for chunks in row.values() for chunk in chunks), key=lambda p: p.number)
    here = {n: [w for c in chunks if c.payload[0] is page for w in c.payload[1]] for n, chunks in row.items()}
    _, bottom, _, top = around(word for words in here.values() for word in words)
    drafts = []
    for n, column in enumerate(columns):
        box = around(here[n]) if here.get(n) else (column.left, bottom, column.right, top)
        texts: list[str] = []
        for _, chunks in itertools.groupby(row.get(n, ()), key=lambda chunk: chunk.payload[0].number):
            texts += [line.text for line in lines_of(word for chunk in chunks for word in chunk.payload[1])]
        drafts.append(DraftCell(tuple(texts), box))
    return DraftRow(page, tuple(drafts))


@dataclass(slots=True)
class Aligned:
    """Lines of a table without rules between its columns, in bands where rules part its rows."""

    bands: list[tuple[Page, list[TextLine]]] = field(default_factory=list)
    ladder: bool = False

    @property
    def header(self) -> list[str]:
        """The lines of its header."""
        lines = [line for _, band in self.bands for line in band]
        first = next((n for n, line in enumerate(lines) if is_data(chunks_of(line))), len(lines))
        return [line.text for line in lines[:first]]

    def take(self, other: Ruled | Aligned) -> bool:
        """Go on with a table of the next page, without the header that it repeats; False when it is another table."""
        if not isinstance(other, Aligned) or self.ladder != other.ladder:
            return False
        theirs = other.header
        if theirs and theirs != self.header:
            return False
        drop = len(theirs)
        for page, band in other.bands:
            kept = band[drop:]
            drop = max(0, drop - len(band))
            if kept:
                self.bands.append((page, kept))
        return True

    def draft(self) -> list[DraftRow]:
        """Its rows, by the columns of all its lines."""
        bands = [[_on(page, chunks_of(line)) for line in band] for page, band in self.bands]
        columns = aligned.columns_of([line for band in bands for line in band])
        if not self.ladder:
            bands = [[line for band in bands for line in band]]
        rows: list[aligned.Assigned] = []
        started = False
        for band in bands:
            found, started = self._rows(columns, band, started)
            rows += found
        return [_aligned_row(columns, row) for row in rows]

    def _rows(
        self, columns: Sequence[Column], band: list[list[Chunk]], started: bool
    ) -> tuple[list[aligned.Assigned], bool]:
        """The rows of a band, and whether the header is over."""
        starts = _starts(band)
        first = 0 if started else aligned.first_of_body(columns, band, starts)
        rows = aligned.header_rows(columns, band[:first])
        body = [aligned.assigned(columns, line) for line in band[first:]]
        if self.ladder and sum(is_data(line) for line in band) == 1:
            whole: aligned.Assigned = {}
            for line in body:
                for at, chunks in line.items():
                    whole.setdefault(at, []).extend(chunks)
            return [*rows, whole], True
        return rows + aligned.body_rows(columns, body, starts[first:]), started or first < len(band)


def _starts(band: Sequence[Sequence[Chunk]]) -> list[bool]:
    """Of each line, whether it stands clearly farther from the line above than from the one below."""
    at = [(line[0].payload[0], max(word.base for word in line[0].payload[1])) for line in band]
    gaps = [above[1] - below[1] if above[0] is below[0] else 0 for above, below in itertools.pairwise(at)]
    return [0 < n < len(gaps) and 0 < 13 * gaps[n] < 10 * gaps[n - 1] for n in range(len(band))]


def _on(page: Page, chunks: list[Chunk]) -> list[Chunk]:
    """Chunks that know their page."""
    return [Chunk(chunk.left, chunk.right, chunk.text, (page, chunk.payload)) for chunk in chunks]


def ladders_of(
    rules: Sequence[tuple[int, int, int]], lines: Sequence[TextLine]
) -> Iterator[tuple[int, int, list[int]]]:
    """Rules (height, left, right) of one width one above another: top, bottom and heights of those around data."""
    groups: list[list[tuple[int, int, int]]] = []
    if len(rules) > MOST_RULES:
        return
    for rule in sorted(rules, key=lambda r: -r[0]):
        for group in groups:
            if abs(group[0][1] - rule[1]) <= _SAME and abs(group[0][2] - rule[2]) <= _SAME:
                group.append(rule)
                break
        else:
            groups.append([rule])
    for group in groups:
        top, bottom = group[0][0], group[-1][0]
        inside = [line for line in lines if bottom < line.base < top]
        fits = all(group[0][1] - _SAME <= line.left and line.right <= group[0][2] + _SAME for line in inside)
        if len(group) > 2 and fits and any(is_data(chunks_of(line)) for line in inside):
            yield top, bottom, [height for height, _, _ in group]
