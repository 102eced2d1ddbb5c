"""Every check, in the order in which they look: of one document first, then of several."""

from __future__ import annotations

from bareme.audit import (
    codes,
    figures,
    held,
    layout,
    neighbours,
    passages,
    predecessor,
    prose,
    succession,
    workbooks,
)
from bareme.audit.registry import every_check, examine

MODULES = (codes, figures, neighbours, layout, workbooks, prose, passages, predecessor, succession, held)
"""The modules of checks, in this order."""
CHECKS = every_check()

__all__ = ["CHECKS", "MODULES", "every_check", "examine"]
