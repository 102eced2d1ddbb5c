"""Who pays: the fee, what the insurance pays of it and what patients pay, in whole cents."""

from __future__ import annotations

from dataclasses import dataclass

from bareme.errors import InputError

PARTS = ("fee", "intervention", "patient_share")
"""The names of the parts: the fee, what the insurance pays, what patients pay."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Three sums in cents. They add up only where each act's intervention and share are published."""

    fee: int = 0
    intervention: int = 0
    patient_share: int = 0

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            self.fee + other.fee, self.intervention + other.intervention, self.patient_share + other.patient_share
        )

    def __sub__(self, other: Parts) -> Parts:
        return Parts(
            self.fee - other.fee, self.intervention - other.intervention, self.patient_share - other.patient_share
        )

    def times(self, number: int) -> Parts:
        """So many times the sums."""
        return Parts(self.fee * number, self.intervention * number, self.patient_share * number)

    def of_year(self, months: int, shift: Parts) -> Parts:
        """Of yearly sums what falls in so many months: a twelfth for each, half a cent away from zero.

        `shift` is to be added first, in twelfths.
        """
        pairs = ((self.part(name), shift.part(name)) for name in PARTS)
        return Parts(*(proportion(cents * months + more, 12) for cents, more in pairs))

    def part(self, name: str) -> int:
        """One of `PARTS`."""
        return {"fee": self.fee, "intervention": self.intervention, "patient_share": self.patient_share}[name]

    def to_dict(self) -> dict[str, str]:
        """The three in euro, as text."""
        return dict(zip(PARTS, map(euro_of, (self.fee, self.intervention, self.patient_share)), strict=True))


NOTHING = Parts()


def proportion(cents: int, divisor: int) -> int:
    """Cents divided, rounded to the cent, half away from zero; the divisor is above 0.

    >>> proportion(-5, 2), proportion(5, 2), proportion(-4, 3)
    (-3, 3, -1)
    """
    whole = (2 * abs(cents) + divisor) // (2 * divisor)
    return whole if cents >= 0 else -whole


def euro_of(cents: int) -> str:
    """Cents as the interface writes euro.

    >>> euro_of(-5), euro_of(167697)
    ('-0.05', '1676.97')
    """
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' * (cents < 0)}{whole}.{rest:02d}"


def checked_part(name: str) -> str:
    """The name of a part; `InputError` where it is none."""
    if name not in PARTS:
        raise InputError(f"part: {name!r} is none of {', '.join(PARTS)}.")
    return name
