"""Columns without rules: lines of chunks of text, each with where it begins and ends, become a grid.

The columns are those of the data: figures (codes, amounts, dashes) that stand above one another make a column, labels
that begin in the space between them another. Positions may be points of a page or characters of a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_FIGURE = re.compile(r"(?=.*\d)[\d\s.,:;=+*/()€%'–—-]*(?:\b[A-Z]{1,2}\b[\d\s.,:;=+*/()€%'–—-]*)*|[-–—]+")
_AMOUNT = re.compile(r"-?\d[\d.\s]*,\d+|\d{6}|\d+")

_AHEAD = 30
"""A label goes on over fewer lines than this."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a line that stands apart from the others: where it begins and ends, and what it was made from."""

    left: int
    right: int
    text: str
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Column:
    """From where to where the data of a column reach; `figures` when they are codes or numbers."""

    left: int
    right: int
    figures: bool


GridRow = list[tuple[Chunk, ...]]
Assigned = dict[int, list[Chunk]]


def is_figure(text: str) -> bool:
    """True for a code, a number, a dash, or a short sum such as `B = 1,257532`."""
    return len(text) < 40 and _FIGURE.fullmatch(text) is not None


def is_data(line: Sequence[Chunk]) -> bool:
    """True for a line of a table's data: several chunks, one of them a figure."""
    return len(line) > 1 and any(is_figure(chunk.text) for chunk in line)


def grid_of(lines: Sequence[Sequence[Chunk]], starts: Sequence[bool] = ()) -> list[GridRow]:
    """The rows of a table without rules: for every column a tuple of chunks, empty where a cell is.

    `lines` are those of one table from top to bottom, the lines of its header included, each with its chunks from left
    to right. A cell that goes on over several lines holds its chunks in order: a line with nothing but text in columns
    of text continues the row above it (or is the beginning of the next row where that has a text neither before nor
    beside it). Lines above the first line of data are the header: a title that stands over several columns is in the
    first of them; lines whose titles stand under those of the line above continue it. `starts` may say which lines
    stand apart from the line above and close to the one below: a text there begins a row.
    """
    columns = columns_of(lines)
    first = first_of_body(columns, lines, starts)
    rows = header_rows(columns, lines[:first])
    rows += body_rows(columns, [assigned(columns, line) for line in lines[first:]], starts[first:])
    return [[tuple(row.get(index, ())) for index in range(len(columns))] for row in rows]


def columns_of(lines: Sequence[Sequence[Chunk]]) -> list[Column]:
    """The columns that the data of a table make."""
    data = [line for line in lines if is_data(line)]
    if not data:
        widest = max((len(line) for line in lines), default=0)
        data = [line for line in lines if len(line) == widest]
    figures = _joined([(c.left, c.right) for line in data for c in line if is_figure(c.text)])
    texts = [(c.left, c.right) for line in data for c in line if not is_figure(c.text)]
    labels = []
    for left, right in texts:
        if any(low <= left < high for low, high in figures):
            continue  # a word in a column of figures
        labels.append((left, min([right, *(low - 1 for low, _ in figures if low > left)])))
    columns = [Column(left, right, True) for left, right in figures]
    columns += [Column(left, right, False) for left, right in _joined(labels)]
    columns.sort(key=lambda c: c.left)
    first = next((number for number, line in enumerate(lines) if is_data(line)), len(lines))
    titles = [_whole_title(columns, chunk, lines[:first], at) for at in range(first) for chunk in lines[at]]
    columns += _blank(columns, titles)
    return sorted(columns, key=lambda c: c.left)


