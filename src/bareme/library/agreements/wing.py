"""What each part of an agreement starts from: the year and its systems, and an amount as it is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bareme.conventions.agreement.parameters import Parameter
from bareme.conventions.agreement.systems import System
from bareme.errors import InputError


@dataclass(frozen=True)
class Wing:
    """An agreement's year and its systems by name."""

    year: int
    systems: Mapping[str, System]


def euro_given(value: Decimal | str | int, name: str) -> Decimal:
    """An amount of euro as a caller gives it; `InputError` for what is no amount or is below 0."""
    found: Decimal = Parameter("", name, "euro", "", "").read(value, name)
    if found < 0:
        raise InputError(f"{name}: {value} is below 0.")
    return found
