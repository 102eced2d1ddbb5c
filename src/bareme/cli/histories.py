"""`bareme history`: the figures of a code, or the values of a letter, through time and against the health index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, KnownOn, money, print_json, print_table, say, tell
from bareme.cli.reporting import Reports, check_places, write_reports

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from bareme.simulation.chronicle import Chronicle, Compared
    from bareme.simulation.history_words import HistoryWords
    from bareme.simulation.report import Report


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
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="LANGUAGE", help="en, fr or nl: of texts, charts and reports; default: en."),
    ] = None,
    report: Reports = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")] = False,
    as_known_on: KnownOn = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """The figures of a code, or the values of a letter, through all circulars, and against the health index."""
    import bareme
    from bareme.simulation.chronicle_files import check_files, write_files
    from bareme.simulation.history_words import history_words

    words = history_words(language)
    files = [Path(file) for file in (to_csv, plot) if file is not None]
    check_files(files, overwrite)
    check_places(report or (), overwrite)
    found = bareme.open_book(book).history(asked, start, end, index, base, as_known_on)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(found, start is not None or end is not None, words)
    for place in write_files(found, files, overwrite, words.chart):
        tell(f"bareme: {place} is written.")
    write_reports(lambda: _report(found, language), report or (), overwrite)


def _report(found: Chronicle, language: str | None) -> Report:
    from bareme.simulation.report_chronicle import report_of_history

    return report_of_history(found, language)


def _print(found: Chronicle, has_days: bool, words: HistoryWords) -> None:
    from bareme.simulation.strand_words import strand_words

    if not found.strands:
        near = words("near", codes=", ".join(found.suggestions)) if found.suggestions else ""
        nothing = words("nothing_between" if has_days else "nothing", asked=found.asked)
        say(f"{nothing} {near}".strip())
        return
    say(f"{found.asked}{': ' + found.label if found.label else ''}")
    for strand in found.strands:
        say()
        say(strand_words(strand, words.chart))
        print_table(words.columns, [_row(step, words) for step in found.compared(strand)], right=[3, 4, 5, 6, 7])
    say()
    named = [f"{rate.year} {money(rate.rate)} % ({', '.join(rate.named_by)})" for rate in found.rates.rates]
    say(words("index", rates="; ".join(named) or words("no_rate"), year=found.base_year))
    if found.lacking:
        say(words("lacking", years=found.lacking_words))


def _row(step: Compared, words: HistoryWords) -> list[str]:
    moment = step.moment
    return [
        moment.start.isoformat(),
        words("open") if moment.until is None else moment.until.isoformat(),
        moment.circular,
        _why(moment.why, words) if moment.value is None else money(moment.value),
        _percent(step.percent),
        _percent(step.index),
        money(step.real),
        _percent(step.real_percent),
        words(moment.certainty.value),
    ]


def _why(why: str | None, words: HistoryWords) -> str:
    return "-" if why is None or why == "none" else words(why)


def _percent(percent: Fraction | None) -> str:
    from bareme.audit.changes import PERCENT

    number: Decimal | None = None if percent is None else PERCENT.round(percent)
    return "-" if number is None else f"{'+' * (number > 0)}{money(number)} %"
