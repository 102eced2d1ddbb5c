"""Query parameters that many addresses share, and what an address calls a circular."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request
from pydantic import BeforeValidator

from bareme.errors import InputError
from bareme.library import Book
from bareme.service.problems import Problem

KnownOn = Annotated[
    str | None,
    Query(
        description="Only circulars known on this day (YYYY-MM-DD) count.",
        examples=["2025-12-31"],
        json_schema_extra={"format": "date"},
    ),
]
RecordedAt = Annotated[str | None, Query(description="Only what the book held at this moment (UTC) counts.")]
Series = Annotated[
    str | None,
    Query(description="Only this series, or those whose id begins so.", examples=["doctors/medical-acts/7"]),
]


def _whole(given: object) -> object:
    """A number as people write one: `1_0`, which Python takes for ten, is none."""
    if isinstance(given, str) and not (given.removeprefix("-").isdigit() and given.isascii()):
        raise ValueError("a whole number is digits alone")
    return given


Whole = Annotated[int, BeforeValidator(_whole)]


def check_known(request: Request, *known: str, repeated: Collection[str] = ()) -> None:
    """`InputError` for a query parameter that the address does not have, or one that is twice and not `repeated`."""
    for name in request.query_params:
        if name not in known:
            others = f"those are {', '.join(known)}" if known else "it has none"
            raise InputError(f"{name!r} is no parameter of this address; {others}.")
        if name not in repeated and len(request.query_params.getlist(name)) > 1:
            raise InputError(f"{name} is given twice.")


def held_number(book: Book, given: str) -> str | None:
    """The number of a circular that the book holds, as it is or with `-` for each `/` (2025-336); None: it has none."""
    numbers = dict.fromkeys(entry.circular for entry in book.entries())
    if given in numbers:
        return given
    return next((number for number in numbers if number.replace("/", "-") == given), None)


def address_of(number: str) -> str:
    """What stands for a circular's number in an address."""
    return quote(number.replace("/", "-"), safe="")


def circular_at(book: Book, given: str) -> str:
    """The number of the circular that an address names; `Problem` where the book holds none."""
    number = held_number(book, given)
    if number is None:
        raise Problem("not_found", f"The book holds no circular {given[:50]}.")
    return number
