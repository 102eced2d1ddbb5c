"""FHIR eTariff: what acts will cost, asked and answered in messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bareme.library.asking import Asking

if TYPE_CHECKING:
    from bareme.exchange.fhir.answering import Kind
    from bareme.exchange.fhir.model import Format
    from bareme.pricing.price import Price


@dataclass(frozen=True, slots=True)
class Etariff:
    """The answer to an eTariff message: the bytes of a message, and what it is."""

    content: bytes
    format: Format
    kind: Kind
    items: int
    """How many items the request has; 0 for a reject."""
    decided: int
    """How many of them have amounts or a refusal of the guide; the others stand in the OperationOutcome."""

    @property
    def media_type(self) -> str:
        """The content type: application/fhir+xml or application/fhir+json."""
        return self.format.media_type

    @property
    def is_complete(self) -> bool:
        """True for a response in which every item has amounts or a refusal."""
        return self.kind == "response" and self.decided == self.items


@dataclass(frozen=True, slots=True)
class _AsOf:
    """A book as it was on a day."""

    book: Asking
    known_on: date | str | None
    recorded_at: datetime | str | None

    def price_basket(self, acts: Sequence[Mapping[str, Any]]) -> list[Price]:
        return self.book.price_basket(acts, as_known_on=self.known_on, as_recorded_at=self.recorded_at)


class Messaging(Asking):
    """Messages in, messages out."""

    def etariff(
        self,
        content: bytes,
        format: str | None = None,
        *,
        answer_format: str | None = None,
        regime: str | None = None,
        ct1: str | None = None,
        ct2: str | None = None,
        facts: Mapping[str, object] | None = None,
        now: datetime | None = None,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> Etariff:
        """The answer to a FHIR eTariff request: a response, or a reject where the message has structure errors.

        `format` is xml, json or a content type (left out, the message tells); `answer_format` by default the same. The
        patient's regime comes from CT1 and CT2 (here or in a Coverage of the message) or from `regime`; `facts` hold
        for all items. `now` is the moment of the answer. Only these parameters can be an `InputError`.
        """
        from bareme.exchange.fhir.answering import Given, answer_message
        from bareme.exchange.fhir.model import as_format
        from bareme.exchange.fhir.reading import read_message

        message = read_message(content, format)
        form = message.format if answer_format is None else as_format(answer_format, "answer_format")
        book = _AsOf(self, as_known_on, as_recorded_at)
        answer = answer_message(message, book, now=now, given=Given(regime, ct1, ct2, facts))
        return Etariff(answer.write(form), form, answer.kind, answer.items, answer.decided)
