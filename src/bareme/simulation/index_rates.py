"""The health index year by year: rates that circulars name, and others from a file; none is ever guessed.

The rate of a year is what that year adds to the year before: 3,34 % for 2025 is the level of 2025 over that of 2024.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from bareme.book.timeline import Publication
from bareme.errors import InputError

HEALTH_INDEX = "health_index"
FIRST_YEAR, LAST_YEAR = 1900, 2099
"""The years that a rate may be of."""
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
_RATE = re.compile(r"-?\d{1,3}([.,]\d{1,6})?", re.ASCII)
MOST_BYTES = 1024 * 1024
"""No file of rates is larger."""


@dataclass(frozen=True, slots=True)
class YearRate:
    """The index of a year in percent, and the circulars or the file that name it."""

    year: int
    rate: Decimal
    named_by: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """A rate of schema history-1."""
        return {"year": self.year, "rate": f"{self.rate:f}", "named_by": list(self.named_by)}


@dataclass(frozen=True, slots=True)
class IndexRates:
    """Rates by year, in order."""

    rates: tuple[YearRate, ...]

    def factor(self, earlier: int, later: int) -> Fraction | None:
        """The level of a year over that of an earlier or the same one; None where a year between has no rate."""
        known = {one.year: one.rate for one in self.rates}
        if any(year not in known for year in range(earlier + 1, later + 1)):
            return None
        product = Fraction(1)
        for year in range(earlier + 1, later + 1):
            product *= 1 + Fraction(known[year]) / 100
        return product

    def between(self, base: int, year: int) -> Fraction | None:
        """The level of a year over that of the base year, which may be the later one."""
        if base <= year:
            return self.factor(base, year)
        back = self.factor(year, base)
        return None if not back else 1 / back

    def lacking(self, years: Iterable[int]) -> tuple[int, ...]:
        """The years after the first of some, up to the last, that have no rate."""
        every, known = sorted(years), {one.year for one in self.rates}
        return tuple(year for year in range(every[0] + 1, every[-1] + 1) if year not in known) if every else ()


def rates_of(publications: Iterable[Publication], file: str | Path | None = None) -> IndexRates:
    """The rates that circulars name, by the year from which they hold, and those of a file.

    `InputError` where two of them name different rates for a year.
    """
    found: dict[int, YearRate] = {}
    named = [
        (publication.effective.year, index.rate.amount, publication.number)
        for publication in publications
        for index in publication.circular.indices
        if index.kind == HEALTH_INDEX
    ]
    for year, rate, by in [*sorted(named), *(read_rates(Path(file)) if file is not None else ())]:
        held = found.get(year)
        if held is not None and held.rate != rate:
            both = f"{held.named_by[0]} names {held.rate} %, {by} {rate} %"
            raise InputError(f"Two rates of the health index are given for {year}: {both}. Leave one out.")
        found[year] = YearRate(year, rate, (*(held.named_by if held else ()), by))
    return IndexRates(tuple(found[year] for year in sorted(found)))


def read_rates(path: Path) -> list[tuple[int, Decimal, str]]:
    """The rows of a CSV file with the columns year and rate (in percent); `InputError` names file and line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path.name} is too large for a file of rates.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = list(csv.reader(file, delimiter=";" if ";" in head else ",", strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    names = [name.strip() for name in rows[0]] if rows else []
    if sorted(names) != ["rate", "year"]:
        raise InputError(f"{path.name}: the columns must be year and rate; found {', '.join(names) or 'none'}.")
    found: dict[int, tuple[int, Decimal, str]] = {}
    for line, cells in enumerate(rows[1:], start=2):
        if not any(map(str.strip, cells)):
            continue
        row = dict(zip(names, map(str.strip, cells), strict=False))
        year, rate = row.get("year", ""), row.get("rate", "")
        if len(cells) != len(names) or not _YEAR.fullmatch(year) or not _RATE.fullmatch(rate):
            raise InputError(f'{path.name}, line {line}: write a year and a rate in percent, such as "2024,3.34".')
        number = Decimal(rate.replace(",", "."))
        if not -100 < number <= 100:
            raise InputError(f"{path.name}, line {line}: {rate} % is no yearly index; write 2.72 for 2,72 %.")
        if int(year) in found:
            raise InputError(f"{path.name}, line {line}: {year} stands there twice.")
        found[int(year)] = (int(year), number, path.name)
    return list(found.values())
