"""Checks that published figures agree: one small named function each, findings as data, nothing ever altered.

`CHECKS` and `examine` are there as soon as they are asked for; who compares lines alone does not load every check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bareme.audit.checks import CHECKS, examine

__all__ = ["CHECKS", "examine"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bareme.audit import checks

    return getattr(checks, name)
