"""What the cells of a workbook hold: texts and numbers as they are shown, counted over all its sheets.

Bounds: `MOST_CELLS` filled cells (and blank ones between them) and `MOST_LETTERS` characters in all sheets together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from bareme.circulars.documents.blocks import Remark
from bareme.circulars.documents.xlsx_numbers import exact_number
from bareme.circulars.documents.xlsx_parts import Style, Workbook

MOST_CELLS = 1_000_000
_PLAIN = 15
"""A number of so many letters, digits and at most one point, has no noise of binary storage."""
MOST_LETTERS = 64 * 1024 * 1024

Value = tuple[str, str, Decimal | None, bool]
"""Shown text, stored text, number, and whether the text by itself is bold."""


@dataclass(frozen=True, slots=True)
class Styled:
    """A style, and what its numbers look like: stored text -> value."""

    style: Style
    is_unseen: bool
    numbers: dict[str | None, Value] = field(default_factory=dict)

    def show_simple(self, stored: str | None) -> Value | None:
        """What a number looks like where nothing else is to be said of it."""
        if not stored:
            return None
        whole, _, decimals = stored.partition(".")
        number: Decimal | None
        if len(stored) <= _PLAIN and stored.isascii() and whole.isdecimal() and (not decimals or decimals.isdecimal()):
            number = Decimal(stored)
            text = self.style.format.show_digits(whole, decimals) if number else None
        else:
            number = exact_number(stored)
            text = None if number is None else self.style.format.show_simple(number)
        if text is None:
            return None
        found = self.numbers[stored] = (text, stored, number, False)
        return found

    def show(self, stored: str) -> tuple[Value, bool] | None:
        """What a number looks like, and whether that says the whole of it; None for what is no number."""
        stored_number = stored.strip()
        number = exact_number(stored_number)
        if number is None:
            return None
        text, is_whole, is_date = self.style.format.show(number, stored_number)
        value = (text, stored, None if is_date else number, False)
        if is_whole:
            self.numbers[stored] = value
        return value, is_whole


class CellReader:
    """Reads the sheets of one workbook; what it leaves out or doubts is in `remarks`."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.remarks: list[Remark] = []
        self._cells = self._letters = 0
        self.styles: dict[str | None, Styled] = {}
        texts = enumerate(workbook.texts)
        self.texts: dict[str | None, Value] = {str(i): (t.text, t.raw, None, t.is_bold) for i, t in texts}

    def count(self, cells: int, letters: int, where: str) -> None:
        """Count what was read; more than the bounds is refused."""
        self._cells += cells
        self._letters += letters
        if self._cells > MOST_CELLS:
            raise self.workbook.package.refused(f"{where}: there are more than {MOST_CELLS:,} cells up to here")
        if self._letters > MOST_LETTERS:
            raise self.workbook.package.refused(f"{where}: there are more than {MOST_LETTERS:,} letters up to here")

    def style(self, key: str | None) -> Styled | None:
        """The numbers of a style, by the number that cells give it; None where there is no such style."""
        found = self.styles.get(key)
        if found is None:
            styles, text = self.workbook.styles, key or "0"
            if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) < len(styles)):
                return None
            found = self.styles[key] = Styled(styles[int(text)], styles[int(text)].is_unseen)
        return found
