"""Checks of figures against their neighbours: the same code, the same table, the same circular.

A figure that no equation of its own line proves can still be at odds with the lines around it. Each check asks for
enough neighbours before it speaks: where shares or fees vary from line to line by nature, it says nothing.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bareme.audit.registry import Saying, check, saying
from bareme.circulars.findings import Severity
from bareme.circulars.model import Amount, Line, Reading
from bareme.circulars.reading import Structure
from bareme.circulars.sources import Figure
from bareme.money import printed
from bareme.nomenclature.codes import code_of_stem
from bareme.nomenclature.situations import Basis, Regime, Setting

ENOUGH = 3
"""So many neighbours must agree before one that does not is named."""
MANY = 20
"""So many figures of group sessions must be there before one that stands alone is named."""
STEP = 2
"""From the stem of an ambulatory code to the next one."""


@check("fee_differs_by_age", Severity.WARNING, "document")
def a_code_has_one_fee_at_every_age(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A code that stands in several age groups has the same fee in each; what changes is who pays."""
    first: dict[str, Line] = {}
    for line in reading.lines:
        for code in line.codes:
            other = first.setdefault(code.digits, line)
            if (
                other.fee is None
                or line.fee is None
                or other.fee.amount == line.fee.amount
                or _ages(other) == _ages(line)
            ):
                continue
            yield saying(
                line.fee.source,
                "the fee is {here}; in table {table}, row {row} it is {there}. Both are used as published.",
                code=code.digits,
                here=printed(line.fee.amount),
                there=printed(other.fee.amount),
                table=other.source.table,
                row=other.source.row,
            )


def _ages(line: Line) -> set[tuple[int | None, int | None]]:
    return {(a.age_from, a.age_to) for a in line.amounts}


