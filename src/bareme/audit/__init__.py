"""Checks that published figures agree: one small named function each, findings as data, nothing ever altered."""

from bareme.audit import codes, figures, held, layout, predecessor, prose, succession
from bareme.audit.registry import CHECKS, examine

__all__ = [
    "CHECKS",
    "codes",
    "examine",
    "figures",
    "held",
    "layout",
    "predecessor",
    "prose",
    "succession",
]
