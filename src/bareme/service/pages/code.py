"""A code: its amounts on a day for each situation, the fee as its terms, the history, the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from bareme.book.history import TariffPeriod
from bareme.circulars.columns import product_of
from bareme.circulars.findings import Finding
from bareme.circulars.model import Amount, Line
from bareme.circulars.sources import Source
from bareme.exchange.search.one_code import CodePage
from bareme.nomenclature.outcomes import Outcome
from bareme.nomenclature.situations import InterventionKind, Setting
from bareme.periods import as_date
from bareme.pricing.explain import languages
from bareme.pricing.price import Price
from bareme.service.asked import address_of
from bareme.service.books import TheBook
from bareme.service.caching import is_fresh
from bareme.service.pages.asked_words import asked_in_words, told, waiting
from bareme.service.pages.charts import chart_headers, drawn, has_charts
from bareme.service.pages.finding_words import Group, grouped
from bareme.service.pages.languages import Words, language_of
from bareme.service.pages.session import Visitor
from bareme.service.pages.site import page, page_tag
from bareme.simulation.step_chart import MOST_STRANDS

router = APIRouter(include_in_schema=False)
MOST_SIGNS = 40
"""So many characters of a code are looked at."""
_MARKS = re.compile(r"</?(b|i|u|strong|em|sup|sub)>")
"""Bold and the like, as text documents mark it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A situation of a code with its amounts; `facts` are those that decide."""

    facts: tuple[tuple[str, str], ...]
    fee: Decimal | None
    intervention: Decimal | None
    patient_share: Decimal | None
    not_published: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A tariff of the code in the table of its history; `figures` are regime, ages, intervention, patient share."""

    period: TariffPeriod
    line_id: str
    line: Line
    doubtful: bool
    figures: tuple[tuple[str | None, str | None, Decimal | None, Decimal | None], ...]


@router.get("/codes/{code}")
def code(request: Request, book: TheBook, caller: Visitor, code: str, on: str = "", as_known_on: str = "") -> Response:
    """The page of a code."""
    today = datetime.now(UTC).date()
    day = as_date(on, "on") if on.strip() else today
    known = as_date(as_known_on, "as_known_on") if as_known_on.strip() else None
    price = book.price(code[:MOST_SIGNS], on=day, as_known_on=known)
    spoken = explained_in(language_of(request))
    if price.outcome is Outcome.INVALID_CODE:
        return _no_code(request, price, spoken)
    found = book.code(code, as_known_on=known)
    if not found.periods and not found.circulars:
        return _no_code(request, price, spoken)
    here = [period for period in found.periods if _holds(period, day)]
    lines = [pair for period in here for pair in zip(period.line_ids, period.lines, strict=True)]
    amounts = [amount for _, line in lines for amount in _own(line, found.setting)]
    bases = {amount.basis.value for amount in amounts}
    return page(
        request,
        "code.html",
        "search",
        tag=page_tag(request, book, today.isoformat()),
        found=found,
        price=price,
        rows=list(_rows(price)),
        lines=lines,
        basis=price.basis or (bases.pop() if len(bases) == 1 else None),
        is_theoretical=any(amount.intervention_kind is InterventionKind.THEORETICAL for amount in amounts),
        steps=[step for period in reversed(found.periods) for step in _steps(period, found.setting)],
        on=day,
        known=known,
        findings=_findings(found, Words(language_of(request))),
        explanation=told(price, spoken),
        waiting=list(waiting(price)),
        asked=partial(asked_in_words, t=Words(language_of(request))),
        spoken=spoken,
        has_chart=has_charts() and _can_be_drawn(found),
        terms_of=terms_of,
        product_of=product_of,
        source_of=source_of,
        circular_address=circular_address,
    )


def _no_code(request: Request, price: Price, spoken: str) -> Response:
    """The page of a code that there is not, or was not known then: what is wrong with it, and those near to it."""
    status = 400 if price.outcome is Outcome.INVALID_CODE else 404
    return page(request, "no_code.html", "search", status, price=price, said=told(price, spoken)[0], spoken=spoken)


