"""What is given of on-call posts: contract amounts by heading, corrections, new initiatives."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bareme.conventions.agreement.answers import Place
from bareme.conventions.agreement.systems import System


@dataclass(frozen=True, slots=True)
class PostHeading:
    """A heading of a post: the contract amount of 2019 in euro, since when the post is there, for how many months.

    `extrapolate` is the post's own choice (None: the choice made for all).
    """

    post: str
    heading: str
    amount: Decimal | None
    started: date | None
    months: int | None
    extrapolate: bool | None
    place: Place

    @property
    def key(self) -> tuple[str, str]:
        """Post and heading."""
        return self.post, self.heading


@dataclass(frozen=True, slots=True)
class Correction:
    """What a heading of a post becomes, in euro, in a round of corrections (5.2.3.2)."""

    post: str
    heading: str
    amount: Decimal
    round: int
    place: Place

    @property
    def key(self) -> tuple[str, str]:
        """Post and heading."""
        return self.post, self.heading


@dataclass(frozen=True, slots=True)
class NewPost:
    """A new initiative that asks for an amount in euro; does it join a cooperation agreement (None: not told)?"""

    post: str
    amount: Decimal
    joins: bool | None
    place: Place


def with_starts(rows: Iterable[PostHeading]) -> tuple[PostHeading, ...]:
    """Rows with the start of their post, where another row of the post tells it: a post starts once."""
    given = tuple(rows)
    starts = {row.post: row.started for row in reversed(given) if row.started is not None}
    return tuple(row if row.started else replace(row, started=starts.get(row.post)) for row in given)


def heading_name(system: System, text: str) -> str:
    """The name of a heading, given in English or French: small letters, no accents, `_` for blanks and hyphens.

    A name that is none of the agreement stays as it is (5.2.3.1, 5.2.3.2).
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    name = "_".join(plain.lower().replace("-", " ").replace("/", " ").replace("_", " ").split())
    texts = system.parameters.texts
    for kind in ("raised_headings", "other_headings"):
        names = dict(zip(texts(f"{kind}_in_french"), texts(kind), strict=True))
        name = names.get(name, name)
    return name
