"""Amounts and days as people of a language write them: thin spaces, comma or point, months in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bareme.service.pages.languages import catalogue

THIN = "\u202f"
"""A narrow space that does not break."""
MINUS = "\u2212"
NOTHING = "\u2014"


def number(value: Decimal | int | str | None, language: str, absent: str = NOTHING, signed: bool = False) -> str:
    """A number with the decimals that it has, in groups of three; `signed`: with a plus where it is above 0.

    >>> number("1234567.50", "fr").replace("\u202f", "_")
    '1_234_567,50'
    >>> number(Decimal("-0.05"), "en")
    '\u22120.05'
    """
    if value is None:
        return absent
    text = f"{Decimal(value):f}"
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("+" if signed and Decimal(value) else "", text)
    whole, _, part = digits.partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN)
    return f"{sign}{grouped}{catalogue(language)['figures.point'] + part if part else ''}"


def euro(value: Decimal | str | None, language: str, absent: str = NOTHING, signed: bool = False) -> str:
    """An amount of euro: its sign before it in Dutch and English, after it in French.

    >>> euro("8.68", "nl").replace("\u00a0", "_")
    '€_8,68'
    """
    if value is None:
        return absent
    return catalogue(language)["figures.euro"].format(amount=number(value, language, signed=signed))


def day(value: date | str | None, language: str, absent: str = "") -> str:
    """A day with its month in words.

    >>> day("2026-03-01", "fr").replace("\u00a0", "_")
    '1er_mars_2026'
    """
    if value is None:
        return absent
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    words = catalogue(language)
    first = words["figures.first"] if found.day == 1 else found.day
    return words["figures.day"].format(day=first, month=words[f"months.{found.month}"], year=found.year)
