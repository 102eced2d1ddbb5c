"""A simulation against a circular that was published: does it follow from what was decided?

Every figure of the circular is classed beside the projected one. The published figures stay what they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bareme.audit.changes import Part, value_text
from bareme.audit.compared import Situation
from bareme.audit.difference import listed_in
from bareme.audit.pairs import Listed, Pair, Sighting, listed_once, pairs_of, sightings_of
from bareme.circulars.model import Reading
from bareme.money import LETTER_VALUE
from bareme.simulation.projecting import ProjectedLine, Projection


class Agreement(StrEnum):
    """How a published figure stands to the projected one."""

    EQUAL = "equal"
    """To the last digit."""
    ONE_UNIT_APART = "one_unit_apart"
    """A letter value that differs by one in its last decimal: the circular rounds an unrounded value."""
    NOT_PUBLISHED_BEFORE = "not_published_before"
    """Nothing could be projected: the tariffs that the scenario starts from do not publish it."""
    NO_PARENT = "no_parent"
    """The tariffs that the scenario starts from have no such line or situation."""
    WITHOUT_AMOUNT = "without_amount"
    """A line of which neither side gives a fee or an amount."""
    ONLY_PROJECTED = "only_projected"
    """The circular does not give the figure, or does not list the line."""
    DIFFERENT = "different"
    """Both give it, and they differ."""


MEANS = {
    Agreement.EQUAL: "as projected, to the last digit",
    Agreement.ONE_UNIT_APART: "a letter value one unit apart in its last decimal",
    Agreement.NOT_PUBLISHED_BEFORE: "not published before, so nothing was projected",
    Agreement.NO_PARENT: "no such line or situation before",
    Agreement.WITHOUT_AMOUNT: "a line without fee or amount, before and after",
    Agreement.ONLY_PROJECTED: "projected, and not given by the circular",
    Agreement.DIFFERENT: "not what was projected",
}
"""What each class says, in words."""


@dataclass(frozen=True, slots=True)
class Held:
    """One figure: as projected, and as published; `part` is None for a whole line."""

    codes: tuple[str, ...]
    part: Part | None
    letter: str | None
    situation: Situation
    projected: Decimal | str | None
    published: Decimal | str | None
    klass: Agreement

    @property
    def difference(self) -> Decimal | None:
        """Published less projected."""
        if isinstance(self.published, Decimal) and isinstance(self.projected, Decimal):
            return self.published - self.projected
        return None

    def to_dict(self) -> dict[str, Any]:
        """A figure of `against` in schema simulate-1."""
        whose = self.situation

        def text(value: Decimal | str | None) -> str | None:
            return None if self.part is None else value_text(self.part, value)

        return {
            "codes": list(self.codes),
            "quantity": "line" if self.part is None else self.part.value,
            "letter": self.letter,
            "setting": whose.setting,
            "regime": whose.regime,
            "age_from": whose.age_from,
            "age_to": whose.age_to,
            "facts": dict(whose.facts),
            "projected": text(self.projected),
            "published": text(self.published),
            "difference": text(self.difference),
            "class": self.klass.value,
        }


@dataclass(frozen=True, slots=True)
class Against:
    """A projection against a circular: every figure, in the circular's order; `lines` counts those of the circular."""

    circular: str
    lines: int
    figures: tuple[Held, ...]

    @property
    def exceptions(self) -> tuple[Held, ...]:
        """The figures that are not equal."""
        return tuple(figure for figure in self.figures if figure.klass is not Agreement.EQUAL)

    def counts(self) -> dict[str, Counter[Agreement]]:
        """How many figures of each quantity are in each class."""
        found: dict[str, Counter[Agreement]] = {}
        for figure in self.figures:
            found.setdefault("line" if figure.part is None else figure.part.value, Counter())[figure.klass] += 1
        return found

    def to_dict(self) -> dict[str, Any]:
        """`against` of schema simulate-1."""
        counts = self.counts()
        return {
            "circular": self.circular,
            "lines": self.lines,
            "counts": [
                {"quantity": quantity, "class": klass.value, "figures": counts[quantity][klass]}
                for quantity in counts
                for klass in Agreement
                if counts[quantity][klass]
            ],
            "exceptions": [figure.to_dict() for figure in self.exceptions],
        }


def against(projection: Projection, reading: Reading) -> Against:
    """The figures of a circular beside those that a projection has for its series."""
    series = reading.circular.series
    own = [line for line in projection.lines if line.listed.reading.circular.series == series and not line.ends]
    projected, published = [_after(line) for line in own], listed_in(reading)
    figures = [figure for pair in pairs_of(projected, published) for figure in _of_pair(pair)]
    figures += [_line(pair, Agreement.NO_PARENT) for pair in listed_once(published, projected)]
    figures += [_line(pair, Agreement.ONLY_PROJECTED) for pair in listed_once(projected, published)]
    return Against(reading.circular.number or reading.document.name, len(reading.lines), tuple(figures))


def _after(line: ProjectedLine) -> Listed:
    listed = line.listed
    return Listed(line.after, listed.codes, listed.reading, listed.line_id, listed.doubtful)


def _line(pair: Pair, klass: Agreement) -> Held:
    codes = tuple(code.digits for code in pair.codes)
    return Held(codes, None, None, Situation(), None, None, klass)


def _of_pair(pair: Pair) -> Iterator[Held]:
    """Every figure of a pair, the projected line first; a line without figures as a whole."""
    codes = tuple(code.digits for code in pair.codes)
    if pair.before is None or pair.after is None:
        yield _line(pair, Agreement.NO_PARENT if pair.before is None else Agreement.ONLY_PROJECTED)
        return
    seen = [sighting for sighting in sightings_of(pair) if sighting.part is not Part.LABEL]
    if not any(sighting.part in (Part.FEE, Part.INTERVENTION, Part.PATIENT_SHARE) for sighting in seen):
        yield _line(pair, Agreement.WITHOUT_AMOUNT)
    for sighting in seen:
        situation, klass = sighting.situation or Situation(), _class(sighting, pair.before)
        yield Held(codes, sighting.part, sighting.letter, situation, sighting.before, sighting.after, klass)


def _class(seen: Sighting, projected: Listed) -> Agreement:
    if seen.before == seen.after:
        return Agreement.EQUAL
    if seen.after is None:
        return Agreement.ONLY_PROJECTED
    if seen.before is None:
        return Agreement.NOT_PUBLISHED_BEFORE if _is_cut(seen, projected) else Agreement.NO_PARENT
    numbers = isinstance(seen.before, Decimal) and isinstance(seen.after, Decimal)
    if numbers and seen.part is Part.LETTER_VALUE and abs(seen.after - seen.before) == LETTER_VALUE.unit:  # type: ignore[operator]
        return Agreement.ONE_UNIT_APART
    return Agreement.DIFFERENT


def _is_cut(seen: Sighting, projected: Listed) -> bool:
    """True when the line that was projected says that the figure is not published."""
    if seen.part is Part.FEE:
        return "fee" in projected.line.not_published
    key = (seen.situation or Situation()).key
    own = [amount for amount in projected.line.amounts if Situation.of(amount).key == key]
    return any(seen.part.value in amount.not_published for amount in own)


def examples(figures: Sequence[Held]) -> tuple[str, ...]:
    """The codes of figures, each once, in order."""
    return tuple(dict.fromkeys("-".join(figure.codes) for figure in figures))


__all__ = ["MEANS", "Against", "Agreement", "Held", "against", "examples"]
