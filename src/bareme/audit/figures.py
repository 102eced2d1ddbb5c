"""Checks of amounts against the arithmetic of their own line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bareme.audit.registry import Saying, check, saying
from bareme.circulars.columns import product_of
from bareme.circulars.findings import Severity
from bareme.circulars.layout import RowLayout
from bareme.circulars.model import Amount, Line, Reading, Term
from bareme.circulars.reading import Structure
from bareme.money import printed
from bareme.nomenclature.situations import Basis, Regime


@check("amount_unreadable", Severity.ERROR, "row", doubts_line=True)
def amounts_have_two_decimals(row: RowLayout) -> Iterator[Saying]:
    """A cell below an amount's header holds an amount with two decimals, a dash, or nothing."""
    for name, source in row.unreadable:
        yield saying(
            source,
            "{text!r} stands where the {column} is; an amount has two decimals. The line is not used.",
            code=row.code,
            text=source.text or "",
            column=name,
        )


@check("terms_unclear", Severity.ERROR, "row", doubts_line=True)
def terms_can_be_told_apart(row: RowLayout) -> Iterator[Saying]:
    """Each key letter of a row has one letter value, with six decimals, and one coefficient."""
    if row.terms_unclear:
        yield saying(
            row.source,
            "the letter value and the coefficient cannot be told apart: {what}. The line is not used.",
            code=row.code,
            what=row.terms_unclear,
        )


@check("terms_incomplete", Severity.WARNING, "line")
def terms_are_complete(line: Line) -> Iterator[Saying]:
    """A term has a coefficient and a letter value."""
    for term in line.terms:
        missing = " and ".join(
            name for name, figure in (("coefficient", term.coefficient), ("letter value", term.value)) if figure is None
        )
        if missing:
            yield saying(
                line.source,
                "{letter} has no {missing}; the fee cannot be recomputed. The published fee is used.",
                code=line.code,
                letter=term.letter or "a term",
                missing=missing,
            )


@check("fee_from_terms", Severity.WARNING, "line")
def fee_follows_from_its_terms(line: Line) -> Iterator[Saying]:
    """The fee is the sum of coefficient x letter value, rounded half up to the cent."""
    computed = product_of(line.terms)
    if computed is None or line.fee is None or computed == line.fee.amount:
        return
    yield saying(
        line.fee.source,
        "{published} is published; {terms} gives {computed}. The published fee is used.",
        code=line.code,
        published=printed(line.fee.amount),
        terms=terms_text(line.terms),
        computed=printed(computed),
    )


def terms_text(terms: Sequence[Term]) -> str:
    """ "599,4 x 1,359267", terms joined by plus signs."""
    products = [
        f"{printed(t.coefficient.amount)} x {printed(t.value.amount)}" for t in terms if t.coefficient and t.value
    ]
    return " + ".join(products)


@check("fee_from_intervention_and_share", Severity.WARNING, "line")
def fee_is_intervention_and_patient_share(line: Line) -> Iterator[Saying]:
    """Where both are printed, fee = intervention + patient share; not so for group sessions."""
    for amount in line.amounts:
        if line.fee is None or amount.derived or amount.basis is Basis.SESSION:
            continue
        if amount.intervention is None or amount.patient_share is None:
            continue
        total = amount.intervention.amount + amount.patient_share.amount
        if total != line.fee.amount:
            yield saying(
                amount.intervention.source,
                "intervention {intervention} and patient share {share} make {total}; the fee is {fee}. "
                "All are used as published.",
                code=line.code,
                intervention=printed(amount.intervention.amount),
                share=printed(amount.patient_share.amount),
                total=printed(total),
                fee=printed(line.fee.amount),
            )


