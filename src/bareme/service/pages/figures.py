"""Amounts and days as people of a language write them: thin spaces, comma or point, months in words."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from bareme.service.pages.languages import catalogue

THIN = "\u202f"
"""A narrow space that does not break."""
MINUS = "\u2212"
NOTHING = "\u2014"
_DAY = re.compile(r"(?<![\w/-])\d{4}-\d{2}-\d{2}(?![\w-])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)


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


def days_in(sentence: str, language: str) -> str:
    """A sentence of the library with its days as people write them.

    >>> days_in("Van kracht sinds 2026-03-01.", "nl").replace("\u00a0", "_")
    'Van kracht sinds 1_maart_2026.'
    """
    return _DAY.sub(lambda found: _day_or_text(found.group(), language), sentence)


def _day_or_text(text: str, language: str) -> str:
    try:
        return day(text, language)
    except ValueError:
        return text


def period(value: str | None, language: str) -> str:
    """A day, month, quarter or year as people write it.

    >>> [period(one, "fr").replace("\u00a0", "_") for one in ("2020-03-31", "2021-02", "2020-Q1", "2021")]
    ['31_mars_2020', 'f\xe9vrier_2021', 'trimestre 1 de 2020', '2021']
    """
    text, words = value or "", catalogue(language)
    if found := _QUARTER.fullmatch(text):
        return words["figures.quarter"].format(year=found[1], quarter=found[2])
    if found := _MONTH.fullmatch(text):
        return words["figures.month"].format(year=found[1], month=words[f"months.{int(found[2])}"])
    return days_in(text, language)
