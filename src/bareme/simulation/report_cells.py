"""How the figures of reports stand in the cells of their tables: of columns of numbers, percentages, sections, euro."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from bareme.audit.changes import EURO, PERCENT, Part
from bareme.circulars.model import Section
from bareme.exchange.sheets import Content, Number, euro, letter_value, plain

TEXT, NUMBER = False, True
"""Whether a column holds numbers."""


def percent_cell(number: Fraction | None) -> Number | None:
    """A number of percent with two decimals."""
    return None if number is None else Number(PERCENT.round(number), "0.00")


def figure_cell(part: Part | None, amount: Decimal | str | None) -> Content:
    """A figure as a sheet shows it; a text as it is."""
    if amount is None or isinstance(amount, str):
        return amount
    if part in EURO:
        return euro(amount)
    return letter_value(amount) if part is Part.LETTER_VALUE else plain(amount)


def section_cell(section: Section | None) -> str | None:
    """A section by its number and title."""
    if section is None:
        return None
    return f"{section.number} {section.title}" if section.number else section.title
