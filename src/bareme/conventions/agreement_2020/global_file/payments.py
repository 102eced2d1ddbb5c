"""What is paid for one patient's file: for 2020, in advance by the snapshot, at once when new, after late paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any

from bareme.conventions.agreement.answers import Answer, Place
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.global_file.events import Event, Holders, Kind
from bareme.conventions.agreement_2020.global_file.fee import amount_of, snapshot_day
from bareme.conventions.agreement_2020.global_file.histories import History, Holding, history, known_by
from bareme.conventions.model import Missing, Result
from bareme.errors import InputError

DEFINITIONS = ("first_ever", "first_with_holder")
TERMS = ("paid", "not_paid")
CONTACT = "global-file-contact-with-holder"
YEAR_END = "global-file-holder-at-year-end"
BY_JUNE = "global-file-electronic-by-june"
LATE_PAPER = "global-file-late-paper"
STAYS_OPEN = "global-file-stays-open"


class PaymentKind(StrEnum):
    """What a payment is."""

    YEAR = "year"
    """For 2020: by the existing rules, or a prolongation without contact."""
    ADVANCE = "advance"
    """In February, by the snapshot of 31 December."""
    NEW = "new_file"
    """At once, for a new file."""
    RECOVERY = "recovery"
    """Taken back after a late attestation on paper; its amount is negative."""
    CORRECTION = "correction"
    """Paid to the lawful holder after a late attestation on paper."""


@dataclass(frozen=True, slots=True)
class FilePayment:
    """One payment or recovery, or why there is none. `paid_in` is a year or a month: the text has no days.

    `charged_to` is None where the text does not say it; `holder` where two hold the file at once.
    """

    patient: str
    holder: str | None
    year: int
    charged_to: int | None
    paid_in: str
    kind: PaymentKind
    place: Place
    answer: Answer

    def to_dict(self, language: str) -> dict[str, Any]:
        """As data, an entry of `payments`."""
        return {
            "patient": self.patient,
            "holder": self.holder,
            "year": self.year,
            "charged_to": self.charged_to,
            "paid_in": self.paid_in,
            "kind": self.kind.value,
            "file": self.place.file,
            "line": self.place.line,
            "answer": self.answer.to_dict(language),
        }


def payments_of(
    system: System, patient: str, events: Iterable[Event], holders: Holders, until: int
) -> Iterator[FilePayment]:
    """All payments and recoveries of a patient's file through a year, in the order of years (5.1.1)."""
    own = tuple(events)
    full = history(own)
    first = system.parameters.day("first_snapshot")
    photo = history(known_by(own, first))
    yearly = _for_first_phase(system, full, holders)
    if yearly is not None:
        yield yearly
    for year in range(first.year + 1, until + 1):
        in_advance = photo if snapshot_day(year) == first else full
        advance = _in_advance(system, in_advance.on(snapshot_day(year)), holders, year)
        if advance is not None:
            yield advance
        if snapshot_day(year) == first:
            yield from _corrections(system, own, holders, photo.on(first), advance)
        yield from _new_files(system, full, holders, year)


def _for_first_phase(system: System, full: History, holders: Holders) -> FilePayment | None:
    """For 2020: a contact of the year by the existing rules, else the prolongation without contact (first phase).

    One payment for a file and a year.
    """
    year = system.parameters.count("first_phase_year")
    contact = full.first_contact(year)
    holding = full.on(date(year, 12, 31)) if contact is None else full.at(contact.order)
    if holding is None:
        return None
    if contact is not None:
        answer = system.asked("contact", "5.1.1", lambda: _with_contact(system, holding, contact, year))
        return _payment(holding, year, year, str(year), PaymentKind.YEAR, answer, contact.place)
    clause = "5.1.1, first phase"
    answer = system.asked("without_contact", clause, lambda: _without_contact(system, holding, full, holders, year))
    return _payment(holding, year, year, str(year), PaymentKind.YEAR, answer)


