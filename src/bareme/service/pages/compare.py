"""Two circulars or two days side by side: what was added, ended and changed, announced against found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from bareme.audit.changes import Changed, Difference, Listing
from bareme.audit.compared import Class
from bareme.errors import InputError
from bareme.exchange.differences import COLUMNS, rows_of
from bareme.library import Book
from bareme.periods import is_day
from bareme.service.asked import held_number
from bareme.service.books import TheBook
from bareme.service.keeping import Kept
from bareme.service.pages.compare_words import reasons_in_words
from bareme.service.pages.downloads import table_file
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.recent import last_two, recent_circulars
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag
from bareme.service.problems import Problem

router = APIRouter(include_in_schema=False)
ON_A_PAGE = 60
"""So many rows stand on one page."""
KINDS = ("changed", "added", "ended")
NONE = Decimal(0)
SORTS: dict[str, Callable[[Changed], Any]] = {
    "line": lambda one: 0,
    "code": lambda one: one.act.codes[0],
    "difference": lambda one: (one.difference is None, -abs(one.difference or NONE)),
    "percent": lambda one: (one.percent is None, -abs(one.percent or NONE)),
}
"""How changed figures are ordered; as the circular lists them where nothing else is asked."""
NUMBERS = ("before", "after", "difference", "percent")
_KEPT: Kept[Difference] = Kept(3)
Start = Annotated[str, Query(alias="from")]
End = Annotated[str, Query(alias="to")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a difference is to be seen."""

    kind: str
    quantity: str
    klass: str
    q: str
    sort: str

    def changed(self, found: Sequence[Changed]) -> list[Changed]:
        """The changed figures that are wanted, in the order that is wanted."""
        kept = [one for one in found if self._keeps(one)]
        return sorted(kept, key=SORTS[self.sort])

    def listed(self, found: Sequence[Listing]) -> list[Listing]:
        """The lines that are wanted."""
        return [one for one in found if self._names(one.act.codes, one.act.label)]

    def _keeps(self, one: Changed) -> bool:
        return (
            self.quantity in ("", one.part.value)
            and self.klass in ("", "none" if one.klass is None else one.klass.value)
            and self._names(one.act.codes, one.act.label)
        )

    def _names(self, codes: Sequence[str], label: str | None) -> bool:
        words = self.q.casefold().split()
        text = " ".join([*codes, label or ""]).casefold()
        return all(word in text for word in words)


@router.get("/compare")
def compare(
    request: Request,
    book: TheBook,
    caller: Visitor,
    start: Start = "",
    end: End = "",
    kind: str = "changed",
    quantity: str = "",
    klass: Annotated[str, Query(alias="class")] = "",
    q: str = "",
    sort: str = "line",
    first: int = 0,
) -> Response:
    """The page of a comparison; without two sides, the form to choose them."""
    held = list(dict.fromkeys((one.number, one.title or one.series or "") for one in reversed(recent_circulars(book))))
    values: dict[str, Any] = {"start": start, "end": end, "held": held, "found": None, "kinds": KINDS, "wrong": None}
    values["pair"] = last_two(book)
    if not (start.strip() and end.strip()):
        return page(request, "compare.html", "compare", tag=page_tag(request, book), **values)
    wanted = _wanted(kind, quantity, klass, q, sort)
    try:
        found = _compared(book, _side(book, start), _side(book, end))
    except InputError as error:
        return page(request, "compare.html", "compare", 400, **values | {"wrong": str(error)})
    rows = _rows(found, wanted)
    begin = max(0, min(first, len(rows) - 1)) // ON_A_PAGE * ON_A_PAGE if rows else 0
    values |= {
        "found": found,
        "wanted": wanted,
        "rows": rows[begin : begin + ON_A_PAGE],
        "total": len(rows),
        "begin": begin,
        "size": ON_A_PAGE,
        "classes": Counter("none" if one.klass is None else one.klass.value for one in found.changed),
        "quantities": Counter(one.part.value for one in found.changed),
        "sorts": tuple(SORTS),
        "reasons": partial(reasons_in_words, t=Words(language_of(request))),
    }
    return page(request, "compare.html", "compare", tag=page_tag(request, book), **values)


@router.get("/compare/table.{form}")
def compare_file(request: Request, book: TheBook, caller: Visitor, form: str, start: Start, end: End) -> Response:
    """The whole comparison as a table: CSV or XLSX."""
    sides = _side(book, start), _side(book, end)
    rows = [[_value(name, row[name]) for name in COLUMNS] for row in rows_of(_compared(book, *sides))]
    name = "compare-" + "-".join(side.replace("/", "-") for side in sides)
    return table_file(form, name, "bareme compare", COLUMNS, rows)


def _compared(book: Book, start: str, end: str) -> Difference:
    """A comparison; the last few are kept, as its other rows, filters and files follow."""
    key = book.hash, start, end
    if (kept := _KEPT.get(key)) is not None:
        return kept
    found = book.compare(start, end)
    _KEPT.put(key, found)
    return found


def _value(column: str, value: Any) -> str | Decimal | None:
    if value is None:
        return None
    text = str(value)
    is_number = column in NUMBERS and text.replace(".", "", 1).replace("-", "", 1).isdigit()
    return Decimal(text) if is_number else text


def _side(book: Book, given: str) -> str:
    """A day, or the number of a circular that the book holds: nothing else is looked for anywhere."""
    text = given.strip()
    number = held_number(book, text)
    if number is None and not is_day(text):
        raise InputError(f"The book holds no circular {text[:50]!r}, nor is that a day such as 2026-03-01.")
    return text if number is None else number


def _wanted(kind: str, quantity: str, klass: str, q: str, sort: str) -> Wanted:
    classes = ("", "none", *(one.value for one in Class))
    if kind not in KINDS or sort not in SORTS or klass not in classes:
        raise Problem("invalid_input", "The address asks for an order or a kind that there is not.")
    return Wanted(kind, quantity, klass, q[:200], sort)


def _rows(found: Difference, wanted: Wanted) -> Sequence[Changed | Listing]:
    if wanted.kind == "changed":
        return wanted.changed(found.changed)
    return wanted.listed(found.added if wanted.kind == "added" else found.ended)
