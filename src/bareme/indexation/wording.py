"""Measures in a few words."""

from __future__ import annotations

from decimal import Decimal

from bareme.circulars.model import Measure
from bareme.money import CENT, printed


def measure_brief(measure: Measure) -> str:
    """A measure in the fewest words: "index +2,72 %", "fee of N1300 instead of N1350". `measure_words` says on what."""
    return f"{_NAMES[measure.kind]}{_size(measure)}"


def measure_words(measure: Measure) -> str:
    """A measure with what it changes: "index +2,72 % on all acts", "letter value -10 % on 589676-589680"."""
    left_out = f", except {', '.join(measure.excepted)}" if measure.excepted else ""
    return f"{measure_brief(measure)}{_since(measure)} {_where(measure)}{left_out}"


_NAMES = {
    "index": "index",
    "letter_value_by_rate": "letter value",
    "fee_by_rate": "fee",
    "fee_of_coefficient": "fee",
    "fee_by_amount": "fee",
    "fee_set": "fee set to",
    "share_set": "patient share set to",
    "unchanged": "no change",
    "added": "new codes",
    "ended": "end",
}
"""What a measure of each kind of `MEASURE_KINDS` is called."""


def _size(measure: Measure) -> str:
    """By how much, or to what; changes are signed."""
    if measure.rate is not None:
        return f" {_signed(measure.rate.amount)} %"
    if measure.amount is not None:
        is_change = measure.kind == "fee_by_amount"
        euro = CENT.round(measure.amount.amount)
        return f" {_signed(euro) if is_change else printed(euro)} euro"
    if measure.coefficient_to is not None and measure.coefficient_from is not None:
        new, old = (f"{f.amount:f}".replace(".", ",") for f in (measure.coefficient_to, measure.coefficient_from))
        return f" of {measure.letter or ''}{new} instead of {measure.letter or ''}{old}"
    return ""


def _signed(number: Decimal) -> str:
    return f"{'+' * (number > 0)}{printed(number)}"


def _since(measure: Measure) -> str:
    """What a rate counts from, and what of it was applied before."""
    day = f" from the tariffs of {measure.relative_to}" if measure.relative_to is not None else ""
    part = f" ({printed(measure.already.amount)} % of it applied before)" if measure.already is not None else ""
    return day + part


def _where(measure: Measure) -> str:
    """The lines of a scope of `MEASURE_SCOPES`."""
    if measure.scope == "codes":
        return f"on {', '.join('-'.join(code.digits for code in pair) for pair in measure.codes)}"
    if measure.scope == "convention":
        return f"on {measure.named}"
    before = {"series": "the acts of ", "article": "article ", "section": "section "}
    whole = {"all": "all acts", "others": "all other acts"}
    return f"on {whole.get(measure.scope) or before[measure.scope] + (measure.named or '')}"
