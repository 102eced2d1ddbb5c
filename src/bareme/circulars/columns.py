"""Where the figures of a table stand: headers give names and distances, the figures decide.

A header may stand over other columns than its figures, and a row may be shifted against its table. Each hypothesis is a
number of cells by which the figures stand to the right of their headers; it is judged by what it would make of the row:
cells that cannot be amounts, terms with two coefficients, amounts that no column claims, fee = sum of terms,
fee >= preferential >= ordinary intervention, fee = intervention + patient share. A table is not taken for shifted when
that would cut its rows and no equation proves it, nor a row whose codes stay where they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact

from bareme.circulars.header import Column, Header
from bareme.circulars.model import Term
from bareme.circulars.rows import Kind, Token, Tokens, read_terms
from bareme.circulars.sources import Source
from bareme.money import CENT
from bareme.nomenclature.situations import Regime

SHIFTS = range(-3, 9)
_WRONG, _UNCLAIMED, _DISORDER, _MISSING, _PROOF = 6, 4, 3, 1, -5
_CAN_BE_AMOUNT = (Kind.AMOUNT, Kind.BLANK, Kind.DASH, Kind.ABSENT)
_OF_TERMS = (Kind.TERM, Kind.NUMBER, Kind.AMOUNT)
_NOWHERE = Source("", "")
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
"""For sums and products that keep every digit."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What one hypothesis makes of one row."""

    shift: int
    wrong: int
    unclaimed: int
    disorder: int
    missing: int
    proofs: int
    from_terms: bool

    @property
    def is_clean(self) -> bool:
        """True when every figure finds its column and every column a figure, a blank or the end of the row."""
        return not (self.wrong or self.unclaimed or self.disorder)

    @property
    def cost(self) -> int:
        """Less is better."""
        return (
            _WRONG * self.wrong
            + _UNCLAIMED * self.unclaimed
            + _DISORDER * self.disorder
            + _MISSING * self.missing
            + _PROOF * self.proofs
        )


def cell_of(column: Column, tokens: Sequence[Token], shift: int) -> Token | None:
    """The cell that a column means under a shift; None where the row has no such cell."""
    index = column.position + shift
    return tokens[index - 1] if 0 < index <= len(tokens) else None


def can_be_amount(token: Token) -> bool:
    """True for what may stand below an amount's header; a spreadsheet's number needs no decimals."""
    return token.kind in _CAN_BE_AMOUNT or token.amount is not None


def of_terms(header: Header, tokens: Tokens, shift: int) -> list[Token]:
    """The cells that may spell out the fee: left of the amounts, below a header of terms, and of rows that go on."""
    first = min((c.position for c in header.columns), default=0) + shift
    own = [t for t in tokens if t.cell.index < first or t.cell.index - shift in header.terms]
    return [*own, *(t for t in tokens.below if t.kind in _OF_TERMS)]


def table_fits(header: Header, rows: Sequence[Tokens]) -> list[Fit]:
    """What the table's shift makes of each row.

    It is the shift that fits most rows cleanly, then costs least over all of them; the smallest one among equals.
    """
    best = [fit(header, tokens, 0) for tokens in rows]
    for shift in (s for s in SHIFTS if s != 0):
        fits = _fits_unless_worse(header, rows, shift, than=best)
        if fits and _is_supported(fits) and _worth(fits) < _worth(best):
            best = fits
    return best


def _worth(fits: Sequence[Fit]) -> tuple[int, int, int]:
    """Less is better."""
    return sum(not f.is_clean for f in fits), sum(f.cost for f in fits), abs(fits[0].shift)


def _fits_unless_worse(header: Header, rows: Sequence[Tokens], shift: int, than: Sequence[Fit]) -> list[Fit] | None:
    """What a shift makes of each row; None as soon as more rows are not clean than in other fits, mostly at once."""
    spare = sum(not f.is_clean for f in than)
    fits = []
    for tokens in rows:
        fits.append(fit(header, tokens, shift))
        spare -= not fits[-1].is_clean
        if spare < 0:
            return None
    return fits


def _is_supported(fits: Sequence[Fit]) -> bool:
    """A shift is either proved by an equation or leaves no row without a cell."""
    return any(f.proofs for f in fits) or not any(f.missing for f in fits)


def code_cell(tokens: Sequence[Token]) -> int | None:
    """The cell of the first code of a row, right or wrong."""
    return next((t.cell.index for t in tokens if t.code is not None), None)


