"""Changes summed up: by section, by series, and how the relative changes of fees are distributed.

Each line counts once, whatever its volume; a line that a scenario leaves as it is counts with a change of 0.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.audit.changes import PERCENT
from bareme.circulars.model import Line, Section
from bareme.simulation.projecting import ProjectedLine

EDGES = (-50, -20, -10, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 10, 20, 50)
"""The edges of the bands, in percent. A fee that does not change has a band of its own."""


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of a section or series: how many, how many change, and how their fees do, in percent, exactly.

    `mean`, `least` and `most` are over the lines with a fee above 0 before and after; None where there is none.
    """

    series: str | None
    section: Section | None
    lines: int
    changed: int
    ended: int
    mean: Fraction | None
    least: Fraction | None
    most: Fraction | None

    def to_dict(self) -> dict[str, Any]:
        """A group of schema simulate-1; percentages are rounded half up."""
        return {
            "series": self.series,
            "section": None if self.section is None else {"number": self.section.number, "title": self.section.title},
            "lines": self.lines,
            "changed": self.changed,
            "ended": self.ended,
            "mean": percent_text(self.mean),
            "least": percent_text(self.least),
            "most": percent_text(self.most),
        }


@dataclass(frozen=True, slots=True)
class Band:
    """So many lines whose fee changes by `low` percent or more and less than `high`; both 0: it does not change.

    None for no limit. The band from 0 to 1 leaves out what does not change.
    """

    low: int | None
    high: int | None
    lines: int

    @property
    def words(self) -> str:
        """ "no change", "2 % to 3 %", "less than -50 %"."""
        if self.low == self.high == 0:
            return "no change"
        if self.low is None:
            return f"less than {self.high} %"
        return f"{self.low} % or more" if self.high is None else f"{self.low} % to {self.high} %"

    def to_dict(self) -> dict[str, Any]:
        """A band of schema simulate-1."""
        return {"low": self.low, "high": self.high, "lines": self.lines}


def percent_text(number: Fraction | None) -> str | None:
    """A number of percent with two decimals, half up (away from zero).

    >>> percent_text(Fraction(34, 25) * 2)
    '2.72'
    """
    return None if number is None else f"{PERCENT.round(number):f}"


def fee_change(before: Line, after: Line) -> Fraction | None:
    """By how much the fee changes, in percent; None without a fee, or where it was 0."""
    if before.fee is None or after.fee is None or not before.fee.amount:
        return None
    if after.fee is before.fee:
        return Fraction(0)
    return percent_of(before.fee.amount, after.fee.amount)


def percent_of(before: Decimal, after: Decimal) -> Fraction:
    """By how much a number changes, in percent of what it was, exactly; in one division, since there are many.

    >>> percent_of(Decimal("25.00"), Decimal("25.68"))
    Fraction(68, 25)
    """
    old, old_below = before.as_integer_ratio()
    new, new_below = after.as_integer_ratio()
    return Fraction(100 * (new * old_below - old * new_below), old * new_below)


def by_section(lines: Sequence[ProjectedLine]) -> tuple[Group, ...]:
    """The sections that have a line, each in its series, in the order of the circulars."""
    return _groups(lines, lambda line: (line.listed.reading.circular.series, line.listed.line.section))


def by_series(lines: Sequence[ProjectedLine]) -> tuple[Group, ...]:
    """The series that have a line."""
    return _groups(lines, lambda line: (line.listed.reading.circular.series, None))


def _groups(lines: Iterable[ProjectedLine], key: Callable[[ProjectedLine], Hashable]) -> tuple[Group, ...]:
    groups: dict[Any, list[ProjectedLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return tuple(_group(series, section, own) for (series, section), own in groups.items())


def _group(series: str | None, section: Section | None, lines: Sequence[ProjectedLine]) -> Group:
    staying = [line for line in lines if not line.ends]
    found = [fee_change(line.listed.line, line.after) for line in staying]
    moves = [move for move in found if move is not None]
    mean = exact_sum(moves) / len(moves) if moves else None
    changed = sum(line.is_changed for line in staying)
    ended = len(lines) - len(staying)
    return Group(series, section, len(lines), changed, ended, mean, min(moves, default=None), max(moves, default=None))


def exact_sum(numbers: Sequence[Fraction]) -> Fraction:
    """The exact sum; those of one denominator first, then by halves: one after another would take its square in time.

    >>> exact_sum([Fraction(1, 3), Fraction(1, 6), Fraction(1, 3)])
    Fraction(5, 6)
    """
    wholes: dict[int, int] = {}
    for number in numbers:
        wholes[number.denominator] = wholes.get(number.denominator, 0) + number.numerator
    sums = [Fraction(whole, below) for below, whole in wholes.items()]
    while len(sums) > 1:
        pairs = zip(sums[::2], [*sums[1::2], Fraction(0)], strict=False)
        sums = [one + other for one, other in pairs]
    return sums[0] if sums else Fraction(0)


def bands_of(lines: Iterable[ProjectedLine]) -> tuple[Band, ...]:
    """The bands from the first with a line to the last; every fee before and after is in one of them."""
    moves = (fee_change(line.listed.line, line.after) for line in lines if not line.ends)
    return bands_of_moves(move for move in moves if move is not None)


def bands_of_moves(moves: Iterable[Fraction]) -> tuple[Band, ...]:
    """The bands of changes in percent, from the first that has one to the last."""
    counts: dict[int, int] = {}
    for move in moves:
        place = _place(move)
        counts[place] = counts.get(place, 0) + 1
    if not counts:
        return ()
    limits = _limits()
    return tuple(Band(*limits[place], counts.get(place, 0)) for place in range(min(counts), max(counts) + 1))


def _limits() -> list[tuple[int | None, int | None]]:
    """The bands in order; that of no change stands before the one from 0 to 1."""
    lows, highs = (None, *EDGES), (*EDGES, None)
    found = list(zip(lows, highs, strict=True))
    place = found.index((0, 1))
    return [*found[:place], (0, 0), *found[place:]]


def _place(move: Fraction) -> int:
    """The number of the band that a change is in."""
    zero = EDGES.index(0) + 1
    if not move:
        return zero
    above = sum(edge <= move for edge in EDGES)
    return above + 1 if above >= zero else above


def percent_words(percent: Fraction | None) -> str:
    """A change for people: "+2,72 %", "-10,00 %", "-" where there is none.

    >>> percent_words(Fraction(-10)), percent_words(Fraction(68, 25)), percent_words(None)
    ('-10,00 %', '+2,72 %', '-')
    """
    text = percent_text(percent)
    if text is None:
        return "-"
    return f"{'+' * (not text.startswith('-') and text != '0.00')}{text} %".replace(".", ",")
