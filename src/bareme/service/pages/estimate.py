"""An estimate: a basket of acts on a day for a patient; fee, insurance, patient, and what is missing.

Everything stands in the address, so that it can be shared; nothing there tells who the patient is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bareme.conventions.inputs import declared_inputs
from bareme.library import Book
from bareme.nomenclature.facts import declared_facts
from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.columns import MOST_UNITS
from bareme.pricing.price import Price
from bareme.service.books import TheBook
from bareme.service.pages.asked_words import (
    asked_in_words,
    day_asked,
    is_usable,
    of_rules,
    told,
    value_in_words,
    waiting,
    written_plain,
)
from bareme.service.pages.code import explained_in
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag

router = APIRouter(include_in_schema=False)
MOST_ACTS = 30
"""So many acts stand on one page that is printed."""
SPARE = 3
"""So many empty rows a new estimate has."""
PERSONAL = frozenset(("patient",))
"""What rules may ask and an address must not hold."""
ALWAYS = ("regime", "age")
"""Facts that are asked for from the start."""
AGREEMENTS = frozenset((2020,))
"""The years for which the package has an agreement that says when a supplement may be asked."""
OF_AGREEMENT = ("provider", "convention_status")
"""What is asked for from the start on a day of an agreement: who the provider is, and whether he accepted it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form, as it was written, and its price; None where the number of acts is none."""

    code: str
    quantity: str
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that is asked for: one of `values`, or what is typed.

    `is_missing` where an amount waits for it, `is_wrong` where what was typed cannot be used.
    """

    name: str
    values: tuple[str, ...]
    value: str
    is_missing: bool
    is_wrong: bool


@router.get("/estimate")
def estimate(
    request: Request,
    book: TheBook,
    caller: Visitor,
    code: Annotated[list[str], Query()] = [],  # noqa: B006
    quantity: Annotated[list[str], Query()] = [],  # noqa: B006
    on: str = "",
    add: str = "",
) -> Response:
    """The page of an estimate; with no act in the address, the form alone."""
    today = datetime.now(UTC).date()
    given = {name: value.strip() for name, value in request.query_params.items() if name in _askable()}
    given = {name: value for name, value in given.items() if value}
    plain = {name: written_plain(name, value) for name, value in given.items()}
    wrong = [name for name, value in plain.items() if not is_usable(name, value)]
    written = [(one.strip(), _at(quantity, place)) for place, one in enumerate(code[:MOST_ACTS])]
    acts = [(one, count) for one, count in written if one]
    day = day_asked(on, today)
    is_usual = day is not None and not wrong
    lines = list(_lines(book, acts, day, plain)) if day and is_usual else [Line(one, count) for one, count in acts]
    prices = [line.price for line in lines if line.price is not None]
    agreement = day.year if day and day.year in AGREEMENTS else None
    empty = max(SPARE - len(lines), 1 if add or not lines else 0)
    t = Words(language_of(request))
    values = {
        "lines": lines,
        "empty": min(empty, MOST_ACTS - len(lines)),
        "fields": list(_fields(prices, given, wrong, (*ALWAYS, *(OF_AGREEMENT if agreement else ())))),
        "has_result": bool(lines) and is_usual,
        "totals": _totals(prices),
        "is_whole": bool(prices) and len(prices) == len(lines) and all(map(_is_whole, prices)),
        "on": day or today,
        "wrong": wrong,
        "wrong_day": None if day else on[:20],
        "agreement": agreement,
        "known_of_agreement": {name: plain[name] for name in OF_AGREEMENT if name in plain},
        "spoken": explained_in(language_of(request)),
        "most": MOST_ACTS,
        "most_units": MOST_UNITS,
        "is_cut": len(code) > MOST_ACTS,
        "asked": partial(asked_in_words, t=t),
        "answered": partial(value_in_words, t=t),
        "told": told,
        "of_rules": of_rules,
        "waiting": waiting,
    }
    tag = page_tag(request, book, today.isoformat()) if is_usual else None
    return page(request, "estimate.html", "estimate", 200 if is_usual else 400, tag, **values)


def _askable() -> list[str]:
    return [name for name in (*declared_facts(), *declared_inputs()) if name not in PERSONAL]


def _at(values: Sequence[str], place: int) -> str:
    return values[place].strip() if place < len(values) and values[place].strip() else "1"


def _lines(book: Book, acts: Sequence[tuple[str, str]], day: date, given: dict[str, str]) -> Iterator[Line]:
    """Each act with its price; all that can be used are asked together, as one history."""
    usable = [(code, count) for code, count in acts if _is_count(count)]
    asked = [{"code": code, "on": day, "quantity": int(count), **given} for code, count in usable]
    found = iter(book.price_basket(asked) if asked else [])
    for code, count in acts:
        if _is_count(count):
            yield Line(code, count, next(found))
        else:
            yield Line(code, count)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= MOST_UNITS


def _is_whole(price: Price) -> bool:
    """True where fee, intervention and patient share are all there; a theoretical intervention has no total."""
    totals = (price.total_fee, price.total_intervention, price.total_patient_share)
    return price.outcome is Outcome.PRICED and None not in totals


def _fields(
    prices: Sequence[Price], given: dict[str, str], wrong: Sequence[str], always: Sequence[str]
) -> Iterator[Field]:
    """What is asked for: some always, what decides an amount or a rule of these acts, and what was given."""
    needed = {name for price in prices for name in price.needs}
    ruled = {name for price in prices for answer in price.rules for name in answer.missing}
    for name in _askable():
        if name in always or name in given or name in needed or name in ruled:
            fact = declared_facts().get(name) or declared_inputs()[name]
            missing = name in needed and name not in given
            yield Field(name, tuple(fact.values), given.get(name, ""), missing, name in wrong)


def _totals(prices: Sequence[Price]) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Fee, insurance and patient of the acts that have a complete price; None where none has."""
    whole = [price for price in prices if _is_whole(price)]
    if not whole:
        return None, None, None
    columns = ("total_fee", "total_intervention", "total_patient_share")
    fee, intervention, share = (sum((getattr(price, name) for price in whole), Decimal("0.00")) for name in columns)
    return fee, intervention, share
