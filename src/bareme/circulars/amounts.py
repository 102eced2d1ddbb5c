"""The amounts of one row: what stands below each amount's header, and the situations that it is for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bareme.circulars.columns import can_be_amount, cell_of
from bareme.circulars.documents.blocks import Row
from bareme.circulars.header import Column
from bareme.circulars.model import Amount, Section
from bareme.circulars.rows import Kind, Tokens
from bareme.circulars.sources import Figure, Source, difference
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting


@dataclass(frozen=True, slots=True)
class Context:
    """What the document says around a table: where it stands and what holds for all its lines."""

    section: Section | None
    convention: str | None
    basis: Basis
    age_from: int | None
    age_to: int | None
    footnotes: Mapping[str, Source]
    theoretical_marks: frozenset[str] = frozenset()
    unit_marks: frozenset[str] = frozenset()
    place: str = ""
    regime: Regime | None = None
    unclear: str | None = None
    days: tuple[tuple[date, Source], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Draft:
    """A row while it is read.

    `cut` names the columns before which the row ends, `absent` those of which it says that they are not published.
    """

    row: Row
    tokens: Tokens
    source: Source
    shift: int = 0
    cells: dict[str, Source] = field(default_factory=dict)
    unreadable: list[tuple[str, Source]] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    blank: list[tuple[Column, Source]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def figure_below(draft: Draft, column: Column) -> Figure | None:
    """The figure in a column's cell; what is cut or cannot be read is noted in the draft."""
    token = cell_of(column, draft.tokens, draft.shift)
    if token is None:
        draft.cut.append(column.name)
        return None
    if token.kind is Kind.ABSENT:
        draft.absent.append(column.name)
        return None
    source = draft.source.at(*token.cell.spot)
    if token.kind is Kind.BLANK:
        draft.blank.append((column, source))
    if token.kind in (Kind.BLANK, Kind.DASH):
        return None
    if token.amount is None or not can_be_amount(token):
        draft.unreadable.append((column.name, source))
        return None
    draft.marks += [token.mark] if token.mark else []
    return Figure(token.amount, source)


def amounts_of(
    draft: Draft,
    figures: Mapping[Column, Figure | None],
    fee: Figure | None,
    marks: Sequence[str],
    context: Context,
) -> tuple[Amount, ...]:
    """One amount for each situation that the header names; at least one, so that a fee alone keeps its basis."""
    situations = list(dict.fromkeys(c.situation for c in figures if c.quantity != "fee")) or [(None, None, ())]
    basis = Basis.UNIT if context.unit_marks.intersection(marks) else context.basis
    theoretical = bool(context.theoretical_marks.intersection(marks))
    amounts = []
    for number, (setting, regime, facts) in enumerate(situations):
        here = {c.quantity: (c, f) for c, f in figures.items() if c.situation == (setting, regime, facts)}
        _, intervention = here.get("intervention", (None, None))
        _, share = here.get("patient_share", (None, None))
        unpublished = (*draft.cut, *draft.absent)
        cut = [q for q in ("intervention", "patient_share") if q in here and here[q][0].name in unpublished]
        if basis is not Basis.SESSION and fee is not None:
            intervention, share = _derived(fee, intervention, share, _may_follow(draft, here))
        for quantity, figure in (("intervention", intervention), ("patient_share", share)):
            if figure is not None and not figure.is_derived:
                draft.cells[f"amounts.{number}.{quantity}"] = figure.source
        kind = InterventionKind.THEORETICAL if theoretical else InterventionKind.ACTUAL
        amounts.append(
            Amount(
                setting=setting,
                regime=regime or context.regime,
                age_from=context.age_from,
                age_to=context.age_to,
                intervention=intervention,
                patient_share=share,
                basis=basis,
                intervention_kind=None if intervention is None else kind,
                not_published=("intervention", "patient_share") if cut else (),
                facts=dict(sorted({**dict(context.facts), **dict(facts)}.items())),
            )
        )
    if fee is not None:
        draft.cells["fee"] = fee.source
    return tuple(amounts)


def _may_follow(draft: Draft, here: Mapping[str, tuple[Column, Figure | None]]) -> tuple[str, ...]:
    """The quantities that the row does not print: without a column, or with a blank cell in it."""
    blank = [column for column, _ in draft.blank]
    return tuple(q for q in ("intervention", "patient_share") if q not in here or here[q][0] in blank)


def _derived(
    fee: Figure, intervention: Figure | None, share: Figure | None, missing: Collection[str]
) -> tuple[Figure | None, Figure | None]:
    """Intervention and patient share; the one that is not printed is the fee minus the other."""
    if "patient_share" in missing and intervention is not None and intervention.amount <= fee.amount:
        return intervention, difference(fee, intervention)
    if "intervention" in missing and share is not None and share.amount <= fee.amount:
        return difference(fee, share), share
    return intervention, share


def blank_amounts(
    draft: Draft,
    figures: Mapping[Column, Figure | None],
    amounts: Sequence[Amount],
    codes: Collection[Setting],
) -> tuple[tuple[str, Source, bool], ...]:
    """The blank cells of a row that prints other interventions or patient shares, and which of them were computed.

    Blank cells for a setting of which the row has no code lack nothing.
    """
    if not draft.blank or not any(figure for column, figure in figures.items() if column.quantity != "fee"):
        return ()
    situations = dict.fromkeys(c.situation for c in figures if c.quantity != "fee")
    derived = dict(zip(situations, (amount.derived for amount in amounts), strict=True))
    wanted = [(c, source) for c, source in draft.blank if c.setting is None or not codes or c.setting in codes]
    return tuple((c.name, source, c.quantity in derived.get(c.situation, ())) for c, source in wanted)


def two_regimes(amounts: Sequence[Amount], context: Context) -> str | None:
    """Why the section's regime cannot hold: a column names the other one."""
    others = {a.regime for a in amounts} - {context.regime}
    return None if context.regime is None or not others else f"{context.regime} patients, of which a column says more"
