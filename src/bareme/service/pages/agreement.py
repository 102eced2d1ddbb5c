"""The agreement of a year as pages: its clauses, its parameters, its agenda with a calendar file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from bareme.conventions.agreement.systems import LANGUAGES
from bareme.errors import InputError
from bareme.service.answering import saved_as
from bareme.service.books import TheBook
from bareme.service.pages.downloads import table_file
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag
from bareme.service.problems import Problem
from bareme.service.routes.agreements import CALENDAR, OfYear

router = APIRouter(include_in_schema=False)
ON_A_PAGE = 60
TABS = ("", "/parameters", "/budget", "/agenda", "/conditions")
"""The pages of an agreement, after its own address."""
STATUSES = ("implemented", "parameter_awaited", "declaration_of_intent")
KINDS = ("deliverable", "fact", "period", "relative", "start")
COLUMNS = ("system", "name", "clause", "value", "kind", "from", "to", "means")
COMPUTED = {"budget": "budget", "commitments": "agenda", "conditions": "conditions"}
"""The systems that have a page of their own; those of the others are their parameters."""
_NAMES = re.compile(r"[a-z]{2,}", re.ASCII)


def spoken(request: Request) -> str:
    """The language of the agreement's own sentences: those of a page in another language are in the first."""
    language = language_of(request)
    return language if language in LANGUAGES else LANGUAGES[0]


def cited(clause: str | None, t: Words) -> str:
    """Where something stands in the agreement: "annex, note 2" in the words of a language."""
    return _NAMES.sub(lambda found: t.of("clause_words", found.group()), clause or "")


def own_page(request: Request, book: Any, agreement: Any, name: str, status: int = 200, **values: Any) -> Response:
    """A page of an agreement; `name` is that of its template."""
    own = {"agreement": agreement, "place": f"/agreements/{agreement.year}", "tabs": TABS, "spoken": spoken(request)}
    own["cited"] = partial(cited, t=Words(language_of(request)))
    tag = page_tag(request, book) if status == 200 else None
    return page(request, f"{name}.html", "agreement", status, tag, **own | values)


@router.get("/agreements/{year}")
def overview(request: Request, book: TheBook, caller: Visitor, agreement: OfYear, status: str = "") -> Response:
    """Every clause: what is computed, what awaits a parameter, what is intent."""
    if status not in ("", *STATUSES):
        raise Problem("invalid_input", f"status: {status[:30]!r} is none of {', '.join(STATUSES)}.")
    found = agreement.overview().to_dict(spoken(request))
    clauses = [one for one in found["clauses"] if status in ("", one["status"])]
    values = {"counts": found["counts"], "clauses": clauses, "chosen": status, "computed": COMPUTED}
    return own_page(request, book, agreement, "agreement", **values)


@router.get("/agreements/{year}/parameters")
def parameters(
    request: Request,
    book: TheBook,
    caller: Visitor,
    agreement: OfYear,
    system: str = "",
    awaited: str = "",
    first: str = "",
) -> Response:
    """Every figure of the agreement with its clause; what the document does not hold is awaited."""
    found = _parameters(agreement, system, awaited)
    begin = int(first) // ON_A_PAGE * ON_A_PAGE if first.isdecimal() and first.isascii() and len(first) < 6 else 0
    values: dict[str, Any] = {
        "systems": list(agreement.systems),
        "system": system,
        "awaited": awaited,
        "found": found[begin : begin + ON_A_PAGE],
        "total": len(found),
        "begin": begin,
        "size": ON_A_PAGE,
    }
    return own_page(request, book, agreement, "agreement_parameters", **values)


@router.get("/agreements/{year}/parameters/table.{form}")
def parameters_file(
    request: Request,
    book: TheBook,
    caller: Visitor,
    agreement: OfYear,
    form: str,
    system: str = "",
    awaited: str = "",
) -> Response:
    """The parameters as a table: CSV or XLSX."""
    rows = [[_cell(one[name]) for name in COLUMNS] for one in _parameters(agreement, system, awaited)]
    return table_file(form, f"agreement-{agreement.year}-parameters", "Parameters", COLUMNS, rows)


def _parameters(agreement: Any, system: str, awaited: str) -> list[dict[str, Any]]:
    if system and system not in agreement.systems:
        raise InputError(f"system: {system[:40]!r} is none of {', '.join(agreement.systems)}.")
    chosen = [one for one in agreement.parameters if system in ("", one.system)]
    return [{**one.to_dict(), "shown": shown(one.value)} for one in chosen if not awaited or one.value is None]


def shown(value: object) -> str | Decimal | int | date | None:
    """A value as one thing: a list and a table of names as text."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {one}" for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return value if value is None or isinstance(value, str | Decimal | int | date) else str(value)


def _cell(value: object) -> str | Decimal | int | None:
    found = shown(value)
    return found.isoformat() if isinstance(found, date) else found


@router.get("/agreements/{year}/agenda")
def agenda(
    request: Request,
    book: TheBook,
    caller: Visitor,
    agreement: OfYear,
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
    owner: str = "",
    kind: str = "",
) -> Response:
    """What is promised or set for which day."""
    values: dict[str, Any] = {"first": first, "last": last, "owner": owner, "kind": kind, "kinds": KINDS, "found": None}
    values |= {"owners": agreement.agenda().to_dict(spoken(request))["owners"], "wrong": None}
    try:
        values["found"] = _agenda(agreement, first, last, owner, kind).to_dict(spoken(request))
    except InputError as error:
        return own_page(request, book, agreement, "agreement_agenda", 400, **values | {"wrong": str(error)})
    return own_page(request, book, agreement, "agreement_agenda", **values)


@router.get("/agreements/{year}/agenda.ics")
def agenda_file(
    request: Request,
    book: TheBook,
    caller: Visitor,
    agreement: OfYear,
    first: Annotated[str, Query(alias="from")] = "",
    last: Annotated[str, Query(alias="to")] = "",
    owner: str = "",
    kind: str = "",
) -> Response:
    """The same as a calendar."""
    content = agreement.agenda_calendar(_agenda(agreement, first, last, owner, kind), language=spoken(request))
    return Response(content, media_type=CALENDAR, headers=saved_as(f"agenda-{agreement.year}.ics"))


def _agenda(agreement: Any, first: str, last: str, owner: str, kind: str) -> Any:
    owners, kinds = ([one] if one else [] for one in (owner, kind))
    return agreement.agenda(first=first or None, last=last or None, owners=owners, kinds=kinds)
