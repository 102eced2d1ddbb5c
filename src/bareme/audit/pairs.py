"""Lines of one side beside those of the other, code by code, and the figures of both.

A code that stands on several lines (age groups, sections) is told apart by the ages and facts of its amounts, then by
its section, then by its place; a line that still has no partner stands against nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bareme.audit.because import Because
from bareme.audit.changes import Act, Part
from bareme.audit.compared import Situation, keys_of
from bareme.circulars.model import Amount, Line, Reading, Term
from bareme.circulars.sources import Figure
from bareme.nomenclature.codes import Code


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A line that a side holds, for those of its codes that it holds there."""

    line: Line
    codes: tuple[Code, ...]
    reading: Reading
    line_id: str | None
    doubtful: bool = False

    @property
    def circular(self) -> str:
        """The number of the line's circular, or the name of its document."""
        return self.reading.circular.number or self.reading.document.name

    @property
    def who(self) -> Hashable:
        """The ages and facts of its amounts."""
        return keys_of(self.line)[0][1]

    def fits(self, amount: Amount, codes: Sequence[Code]) -> bool:
        """True when an amount of the line holds for one of the codes."""
        return len(codes) == len(self.line.codes) or amount.setting in (None, *(code.setting for code in codes))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines of the same act, for the codes that both hold; one of them None where it has no partner."""

    before: Listed | None
    after: Listed | None
    codes: tuple[Code, ...]

    @property
    def newest(self) -> Listed:
        """The line after, else the line before."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def act(self) -> Act:
        """The act of the pair, in the words of the newest line that has them."""
        lines = [x.line for x in (self.after, self.before) if x is not None]
        whose = _common_ages(lines)
        label = next((line.label for line in lines if line.label), None)
        section = next((line.section for line in lines if line.section), None)
        return Act(tuple(c.digits for c in self.codes), label, section, whose.age_from, whose.age_to)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One figure as both sides give it; `absent` says why one of them does not."""

    part: Part
    before: Decimal | str | None
    after: Decimal | str | None
    letter: str | None = None
    situation: Situation | None = None
    derived: bool = False
    absent: Because | None = None


def pairs_of(before: Sequence[Listed], after: Sequence[Listed]) -> Iterator[Pair]:
    """The lines of the codes that both sides hold, in the order of the side after."""
    old, new = _by_code(before), _by_code(after)
    groups: dict[tuple[Listed | None, Listed | None], list[Code]] = {}
    for code in new:
        if code in old:
            for pair in _partners(old[code], new[code]):
                groups.setdefault(pair, []).append(code)
    for (one, other), codes in groups.items():
        yield Pair(one, other, tuple(codes))


def listed_once(side: Sequence[Listed], other: Sequence[Listed]) -> Iterator[Pair]:
    """The lines of a side whose codes the other does not hold, for those codes; as pairs with nothing before."""
    held = _by_code(other)
    for listed in side:
        codes = tuple(code for code in listed.codes if code not in held)
        if codes:
            yield Pair(None, listed, codes)


def _by_code(side: Sequence[Listed]) -> dict[Code, list[Listed]]:
    found: dict[Code, list[Listed]] = {}
    for listed in side:
        for code in listed.codes:
            found.setdefault(code, []).append(listed)
    return found


def _partners(old: Sequence[Listed], new: Sequence[Listed]) -> Iterator[tuple[Listed | None, Listed | None]]:
    """Lines of one code, each with its partner."""
    left, right = list(old), list(new)
    alike: tuple[Callable[[Listed], Hashable], ...] = (lambda x: (x.who, x.line.section), lambda x: x.who)
    for key in alike:
        for one in list(left):
            partner = next((other for other in right if key(other) == key(one)), None)
            if partner is not None:
                left.remove(one)
                right.remove(partner)
                yield one, partner
    if len(left) == len(right) == 1:
        yield left[0], right[0]
        return
    yield from ((one, None) for one in left)
    yield from ((None, other) for other in right)


def sightings_of(pair: Pair) -> Iterator[Sighting]:
    """The figures (and label) of a pair that at least one of its lines gives."""
    for found in (*_label(pair), *_terms(pair), _fee(pair), *_amounts(pair)):
        if found.before is not None or found.after is not None:
            yield found


def _sighting(
    pair: Pair,
    part: Part,
    before: Decimal | str | None,
    after: Decimal | str | None,
    missing: str,
    letter: str | None = None,
    situation: Situation | None = None,
    derived: bool = False,
) -> Sighting:
    """A figure of both sides; `missing` is the kind of reason why a side does not give it."""
    absent = None
    if (before is None) is not (after is None):
        lacking = pair.before if before is None else pair.after
        absent = Because("ages_or_facts", pair.newest.circular)
        if lacking is not None:
            absent = Because(missing, lacking.circular)
    return Sighting(part, before, after, letter, situation, derived, absent)


def _label(pair: Pair) -> Iterator[Sighting]:
    old, new = pair.before, pair.after
    if old and new and old.reading.circular.language == new.reading.circular.language:
        yield _sighting(pair, Part.LABEL, old.line.label, new.line.label, "no_label")


def _terms(pair: Pair) -> Iterator[Sighting]:
    """Coefficients and values of the same letters; else the letters."""
    old = pair.before.line.terms if pair.before else ()
    new = pair.after.line.terms if pair.after else ()
    whose = _common_ages([x.line for x in (pair.before, pair.after) if x is not None])
    if [term.letter for term in old] != [term.letter for term in new]:
        yield _sighting(pair, Part.TERMS, _words(old), _words(new), "no_letter", situation=whose)
        return
    for number, (one, other) in enumerate(zip(old, new, strict=True)):
        letter = other.letter or (None if len(new) == 1 else str(number + 1))
        figures = ((Part.COEFFICIENT, one.coefficient, other.coefficient), (Part.LETTER_VALUE, one.value, other.value))
        for part, before, after in figures:
            yield _sighting(pair, part, _number(before), _number(after), "not_printed", letter, whose)


def _words(terms: Sequence[Term]) -> str | None:
    """ "X 8 + Y 30", without the letters' values; None without terms."""
    words = (f"{term.letter or '?'} {_number(term.coefficient) or ''}".strip() for term in terms)
    return " + ".join(words) or None


