"""`bareme simulate`: the tariffs that the measures of a scenario would give, beside the published ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, KnownOn, counted, money, print_findings, print_json, print_table, say

if TYPE_CHECKING:
    from bareme.simulation.changes import LineChange
    from bareme.simulation.simulated import Simulation

SHOWN = 10
"""So many rows are shown of each table."""


def simulate(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A scenario: a TOML file of measures.")],
    all_rows: Annotated[bool, typer.Option("--all", help="Print every row.")] = False,
    as_known_on: KnownOn = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """What the measures of a scenario make of the tariffs: projected figures beside the published ones."""
    import bareme

    found = bareme.open_book(book).simulate(file, as_known_on)
    if as_json:
        print_json(found.to_dict())
        return
    _print(found, None if all_rows else SHOWN)


def _print(found: Simulation, most: int | None) -> None:
    from bareme.simulation.wording import step_words

    scenario = found.scenario
    say(f"{scenario.title}: from {scenario.start}, on the tariffs of {scenario.on}")
    for number, step in enumerate(scenario.steps, start=1):
        say(f"  {number}. {step.id}: {step_words(step)}")
    say(f"{len(found.changes)} of {counted(len(found.projection.lines), 'line')} change; projected, not published.")
    rows = [_row(change) for change in found.changes[:most]]
    if rows:
        say()
        print_table(["code", "fee", "projected", "difference", "percent", "measures"], rows)
    if found.warnings:
        say()
        print_findings(found.warnings, most)


def _row(change: LineChange) -> list[str]:
    fee = change.fee
    percent = fee.percent if fee else None
    return [
        "-".join(change.codes),
        money(fee.before if fee else None),
        money(fee.after if fee else None),
        money(fee.difference if fee else None),
        "-" if percent is None else f"{money(percent)} %",
        ", ".join(change.measures),
    ]
