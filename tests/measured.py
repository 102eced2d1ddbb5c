"""Measures in a form that a test can write: what is expected of one, and what one says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bareme.circulars.model import MEASURE_SCOPES, Measure
from bareme.circulars.sources import Figure

Said = tuple[object, ...]


def says(
    kind: str,
    size: str | None = None,
    on: str | None = None,
    *,
    excepted: str = "",
    instead: str | None = None,
    already: str | None = None,
    since: str | None = None,
) -> Said:
    """What is expected of a measure.

    `size` is "2,72 %" or "400,00 euro"; `on` is None for all, a scope and a name ("section N", "others"), or codes.
    """
    number = None if size is None else Decimal(size.split()[0].replace(",", "."))
    is_rate = size is not None and size.endswith("%")
    scope, _, named = (on or "all").partition(" ")
    codes = () if scope in MEASURE_SCOPES else tuple(tuple(pair.split("-")) for pair in str(on).split(", "))
    return (
        kind,
        "codes" if codes else scope,
        None if codes else named or None,
        codes,
        number if is_rate else None,
        None if is_rate else number,
        tuple(filter(None, excepted.split(", "))),
        instead,
        None if already is None else Decimal(already.replace(",", ".")),
        None if since is None else date.fromisoformat(since),
    )


def said(measure: Measure) -> Said:
    """A measure in the form of `says`."""

    def number(figure: Figure | None) -> Decimal | None:
        return None if figure is None else figure.amount

    new, old = number(measure.coefficient_to), number(measure.coefficient_from)
    return (
        measure.kind,
        measure.scope,
        measure.named,
        tuple(tuple(code.digits for code in pair) for pair in measure.codes),
        number(measure.rate),
        number(measure.amount),
        measure.excepted,
        None if new is None else f"{measure.letter}{new} {old}",
        number(measure.already),
        measure.relative_to,
    )


def without_names(measure: Measure) -> tuple[object, ...]:
    """All that a measure says, but for its passage and for names."""
    plain = said(replace(measure, named=None, excepted=()))
    return (*plain, measure.named is None, len(measure.excepted))
