"""What a run comes to, as one page that needs nothing beside itself: to read, to print, to send on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bareme._version import __version__
from bareme.exchange.bulk.counts import OutcomeCount, RefusedCode
from bareme.exchange.bulk.results import PricedFile
from bareme.exchange.outputs import check_place, written_whole
from bareme.money import printed
from bareme.nomenclature.outcomes import Outcome
from bareme.pricing.columns import TOTALS
from bareme.pricing.explain import REASONS

TEMPLATE = "priced.html"
MEANS = {
    Outcome.PRICED: "fee, intervention and patient share as published",
    Outcome.INCOMPLETE: "the fee is known; an amount of this situation is not published",
    Outcome.INVALID_CODE: "not six digits with the right check digit",
    Outcome.UNKNOWN_CODE: "a well-formed code that the book does not hold",
    Outcome.NOT_IN_FORCE: "before the first tariff known to the book, or after the code ended",
    Outcome.NO_AMOUNT: "the line of the circular has no fee that can be used",
    Outcome.NEEDS_INFORMATION: "a fact that decides the amount is missing",
    Outcome.INVALID_INPUT: "a value of the line cannot be used",
}
"""What an outcome says, in the words of the page."""
_KINDS = {Outcome.PRICED: "", Outcome.INCOMPLETE: "part"}
Shown = dict[str, Any]


def check_report(place: Path, overwrite: bool) -> None:
    """`InputError`, before any work, for a report that cannot be written."""
    check_place(place, (".html",), "a report is written as .html", "Nothing was priced.", overwrite)


def write_report(done: PricedFile, place: Path, overwrite: bool) -> None:
    """Write the report of a run, whole or not at all; the same run gives the same bytes."""
    content = report_page(done).encode("utf-8", "replace")
    with written_whole(place, over=overwrite) as draft:
        draft.write_bytes(content)


def report_page(done: PricedFile) -> str:
    """The page of a run."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bareme.exchange", "templates")
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return jinja.get_template(TEMPLATE).render(_page(done)) + "\n"


def _page(done: PricedFile) -> Shown:
    rows = done.summary.by_outcome
    priced = done.outcomes.get(Outcome.PRICED, 0)
    fee, intervention, share = _amounts(rows)
    return {
        "version": __version__,
        "title": f"{Path(done.out).name}: what it comes to",
        "verdict": f"{_count(priced)} of {_count(done.lines)} lines are priced ({_percent(priced, done.lines)}).",
        "euro": f"Fees {fee}, interventions {intervention}, patient shares {share} euro.",
        "outcomes": [_outcome(outcome, rows, done.lines) for outcome in Outcome if done.outcomes.get(outcome)],
        "all": {"lines": _count(done.lines), "amounts": _amounts(rows)},
        "series": list(_series(rows)),
        "refused": [_refused(row) for row in done.summary.refused],
        "refused_all": done.summary.refused_all,
        "acts": ", ".join(done.made.acts),
        "out": Path(done.out).name,
        "about": done.made,
    }


def _outcome(outcome: Outcome, rows: Sequence[OutcomeCount], lines: int) -> Shown:
    own = [row for row in rows if row.outcome == outcome]
    number = sum(row.lines for row in own)
    return {
        "outcome": outcome.value,
        "means": MEANS[outcome],
        "lines": _count(number),
        "kind": _KINDS.get(outcome, "without"),
        "width": max(1, 100 * number // lines),
        "percent": _percent(number, lines),
        "amounts": _amounts(own),
    }


def _series(rows: Sequence[OutcomeCount]) -> Iterable[Shown]:
    """Lines with a tariff by series, year and certainty."""
    keys = {(row.series, row.year, row.certainty) for row in rows if row.series is not None}
    for key in sorted(keys, key=lambda key: tuple(str(part or "") for part in key)):
        own = [row for row in rows if (row.series, row.year, row.certainty) == key]
        yield {
            "series": key[0],
            "year": "–" if key[1] is None else str(key[1]),
            "certainty": (key[2] or "–").replace("_", " "),
            "lines": _count(sum(row.lines for row in own)),
            "priced": _count(sum(row.lines for row in own if row.outcome == Outcome.PRICED)),
            "amounts": _amounts(own),
        }


def _refused(row: RefusedCode) -> Shown:
    return {
        "code": row.code or "(none)",
        "outcome": row.outcome,
        "because": _because(row),
        "lines": _count(row.lines),
    }


def _because(row: RefusedCode) -> str:
    """Why a code got no price, in words."""
    if row.outcome == Outcome.NEEDS_INFORMATION:
        return f"needs {(row.because or '').replace(',', ', ')}"
    if row.outcome == Outcome.INVALID_INPUT:
        return f"cannot be used: {(row.because or '').replace(',', ', ')}"
    return REASONS.get(row.because or "", MEANS[Outcome(row.outcome)])


def _amounts(rows: Iterable[OutcomeCount]) -> list[str]:
    """The sums of the totals, as printed; a dash where no line has one."""
    own = list(rows)
    sums: list[Decimal | None] = []
    for name in TOTALS:
        found = [value for row in own if (value := getattr(row, name)) is not None]
        sums.append(sum(found, Decimal(0)) if found else None)
    return ["–" if amount is None else printed(amount) for amount in sums]


def _count(number: int) -> str:
    """A number of lines with Belgian thousands: 1.234.567."""
    return f"{number:,}".replace(",", ".")


def _percent(part: int, whole: int) -> str:
    """Tenths of a percent, cut: "12,3 %"; of nothing nothing."""
    tenths = 1000 * part // whole if whole else 0
    return f"{tenths // 10},{tenths % 10} %"
