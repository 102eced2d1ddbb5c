"""What a what-if changes, and what it gives: amounts as they stand and as they would be, in whole thousands of euro."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, Answer, Place
from bareme.conventions.agreement_2020.budget.model import Amounts, Start, Words


@dataclass(frozen=True, slots=True)
class NewRate:
    """Another rate (percent) for an index row, or for one part of it; `mass` is what that part costs in a year."""

    row: str
    rate: Decimal
    part: str | None = None
    mass: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class NewStart:
    """Another start for a row."""

    row: str
    start: Start
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class NewSource:
    """Another annual amount for a source; `in_year` where it is not n/12 of it."""

    row: str
    annual: int
    in_year: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that is dropped."""

    row: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A row that a block has besides."""

    block: str
    id: str
    label: Words
    annual: int
    start: Start
    place: Place | None = None


Change = NewRate | NewStart | NewSource | Dropped | Added


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Changes to a budget table, as a file gives them."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """An amount as it stands and as it would be; `what_if` is unknown where information is missing."""

    id: str
    label: Words
    original: Amounts
    what_if: Amounts

    @property
    def difference(self) -> Amounts:
        """By how much it would change."""
        return self.what_if - self.original

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "id": self.id,
            "label": self.label[language],
            "original": self.original.to_dict(),
            "what_if": self.what_if.to_dict(),
            "difference": self.difference.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class WhatIfResult:
    """What a table would be: an answer for each change, the rows changed, all blocks, total, balance, envelopes."""

    title: str
    answers: tuple[Answer, ...]
    rows: tuple[Beside, ...]
    blocks: tuple[Beside, ...]
    total: Beside
    balance: Beside
    envelopes: tuple[Beside, ...]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "title": self.title,
            "answers": [answer.to_dict(language) for answer in self.answers],
            "rows": [row.to_dict(language) for row in self.rows],
            "blocks": [block.to_dict(language) for block in self.blocks],
            "total": self.total.to_dict(language),
            "balance": self.balance.to_dict(language),
            "envelopes": [envelope.to_dict(language) for envelope in self.envelopes],
        }
