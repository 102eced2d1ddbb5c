"""The budget table of an agreement as a page: printed beside computed, each checked; and what it would be if."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import QueryParams

from bareme.errors import InputError
from bareme.service.books import TheBook
from bareme.service.pages.agreement import own_page, spoken
from bareme.service.pages.figures import number
from bareme.service.pages.languages import language_of
from bareme.service.pages.scenario_asked import number_of
from bareme.service.pages.session import Visitor
from bareme.service.routes.agreements import OfYear

router = APIRouter(include_in_schema=False)
MOST = 10
"""So many changes of a kind stand in an address."""
ADDED = "added-row"
FIELDS = {
    "rate": ("rate_row", "rate", "rate_mass"),
    "start": ("start_row", "start"),
    "source": ("source_row", "source"),
    "drop": ("drop_row",),
    "add": ("add_block", "add_label", "add_annual", "add_start"),
}
"""The fields of each kind of change; the first one says what it is for."""


@router.get("/agreements/{year}/budget")
def budget(request: Request, book: TheBook, caller: Visitor, agreement: OfYear) -> Response:
    """The table with its checks; with changes in the address, what it would be."""
    language, wrong = spoken(request), None
    found = agreement.budget()
    try:
        changes = what_if(request.query_params)
        found = agreement.budget(changes) if changes else found
    except InputError as error:
        wrong = str(error)
    values: dict[str, Any] = {
        "found": found.to_dict(language),
        "blocks": [(block.id, block.label[language]) for block in found.table.blocks],
        "rows": {row.id: row.label[language] for _, row in found.table.rows},
        "parts": list(_parts(found.table, language, language_of(request))),
        "sources": [row.id for row in found.table.blocks[0].rows],
        "given": {name: _last(request.query_params, name) for fields in FIELDS.values() for name in fields},
        "wrong": wrong,
    }
    return own_page(request, book, agreement, "agreement_budget", 400 if wrong else 200, **values)


def _parts(table: Any, language: str, figures: str) -> Iterator[tuple[str, str]]:
    """What is indexed: rows, and their parts where there are several."""
    for _, row in table.rows:
        for part in row.parts:
            alone = len(row.parts) == 1
            name = row.label[language] if alone else f"{row.label[language]}: {part.label[language]}"
            yield (row.id if alone else f"{row.id}:{part.id}"), f"{name} ({number(part.rate, figures)} %)"


def _last(query: QueryParams, name: str) -> str:
    """What a field of the form shows: the last one of its name."""
    values = query.getlist(name)
    return values[-1][:200] if values else ""


def what_if(query: QueryParams) -> dict[str, Any]:
    """The changes of an address as those of a what-if file; none where none is given."""
    changes: dict[str, Any] = {}
    for kind, fields in FIELDS.items():
        lists = [query.getlist(name)[:MOST] for name in fields]
        given = [[one.strip() for one in row] for row in zip_longest(*lists, fillvalue="") if row[0].strip()]
        entries = [_entry(kind, place, row) for place, row in enumerate(given, start=1)]
        changes |= {kind: entries} if entries else {}
    return {"title": "what-if", **changes} if changes else {}


def _entry(kind: str, place: int, row: list[str]) -> dict[str, Any]:
    if kind == "rate":
        name, _, part = row[0].partition(":")
        found: dict[str, Any] = {"row": name, "rate": number_of(row[1])}
        found |= {"part": part} if part else {}
        return found | ({"mass": _thousands(row[2], "mass")} if row[2] else {})
    if kind == "start":
        return {"row": row[0], "start": row[1]}
    if kind == "source":
        return {"row": row[0], "annual": _thousands(row[1], "source")}
    if kind == "drop":
        return {"row": row[0]}
    name = f"{ADDED}-{place}"
    annual = _thousands(row[2], "annual")
    return {"block": row[0], "id": name, "label": row[1] or name, "annual": annual, "start": row[3]}


def _thousands(text: str, name: str) -> int:
    """A whole number of thousands of euro; spaces and points between groups of three are none of it."""
    bare = re.sub(r"[\s.,\u202f\u00a0](?=[0-9]{3}(?![0-9]))", "", text).replace("\u2212", "-").removeprefix("+")
    if not re.fullmatch(r"-?[0-9]{1,9}", bare):
        raise InputError(f"{name}: {text[:30]!r} is not a whole number of thousands of euro.")
    return int(bare)