def _with_contact(system: System, holding: Holding, contact: Event, year: int) -> Answer:
    """The existing rules: the file is paid with a contact in the year."""
    told: dict[str, Any] = {"holder": holding.holder, "on": contact.on, "year": str(year)}
    case = "" if contact.kind is Kind.CONTACT else contact.kind.value
    amount = _amount(system, year)
    return system.answer("contact", True, "5.1.1", case=case, amount=amount, interpretations=(CONTACT,), **told)


def _without_contact(system: System, holding: Holding, full: History, holders: Holders, year: int) -> Answer:
    """5.1.1, first phase: a contact in 2019, none in 2020, the electronic file or a registration by 30 June."""
    deadline = system.parameters.day("electronic_deadline")
    before = system.parameters.count("contact_year")
    earlier = full.first_contact(before)
    told: dict[str, Any] = {"holder": holding.holder, "year": str(year), "before": str(before), "deadline": deadline}
    if earlier is None:
        case = "contact_before"
        return system.answer(
            "without_contact", False, "5.1.1, first phase", case=case, interpretations=(CONTACT, YEAR_END), **told
        )
    told["on"] = earlier.on
    used = (CONTACT, YEAR_END, BY_JUNE)
    holds = holders.electronic_by(holding.holder, deadline)
    case = "" if holds else "electronic"
    amount = _amount(system, year) if holds else None
    return system.answer(
        "without_contact", holds, "5.1.1, first phase", case=case, amount=amount, interpretations=used, **told
    )


def _in_advance(system: System, holding: Holding | None, holders: Holders, year: int) -> FilePayment | None:
    """5.1.1 A: the holder of 31 December of year X is paid in February of X+1 for X+1; the first charged to 2020."""
    if holding is None:
        return None
    parameters = system.parameters
    day = snapshot_day(year)
    charged = parameters.count("first_payment_charged_to") if day == parameters.day("first_snapshot") else None
    paid_in = f"{year}-{parameters.count('payment_month'):02}"

    def asked() -> Answer:
        holds = _by_terms(system, holders, holding.holder, day)
        told: dict[str, Any] = {
            "holder": holding.holder,
            "day": day,
            "year": str(year),
            "paid_in": paid_in,
            "charged_to": str(charged),
        }
        case = "first" if holds and charged is not None else ""
        amount = _amount(system, year) if holds else None
        used = (STAYS_OPEN,)
        return system.answer("snapshot", holds, "5.1.1 A", case=case, amount=amount, interpretations=used, **told)

    answer = system.asked("snapshot", "5.1.1 A", asked)
    return _payment(holding, year, charged, paid_in, PaymentKind.ADVANCE, answer)


def _by_terms(system: System, holders: Holders, name: str, day: date) -> bool:
    """Whether a holder is paid from 2021 on: with the electronic file; without it the terms are not stated (5.1.1)."""
    if holders.electronic_by(name, day):
        return True
    return _choice(system, "without_electronic_file", TERMS) == "paid"


def _corrections(
    system: System, events: tuple[Event, ...], holders: Holders, paid: Holding | None, advance: FilePayment | None
) -> Iterator[FilePayment]:
    """5.1.1: paper that comes in during 2021 corrects the snapshot of 2020-12-31: one pays back, the other is paid.

    The lawful holder is the one of the latest opening, transfer or attestation of all that is known by then.
    """
    first = system.parameters.day("first_snapshot")
    late = (event for event in events if event.kind is Kind.ATTESTED and event.known > first)
    before = None if advance is None else advance.answer
    for paper in sorted(late, key=lambda event: (event.known, event.order)):
        if paid is not None and paper.order < paid.event.order:
            continue
        lawful = Holding(paper, (paper.holder,))
        if paid is None or paid.holders != lawful.holders:
            recovered = False
            if paid is not None and before is not None:
                recovery = _recovery(system, paid, paper, before)
                recovered = recovery.answer.result is Result.YES
                yield recovery
            correction = _correction(system, lawful, holders, recovered)
            yield correction
            before = correction.answer
        paid = lawful


