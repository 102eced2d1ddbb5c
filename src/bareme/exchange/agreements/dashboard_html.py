"""A dashboard as one page that needs nothing beside itself: to read, to print, to send on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bareme._version import __version__
from bareme.conventions.agreement_2020.budget.model import Amounts, Block, start_text
from bareme.conventions.agreement_2020.commitments.model import Item
from bareme.conventions.agreement_2020.follow_up.dashboard import (
    BudgetLine,
    Dashboard,
    Running,
    Standing,
    Standpoint,
    counted,
)
from bareme.conventions.agreement_2020.follow_up.volumes import Volume
from bareme.exchange.outputs import check_place, written_whole
from bareme.money import printed

TEMPLATE = "dashboard.html"
SIGNS = {
    Standing.DONE: ("as_announced", "✓"),
    Standing.DONE_LATE: ("within_unrounded_value", "✓"),
    Standing.DROPPED: ("not_comparable", "–"),
    Standing.OPEN: ("within_unrounded_value", "○"),
    Standing.OVERDUE: ("unexplained", "✗"),
    Standing.UNREPORTED: ("not_comparable", "?"),
}
"""The class of the style sheet and the sign beside the word, so that a colour is never the only sign."""
MEANINGS = {
    Standing.DONE: "done by its day",
    Standing.DONE_LATE: "done, after its day",
    Standing.DROPPED: "given up",
    Standing.OPEN: "due in the quarter and not done",
    Standing.OVERDUE: "due before the quarter and not done",
    Standing.UNREPORTED: "no status was given",
}
Shown = dict[str, Any]


def check_page(place: Path, overwrite: bool) -> None:
    """`InputError`, before any work, for a page that cannot be written."""
    check_place(place, (".html",), "a dashboard is written as .html", "Nothing was written.", overwrite)


def write_page(found: Dashboard, place: Path, overwrite: bool) -> None:
    """Write the page of a dashboard, whole or not at all; the same dashboard gives the same bytes."""
    content = dashboard_page(found).encode("utf-8", "replace")
    with written_whole(place, over=overwrite) as draft:
        draft.write_bytes(content)


def dashboard_page(found: Dashboard) -> str:
    """The page of a dashboard, in English."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bareme.exchange", "templates")
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return jinja.get_template(TEMPLATE).render(_page(found)) + "\n"


def _page(found: Dashboard) -> Shown:
    table = found.budget.table
    return {
        "version": __version__,
        "title": f"Agreement of {found.year}: dashboard of {found.quarter}",
        "verdict": verdict_of(found),
        "days": f"{found.period.start} to {found.period.last_day}",
        "standings": [_standing(standing) | {"means": MEANINGS[standing]} for standing in Standing],
        "due": [_promise(entry, found) for entry in found.due],
        "earlier": [_promise(entry, found) for entry in found.earlier],
        "effects": [_effect(item) for item in found.effects],
        "blocks": [_block(block, found.lines) for block in table.blocks],
        "total": _amounts(table.total),
        "balance": _amounts(table.balance),
        "volumes": None if found.volumes is None else [_volume(month) for month in found.volumes.months],
        "volumes_total": None if found.volumes is None else _volume(found.volumes.total),
        "volumes_file": None if found.volumes is None else found.volumes.file,
        "outside": 0 if found.volumes is None else found.volumes.outside,
        "findings": [finding.to_dict() for finding in found.findings],
    }


def verdict_of(found: Dashboard) -> str:
    """The quarter in a sentence or two."""
    due, earlier = (counted(entries) for entries in (found.due, found.earlier))
    late = earlier.get(Standing.OVERDUE, 0)
    said = f"{_number(len(found.due), 'commitment')} due in the quarter: {_parts(due)}."
    overdue = (
        f" {late} {'is' if late == 1 else 'are'} overdue from before." if late else " None is known to be overdue."
    )
    unknown = earlier.get(Standing.UNREPORTED, 0)
    untold = f" {unknown} due before {'has' if unknown == 1 else 'have'} no status." if unknown else ""
    return said + overdue + untold


def _parts(counts: dict[Standing, int]) -> str:
    return ", ".join(f"{number} {_words(standing)}" for standing, number in counts.items()) or "none"


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _words(standing: Standing) -> str:
    return standing.value.replace("_", " ")


def _standing(standing: Standing) -> Shown:
    klass, sign = SIGNS[standing]
    return {"klass": klass, "sign": sign, "words": _words(standing)}


def _promise(entry: Standpoint, found: Dashboard) -> Shown:
    own = entry.item.commitment
    owner = "not named" if own.owner is None else found.agenda.owners[own.owner]["en"]
    done = None if entry.item.done_on is None else str(entry.item.done_on)
    return _standing(entry.standing) | _effect(entry.item) | {"owner": owner, "note": entry.item.note, "done_on": done}


def _effect(item: Item) -> Shown:
    own = item.commitment
    return {"due": item.due, "clause": own.clause, "says": own.says["en"]}


def _block(block: Block, lines: Sequence[BudgetLine]) -> Shown:
    own = [_line(line) for line in lines if line.block.id == block.id]
    name = block.label if block.letter is None else f"{block.letter}) {block.label}"
    return {"name": name, "lines": own, "amounts": _amounts(block.printed)}


def _line(line: BudgetLine) -> Shown:
    klass = "as_announced" if line.running in (Running.RUNNING, Running.STARTS) else "not_comparable"
    start = start_text(line.row.start) or "–"
    return {
        "label": line.row.label,
        "start": start,
        "klass": klass,
        "running": line.running.value,
        "amounts": _amounts(line.row.printed),
    }


def _amounts(amounts: Amounts) -> list[str]:
    return ["–" if amount is None else printed(Decimal(amount)) for amount in (amounts.in_year, amounts.annual)]


def _volume(volume: Volume) -> Shown:
    amounts = (volume.fee, volume.intervention, volume.patient_share)
    return {
        "month": volume.month,
        "lines": printed(Decimal(volume.lines)),
        "without_fee": printed(Decimal(volume.without_fee)),
        "amounts": ["–" if amount is None else printed(amount) for amount in amounts],
    }
