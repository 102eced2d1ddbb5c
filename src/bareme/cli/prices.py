"""`bareme price`, `bareme price-file` and `bareme show`: tariffs out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bareme.cli.output import (
    AsJson,
    BookPath,
    KnownOn,
    RecordedAt,
    counted,
    money,
    print_json,
    print_table,
    progress_bar,
    say,
    tell,
)
from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.nomenclature.facts import declared_facts

if TYPE_CHECKING:
    from bareme.book.history import TariffPeriod
    from bareme.exchange.bulk.results import PricedFile

CodeArgument = Annotated[
    str, typer.Argument(metavar="CODE", help="A nomenclature code or pseudocode, for example 565014.")
]


def price(
    code: CodeArgument,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The date of the act (YYYY-MM-DD).")],
    regime: Annotated[
        str | None, typer.Option("--regime", metavar="preferential|ordinary", help="The patient's regime.")
    ] = None,
    age: Annotated[str | None, typer.Option("--age", metavar="N", help="The patient's age in completed years.")] = None,
    birth_date: Annotated[
        str | None, typer.Option("--birth-date", metavar="DATE", help="The patient's birth date, instead of --age.")
    ] = None,
    quantity: Annotated[int, typer.Option("--quantity", metavar="N", help="How many units.")] = 1,
    fact: Annotated[
        list[str] | None,
        typer.Option("--fact", metavar="NAME=VALUE", help="Any other fact, or what a rule asks; may be repeated."),
    ] = None,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    language: Annotated[
        str, typer.Option("--language", metavar="en|fr|nl", help="The language of the explanation.")
    ] = "en",
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """What an act costs on a day: fee, intervention, patient share, and why."""
    import bareme

    answer = bareme.open_book(book).price(
        code,
        on,
        birth_date=birth_date,
        quantity=quantity,
        as_known_on=as_known_on,
        as_recorded_at=as_recorded_at,
        **_facts(regime, age, fact or []),
    )
    if as_json:
        print_json(answer.to_dict(language))
        return
    sentences = answer.explain(language)
    say(sentences[0])
    for sentence in sentences[1:]:
        say(f"  {sentence}")


def _facts(regime: str | None, age: str | None, others: list[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {"regime": regime, "age": age}
    known = [*declared_facts(), *declared_inputs()]
    for text in others:
        name, equals, value = text.partition("=")
        if equals and name not in known:
            raise InputError(f"--fact {text!r}: {name!r} is not a fact; facts are {', '.join(known)}.")
        if not equals:
            raise InputError(f"--fact {text!r}: write it as name=value, for example global_medical_file=yes.")
        if facts.get(name) not in (None, value):
            raise InputError(f"--fact {text!r}: {name} is given twice, as {facts[name]} too.")
        facts[name] = value
    return facts


def price_file(
    acts: Annotated[
        str,
        typer.Argument(
            metavar="ACTS", help="A .csv, .csv.gz or .parquet file with the columns code and date; a folder; a pattern."
        ),
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="The .csv, .csv.gz or .parquet file to write.")],
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="fr|nl|FILE", help="What ACTS calls its columns and values."),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Add what the rules of conventions say.")] = False,
    window: Annotated[
        str | None,
        typer.Option(
            "--window",
            metavar="rolling|from_first_act",
            help="How --rules count the months of a maximum; default: rolling.",
        ),
    ] = None,
    engine: Annotated[str, typer.Option("--engine", metavar="duckdb|spark", help="What prices the acts.")] = "duckdb",
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="The Spark to price on (with --engine spark); default: local[*]."),
    ] = None,
    report: Annotated[
        str | None, typer.Option("--report", metavar="FILE", help="Write a page (.html) of what OUT comes to.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if any line is not priced.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace OUT, and FILE, if they exist.")] = False,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Price a file of acts; every input line comes back, in order, with an outcome."""
    import bareme

    if window is not None and not rules:
        raise InputError("--window says how --rules count: give --rules too. Nothing was priced.")
    shelf = bareme.open_book(book)
    try:
        with progress_bar() as progress:
            done = shelf.price_file(
                acts,
                out,
                overwrite=overwrite,
                columns=columns,
                report=report,
                rules=(window or True) if rules else False,
                engine=engine,
                master=master,
                as_known_on=as_known_on,
                as_recorded_at=as_recorded_at,
                progress=progress,
            )
    except KeyboardInterrupt:
        tell("bareme: stopped. The lines that are done are kept; give the same command to go on.")
        raise typer.Exit(130) from None
    if as_json:
        print_json(done.to_dict())
    else:
        _tell_file(done)
    if report is not None:
        tell(f"bareme: {report} is written.")
    if strict and not done.all_priced:
        left = done.lines - done.outcomes.get("priced", 0)
        tell(f"bareme: {counted(left, 'line')} {'is' if left == 1 else 'are'} not priced (--strict).")
        raise typer.Exit(1)


