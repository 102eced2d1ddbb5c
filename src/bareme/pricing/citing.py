"""Where the figures of a price stand in the ledger, read when someone looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bareme.book.timeline import Publication
    from bareme.circulars.model import Amount, Line


@dataclass(frozen=True, slots=True)
class Citation:
    """The numbers of an entry of the ledger and of a line and an amount in it; `read` gives the entry's circular."""

    read: Callable[[int], Publication]
    entry: int | None
    line_number: int | None
    amount_number: int | None

    @property
    def publication(self) -> Publication | None:
        """The circular that publishes the tariff."""
        return None if self.entry is None else self.read(self.entry)

    @property
    def line(self) -> Line | None:
        """The line of the circular."""
        publication = self.publication
        if publication is None or self.line_number is None:
            return None
        return publication.reading.lines[self.line_number]

    @property
    def amount(self) -> Amount | None:
        """The amount of the line that is the answer."""
        line = self.line
        return None if line is None or self.amount_number is None else line.amounts[self.amount_number]
