"""Which measures of a circular change a line."""

from __future__ import annotations

from collections.abc import Sequence

from bareme.circulars.model import Line, Measure

_WIDTH = {"all": 0, "convention": 1, "codes": 2}
"""How narrow a scope is: of several indices the narrowest applies."""


def measures_on(line: Line, measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """The measures that change a line, in the order in which they are applied: its index, then special measures.

    Source of the order: 2025/336, whose special letter values follow from the indexed ones (1,291737 x 1300/1350).
    """
    touching = [measure for measure in measures if touches(measure, line)]
    indices = [measure for measure in touching if measure.kind == "index"]
    own = [max(indices, key=lambda m: _WIDTH[m.scope])] if indices else []
    return (*own, *(measure for measure in touching if measure.kind != "index"))


def touches(measure: Measure, line: Line) -> bool:
    """True when the measure's scope holds the line and does not leave it out."""
    codes = {code.digits for code in line.codes}
    if line.convention in measure.excepted or codes.intersection(measure.excepted):
        return False
    if measure.scope == "codes":
        return any(code in line.codes for pair in measure.codes for code in pair)
    if measure.scope == "convention":
        return measure.named == line.convention
    return True
