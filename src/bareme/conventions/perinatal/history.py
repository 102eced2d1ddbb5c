"""What a patient's other meetings leave of the 16 units in 12 months: for `meeting_cap`, before it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bareme.conventions.capping import Window, capped
from bareme.conventions.model import Contradiction, Missing, Parameters, RuledAct
from bareme.conventions.perinatal.rules import MEETING, units_of

CODES = frozenset([MEETING])


def history(
    acts: Iterable[tuple[int, RuledAct]], parameters: Parameters, window: Window
) -> Mapping[int, Mapping[str, Any]]:
    """By line, what is known of an act from the others: `units_left`, `used_by` (lines), `other_window` (units paid).

    An act without a patient, a tariff or a number of units is not counted, and nothing is known of it.
    """
    counted = []
    for line, act in acts:
        try:
            units = units_of(act, parameters)
        except (Missing, Contradiction):
            continue
        if act.get("patient") is not None and act.fee is not None:
            counted.append((str(act.get("patient")), act.on, line, units))
    found = capped(counted, parameters["most_units"], parameters["months"], window)
    return {c.line: {"units_left": c.left, "used_by": c.used_by, "other_window": c.other} for c in found}
