"""The tables of a report that every simulation has: measures, changes summed up, warnings, every figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bareme.audit.changes import Part
from bareme.exchange.sheets import Content, euro, letter_value
from bareme.simulation.report import Table, measure_rows
from bareme.simulation.report_cells import NUMBER, TEXT, figure_cell, percent_cell, section_cell

if TYPE_CHECKING:
    from bareme.circulars.findings import Finding
    from bareme.simulation.against import Against, Held
    from bareme.simulation.changes import LineChange
    from bareme.simulation.simulated import Simulation
    from bareme.simulation.summing import Group

Columns = tuple[tuple[str, bool], ...]
ONCE = "Percent of the published fee; each line counts once, whatever its volume"


def tables_of(found: Simulation) -> Iterator[Table]:
    """The tables, in the order of reading."""
    columns = (("", NUMBER), ("Id", TEXT), ("Title", TEXT), ("What it does", TEXT), ("From", TEXT))
    lines = (*columns, ("Lines that change", NUMBER))
    yield Table("measures", "Measures", "In the order in which they work", lines, measure_rows(found.projection))
    yield Table("warnings", "Warnings", "What is to be looked at before relying on it", _OF_FINDING, _findings(found))
    yield _groups("series", "By series", found.series)
    yield _groups("sections", "By section", tuple(g for g in found.sections if g.changed or g.ended))
    yield _distribution(found)
    if found.against is not None:
        yield from _against(found.against)
    yield _fees(found)
    yield from _shares(found)
    yield from _bases(found)
    yield _figures(found)


_OF_FINDING = (("Severity", TEXT), ("Check", TEXT), ("Code", TEXT), ("Message", TEXT))


def _findings(found: Simulation) -> tuple[tuple[Content, ...], ...]:
    def row(finding: Finding) -> tuple[Content, ...]:
        return finding.severity.value, finding.check.replace("_", " "), finding.code, finding.message

    return tuple(row(finding) for finding in found.warnings)


def _groups(name: str, title: str, groups: tuple[Group, ...]) -> Table:
    columns: Columns = (("Series", TEXT), ("Section", TEXT), ("Lines", NUMBER), ("Change", NUMBER), ("End", NUMBER))
    rows = tuple(
        (
            group.series,
            section_cell(group.section),
            group.lines,
            group.changed,
            group.ended,
            *map(percent_cell, (group.mean, group.least, group.most)),
        )
        for group in groups
    )
    moves = (("Mean", NUMBER), ("Least", NUMBER), ("Most", NUMBER))
    if name == "series":
        columns, rows = columns[:1] + columns[2:], tuple(row[:1] + row[2:] for row in rows)
    return Table(name, title, ONCE, (*columns, *moves), rows, "No line changes.")


def _distribution(found: Simulation) -> Table:
    rows = tuple((band.words, band.lines) for band in found.distribution)
    columns = (("Change of the fee", TEXT), ("Lines", NUMBER))
    return Table("distribution", "How fees change", f"{ONCE}; the first number is in a band", columns, rows, bars=1)


_OF_FEE = (
    ("Codes", TEXT),
    ("Label", TEXT),
    ("Section", TEXT),
    ("Published", NUMBER),
    ("Projected", NUMBER),
    ("Difference", NUMBER),
    ("Percent", NUMBER),
    ("Measures", TEXT),
)


def _fees(found: Simulation) -> Table:
    caption = "Euro; published before, projected after; nothing projected where a line ends"
    rows = tuple(_fee(change) for change in found.changes if not change.is_of_shares)
    return Table("fees", "Fees that change", caption, _OF_FEE, rows, "No fee changes.", long=len(rows) > 100)


def _fee(change: LineChange) -> tuple[Content, ...]:
    fee = change.fee
    numbers = (None, None, None) if fee is None else (fee.before, fee.after, fee.difference)
    return (
        "-".join(change.codes),
        change.label,
        section_cell(change.section),
        *map(euro, numbers),
        percent_cell(None if fee is None else fee.relative),
        ", ".join(change.measures),
    )


def _shares(found: Simulation) -> Iterator[Table]:
    """The patient shares that change, where some do."""
    rows = tuple(
        (
            "-".join(change.codes),
            share.situation.words or None,
            *map(euro, (share.before, share.after, share.difference)),
            ", ".join(share.measures),
        )
        for change in found.changes
        for share in change.shares
    )
    columns = (("Codes", TEXT), ("For", TEXT), ("Published", NUMBER), ("Projected", NUMBER), ("Difference", NUMBER))
    if rows:
        caption = "Euro; what the patient pays of an act, published before, projected after"
        more = len(rows) > 100
        yield Table("shares", "Patient shares that change", caption, (*columns, ("Measures", TEXT)), rows, long=more)


def _bases(found: Simulation) -> Iterator[Table]:
    """The tariffs of earlier days that rates count from, where some do."""
    rows = tuple(
        (
            "-".join(change.codes),
            measure,
            base.day.isoformat(),
            base.circular,
            term.letter if term else None,
            letter_value(term.value.amount) if term and term.value else None,
            euro(base.line.fee.amount if base.line.fee else None),
        )
        for change in found.changes
        for measure, base in change.bases
        for term in base.line.terms or (None,)
    )
    columns = (("Codes", TEXT), ("Measure", TEXT), ("Day", TEXT), ("Circular", TEXT), ("Letter", TEXT))
    numbers = (("Letter value then", NUMBER), ("Fee then", NUMBER))
    if rows:
        caption = "Rates of these measures count from the tariffs of an earlier day, in place of those before them"
        title = "Counted from earlier tariffs"
        yield Table("bases", title, caption, (*columns, *numbers), rows, long=len(rows) > 100)


def _figures(found: Simulation) -> Table:
    """Every figure of every line that changes, those that stay included."""
    columns = (("Codes", TEXT), ("Figure", TEXT), ("Letter", TEXT), ("Setting", TEXT), ("Regime", TEXT))
    ages = (("Age from", NUMBER), ("Age under", NUMBER), ("Facts", TEXT))
    numbers = (("Published", NUMBER), ("Projected", NUMBER), ("Difference", NUMBER), ("Percent", NUMBER))
    rows: list[tuple[Content, ...]] = []
    for change in found.changes:
        for figure in change.figures:
            whose, part = figure.situation, figure.part
            facts = ", ".join(f"{name}={value}" for name, value in sorted(whose.facts.items())) or None
            who = (figure.letter, whose.setting, whose.regime, whose.age_from, whose.age_to, facts)
            amounts = (figure_cell(part, amount) for amount in (figure.before, figure.after, figure.difference))
            measures = ", ".join(figure.measures) or None
            rows.append(("-".join(change.codes), _words(part), *who, *amounts, percent_cell(figure.relative), measures))
    every = (*columns, *ages, *numbers, ("Measures", TEXT))
    caption = "Letter values, fees, interventions and patient shares of the lines that change, those that stay included"
    return Table("figures", "Every figure", caption, every, tuple(rows), "No line changes.", long=True)


def _words(part: Part | None) -> str:
    return "line" if part is None else part.value.replace("_", " ")


def _against(found: Against) -> Iterator[Table]:
    from bareme.simulation.against import MEANS, Agreement

    counts = found.counts()
    classes = [klass for klass in Agreement if any(own[klass] for own in counts.values())]
    columns = (("Figures", TEXT), *((klass.replace("_", " "), NUMBER) for klass in classes))
    rows: tuple[tuple[Content, ...], ...] = tuple(
        (name.replace("_", " "), *(own[klass] for klass in classes)) for name, own in counts.items()
    )
    caption = "; ".join(f"{klass.replace('_', ' ')}: {MEANS[klass]}" for klass in classes)
    yield Table("against", f"Beside {found.circular}", caption, columns, rows)
    names = (("Codes", TEXT), ("Figure", TEXT), ("For", TEXT), ("Class", TEXT))
    numbers = (("Projected", NUMBER), ("Published", NUMBER), ("Difference", NUMBER))
    held = tuple(_held(figure) for figure in found.exceptions)
    caption = f"What {found.circular} does not give as projected"
    yield Table("exceptions", f"Not as in {found.circular}", caption, (*names, *numbers), held, long=len(held) > 40)


def _held(figure: Held) -> tuple[Content, ...]:
    name = " ".join(word for word in (_words(figure.part), figure.letter) if word)
    who = figure.situation.words or None
    amounts = (figure_cell(figure.part, amount) for amount in (figure.projected, figure.published, figure.difference))
    return ("-".join(figure.codes), name, who, figure.klass.replace("_", " "), *amounts)
