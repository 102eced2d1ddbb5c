"""Which lines of a page are a table without rules between its columns, and which are prose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bareme.circulars.documents.aligned import Chunk, is_data, is_figure
from bareme.circulars.documents.grid import Rule
from bareme.circulars.documents.pdf_page import Page, TextLine, chunks_of
from bareme.circulars.documents.pdf_tables import Aligned, ladders_of

_VALUE = re.compile(r".*(?:\d{6}|\d,\d\d).*|[-–—]")
_MARK = re.compile(r"^(?:\(\*+\)|\*+|\(\d{1,2}\)|\d{1,2})\s+\S")
_MOST_TITLES = 8
"""Lines of a header."""

Piece = TextLine | Aligned


class Regions:
    """The lines of a page, told apart."""

    def __init__(self, page: Page, lines: Sequence[TextLine], flat: Sequence[Rule]) -> None:
        self.page, self.lines = page, lines
        self.chunks = [chunks_of(line) for line in lines]
        self.flat = flat

    def pieces(self) -> list[Piece]:
        """Lines of prose and tables in order."""
        owner: dict[int, tuple[int, Aligned]] = {}
        for start, end, table in [*self._ladders(), *self._regions()]:
            if not any(n in owner for n in range(start, end)):
                owner.update((n, (start, table)) for n in range(start, end))
        found: list[Piece] = []
        for n, line in enumerate(self.lines):
            if n not in owner:
                found.append(line)
            elif owner[n][0] == n:
                found.append(owner[n][1])
        return found

    def _ladders(self) -> list[tuple[int, int, Aligned]]:
        """Tables with rules between their rows only."""
        found = []
        for top, bottom, heights in ladders_of([(r.at, r.start, r.end) for r in self.flat], self.lines):
            inside = [n for n, line in enumerate(self.lines) if bottom < line.base < top]
            bands: dict[int, list[TextLine]] = {}
            for n in inside:
                line = self.lines[n]
                bands.setdefault(sum(height > line.base for height in heights), []).append(line)
            table = Aligned([(self.page, band) for band in bands.values()], ladder=True)
            found.append((inside[0], inside[-1] + 1, table))
        return found

    def _regions(self) -> list[tuple[int, int, Aligned]]:
        """Tables without any rules: data lines close to one another, with the lines of text that go with them."""
        found: list[tuple[int, int, Aligned]] = []
        n = 0
        while n < len(self.lines):
            if not self._is_row(n):
                n += 1
                continue
            end = self._end(n)
            start = self._start(n, found[-1][1] if found else 0)
            if self._is_table(range(n, end)):
                found.append((start, end, Aligned([(self.page, list(self.lines[start:end]))])))
            n = end
        return found

    def titles_at_end(self) -> int:
        """How many lines at the end of the page may be the header of a table that begins on the next one."""
        count = 0
        while count < min(_MOST_TITLES, len(self.lines)):
            n = len(self.lines) - 1 - count
            if self._is_row(n) or (count and self._gap(n + 1) > 26):
                break
            if len(self.chunks[n]) == 1 and not self._is_title(n, min(line.left for line in self.lines)):
                break
            count += 1
        return count if any(len(chunks) > 1 for chunks in self.chunks[len(self.lines) - count :]) else 0

    def _is_row(self, n: int) -> bool:
        chunks = self.chunks[n]
        return is_data(chunks) and any(_VALUE.fullmatch(c.text) for c in chunks if is_figure(c.text))

    def _is_table(self, span: range) -> bool:
        """Two rows of data, or one with four cells, make a table."""
        rows = [n for n in span if self._is_row(n)]
        return len(rows) > 1 or any(len(self.chunks[n]) > 3 for n in rows)

    def _gap(self, n: int) -> int:
        """The distance from the line above, in tenths of the line's size."""
        return 10 * (self.lines[n - 1].base - self.lines[n].base) // max(1, self.lines[n].size)

    def _end(self, first: int) -> int:
        """The line after the last one of the table whose first row of data this is."""
        last = first
        n = first + 1
        while n < len(self.lines):
            if self._gap(n) > 40:
                break
            if self._is_row(n) or self._continues(n, last):
                last = n
            elif not self._begins(n):
                break
            n += 1
        return last + 1

    def _continues(self, n: int, last: int) -> bool:
        """True for a line that goes on with a text of the row above it."""
        line, chunks = self.lines[n], self.chunks[n]
        if last != n - 1 or self._gap(n) > 14 or self._is_row(n):
            return False
        above = self.lines[n - 1]
        same = abs(above.size - line.size) * 10 <= above.size
        row = next(m for m in range(n - 1, -1, -1) if self._is_row(m))
        if _MARK.match(line.text) and line.left <= self.chunks[row][0].left + line.size:
            return False
        return same and all(self._under_text(chunk, row) for chunk in chunks)

    def _under_text(self, chunk: Chunk, row: int) -> bool:
        """True when a chunk begins where a text of the row does, or in a gap between its figures."""
        texts = [c for c in self.chunks[row] if not is_figure(c.text)]
        if is_figure(chunk.text) and any(
            c.left < chunk.right and chunk.left < c.right for c in self.chunks[row] if is_figure(c.text)
        ):
            return False
        if texts:
            return any(abs(c.left - chunk.left) <= self.lines[row].size for c in texts)
        return all(chunk.right < c.left or chunk.left > c.right for c in self.chunks[row])

    def _begins(self, n: int) -> bool:
        """True for a line of text at the beginning of a row: close to figures below it, which lack a text or are nearer
        than the row above."""
        after = n
        while after < len(self.lines) and not self._is_row(after):
            after += 1
            if after - n > _MOST_TITLES or after == len(self.lines) or self._gap(after) > 14 or len(self.chunks[n]) > 1:
                return False
        alone = all(is_figure(c.text) for c in self.chunks[after])
        apart = 10 * self._gap(n) > 13 * self._gap(n + 1)
        return (alone or apart) and self._under_text(self.chunks[n][0], after)

    def _start(self, first: int, least: int) -> int:
        """The first line of the header above the first row of data."""
        start = first
        margin = min(chunk.left for chunk in self.chunks[first])
        for n in range(first - 1, max(least, first - _MOST_TITLES) - 1, -1):
            alone = len(self.chunks[n]) == 1
            if self._gap(n + 1) > (20 if alone else 26):
                break
            if alone and not self._is_title(n, margin):
                break
            start = n
        return start

    def _is_title(self, n: int, margin: int) -> bool:
        """True for a single piece of a header: it stands over columns beyond the first and not over the whole table."""
        chunk, size = self.chunks[n][0], self.lines[n].size
        return chunk.left > margin + 4 * size and len(chunk.text) < 60