def usual_code_cell(rows: Sequence[Tokens], fits: Sequence[Fit]) -> int | None:
    """Where the first code stands in most of the rows that are not shifted; in most rows when none of those has one."""
    straight = [tokens for tokens, found in zip(rows, fits, strict=True) if found.is_clean]
    for some in (straight, rows):
        places = Counter(place for tokens in some if (place := code_cell(tokens)) is not None)
        if places:
            return places.most_common(1)[0][0]
    return None


def row_shift(header: Header, tokens: Tokens, usual: Fit, code_at: int | None) -> int:
    """The shift of one row: that of its table, unless that cannot be and another one fits cleanly.

    A shifted row is shifted with its codes; if only its figures are, the terms of the fee must prove it.
    """
    if usual.is_clean:
        return usual.shift
    others = [f for f in (fit(header, tokens, shift) for shift in SHIFTS) if f.is_clean]
    others = [f for f in others if f.missing < len(header.columns)]
    here = code_cell(tokens)
    if here is not None and code_at is not None:
        others = [f for f in others if here - code_at == f.shift - usual.shift or (f.from_terms and _all_known(tokens))]
    return min(others, key=lambda f: (f.cost, abs(f.shift - usual.shift))).shift if others else usual.shift


def _all_known(tokens: Sequence[Token]) -> bool:
    return all(token.kind is not Kind.TEXT for token in tokens)


def fit(header: Header, tokens: Tokens, shift: int) -> Fit:
    """What a hypothesis makes of a row."""
    cells = {column: cell_of(column, tokens, shift) for column in header.columns}
    claimed = {cell.cell.index for cell in cells.values() if cell is not None}
    present = [cell for cell in cells.values() if cell is not None]
    first = min((c.position for c in header.columns), default=0) + shift
    left = of_terms(header, tokens, shift)
    named = [t for t in left if t.cell.index - shift in header.terms]
    spare = [t for t in tokens if t.kind is Kind.AMOUNT and t.cell.index not in claimed and t not in named]
    values = {column: cell.amount for column, cell in cells.items() if cell is not None}
    terms, unclear = read_terms(left, _NOWHERE)
    fee = next((v for c, v in values.items() if c.quantity == "fee"), None)
    from_terms = fee is not None and product_of(terms) == fee
    return Fit(
        shift,
        wrong=sum(not can_be_amount(cell) for cell in present) + (unclear is not None),
        unclaimed=sum(t.cell.index >= first or not is_coefficient(t, tokens) for t in spare),
        disorder=_disorder(values),
        missing=len(cells) - len(present),
        proofs=from_terms + _sums(values, fee),
        from_terms=from_terms,
    )


def is_coefficient(token: Token, tokens: Sequence[Token]) -> bool:
    """A number with two decimals is a coefficient when it follows a letter value or a key letter in its row."""
    before = tokens[: token.cell.index - 1]
    return any(t.kind is Kind.TERM or (t.kind is Kind.CODE and t.words) or t.kind is Kind.NUMBER for t in before)


def _disorder(values: dict[Column, Decimal | None]) -> int:
    """How many pairs break fee >= preferential >= ordinary intervention."""
    fees = [v for c, v in values.items() if c.quantity == "fee" and v is not None]
    paid = {c.situation: v for c, v in values.items() if c.quantity == "intervention" and v is not None}
    broken = sum(fee < intervention for fee in fees for intervention in paid.values())
    for (setting, regime, facts), ordinary in paid.items():
        preferential = paid.get((setting, Regime.PREFERENTIAL, facts))
        if regime is Regime.ORDINARY and preferential is not None:
            broken += preferential < ordinary
    return broken


def _sums(values: dict[Column, Decimal | None], fee: Decimal | None) -> int:
    """How often fee = intervention + patient share."""
    paid = {c.situation: v for c, v in values.items() if c.quantity == "intervention" and v is not None}
    shares = {c.situation: v for c, v in values.items() if c.quantity == "patient_share" and v is not None}
    return sum(paid[key] + share == fee for key, share in shares.items() if key in paid)


def product_of(terms: Sequence[Term]) -> Decimal | None:
    """The sum of coefficient x letter value, rounded half up to the cent; None when a number is missing."""
    total = Decimal(0)
    for term in terms:
        if term.coefficient is None or term.value is None:
            return None
        total = _EXACT.fma(term.coefficient.amount, term.value.amount, total)
    return CENT.round(total) if terms else None
