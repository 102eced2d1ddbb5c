"""Are the patient shares of a situation fixed amounts, or a percentage of the fee?

A fixed share stays when the fee moves (8,68 in ambulatory genetics); a percentage follows the fee and is cut to the
cent (seen in public tariffs). One figure cannot tell: 5,10 is 20 % of 25,50, and may be a misprint of 5,00. The lines
beside it tell: where shares of the situation stay although fees move, a percentage must be seen on several lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from bareme.audit.compared import Situation
from bareme.circulars.model import Line

WHOLE_PERCENTAGES = range(1, 100)
ENOUGH = 2
"""So many lines must follow one percentage where others keep a fixed share."""
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Situations (`Situation.key`) with fixed shares, and those in which several lines follow a percentage."""

    fixed: frozenset[Key]
    percent: frozenset[tuple[Key, int]]

    def allow(self, situation: Key, found: Iterable[int]) -> bool:
        """True when one of the percentages found for a line may be meant in the situation."""
        return any(situation not in self.fixed or (situation, percent) in self.percent for percent in found)


NO_SHARES = Shares(frozenset(), frozenset())


def percentages(*pairs: tuple[Decimal, Decimal]) -> list[int]:
    """The whole percentages of which every (fee, share) is one, cut to the cent; none for a share of nothing."""
    first, end = WHOLE_PERCENTAGES.start, WHOLE_PERCENTAGES.stop
    for fee, share in pairs:
        cents = Fraction(share) * 100
        if fee <= 0 or cents <= 0 or cents.denominator != 1:
            return []
        # cents <= fee x percent < cents + 1, for whole numbers of percent
        first = max(first, ceil(cents / Fraction(fee)))
        end = min(end, ceil((cents + 1) / Fraction(fee)))
    return list(range(first, end))


def shares_of(pairs: Iterable[tuple[Line, Line]]) -> Shares:
    """What the lines of a circular and their parents, given as (parent, line), tell of the shares of each situation."""
    fixed: set[Key] = set()
    percent: Counter[tuple[Key, int]] = Counter()
    for parent, line in pairs:
        if parent.fee is None or line.fee is None or parent.fee.amount == line.fee.amount:
            continue
        before = {Situation.of(a).key: a.patient_share.amount for a in parent.amounts if a.patient_share}
        for amount in line.amounts:
            key, share = Situation.of(amount).key, amount.patient_share.amount if amount.patient_share else None
            if not share or not before.get(key):
                continue
            if before[key] == share:
                fixed.add(key)
            else:
                found = percentages((parent.fee.amount, before[key]), (line.fee.amount, share))
                percent.update((key, p) for p in found)
    return Shares(frozenset(fixed), frozenset(entry for entry, count in percent.items() if count >= ENOUGH))
