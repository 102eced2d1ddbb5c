"""A reconciliation as one page that needs nothing beside itself: to read, to print, to send on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bareme._version import __version__
from bareme.audit.compared import Class, Compared
from bareme.audit.letters import LetterValue
from bareme.audit.reconcile import MeasureResult, Reconciliation
from bareme.circulars.model import Reading
from bareme.exchange.reconcile_words import (
    Remark,
    instead_of,
    meaning_of,
    name_of,
    place_of,
    remarks,
    scope_of,
    spaced,
    title_of,
)
from bareme.indexation.wording import measure_brief
from bareme.money import printed

TEMPLATE = "reconcile.html"
SIGNS = {
    Class.AS_ANNOUNCED: "✓",
    Class.WITHIN_UNROUNDED_VALUE: "≈",
    Class.UNEXPLAINED: "✗",
    Class.NOT_COMPARABLE: "–",
}
"""Beside the words of a class, so that its colour is never the only sign."""
MEANINGS = {
    Class.AS_ANNOUNCED: "to the last digit what the measures make of the figures printed before",
    Class.WITHIN_UNROUNDED_VALUE: "not from the printed figure, but from some exact value that is printed so",
    Class.UNEXPLAINED: "from no such value",
    Class.NOT_COMPARABLE: "there is no figure here, or none before it",
}

Shown = dict[str, Any]


def reconciliation_page(found: Reconciliation) -> str:
    """The page of a reconciliation; the same reconciliation gives the same page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("bareme.exchange", "templates")
    jinja = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return jinja.get_template(TEMPLATE).render(_page(found)) + "\n"


def _page(found: Reconciliation) -> Shown:
    home = found.circular
    return {
        "title": title_of(found),
        "name": name_of(home),
        "previous": name_of(found.previous) if found.previous else None,
        "series": home.circular.series,
        "documents": [_document(reading) for reading in (home, found.previous) if reading is not None],
        "version": __version__,
        "verdict": _verdict(found),
        "classes": [_class(klass) | {"meaning": MEANINGS[klass]} for klass in Class],
        "counts": _counts(found),
        "measures": [_measure(result, home) for result in found.measures],
        "remarks": [_remark(remark) for remark in remarks(found)],
        "letters": [_letter(letter) for letter in found.letters],
        "findings": [finding.to_dict() | {"place": place_of(finding.source, home)} for finding in found.findings],
        "figures": [_figure(line, home) for line in found.lines],
    }


def _class(klass: Class) -> Shown:
    return {"klass": klass.value, "sign": SIGNS[klass], "words": spaced(klass)}


def _unparted(text: str) -> str:
    """The text, of which no line ends between two codes of a pair or before a percent sign."""
    return text.replace(" / ", "\u00a0/\u00a0").replace(" %", "\u00a0%")


def _remark(remark: Remark) -> Shown:
    codes = _unparted(", ".join(remark.codes))
    return _class(remark.klass) | {"name": remark.name, "codes": codes, "says": remark.sentence}


def _document(reading: Reading) -> Shown:
    circular = reading.circular
    return {
        "circular": name_of(reading),
        "issued_on": circular.issued_on,
        "effective_on": circular.effective_on,
        "name": reading.document.name,
        "sha256": reading.document.sha256,
    }


def _verdict(found: Reconciliation) -> str:
    """The result in one or two sentences."""
    total = sum(found.counts().values(), Counter[Class]())
    if found.previous is None:
        return "There is no circular before it to compare with: it is proved against itself only."
    if total[Class.UNEXPLAINED]:
        figures, verb = ("figure", "is") if total[Class.UNEXPLAINED] == 1 else ("figures", "are")
        return f"{total[Class.UNEXPLAINED]} of {len(found.lines)} {figures} {verb} unexplained."
    said = "Every figure that can be compared is explained"
    return f"{said}: {total[Class.AS_ANNOUNCED]} of {len(found.lines)} are as announced, to the last digit."


def _counts(found: Reconciliation) -> Sequence[Shown]:
    """How many figures of each quantity are in each class, and the sums."""
    counts = found.counts()
    rows = [(spaced(quantity), number) for quantity, number in counts.items()]
    if len(rows) > 1:
        rows.append(("all figures", sum(counts.values(), Counter[Class]())))
    return [{"name": name, "numbers": [c[k] for k in Class], "sum": sum(c.values())} for name, c in rows]


def _measure(result: MeasureResult, home: Reading) -> Shown:
    measure = result.measure
    shown = {
        "numbers": [result.counts[klass] for klass in Class if klass is not Class.NOT_COMPARABLE],
        "instead": instead_of(result),
        "instead_on": ", ".join(result.lines),
    }
    if measure is None:
        no_measure = {"name": "no measure", "meaning": "the figures stay as they are", "place": ""}
        return shown | no_measure | {"scope": "every line that no measure touches"}
    return shown | {
        "name": _unparted(measure_brief(measure)),
        "meaning": _unparted(meaning_of(measure)),
        "scope": _unparted(scope_of(measure)),
        "place": place_of(measure.source, home),
    }


def _letter(letter: LetterValue) -> Shown:
    data: Shown = letter.to_dict()
    bounds = {name: None if data[name] is None else printed(Decimal(data[name])) for name in ("low", "high")}
    return data | bounds | {"value": printed(letter.value)}


def _figure(line: Compared, home: Reading) -> Shown:
    numbers = {"published": line.published, "computed": line.computed, "previous": line.previous}
    return (
        _class(line.klass)
        | {name: "" if number is None else printed(number) for name, number in numbers.items()}
        | {
            "codes": _unparted(" / ".join(line.codes)),
            "name": line.name,
            "measure": spaced(line.measure or ""),
            "says": line.message,
            "place": place_of(line.source, home),
        }
    )
