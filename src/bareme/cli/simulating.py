"""`bareme simulate`: the tariffs that the measures of a scenario would give, beside the published ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.costing import ActsFile, ColumnsFile, PartName, Volumes, print_budget, print_patients
from bareme.cli.output import (
    AsJson,
    BookPath,
    KnownOn,
    counted,
    money,
    print_findings,
    print_json,
    print_table,
    say,
    tell,
)
from bareme.cli.reporting import Reports, check_places, write_reports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bareme.circulars.model import Line
    from bareme.simulation.against import Against, Held
    from bareme.simulation.changes import LineChange
    from bareme.simulation.simulated import Simulation
    from bareme.simulation.summing import Group

SHOWN = 10
"""So many rows are shown of each table."""
TITLE = 50
"""So many letters are shown of a section's title."""


def simulate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario: a TOML file of measures.")],
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="CIRCULAR", help="Set the projected figures beside a published circular."),
    ] = None,
    report: Reports = None,
    plots: Annotated[
        str | None,
        typer.Option("--plots", metavar="FOLDER", help="Write plots (SVG, PNG) to this folder; needs bareme[plots]."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace reports and plots that exist.")] = False,
    all_rows: Annotated[bool, typer.Option("--all", help="Print every row.")] = False,
    as_known_on: KnownOn = None,
    volumes: Volumes = None,
    acts: ActsFile = None,
    columns: ColumnsFile = None,
    envelope: Annotated[
        str | None,
        typer.Option("--envelope", metavar="EURO", help="What may be spent more than before in a year, in euro."),
    ] = None,
    part: PartName = "intervention",
    vary: Annotated[
        str | None, typer.Option("--vary", metavar="PERCENT", help="The change with volumes so much lower and higher.")
    ] = None,
    baskets: Annotated[
        str | None, typer.Option("--baskets", metavar="FILE", help="Typical patients and providers: a TOML file.")
    ] = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """What the measures of a scenario make of the tariffs: projected figures beside the published ones."""
    import bareme
    from bareme.simulation.options import CostingOptions

    check_written(report or (), plots, overwrite)
    options = CostingOptions(volumes, acts, envelope, part, vary, baskets, columns)
    found = bareme.open_book(book).simulate(file, as_known_on, against, options)
    if as_json:
        print_json(found.to_dict())
    else:
        print_simulation(found, None if all_rows else SHOWN)
        if found.budget is not None:
            print_budget(found.budget, None if all_rows else SHOWN)
        if found.patients is not None:
            print_patients(found.patients)
    write_all(found, report or (), plots, overwrite)
    if any(part is not None and part.findings.errors for part in (found.budget, found.patients)):
        raise typer.Exit(1)


def check_written(reports: Sequence[str], plots: str | None, overwrite: bool) -> None:
    """Refuse, before any work, reports and plots that cannot be written."""
    from bareme.simulation.plots import check_folder

    check_places(reports, overwrite)
    if plots is not None:
        check_folder(Path(plots))


def write_all(found: Simulation, reports: Sequence[str], plots: str | None, overwrite: bool) -> None:
    """Write the reports and plots, and say so."""
    from bareme.simulation.plots import write_plots
    from bareme.simulation.report import report_of

    write_reports(lambda: report_of(found), reports, overwrite)
    if plots is not None:
        for place in write_plots(found, Path(plots), overwrite):
            tell(f"bareme: {place} is written.")


def print_simulation(found: Simulation, most: int | None) -> None:
    """A simulation for people; `most` rows of each table, None: all."""
    from bareme.simulation.wording import step_words

    scenario = found.scenario
    known = f" as known on {scenario.as_known_on}" if scenario.as_known_on else ""
    say(f"{scenario.title}: from {scenario.start}, on the tariffs of {scenario.on}{known}")
    for number, step in enumerate(scenario.steps, start=1):
        say(f"  {number}. {step.id}: {step_words(step)}")
    ended = sum(change.ends for change in found.changes)
    ends = f", {ended} of them end" if ended else ""
    lines = counted(len(found.projection.lines), "line")
    say(f"{len(found.changes)} of {lines} change{ends}; projected, not published.")
    _print_groups([group for group in found.sections if group.changed or group.ended])
    _print_bands(found)
    _print_changes([change for change in found.changes if not change.is_of_shares], most)
    _print_shares(found.changes, most)
    _print_bases(found.changes, most)
    if found.warnings:
        say()
        say("Warnings:")
        print_findings(found.warnings, most)
    if found.against is not None:
        _print_against(found.against, most)


def _print_groups(groups: Sequence[Group]) -> None:
    if not groups:
        return
    from bareme.simulation.summing import percent_words

    say()
    rows = [
        [
            _title(group),
            str(group.lines),
            str(group.changed),
            *map(percent_words, (group.mean, group.least, group.most)),
        ]
        for group in groups
    ]
    print_table(["section", "lines", "change", "mean", "least", "most"], rows, right=range(1, 6))


def limited(number: int, most: int | None, noun: str = "") -> str:
    """What follows the name of a table of which only the first rows are shown."""
    return "" if most is None or number <= most else f" ({most} of {number}{noun}; --all shows every one)"


def _title(group: Group) -> str:
    section = group.section
    text = "" if section is None else f"{section.number} {section.title}" if section.number else section.title
    return (text if len(text) <= TITLE else f"{text[:TITLE].rstrip()} ...") or group.series or "-"


def _print_bands(found: Simulation) -> None:
    if found.changes:
        say()
        rows = [[band.words, str(band.lines)] for band in found.distribution if band.lines]
        print_table(["change of the fee", "lines"], rows, right=[1])


def _print_changes(changes: Sequence[LineChange], most: int | None) -> None:
    if changes:
        say()
        say(f"Fees{limited(len(changes), most)}:")
        headers = ["code", "published", "projected", "difference", "percent", "measures"]
        print_table(headers, [_row(change) for change in changes[:most]], right=range(1, 5))


def _print_shares(changes: Sequence[LineChange], most: int | None) -> None:
    rows = [
        [
            "-".join(change.codes),
            share.situation.words,
            *map(money, (share.before, share.after, share.difference)),
            ", ".join(share.measures),
        ]
        for change in changes
        for share in change.shares
    ]
    if rows:
        say()
        say(f"Patient shares{limited(len(rows), most)}:")
        headers = ["code", "for", "published", "projected", "difference", "measures"]
        print_table(headers, rows[:most], right=(2, 3, 4))


def _print_bases(changes: Sequence[LineChange], most: int | None) -> None:
    """The tariffs of earlier days that rates count from."""
    rows = [
        [
            "-".join(change.codes),
            measure,
            str(base.day),
            base.circular,
            _values(base.line),
            money(base.line.fee.amount if base.line.fee else None),
        ]
        for change in changes
        for measure, base in change.bases
    ]
    if rows:
        say()
        say(f"Counted from the tariffs of an earlier day{limited(len(rows), most)}:")
        print_table(["code", "measure", "day", "circular", "letter value then", "fee then"], rows[:most], right=[5])


def _values(line: Line) -> str:
    """The letter values of a line: "B 1,257532"."""
    pairs = ((term.letter or "?", term.value.amount if term.value else None) for term in line.terms)
    return " + ".join(f"{letter} {money(value)}" for letter, value in pairs) or "-"


def _row(change: LineChange) -> list[str]:
    fee = change.fee
    percent = fee.percent if fee else None
    return [
        "-".join(change.codes),
        money(fee.before if fee else None),
        "ends" if change.ends else money(fee.after if fee else None),
        money(fee.difference if fee else None),
        "-" if percent is None else f"{money(percent)} %",
        ", ".join(change.measures),
    ]


def _print_against(found: Against, most: int | None) -> None:
    """How many figures of the circular are as projected, and those that are not."""
    from bareme.simulation.against import MEANS, Agreement

    say()
    say(f"Against {found.circular}, {counted(found.lines, 'line')}:")
    counts = found.counts()
    classes = [klass for klass in Agreement if any(own[klass] for own in counts.values())]
    rows = [[quantity.replace("_", " "), *(str(own[k]) for k in classes)] for quantity, own in counts.items()]
    print_table(["figures", *(k.replace("_", " ") for k in classes)], rows, right=range(1, len(classes) + 1))
    for klass in classes:
        own = [figure for figure in found.exceptions if figure.klass is klass]
        if own:
            say()
            limit = f" ({most} of {len(own)}; --all shows every one)" if most is not None and len(own) > most else ""
            say(f"{klass.replace('_', ' ')}: {MEANS[klass]}{limit}")
            print_table(
                ["code", "what", "projected", "published", "difference"], map(_held, own[:most]), right=(2, 3, 4)
            )


def _held(figure: Held) -> list[str]:
    words = ("line" if figure.part is None else figure.part.value.replace("_", " "), figure.letter or "")
    what = " ".join(word for word in (*words, figure.situation.words) if word)
    values = [value if isinstance(value, str) else money(value) for value in (figure.projected, figure.published)]
    return ["-".join(figure.codes), what, *values, money(figure.difference)]
