"""Every check, in the order in which they look: of one document first, then of several."""

# The order of these imports is the order of the checks.
# isort: off
from bareme.audit import codes, figures, neighbours, layout, workbooks, prose, passages
from bareme.audit import predecessor, succession, held
from bareme.audit.registry import CHECKS, examine
# isort: on

__all__ = [
    "CHECKS",
    "codes",
    "examine",
    "figures",
    "held",
    "layout",
    "neighbours",
    "passages",
    "predecessor",
    "prose",
    "succession",
    "workbooks",
]
