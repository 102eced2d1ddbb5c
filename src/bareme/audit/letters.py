"""The letter values of a series along its circulars: which exact value explains all prints, if one does.

Lines that share a letter and its printed value share one exact value; the measures along the chain multiply it. Fees
follow from printed values and do not bound exact ones, except where no letter is printed and fees do not follow from
the printed value (genetic counselling): there they are tried too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.audit.compared import Chain, parent_of
from bareme.circulars.columns import product_of
from bareme.circulars.model import Line, Reading
from bareme.indexation.arithmetic import factor_of_all
from bareme.indexation.hidden import Hidden, Interval, Print, decimals, hidden_value
from bareme.indexation.scope import candidates
from bareme.money import CENT, LETTER_VALUE, printed

PLACES = 8
"""So many decimals are shown of a bound."""


@dataclass(frozen=True, slots=True)
class LetterValue:
    """One exact letter value behind the prints: first printed in `circular` as `value`, on the lines of `codes`."""

    letter: str | None
    circular: str
    value: Decimal
    codes: tuple[str, ...]
    hidden: Hidden

    @property
    def message(self) -> str:
        """The result in one sentence."""
        name = f"{self.letter + ' ' if self.letter else ''}{printed(self.value)} ({self.circular})"
        interval = self.hidden.interval
        if interval is None:
            clash = " and ".join(p.what for p in self.hidden.clash)
            return f"{name}: no exact value explains all prints; {clash} clash."
        low, high = _bounds(interval)
        return f"{name}: the exact value is from {low} to {high}."

    def to_dict(self) -> dict[str, Any]:
        """A letter of schema reconcile-1. Bounds are exact fractions and, rounded inwards, decimals."""
        interval = self.hidden.interval
        low, high = (None, None) if interval is None else _bounds(interval)
        return {
            "letter": self.letter,
            "circular": self.circular,
            "value": f"{self.value:f}",
            "codes": list(self.codes),
            "prints": len(self.hidden.prints),
            "low": low and low.replace(",", "."),
            "high": high and high.replace(",", "."),
            "low_exact": None if interval is None else str(interval.low),
            "high_exact": None if interval is None else str(interval.high),
            "clash": [p.what for p in self.hidden.clash],
            "message": self.message,
        }


def _bounds(interval: Interval) -> tuple[str, str]:
    """Both bounds, rounded inwards, with as many decimals as tell them apart."""
    places = next(n for n in range(PLACES, 400) if interval.high - interval.low > Fraction(2, 10**n))
    return decimals(interval.low, places, up=True), decimals(interval.high, places, up=False)


def letter_values(chain: Chain) -> list[LetterValue]:
    """The exact values behind the letter values of circulars that follow one another in a series, oldest first."""
    groups: dict[tuple[str, str | None, Decimal], tuple[dict[Print, None], dict[str, None]]] = {}
    factors: Factors = {}
    for start, (reading, _) in enumerate(chain):
        for line in reading.lines:
            before = parent_of(line, chain[start - 1][1]) if start else None
            if line.code is None or (before is not None and _factor(before, reading, factors) is not None):
                continue
            for number, term in enumerate(line.terms):
                if term.value is None:
                    continue
                key = (reading.circular.number or "", term.letter, term.value.amount)
                prints, codes = groups.setdefault(key, ({}, {}))
                codes[line.code] = None
                prints.update(dict.fromkeys(_prints(chain[start:], line, number, factors)))
    return [
        LetterValue(letter, circular, value, tuple(codes), hidden_value(prints))
        for (circular, letter, value), (prints, codes) in groups.items()
    ]


Factors = dict[tuple[int, int], Fraction | None]
"""What was found of lines and circulars, by their ids, while one chain is looked at."""


def _prints(chain: Chain, line: Line, number: int, factors: Factors) -> Iterator[Print]:
    """The prints of a line's letter value along the chain, until a measure that does not multiply."""
    factor, here = Fraction(1), line
    for step, (reading, lines) in enumerate(chain):
        if step:
            own, found = _factor(here, reading, factors), parent_of(line, lines)
            if own is None or found is None:
                return
            factor, here = factor * own, found
        if number >= len(here.terms):
            return
        yield from _prints_of(here, number, factor, reading.circular.number or reading.document.name)


def _factor(line: Line, reading: Reading, factors: Factors) -> Fraction | None:
    """By how much a circular multiplies the exact letter values of a line; None where that cannot be said."""
    key = (id(line), id(reading))
    if key not in factors:
        factors[key] = _factor_of(line, reading)
    return factors[key]


def _factor_of(line: Line, reading: Reading) -> Fraction | None:
    ways = candidates(line, reading.measures, reading.circular.series)
    if len(ways) > 1 or any(measure.relative_to for measure in ways[0]):
        return None
    return factor_of_all(ways[0]) or None


def new_clashes(chain: Chain) -> list[LetterValue]:
    """Letter values whose prints clash in the last two circulars, or clash only since the last one."""
    found = [v for v in letter_values(chain[-2:]) if v.hidden.clash]
    if len(chain) <= 2:
        return found
    lasting = {(v.letter, v.codes) for v in letter_values(chain[:-1]) if v.hidden.interval is None}
    said = {code for v in found for code in v.codes}
    whole = [v for v in letter_values(chain) if v.hidden.clash]
    return found + [v for v in whole if (v.letter, v.codes) not in lasting and not said.intersection(v.codes)]


def _prints_of(line: Line, number: int, factor: Fraction, circular: str) -> Iterator[Print]:
    term = line.terms[number]
    if term.value is None:
        return
    # Equal prints of one circular are one: the first line that carries it stands for all.
    what = f"{printed(term.value.amount)} in {circular}"
    yield Print(term.value.amount, factor, LETTER_VALUE, what, line.code)
    alone = term.letter is None and len(line.terms) == 1 and term.coefficient is not None and line.fee is not None
    if (
        alone
        and term.coefficient
        and term.coefficient.amount
        and line.fee
        and product_of(line.terms) != line.fee.amount
    ):
        what = f"{printed(term.coefficient.amount)} x v = {printed(line.fee.amount)} in {circular}"
        yield Print(line.fee.amount, factor * Fraction(term.coefficient.amount), CENT, what, line.code)
