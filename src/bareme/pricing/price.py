"""The price of one act: a frozen value that says what it knows and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.circulars.sources import Source
from bareme.conventions.model import NOTHING_PAYABLE, Payable
from bareme.money import euro_text
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import Basis

if TYPE_CHECKING:
    from bareme.book.timeline import Publication
    from bareme.circulars.model import Amount, Line
    from bareme.conventions.model import RuleAnswer
    from bareme.pricing.citing import Citation


@dataclass(frozen=True, slots=True)
class Option:
    """What the act would cost if a missing fact were known: the facts, and the amounts in euro.

    `basis` and `intervention_kind` are those of a price: a theoretical intervention is never paid.
    """

    facts: tuple[tuple[str, str], ...]
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None
    not_published: tuple[str, ...] = ()
    basis: str | None = None
    intervention_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """The answer for one act. Amounts in euro per unit, totals times `quantity`; None: not published or not given.

    `in_force_from` (inclusive) and `in_force_until` (exclusive) are the tariff's period; for `not_in_force` the first
    day of the next tariff and the day on which the last one ended. What stands in the circular (`source`, `derived`,
    `interpretations`, `line`, ...) is read when it is asked for.
    """

    code: str
    on: date
    regime: str | None
    age: int | None
    quantity: int
    outcome: Outcome
    certainty: Certainty | None
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None
    total_fee: Decimal | None
    total_intervention: Decimal | None
    total_patient_share: Decimal | None
    basis: str | None
    intervention_kind: str | None
    needs: tuple[str, ...]
    not_published: tuple[str, ...]
    reason_code: str | None
    circular: str | None
    line_id: str | None
    in_force_from: date | None
    in_force_until: date | None
    suggestions: tuple[str, ...]
    options: tuple[Option, ...]
    book: str
    rules: tuple[RuleAnswer, ...] = ()
    inputs: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    born: date | None = field(default=None, repr=False, compare=False)
    citation: Citation | None = field(default=None, repr=False, compare=False)

    @property
    def payable(self) -> Payable | None:
        """What is paid after rules, for all units; None where no rule of a convention says so."""
        return payable_of(self.rules)

    @property
    def publication(self) -> Publication | None:
        """The circular that publishes the tariff, read from the book when asked for; `BookError` if it was changed."""
        return None if self.citation is None else self.citation.publication

    @property
    def line(self) -> Line | None:
        """The line of the circular."""
        return None if self.citation is None else self.citation.line

    @property
    def amount(self) -> Amount | None:
        """The amount of the line that is the answer."""
        return None if self.citation is None else self.citation.amount

    @property
    def source(self) -> Source | None:
        """Where the line stands in its document."""
        line = self.line
        return None if line is None else line.source

    @property
    def derived(self) -> tuple[str, ...]:
        """The names of the amounts that bareme computed from the printed ones."""
        amount = self.amount if self.outcome in (Outcome.PRICED, Outcome.INCOMPLETE) else None
        return () if amount is None else amount.derived

    @property
    def interpretations(self) -> tuple[str, ...]:
        """The ids of the register that the price rests on."""
        return tuple(dict.fromkeys(interpretations_of(self)))

    def explain(self, language: str = "en") -> list[str]:
        """The price in sentences, in a language of the catalogue."""
        from bareme.pricing.explain import explain

        return explain(self, language)

    @property
    def cells(self) -> dict[str, Source]:
        """The cell of each printed amount of this answer: fee, intervention, patient_share."""
        if self.line is None or self.fee is None:
            return {}
        figures = {"fee": self.line.fee}
        if self.amount is not None:
            figures |= {"intervention": self.amount.intervention, "patient_share": self.amount.patient_share}
        return {name: f.source for name, f in figures.items() if f is not None and not f.is_derived}

    @property
    def reason(self) -> str | None:
        """Why there is no complete price, in one English sentence; None when there is one."""
        from bareme.pricing.explain import reason

        return reason(self, "en")

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """The JSON of `bareme price --json` (schema price-1)."""
        return data_of(self, self.reason, self.explain(language))


def data_of(price: Price, reason: str | None, explanation: list[str]) -> dict[str, Any]:
    """The JSON of a price with these words."""
    return {
        "code": price.code,
        "on": price.on.isoformat(),
        "regime": price.regime,
        "age": price.age,
        "facts": dict(price.facts),
        "quantity": price.quantity,
        "outcome": price.outcome.value,
        "certainty": price.certainty,
        "fee": euro_text(price.fee),
        "intervention": euro_text(price.intervention),
        "patient_share": euro_text(price.patient_share),
        "total_fee": euro_text(price.total_fee),
        "total_intervention": euro_text(price.total_intervention),
        "total_patient_share": euro_text(price.total_patient_share),
        "basis": price.basis,
        "intervention_kind": price.intervention_kind,
        "derived": list(price.derived),
        "needs": list(price.needs),
        "not_published": list(price.not_published),
        "reason": reason,
        "reason_code": price.reason_code,
        "suggestions": list(price.suggestions),
        "options": [
            {
                "facts": dict(option.facts),
                "fee": euro_text(option.fee),
                "intervention": euro_text(option.intervention),
                "patient_share": euro_text(option.patient_share),
                "not_published": list(option.not_published),
                "basis": option.basis,
                "intervention_kind": option.intervention_kind,
            }
            for option in price.options
        ],
        "in_force_from": None if price.in_force_from is None else price.in_force_from.isoformat(),
        "in_force_until": None if price.in_force_until is None else price.in_force_until.isoformat(),
        "circular": price.circular,
        "line_id": price.line_id,
        "source": None if price.source is None else price.source.to_dict(),
        "cells": {name: cell.in_row(price.source) for name, cell in price.cells.items()} if price.source else {},
        "inputs": inputs_data(price.inputs),
        "rules": [answer.to_dict() for answer in price.rules],
        **(price.payable or NOTHING_PAYABLE).to_dict(),
        "interpretations": list(price.interpretations),
        "explanation": explanation,
        "book": price.book,
    }


def inputs_data(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What rules were told, as data."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in inputs.items()}


def interpretations_of(price: Price) -> Iterator[str]:
    """The ids of the register that a price rests on."""
    yield from of_tariff(price)
    for answer in price.rules:
        yield from answer.said.interpretations if answer.said is not None else ()


def payable_of(rules: Iterable[RuleAnswer]) -> Payable | None:
    """What is paid by rules; None where none says so."""
    return next((a.said.payable for a in rules if a.said is not None and a.said.payable is not None), None)


def of_tariff(price: Price) -> Iterator[str]:
    """The ids that the tariff itself rests on."""
    if price.derived:
        yield "share-from-fee-and-intervention"
    if price.basis == Basis.SESSION:
        yield "fee-per-session"
    if price.basis == Basis.UNIT:
        yield "fee-per-unit"
    amount, publication = price.amount, price.publication
    if amount is not None and amount.facts:
        yield "columns-beside-a-fact"
    aged = amount is not None and (amount.age_from is not None or amount.age_to is not None)
    if aged and price.born is not None and (price.born.month, price.born.day) == (2, 29):
        yield "birthday-on-29-february"
    if publication is not None and publication.is_corrigendum:
        yield "corrigendum-on-its-own-date"
