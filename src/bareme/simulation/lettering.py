"""Key letters that measures name: whose lines a measure is for, and which letter values of a line it moves.

A letter alone fixes no value: `I` names every value of the letter, `I=0.967687` one. Of a fee that is a sum of several
letters, a measure of letter values moves those that are named; any other measure moves the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bareme.audit.pairs import Listed
from bareme.circulars.model import Term
from bareme.money import printed
from bareme.simulation.scenario import KeyLetter, Step

OF_VALUES = ("index", "letter_value_by_rate")
"""Kinds that move letter values one by one."""
_Terms = frozenset[int] | None


class Lettering:
    """The lines of the measures that name key letters."""

    def __init__(self, steps: Iterable[Step], listed: Sequence[Listed]) -> None:
        self._lines = {step.id: _lines_of(step, listed) for step in steps if step.letters or step.letters_left_out}

    def holds(self, step: Step, one: Listed) -> bool:
        """True for a line with the letters of a measure; every line where it names none."""
        return step.id not in self._lines or id(one) in self._lines[step.id]

    def terms(self, step: Step, one: Listed) -> _Terms:
        """The numbers of the letter values of a line that a measure moves; None: all."""
        return self._lines[step.id].get(id(one)) if step.id in self._lines else None


def _lines_of(step: Step, listed: Sequence[Listed]) -> Mapping[int, _Terms]:
    """The lines, by their `id`, with the letter values that are meant."""
    return {id(one): _all_or(terms, one) for one in listed if (terms := _terms_of(step, one)) is not None}


def _all_or(terms: frozenset[int], one: Listed) -> _Terms:
    return None if len(terms) == len(one.line.terms) else terms


def _terms_of(step: Step, one: Listed) -> frozenset[int] | None:
    """The letter values of a line that a measure moves; None for a line that it is not for."""
    terms = one.line.terms
    named = {number for number, term in enumerate(terms) if not step.letters or is_one_of(step.letters, term)}
    out = {number for number, term in enumerate(terms) if is_one_of(step.letters_left_out, term)}
    if step.letters and not named:
        return None
    if step.measure.kind not in OF_VALUES:
        return None if out else frozenset(range(len(terms)))
    return frozenset(named - out) if named - out or not terms else None


def is_one_of(letters: Sequence[KeyLetter], term: Term) -> bool:
    """True for a term with one of the letters and, where one is given, its value."""
    return any(
        term.letter == one.letter and (one.value is None or (term.value and term.value.amount) == one.value)
        for one in letters
    )


def unknown_letters(step: Step, listed: Sequence[Listed], day: object) -> Iterator[str]:
    """What is wrong with the letters that a measure names, on the lines that it would be for without them."""
    for name, letters in (("key_letters", step.letters), ("except_key_letters", step.letters_left_out)):
        for one in letters:
            terms = [term for line in listed for term in line.line.terms]
            if any(is_one_of([one], term) for term in terms):
                continue
            values = sorted({term.value.amount for term in terms if term.letter == one.letter and term.value})
            if values:
                held = f"{one.letter} has {', '.join(map(printed, values))}"
            else:
                held = f"they have {', '.join(sorted({term.letter for term in terms if term.letter})) or 'no letter'}"
            yield f"{name}: no line that it is for has the letter {one.words} on {day}; {held}."
