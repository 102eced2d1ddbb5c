"""The amount of each heading and post for 2020 (5.2.3.1), and the corrections (5.2.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import groupby
from typing import Any

from bareme.conventions.agreement.answers import Answer, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.on_call.given import PostHeading, heading_name
from bareme.conventions.model import Contradiction, Missing, Result
from bareme.money import CENT, euro_text

CLAUSE = "5.2.3.1"
NORM = "on-call-norm-replaces"
ROUNDING = "on-call-rounding"


def extrapolated(amount: Decimal, months: int, to: int) -> Decimal:
    """An amount for some months, for `to` months, to the cent (5.2.3.1).

    >>> extrapolated(Decimal("1000.00"), 7, 12)
    Decimal('1714.29')
    """
    return CENT.round(Fraction(amount) * to / months)


def raised(amount: Decimal, rate: Decimal) -> Decimal:
    """An amount with a raise in percent, to the cent (5.2.3.1)."""
    return CENT.round(Fraction(amount) * (1 + Fraction(rate) / 100))


def part(amount: Decimal, rate: Decimal) -> Decimal:
    """A part in percent of an amount, to the cent (5.2.3.1, first instalment)."""
    return CENT.round(Fraction(amount) * Fraction(rate) / 100)


def is_known(system: System, heading: str) -> bool:
    """True for a heading that the agreement names, or that the maxima of the norm name."""
    return heading in known_headings(system)


def known_headings(system: System) -> tuple[str, ...]:
    """The headings that the agreement names, and those of the maxima of the norm if they are supplied."""
    parameters = system.parameters
    maxima = () if parameters.entry("norm_maxima").value is None else maxima_of_norm(system)
    names = (*parameters.texts("raised_headings"), *parameters.texts("other_headings"), *maxima)
    return tuple(dict.fromkeys(names))


def of_year_before(system: System, row: PostHeading) -> bool:
    """True for an initiative that started in the year of the contract amounts, 2019."""
    return row.started is not None and row.started.year == system.parameters.day("contract_day").year


def is_new(system: System, row: PostHeading) -> bool:
    """True for an initiative that started in 2020 or later: a new one (5.2.4)."""
    return row.started is not None and row.started >= system.parameters.day("financed_year")


def unclear_starts(system: System, rows: Iterable[PostHeading]) -> frozenset[str]:
    """Posts whose rows tell starts of which it matters which is right: before 2019, one of 2019, or 2020 and later."""
    year = system.parameters.day("contract_day").year
    found: dict[str, set[date | int]] = {}
    for row in rows:
        if row.started is not None:
            told = row.started if row.started.year == year else min(max(row.started.year, year - 1), year + 1)
            found.setdefault(row.post, set()).add(told)
    return frozenset(post for post, starts in found.items() if len(starts) > 1)


def most_months(system: System, row: PostHeading) -> int:
    """The most months of 2019 that an initiative can have run, that of its start included."""
    months = system.parameters.count("months")
    return months + 1 - row.started.month if row.started is not None and of_year_before(system, row) else months


def is_possible(system: System, row: PostHeading) -> bool:
    """True unless the months are none that the initiative can have run."""
    return row.months is None or 1 <= row.months <= most_months(system, row)


@dataclass(frozen=True, slots=True)
class HeadingAmount:
    """A heading of a post: the contract amount, the reference for a whole year, 2020 (in the answer), corrected."""

    post: str
    heading: str
    given: Decimal | None
    reference: Decimal | None
    corrected: Decimal | None
    place: Place
    answer: Answer

    @property
    def final(self) -> Decimal | None:
        """The amount after corrections; None while it is not known."""
        return self.answer.amount if self.corrected is None else self.corrected

    def to_dict(self, language: str) -> dict[str, Any]:
        """As data, an entry of `headings`."""
        return {
            "post": self.post,
            "heading": self.heading,
            "amount_2019": euro_text(self.given),
            "reference": euro_text(self.reference),
            "corrected": euro_text(self.corrected),
            "file": self.place.file,
            "line": self.place.line,
            "answer": self.answer.to_dict(language),
        }


def heading_amount(
    system: System, row: PostHeading, extrapolate: bool, doubts: Sequence[str], corrected: Decimal | None
) -> HeadingAmount:
    """What a heading of a post is given for 2020 (5.2.3.1). `doubts` names what contradicts itself in what is given."""
    asked = partial(_answer, system, row, extrapolate, doubts)
    answer = system.asked("heading", CLAUSE, asked)
    reference = answer.values.get("reference")
    return HeadingAmount(row.post, row.heading, row.amount, reference, corrected, row.place, answer)


def _answer(system: System, row: PostHeading, extrapolate: bool, doubts: Sequence[str]) -> Answer:
    parameters = system.parameters
    told: dict[str, Any] = {"post": row.post, "heading": row.heading}
    if doubts:
        raise Contradiction(*doubts)
    if is_new(system, row):
        return system.answer("heading", False, CLAUSE, started=row.started, **told)
    if row.heading in parameters.texts("parts_of_one_heading"):
        raise Missing("heading")
    if row.heading not in parameters.texts("raised_headings"):
        amount = _maximum(maxima_of_norm(system), row.heading)
        return system.answer("heading", True, CLAUSE, case="norm", amount=amount, interpretations=(NORM,), **told)
    if row.amount is None or row.amount < 0:
        raise Missing("amount_2019")
    wanted = extrapolate if row.extrapolate is None else row.extrapolate
    reference = _for_a_year(system, row, row.amount) if wanted else row.amount
    case = "" if reference == row.amount else "extrapolated"
    rate = parameters.rate("raise")
    told |= {"reference": reference, "rate": rate, "given": row.amount, "count": row.months}
    told["months"] = parameters.count("months")
    amount = raised(reference, rate)
    return system.answer("heading", True, CLAUSE, case=case, amount=amount, interpretations=(ROUNDING,), **told)


def maxima_of_norm(system: System) -> Mapping[str, Decimal]:
    """The maxima of the norm by heading, in euro; `Missing` while they are awaited (5.2.3.1).

    One below 0, and those of a heading that has several, are left out.
    """
    given: dict[str, set[Decimal]] = {}
    for name, euro in system.parameters.euro_by("norm_maxima").items():
        given.setdefault(heading_name(system, name), set()).add(euro)
    return {heading: min(euros) for heading, euros in given.items() if len(euros) == 1 and min(euros) >= 0}


def _maximum(maxima: Mapping[str, Decimal], heading: str) -> Decimal:
    """The maximum of the norm for a heading: what an other heading starts from, whatever its contract amount."""
    if heading not in maxima:
        raise Missing(f"norm_maxima.{heading}")
    return maxima[heading]


def _for_a_year(system: System, row: PostHeading, amount: Decimal) -> Decimal:
    """The amount for 12 months of an initiative that started in 2019; others keep theirs (5.2.3.1)."""
    months = system.parameters.count("months")
    if row.started is None and row.months is not None and row.months != months:
        raise Missing("started")
    if not of_year_before(system, row):
        return amount
    if row.months is None:
        raise Missing("months")
    if not is_possible(system, row):
        raise Contradiction("started", "months")
    return extrapolated(amount, row.months, months)


@dataclass(frozen=True, slots=True)
class PostAmount:
    """A post: its amount by 5.2.3.1, the first instalment, the amount after corrections and what is still to be paid.

    Euro; None while a heading is not known. `missing` names what headings need.
    """

    post: str
    amount: Decimal | None
    first_instalment: Decimal | None
    corrected: Decimal | None
    balance: Decimal | None
    missing: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As data, an entry of `posts`."""
        return {
            "post": self.post,
            "amount": euro_text(self.amount),
            "first_instalment": euro_text(self.first_instalment),
            "corrected": euro_text(self.corrected),
            "balance": euro_text(self.balance),
            "missing": list(self.missing),
        }


