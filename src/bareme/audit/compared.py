"""One figure of a circular against its parent in the circular before: what it is, and how it is classed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bareme.circulars.model import Amount, Line, Measure, Reading
from bareme.circulars.sources import Source
from bareme.money import printed
from bareme.nomenclature.situations import Regime, Setting


class Class(StrEnum):
    """How a figure relates to its parent in the circular before."""

    AS_ANNOUNCED = "as_announced"
    """What the measures make of the printed parent, to the last digit."""
    WITHIN_UNROUNDED_VALUE = "within_unrounded_value"
    """Not from the printed parent, but from some exact value that is printed so."""
    UNEXPLAINED = "unexplained"
    """From no such value."""
    NOT_COMPARABLE = "not_comparable"
    """Without a parent, or without a figure."""


class Quantity(StrEnum):
    """What a compared figure is."""

    LINE = "line"
    """The whole line, which has no parent."""
    TERMS = "terms"
    """The key letters of the fee."""
    LETTER_VALUE = "letter_value"
    COEFFICIENT = "coefficient"
    FEE = "fee"
    INTERVENTION = "intervention"
    PATIENT_SHARE = "patient_share"


PARENTS = {
    "printed_value": "the printed letter value of the circular before",
    "rounded_fee": "the rounded fee of the circular before",
    "unrounded_value": "a letter value that is not printed but rounds to the printed ones",
    "letter_value": "the announced letter value",
    "own_letter_value": "the letter value printed beside it, which is not the announced one",
    "amount": "the printed amount of the circular before",
    "unrounded_amount": "an amount that is not printed but rounds to the printed ones",
    "kept_share": "the fee less the patient share of the circular before",
    "percentage": "the fee less a percentage of it, cut to the cent",
}
"""What a figure follows from."""


@dataclass(frozen=True, slots=True)
class Situation:
    """For whom an amount holds; all None for a figure that holds for everyone."""

    setting: Setting | None = None
    regime: Regime | None = None
    age_from: int | None = None
    age_to: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, amount: Amount) -> Situation:
        """That of an amount."""
        return cls(amount.setting, amount.regime, amount.age_from, amount.age_to, amount.facts)

    @property
    def key(self) -> tuple[object, ...]:
        """The same as something that can be looked up."""
        return self.setting, self.regime, self.age_from, self.age_to, tuple(sorted(self.facts.items()))

    @property
    def words(self) -> str:
        """For people: "hospital ordinary under 24"; nothing for everyone."""
        ages = [f"from {self.age_from}"] * bool(self.age_from) + [f"under {self.age_to}"] * bool(self.age_to)
        facts = [f"{name} {value}" for name, value in sorted(self.facts.items())]
        return " ".join([*(str(word) for word in (self.setting, self.regime) if word), *ages, *facts])


EVERYONE = Situation()
"""The situation of a figure that holds for everyone."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a circular against its parent. Numbers are euro, letter values or coefficients.

    `previous` is what the circular before prints, `computed` what the measures make of it. `per_act` is by how many
    euro the figure moves an act from what was computed; `share` is the patient share that an intervention should leave.
    `follows_from` is one of `PARENTS`; `base` names the circular that prints `previous`.
    """

    code: str
    codes: tuple[str, ...]
    quantity: Quantity
    klass: Class
    published: Decimal | None
    computed: Decimal | None
    previous: Decimal | None
    measures: tuple[Measure, ...]
    message: str
    source: Source
    situation: Situation = field(default_factory=Situation)
    letter: str | None = None
    per_act: Decimal | None = None
    share: Decimal | None = None
    follows_from: str | None = None
    base: str | None = None

    @property
    def measure(self) -> str | None:
        """The kinds of the measures, in the order in which they are applied."""
        return " then ".join(measure.kind for measure in self.measures) or None

    @property
    def name(self) -> str:
        """What it is, for people: "letter value B", "intervention hospital ordinary"."""
        words = [self.quantity.value.replace("_", " "), self.letter or "", self.situation.words]
        return " ".join(word for word in words if word)

    @property
    def place(self) -> tuple[int | None, int | None]:
        """The table and row of its line."""
        return self.source.table, self.source.row

    @property
    def is_exact(self) -> bool:
        """True when it is, to the last digit, what was announced."""
        return self.klass is Class.AS_ANNOUNCED

    def to_dict(self) -> dict[str, Any]:
        """A line of schema reconcile-1."""
        situation = self.situation
        return {
            "code": self.code,
            "codes": list(self.codes),
            "quantity": self.quantity.value,
            "letter": self.letter,
            "setting": situation.setting,
            "regime": situation.regime,
            "age_from": situation.age_from,
            "age_to": situation.age_to,
            "facts": dict(situation.facts),
            "class": self.klass.value,
            "follows_from": self.follows_from,
            "published": number_text(self.published),
            "computed": number_text(self.computed),
            "previous": number_text(self.previous),
            "measure": self.measure,
            "message": self.message,
            "source": self.source.to_dict(),
        }


def number_text(number: Decimal | None) -> str | None:
    """A number as the interface writes it: a point, as many decimals as it has."""
    return None if number is None else f"{number:f}"


def or_none(number: Decimal | None) -> str:
    """A number as documents print it, or "nothing"."""
    return "nothing" if number is None else printed(number)


Key = tuple[str, tuple[object, ...]]
EVERY_AGE: tuple[object, ...] = ()
"""Stands for lines whose amounts hold at every age and whatever else is so."""


def keys_of(line: Line) -> list[Key]:
    """What tells a line from the others of its circular: each of its codes with the ages and facts of its amounts."""
    who = EVERY_AGE
    if any(a.age_from or a.age_to or a.facts for a in line.amounts):
        who = tuple(sorted({(a.age_from or 0, a.age_to or 0, tuple(sorted(a.facts.items()))) for a in line.amounts}))
    return [(code.digits, who) for code in line.codes]


def lines_by_key(reading: Reading) -> dict[Key, Line]:
    """The lines of a circular by each of their keys; of several with one key the first."""
    found: dict[Key, Line] = {}
    for line in reading.lines:
        for key in keys_of(line):
            found.setdefault(key, line)
    return found


Chain = Sequence[tuple[Reading, Mapping[Key, Line]]]


def chain_of(readings: Sequence[Reading]) -> Chain:
    """Circulars that follow one another in a series, oldest first, each with its lines by key."""
    return [(reading, lines_by_key(reading)) for reading in readings]


def parent_of(line: Line, lines: Mapping[Key, Line]) -> Line | None:
    """The line of another circular with the same code, ages and facts."""
    return next((lines[key] for key in keys_of(line) if key in lines), None)


def unexplained(found: Sequence[Compared]) -> Iterator[Compared]:
    """Those that nothing explains."""
    return (compared for compared in found if compared.klass is Class.UNEXPLAINED)