def _blank(columns: Sequence[Column], titles: Sequence[Chunk]) -> list[Column]:
    """Columns without data: titles over no column, between columns that have titles of their own."""
    titled = {n for n, column in enumerate(columns) if any(_overlap(column, title) > 0 for title in titles)}
    spans = []
    for title in titles:
        left = sum(column.right <= title.left for column in columns)
        between = not any(_overlap(column, title) > 0 for column in columns)
        if between and left > 0 and {left - 1, min(left, len(columns) - 1)} <= titled:
            spans.append((title.left, title.right))
    return [Column(left, right, False) for left, right in _joined(spans)]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap made one."""
    found: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(right, found[-1][1]))
        else:
            found.append((left, right))
    return found


def assigned(columns: Sequence[Column], line: Sequence[Chunk]) -> Assigned:
    """The chunks of a line of data by column: figures where they overlap most, a text where it begins."""
    found: Assigned = {}
    for chunk in line:
        starts = (n for n, c in enumerate(columns) if c.left <= chunk.left <= c.right)
        at = None if is_figure(chunk.text) else next(starts, None)
        found.setdefault(_best(columns, chunk) if at is None else at, []).append(chunk)
    return found


def _best(columns: Sequence[Column], chunk: Chunk) -> int:
    """The column that a chunk overlaps most, else the nearest; the first of several."""
    best, most = 0, None
    left, right = chunk.left, chunk.right
    for number, column in enumerate(columns):
        overlap = (column.right if column.right < right else right) - (column.left if column.left > left else left)
        if most is None or overlap > most:
            best, most = number, overlap
    return best


def _overlap(column: Column, chunk: Chunk) -> int:
    """How far they overlap; below zero, how far they are apart."""
    return min(column.right, chunk.right) - max(column.left, chunk.left)


def _span(columns: Sequence[Column], chunk: Chunk, after: int) -> tuple[int, int]:
    """The first and the last column that a title stands over, beyond the column `after`."""
    under = [n for n in _under(columns, chunk) if n > after]
    if not under:
        rest = range(after + 1, len(columns))
        best = max(rest, key=lambda n: _overlap(columns[n], chunk)) if rest else len(columns) - 1
        return best, best
    if len(under) > 1 and (ends := [n for n in under if abs(columns[n].right - chunk.right) <= 1]) == under[-1:]:
        beside = columns[under[-1] - 1]
        if 3 * (beside.right - chunk.left) < beside.right - beside.left:
            return ends[0], ends[0]
    return under[0], under[-1]


def _under(columns: Sequence[Column], chunk: Chunk) -> list[int]:
    """The columns that a title stands over by half of it, or by half of theirs."""
    widths = [min(c.right - c.left, chunk.right - chunk.left) for c in columns]
    return [n for n, c in enumerate(columns) if 2 * _overlap(c, chunk) >= widths[n]]


def _whole_title(columns: Sequence[Column], chunk: Chunk, lines: Sequence[Sequence[Chunk]], at: int) -> Chunk:
    """The longer line of the same title, where a short one stands over no column: `Inter-` over `préférentiel`.

    Not where its own line has a title over that column: it is then that of a column without data.
    """
    if _under(columns, chunk):
        return chunk
    near = sorted((n for n in range(len(lines)) if n != at), key=lambda n: abs(n - at))
    others = [other for n in near for other in lines[n] if other.left <= chunk.left and chunk.right <= other.right]
    taken = {n for title in lines[at] for n in _under(columns, title)}
    found = (other for other in others if len(under := _under(columns, other)) == 1 and not taken.intersection(under))
    return next(found, chunk)


def header_rows(columns: Sequence[Column], lines: Sequence[Sequence[Chunk]]) -> list[Assigned]:
    """The rows of a header: lines under the titles of the line above continue them."""
    rows: list[Assigned] = []
    above: dict[int, tuple[int, int]] = {}
    for at, line in enumerate(lines):
        spans: dict[int, tuple[int, int]] = {}
        row: Assigned = {}
        after = -1
        for number, chunk in enumerate(line):
            whole = _whole_title(columns, chunk, lines, at)
            span = (number, number) if len(line) == len(columns) else _span(columns, whole, after)
            after = max(after, span[1])
            spans[span[0]] = span
            row.setdefault(span[0], []).append(chunk)
        if rows and all(above.get(first) == span for first, span in spans.items()):
            for first, chunks in row.items():
                rows[-1][first] += chunks
        else:
            rows.append(row)
            above = spans
    return rows


def first_of_body(columns: Sequence[Column], lines: Sequence[Sequence[Chunk]], starts: Sequence[bool] = ()) -> int:
    """The first line below the header: of data, or the beginning of a text that goes on beside data."""
    first = next((number for number, line in enumerate(lines) if is_data(line)), len(lines))
    if first == len(lines) or (not starts and not _lacks_text(columns, assigned(columns, lines[first]))):
        return first
    least = first
    for number in range(first - 1, -1, -1):
        if not _is_wrapped(columns, assigned(columns, lines[number]), {}):
            break
        if starts and starts[number]:
            return number
        least = number
    return first if starts else least


def body_rows(columns: Sequence[Column], lines: Sequence[Assigned], starts: Sequence[bool] = ()) -> list[Assigned]:
    """The rows below a header: lines with nothing but text in columns of text belong to a row above or below them."""
    rows: list[Assigned] = []
    waiting: list[Assigned] = []
    owed = 0
    for number, line in enumerate(lines):
        above = rows[-1] if rows else {}
        if _is_wrapped(columns, line, above):
            follows = next(
                (other for other in lines[number : number + _AHEAD] if not _is_wrapped(columns, other, above)), None
            )
            if starts and (starts[number] or waiting):
                waiting.append(line)
            elif owed > 0 or (rows and not waiting and not (follows and _lacks_text(columns, follows))):
                _join(rows[-1], line)
                owed -= 1
            else:
                waiting.append(line)
            continue
        row: Assigned = {}
        for early in waiting:
            _join(row, early)
        owed, waiting = len(waiting), []
        _join(row, line)
        rows.append(row)
    return rows + waiting


def _is_wrapped(columns: Sequence[Column], line: Assigned, above: Assigned) -> bool:
    """True when all that stands on a line is in columns of text, or below a text; several figures make a row."""
    figures = [at for at, chunks in line.items() if columns[at].figures and any(is_figure(c.text) for c in chunks)]
    return len(figures) < 2 and all(
        not columns[at].figures or (at in above and any(not is_figure(chunk.text) for chunk in above[at]))
        for at in line
    )


def _lacks_text(columns: Sequence[Column], line: Assigned) -> bool:
    """True for a line of figures whose texts are all blank."""
    return not any(at in line for at, column in enumerate(columns) if not column.figures)


def _join(row: Assigned, line: Assigned) -> None:
    for at, chunks in line.items():
        row.setdefault(at, []).extend(chunks)
