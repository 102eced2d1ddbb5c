"""What the measures of a scenario make of one line: exactly, rounded as circulars round, each figure with its parents.

Letter values are multiplied exactly and rounded once, half up at six decimals; fees follow from them, or from the
amount; a fixed patient share stays, and the intervention is the fee less the share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from bareme.circulars.model import Amount, Line, Measure, Term
from bareme.circulars.sources import Figure, difference
from bareme.indexation.arithmetic import PLAIN, Manners, indexed_amount, values_and_fee
from bareme.nomenclature.situations import Basis, InterventionKind

_CENT = Decimal("0.01")


SHARES = ("share_set", "share_rate", "full_cover")
"""Kinds that move patient shares and interventions, and no letter value or fee."""
MOVING_FEES = ("fee_set", "fee_by_amount")
"""Kinds that move the fee itself."""


@dataclass(frozen=True, slots=True)
class ShareRule:
    """What a measure of one of `SHARES` makes of patient shares; `figure` is its amount in euro, or its percentage.

    `regime` is whom it is for, None: everybody.
    """

    kind: str
    figure: Figure | None
    regime: str | None


@dataclass(frozen=True, slots=True)
class Projected:
    """The figures of a line after measures, each at its place; those that came out as they were are the published ones.

    `values` are letter values by term, `paid` intervention and patient share by amount.
    """

    values: tuple[Figure | None, ...]
    fee: Figure | None
    paid: tuple[tuple[Figure | None, Figure | None], ...]


def projected_line(
    line: Line, measures: Sequence[Measure], shares: Sequence[ShareRule] = (), manners: Manners = PLAIN
) -> Line:
    """The line after its measures in order, then the rules of its shares in order; the same line where none is for it.

    Figures that come out as they were stay the published ones. `manners` says, by the number of the measure, which
    letter values it is for, and the line of an earlier day that it counts from.
    """
    if not measures and not shares:
        return line
    found = projected_figures(line, measures, shares, manners)
    terms = tuple(
        term if term.value is value else Term(term.letter, term.coefficient, value)
        for term, value in zip(line.terms, found.values, strict=True)
    )
    amounts = tuple(
        amount if paid is amount.intervention and share is amount.patient_share else _paying(amount, paid, share)
        for amount, (paid, share) in zip(line.amounts, found.paid, strict=True)
    )
    pairs = zip((*terms, found.fee, *amounts), (*line.terms, line.fee, *line.amounts), strict=True)
    return line if all(new is old for new, old in pairs) else _line(line, terms, found.fee, amounts)


def projected_figures(
    line: Line, measures: Sequence[Measure], shares: Sequence[ShareRule] = (), manners: Manners = PLAIN
) -> Projected:
    """The figures of the line after its measures in order, then the rules of its shares in order."""
    values, fee, _ = values_and_fee(line, measures, manners)
    values = tuple(_same(term.value, value) for term, value in zip(line.terms, values, strict=True))
    is_moved = (
        not line.terms
        or any(new is not term.value for new, term in zip(values, line.terms, strict=True))
        or any(measure.kind in MOVING_FEES for measure in measures)
    )
    fee = _same(line.fee, fee) if is_moved and fee is not None else line.fee
    paid = tuple(_paid(amount, line, fee, measures, shares, manners) for amount in line.amounts)
    return Projected(values, fee, paid)


def _paid(
    amount: Amount,
    line: Line,
    fee: Figure | None,
    measures: Sequence[Measure],
    shares: Sequence[ShareRule],
    manners: Manners,
) -> tuple[Figure | None, Figure | None]:
    """The intervention and the share of an amount after the measures: its share first."""
    share = _share(amount, fee, shares) if shares else amount.patient_share
    if amount.intervention is None:
        intervention = None
    elif fee is None or line.fee is None or not _follows(amount, line.fee, share):
        intervention = _of_itself(amount, amount.intervention, measures, manners)
    elif share is not None:
        intervention = difference(fee, share)
    else:
        moved = Figure(line.fee.amount - amount.intervention.amount, line.fee.source, "difference", (line.fee,))
        intervention = difference(fee, moved)
    return _same(amount.intervention, intervention), share


def _of_itself(amount: Amount, intervention: Figure, measures: Sequence[Measure], manners: Manners) -> Figure | None:
    """An intervention that does not follow from the fee; that of an earlier day where a rate counts from it."""
    for number in sorted(manners, reverse=True):
        base = manners[number].base
        if base is not None:
            earlier = amount_like(amount, base)
            figure = None if earlier is None else earlier.intervention
            return None if figure is None else indexed_amount(figure, measures[number:])
    return indexed_amount(intervention, measures)


def amount_like(amount: Amount, line: Line) -> Amount | None:
    """The amount of another line that holds for the same patients."""
    return next((other for other in line.amounts if _who(other) == _who(amount)), None)


def _who(amount: Amount) -> tuple[object, ...]:
    return amount.setting, amount.regime, amount.age_from, amount.age_to, amount.facts, amount.basis


def _line(line: Line, terms: tuple[Term, ...], fee: Figure | None, amounts: tuple[Amount, ...]) -> Line:
    """The line with these figures; made outright, which is much faster than `replace`."""
    return Line(
        line.ambulatory_code,
        line.hospital_code,
        terms,
        fee,
        amounts,
        line.label,
        line.section,
        line.convention,
        line.footnotes,
        line.source,
        line.cells,
        line.not_published,
    )


def _paying(amount: Amount, intervention: Figure | None, share: Figure | None) -> Amount:
    """The amount with these figures; made outright, which is much faster than `replace`."""
    return Amount(
        amount.setting,
        amount.regime,
        amount.age_from,
        amount.age_to,
        intervention,
        share,
        amount.basis,
        amount.intervention_kind,
        amount.not_published,
        amount.facts,
    )


def is_of_itself(amount: Amount, line: Line) -> bool:
    """True for an intervention that is not the fee less the share: measures move it as an amount of its own."""
    paid = amount.intervention is not None
    return paid and (line.fee is None or not _follows(amount, line.fee, amount.patient_share))


def _follows(amount: Amount, fee: Figure, share: Figure | None) -> bool:
    """True when the intervention is the fee less the share; per patient of a session, and theoretical, it is not.

    Where the published figures do not add up, it follows once a measure gives a new share.
    """
    before = amount.intervention
    theoretical = amount.intervention_kind is InterventionKind.THEORETICAL
    if before is None or theoretical or amount.basis is Basis.SESSION:
        return False
    if amount.patient_share is None:
        return amount.basis is Basis.ACT or before.amount == fee.amount
    return share is not amount.patient_share or before.amount + amount.patient_share.amount == fee.amount


def _same(before: Figure | None, after: Figure | None) -> Figure | None:
    """The figure before where nothing moved: what was published stays published."""
    return before if before is not None and after is not None and before.amount == after.amount else after


def _share(amount: Amount, fee: Figure | None, rules: Sequence[ShareRule]) -> Figure | None:
    """The patient share after the rules that are for it; who pays none gets none, but by a rule for his regime.

    A percentage is of the fee for one patient: shares of sessions, whose fee is for all, are left as they are.
    """
    share = amount.patient_share
    for rule in rules:
        if share is None or (rule.regime is not None and amount.regime not in (None, rule.regime)):
            continue
        if rule.figure is None:
            new = Decimal("0.00")
        elif not share.amount and rule.regime is None:
            continue
        elif rule.kind == "share_set":
            new = rule.figure.amount
        elif fee is None or amount.basis is Basis.SESSION:
            continue
        else:
            new = (fee.amount * rule.figure.amount / 100).quantize(_CENT, ROUND_DOWN)
        parents = tuple(figure for figure in (rule.figure, fee) if figure is not None)
        share = Figure(new, share.source, rule.kind, parents)
    return _same(amount.patient_share, share)
