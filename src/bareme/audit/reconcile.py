"""Does a circular follow from the one before it and the measures that it announces?

Every figure is classed, every letter value bounded, every measure counted: on how many figures it works, how many
follow, and which other rate the figures have if not its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.audit.classing import class_line
from bareme.audit.compared import Chain, Class, Compared, Quantity, parent_of, unexplained
from bareme.audit.letters import LetterValue
from bareme.audit.shares import Shares, shares_of
from bareme.circulars.findings import Findings
from bareme.circulars.model import Line, Measure, Reading
from bareme.circulars.serial import measure_to_dict
from bareme.circulars.sources import Figure
from bareme.indexation.arithmetic import MULTIPLYING, factor_of
from bareme.indexation.scope import candidates
from bareme.indexation.wording import measure_words

_COMPARABLE = frozenset(Class) - {Class.NOT_COMPARABLE}
Place = tuple[int | None, int | None]
RATE_STEP = Fraction(1, 10_000)
"""Rates are announced in hundredths of a percent."""
ENOUGH = 2
"""So many lines must agree on another rate before the passage is doubted and not the lines."""


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """What became of a measure: how many figures it works on, by class, and the rate that the figures have instead.

    `measure` is None for the lines that no measure touches. `implied` is in percent; `lines` are the codes that have
    it.
    """

    measure: Measure | None
    counts: Counter[Class]
    implied: Decimal | None
    lines: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """A measure of schema reconcile-1."""
        return {
            "text": "no measure" if self.measure is None else measure_words(self.measure),
            "figures": {klass.value: self.counts[klass] for klass in Class if klass is not Class.NOT_COMPARABLE},
            "implied_rate": None if self.implied is None else f"{self.implied:.2f}",
            "implied_by": list(self.lines),
            "measure": None if self.measure is None else measure_to_dict(self.measure),
        }


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A circular against the one before it. `lines` holds every figure, in the order of the circular."""

    circular: Reading
    previous: Reading | None
    lines: tuple[Compared, ...]
    letters: tuple[LetterValue, ...]
    measures: tuple[MeasureResult, ...]
    findings: Findings

    def counts(self) -> dict[Quantity, Counter[Class]]:
        """How many figures of each quantity are in each class."""
        found: dict[Quantity, Counter[Class]] = {}
        for compared in self.lines:
            found.setdefault(compared.quantity, Counter())[compared.klass] += 1
        return found

    @property
    def is_explained(self) -> bool:
        """True when no figure is unexplained."""
        return next(unexplained(self.lines), None) is None

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme reconcile --json` (schema reconcile-1)."""
        counts = {q.value: {c.value: n[c] for c in Class if n[c]} for q, n in self.counts().items()}
        return {
            "circular": self.circular.circular.number,
            "previous": self.previous.circular.number if self.previous else None,
            "series": self.circular.circular.series,
            "lines": [compared.to_dict() for compared in self.lines],
            "letters": [letter.to_dict() for letter in self.letters],
            "measures": [measure.to_dict() for measure in self.measures],
            "counts": counts,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of a circular classed, before findings are made of them.

    `doubted` are the places (table and row) of lines whose unexplained figures all follow from the rate that their
    measure's figures have instead.
    """

    previous: Reading
    circular: Reading
    lines: tuple[Compared, ...]
    measures: tuple[MeasureResult, ...]
    doubted: frozenset[Place]


def compare_figures(chain: Chain) -> Comparison:
    """The last circular of a chain (oldest first, two or more) against the one before it.

    A rate that counts from an earlier day is applied to the tariffs in force on that day, if the chain holds them.
    """
    *bases, (previous, parents), (circular, _) = chain
    pairs = [(line, parent_of(line, parents)) for line in circular.lines if line.code is not None]
    shares = shares_of((parent, line) for line, parent in pairs if parent is not None)
    listed = {code for code, _ in parents}
    compared: list[Compared] = []
    moved: list[_Moved] = []
    for line, parent in pairs:
        if parent is None:
            compared.append(_without_parent(line, previous, listed))
            continue
        ways = candidates(line, circular.measures, circular.circular.series)
        base = _base(line, ways[0], previous, parent, bases)
        if base is None:
            compared.append(_without_base(line, ways[0]))
            continue
        found = class_line(base[1], line, ways, base[0], shares)
        compared += found
        if next(unexplained(found), None) is not None:
            moved.append(_Moved(base[1], line, ways, shares))
    implied, doubted = _implied_rates(moved, compared)
    results = tuple(_measure_results(circular.measures, compared, implied))
    return Comparison(previous, circular, tuple(compared), results, frozenset(doubted))


def _without_parent(line: Line, previous: Reading, listed: Collection[str]) -> Compared:
    """A line that the circular before does not have: not its codes, or not for these patients."""
    codes = tuple(code.digits for code in line.codes)
    message = f"{previous.circular.number} has no such line."
    if any(code in listed for code in codes):
        message = f"{previous.circular.number} lists the code for other ages or conditions."
    none = (None, None, None)
    return Compared(codes[0], codes, Quantity.LINE, Class.NOT_COMPARABLE, *none, (), message, line.source)


def _without_base(line: Line, measures: Sequence[Measure]) -> Compared:
    day = next(measure.relative_to for measure in measures if measure.relative_to)
    message = f"the rate counts from the tariffs of {day}, and no circular in force then is at hand."
    codes = tuple(code.digits for code in line.codes)
    none = (None, None, None)
    return Compared(codes[0], codes, Quantity.LINE, Class.NOT_COMPARABLE, *none, (), message, line.source)


def _base(
    line: Line,
    measures: Sequence[Measure],
    previous: Reading,
    parent: Line,
    bases: Chain,
) -> tuple[str, Line] | None:
    """The circular and line that the measures count from: the one before, or that in force on an earlier day."""
    day = next((m.relative_to for m in measures if m.relative_to and m.already is None), None)
    if day is None or (previous.circular.effective_on is not None and previous.circular.effective_on <= day):
        return _name_of(previous, parent), parent
    in_force = [base for base in bases if base[0].circular.effective_on and base[0].circular.effective_on <= day]
    found = parent_of(line, in_force[-1][1]) if in_force else None
    return (_name_of(in_force[-1][0], found), found) if found is not None else None


def _name_of(reading: Reading, line: Line) -> str:
    """The circular of a line, for messages; said to be corrected where a corrigendum gives the line."""
    name = reading.circular.number or reading.document.name
    return name if line.source.document == reading.document.sha256 else f"{name}, as corrected"


@dataclass(frozen=True, slots=True)
class _Moved:
    """A line with unexplained figures, its parent, and the ways in which measures may change it."""

    parent: Line
    line: Line
    ways: list[tuple[Measure, ...]]
    shares: Shares

    @property
    def place(self) -> Place:
        return self.line.source.table, self.line.source.row


def _implied_rates(
    moved: Sequence[_Moved], compared: Sequence[Compared]
) -> tuple[dict[Measure | None, tuple[Decimal, tuple[str, ...]]], frozenset[Place]]:
    """For each measure (None: lines without one) the rate that most of its lines have instead, and those lines."""
    on: Counter[Measure | None] = Counter()
    votes: dict[Measure | None, dict[Decimal, list[_Moved]]] = {}
    for found in {c.place: c for c in compared if c.klass is not Class.NOT_COMPARABLE}.values():
        on.update(_rated(found.measures))
    for entry in moved:
        for measure in _rated(entry.ways[0]):
            for rate in _rates_between(entry.parent, entry.line, entry.ways[0], measure):
                if _explains(entry, measure, rate):
                    votes.setdefault(measure, {}).setdefault(rate, []).append(entry)
    implied: dict[Measure | None, tuple[Decimal, tuple[str, ...]]] = {}
    doubted: set[Place] = set()
    for measure, rates in votes.items():
        rate, entries = max(rates.items(), key=lambda item: len(item[1]))
        if len(entries) >= ENOUGH and 2 * len(entries) > on[measure]:
            implied[measure] = (rate, tuple(dict.fromkeys(entry.line.code or "" for entry in entries)))
            doubted.update(entry.place for entry in entries)
    return implied, frozenset(doubted)


def _rated(measures: Sequence[Measure]) -> list[Measure | None]:
    """The measures whose rate may be another than the passage says; None where there is no measure at all."""
    return [m for m in measures if m.kind in MULTIPLYING] or ([None] if not measures else [])


def _rates_between(parent: Line, line: Line, measures: Sequence[Measure], measure: Measure | None) -> Iterator[Decimal]:
    """The rates, in hundredths of a percent, by which the first letter value (or the fee) can have moved."""
    old, new = parent.fee, line.fee
    if parent.terms and line.terms and parent.terms[0].value and line.terms[0].value:
        old, new = parent.terms[0].value, line.terms[0].value
    if old is None or new is None or not old.amount:
        return
    others = Fraction(1)
    for other in measures:
        if other is not measure:
            factor = factor_of(other)
            others *= 1 if factor is None else factor
    if not others:
        return
    half = Fraction(1, 2 * 10 ** max(-int(new.amount.as_tuple().exponent), 0))
    low = (Fraction(new.amount) - half) / (Fraction(old.amount) + half) / others - 1
    below = Fraction(old.amount) - half
    if below <= 0:
        return
    high = (Fraction(new.amount) + half) / below / others - 1
    first = -(-low // RATE_STEP)
    last = high // RATE_STEP
    if last - first > 100 or (first <= 0 <= last and measure is None):
        return
    yield from (Decimal(int(step)) / 100 for step in range(int(first), int(last) + 1))


def _explains(entry: _Moved, measure: Measure | None, rate: Decimal) -> bool:
    """True when the line follows from its parent with another rate in place of the measure's."""
    figure = Figure(rate, entry.line.source)
    if measure is None:
        way: tuple[Measure, ...] = (Measure("index", entry.line.source, rate=figure),)
    else:
        way = tuple(replace(m, rate=figure, already=None) if m is measure else m for m in entry.ways[0])
    return next(unexplained(class_line(entry.parent, entry.line, [way], "", entry.shares)), None) is None


def _measure_results(
    measures: Sequence[Measure],
    compared: Sequence[Compared],
    implied: dict[Measure | None, tuple[Decimal, tuple[str, ...]]],
) -> Iterator[MeasureResult]:
    for measure in (*measures, None):
        touched = [c for c in compared if (measure in c.measures if measure else not c.measures)]
        counts: Counter[Class] = Counter(c.klass for c in touched if c.klass in _COMPARABLE)
        rate, codes = implied.get(measure, (None, ()))
        if measure is not None or counts:
            yield MeasureResult(measure, counts, rate, codes)


__all__ = ["Class", "Compared", "Comparison", "Reconciliation", "compare_figures"]
