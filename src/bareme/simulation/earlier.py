"""The tariffs of an earlier day, from which the rate of a measure may count (`relative_to`), line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.audit.changes import Part, value_text
from bareme.audit.compared import keys_of
from bareme.audit.pairs import Listed
from bareme.book.timeline import Publication
from bareme.circulars.model import Line, Measure
from bareme.pricing.view import View
from bareme.simulation.effects import amount_like, is_of_itself


@dataclass(frozen=True, slots=True)
class Base:
    """The line of an earlier day that a measure counts from, and the circular that holds it."""

    day: date
    line: Line
    circular: str
    line_id: str

    def to_dict(self, measure: str) -> dict[str, Any]:
        """What a measure counts from, in schema simulate-1."""
        values = [
            {"letter": term.letter, "value": value_text(Part.LETTER_VALUE, term.value.amount if term.value else None)}
            for term in self.line.terms
        ]
        fee = self.line.fee
        return {
            "measure": measure,
            "day": self.day.isoformat(),
            "circular": self.circular,
            "line_id": self.line_id,
            "letter_values": values,
            "fee": value_text(Part.FEE, None if fee is None else fee.amount),
        }


def day_of(measure: Measure) -> date | None:
    """The day whose tariffs the rate of a measure counts from; None where it counts from those before it.

    Of a rate of which a part was applied before, the rest is a factor of the figures as they are.
    """
    return measure.relative_to if measure.already is None else None


class Earlier:
    """The lines of a book that were in force on earlier days; each day is looked up once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._days: dict[date, dict[str, Publication]] = {}
        self._found: dict[tuple[date, int], Base | str] = {}

    def base(self, one: Listed, day: date) -> Base | str:
        """The line of the same act on a day; or, in words that follow its code, why none can be used."""
        key = (day, id(one))
        if key not in self._found:
            self._found[key] = self._base(one, day)
        return self._found[key]

    def _base(self, one: Listed, day: date) -> Base | str:
        found = self._lines(one, day)
        if not found:
            return f"has no tariff on {day}{self._first(one)}"
        same = [pair for pair in found if keys_of(pair[1])[0][1] == one.who] or (found if len(found) == 1 else [])
        if len(same) > 1:
            same = [pair for pair in same if pair[1].section == one.line.section]
        if len(same) != 1:
            return f"stands on {len(found)} lines on {day}, and none of them is the same"
        publication, line = same[0]
        wrong = next(_differences(one.line, line), None)
        if (line.source.table, line.source.row) in publication.doubtful:
            wrong = "is in doubt"
        if wrong is not None:
            return f"{wrong} in {publication.number}, which is in force on {day}"
        code = next(code for code in one.codes if code in line.codes)
        return Base(day, line, publication.number, publication.line_id(line, code))

    def _lines(self, one: Listed, day: date) -> list[tuple[Publication, Line]]:
        """The lines of the codes of a line on a day, each once."""
        if day not in self._days:
            held = self._view.in_force(day).items()
            self._days[day] = {code: self._view.publication(entry) for entry, codes in held for code in codes}
        found: dict[int, tuple[Publication, Line]] = {}
        for code in (code.digits for code in one.codes if code.digits in self._days[day]):
            publication = self._days[day][code]
            found |= {id(line): (publication, line) for line in publication.lines_of[code]}
        return list(found.values())

    def _first(self, one: Listed) -> str:
        """When the book's first tariff of a line begins."""
        tenures = self._view.timeline.tenures
        found = [tenures[code.digits][0] for code in one.codes if tenures.get(code.digits)]
        first = min(found, key=lambda tenure: tenure.period.start, default=None)
        return "" if first is None else f" (its first begins on {first.period.start}, {first.publication.number})"


def _differences(now: Line, then: Line) -> Iterator[str]:
    """What keeps an earlier line from being counted from, in words that follow the code."""
    letters = [" + ".join(term.letter or "?" for term in line.terms) for line in (now, then)]
    if letters[0] != letters[1]:
        yield f"has {letters[1] or 'no letter'}, not {letters[0] or 'a fee without one'},"
    elif any(new.value is not None and old.value is None for new, old in zip(now.terms, then.terms, strict=True)):
        yield "has no letter value"
    elif now.fee is not None and then.fee is None:
        yield "has no fee"
    for amount in now.amounts:
        like = amount_like(amount, then)
        if is_of_itself(amount, now) and (like is None or like.intervention is None):
            yield "has no such intervention"
