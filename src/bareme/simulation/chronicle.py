"""The figures of a code, or the values of a letter, through all circulars: nominal, and against the health index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.audit.changes import Part, value_text
from bareme.circulars.sources import Figure
from bareme.money import CENT, LETTER_VALUE
from bareme.nomenclature.outcomes import Certainty
from bareme.simulation.index_rates import IndexRates
from bareme.simulation.summing import percent_text


@dataclass(frozen=True, slots=True)
class Moment:
    """A period in which a figure holds, as a circular gives it. `until` is exclusive, None while it is open.

    `figure` is None where there is none; `why` then says so: not_published, in_doubt, or none.
    """

    start: date
    until: date | None
    circular: str
    known_from: date
    certainty: Certainty
    figure: Figure | None
    why: str | None

    @property
    def value(self) -> Decimal | None:
        """The figure, in euro."""
        return None if self.figure is None else self.figure.amount


@dataclass(frozen=True, slots=True)
class Strand:
    """One figure through time: a quantity of the code in a situation, or one value of a letter and its codes.

    Ages are completed years, `age_to` exclusive; `section` is given where the code stands in several with the same
    situation.
    """

    quantity: Part
    moments: tuple[Moment, ...]
    letter: str | None = None
    codes: tuple[str, ...] = ()
    regime: str | None = None
    age_from: int | None = None
    age_to: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    section: str | None = None
    series: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A moment with what it is against the moment before and against the index; None where that is not known.

    `percent` is the change from the last known figure, `index` that of the health index between the two years,
    `real` the figure at the prices of the base year, `real_percent` its change.
    """

    moment: Moment
    percent: Fraction | None
    index: Fraction | None
    real: Decimal | None
    real_percent: Fraction | None

    def to_dict(self, part: Part) -> dict[str, Any]:
        """A step of schema history-1."""
        moment, figure = self.moment, self.moment.figure
        return {
            "from": moment.start.isoformat(),
            "until": None if moment.until is None else moment.until.isoformat(),
            "circular": moment.circular,
            "known_from": moment.known_from.isoformat(),
            "certainty": moment.certainty.value,
            "value": value_text(part, moment.value),
            "derived": figure is not None and figure.is_derived,
            "why": moment.why,
            "percent": percent_text(self.percent),
            "index_percent": percent_text(self.index),
            "real": value_text(part, self.real),
            "real_percent": percent_text(self.real_percent),
            "source": None if figure is None else figure.source.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The history of a code or a letter. `base_year` is the one at whose prices figures are deflated."""

    asked: str
    kind: str
    label: str | None
    base_year: int | None
    rates: IndexRates
    lacking: tuple[int, ...]
    strands: tuple[Strand, ...]
    suggestions: tuple[str, ...]
    book: str

    def compared(self, strand: Strand) -> tuple[Compared, ...]:
        """The moments of a strand, each against the one before and against the index."""
        found, before = list[Compared](), None
        for moment in strand.moments:
            found.append(self._against(moment, before, strand.quantity))
            before = moment if moment.value is not None else before
        return tuple(found)

    def _against(self, moment: Moment, before: Moment | None, part: Part) -> Compared:
        value, base = moment.value, self.base_year
        level = None if base is None else self.rates.between(base, moment.start.year)
        real = None
        if value is not None and level:
            real = (LETTER_VALUE if part is Part.LETTER_VALUE else CENT).round(Fraction(value) / level)
        if value is None or before is None:
            return Compared(moment, None, None, real, None)
        assert before.value is not None
        percent = 100 * (Fraction(value) / Fraction(before.value) - 1) if before.value else None
        growth = self.rates.factor(before.start.year, moment.start.year)
        index = None if growth is None else 100 * (growth - 1)
        real_percent = None if percent is None or not growth else 100 * ((1 + percent / 100) / growth - 1)
        return Compared(moment, percent, index, real, real_percent)

    @property
    def lacking_words(self) -> str:
        """The years without a rate: "2024, 2027-2031"."""
        runs: list[list[int]] = []
        for year in self.lacking:
            if runs and year == runs[-1][-1] + 1:
                runs[-1].append(year)
            else:
                runs.append([year])
        return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme history --json` (schema history-1)."""
        return {
            "asked": self.asked,
            "kind": self.kind,
            "label": self.label,
            "base_year": self.base_year,
            "index": [rate.to_dict() for rate in self.rates.rates],
            "years_without_a_rate": list(self.lacking),
            "series": [self._strand_to_dict(strand) for strand in self.strands],
            "suggestions": list(self.suggestions),
            "book": self.book,
        }

    def _strand_to_dict(self, strand: Strand) -> dict[str, Any]:
        return {
            "quantity": strand.quantity.value,
            "letter": strand.letter,
            "codes": list(strand.codes),
            "series": strand.series,
            "regime": strand.regime,
            "age_from": strand.age_from,
            "age_to": strand.age_to,
            "facts": dict(strand.facts),
            "section": strand.section,
            "steps": [step.to_dict(strand.quantity) for step in self.compared(strand)],
        }
