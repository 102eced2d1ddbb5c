"""The agenda: commitments as items in the order of their days, with statuses, chosen by days, owner and kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.commitments.model import Commitment, Item, Kind, Status
from bareme.conventions.agreement_2020.commitments.reading import Commitments
from bareme.errors import InputError


@dataclass(frozen=True, slots=True)
class Told:
    """The status that somebody gives of an item."""

    id: str
    status: Status
    on: date | None = None
    """The day on which it was done."""
    note: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Items in the order of their days; those without a date stand last where no days are asked for."""

    year: int
    first: date | None
    last: date | None
    """The days asked for, the last one included; None: no bound."""
    items: tuple[Item, ...]
    undated: int
    """How many of those chosen have no date: no calendar can hold them."""
    owners: Mapping[str, Mapping[str, str]]
    findings: tuple[AgreementFinding, ...] = ()

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-agenda-1`)."""
        return {
            "year": self.year,
            "from": None if self.first is None else self.first.isoformat(),
            "to": None if self.last is None else self.last.isoformat(),
            "items": [item.to_dict(language) for item in self.items],
            "undated": self.undated,
            "owners": {owner: names[language] for owner, names in self.owners.items()},
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def items_of(entries: Iterable[Commitment]) -> tuple[Item, ...]:
    """One item for each due date, or one without; an item of several has its date in its id."""
    found: list[Item] = []
    for entry in entries:
        several = len(entry.due) > 1
        found += [Item(f"{entry.id}-{due.lower()}" if several else entry.id, entry, due) for due in entry.due]
        found += [] if entry.due else [Item(entry.id, entry, None)]
    return tuple(found)


def with_statuses(
    system: System, items: Iterable[Item], told: Iterable[Told]
) -> tuple[tuple[Item, ...], tuple[AgreementFinding, ...]]:
    """Items with the statuses that are told, and findings about those that fit no item."""
    by_id = {item.id: item for item in items}
    findings: list[AgreementFinding] = []
    seen: set[str] = set()
    for one in told:
        if one.id not in by_id:
            near = get_close_matches(one.id, by_id, n=3)
            if near:
                findings.append(system.finding("commitment_unknown", "", one.place, id=one.id, near=near))
            else:
                findings.append(system.finding("commitment_none", "", one.place, id=one.id))
            continue
        if one.id in seen:
            findings.append(system.finding("status_twice", "", one.place, id=one.id))
            continue
        if one.on is not None and one.status is not Status.DONE:
            status = one.status.value
            findings.append(system.finding("done_before", "", one.place, id=one.id, on=one.on, status=status))
            continue
        seen.add(one.id)
        by_id[one.id] = replace(by_id[one.id], status=one.status, done_on=one.on, note=one.note)
    return tuple(by_id.values()), tuple(findings)


def agenda_of(
    system: System,
    year: int,
    commitments: Commitments,
    *,
    first: date | None = None,
    last: date | None = None,
    owners: Collection[str] = (),
    kinds: Collection[Kind] = (),
    told: Iterable[Told] = (),
    findings: Iterable[AgreementFinding] = (),
) -> Agenda:
    """The agenda of an agreement; an item is chosen when some of its days lie within those asked for.

    `owners` are ids of owners, `kinds` kinds of commitments; empty means all. `InputError` for an unknown owner.
    """
    unknown = sorted(set(owners) - commitments.owners.keys())
    if unknown:
        raise InputError(f"{unknown[0]!r} owes nothing here; owners are: {', '.join(commitments.owners)}.")
    if first is not None and last is not None and last < first:
        raise InputError(f"from {first} to {last}: the last day is before the first.")
    items, wrong = with_statuses(system, items_of(commitments.entries), told)
    chosen = [item for item in items if _is_chosen(item, owners, kinds)]
    dated = sorted((item for item in chosen if _is_within(item, first, last)), key=_order)
    undated = [item for item in chosen if item.due is None]
    shown = (*dated, *(undated if first is None and last is None else ()))
    return Agenda(year, first, last, shown, len(undated), commitments.owners, (*findings, *wrong))


def _is_chosen(item: Item, owners: Collection[str], kinds: Collection[Kind]) -> bool:
    own = item.commitment
    return (not owners or own.owner in owners) and (not kinds or own.kind in kinds)


def _is_within(item: Item, first: date | None, last: date | None) -> bool:
    period = item.period
    if period is None:
        return False
    return (last is None or period.start <= last) and (first is None or period.end is None or first < period.end)


def _order(item: Item) -> tuple[date, date, str]:
    """By the last day, then the first, then the id."""
    period = item.period
    if period is None or period.last_day is None:
        raise ValueError(item.id)
    return period.last_day, period.start, item.id
