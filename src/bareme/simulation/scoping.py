"""Whom each measure of a scenario is for, line by line; a measure that is for nothing is refused."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bareme.audit.pairs import Listed
from bareme.circulars.model import Measure
from bareme.circulars.sources import Figure
from bareme.errors import InputError
from bareme.indexation.arithmetic import Manner
from bareme.indexation.scope import BESIDE, Touch, measures_on, touches
from bareme.money import CENT
from bareme.nomenclature.codes import is_code
from bareme.pricing.view import View
from bareme.simulation.earlier import Base, Earlier, day_of
from bareme.simulation.effects import SHARES, is_of_itself
from bareme.simulation.lettering import Lettering, unknown_letters
from bareme.simulation.scenario import Scenario, Step

NO_FEES = (*BESIDE, *SHARES)
"""Kinds that move no fee: an index of "the others" does not give way to them."""


class Scoping:
    """The measures of a scenario on the lines of a day; `InputError` for one that would be lost in silence."""

    def __init__(self, scenario: Scenario, view: View, listed: Sequence[Listed]) -> None:
        self.scenario, self.listed = scenario, listed
        # Every circular is read only where a measure is that of a circular.
        asked = any(step.measure.kind == "circular" for step in scenario.steps)
        self._announced = {p.number: p.reading for p in view.timeline.publications} if asked else {}
        self._by_code: dict[str, list[Listed]] = {}
        for one in listed:
            for code in one.codes:
                self._by_code.setdefault(code.digits, []).append(one)
        self._named = {
            step.id: frozenset(code.digits for pair in step.measure.codes for code in pair) for step in scenario.steps
        }
        # Whom codes and ranges name is looked up once: measures are asked for every line, and more than once.
        self._inside = {step.id: self._lines_of(self._named[step.id], step.ranges) for step in scenario.steps}
        self._left_out = {step.id: self._lines_of((), step.left_out) for step in scenario.steps}
        self._lettering, self._earlier = Lettering(scenario.steps, listed), Earlier(view)
        self._everywhere = {step.id: replace(step.measure, scope="all") for step in scenario.steps}
        self._freezes = [step for step in scenario.steps if step.measure.kind == "freeze"]
        self._rest = [s for s in scenario.steps if s.measure.scope != "others" and s.measure.kind not in NO_FEES]
        for step in scenario.steps:
            for wrong in self._wrong(step):
                raise self.refuse(step, wrong)

    def _lines_of(self, named: Iterable[str], ranges: Sequence[tuple[str, str]]) -> frozenset[int]:
        """The lines, by their `id`, of which a code is named or in a range."""
        found = {code for code in named if code in self._by_code}
        ordered = sorted(self._by_code) if ranges else []
        for first, last in ranges:
            found.update(ordered[bisect_left(ordered, first) : bisect_right(ordered, last)])
        return frozenset(id(one) for code in found for one in self._by_code[code])

    def refuse(self, step: Step, message: str) -> InputError:
        """What is wrong with a measure, with its file and line."""
        return InputError(f"{step.source.name}, line {step.source.line}, measure {step.id}: {message}")

    def holds(self, step: Step, one: Listed) -> bool:
        """True when a measure is for a line."""
        return self.touch(step, one) is Touch.YES

    def touch(self, step: Step, one: Listed) -> Touch:
        """Whether a measure is for a line; of articles it may not be known."""
        return self._touch(step, one) if self._lettering.holds(step, one) else Touch.NO

    def _touch(self, step: Step, one: Listed) -> Touch:
        """The same, whatever key letters the measure names."""
        measure, series = step.measure, one.reading.circular.series or ""
        if measure.kind == "circular":
            return Touch.YES if self.announced(step, one) else Touch.NO
        if step.left_out and id(one) in self._left_out[step.id]:
            return Touch.NO
        if measure.scope == "codes":
            inside = id(one) in self._inside[step.id]
        elif measure.scope == "series":
            inside = series == measure.named or series.startswith(f"{measure.named}/")
        elif measure.scope == "others":
            rest = self._of_others(one)
            if rest is not Touch.YES:
                return rest
            inside = True
        elif measure.scope != "all":
            return touches(measure, one.line, series)
        else:
            inside = True
        if not inside or not measure.excepted:
            return Touch.YES if inside else Touch.NO
        return touches(self._everywhere[step.id], one.line, series)

    def _of_others(self, one: Listed) -> Touch:
        """Whether no other measure is for a line."""
        found = [self.touch(step, one) for step in self._rest]
        return Touch.NO if Touch.YES in found else Touch.UNKNOWN if Touch.UNKNOWN in found else Touch.YES

    def is_frozen(self, one: Listed) -> bool:
        """True for a line that a measure freezes."""
        return any(self.holds(step, one) for step in self._freezes)

    def is_particular(self, step: Step) -> bool:
        """True for a measure that does not work on every line in one manner."""
        if step.measure.kind == "circular":
            found = self._announced.get(step.circular or "")
            return found is not None and any(day_of(measure) is not None for measure in found.measures)
        return bool(step.letters or step.letters_left_out) or day_of(step.measure) is not None

    def manner(self, step: Step, measure: Measure, one: Listed) -> Manner | None:
        """Which letter values of a line a measure moves, and the line of an earlier day that it counts from."""
        terms, base = self._lettering.terms(step, one), self.base(measure, one)
        return None if terms is None and base is None else Manner(terms, None if base is None else base.line)

    def base(self, measure: Measure, one: Listed) -> Base | None:
        """The tariff of an earlier day that the rate of a measure counts from; None where it counts from none."""
        day = day_of(measure)
        found = None if day is None or _has_no_figure(one) else self._earlier.base(one, day)
        return found if isinstance(found, Base) else None

    def announced(self, step: Step, one: Listed) -> tuple[Measure, ...]:
        """The measures of a step's circular that are for a line of its series, in the order in which they work."""
        circular = self._announced.get(step.circular or "")
        series = one.reading.circular.series
        if circular is None or circular.circular.series != series:
            return ()
        return measures_on(one.line, circular.measures, series)

    def act(self, step: Step) -> Listed:
        """The line of the act that a measure names with `as`; `InputError` where it has no one fee."""
        assert step.other is not None
        found = self._by_code[step.other]
        fees = {None if one.line.fee is None else one.line.fee.amount for one in found}
        if any(one.doubtful for one in found):
            raise self.refuse(step, f"the line of {step.other} is in doubt; its fee is not used.")
        if len(fees) > 1:
            raise self.refuse(step, f"{step.other} stands on {len(found)} lines with different fees.")
        if fees == {None}:
            raise self.refuse(step, f"{step.other} has no fee on {self.scenario.on}.")
        return found[0]

    def _wrong(self, step: Step) -> Iterator[str]:
        """What is wrong with a measure on the lines of the day."""
        measure, day = step.measure, self.scenario.on
        if measure.kind == "circular" and step.circular not in self._announced:
            yield f"{step.circular} is not in the book, which holds {', '.join(self._announced) or 'none'}."
        if measure.relative_to is not None and measure.relative_to > day:
            yield f"relative_to: {measure.relative_to} is after {day}, the day of the tariffs that it starts from."
        absent = [code for code in (*sorted(self._named[step.id]), step.other) if code and code not in self._by_code]
        if absent:
            yield f"{', '.join(absent)} {'has' if len(absent) == 1 else 'have'} no tariff on {day}."
        for first, second in step.joined:
            if not self._lines_of([first], ()) & self._lines_of([second], ()):
                both = f"{first}-{second} is not the pair of one act"
                yield f"{both}; write {first}..{second} for all codes from one to the other, or name each."
        if step.other is not None:
            self.act(step)
        for name in measure.excepted:
            if not self._is_known(name, measure):
                yield f"except: {name} is no code, section, convention, profession or article in force on {day}."
        if step.letters or step.letters_left_out:
            yield from unknown_letters(step, [one for one in self.listed if self._touch(step, one) is Touch.YES], day)
        if not any(self.holds(step, one) for one in self.listed):
            yield self._for_nothing(step)
        if self.is_particular(step):
            yield from self._of_manners(step)
        if measure.letter is not None or measure.kind in ("fee_of_coefficient", "ended"):
            meant = [one for one in self.listed if self.holds(step, one)]
            yield from self._of_letters(step, meant)
            yield from self._half_ended(step, meant)

    def _of_manners(self, step: Step) -> Iterator[str]:
        """Lines that have no tariff to count from; lines with amounts that do not follow from their letter values."""
        reasons: dict[str, list[str]] = {}
        for one in self.listed:
            if one.doubtful or not self.holds(step, one) or self.is_frozen(one) or _has_no_figure(one):
                continue
            own = self.announced(step, one) if step.measure.kind == "circular" else (step.measure,)
            for day in filter(None, map(day_of, own)):
                found = self._earlier.base(one, day)
                if not isinstance(found, Base):
                    reasons.setdefault(found, []).append(one.codes[0].digits)
            some = self._lettering.terms(step, one) is not None
            if some and any(is_of_itself(amount, one.line) for amount in one.line.amounts):
                yield f"{one.line.code} is a sum of several letters, and has an amount that does not follow from them."
        for reason, codes in reasons.items():
            more = f", and so {'do' * (len(codes) > 2)}{'does' * (len(codes) == 2)} {_lines(len(codes) - 1)} more"
            left = "`except` leaves it out" if len(codes) == 1 else "`except` leaves them out"
            yield f"it counts from an earlier day: {codes[0]} {reason}{more if len(codes) > 1 else ''}; {left}."

    def _for_nothing(self, step: Step) -> str:
        unknown = sum(self.touch(step, one) is Touch.UNKNOWN for one in self.listed)
        if unknown:
            lines = f"{_lines(unknown)} in force on {self.scenario.on}"
            return f"no title above {lines} names an article; name codes or sections."
        return f"no line in force on {self.scenario.on} is meant by it."

    def _is_known(self, name: str, measure: Measure) -> bool:
        """True when a name that a measure leaves out is that of some line in force."""
        if is_code(name):
            return name in self._by_code
        alone = replace(measure, scope="all", excepted=(name,))
        return any(touches(alone, one.line, one.reading.circular.series) is Touch.NO for one in self.listed)

    def _of_letters(self, step: Step, meant: Sequence[Listed]) -> Iterator[str]:
        """A line with another letter than the measure says; a coefficient that the fee of the line is not of."""
        measure = step.measure
        for one in meant:
            letters = [term.letter for term in one.line.terms]
            if measure.letter is not None and letters != [measure.letter]:
                printed = " and ".join(letter or "no letter" for letter in letters) or "no letter"
                yield f"{one.line.code} has {printed}, not {measure.letter}."
            if measure.kind == "fee_of_coefficient" and measure.coefficient_from is not None:
                if len(letters) != 1 or one.line.fee is None:
                    yield f"the fee of {one.line.code} does not follow from one coefficient and one letter value."
                elif not self._is_fee_of(measure.coefficient_from, one):
                    [term] = one.line.terms
                    printed = f"{term.letter or ''}{term.coefficient.amount if term.coefficient else '?'}"
                    yield (
                        f"{one.line.code} is {printed} and its fee is not that of {term.letter or ''}"
                        f"{measure.coefficient_from.amount}."
                    )

    def _is_fee_of(self, coefficient: Figure, one: Listed) -> bool:
        """True when a coefficient is the printed one, or times a value of the letter in the circular gives the fee."""
        [term] = one.line.terms
        if term.coefficient is not None and term.coefficient.amount == coefficient.amount:
            return True
        assert one.line.fee is not None
        values = {
            other.value.amount
            for line in one.reading.lines
            for other in line.terms
            if other.letter == term.letter and other.value is not None
        }
        return any(CENT.round(coefficient.amount * value) == one.line.fee.amount for value in values)

    def _half_ended(self, step: Step, meant: Sequence[Listed]) -> Iterator[str]:
        """A code that would end without the other one of its line."""
        if step.measure.kind != "ended" or step.measure.scope != "codes":
            return
        for one in meant:
            left = [code for code in one.codes if code.digits not in self._named[step.id]]
            if left and not _between(step.ranges, one):
                yield f"{left[0]} stands on the line of {one.line.code}; name both, as a pair."


def _has_no_figure(one: Listed) -> bool:
    """True for a line without fee and letter value: no measure moves anything of it."""
    return one.line.fee is None and all(term.value is None for term in one.line.terms)


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number} lines"


def _between(ranges: Sequence[tuple[str, str]], one: Listed) -> bool:
    """True when a code of the line is in one of the ranges, both ends inclusive."""
    return bool(ranges) and any(first <= code.digits <= last for first, last in ranges for code in one.codes)
