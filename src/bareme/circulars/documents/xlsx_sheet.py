"""Places in a sheet: columns by letter and number, which of them are seen, ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from bareme.circulars.documents.xlsx_tree import Element

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_ON = ("1", "true", "on")
_REF = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})\Z", re.ASCII)
_LETTERS = re.compile(r"[A-Z]{1,3}\Z", re.ASCII)


class Range(NamedTuple):
    """A range of cells, its corners included; rows and columns from 1."""

    left: int
    top: int
    right: int
    bottom: int


def letters_of(column: int) -> str:
    """The letters of a column.

    >>> letters_of(1), letters_of(27), letters_of(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number_of_letters(letters: str) -> int:
    """The number of a column; 0 for what is none.

    >>> number_of_letters("XFD"), number_of_letters("XFE"), number_of_letters("a")
    (16384, 0, 0)
    """
    if not _LETTERS.match(letters):
        return 0
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number if number <= LAST_COLUMN else 0


def range_of(text: str) -> Range | None:
    """A range such as `A7:I7`, or None.

    >>> range_of("A7:I9"), range_of("I9:A7"), range_of("A0:B1")
    (Range(left=1, top=7, right=9, bottom=9), None, None)
    """
    first, _, last = text.partition(":")
    one, other = _REF.match(first), _REF.match(last or first)
    if one is None or other is None:
        return None
    found = Range(number_of_letters(one[1]), int(one[2]), number_of_letters(other[1]), int(other[2]))
    in_order = 0 < found.left <= found.right and found.top <= found.bottom <= LAST_ROW
    return found if in_order else None


class _Numbers(dict[str, int]):
    """Letters -> number of a column, 0 for what is none; kept for those that exist."""

    def __missing__(self, letters: str) -> int:
        number = number_of_letters(letters)
        if number:
            self[letters] = number
        return number


class Columns:
    """The columns of a sheet. `indexes[n]` counts the columns that are seen, from 1; 0 for one that is hidden."""

    def __init__(self) -> None:
        self.numbers = _Numbers()
        self.indexes: Sequence[int] = range(LAST_COLUMN + 1)
        self._seen: Sequence[int] = self.indexes
        self._at: Sequence[int] = self.indexes
        self._shown: list[bool] | None = None
        self._usual = True
        self._named = 0

    def hide_all_but_named(self, element: Element) -> None:
        """Take in the usual width of a sheet's columns: those without a width of their own may have none."""
        width = element.get("defaultColWidth")
        self._usual = width is None or bool(width.strip("0."))
        if not self._usual:
            self._shown = [False] * (LAST_COLUMN + 1)

    def hide(self, element: Element) -> None:
        """Take in what a sheet says of some columns, which stand in order."""
        width = element.get("width")
        hidden = element.get("hidden") in _ON or (width is not None and not width.strip("0."))
        first, last = element.get("min", ""), element.get("max", "")
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()) or len(first + last) > 12:
            return
        if hidden or not self._usual:
            self._shown = self._shown or [True] * (LAST_COLUMN + 1)
            for number in range(max(self._named + 1, int(first)), min(LAST_COLUMN, int(last)) + 1):
                self._shown[number] = not hidden
        self._named = max(self._named, min(LAST_COLUMN, int(last)))

    def settle(self) -> None:
        """Count the columns, once all that is said of them is known."""
        if self._shown is None or isinstance(self.indexes, list):
            return
        self._seen = [0, *accumulate(self._shown[1:])]
        self.indexes = [seen if shown else 0 for seen, shown in zip(self._seen, self._shown, strict=True)]
        self._at = [0, *(number for number, index in enumerate(self.indexes) if index)]

    def span(self, left: int, right: int) -> range:
        """The indexes of the columns from `left` to `right` that are seen."""
        return range(self._seen[left - 1] + 1, self._seen[right] + 1)

    def number_at(self, index: int) -> int:
        """The column with this index among those that are seen."""
        return self._at[index]


def listed(numbers: Sequence[int], as_text: Callable[[int], str] = str, most: int = 8) -> str:
    """Numbers in order, those that follow one another as a range.

    >>> listed([4, 9, 10, 11, 14])
    '4, 9-11, 14'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [as_text(a) if a == b else f"{as_text(a)}-{as_text(b)}" for a, b in runs[:most]]
    return ", ".join(texts) + (", ..." if len(runs) > most else "")
