"""A dashboard as one page that needs nothing beside itself: to read, to print, to send on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bareme._version import __version__
from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement_2020.budget.arithmetic import YEAR_ALONE
from bareme.conventions.agreement_2020.budget.model import Amounts, Block, start_text
from bareme.conventions.agreement_2020.commitments.model import Item
from bareme.conventions.agreement_2020.follow_up.dashboard import (
    BudgetLine,
    Dashboard,
    Running,
    Standing,
    Standpoint,
)
from bareme.conventions.agreement_2020.follow_up.volumes import AMOUNTS, Payable, Volume, Volumes
from bareme.conventions.agreement_2020.follow_up.wording import (
    EFFECTS,
    FINDINGS,
    LINES,
    MEANINGS,
    PAGE_PROMISES,
    PAYABLE,
    SECTIONS,
    VOLUMES,
    Wording,
)
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
ABSENT = "–"
Shown = dict[str, Any]


def check_page(place: Path, overwrite: bool) -> None:
    """`InputError`, before any work, for a page that cannot be written."""
    check_place(place, (".html",), "a dashboard is written as .html", "Nothing was written.", overwrite)


def write_page(found: Dashboard, words: Wording, place: Path, overwrite: bool) -> None:
    """Write the page of a dashboard, whole or not at all; the same dashboard gives the same bytes."""
    content = dashboard_page(found, words).encode("utf-8", "replace")
    with written_whole(place, over=overwrite) as draft:
        draft.write_bytes(content)


def dashboard_page(found: Dashboard, words: Wording) -> str:
    """The page of a dashboard, in the language of its words."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bareme.exchange", "templates")
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return jinja.get_template(TEMPLATE).render(_page(found, words)) + "\n"


def _page(found: Dashboard, words: Wording) -> Shown:
    table = found.budget.table
    return {
        "version": __version__,
        "language": words.language,
        "title": words.title(found),
        "verdict": words.verdict(found),
        "about": words.about(found),
        "say": words.say,
        "sections": SECTIONS,
        "year_note": words.say("year_note", interpretation=YEAR_ALONE, command=f"bareme budget {found.year}"),
        "standings": [_standing(standing, words) | {"means": words.say(MEANINGS[standing])} for standing in Standing],
        "due": [_promise(entry, found, words) for entry in found.due],
        "earlier": [_promise(entry, found, words) for entry in found.earlier],
        "effects": [_effect(item, words) for item in found.effects],
        "blocks": [_block(block, found.lines, words) for block in table.blocks],
        "total": _amounts(table.total),
        "balance": _amounts(table.balance),
        "volumes": None if found.volumes is None else _volumes(found.volumes, words),
        "findings": [_finding(finding, words) for finding in found.findings],
        "heads": {
            "promises": words.heads(PAGE_PROMISES),
            "effects": words.heads(EFFECTS),
            "lines": words.heads(LINES),
            "findings": words.heads(FINDINGS),
        },
    }


def _standing(standing: Standing, words: Wording) -> Shown:
    klass, sign = SIGNS[standing]
    return {"klass": klass, "sign": sign, "words": words.named(standing)}


def _promise(entry: Standpoint, found: Dashboard, words: Wording) -> Shown:
    own, item = entry.item.commitment, entry.item
    owner = words.say("owner_unnamed") if own.owner is None else found.agenda.owners[own.owner][words.language]
    done = None if item.done_on is None else str(item.done_on)
    return (
        _standing(entry.standing, words) | _effect(item, words) | {"owner": owner, "note": item.note, "done_on": done}
    )


def _effect(item: Item, words: Wording) -> Shown:
    own = item.commitment
    return {"due": item.due, "clause": own.clause, "says": own.says[words.language]}


def _finding(finding: AgreementFinding, words: Wording) -> Shown:
    place = "" if finding.place is None else words.place(finding.place.file, finding.place.line)
    severity = finding.severity.value
    return {
        "klass": severity,
        "severity": words.say(severity),
        "place": place,
        "message": finding.message[words.language],
    }


def _block(block: Block, lines: Sequence[BudgetLine], words: Wording) -> Shown:
    own = [_line(line, words) for line in lines if line.block.id == block.id]
    label = block.label[words.language]
    name = label if block.letter is None else f"{block.letter}) {label}"
    return {"name": name, "lines": own, "amounts": _amounts(block.printed)}


def _line(line: BudgetLine, words: Wording) -> Shown:
    klass = "as_announced" if line.running in (Running.RUNNING, Running.STARTS) else "not_comparable"
    return {
        "label": line.row.label[words.language],
        "start": start_text(line.row.start) or ABSENT,
        "klass": klass,
        "running": words.named(line.running),
        "amounts": _amounts(line.row.printed),
    }


def _amounts(amounts: Amounts) -> list[str]:
    return [ABSENT if amount is None else printed(Decimal(amount)) for amount in (amounts.in_year, amounts.annual)]


def _volumes(volumes: Volumes, words: Wording) -> Shown:
    has_rules = volumes.total.payable is not None
    return {
        "caption": words.say("volumes_caption", file=volumes.file, outside=volumes.outside),
        "heads": words.heads((*VOLUMES, *(PAYABLE if has_rules else ()))),
        "months": [(month.month, _volume(month)) for month in volumes.months],
        "total": (words.say("quarter"), _volume(volumes.total)),
        "note": words.say("payable_note") if has_rules else None,
    }


def _volume(volume: Volume) -> list[str]:
    cells = [printed(Decimal(volume.lines)), printed(Decimal(volume.without_fee)), *_euro(volume)]
    if volume.payable is not None:
        cells += [printed(Decimal(volume.payable.lines)), *_euro(volume.payable)]
    return cells


def _euro(amounts: Volume | Payable) -> list[str]:
    found = (getattr(amounts, name) for name in AMOUNTS)
    return [ABSENT if amount is None else printed(amount) for amount in found]
