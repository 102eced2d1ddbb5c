"""An estimate: a basket of acts on a day for a patient; fee, insurance, patient, and what is missing.

Everything stands in the address, so that it can be shared; nothing there tells who the patient is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.library import Book
from bareme.nomenclature.facts import declared_facts
from bareme.nomenclature.outcomes import Outcome
from bareme.periods import as_date
from bareme.pricing.columns import MOST_UNITS
from bareme.pricing.price import Price
from bareme.service.books import TheBook
from bareme.service.pages.code import explained_in
from bareme.service.pages.languages import language_of
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


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form, as it was written, and its price; `wrong` says why there is none."""

    code: str
    quantity: str
    price: Price | None = None
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that is asked for: one of `values`, or what is typed; `is_missing` where an amount waits for it."""

    name: str
    values: tuple[str, ...]
    value: str
    is_missing: bool
    means: str


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
    given = {name: value for name, value in request.query_params.items() if name in _askable() and value.strip()}
    written = [(one.strip(), _at(quantity, place)) for place, one in enumerate(code[:MOST_ACTS])]
    acts = [(one, count) for one, count in written if one]
    wrong, day = None, today
    lines: list[Line] = []
    try:
        day = as_date(on, "on") if on.strip() else today
        lines = list(_lines(book, acts, day, given))
    except InputError as error:
        wrong = str(error)
        lines = [Line(one, count) for one, count in acts]
    prices = [line.price for line in lines if line.price is not None]
    empty = max(SPARE - len(lines), 1 if add or not lines else 0)
    values = {
        "lines": lines,
        "empty": min(empty, MOST_ACTS - len(lines)),
        "fields": list(_fields(prices, given)),
        "totals": _totals(prices) if lines and not wrong else None,
        "is_whole": bool(prices) and len(prices) == len(lines) and all(map(_is_whole, prices)),
        "on": day,
        "wrong": wrong,
        "agreement": day.year if day.year in AGREEMENTS else None,
        "spoken": explained_in(language_of(request)),
        "most": MOST_ACTS,
        "is_cut": len(code) > MOST_ACTS,
    }
    return page(
        request,
        "estimate.html",
        "estimate",
        400 if wrong else 200,
        None if wrong else page_tag(request, book, today.isoformat()),
        **values,
    )


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
            yield Line(code, count, wrong=count)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= MOST_UNITS


def _is_whole(price: Price) -> bool:
    """True where fee, intervention and patient share are all there; a theoretical intervention has no total."""
    totals = (price.total_fee, price.total_intervention, price.total_patient_share)
    return price.outcome is Outcome.PRICED and None not in totals


def _fields(prices: Sequence[Price], given: dict[str, str]) -> Iterator[Field]:
    """What is asked for: regime and age, what decides an amount or a rule of these acts, and what was given."""
    needed = {name for price in prices for name in price.needs}
    ruled = {name for price in prices for answer in price.rules for name in answer.missing}
    for name in _askable():
        if name in ALWAYS or name in given or name in needed or name in ruled:
            fact = declared_facts().get(name) or declared_inputs()[name]
            missing = name in needed and name not in given
            yield Field(name, tuple(fact.values), given.get(name, ""), missing, fact.means)


def _totals(prices: Sequence[Price]) -> tuple[Decimal, Decimal, Decimal]:
    """Fee, insurance and patient of the acts that have a complete price."""
    whole = [price for price in prices if _is_whole(price)]
    columns = ("total_fee", "total_intervention", "total_patient_share")
    fee, intervention, share = (sum((getattr(price, name) for price in whole), Decimal("0.00")) for name in columns)
    return fee, intervention, share
