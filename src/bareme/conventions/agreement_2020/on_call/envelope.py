"""The envelope of the on-call posts: what stands in it and beside it, what is left, and new initiatives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.conventions.agreement.answers import Answer, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.on_call.amounts import HeadingAmount, needs, summed
from bareme.conventions.agreement_2020.on_call.given import NewPost
from bareme.conventions.model import Contradiction, Missing, Result
from bareme.money import euro_text, from_cents

CLAUSE = "5.2.1, 5.2.5.4"
IN_ORDER = "on-call-new-initiatives-in-order"


def euro_of(thousands: int) -> Decimal:
    """Thousands of euro in euro.

    >>> euro_of(33148)
    Decimal('33148000.00')
    """
    return from_cents(thousands * 1000 * 100)


def envelope_of_year(system: System) -> Decimal:
    """The envelope of 2020 in euro (5.2.1)."""
    return euro_of(system.parameters.thousands("envelope", system.parameters.day("financed_year")))


def check_envelope(system: System, headings: Sequence[HeadingAmount]) -> Answer:
    """The posts after corrections and the 750.000 euros for cooperation agreements fit in the envelope (5.2.1).

    The answer's amount is what is left. What is known already may be too much, whatever is still to be told.
    """
    return system.asked("envelope", CLAUSE, lambda: _envelope(system, headings))


def _envelope(system: System, headings: Sequence[HeadingAmount]) -> Answer:
    counted = [one for one in headings if one.answer.result is not Result.NO]
    known = summed(one.final for one in counted if one.final is not None) or Decimal("0.00")
    cooperation = system.parameters.euro("cooperation")
    whole = envelope_of_year(system)
    left = whole - cooperation - known
    told: dict[str, Any] = {"posts": known, "cooperation": cooperation, "used": known + cooperation, "envelope": whole}
    if left < 0:
        return system.answer("envelope", False, CLAUSE, over=-left, **told)
    unknown = [one for one in counted if one.final is None]
    if unknown:
        raise Missing(*needs(unknown))
    return system.answer("envelope", True, CLAUSE, amount=left, **told)


def weekday_duty(system: System) -> Answer:
    """Experiments with weekday duty: 1.500 thousand in 2020, 3.000 a year, beside the envelope (5.2.2.2, annex d)."""
    in_year = euro_of(system.parameters.thousands("weekday_in_year"))
    annual = euro_of(system.parameters.thousands("weekday_annual"))
    return system.answer("weekday_duty", True, "5.2.2.2, annex d", amount=in_year, annual=annual)


@dataclass(frozen=True, slots=True)
class NewInitiative:
    """A new initiative, and whether it can be financed."""

    post: str
    amount: Decimal
    place: Place
    answer: Answer

    def to_dict(self, language: str) -> dict[str, Any]:
        """As data, an entry of `new_initiatives`."""
        return {
            "post": self.post,
            "amount": euro_text(self.amount),
            "file": self.place.file,
            "line": self.place.line,
            "answer": self.answer.to_dict(language),
        }


def new_initiatives(
    system: System, asked: Iterable[NewPost], envelope: Answer, twice: frozenset[str] = frozenset()
) -> tuple[NewInitiative, ...]:
    """New initiatives, in the order given, from what is left, if they join a cooperation agreement (5.2.4.1).

    `twice` are those that ask more than once.
    """
    found = []
    spent = Decimal("0.00")
    undecided = Decimal("0.00")
    for one in asked:
        answer = _asked_of(system, one, envelope, spent, undecided, one.post in twice)
        found.append(NewInitiative(one.post, one.amount, one.place, answer))
        if answer.result is Result.YES:
            spent += one.amount
        elif answer.result is Result.NEEDS_INFORMATION:
            undecided += one.amount
    return tuple(found)


def _asked_of(
    system: System, one: NewPost, envelope: Answer, spent: Decimal, undecided: Decimal, twice: bool
) -> Answer:
    clause = "5.2.4.1"

    def function() -> Answer:
        if twice:
            raise Contradiction("amount")
        if one.joins is False:
            return system.answer("new_initiative", False, clause, case="joins", post=one.post)
        if envelope.result is Result.NEEDS_INFORMATION:
            raise Missing(*envelope.missing)
        left = (envelope.amount or Decimal("0.00")) - spent
        told: dict[str, Any] = {"post": one.post, "asked": one.amount, "left": left}
        if one.amount > left:
            return system.answer("new_initiative", False, clause, case="left", interpretations=(IN_ORDER,), **told)
        if one.joins is None:
            raise Missing("joins")
        if one.amount > left - undecided:
            raise Missing("amount of those before")
        return system.answer("new_initiative", True, clause, amount=one.amount, interpretations=(IN_ORDER,), **told)

    return system.asked("new_initiative", clause, function)
