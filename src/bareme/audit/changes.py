"""What changed from one set of tariffs to another, as values: codes added, codes ended, figures changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bareme.audit.because import Because
from bareme.audit.compared import Class, Situation
from bareme.circulars.model import Section
from bareme.money import Rounding, euro_text

PERCENT = Rounding("percent", Decimal("0.01"), "Measures are announced in hundredths of a percent.")


class Part(StrEnum):
    """What a changed entry is about; all but the last are quantities that `reconcile` classes."""

    TERMS = "terms"
    """The key letters of the fee; their coefficients and values are then not compared one by one."""
    COEFFICIENT = "coefficient"
    LETTER_VALUE = "letter_value"
    FEE = "fee"
    INTERVENTION = "intervention"
    PATIENT_SHARE = "patient_share"
    LABEL = "label"
    """The words that name the act; compared where both are in one language."""


EURO = (Part.FEE, Part.INTERVENTION, Part.PATIENT_SHARE)
"""Parts that are amounts of euro, with two decimals."""

NOTES = {
    "same": "both are one and the same",
    "later_first": "the first is the later one; reasons are told as they came, from the earlier to the later",
    "one_number": "both are documents of one circular",
    "same_day": "both take effect on one day: one replaces the other, and no measure lies between them",
    "undated": "one does not say from when it holds, so that no measure can be taken to lie between them",
    "other_series": "the circulars are of different series; only codes that both hold are compared",
    "other_language": "labels are not compared where the languages differ",
    "corrigendum": "a corrigendum lists only what it corrects; codes that it does not list are neither ended nor added",
    "on_the_way": "circulars that took effect in between",
    "nothing_in_force": "a series has no tariff in force on one of the days",
    "last_known": "a tariff is only the last known one on a day",
    "in_doubt": "lines that a finding puts in doubt; their figures are compared as printed, and not priced",
}
"""The kinds of notes."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a comparison as a whole. `kind` is one of `NOTES`."""

    kind: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """A note of schema compare-1."""
        return {"kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: a circular, or what a book has in force on a day.

    `name` is the circular's number, the document's name where it has none, or the day; `circulars` are the numbers of
    those whose lines it holds.
    """

    kind: str
    name: str
    circulars: tuple[str, ...]
    series: tuple[str, ...]
    lines: int

    def to_dict(self) -> dict[str, Any]:
        """`from` or `to` of schema compare-1."""
        return {
            "kind": self.kind,
            "name": self.name,
            "circulars": list(self.circulars),
            "series": list(self.series),
            "lines": self.lines,
        }


@dataclass(frozen=True, slots=True)
class Act:
    """Which act: the codes that both sides hold (or the one that has them), ambulatory first, its words, its ages.

    Ages are those of the line, where all its amounts have the same; None where they differ or it has none.
    """

    codes: tuple[str, ...]
    label: str | None
    section: Section | None
    age_from: int | None = None
    age_to: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The keys that every entry of schema compare-1 begins with."""
        section = self.section
        return {
            "code": self.codes[0],
            "hospital_code": self.codes[1] if len(self.codes) > 1 else None,
            "label": self.label,
            "section": None if section is None else {"number": section.number, "title": section.title},
        }


@dataclass(frozen=True, slots=True)
class Listing:
    """A line that only one side lists: added or ended. `circular` is the one whose line it is."""

    act: Act
    fee: Decimal | None
    circular: str | None
    line_id: str | None
    why: str
    because: Because | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """An added or ended entry of schema compare-1."""
        return {
            **self.act.to_dict(),
            "age_from": self.act.age_from,
            "age_to": self.act.age_to,
            "fee": euro_text(self.fee),
            "circular": self.circular,
            "line_id": self.line_id,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure that is not the same on both sides; a text for `terms` and `label`.

    `before` or `after` is None where that side gives none. `derived` when bareme computed it on either side. `klass`
    and `measure` are those of `reconcile`, None where they are not known; `why` is one sentence, `because` says it as
    data.
    """

    act: Act
    part: Part
    before: Decimal | str | None
    after: Decimal | str | None
    why: str
    letter: str | None = None
    situation: Situation = field(default_factory=Situation)
    derived: bool = False
    klass: Class | None = None
    measure: str | None = None
    circulars: tuple[str | None, str | None] = (None, None)
    line_ids: tuple[str | None, str | None] = (None, None)
    because: tuple[Because, ...] = field(default=(), compare=False)

    @property
    def difference(self) -> Decimal | None:
        """After less before; None where one of them is no number."""
        if isinstance(self.before, Decimal) and isinstance(self.after, Decimal):
            return self.after - self.before
        return None

    @property
    def relative(self) -> Fraction | None:
        """The difference in percent of what was before, exactly; None where that is 0 or nothing."""
        if self.difference is None or not isinstance(self.before, Decimal) or not self.before:
            return None
        return 100 * Fraction(self.difference) / Fraction(self.before)

    @property
    def percent(self) -> Decimal | None:
        """The difference in percent, rounded half up (away from zero) to two decimals."""
        return None if self.relative is None else PERCENT.round(self.relative)

    def mirrored(self) -> Changed:
        """The same change told from the other side; class, measure and reason stay."""
        return replace(
            self,
            before=self.after,
            after=self.before,
            circulars=(self.circulars[1], self.circulars[0]),
            line_ids=(self.line_ids[1], self.line_ids[0]),
        )

    def to_dict(self) -> dict[str, Any]:
        """A changed entry of schema compare-1."""
        situation, percent = self.situation, self.percent
        return {
            **self.act.to_dict(),
            "quantity": self.part.value,
            "letter": self.letter,
            "setting": situation.setting,
            "regime": situation.regime,
            "age_from": situation.age_from,
            "age_to": situation.age_to,
            "facts": dict(situation.facts),
            "before": value_text(self.part, self.before),
            "after": value_text(self.part, self.after),
            "difference": value_text(self.part, self.difference),
            "percent": None if percent is None else f"{percent:f}",
            "derived": self.derived,
            "class": None if self.klass is None else self.klass.value,
            "measure": self.measure,
            "why": self.why,
            "circular_before": self.circulars[0],
            "circular_after": self.circulars[1],
            "line_id_before": self.line_ids[0],
            "line_id_after": self.line_ids[1],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one side to the other. `unchanged` counts the figures and labels that both give alike."""

    start: Side
    end: Side
    as_known_on: date | None
    added: tuple[Listing, ...]
    ended: tuple[Listing, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    notes: tuple[Note, ...]

    @property
    def is_empty(self) -> bool:
        """True when nothing was added, ended or changed."""
        return not (self.added or self.ended or self.changed)

    def mirrored(self) -> Difference:
        """The same difference told from the other side."""
        return replace(
            self,
            start=self.end,
            end=self.start,
            added=self.ended,
            ended=self.added,
            changed=tuple(changed.mirrored() for changed in self.changed),
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme compare --json` (schema compare-1)."""
        return {
            "from": self.start.to_dict(),
            "to": self.end.to_dict(),
            "as_known_on": None if self.as_known_on is None else self.as_known_on.isoformat(),
            "added": [listing.to_dict() for listing in self.added],
            "ended": [listing.to_dict() for listing in self.ended],
            "changed": [changed.to_dict() for changed in self.changed],
            "unchanged": self.unchanged,
            "notes": [note.to_dict() for note in self.notes],
        }


def value_text(part: Part, value: Decimal | str | None) -> str | None:
    """A value as the interface writes it: euro with two decimals, other numbers with as many as they have.

    >>> value_text(Part.FEE, Decimal("30")), value_text(Part.LETTER_VALUE, Decimal("1.291737"))
    ('30.00', '1.291737')
    """
    if value is None or isinstance(value, str):
        return value
    return euro_text(value) if part in EURO else f"{value:f}"