def _recovery(system: System, paid: Holding, paper: Event, before: Answer) -> FilePayment:
    """What was paid in advance to one who is not the lawful holder is recovered (5.1.1)."""
    year = system.parameters.count("correction_year")

    def asked() -> Answer:
        told: dict[str, Any] = {"holder": paid.holder, "lawful": paper.holder, "on": paper.on, "received": paper.known}
        if before.result is Result.NEEDS_INFORMATION:
            raise Missing(*before.missing)
        amount = None if before.amount is None else -before.amount
        holds = before.result is Result.YES
        used = (LATE_PAPER,)
        return system.answer("recovery", holds, "5.1.1", amount=amount, interpretations=used, year=str(year), **told)

    answer = system.asked("recovery", "5.1.1", asked)
    charged = system.parameters.count("first_payment_charged_to")
    return _payment(paid, year, charged, str(year), PaymentKind.RECOVERY, answer, paper.place)


def _correction(system: System, lawful: Holding, holders: Holders, recovered: bool) -> FilePayment:
    """The lawful holder is paid what is recovered from another (5.1.1); where nothing is, as any holder (5.1.1 A)."""
    year = system.parameters.count("correction_year")
    paper = lawful.event
    told: dict[str, Any] = {
        "holder": paper.holder,
        "on": paper.on,
        "received": paper.known,
        "day": system.parameters.day("first_snapshot"),
        "year": str(year),
    }

    def asked() -> Answer:
        holds = recovered or _by_terms(system, holders, paper.holder, told["day"])
        amount = _amount(system, year) if holds else None
        return system.answer("correction", holds, "5.1.1", amount=amount, interpretations=(LATE_PAPER,), **told)

    answer = system.asked("correction", "5.1.1", asked)
    charged = system.parameters.count("first_payment_charged_to")
    return _payment(lawful, year, charged, str(year), PaymentKind.CORRECTION, answer)


def _new_files(system: System, full: History, holders: Holders, year: int) -> Iterator[FilePayment]:
    """5.1.1 B: a new file opened in year X is paid at once, and from February X+1 by the snapshot.

    A file that passes to another doctor is asked as well: what a new file is, the text leaves to be defined.
    """
    seen: set[str] = set()
    for holding in full.holdings:
        if holding.event.on.year == year:
            asked = partial(_new_file, system, holding, frozenset(seen), holders, year)
            answer = system.asked("new_file", "5.1.1 B", asked)
            yield _payment(holding, year, year, str(year), PaymentKind.NEW, answer)
        seen.update(holding.holders)


def _new_file(system: System, holding: Holding, earlier: frozenset[str], holders: Holders, year: int) -> Answer:
    """`earlier` are the doctors who held the file before."""
    event = holding.event
    told: dict[str, Any] = {
        "holder": holding.holder,
        "on": event.on,
        "year": str(year),
        "next": f"{year + 1}-{_month(system):02}",
    }
    definition = _choice(system, "new_file", DEFINITIONS)
    told["definition"] = definition
    if earlier and (definition == "first_ever" or event.holder in earlier):
        return system.answer("new_file", False, "5.1.1 B", **told)
    holds = _by_terms(system, holders, event.holder, event.on)
    amount = _amount(system, year) if holds else None
    return system.answer("new_file", holds, "5.1.1 B", case="" if holds else "electronic", amount=amount, **told)


def _month(system: System) -> int:
    return system.parameters.count("payment_month")


def _choice(system: System, name: str, known: tuple[str, ...]) -> str:
    """The value of a text parameter that must be one of several; `Missing` while it is awaited."""
    value = system.parameters.text(name)
    if value not in known:
        raise InputError(f"{system.name}.{name}: {value!r} is none of {', '.join(known)}.")
    return value


def _amount(system: System, year: int) -> Decimal | None:
    """The amount per file, or None while it is awaited: that a file is paid is told without it."""
    try:
        return amount_of(system, year)
    except Missing:
        return None


def _payment(
    holding: Holding,
    year: int,
    charged_to: int | None,
    paid_in: str,
    kind: PaymentKind,
    answer: Answer,
    place: Place | None = None,
) -> FilePayment:
    holder = holding.holders[0] if len(holding.holders) == 1 else None
    event = holding.event
    return FilePayment(event.patient, holder, year, charged_to, paid_in, kind, place or event.place, answer)
