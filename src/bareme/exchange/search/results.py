"""What searching and the newest changes answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bareme.nomenclature.outcomes import Certainty


@dataclass(frozen=True, slots=True)
class Hit:
    """A code that was found, with its tariff on the day asked for, else its last one.

    `labels` are what it is called by language, `label` in the language of the circular. `lines` counts the lines of the
    circular on which the code stands; `fee` is None where they differ, where none is published or it is in doubt.
    `valid_to` is the first day after. `in_force` is None where no day is given. `matched` are the words of the book
    that the words asked for begin.
    """

    rank: int
    code: str
    twin: str | None
    label: str | None
    labels: Mapping[str, str]
    section: tuple[str | None, str] | None
    convention: str | None
    series: str
    circular: str
    line_id: str
    lines: int
    valid_from: str | None
    valid_to: str | None
    published_until: str | None
    in_force: bool | None
    certainty: Certainty | None
    fee: str | None
    matched: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """A hit of schema search-1."""
        section = None if self.section is None else {"number": self.section[0], "title": self.section[1]}
        data = {name: getattr(self, name) for name in self.__slots__}
        return data | {"labels": dict(self.labels), "section": section, "matched": list(self.matched)}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: `total` codes, of which these; `cursor` asks for the next ones, None after the last.

    `words` are those looked for, as they are compared. Where nothing was found, `unmatched` are those that no code of
    the book has, and `suggestions` codes near to one that was asked for.
    """

    query: str
    words: tuple[str, ...]
    on: date | None
    series: str | None
    total: int
    hits: tuple[Hit, ...]
    cursor: str | None
    unmatched: tuple[str, ...]
    suggestions: tuple[str, ...]
    book: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme search --json` (schema search-1)."""
        return {
            "query": self.query,
            "words": list(self.words),
            "on": None if self.on is None else self.on.isoformat(),
            "series": self.series,
            "total": self.total,
            "hits": [hit.to_dict() for hit in self.hits],
            "cursor": self.cursor,
            "unmatched": list(self.unmatched),
            "suggestions": list(self.suggestions),
            "book": self.book,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the ledger: what became known. `id` is its hash, `kind` one of `KINDS`.

    `lines` are those of the circular; of them `added` are new and `changed` have other figures than the book held for
    the day on which it takes effect (of a correction: than the circular had); `ended` are lines that are no longer
    there. None for a witness, which adds none.
    """

    entry: int
    id: str
    kind: str
    recorded_at: str
    known_from: str
    effective_from: str
    number: str
    series: str | None
    title: str | None
    author: str | None
    document: str
    lines: int | None
    added: int | None
    changed: int | None
    ended: int | None

    def to_dict(self) -> dict[str, Any]:
        """A change of schema changes-1."""
        return {name: getattr(self, name) for name in self.__slots__}


KINDS = {
    "circular": "a circular was recorded",
    "corrigendum": "a corrigendum was recorded: it replaces the codes that it lists",
    "correction": "a circular that the book held was recorded again, with other figures",
    "witness": "another document with the same figures was attached to a circular",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What became known, newest first: `total` entries, of which these; `cursor` asks for the ones before them."""

    total: int
    changes: tuple[Change, ...]
    cursor: str | None
    book: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme changes --json` (schema changes-1)."""
        return {
            "total": self.total,
            "changes": [change.to_dict() for change in self.changes],
            "cursor": self.cursor,
            "book": self.book,
        }
