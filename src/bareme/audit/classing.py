"""Classing the figures of a line against its parent: as announced, within an unrounded value, unexplained.

The fee follows from the printed letter value; a fixed patient share is kept, one in percent of the fee is cut to the
cent (seen in public tariffs). A figure that differs from what printed figures give may follow from values that the
insurer keeps unrounded: the prints bound them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from bareme.audit.compared import EVERYONE, Class, Compared, Quantity, Situation, or_none, unexplained
from bareme.audit.shares import NO_SHARES, Shares, percentages
from bareme.circulars.columns import product_of
from bareme.circulars.model import Amount, Line, Measure, Term
from bareme.circulars.sources import Figure, Source
from bareme.indexation.arithmetic import Expected, expected, factor_of_all, indexed_amount
from bareme.indexation.hidden import Interval, can_round_to, half_of
from bareme.money import CENT, LETTER_VALUE, Rounding, printed


def class_line(
    parent: Line,
    line: Line,
    ways: Sequence[tuple[Measure, ...]],
    before: str,
    shares: Shares = NO_SHARES,
) -> list[Compared]:
    """Every figure of a line. Of several ways to apply the measures the first that explains all of them.

    `before` names the parent's circular in messages; `shares` says in which situations they are fixed.
    """
    first: list[Compared] = []
    for measures in ways:
        found = list(_Pair(parent, line, expected(parent, measures), before, shares).figures())
        if next(unexplained(found), None) is None:
            return found
        first = first or found
    return first


class _Pair:
    """A line, its parent, and what the measures make of the parent."""

    def __init__(self, parent: Line, line: Line, should: Expected, before: str, shares: Shares) -> None:
        self.parent, self.line, self.should, self.before, self.shares = parent, line, should, before, shares
        self.code, self.codes = line.code or "", tuple(code.digits for code in line.codes)
        self.terms_unexplained = False

    def figures(self) -> Iterator[Compared]:
        """The figures of the line in the order of its cells."""
        line, parent = self.line, self.parent
        if [t.letter for t in parent.terms] == [t.letter for t in line.terms]:
            terms = [
                c for n, pair in enumerate(zip(parent.terms, line.terms, strict=True)) for c in self._term(n, *pair)
            ]
            self.terms_unexplained = next(unexplained(terms), None) is not None
            yield from terms
        else:
            was = "+".join(t.letter or "?" for t in parent.terms) or "none"
            message = f"the key letters were {was} in {self.before}."
            yield self._compared(Quantity.TERMS, Class.UNEXPLAINED, None, None, None, message)
        yield from self._fee()
        for number, amount in enumerate(line.amounts):
            yield from self._amount(number, amount)

    def _term(self, number: int, old: Term, new: Term) -> Iterator[Compared]:
        cells = self.line.cells
        letter = new.letter or (None if len(self.line.terms) == 1 else str(number + 1))
        if old.coefficient and new.coefficient and old.coefficient.amount != new.coefficient.amount:
            figures = (new.coefficient.amount, old.coefficient.amount, old.coefficient.amount)
            message = f"the coefficient was {printed(old.coefficient.amount)} in {self.before}; no measure changes it."
            source = cells.get(f"terms.{number}.coefficient", self.line.source)
            moved = new.value.amount * (figures[0] - figures[1]) if new.value else None
            yield self._compared(
                Quantity.COEFFICIENT, Class.UNEXPLAINED, *figures, message, source, letter=letter, per_act=moved
            )
        computed = self.should.values[number]
        if old.value is not None and new.value is None:
            none = (None, amount_of(computed), old.value.amount)
            message = f"the letter value is not printed here; it was {printed(old.value.amount)} in {self.before}."
            yield self._compared(Quantity.LETTER_VALUE, Class.NOT_COMPARABLE, *none, message, letter=letter)
        if old.value is None or new.value is None or computed is None:
            return
        klass, message, parent = self._class_of_value(old.value.amount, new.value.amount, computed.amount)
        figures = (new.value.amount, computed.amount, old.value.amount)
        source = cells.get(f"terms.{number}.value", self.line.source)
        moved = new.coefficient.amount * (figures[0] - figures[1]) if new.coefficient else None
        yield self._compared(
            Quantity.LETTER_VALUE, klass, *figures, message, source, letter=letter, per_act=moved, follows_from=parent
        )

    def _class_of_value(self, old: Decimal, new: Decimal, computed: Decimal) -> tuple[Class, str, str | None]:
        if new == computed:
            parent = "rounded_fee" if self.should.from_rounded_fee else "printed_value"
            how = f"follows from the {parent.replace('_', ' ')} of {self.before}."
            if not self.should.measures:
                how = "stays as it was; no measure changes it."
            return Class.AS_ANNOUNCED, f"{printed(new)} {how}", parent
        factor = factor_of_all(self.should.measures)
        if factor is not None and can_round_to(new, _behind(old, LETTER_VALUE, factor), LETTER_VALUE):
            says = f"{printed(computed)} follows from the printed {printed(old)}"
            message = f"{says}, {printed(new)} from an unrounded value."
            return Class.WITHIN_UNROUNDED_VALUE, message, "unrounded_value"
        return Class.UNEXPLAINED, f"{printed(computed)} follows from {printed(old)}; {printed(new)} does not.", None

    def _fee(self) -> Iterator[Compared]:
        parent, line, should = self.parent, self.line, self.should
        new, old = amount_of(line.fee), amount_of(parent.fee)
        source = line.fee.source if line.fee else line.source
        if new is None or old is None or parent.fee is None:
            message = "no fee is printed." if new is None else f"the fee is not published in {self.before}."
            yield self._compared(Quantity.FEE, Class.NOT_COMPARABLE, new, None, old, message, source)
            return
        computed = amount_of(should.fee)
        own = product_of(line.terms)
        klass, follows = Class.WITHIN_UNROUNDED_VALUE, None
        if new == computed:
            klass, follows = Class.AS_ANNOUNCED, "letter_value" if line.terms else "amount"
            message = f"{printed(new)} follows from {'the letter value' if line.terms else printed(old)}."
        elif own is not None and new == own:
            follows = "own_letter_value"
            message = f"{printed(new)} follows from its own printed letter value."
            if self.terms_unexplained:
                klass, message = Class.UNEXPLAINED, f"{message[:-1]}, which does not follow."
        elif self._could_be(new, old):
            as_amount = indexed_amount(parent.fee, should.measures).amount
            follows = "amount" if new == as_amount else "unrounded_amount"
            what = "the fee before" if new == as_amount else "the unrounded fee before"
            message = f"{printed(new)} follows from {what}, as an amount; the letter value gives {or_none(computed)}."
        else:
            klass = Class.UNEXPLAINED
            message = f"{or_none(computed)} follows from {printed(old)}; {printed(new)} does not."
        yield self._compared(Quantity.FEE, klass, new, computed, old, message, source, follows_from=follows)

    def _could_be(self, new: Decimal, old: Decimal) -> bool:
        """True when the fee may follow from the fee before as an amount: only where no key letter is printed."""
        if any(term.letter for term in (*self.parent.terms, *self.line.terms)):
            return False
        factor = factor_of_all(self.should.measures)
        return factor is not None and can_round_to(new, _behind(old, CENT, factor), CENT)

    def _amount(self, number: int, amount: Amount) -> Iterator[Compared]:
        """The intervention of one situation, and the patient share where it is printed."""
        situation = Situation.of(amount)
        place = self._place_in_parent(number, situation)
        before = None if place is None else self.parent.amounts[place]
        kept = None if place is None else amount_of(self.should.shares[place])
        if amount.intervention is not None or (before is not None and before.intervention is not None):
            yield self._intervention(amount, situation, before, kept)
        share, old = amount.patient_share, before.patient_share if before else None
        if share is not None and old is not None and not (share.is_derived or old.is_derived):
            message = f"{printed(share.amount)} is the patient share as it was."
            klass = Class.AS_ANNOUNCED
            if share.amount != kept and not self._is_percentage(share.amount, old.amount, situation):
                klass = Class.UNEXPLAINED
                message = f"the patient share was {printed(old.amount)}; {or_none(kept)} follows."
            follows = "amount" if klass is Class.AS_ANNOUNCED else None
            figures = (share.amount, kept, old.amount)
            yield self._compared(
                Quantity.PATIENT_SHARE, klass, *figures, message, share.source, situation, follows_from=follows
            )

    def _place_in_parent(self, number: int, situation: Situation) -> int | None:
        """Where the parent has the amount of a situation: mostly at the same place."""
        amounts = self.parent.amounts
        if number < len(amounts) and Situation.of(amounts[number]) == situation:
            return number
        return next((i for i, a in enumerate(amounts) if Situation.of(a) == situation), None)

    def _intervention(
        self, amount: Amount, situation: Situation, before: Amount | None, kept: Decimal | None
    ) -> Compared:
        source = amount.intervention.source if amount.intervention else self.line.source
        new = amount_of(amount.intervention)
        old = amount_of(before.intervention) if before else None
        if new is None or old is None or before is None or before.intervention is None:
            missing = "not published here" if new is None else f"not published in {self.before}"
            figures = (new, None, old)
            return self._compared(
                Quantity.INTERVENTION, Class.NOT_COMPARABLE, *figures, f"the amount is {missing}.", source, situation
            )
        fee, share = amount_of(self.line.fee), amount_of(before.patient_share)
        is_rest = share is not None and self.parent.fee is not None and old + share == self.parent.fee.amount
        klass, what, follows = Class.AS_ANNOUNCED, "the amount before, indexed", "amount"
        computed: Decimal | None
        if not (is_rest and fee is not None and kept is not None and share is not None):
            computed = indexed_amount(before.intervention, self.should.measures).amount
        else:
            computed, what, follows = fee - kept, f"the fee less {printed(kept)}", "kept_share"
            if new != computed and new == amount_of(self.should.fee, less=kept):
                computed, what = new, f"the announced fee less {printed(kept)}"
            elif new != computed and self._is_percentage(fee - new, share, situation):
                computed, what, follows = new, "the fee less the same percentage of it", "percentage"
        message = f"{printed(new)} is {what}."
        if new != computed:
            klass = Class.UNEXPLAINED
            message = f"{or_none(computed)} is {what}; {printed(new)} is not."
        return self._compared(
            Quantity.INTERVENTION,
            klass,
            new,
            computed,
            old,
            message,
            source,
            situation,
            share=kept if is_rest else None,
            follows_from=follows if new == computed else None,
        )

    def _is_percentage(self, share: Decimal, old_share: Decimal, situation: Situation) -> bool:
        """True when both shares are one percentage of their fees, and the situation has such shares."""
        fee, old_fee = self.line.fee, self.parent.fee
        if fee is None or old_fee is None:
            return False
        return self.shares.allow(situation.key, percentages((old_fee.amount, old_share), (fee.amount, share)))

    def _compared(
        self,
        quantity: Quantity,
        klass: Class,
        published: Decimal | None,
        computed: Decimal | None,
        previous: Decimal | None,
        message: str,
        source: Source | None = None,
        situation: Situation = EVERYONE,
        letter: str | None = None,
        *,
        per_act: Decimal | None = None,
        share: Decimal | None = None,
        follows_from: str | None = None,
    ) -> Compared:
        """One figure of the line. Unless it is what was computed, it moves an act by their difference, or `per_act`."""
        moved = None
        if published is not None and computed is not None and published != computed:
            moved = CENT.round(published - computed if per_act is None else per_act)
        return Compared(
            code=self.code,
            codes=self.codes,
            quantity=quantity,
            klass=klass,
            published=published,
            computed=computed,
            previous=previous,
            measures=self.should.measures if klass is not Class.NOT_COMPARABLE else (),
            message=message,
            source=source or self.line.source,
            situation=situation,
            letter=letter,
            base=self.before,
            per_act=moved,
            share=share,
            follows_from=follows_from,
        )


def amount_of(figure: Figure | None, less: Decimal = Decimal(0)) -> Decimal | None:
    """The number of a figure, less another."""
    return None if figure is None else figure.amount - less


def _behind(number: Decimal, rounding: Rounding, factor: Fraction) -> Interval:
    """The exact values behind a print, times a factor."""
    half = half_of(rounding)
    return Interval(Fraction(number) - half, Fraction(number) + half).times(factor)
