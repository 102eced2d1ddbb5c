"""Measures in the language of a page: what a circular announces, what a scenario does; rates and days as written there.

Each kind and each scope has its sentence in the catalogue; a test holds the catalogues against the kinds there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from bareme.circulars.model import Measure
from bareme.circulars.sources import Figure
from bareme.money import CENT
from bareme.service.pages.figures import day, euro, number
from bareme.service.pages.languages import Words

if TYPE_CHECKING:
    from bareme.simulation.scenario import KeyLetter, Step


def measure_in_words(measure: Measure, t: Words) -> str:
    """A measure with what it changes: "index +2,72 % sur toutes les prestations"."""
    return _joined((_says(measure, t), *_since(measure, t), _where(measure, t)), measure, t)


def step_in_words(step: Step, t: Words) -> str:
    """A measure of a scenario, with the regime and the key letters that it is for."""
    measure = step.measure
    if measure.kind == "circular":
        return t("measure_says.circular", circular=step.circular)
    ranges = [t("measure_says.range", first=first, last=last) for first, last in step.ranges]
    where = t("measure_on.codes", named=", ".join((*_codes(measure), *ranges))) if ranges else _where(measure, t)
    says = _says(measure, t, step.other or "")
    whose: tuple[str, ...] = (f"({t(f'charts.{step.regime}')})",) if step.regime else ()
    words = _joined((says, *_since(measure, t), where), measure, t)
    for key, letters in (("only", step.letters), ("but", step.letters_left_out)):
        named = ", ".join(_letter(letter, t) for letter in letters)
        whose += (t(f"measure_says.letters_{key}", letters=named),) if named else ()
    return " ".join((words, *whose))


def _letter(letter: KeyLetter, t: Words) -> str:
    """ "I", or "I = 0,967687"."""
    return letter.letter if letter.value is None else f"{letter.letter} = {number(letter.value, t.language)}"


def _joined(parts: tuple[str, ...], measure: Measure, t: Words) -> str:
    left_out = t("measure_says.except", named=", ".join(measure.excepted)) if measure.excepted else ""
    return f"{' '.join(parts)}{left_out}"


def _says(measure: Measure, t: Words, other: str = "") -> str:
    """What it does, by its kind."""
    values = {"rate": _percent(measure.rate, t, signed=measure.kind != "share_rate"), "other": other}
    is_change = measure.kind == "fee_by_amount"
    amount = None if measure.amount is None else CENT.round(measure.amount.amount)
    values |= {"amount": euro(amount, t.language, signed=is_change)}
    for name, figure in (("new", measure.coefficient_to), ("old", measure.coefficient_from)):
        values[name] = f"{measure.letter or ''} {number(_amount(figure), t.language)}".strip()
    return t(f"measure_says.{measure.kind}", **values)


def _since(measure: Measure, t: Words) -> Iterator[str]:
    """What a rate counts from, and what of it was applied before."""
    if measure.relative_to is not None:
        yield t("measure_says.since", day=day(measure.relative_to, t.language))
    if measure.already is not None:
        yield t("measure_says.already", rate=_percent(measure.already, t, signed=False))


def _where(measure: Measure, t: Words) -> str:
    """The lines that it is for, by its scope."""
    named = ", ".join(_codes(measure)) if measure.scope == "codes" else measure.named or ""
    return t(f"measure_on.{measure.scope}", named=named)


def _codes(measure: Measure) -> list[str]:
    return ["-".join(code.digits for code in pair) for pair in measure.codes]


def _amount(figure: Figure | None) -> Decimal | None:
    return None if figure is None else figure.amount


def _percent(figure: Figure | None, t: Words, signed: bool) -> str:
    return f"{number(_amount(figure), t.language, signed=signed)} %"
