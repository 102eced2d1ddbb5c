"""One line is one act: a line of several acts cannot be kept or excluded as a whole (6.5, 6.6)."""

from __future__ import annotations

from bareme.conventions.agreement.answers import AgreementFinding, Place
from bareme.conventions.agreement.systems import System


def other_than_one_act(system: System, quantity: int | None, place: Place) -> AgreementFinding | None:
    """A finding for a line whose quantity is told and is not 1: which of its acts are kept could not be said."""
    if quantity in (None, 1):
        return None
    return system.finding("more_than_one_act", "", place, quantity=quantity)
