"""`bareme solve`: the rate of a measure with which a scenario spends an envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.costing import ActsFile, ColumnsFile, PartName, Volumes, counted_acts, print_refused
from bareme.cli.output import AsJson, BookPath, KnownOn, money, print_findings, print_json, print_table, say
from bareme.cli.reporting import Overwrite, Reports, check_places, write_reports
from bareme.money import from_cents

if TYPE_CHECKING:
    from bareme.simulation.report import Report
    from bareme.simulation.solution import Solution, Tried


def solve(
    file: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario: a TOML file of measures.")],
    measure: Annotated[str, typer.Option("--measure", metavar="ID", help="The measure whose rate is to be found.")],
    envelope: Annotated[
        str,
        typer.Option("--envelope", metavar="EURO", help="What may be spent more than before in a year, in euro."),
    ],
    volumes: Volumes = None,
    acts: ActsFile = None,
    columns: ColumnsFile = None,
    part: PartName = "intervention",
    protect: Annotated[
        list[str] | None,
        typer.Option("--protect", metavar="CODES", help="Codes, pairs (A-B), ranges (A..B) that stay as they are."),
    ] = None,
    report: Reports = None,
    overwrite: Overwrite = False,
    as_known_on: KnownOn = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Find the rate of a measure, to 0,01 percentage point, with which a scenario spends an envelope."""
    import bareme
    from bareme.simulation.options import CostingOptions

    check_places(report or (), overwrite)
    options = CostingOptions(volumes, acts, envelope, part, columns=columns)
    found = bareme.open_book(book).solve(file, measure, options, _codes(protect or ()), as_known_on)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found)
    write_reports(lambda: _report(found), report or (), overwrite)
    if found.volumes.findings.errors:
        raise typer.Exit(1)


def _report(found: Solution) -> Report:
    from bareme.simulation.report_solved import report_of_solution

    return report_of_solution(found)


def _codes(given: list[str] | tuple[str, ...]) -> list[str]:
    """Codes, pairs and ranges, parted by commas or given one by one."""
    return [code.strip() for text in given for code in text.split(",") if code.strip()]


def _print(found: Solution) -> None:
    part = found.part.replace("_", " ")
    more = f"{money(from_cents(found.envelope))} more a year of the {part}"
    say(f"{found.scenario.title}: the rate of {found.measure.id} that spends {more}")
    say(f"Volumes: {found.volumes.name}, {counted_acts(found.acts)}.")
    if found.protected:
        say(f"Protected: {', '.join(found.protected)}.")
    print_refused(found.refused)
    say()
    if found.best is None:
        say("No rate: the lowest exceeds the envelope already.")
    elif found.next is None:
        say("The envelope is not spent by any rate up to the last one.")
    rows = []
    if found.best is not None:
        rows.append(_row(found.best, found.part, "left", found.left))
    if found.next is not None:
        rows.append(_row(found.next, found.part, "too much", found.exceeds))
    print_table(["rate", f"{part} added", "against the envelope"], rows, right=range(3))
    if found.not_monotone is not None:
        say()
        say(
            f"Between {money(found.not_monotone[0])} % and {money(found.not_monotone[1])} % expenditure goes the "
            "other way than elsewhere: another rate may spend the envelope too."
        )
    if found.volumes.findings:
        say()
        print_findings(found.volumes.findings, 10)


def _row(tried: Tried, part: str, word: str, cents: int | None) -> list[str]:
    amount = "-" if cents is None else money(from_cents(cents))
    return [f"{money(tried.rate)} %", money(from_cents(tried.added.part(part))), f"{amount} {word}"]