def _fee(pair: Pair) -> Sighting:
    lines = [x.line for x in (pair.before, pair.after) if x is not None]
    old, new = (x.line.fee if x is not None else None for x in (pair.before, pair.after))
    cut = any(line.fee is None and "fee" in line.not_published for line in lines)
    missing = "not_published" if cut else "no_fee"
    return _sighting(pair, Part.FEE, _number(old), _number(new), missing, situation=_common_ages(lines))


def _amounts(pair: Pair) -> Iterator[Sighting]:
    """Interventions and patient shares, situation by situation."""
    old = _by_situation(pair.before, pair.codes)
    new = _by_situation(pair.after, pair.codes)
    for key in dict.fromkeys([*new, *old]):
        one, other = old.get(key), new.get(key)
        found = other or one
        assert found is not None
        for part in (Part.INTERVENTION, Part.PATIENT_SHARE):
            before, after = _figure(one, part), _figure(other, part)
            missing = _missing(one if before is None else other, part)
            derived = any(figure is not None and figure.is_derived for figure in (before, after))
            numbers = (_number(before), _number(after))
            yield _sighting(pair, part, *numbers, missing, None, Situation.of(found), derived)


def _by_situation(listed: Listed | None, codes: Sequence[Code]) -> dict[Hashable, Amount]:
    """The amounts that hold for the codes, by situation and, of several in one situation, by place."""
    found: dict[Hashable, Amount] = {}
    for amount in listed.line.amounts if listed else ():
        if listed and listed.fits(amount, codes):
            key, place = Situation.of(amount).key, 0
            while (key, place) in found:
                place += 1
            found[key, place] = amount
    return found


def _figure(amount: Amount | None, part: Part) -> Figure | None:
    if amount is None:
        return None
    return amount.intervention if part is Part.INTERVENTION else amount.patient_share


def _missing(amount: Amount | None, part: Part) -> str:
    if amount is None:
        return "no_situation"
    return "not_published" if part.value in amount.not_published else "no_amount"


def _common_ages(lines: Sequence[Line]) -> Situation:
    """The ages and facts that all amounts of some lines share, without setting and regime."""
    found = {(a.age_from, a.age_to, tuple(sorted(a.facts.items()))) for line in lines for a in line.amounts}
    if len(found) != 1:
        return Situation()
    [(age_from, age_to, facts)] = found
    return Situation(None, None, age_from, age_to, dict(facts))


def _number(figure: Figure | None) -> Decimal | None:
    return None if figure is None else figure.amount
