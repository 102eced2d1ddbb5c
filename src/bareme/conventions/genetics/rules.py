"""The recovery of a budget overrun in genetic counselling, as circulars 2024/382 and 2025/336 state it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bareme.conventions.declaring import Rules
from bareme.conventions.model import Parameters, Payable, RuledAct, Said
from bareme.money import CENT, exact, printed

RULES = Rules("genetics")
CLAWBACK = ("589794", "589805")
LUMP_SUMS = ("589750", "589761", "589772", "589783")
"""Standard and complex lump sums, ambulatory and hospital."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What is recovered on one act: its line, its (negative) amount, what is left to recover after it."""

    line: int
    amount: Decimal
    left: Decimal


def lump_sum(to_recover: Decimal, activity: int) -> Decimal:
    """The negative lump sum for each act: the amount to recover divided by the activity, to the cent, ties away from
    zero (2025/336, footnote: neither quotient nor year is given; see the register, `clawback-per-lump-sum`).

    >>> lump_sum(Decimal("1000.00"), 300), lump_sum(Decimal("0.05"), 2)
    (Decimal('-3.33'), Decimal('-0.03'))
    """
    return -CENT.round(Fraction(exact(to_recover)) / activity)


def recover(
    acts: Iterable[tuple[date, int, int]], to_recover: Decimal, activity: int, year: int
) -> tuple[list[Recovered], Decimal]:
    """The acts of a year on which an amount is recovered, in the order of day and line, and what is left in the end.

    `acts` are day, line (from 1) and units of standard and complex lump sums. The last act bears only what is left: no
    more is recovered than was overrun. What is left at the end is the rest of rounding, or of acts that there were not.
    """
    lump, left = lump_sum(to_recover, activity), to_recover
    found = []
    for day, line, units in sorted(acts):
        if day.year != year or not left:
            continue
        amount = max(lump * units, -left)
        left += amount
        found.append(Recovered(line, amount, left))
    return found, left


@RULES.rule("clawback", CLAWBACK, "2025/336, footnote of 589794-589805 (art. 25 § 5)", "2025-01-01", pays=True)
def clawback(act: RuledAct, parameters: Parameters) -> Said:
    """An overrun is recovered by a negative lump sum on the next year's acts (2025/336, footnote, art. 25 § 5).

    The amount to recover and the activity are not in the documents; the quotient is our reading.
    """
    amount, activity = act.ask("amount_to_recover", "activity")
    lump = lump_sum(amount, activity)
    values = {"amount": printed(amount), "activity": activity, "lump": printed(lump)}
    total = lump * act.quantity
    return Said(True, values, Payable(act.quantity, total, total, None), ("clawback-per-lump-sum",))
