"""`bareme history`: the figures of a code, or the values of a letter, through time and against the health index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, KnownOn, money, print_json, print_table, say, tell

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from bareme.simulation.chronicle import Chronicle, Compared

HEADERS = ["from", "until", "circular", "euro", "change", "index", "real", "real change", "certainty"]


def history(
    asked: Annotated[str, typer.Argument(metavar="CODE|LETTER", help="A code, for example 565014; a key letter, B.")],
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day (YYYY-MM-DD).")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day, inclusive.")] = None,
    index: Annotated[
        str | None,
        typer.Option("--index", metavar="FILE", help="A .csv file of year and rate: the health index of other years."),
    ] = None,
    base: Annotated[
        int | None, typer.Option("--base", metavar="YYYY", help="The year at whose prices figures are shown.")
    ] = None,
    to_csv: Annotated[str | None, typer.Option("--csv", metavar="FILE", help="Write every step to this .csv.")] = None,
    plot: Annotated[
        str | None,
        typer.Option("--plot", metavar="FILE", help="Draw it (.svg, .png) and write its table (.csv) beside it."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")] = False,
    as_known_on: KnownOn = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """The figures of a code, or the values of a letter, through all circulars, and against the health index."""
    import bareme
    from bareme.simulation.chronicle_files import check_files, write_files

    files = [Path(file) for file in (to_csv, plot) if file is not None]
    check_files(files, overwrite)
    found = bareme.open_book(book).history(asked, start, end, index, base, as_known_on)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found, start is not None or end is not None)
    for place in write_files(found, files, overwrite):
        tell(f"bareme: {place} is written.")


def _print(found: Chronicle, has_days: bool) -> None:
    from bareme.simulation.strand_words import strand_words

    if not found.strands:
        near = f" Near: {', '.join(found.suggestions)}." if found.suggestions else ""
        say(f"The book holds no tariff of {found.asked}{' between these days' * has_days}.{near}")
        return
    say(f"{found.asked}{': ' + found.label if found.label else ''}")
    for strand in found.strands:
        say()
        say(strand_words(strand))
        print_table(HEADERS, [_row(step) for step in found.compared(strand)], right=[3, 4, 5, 6, 7])
    say()
    named = [f"{rate.year} {money(rate.rate)} % ({', '.join(rate.named_by)})" for rate in found.rates.rates]
    say(f"Health index: {'; '.join(named) or 'no rate is known'}. Real: at prices of {found.base_year}.")
    if found.lacking:
        years = ", ".join(map(str, found.lacking))
        say(f"No rate is known for {years}: give it with --index. Nothing is guessed.")


def _row(step: Compared) -> list[str]:
    moment = step.moment
    return [
        moment.start.isoformat(),
        "open" if moment.until is None else moment.until.isoformat(),
        moment.circular,
        _why(moment.why) if moment.value is None else money(moment.value),
        _percent(step.percent),
        _percent(step.index),
        money(step.real),
        _percent(step.real_percent),
        moment.certainty.value.replace("_", " "),
    ]


def _why(why: str | None) -> str:
    return "-" if why in (None, "none") else str(why).replace("_", " ")


def _percent(percent: Fraction | None) -> str:
    from bareme.audit.changes import PERCENT

    number: Decimal | None = None if percent is None else PERCENT.round(percent)
    return "-" if number is None else f"{'+' * (number > 0)}{money(number)} %"