def post_amounts(system: System, headings: Iterable[HeadingAmount]) -> tuple[PostAmount, ...]:
    """The posts in the order of the alphabet; new initiatives are none of them."""
    counted = [one for one in headings if one.answer.result is not Result.NO]
    groups = groupby(sorted(counted, key=lambda one: one.post), key=lambda one: one.post)
    return tuple(_post_amount(system, post, tuple(own)) for post, own in groups)


def _post_amount(system: System, post: str, headings: tuple[HeadingAmount, ...]) -> PostAmount:
    """The first instalment is 70 % of the post's amount before corrections, to the cent (5.2.3.1)."""
    amount = summed(one.answer.amount for one in headings)
    corrected = summed(one.final for one in headings)
    first = None if amount is None else part(amount, system.parameters.rate("first_instalment"))
    balance = None if corrected is None or first is None else corrected - first
    return PostAmount(post, amount, first, corrected, balance, needs(headings))


def needs(headings: Iterable[HeadingAmount]) -> tuple[str, ...]:
    """What headings need to know, or what contradicts itself, each named once."""
    names = [name for one in headings for name in (*one.answer.missing, *one.answer.contradicts)]
    return tuple(sorted(set(names)))


def summed(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum in euro; None where one of the amounts is not known."""
    given = tuple(amounts)
    known = tuple(amount for amount in given if amount is not None)
    return sum(known, Decimal("0.00")) if len(known) == len(given) else None
