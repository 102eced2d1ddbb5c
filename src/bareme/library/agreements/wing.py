"""What each part of an agreement starts from: the year and its systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bareme.conventions.agreement.systems import System


@dataclass(frozen=True)
class Wing:
    """An agreement's year and its systems by name."""

    year: int
    systems: Mapping[str, System]
