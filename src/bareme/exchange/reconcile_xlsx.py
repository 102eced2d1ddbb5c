"""A reconciliation as a workbook: every figure, letter value, measure and finding in a row of its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bareme._version import __version__
from bareme.audit.compared import Class, Compared, Quantity
from bareme.audit.letters import LetterValue
from bareme.audit.reconcile import MeasureResult, Reconciliation
from bareme.circulars.findings import Finding
from bareme.circulars.model import Reading
from bareme.exchange.reconcile_words import (
    follows_from,
    hospital_code,
    instead_of,
    meaning_of,
    name_of,
    place_of,
    scope_of,
    spaced,
    title_of,
)
from bareme.exchange.sheets import Content, Number, Row, Sheet, euro, letter_value, plain, workbook_bytes
from bareme.indexation.wording import measure_brief

COLOURS = {
    Class.UNEXPLAINED: "F8CBCB",
    Class.WITHIN_UNROUNDED_VALUE: "FFF2B3",
    Class.NOT_COMPARABLE: "E3E3E3",
}
"""Behind the rows of a class; those as announced have none."""

FIGURES = (
    ("Code", 9),
    ("Hospital code", 9),
    ("Quantity", 13),
    ("Letter", 7),
    ("Setting", 11),
    ("Regime", 12),
    ("Age from", 6),
    ("Age under", 6),
    ("Facts", 12),
    ("Class", 22),
    ("Published", 12),
    ("Computed", 12),
    ("Previous", 12),
    ("Measure", 24),
    ("Follows from", 42),
    ("Message", 70),
    ("Place in the document", 32),
)
LETTERS = (
    ("Letter", 8),
    ("First printed in", 12),
    ("Printed", 11),
    ("Exact value from", 13),
    ("Exact value to", 13),
    ("From, as a fraction (included)", 30),
    ("To, as a fraction (excluded)", 30),
    ("Prints", 8),
    ("Prints that clash", 60),
    ("Message", 70),
    ("Lines", 8),
    ("Codes", 60),
)
MEASURES = (
    ("Measure", 30),
    ("Kind", 22),
    ("Rate (%)", 9),
    ("Amount", 11),
    ("What it does", 60),
    ("On", 40),
    ("As announced", 11),
    ("Within unrounded value", 11),
    ("Unexplained", 11),
    ("Rate instead", 36),
    ("Lines with that rate", 40),
    ("Place in the document", 24),
)
FINDINGS = (
    ("Severity", 10),
    ("Check", 26),
    ("Code", 9),
    ("Message", 110),
    ("Place in the document", 32),
)
ABOUT = (("About", 28), ("", 22), ("", 24), ("", 16), ("", 16))


def reconciliation_workbook(found: Reconciliation) -> bytes:
    """The workbook of a reconciliation; the same reconciliation gives the same bytes."""
    home = found.circular
    sheets = (
        Sheet("Figures", FIGURES, [_figure(line, home) for line in found.lines]),
        Sheet("Letters", LETTERS, [_letter(letter) for letter in found.letters]),
        Sheet("Measures", MEASURES, [_measure(result, home) for result in found.measures]),
        Sheet("Findings", FINDINGS, [_finding(finding, home) for finding in found.findings]),
        Sheet("About", ABOUT, [Row(cells) for cells in _about(found)], is_filtered=False),
    )
    return workbook_bytes(sheets, title_of(found))


def _figure(line: Compared, home: Reading) -> Row:
    situation = line.situation
    numbers = (_shown(line.quantity, number) for number in (line.published, line.computed, line.previous))
    facts = ", ".join(f"{name}={value}" for name, value in sorted(situation.facts.items()))
    return Row(
        (
            line.code,
            hospital_code(line.codes),
            spaced(line.quantity),
            line.letter,
            situation.setting,
            situation.regime,
            situation.age_from,
            situation.age_to,
            facts or None,
            spaced(line.klass),
            *numbers,
            line.measure,
            follows_from(line),
            line.message,
            place_of(line.source, home),
        ),
        COLOURS.get(line.klass),
    )


def _shown(quantity: Quantity, number: Decimal | None) -> Number | None:
    if quantity is Quantity.LETTER_VALUE:
        return letter_value(number)
    return plain(number) if quantity is Quantity.COEFFICIENT else euro(number)


def _letter(letter: LetterValue) -> Row:
    data: dict[str, Any] = letter.to_dict()
    low, high = (None if data[name] is None else Decimal(data[name]) for name in ("low", "high"))
    cells: tuple[Content, ...] = (
        letter.letter,
        letter.circular,
        letter_value(letter.value),
        letter_value(low),
        letter_value(high),
        data["low_exact"],
        data["high_exact"],
        data["prints"],
        " and ".join(data["clash"]) or None,
        letter.message,
        len(letter.codes),
        ", ".join(letter.codes),
    )
    return Row(cells, COLOURS[Class.UNEXPLAINED] if data["clash"] else None)


def _measure(result: MeasureResult, home: Reading) -> Row:
    measure = result.measure
    counts = (result.counts[klass] for klass in Class if klass is not Class.NOT_COMPARABLE)
    instead = (instead_of(result), ", ".join(result.lines) or None)
    if measure is None:
        said: tuple[Content, ...] = ("no measure", None, None, None, "the figures stay as they are", "every other line")
        return Row((*said, *counts, *instead, None))
    rate, amount = (None if figure is None else figure.amount for figure in (measure.rate, measure.amount))
    said = (measure_brief(measure), measure.kind, plain(rate), euro(amount), meaning_of(measure), scope_of(measure))
    colour = COLOURS[Class.UNEXPLAINED] if result.counts[Class.UNEXPLAINED] else None
    return Row((*said, *counts, *instead, place_of(measure.source, home)), colour)


def _finding(finding: Finding, home: Reading) -> Row:
    place = place_of(finding.source, home)
    return Row((finding.severity.value, finding.check, finding.code, finding.message, place))


def _about(found: Reconciliation) -> Iterator[tuple[Content, ...]]:
    for what, reading in (("Circular", found.circular), ("Previous circular", found.previous)):
        if reading is None:
            yield (what, "none")
            continue
        circular = reading.circular
        yield (what, name_of(reading))
        yield (f"{what}: issued on", circular.issued_on.isoformat() if circular.issued_on else None)
        yield (f"{what}: in force from", circular.effective_on.isoformat() if circular.effective_on else None)
        yield (f"{what}: document", reading.document.name)
        yield (f"{what}: SHA-256", reading.document.sha256)
    yield ("Series", found.circular.circular.series)
    yield ("bareme", __version__)
    yield ()
    yield ("Figures by class", *(spaced(klass) for klass in Class))
    for quantity, counts in found.counts().items():
        yield (spaced(quantity), *(counts[klass] for klass in Class))
