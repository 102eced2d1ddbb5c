"""Two scenarios side by side as a report: what each is, how far apart they are, every figure that is not the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from bareme.exchange.sheets import Content, Number, euro
from bareme.simulation.comparing import NOTES, Alone, Both, Compared, SideBySide
from bareme.simulation.report import Report, Table, measure_rows
from bareme.simulation.report_cells import NUMBER, TEXT, figure_cell, percent_cell, section_cell
from bareme.simulation.simulated import Simulation
from bareme.simulation.summing import bands_of_moves, exact_sum, percent_of

_ABOUT = (("Codes", TEXT), ("Label", TEXT), ("Section", TEXT))
_VALUES = (("Published", NUMBER), ("First", NUMBER), ("Second", NUMBER), ("Difference", NUMBER), ("Percent", NUMBER))
_OF_MEASURES = (("Measures of the first", TEXT), ("Measures of the second", TEXT))
ALIKE = "They give the same figures."


def report_of_two(found: SideBySide) -> Report:
    """The report of a comparison; the same scenarios give the same report."""
    first, second = found.first.scenario, found.second.scenario
    alike = len(found.lines) - len(found.different)
    verdict = (
        f"{len(found.different)} lines differ, {alike} change alike, {found.unchanged} stay under both. Every figure "
        "under a scenario is projected: it is not published and has no legal force."
    )
    notes = [
        f"{which}: {one.title} ({one.name}); file SHA-256 {one.document}"
        for which, one in (("First", first), ("Second", second))
    ]
    notes.append(f"Book: {' and '.join(dict.fromkeys((found.first.book, found.second.book)))}")
    notes += [f"Mind: {NOTES[note]}" for note in found.notes]
    return Report(f"{first.title} beside {second.title}", verdict, tuple(notes), tuple(_tables(found)))


def _tables(found: SideBySide) -> Iterator[Table]:
    yield _scenarios(found.first, found.second)
    for name, title, one in (
        ("first", "Measures of the first", found.first),
        ("second", "Measures of the second", found.second),
    ):
        columns = (("", NUMBER), ("Id", TEXT), ("Title", TEXT), ("What it does", TEXT), ("From", TEXT))
        counted = (*columns, ("Lines that change", NUMBER))
        caption = f"{one.scenario.name}: in the order in which they work"
        yield Table(f"measures_{name}", title, caption, counted, measure_rows(one.projection))
    yield _distribution(found)
    yield _groups("by_series", "By series", found.lines, lambda line: (line.series, None))
    yield _groups("by_section", "By section", found.lines, lambda line: (line.series, section_cell(line.section)))
    yield _fees(found)
    yield _figures(found)
    for name, title, lines in (
        ("only_first", "Only under the first", found.only_first),
        ("only_second", "Only under the second", found.only_second),
    ):
        if lines:
            yield _alone(name, title, lines)


def _scenarios(first: Simulation, second: Simulation) -> Table:
    """What each is, in two columns."""
    words: tuple[tuple[str, Callable[[Simulation], Content]], ...] = (
        ("Title", lambda one: one.scenario.title),
        ("Author", lambda one: one.scenario.author),
        ("Reference", lambda one: one.scenario.reference),
        ("First day", lambda one: one.scenario.start.isoformat()),
        ("Tariffs of", lambda one: one.scenario.on.isoformat()),
        ("As known on", lambda one: one.scenario.as_known_on.isoformat() if one.scenario.as_known_on else None),
        ("Series", lambda one: ", ".join(one.scenario.series) or "all that have a tariff on that day"),
        ("Measures", lambda one: str(len(one.scenario.steps))),
        ("Lines that change", lambda one: str(len(one.changes))),
        ("Warnings", lambda one: str(len(one.warnings))),
    )
    rows = tuple((name, said(first), said(second)) for name, said in words)
    columns = (("", TEXT), (f"First: {first.scenario.name}", TEXT), (f"Second: {second.scenario.name}", TEXT))
    return Table("scenarios", "The scenarios", "What each starts from", columns, rows)


def _moves(lines: Sequence[Compared]) -> list[Fraction]:
    """By how many percent the fee under the second is other than under the first."""
    fees = [line.fee for line in lines]
    return [
        percent_of(fee.first, fee.second) for fee in fees if fee is not None and fee.first and fee.second is not None
    ]


def _distribution(found: SideBySide) -> Table:
    rows = tuple((band.words, band.lines) for band in bands_of_moves(_moves(found.lines)))
    caption = "Fees of the second in percent of the first, of the lines that one of them changes; each line counts once"
    columns = (("The second is other by", TEXT), ("Lines", NUMBER))
    return Table("distribution", "How far apart they are", caption, columns, rows, ALIKE, bars=1)


def _groups(
    name: str, title: str, lines: Sequence[Compared], key: Callable[[Compared], tuple[str | None, str | None]]
) -> Table:
    """For each group how many lines differ, and the mean, least and most difference of their fees."""
    groups: dict[tuple[str | None, str | None], list[Compared]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    rows = []
    for (series, section), own in groups.items():
        moves = _moves(own)
        mean = exact_sum(moves) / len(moves) if moves else None
        numbers = (mean, min(moves, default=None), max(moves, default=None))
        head = (series,) if name == "by_series" else (series, section)
        rows.append((*head, len(own), sum(line.differs for line in own), *map(percent_cell, numbers)))
    columns = (("Series", TEXT), *([] if name == "by_series" else [("Section", TEXT)]))
    counts = (("Lines that one changes", NUMBER), ("Differ", NUMBER))
    moved = (("Mean", NUMBER), ("Least", NUMBER), ("Most", NUMBER))
    caption = "Fees of the second in percent of the first"
    return Table(name, title, caption, (*columns, *counts, *moved), tuple(rows), "Neither changes a line.")


def _fees(found: SideBySide) -> Table:
    rows = tuple(
        ("-".join(line.codes), line.label, section_cell(line.section), *_values(fee), *_measures(line))
        for line in found.different
        if (fee := line.fee) is not None and fee.differs
    )
    caption = "Euro; the difference is the second less the first, in percent of the first"
    columns = (*_ABOUT, *_VALUES, *_OF_MEASURES)
    return Table("fees", "Fees that differ", caption, columns, rows, "No fee differs.", long=len(rows) > 100)


def _figures(found: SideBySide) -> Table:
    """Every figure that is not the same under both."""
    rows = tuple(
        (
            "-".join(line.codes),
            figure.part.value.replace("_", " "),
            figure.letter,
            figure.situation.words or None,
            *_values(figure),
            *_measures(line),
        )
        for line in found.different
        for figure in line.figures
        if figure.differs
    )
    caption = "Letter values, fees, interventions and patient shares that are not the same under both"
    columns = (("Codes", TEXT), ("Figure", TEXT), ("Letter", TEXT), ("For", TEXT), *_VALUES, *_OF_MEASURES)
    return Table("figures", "Every figure that differs", caption, columns, rows, ALIKE, long=True)


def _values(figure: Both) -> tuple[Content, ...]:
    amounts = (figure.published, figure.first, figure.second, figure.difference)
    percent = figure.percent
    shown = (figure_cell(figure.part, amount) for amount in amounts)
    return (*shown, None if percent is None else Number(percent, "0.00"))


def _measures(line: Compared) -> tuple[str | None, str | None]:
    return ", ".join(line.first) or None, ", ".join(line.second) or None


def _alone(name: str, title: str, lines: Sequence[Alone]) -> Table:
    rows = tuple(
        ("-".join(line.codes), line.label, section_cell(line.section), line.series, euro(line.fee)) for line in lines
    )
    caption = "Lines that the other ends, or is not for; their fee, in euro"
    columns = (*_ABOUT, ("Series", TEXT), ("Fee", NUMBER))
    return Table(name, title, caption, columns, rows, long=len(rows) > 100)
