"""What the measures of a scenario make of one line: exactly, rounded as circulars round, each figure with its parents.

Letter values are multiplied exactly and rounded once, half up at six decimals; fees follow from them, or from the
amount; a fixed patient share stays, and the intervention is the fee less the share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from bareme.circulars.model import Amount, Line, Measure
from bareme.circulars.sources import Figure, difference
from bareme.indexation.arithmetic import Expected, expected, indexed_amount
from bareme.nomenclature.situations import InterventionKind

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class ShareRule:
    """What a measure makes of patient shares: `rate` percent of the fee, an `amount`, or nothing (both None)."""

    source: Figure | None
    rate: Decimal | None
    regime: str | None


def projected_line(line: Line, measures: Sequence[Measure], shares: Sequence[ShareRule] = ()) -> Line:
    """The line after its measures in order, then the rules of its shares; the same line where none is for it."""
    if not measures and not shares:
        return line
    found = expected(line, measures)
    terms = tuple(
        term if value is term.value else replace(term, value=value)
        for term, value in zip(line.terms, found.values, strict=True)
    )
    fee = line.fee if found.fee is None else found.fee
    fee = line.fee if fee is not None and line.fee is not None and fee.amount == line.fee.amount else fee
    amounts = tuple(
        _amount(amount, place, line, fee, found, measures, shares) for place, amount in enumerate(line.amounts)
    )
    return replace(line, terms=terms, fee=fee, amounts=amounts)


def _amount(
    amount: Amount,
    place: int,
    line: Line,
    fee: Figure | None,
    found: Expected,
    measures: Sequence[Measure],
    shares: Sequence[ShareRule],
) -> Amount:
    """An amount after the measures: its share, then its intervention."""
    share = _share(amount, found.shares[place], fee, shares)
    if amount.intervention_kind is InterventionKind.THEORETICAL:
        intervention = amount.intervention and indexed_amount(amount.intervention, measures)
    elif amount.intervention is None:
        intervention = None
    elif fee is None or line.fee is None:
        intervention = indexed_amount(amount.intervention, measures)
    elif share is not None:
        intervention = difference(fee, share)
    else:
        moved = Figure(line.fee.amount - amount.intervention.amount, line.fee.source, "difference", (line.fee,))
        intervention = difference(fee, moved)
    return replace(amount, intervention=_same(amount.intervention, intervention), patient_share=share)


def _same(before: Figure | None, after: Figure | None) -> Figure | None:
    """The figure before where nothing moved: what was published stays published."""
    return before if before is not None and after is not None and before.amount == after.amount else after


def _share(amount: Amount, share: Figure | None, fee: Figure | None, rules: Sequence[ShareRule]) -> Figure | None:
    """The patient share after the rules that are for it; who pays none gets none, but by a rule for his regime."""
    for rule in rules:
        if share is None or (rule.regime is not None and amount.regime not in (None, rule.regime)):
            continue
        if rule.rate is None:
            new = Decimal("0.00")
        elif fee is None or (not share.amount and rule.regime is None):
            continue
        else:
            new = (fee.amount * rule.rate / 100).quantize(_CENT, ROUND_DOWN)
        parents = tuple(figure for figure in (rule.source, fee) if figure is not None)
        share = Figure(new, share.source, "share_rate" if rule.rate is not None else "full_cover", parents)
    return share
