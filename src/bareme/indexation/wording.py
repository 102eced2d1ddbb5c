"""Measures in a few words."""

from __future__ import annotations

from bareme.circulars.model import Measure
from bareme.money import printed


def measure_text(measure: Measure) -> str:
    """A measure in a few words: "index +2,72 % on all acts"."""
    figure = measure.rate or measure.amount
    size = (
        "" if figure is None else f" {'+' * (figure.amount > 0)}{printed(figure.amount)}{' %' if measure.rate else ''}"
    )
    return f"{measure.kind}{size}"