@check("interventions_in_order", Severity.ERROR, "line", doubts_line=True)
def interventions_are_in_order(line: Line) -> Iterator[Saying]:
    """The fee is at least the preferential intervention, and that one at least the ordinary one."""
    for amount in line.amounts:
        if amount.intervention is None or amount.intervention.is_derived:
            continue
        paid = amount.intervention
        if line.fee is not None and paid.amount > line.fee.amount:
            yield saying(
                paid.source,
                "intervention {paid} is above the fee {fee}. The line is not used.",
                code=line.code,
                paid=printed(paid.amount),
                fee=printed(line.fee.amount),
            )
        for other in line.amounts:
            same = (other.setting, other.age_from, other.facts) == (amount.setting, amount.age_from, amount.facts)
            pair = (amount.regime, other.regime) == (Regime.ORDINARY, Regime.PREFERENTIAL)
            if same and pair and other.intervention is not None and paid.amount > other.intervention.amount:
                yield saying(
                    paid.source,
                    "the ordinary intervention {paid} is above the preferential one {other}. The line is not used.",
                    code=line.code,
                    paid=printed(paid.amount),
                    other=printed(other.intervention.amount),
                )


@check("shares_in_order", Severity.ERROR, "line", doubts_line=True)
def patient_shares_are_in_order(line: Line) -> Iterator[Saying]:
    """No patient share is above the fee; the preferential one is not above the ordinary one, but in group sessions."""
    for amount in line.amounts:
        share = amount.patient_share
        if share is None or share.is_derived:
            continue
        if line.fee is not None and share.amount > line.fee.amount:
            yield saying(
                share.source,
                "patient share {share} is above the fee {fee}. The line is not used.",
                code=line.code,
                share=printed(share.amount),
                fee=printed(line.fee.amount),
            )
        other = _ordinary_beside(amount, line)
        if other is not None and other.patient_share is not None and share.amount > other.patient_share.amount:
            yield saying(
                share.source,
                "the preferential patient share {share} is above the ordinary one {other}. The line is not used.",
                code=line.code,
                share=printed(share.amount),
                other=printed(other.patient_share.amount),
            )


def _ordinary_beside(amount: Amount, line: Line) -> Amount | None:
    """The ordinary amount beside a preferential one; None in group sessions, whose shares have no order."""
    if amount.regime is not Regime.PREFERENTIAL or amount.basis is Basis.SESSION:
        return None
    ordinary = replace(amount, regime=Regime.ORDINARY)
    same = (a for a in line.amounts if _who(a) == _who(ordinary) and a.patient_share and not a.patient_share.is_derived)
    return next(same, None)


def _who(amount: Amount) -> tuple[object, ...]:
    return amount.setting, amount.regime, amount.age_from, amount.age_to, amount.facts


@check("amount_blank", Severity.WARNING, "row")
def amounts_beside_others_are_printed(row: RowLayout) -> Iterator[Saying]:
    """A row that prints some amounts prints all; a dash says that there is none."""
    for column, source, computed in row.blank_amounts:
        yield saying(
            source,
            "the cell of the {column} is blank, beside others that are filled. {stay}",
            code=row.code,
            column=column,
            stay="It is computed from the fee." if computed else "It stays null.",
        )


@check("no_amount_printed", Severity.NOTE, "document")
def a_line_has_a_fee(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A line prints a fee; one that prints none has no price."""
    rows = {(row.source.table, row.source.row): row for table in reading.tables for row in table.rows}
    for line in reading.lines:
        row = rows.get((line.source.table, line.source.row))
        read_all = row is None or not (row.headless or row.unreadable or row.code_alone)
        if line.fee is None and line.codes and not line.not_published and read_all:
            marks = " ".join(note.mark for note in line.footnotes)
            yield saying(
                line.source,
                "no fee is printed{marks}. The code has no amount.",
                code=line.code,
                marks=f" (mark {marks})" if marks else "",
            )


@check("fee_alone", Severity.NOTE, "document")
def a_fee_has_an_intervention(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A line with a fee prints interventions or patient shares; empty cells mean that the document gives none."""
    columns = {table.number: table.columns for table in reading.tables}
    for line in reading.lines:
        given = [a for a in line.amounts if a.intervention or a.patient_share or a.not_published]
        if line.fee is not None and line.amounts and not given:
            has_cells = any(not column.endswith("fee") for column in columns.get(line.source.table or 0, ()))
            why = "the cells are there and empty" if has_cells else "the table has no column for them"
            yield saying(
                line.fee.source,
                "fee {fee} and no intervention or patient share: " + why + ". Both stay null.",
                code=line.code,
                fee=printed(line.fee.amount),
            )
