"""What a patient's other meetings leave of the 16 units in 12 months: for `meeting_cap`, before it is asked."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bareme.conventions.capping import Act, Window, capped, months_after
from bareme.conventions.model import Contradiction, Missing, Parameters, RuledAct
from bareme.conventions.perinatal.rules import MEETING, units_of

CODES = frozenset([MEETING])


def history(
    acts: Iterable[tuple[int, RuledAct]], parameters: Parameters, window: Window
) -> Mapping[int, Mapping[str, Any]]:
    """By line, what is known of an act from the others: `units_left`, `used_by` (lines), `other_window` (units paid),
    `after_uncounted`: an act of the patient within the months before has no number of units.

    An act without a tariff counts too: the convention is older than the tariffs that the book holds. One without a
    patient is not counted, and nothing is known of it.
    """
    counted: list[Act] = []
    uncounted: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    for line, act in acts:
        if act.is_told("patient") and "patient" not in act.wrong:
            try:
                counted.append((str(act.get("patient")), act.on, line, units_of(act, parameters)))
            except (Missing, Contradiction):
                uncounted[str(act.get("patient"))].append((act.on, line))
    months = parameters["months"]
    found = capped(counted, parameters["most_units"], months, window)
    known: dict[int, dict[str, Any]] = {
        c.line: {"units_left": c.left, "used_by": c.used_by, "other_window": c.other} for c in found
    }
    for own in uncounted.values():
        own.sort()
    for patient, on, line, _ in counted if uncounted else ():
        before = uncounted.get(patient, [])
        place = bisect_left(before, (on, line))
        if place and on < months_after(before[place - 1][0], months):
            known[line]["after_uncounted"] = True
    return known
