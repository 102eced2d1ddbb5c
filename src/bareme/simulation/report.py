"""A report before it has a format: a title, what it says in a few words, pictures and tables; that of a simulation.

Each table stands alone: a page shows it below its heading, a workbook on a sheet of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bareme.exchange.sheets import Content
from bareme.simulation.changes import lines_moved
from bareme.simulation.wording import step_words

if TYPE_CHECKING:
    from bareme.simulation.projecting import Projection
    from bareme.simulation.scenario import Scenario
    from bareme.simulation.simulated import Simulation


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `columns` are names with whether they hold numbers, `bars` is the column that is also drawn as bars.

    `last_is_sum` when the last row sums the others up; `long` when a page folds it. `nothing` is said in place of an
    empty table.
    """

    name: str
    title: str
    caption: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[Content, ...], ...]
    nothing: str = "There is none."
    bars: int | None = None
    last_is_sum: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot of what tables say: `draw` gives its bytes as `.svg` or `.png`; `words` say it to who cannot see it.

    It stands above the table of that name, and above all of them without one.
    """

    name: str
    title: str
    words: str
    draw: Callable[[str], bytes]
    table: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `notes` say what it started from, `tables` are in the order of reading.

    `sheets` are what a workbook has in place of the tables, where it has others. The words around them are those of
    `language`; `is_projected` where figures are not published, which is then said above all.
    """

    title: str
    verdict: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Table, ...] | None = None
    language: str = "en"
    is_projected: bool = True


def report_of(found: Simulation) -> Report:
    """The report of a simulation; the same simulation gives the same report."""
    from bareme.simulation.report_budget import budget_tables, patients_tables
    from bareme.simulation.report_tables import tables_of

    tables = [*tables_of(found)]
    budget = (*budget_tables(found.budget), *patients_tables(found.patients))
    notes = tuple(scenario_notes(found.scenario, found.book))
    return Report(found.scenario.title, verdict_of(found), notes, (*tables[:1], *budget, *tables[1:]))


def verdict_of(found: Simulation) -> str:
    """How many lines change, and that nothing of it is published."""
    ended = sum(change.ends for change in found.changes)
    ends = f", {ended} of them end" if ended else ""
    return (
        f"{len(found.changes)} of {len(found.projection.lines)} lines change{ends}. Every figure after the measures is "
        "projected: it is not published and has no legal force."
    )


def scenario_notes(scenario: Scenario, book: str) -> Iterator[str]:
    """What a scenario is, and what it starts from; `book` is the hash of the book."""
    known = f", as known on {scenario.as_known_on}" if scenario.as_known_on else ""
    yield f"Scenario: {scenario.name}, from {scenario.start}; file SHA-256 {scenario.document}"
    if scenario.author:
        yield f"Author: {scenario.author}"
    if scenario.reference:
        yield f"Reference: {scenario.reference}"
    yield f"Starts from: the tariffs of {scenario.on}{known}; book {book}"
    yield f"Series: {', '.join(scenario.series) or 'all that have a tariff on that day'}"


def measure_rows(found: Projection) -> tuple[tuple[Content, ...], ...]:
    """A row for each measure, in its place."""
    counts = lines_moved(found.changed, found.scenario.steps)
    return tuple(
        (number, step.id, step.title, step_words(step), step.start.isoformat(), counts.get(step.id, 0))
        for number, step in enumerate(found.scenario.steps, start=1)
    )