@check("code_in_one_age_group", Severity.WARNING, "document")
def a_code_stands_in_every_age_group(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Where most codes of a table stand in another age group too, all of them do."""
    groups: dict[str, set[tuple[int | None, int | None]]] = {}
    for line in reading.lines:
        for code in line.codes:
            groups.setdefault(code.digits, set()).update(_ages(line))
    for lines in _tables(reading):
        alone = [line for line in lines if line.code and len(groups[line.code]) == 1]
        aged = all(a.age_from is not None or a.age_to is not None for line in lines for a in line.amounts)
        if aged and alone and len(lines) - len(alone) >= max(ENOUGH, 2 * len(alone)):
            for line in alone:
                yield saying(
                    line.source,
                    "{code} stands in one age group only; the other codes of its table stand in two.",
                    code=line.code,
                )


@check("code_missing_in_sequence", Severity.WARNING, "alone")
def codes_of_a_sequence_are_all_there(circular: Reading) -> Iterator[Saying]:
    """Where codes follow one another without a gap, one missing among three or more was dropped or has ended.

    Asked only of a circular that has none before it: the one before it tells for sure.
    """
    lines = {code.stem: line for line in circular.lines for code in line.codes if code.setting is Setting.AMBULATORY}
    for stem, line in sorted(lines.items()):
        missing = stem + STEP
        if missing in lines or missing + STEP not in lines:
            continue
        before, after = (
            next(n for n in itertools.count(1) if missing + way * n * STEP not in lines) for way in (-1, 1)
        )
        if before + after - 2 >= ENOUGH:
            yield saying(
                line.source,
                "{missing} is not listed; {one} and {other}, on both its sides, are. It ended, or its row was dropped.",
                code=code_of_stem(missing).digits,
                missing=code_of_stem(missing),
                one=code_of_stem(stem),
                other=code_of_stem(missing + STEP),
            )


@check("letter_value_of_neighbours", Severity.NOTE, "document")
def a_letter_has_one_value_in_a_table(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """One letter has one value within a table, unless a measure names the codes of the others."""
    for lines in _tables(reading):
        for line, letter, usual, value in _odd_values(lines, reading):
            if 2 * sum(v.amount == usual for _, v in _values(lines)) > len(lines) and not _is_slip(usual, value):
                yield saying(
                    value.source,
                    "{letter} is {value} here and {usual} on most lines of the table; no measure says so.",
                    code=line.code,
                    letter=letter or "the value",
                    value=printed(value.amount),
                    usual=printed(usual),
                )


@check("letter_value_slip", Severity.WARNING, "document")
def a_letter_value_is_not_one_slip_from_the_usual_one(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A letter value is not one digit, one swap or one comma away from the one that its letter usually has."""
    for line, letter, usual, value in _odd_values(reading.lines, reading):
        if _is_slip(usual, value):
            yield saying(
                value.source,
                "{letter} is {published} here; {computed}, one slip away, stands on other lines. Used as printed.",
                code=line.code,
                letter=letter or "the value",
                published=printed(value.amount),
                computed=printed(usual),
            )


def _odd_values(lines: Sequence[Line], reading: Reading) -> Iterator[tuple[Line, str | None, Decimal, Figure]]:
    """Lines whose letter has another value on enough other lines, each time with that value; measures name others."""
    named = {code for measure in reading.measures for pair in measure.codes for code in pair}
    by_letter: dict[str | None, list[tuple[Line, Figure]]] = {}
    for line, value in _values(lines):
        by_letter.setdefault(next(t.letter for t in line.terms if t.value is value), []).append((line, value))
    for letter, found in by_letter.items():
        counts = Counter(value.amount for _, value in found)
        for line, value in found:
            if counts[value.amount] < ENOUGH and not named.intersection(line.codes):
                for usual, count in counts.most_common():
                    if count >= ENOUGH:
                        yield line, letter, usual, value


def _values(lines: Sequence[Line]) -> Iterator[tuple[Line, Figure]]:
    return ((line, term.value) for line in lines for term in line.terms if term.value is not None)


def _is_slip(usual: Decimal, value: Figure) -> bool:
    return one_slip(printed(usual), printed(value.amount))


@check("share_of_siblings", Severity.WARNING, "document")
def patient_shares_recur(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Where patients in one situation pay a few fixed shares, none stands alone (8,68 on 32 lines)."""
    situations: dict[object, list[tuple[Line, Amount, Figure]]] = {}
    for line in reading.lines:
        for amount in line.amounts:
            if amount.basis is not Basis.SESSION and amount.patient_share is not None:
                who = (amount.setting, amount.regime, amount.age_from, amount.age_to, tuple(amount.facts.items()))
                situations.setdefault(who, []).append((line, amount, amount.patient_share))
    for group in situations.values():
        counts = Counter(share.amount for _, _, share in group)
        alone = [entry for entry in group if entry[2].amount and counts[entry[2].amount] == 1]
        for line, amount, share in alone if 10 * len(alone) <= max(10, len(group)) else ():
            usual = _usual_shares(line, group)
            if usual:
                yield saying(
                    amount.intervention.source if share.is_derived and amount.intervention else share.source,
                    "no other line leaves {published} to the patient in this situation; usual is {usual}. "
                    "Used as published.",
                    code=line.code,
                    published=printed(share.amount),
                    computed=printed(min(usual, key=lambda u: abs(u - share.amount))),
                    usual=", ".join(printed(amount) for amount in usual),
                )


def _usual_shares(line: Line, group: Sequence[tuple[Line, Amount, Figure]]) -> list[Decimal]:
    """The shares that recur in a situation; none at all is usual where all other lines of the table have none."""
    counts = Counter(share.amount for _, _, share in group if share.amount)
    usual = [amount for amount, count in counts.most_common(3) if count >= ENOUGH]
    beside = [
        share.amount for other, _, share in group if other is not line and other.source.table == line.source.table
    ]
    return usual or ([Decimal("0.00")] if len(beside) >= ENOUGH and not any(beside) else [])


@check("figure_without_sibling", Severity.WARNING, "document")
def figures_of_sessions_recur(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The fees, interventions and shares of group sessions, which no equation proves, recur within a circular."""
    figures = []
    for line in reading.lines:
        if any(a.basis is Basis.SESSION for a in line.amounts):
            own = [line.fee] if line.fee else []
            own += [f for a in line.amounts for f in (a.intervention, a.patient_share) if f]
            figures += [(line, figure) for figure in own]
    counts = Counter(figure.amount for _, figure in figures)
    alone = [(line, figure) for line, figure in figures if counts[figure.amount] == 1]
    if len(figures) < max(MANY, 10 * len(alone)):
        return
    for line, figure in alone:
        yield saying(
            figure.source,
            "{figure} stands on no other line of a group session. Used as published.",
            code=line.code,
            figure=printed(figure.amount),
        )


@check("session_regimes_differ", Severity.WARNING, "document")
def both_regimes_pay_the_same_in_a_session(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Where nearly all group sessions have the same amounts in both regimes, all have."""
    pairs = []
    for line in reading.lines:
        by_regime = {a.regime: a for a in line.amounts if a.basis is Basis.SESSION and a.regime}
        if len(by_regime) == 2:
            for name in ("intervention", "patient_share"):
                figures = [getattr(by_regime[regime], name) for regime in (Regime.PREFERENTIAL, Regime.ORDINARY)]
                if all(figure is not None and not figure.is_derived for figure in figures):
                    pairs.append((line, name.replace("_", " "), *figures))
    differing = [pair for pair in pairs if pair[2].amount != pair[3].amount]
    if len(pairs) < 10 * max(len(differing), 1):
        return
    for line, name, preferential, ordinary in differing:
        yield saying(
            ordinary.source,
            "the {name} of the session is {ordinary} without preferential regime and {preferential} with it; in the "
            "other sessions both are equal. Used as published.",
            code=line.code,
            name=name,
            ordinary=printed(ordinary.amount),
            preferential=printed(preferential.amount),
        )


@check("fee_of_neighbours", Severity.WARNING, "document")
def a_fee_agrees_with_its_table(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Where all other lines of a table have one fee, and nothing in the line proves another, it has that fee too."""
    for lines in _tables(reading):
        fees = Counter(line.fee.amount for line in lines if line.fee)
        if len(fees) != 2 or min(fees.values()) != 1 or max(fees.values()) < ENOUGH:
            continue
        usual = fees.most_common(1)[0][0]
        for line in lines:
            if line.fee and line.fee.amount != usual and not line.terms and not _adds_up(line):
                yield saying(
                    line.fee.source,
                    "the fee is {fee}; all other lines of the table have {usual}. Used as published.",
                    code=line.code,
                    fee=printed(line.fee.amount),
                    usual=printed(usual),
                )


def _adds_up(line: Line) -> bool:
    """True when fee = intervention + share is printed in the line."""
    printed_both = [a for a in line.amounts if a.intervention and a.patient_share and not a.derived]
    return bool(printed_both) and all(
        line.fee
        and a.intervention
        and a.patient_share
        and a.intervention.amount + a.patient_share.amount == line.fee.amount
        for a in printed_both
    )


@check("twins_differ", Severity.WARNING, "document")
def both_settings_pay_the_same_with_preferential_regime(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Where nearly all lines pay the same in both settings with preferential regime, all do."""
    pairs = []
    for line in reading.lines:
        paid = {a.setting: a.intervention for a in line.amounts if a.regime is Regime.PREFERENTIAL and a.intervention}
        if len(paid) == 2 and None not in paid:
            pairs.append((line, paid[Setting.AMBULATORY], paid[Setting.HOSPITAL]))
    differing = [pair for pair in pairs if pair[1].amount != pair[2].amount]
    if len(pairs) < 10 * max(len(differing), 1):
        return
    for line, ambulatory, hospital in differing:
        yield saying(
            hospital.source,
            "with preferential regime {hospital} is paid in hospital, {ambulatory} outside; elsewhere both are equal.",
            code=line.code,
            hospital=printed(hospital.amount),
            ambulatory=printed(ambulatory.amount),
        )


def _tables(reading: Reading) -> list[list[Line]]:
    """The lines of each table."""
    tables: dict[int | None, list[Line]] = {}
    for line in reading.lines:
        tables.setdefault(line.source.table, []).append(line)
    return list(tables.values())


def one_slip(one: str, other: str) -> bool:
    """True when one digit changed, two neighbours swapped, or a comma moved turns one text into the other."""
    if one.replace(",", "") == other.replace(",", ""):
        return True
    if len(one) != len(other):
        return False
    differing = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) == 1:
        return True
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and sorted(one[differing[0] : differing[1] + 1]) == sorted(other[differing[0] : differing[1] + 1])
    )
