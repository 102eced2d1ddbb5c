"""A message in, its answer out: a response with the amounts of a book, or a reject of what has structure errors."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from bareme.errors import InputError
from bareme.exchange.fhir.deciding import Issue, Refusal, Tariff, decided, issue
from bareme.exchange.fhir.model import Element, Message, Severity
from bareme.exchange.fhir.patients import Insured, birth_date_of, insured
from bareme.exchange.fhir.profile import request_faults
from bareme.exchange.fhir.reading import write_message
from bareme.exchange.fhir.rejecting import issue_of, rejection
from bareme.exchange.fhir.request import Request, request_of
from bareme.exchange.fhir.response import Made, response

if TYPE_CHECKING:
    from bareme.pricing.price import Price


class Kind(StrEnum):
    """What an answer is."""

    RESPONSE = "response"
    REJECT = "reject"


class Pricing(Protocol):
    """What prices acts: a book."""

    def price_basket(self, acts: Sequence[Mapping[str, Any]]) -> list[Price]:
        """The price of each act."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a message."""

    root: Element
    kind: Kind
    items: int
    """How many items the request has; 0 for a reject."""
    decided: int
    """How many of them have amounts or a refusal."""

    @property
    def is_complete(self) -> bool:
        """True where every item has amounts or a refusal of the guide."""
        return self.kind is Kind.RESPONSE and self.decided == self.items

    def write(self, format: str) -> bytes:
        """The answer as bytes: xml or json."""
        return write_message(self.root, format)


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller says of the patient and the acts beside the message."""

    regime: str | None = None
    ct1: str | None = None
    ct2: str | None = None
    facts: Mapping[str, object] | None = None

    def checked(self) -> dict[str, Any]:
        """The facts, or `InputError`."""
        from bareme.nomenclature.facts import read_facts

        told = dict(self.facts or {})
        own = next((name for name in told if name in ("regime", "age")), None)
        if own is not None:
            raise InputError(f"facts: {own} is not given as a fact here; the request, regime, ct1 and ct2 tell it.")
        return dict(read_facts(told))


def answer_message(
    message: Message, book: Pricing, *, now: datetime | None = None, given: Given | None = None
) -> Answer:
    """The answer to a message, from a book's published amounts.

    `now` is the moment of the answer, by default this one; with the same message, book, moment and parameters the
    answer is the same to the byte. `InputError` only for parameters that cannot be used.
    """
    told = given or Given()
    facts = told.checked()
    insured(None, told.regime, told.ct1, told.ct2)
    moment = _moment(now)
    faults = request_faults(message)
    made = Made(_seed(message, moment, told, facts), moment)
    if message.root is None or any(fault.severity is Severity.ERROR for fault in faults):
        return Answer(rejection(made, message, faults), Kind.REJECT, 0, 0)
    request = request_of(message)
    patient = insured(request.coverage, told.regime, told.ct1, told.ct2)
    lines, issues = _decided(request, book, patient, facts)
    root = response(made, request, patient, lines, [*issues, *map(issue_of, faults)])
    return Answer(root, Kind.RESPONSE, len(request.items), len(lines))


def _moment(now: datetime | None) -> datetime:
    found = now or datetime.now(UTC)
    if found.tzinfo is None:
        raise InputError(f"now: {found} has no time zone; give one, for example 2026-03-01T12:00:00+01:00.")
    return found


def _seed(message: Message, moment: datetime, given: Given, facts: Mapping[str, Any]) -> str:
    told = (message.digest, moment.isoformat(), given.regime, given.ct1, given.ct2, sorted(facts.items()))
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _decided(
    request: Request, book: Pricing, patient: Insured, facts: Mapping[str, Any]
) -> tuple[list[Tariff | Refusal], list[Issue]]:
    """What becomes of each item, in their order."""
    told = birth_date_of(request.patient.element)
    born = told.on
    readings = {
        "regime": patient.by_codes and "etariff-regime-from-insurability",
        "age": told.by_number and "etariff-birth-date-from-national-number",
        "global_medical_file": "global_medical_file" not in facts and "etariff-holder-is-the-file",
    }
    used = {fact: id for fact, id in readings.items() if id}
    known = dict(facts) | ({} if patient.regime is None else {"regime": patient.regime.value})
    lines: list[Tariff | Refusal] = []
    issues: list[Issue] = []
    usable = [item for item in request.items if _usable(item.on, born)]
    prices = iter(book.price_basket([item.asked(known, born) for item in usable]))
    for item in request.items:
        if not _usable(item.on, born):
            when = "after the day of the act" if born is not None and born > item.on else "too long before the act"
            text = f"the patient was born on {born}, {when}."
            issues.append(issue(item, "INVALID_INPUT", text))
            continue
        line, aside = decided(item, next(prices), patient.why, used)
        if line is not None:
            lines.append(line)
        if aside is not None:
            issues.append(aside)
    return lines, issues


def _usable(on: date, born: date | None) -> bool:
    """A birth date that an age can be made of."""
    from bareme.nomenclature.facts import OLDEST
    from bareme.periods import completed_years

    return born is None or 0 <= completed_years(born, on) <= OLDEST
