"""`bareme clawback`: the recovery of a budget overrun in genetic counselling, act by act."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.output import AsJson, counted, money, print_json, say


def clawback(
    acts: Annotated[str, typer.Argument(metavar="ACTS", help="Acts of the year of recovery: .csv, .csv.gz, .parquet.")],
    out: Annotated[str, typer.Argument(metavar="OUT", help="The .csv or .parquet file to write.")],
    recover: Annotated[str, typer.Option("--recover", metavar="EURO", help="By how much the budget was overrun.")],
    activity: Annotated[
        int, typer.Option("--activity", metavar="N", help="How many standard and complex lump sums there were.")
    ],
    year: Annotated[int, typer.Option("--year", metavar="YYYY", help="The year on whose acts it is recovered.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Spread a budget overrun of genetic counselling over the lump sums of a year (art. 25, paragraph 5)."""
    import bareme

    found = bareme.open_book().clawback(
        acts, out, to_recover=recover, activity=activity, year=year, overwrite=overwrite
    )
    if as_json:
        print_json(found.to_dict())
        return
    each = money(found.lump_sum)
    say(f"{money(found.to_recover)} to recover from {counted(found.activity, 'lump sum')}: {each} for each.")
    borne = f"{counted(found.lines, 'act')} of {found.year} bear {money(found.recovered)}"
    say(f"{found.out}: {borne}; {money(found.left)} is left.")
    if found.rest:
        less = "less" if found.rest > 0 else "more"
        product = f"{found.activity} times {money(-found.lump_sum)}"
        say(f"Rounding: {product} is {money(abs(found.rest))} {less} than the amount.")
    say("The quotient is our reading: interpretation clawback-per-lump-sum.")
