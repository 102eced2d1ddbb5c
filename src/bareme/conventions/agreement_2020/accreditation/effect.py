"""The limit of the accreditation supplement per flat fee of clinical biology, and what it changes (6.2.1, annex c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding, Answer, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.model import Contradiction, Missing
from bareme.money import CENT, euro_text, printed

CLAUSE = "6.2.1"
EVENLY, AVERAGE = "accreditation-spread-evenly", "accreditation-average-for-all"
"""Interpretations: a year's flat fees fall evenly over its months; the average stands for every flat fee."""


@dataclass(frozen=True, slots=True)
class Volumes:
    """How many flat fees of clinical biology: of a whole year, before the day of the limit, since that day (inclusive).

    `supplement` is the provider's own supplement per flat fee, in euro; None: the average of the agreement.
    """

    flat_fees: int | None = None
    before: int | None = None
    since: int | None = None
    supplement: Decimal | None = None
    provider: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the limit changes for one provider or a sector, exact and in euro: in the agreement's year, and a year."""

    volumes: Volumes
    flat_fees: int
    since: Fraction
    supplement: Decimal | None
    """Per flat fee until the limit; None for several providers together."""
    in_year: Fraction
    annual: Fraction
    interpretations: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """As data: amounts to the cent, ties away from zero."""
        return {
            "provider": self.volumes.provider,
            "line": None if self.volumes.place is None else self.volumes.place.line,
            "flat_fees": self.flat_fees,
            "since": str(self.since),
            "supplement": euro_text(self.supplement),
            "in_year": euro_text(CENT.round(self.in_year)),
            "annual": euro_text(CENT.round(self.annual)),
        }


def effect(system: System, volumes: Volumes) -> Effect:
    """What the limit changes: each flat fee has at most the limit instead of its supplement (6.2.1).

    In the year of the agreement the flat fees since the day of the limit count (annex c); of a year's number without
    that, n/12 from the month of the day.
    """
    given = system.parameters
    limit = given.euro("limit")
    own = given.euro("average_supplement") if volumes.supplement is None else volumes.supplement
    used: tuple[str, ...] = (AVERAGE,) if volumes.supplement is None else ()
    flat_fees, since = _counted(volumes)
    if since is None:
        since = Fraction(flat_fees * (13 - given.day("limit_from").month), 12)
        used += (EVENLY,)
    each = Fraction(min(own, limit) - own)
    return Effect(volumes, flat_fees, since, own, since * each, flat_fees * each, used)


def _counted(volumes: Volumes) -> tuple[int, Fraction | None]:
    """The flat fees of a year, and those since the day of the limit where they are known."""
    total, before, since = volumes.flat_fees, volumes.before, volumes.since
    if total is None:
        absent = [name for name, number in (("before", before), ("since", since)) if number is None]
        if before is None or since is None:
            raise Missing(*(["flat_fees"] if len(absent) == 2 else absent))
        return before + since, Fraction(since)
    if since is None and before is not None:
        since = total - before
    if since is None:
        return total, None
    if not 0 <= since <= total or (before is not None and before + since != total):
        raise Contradiction("flat_fees", "before" if before is not None else "since")
    return total, Fraction(since)


def effects(system: System, rows: Sequence[Volumes]) -> tuple[tuple[Effect, ...], tuple[AgreementFinding, ...]]:
    """The effect for each provider of a file; a finding for one whose numbers are missing or contradict one another.

    A second row of a provider is a finding too, and not counted again.
    """
    found, findings = [], []
    first: dict[str | None, Place | None] = {}
    for row in rows:
        if row.provider is not None and row.provider in first:
            line = "-" if (place := first[row.provider]) is None else str(place.line)
            findings.append(system.finding("provider_twice", CLAUSE, row.place, provider=row.provider, first=line))
            continue
        first[row.provider] = row.place
        try:
            found.append(effect(system, row))
        except (Missing, Contradiction) as wrong:
            check = "volumes_missing" if isinstance(wrong, Missing) else "volumes_contradict"
            told: dict[str, Any] = {"provider": row.provider, "names": wrong.names}
            findings.append(system.finding(check, CLAUSE, row.place, **told))
    return tuple(found), tuple(findings)


def total_of(effects: Sequence[Effect]) -> Effect:
    """The effects of several providers together: a sector."""
    used = tuple(sorted({name for each in effects for name in each.interpretations}))
    return Effect(
        Volumes(),
        sum(each.flat_fees for each in effects),
        sum((each.since for each in effects), Fraction(0)),
        None,
        sum((each.in_year for each in effects), Fraction(0)),
        sum((each.annual for each in effects), Fraction(0)),
        used,
    )


def mixed(number: Fraction) -> str:
    """A number of flat fees as people read it.

    >>> mixed(Fraction(15606945, 2)), mixed(Fraction(1500))
    ('7.803.472 1/2', '1.500')
    """
    whole, rest = divmod(number, 1)
    return printed(Decimal(whole)) + (f" {rest}" if rest else "")


def told(system: System, found: Effect) -> Answer:
    """An effect as an answer; its amount is the one in the year of the agreement, to the cent."""
    given = system.parameters
    in_year = CENT.round(found.in_year)
    return system.answer(
        "effect",
        True,
        CLAUSE,
        case=_case(found.supplement, given.euro("limit")),
        amount=in_year,
        interpretations=found.interpretations,
        flat_fees=found.flat_fees,
        since=mixed(found.since),
        year=str(given.day("first_day").year),
        limit=given.euro("limit"),
        limit_from=given.day("limit_from"),
        average=found.supplement,
        in_year=in_year,
        annual=CENT.round(found.annual),
    )


def _case(supplement: Decimal | None, limit: Decimal) -> str:
    if supplement is None:
        return "together"
    return "below" if supplement <= limit else ""


def effect_of(system: System, volumes: Volumes) -> Answer:
    """What the limit changes, or which number of flat fees is missing (6.2.1)."""
    return system.asked("effect", CLAUSE, lambda: told(system, effect(system, volumes)))


def supplement(system: System, asked: Decimal, on: date) -> Answer:
    """Whether a supplement per flat fee of clinical biology may stand on a day; the amount is what remains (6.2.1)."""
    return system.asked("supplement", CLAUSE, lambda: _supplement(system, asked, on))


def _supplement(system: System, asked: Decimal, on: date) -> Answer:
    given = system.parameters
    if not given.day("first_day") <= on <= given.day("last_day"):
        raise Missing("agreement_on_this_date")
    limit, start = given.euro("limit"), given.day("limit_from")
    free = on < start
    remains = asked if free else min(asked, limit)
    return system.answer(
        "supplement",
        remains == asked,
        CLAUSE,
        case="before" if free else "",
        amount=remains,
        asked=asked,
        limit=limit,
        limit_from=start,
        average=given.euro("average_supplement"),
    )


def flat_fees_of_annex(system: System) -> Fraction:
    """How many flat fees a year the annual effect of the annex stands for, at the average: derived (annex c, 6.2.1)."""
    given = system.parameters
    each = Fraction(given.euro("limit") - given.euro("average_supplement"))
    return given.thousands("annex_annual") * 1000 / each
