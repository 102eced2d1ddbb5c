"""`bareme read` and `bareme load`: documents in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bareme.cli.output import (
    AsJson,
    BookPath,
    count_findings,
    counted,
    money,
    print_findings,
    print_one_or_many,
    print_table,
    say,
    tell,
)
from bareme.errors import BaremeError
from bareme.periods import as_date

if TYPE_CHECKING:
    from bareme.circulars.model import Line, Reading

_FORMATS = "Documents: workbooks (.xlsx), or UTF-8 text with tab-separated tables."
Files = Annotated[list[str], typer.Argument(metavar="FILE", help=_FORMATS)]
Number = Annotated[str | None, typer.Option("--number", help="The circular's number, if the document does not say it.")]
Issued = Annotated[str | None, typer.Option("--issued", metavar="DATE", help="The date of issue, if it is not there.")]
Effective = Annotated[str | None, typer.Option("--effective", metavar="DATE", help="The effective date, if not there.")]
Series = Annotated[str | None, typer.Option("--series", help="The series, if the title does not tell it.")]


def read(
    files: Files,
    book: BookPath = None,
    against_book: Annotated[
        bool, typer.Option("--against-book", help="Compare with the circulars of the book too.")
    ] = False,
    number: Number = None,
    issued: Issued = None,
    effective: Effective = None,
    series: Series = None,
    all_findings: Annotated[bool, typer.Option("--all", help="Print every line and finding.")] = False,
    as_json: AsJson = False,
) -> None:
    """What a document says, and its findings; writes nothing."""
    import bareme

    shelf = bareme.open_book(book) if against_book or book else None
    given = _given(number, issued, effective, series)
    readings = []
    failed = False
    for file in files:
        try:
            readings.append(bareme.read(file, shelf, **given))
        except BaremeError as error:
            tell(f"bareme: {error}")
            failed = True
    if as_json:
        print_one_or_many([reading.to_dict() for reading in readings], len(files))
    else:
        for reading in readings:
            _print_reading(reading, all_findings)
    raise typer.Exit(2 if failed else 1 if any(r.findings.errors for r in readings) else 0)


def load(
    files: Files,
    book: BookPath = None,
    accept_findings: Annotated[
        bool, typer.Option("--accept-findings", help="Record it although findings are errors; they are kept with it.")
    ] = False,
    author: Annotated[
        str | None, typer.Option("--author", help="Who records it; default: the user of this machine.")
    ] = None,
    known_from: Annotated[
        str | None, typer.Option("--known-from", metavar="DATE", help="Known from this day, if later than its issue.")
    ] = None,
    number: Number = None,
    issued: Issued = None,
    effective: Effective = None,
    series: Series = None,
    as_json: AsJson = False,
) -> None:
    """Read, check and record documents."""
    import bareme

    shelf = bareme.open_book(book)
    given = _given(number, issued, effective, series)
    results = []
    failed = False
    for file in files:
        try:
            reading = bareme.read(file, **given)
            results.append(shelf.load(reading, accept_findings, author or _user(), known_from))
        except BaremeError as error:
            tell(f"bareme: {error}")
            failed = True
    if as_json:
        print_one_or_many([result.to_dict() for result in results], len(files))
    else:
        for result in results:
            say(f"{result.message} {counted(result.lines, 'line')}; {count_findings(result.findings)}.")
            if not result.ok:
                print_findings(result.findings.errors, most=5)
    raise typer.Exit(2 if failed else 1 if any(not result.ok for result in results) else 0)


def _given(number: str | None, issued: str | None, effective: str | None, series: str | None) -> dict[str, Any]:
    given: dict[str, Any] = {"number": number, "series": series}
    given["issued_on"] = None if issued is None else as_date(issued, "--issued")
    given["effective_on"] = None if effective is None else as_date(effective, "--effective")
    return {name: value for name, value in given.items() if value is not None}


def _user() -> str | None:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _print_reading(reading: Reading, everything: bool) -> None:
    from bareme.indexation.wording import measure_words

    circular = reading.circular
    say(f"{circular.number or reading.document.name}: {circular.title or 'no title'}")
    say(
        f"  issued {circular.issued_on or '?'}, in force from {circular.effective_on or '?'}, "
        f"series {circular.series or '?'}, {circular.kind}, {circular.language}"
    )
    for measure in reading.measures:
        say(f"  measure {measure_words(measure)}")
    say(f"  {counted(len(reading.lines), 'line')}; {count_findings(reading.findings)}")
    say()
    lines = reading.lines if everything else reading.lines[:5]
    headers = ["codes", "terms", "fee", "intervention (preferential, ordinary)", "section"]
    print_table(headers, [_row(line) for line in lines], right=[2])
    if len(lines) < len(reading.lines):
        say(f"  ... and {counted(len(reading.lines) - len(lines), 'more line')} (--all)")
    say()
    print_findings(reading.findings, most=None if everything else 3)
    say()


def _row(line: Line) -> list[str]:
    from bareme.audit.figures import terms_text

    amounts = []
    for amount in line.amounts:
        figure = amount.intervention.amount if amount.intervention else None
        amounts.append(money(figure, "not published" if amount.not_published else "-"))
    letters = "+".join(term.letter for term in line.terms if term.letter)
    terms = f"{letters + ' ' if letters else ''}{terms_text(line.terms)}"
    codes = " ".join(code.digits for code in line.codes)
    fee = line.fee.amount if line.fee else None
    return [codes, terms, money(fee), " ".join(amounts), (line.section.number or "") if line.section else ""]