@router.get("/codes/{code}/history.svg")
def history_chart(request: Request, book: TheBook, caller: Visitor, code: str, as_known_on: str = "") -> Response:
    """The figures of a code through time, drawn; the page has them as a table too."""
    from bareme.simulation.step_chart import step_chart

    language, known = language_of(request), as_known_on or None
    headers = chart_headers(request, page_tag(request, book))
    if is_fresh(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    chronicle = book.history(code, as_known_on=known)
    label = book.code(code, as_known_on=known).labels.get(language, chronicle.label)
    picture = drawn(lambda say: step_chart(replace(chronicle, label=label), ".svg", say), language)
    return Response(picture, media_type="image/svg+xml", headers=headers)


def _findings(found: CodePage, t: Words) -> list[tuple[str, list[Group]]]:
    """The findings that concern the code, of each circular."""
    by_circular: dict[str, list[Finding]] = {}
    for number, finding in found.findings:
        by_circular.setdefault(number, []).append(finding)
    return [(number, grouped(own, t)) for number, own in by_circular.items()]


def explained_in(language: str) -> str:
    """The language in which prices are explained on pages of a language: English where there is no catalogue of it."""
    return language if language in languages() else "en"


def circular_address(number: str, line_id: str | None = None) -> str:
    """The page of a circular, at one of its lines."""
    place = f"/circulars/{address_of(number)}"
    if line_id is None:
        return place
    line = quote(line_id.partition(":")[2], safe="")
    return f"{place}?line={line}#line-{line}"


def terms_of(line: Line) -> list[tuple[str | None, Decimal | None, Decimal | None]]:
    """The terms of a fee: letter, coefficient, value."""
    found = []
    for term in line.terms:
        coefficient = None if term.coefficient is None else term.coefficient.amount
        found.append((term.letter, coefficient, None if term.value is None else term.value.amount))
    return found


def source_of(source: Source | None) -> Mapping[str, object] | None:
    """Where a line stands, for people: document, table, row, line of the text, and what stands there."""
    if source is None:
        return None
    text = None if source.text is None else _MARKS.sub("", source.text)
    return {"name": source.name, "table": source.table, "row": source.row, "line": source.line, "text": text}


def _holds(period: TariffPeriod, day: date) -> bool:
    return period.effective_from <= day and (period.until is None or day < period.until)


def _rows(price: Price) -> Iterator[Row]:
    """The situations that are left open, or the one that there is."""
    if price.options:
        for option in price.options:
            yield Row(option.facts, option.fee, option.intervention, option.patient_share, option.not_published)
    elif price.fee is not None:
        yield Row((), price.fee, price.intervention, price.patient_share, price.not_published)


def _own(line: Line, setting: Setting) -> list[Amount]:
    """The amounts of a line for a setting."""
    return [amount for amount in line.amounts if amount.setting in (None, setting)]


def _steps(period: TariffPeriod, setting: Setting) -> Iterator[Step]:
    """The lines of a period, each with regime, ages and amounts wherever no other fact decides."""
    for line_id, line, doubtful in zip(period.line_ids, period.lines, period.doubtful, strict=True):
        figures = [
            (
                None if amount.regime is None else amount.regime.value,
                ages_of(amount),
                None if amount.intervention is None else amount.intervention.amount,
                None if amount.patient_share is None else amount.patient_share.amount,
            )
            for amount in _own(line, setting)
            if not amount.facts
        ]
        yield Step(period, line_id, line, doubtful, tuple(dict.fromkeys(figures)))


def ages_of(amount: Amount) -> str | None:
    """The ages that an amount is for, such as 0-23 or 24+; None where it is for every age."""
    if amount.age_from is None and amount.age_to is None:
        return None
    first = amount.age_from or 0
    return f"{first}+" if amount.age_to is None else f"{first}-{amount.age_to - 1}"


def _can_be_drawn(found: CodePage) -> bool:
    """True where some figure is known, and no more series of them than a chart takes."""
    strands: set[tuple[object, ...]] = set()
    for line in (line for period in found.periods for line in period.lines):
        strands |= {("value", term.letter) for term in line.terms if term.letter and term.value is not None}
        for amount in _own(line, found.setting):
            ages, facts = ages_of(amount), tuple(sorted(amount.facts.items()))
            figures = {"fee": line.fee, "intervention": amount.intervention, "share": amount.patient_share}
            of = {"fee": (), "intervention": (amount.regime,), "share": (amount.regime,)}
            strands |= {(name, ages, facts, *of[name]) for name, figure in figures.items() if figure is not None}
    return 0 < len(strands) <= MOST_STRANDS
