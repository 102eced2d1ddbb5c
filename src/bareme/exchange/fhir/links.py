"""Which resource of a message a reference means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bareme.exchange.fhir.model import Element, Message


@dataclass(frozen=True, slots=True)
class Links:
    """The resources of a message by full address and by Type/id."""

    by_address: Mapping[str, tuple[int, Element]]

    @classmethod
    def of(cls, message: Message) -> Links:
        """Those of a message; of two with one address the first."""
        found: dict[str, tuple[int, Element]] = {}
        entries = [] if message.root is None else message.root.all("entry")
        for number, resource in message.entries():
            url, own = entries[number].text("fullUrl"), resource.text("id")
            for address in (url, own and f"{resource.name}/{own}"):
                if address:
                    found.setdefault(address, (number, resource))
        return cls(found)

    def find(self, reference: str | None) -> tuple[int, Element] | None:
        """The number of the entry and the resource that a reference means; None where it leads nowhere."""
        return None if reference is None else self.by_address.get(reference)
