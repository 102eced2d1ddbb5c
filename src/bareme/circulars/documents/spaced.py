"""Tables in plain text without tabs: cells between bars (Markdown), or columns aligned with spaces.

Tools that turn a PDF into text align the columns of a table with spaces. Where such a table begins and ends is told by
its rows of data: a line with a code and an amount that stand apart by two spaces or more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Sequence

from bareme.circulars.documents.aligned import Chunk, grid_of

Spans = dict[int, tuple[int, list[tuple[int, list[str]]]]]
"""By the index of a table's first line: the index after its last one, and its rows (index of the line, cells)."""
_BARRED = re.compile(r"^\s*\|.*\|\s*$")
_BORDER = re.compile(r"^[\s|+:=─-]*[-=─]{2}[\s|+:=─-]*$")
_BAR = re.compile(r"(?<!\\)\|")
_CHUNK = re.compile(r"\S+(?: \S+)*")
_CODE = re.compile(r"\d{6}(?![\d.,])")
_CODE_BEFORE_WORDS = re.compile(r"\d{6}(?:[-–/]\d{3}(?:\d{3})?)?(?= [^\W\d_]{2})")
_AMOUNT = re.compile(r"(?:€ ?)?\d[\d.]*,\d{2}(?: ?€)?|(?:€ ?)?\d[\d,]*\.\d{2}(?: ?€)?")
_HEADING = re.compile(r"^#{1,6}\s")
MOST_CHUNKS = 100
"""A line of more chunks is none of a table: it is prose."""
_LONGEST_AMOUNT = 20
_MOST_HEADER_LINES = 14
_INDENTED = 8


def cells_of_bars(line: str) -> list[str] | None:
    """The cells of a line between bars; an empty list for the border under a header; None for any other line."""
    if _BORDER.match(line) and ("|" in line or "+" in line):
        return []
    if not _BARRED.match(line):
        return None
    return [cell.replace("\\|", "|") for cell in _BAR.split(line.strip())[1:-1]]


def aligned_tables(lines: Sequence[str], pages: Collection[int] = ()) -> Spans:
    """The tables of a text whose columns are aligned with spaces; `pages` are the lines with which a page begins."""
    data = [index for index, line in enumerate(lines) if _is_data(line)]
    found: Spans = {}
    stop = 0
    for first, last in _runs(lines, data, pages):
        start, end = max(stop, _with_header(lines, first, found)), _with_rest(lines, last)
        found[start] = (end, list(_rows(lines, start, end)))
        stop = max(stop, end)
    return found


def _is_data(line: str) -> bool:
    chunks = _CHUNK.findall(line) if "\t" not in line else []
    if len(chunks) > MOST_CHUNKS:
        return False
    codes = [n for n, chunk in enumerate(chunks) if _CODE.match(chunk)]
    amounts = [n for n, chunk in enumerate(chunks) if len(chunk) <= _LONGEST_AMOUNT and _AMOUNT.fullmatch(chunk)]
    return bool(codes and amounts) and amounts[-1] > codes[0]


def _runs(lines: Sequence[str], data: Sequence[int], pages: Collection[int]) -> Iterator[tuple[int, int]]:
    """The first and the last row of data of each table."""
    if not data:
        return
    first = last = data[0]
    for index in data[1:]:
        if _parts(lines[last + 1 : index]) or any(last < page <= index for page in pages):
            yield first, last
            first = index
        last = index
    yield first, last


def _parts(between: Sequence[str]) -> bool:
    """True when lines between two rows of data end a table: a heading, prose, or more than two blank lines."""
    if len(between) > 2 and not any(line.strip() for line in between):
        return True
    blank = any(not line.strip() for line in between)
    filled = [line for line in between if line.strip()]
    if any(_HEADING.match(line) or "\t" in line for line in filled):
        return True
    return blank and any(len(_CHUNK.findall(line)) < 2 and not line.startswith("  ") for line in filled)


def _with_header(lines: Sequence[str], first: int, taken: Container[int]) -> int:
    """The first line of the header above a row of data: lines of several chunks, or far from the margin."""
    start = first
    for index in range(first - 1, max(-1, first - 1 - _MOST_HEADER_LINES), -1):
        line = lines[index]
        chunks = _CHUNK.findall(line)
        if not chunks and start == first and index > 0 and len(_CHUNK.findall(lines[index - 1])) > 1:
            continue  # one blank line below the header
        if not chunks or _HEADING.match(line) or "\t" in line or index in taken or _is_data(line):
            break
        if len(chunks) < 2 and len(line) - len(line.lstrip()) < _INDENTED:
            break
        start = index
    titles = any(len(_CHUNK.findall(line)) > 1 for line in lines[start:first])
    return start if titles else first


def _with_rest(lines: Sequence[str], last: int) -> int:
    """The index after a table's last line: lines right below the last row that are set in go on with its label."""
    end = last + 1
    while end < len(lines) and lines[end].startswith("  ") and lines[end].strip() and "\t" not in lines[end]:
        if len(_CHUNK.findall(lines[end])) > 1:
            break
        end += 1
    return end


def _chunks_of(line: str) -> Iterator[re.Match[str]]:
    """The chunks of a line; in a row of data a code and the words after it stand apart, be it by one space."""
    for found in _CHUNK.finditer(line):
        code = _CODE_BEFORE_WORDS.match(line, found.start(), found.end())
        rest = _CHUNK.match(line, code.end() + 1) if code is not None and _is_data(line) else None
        if code is not None and rest is not None:
            yield code
            yield rest
        else:
            yield found


def _rows(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, list[str]]]:
    chunked = [
        [Chunk(found.start(), found.end(), found[0], index) for found in _chunks_of(lines[index])]
        for index in range(start, end)
    ]
    for row in grid_of([chunks for chunks in chunked if chunks]):
        own = [chunk.payload for cell in row for chunk in cell if isinstance(chunk.payload, int)]
        yield min(own, default=start), [" ".join(chunk.text for chunk in cell) for cell in row]
