"""A scenario: measures in order on the tariffs of a day: those that circulars announce, and a few more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bareme.circulars.model import MEASURE_KINDS, Measure
from bareme.circulars.sources import Source
from bareme.money import printed

OWN_KINDS = {
    "fee_as": "the fee is that of another act, `as`, as the measures before this one leave it",
    "share_rate": "the patient share, where there is one, is `rate` percent of the new fee, cut to the cent; not of "
    "sessions, whose fee is for several patients",
    "full_cover": "the patient pays nothing: the share is 0,00",
    "freeze": "the figures stay as they are, whatever other measures say",
    "circular": "the measures that a circular of the book announces, for its series, as it states them",
}
"""Kinds of measures that only scenarios have."""
KINDS = {name: means for name, means in MEASURE_KINDS.items() if name not in ("added", "unchanged")} | OWN_KINDS
"""The kinds of a scenario's measures, each with what it does."""
SCOPES = {
    "all": "every line in force",
    "series": "the lines of the series whose id is, or begins with, this: doctors, doctors/medical-acts/7",
    "article": "the lines of an article of the nomenclature",
    "section": "the lines of a section, by its number, or its title",
    "convention": "the lines of a convention",
    "codes": "the lines of `codes`: codes, pairs (565493-565504), ranges (565014..565320)",
    "others": "every line of which no other measure moves the fee",
    "key_letters": "the lines of key letters (`I`), or of one value of one (`I=0.967687`); beside another of these, "
    "those of its lines",
}
"""What a measure of a scenario may be for."""


@dataclass(frozen=True, slots=True)
class KeyLetter:
    """A key letter that a measure names: every value of it, or one."""

    letter: str
    value: Decimal | None = None

    @property
    def words(self) -> str:
        """ "I", or "I = 0,967687"."""
        return self.letter if self.value is None else f"{self.letter} = {printed(self.value)}"


@dataclass(frozen=True, slots=True)
class Step:
    """A measure of a scenario, in its place. `start` is its first day, `regime` who it is for (None: everybody).

    `measure.kind` is one of `KINDS`; `other` is the code of `fee_as`, `circular` the number of `circular`. `ranges` are
    pairs of codes, both inclusive, beside `measure.codes`; `left_out` are such pairs beside `measure.excepted`.
    `letters` are the key letters whose lines it is for, none: all; `letters_left_out` those that it leaves out.
    `joined` are codes written as a pair, to be found on one line.
    """

    id: str
    title: str
    measure: Measure
    start: date
    regime: str | None = None
    other: str | None = None
    circular: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    letters: tuple[KeyLetter, ...] = ()
    letters_left_out: tuple[KeyLetter, ...] = ()
    joined: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> Source:
        """Where the measure stands in the scenario's file."""
        return self.measure.source


@dataclass(frozen=True, slots=True)
class Scenario:
    """Measures in order, from a day, on the tariffs of a day (`on`) as known on another (None: all that is known).

    `series` limits the scenario to series whose id is, or begins with, one of them; none: all. `ceilings` are the
    highest patient shares by regime, in euro: above them is a warning. `document` is the sha256 of the file `file`.
    """

    name: str
    title: str
    author: str | None
    reference: str | None
    start: date
    on: date
    as_known_on: date | None
    series: tuple[str, ...]
    steps: tuple[Step, ...]
    document: str
    ceilings: tuple[tuple[str, Decimal], ...] = ()
    file: str = ""

    def only(self, steps: tuple[Step, ...]) -> Scenario:
        """The scenario with some of its measures."""
        from dataclasses import replace

        return replace(self, steps=steps)

    @property
    def months(self) -> dict[str, int]:
        """For each measure, how many months of the first year it holds: from the month of its start to December."""
        return {step.id: 13 - step.start.month if step.start.year == self.start.year else 0 for step in self.steps}

    @property
    def spans(self) -> tuple[tuple[int, tuple[Step, ...]], ...]:
        """The parts of the first year between the starts of measures: the months of each, and what has begun in it."""
        months = self.months
        begins = sorted({*months.values()} - {0}, reverse=True)
        return tuple(
            (first - after, tuple(step for step in self.steps if months[step.id] >= first))
            for first, after in zip(begins, (*begins[1:], 0), strict=False)
        )

    @property
    def is_in_turn(self) -> bool:
        """True where no measure begins before one that stands before it."""
        starts = [(step.start.year, step.start.month) for step in self.steps if step.measure.kind != "freeze"]
        return starts == sorted(starts)