def _tell_file(done: PricedFile) -> None:
    """What became of a file: lines and euro by outcome, certainty, series and year; the codes refused most."""
    earlier = f", {done.resumed} of them by the run before" if done.resumed else ""
    say(f"{done.out}: {counted(done.lines, 'line')}{earlier}.")
    rows = []
    for row in done.summary.by_outcome:
        totals = [money(t) for t in (row.total_fee, row.total_intervention, row.total_patient_share)]
        year = "-" if row.year is None else str(row.year)
        rows.append(
            [
                row.outcome,
                row.certainty or "-",
                row.series or "-",
                year,
                str(row.lines),
                *totals,
            ]
        )
    print_table(
        ["outcome", "certainty", "series", "year", "lines", "fee", "intervention", "share"], rows, right=[4, 5, 6, 7]
    )
    if done.summary.refused:
        say("")
        least = "" if done.summary.refused_all else " (lines at least)"
        rows = [[r.code or "-", r.outcome, r.because or "-", str(r.lines)] for r in done.summary.refused]
        print_table([f"without a price{least}", "outcome", "because", "lines"], rows, right=[3])


def show(
    code: CodeArgument,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Only the tariff of this day.")] = None,
    as_known_on: KnownOn = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """A code's tariffs through time, with sources."""
    import bareme

    history = bareme.open_book(book).show(code, on, as_known_on)
    if as_json:
        print_json(history.to_dict())
        return
    if not history.periods:
        near = f" Near: {', '.join(history.suggestions)}." if history.suggestions else ""
        say(f"The book holds no tariff of {code}{f' on {on}' if on else ''}.{near}")
        return
    twin = f" (twin {history.twin})" if history.twin else ""
    label = next((line.label for p in history.periods for line in p.lines if line.label), None)
    say(f"{code}{twin}{': ' + label if label else ''}")
    rows = [row for period in history.periods for row in _period_rows(code, period)]
    print_table(["from", "until", "situation", "fee", "intervention", "share", "line", "place"], rows, right=[3, 4, 5])


def _period_rows(code: str, period: TariffPeriod) -> list[list[str]]:
    from bareme.nomenclature.codes import Code

    rows = []
    for line_id, line, doubtful in zip(period.line_ids, period.lines, period.doubtful, strict=True):
        for amount in line.amounts_in(Code(code).setting):
            ages = _ages(amount.age_from, amount.age_to)
            situation = " ".join(filter(None, (amount.regime or "any regime", ages)))
            absent = "not published" if amount.not_published else "-"
            rows.append(
                [
                    period.effective_from.isoformat(),
                    (period.until.isoformat() if period.until else "open"),
                    situation,
                    money(line.fee.amount if line.fee else None),
                    money(amount.intervention.amount if amount.intervention else None, absent),
                    money(amount.patient_share.amount if amount.patient_share else None, absent),
                    line_id,
                    f"table {line.source.table}, row {line.source.row}{', in doubt: not priced' * doubtful}",
                ]
            )
    return rows


def _ages(first: int | None, end: int | None) -> str:
    if end is None:
        return "" if first is None else f"{first}+"
    return f"under {end}" if first is None else f"{first}-{end - 1}"
