"""The lines of a budget table in a document: words, a start, amounts in thousands. French and Dutch.

A line of prose is cut at blanks; in a row of a table the cells also say in which column an amount stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bareme.circulars.documents.blocks import Document, Row, Table
from bareme.conventions.agreement_2020.budget.model import Start

_AMOUNT = re.compile(r"[-−–]?(?:\d{1,3}(?:\.\d{3})+|\d{1,3}|(?!20\d\d$)\d{4,9})", re.ASCII)
_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})|(20\d\d-\d\d-\d\d)", re.ASCII)
_YEAR = re.compile(r"20\d\d", re.ASCII)
_GROUPED = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3}(?!\d))")
_CELL = re.compile(r"[-−–]? ?\d{1,3}(?: \d{3})+", re.ASCII)
_UNIT = re.compile(
    r"[\W\d_]*(?:(?:montants?|bedragen|tabel|tableau)\s+)?(?:en|in)\s+"
    r"(?:['’.]?000|milliers\s+d['’e]\s*|duizend(?:en|tallen)?)\s*(?:EUR|euros?|€)?[\W_]*",
    re.IGNORECASE,
)
_YEAR_OF = re.compile(r"\b(?:application|toepassing|exercice|budget|begroting|jaar|année)\D{0,10}(20\d\d)\b", re.I)
_ANNUAL = re.compile(r"\b(?:base\s+annuelle|(?:op\s+)?jaarbasis|base|annuelle)\b", re.IGNORECASE)
SOURCES = re.compile(r"(?:moyens\s+disponibles|beschikbare\s+middelen)\W*", re.IGNORECASE)
USES = re.compile(
    r"(?:utilisation\s+des\s+moyens|(?:aanwending|gebruik|besteding)\s+van\s+de\s+middelen)\W*", re.IGNORECASE
)
TOTAL = re.compile(r"tota(?:l|al)\b.{0,30}", re.IGNORECASE)
BALANCE = re.compile(r"(?:solde|saldo)\b.{0,20}", re.IGNORECASE)
HEADING = re.compile(r"(?P<letter>[a-z])\)\s+(?P<label>\S.*)")
NOTE = re.compile(r"\((?P<mark>\d{1,2}|\*{1,3})\)\s*(?P<says>\S.*)")
MARK = re.compile(r"\s*\((\d{1,2}|\*{1,3})\)$")
RATE = re.compile(
    r"\s*:\s*(?:(?P<rate>\d{1,2}(?:,\d{1,4})?)\s*%|(?P<none>pas\s+d['’]index\w*|geen\s+index\w*))(?:\s+index)?\W*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in thousands of euro, with the number of its cell where it stands in one."""

    thousands: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line: its number in the document, its words, the start as printed, its amounts."""

    number: int
    text: str
    label: str
    start: str | None = None
    amounts: tuple[Amount, ...] = ()


def lines_of(document: Document) -> Iterator[TableLine]:
    """The lines of a document, in order, whatever its format."""
    for block in document.blocks:
        if isinstance(block, Table):
            yield from (_of_cells(row) for row in block.rows if any(cell.text for cell in row.cells))
            continue
        text = " ".join(_GROUPED.sub(".", getattr(block, "raw", block.text)).split()).lstrip("#").strip()
        yield _line(block.line, [(word, None) for word in text.split()])


def says_thousands(line: TableLine) -> bool:
    """True for a line that only says that amounts are in thousands of euro."""
    return _UNIT.fullmatch(line.text) is not None or (_UNIT.match(line.text) is not None and is_header(line))


def is_header(line: TableLine) -> bool:
    """True for a line that is only the head of a column."""
    return not any(char.isalpha() for char in _ANNUAL.sub("", _YEAR_OF.sub("", _UNIT.sub("", line.text, count=1))))


def year_of(line: TableLine) -> int | None:
    """The year that the head of a column names."""
    found = _YEAR_OF.search(line.text)
    return None if found is None else int(found[1])


def start_of(text: str | None) -> Start:
    """A start as printed: dd-mm-yy, dd-mm-yyyy, yyyy-mm-dd or a year; `ValueError` for a day that there is not."""
    if text is None:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        return int(text)
    if found[4]:
        return date.fromisoformat(found[4])
    year = int(found[3])
    return date(year + 2000 if year < 100 else year, int(found[2]), int(found[1]))


def _of_cells(row: Row) -> TableLine:
    words: list[tuple[str, int | None]] = []
    for cell in row.cells:
        if _CELL.fullmatch(cell.text):
            words.append((cell.text.replace("- ", "-").replace(" ", "."), cell.index))
        else:
            words += [(word, cell.index) for word in cell.text.split()]
    return _line(row.line, words)


def _line(number: int, words: list[tuple[str, int | None]]) -> TableLine:
    """A line from its words: amounts stand at its end, a start before them."""
    text = " ".join(word for word, _ in words)
    left = list(words)
    amounts: list[Amount] = []
    while left and _is_amount(left) and (len(amounts) < 2 or _starts_before(left)):
        word, cell = left.pop()
        digits = re.sub(r"\D", "", word)
        amounts.insert(0, Amount(-int(digits) if not word[0].isdigit() else int(digits), cell))
    start = left.pop()[0] if amounts and left and _is_start(left[-1][0]) else None
    if not amounts or (len(amounts) == 1 and start is None and left):
        return TableLine(number, text, text)
    return TableLine(number, text, " ".join(word for word, _ in left), start, tuple(amounts))


def _is_amount(words: list[tuple[str, int | None]]) -> bool:
    """True when the last word is an amount; "2040" is a year, unless a day stands before it."""
    last = words[-1][0]
    return _AMOUNT.fullmatch(last) is not None or (
        _YEAR.fullmatch(last) is not None and any(_DAY.fullmatch(word) for word, _ in words)
    )


def _starts_before(words: list[tuple[str, int | None]]) -> bool:
    """True when only amounts stand between a day and the end: there are more than two."""
    for word, _ in reversed(words):
        if not _AMOUNT.fullmatch(word):
            return _DAY.fullmatch(word) is not None
    return False


def _is_start(word: str) -> bool:
    return _DAY.fullmatch(word) is not None or _YEAR.fullmatch(word) is not None
