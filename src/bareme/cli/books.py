"""`bareme circulars`, `bareme audit` and `bareme book`: what a book holds."""

from __future__ import annotations

from typing import Annotated

import typer

from bareme.cli.output import (
    AsJson,
    BookPath,
    KnownOn,
    RecordedAt,
    count_findings,
    counted,
    print_findings,
    print_json,
    print_table,
    say,
)

book = typer.Typer(name="book", help="Look after a book.", no_args_is_help=True, rich_markup_mode=None)


def circulars(book: BookPath = None, as_json: AsJson = False) -> None:
    """What the book holds."""
    import bareme

    shelf = bareme.open_book(book)
    held = shelf.circulars()
    if as_json:
        print_json([circular.to_dict() for circular in held])
        return
    say(f"{shelf.address}{' (not made yet: the shipped book is read)' if shelf.is_shipped else ''}")
    rows = [
        [c.number, c.series, c.effective_from, c.known_from, c.recorded_at[:19] + "Z", str(c.lines), str(c.witnesses)]
        for c in held
    ]
    headers = ["circular", "series", "in force from", "known from", "recorded at", "lines", "witnesses"]
    print_table(headers, rows, right=[5, 6])


def audit(
    circular: Annotated[str | None, typer.Argument(metavar="CIRCULAR", help="For example 2025/336.")] = None,
    all_findings: Annotated[bool, typer.Option("--all", help="Print every finding.")] = False,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Findings of what the book holds."""
    import bareme

    findings = bareme.open_book(book).audit(circular)
    if as_json:
        print_json([finding.to_dict() for finding in findings])
    else:
        say(f"{circular or 'the book'}: {count_findings(findings)}")
        print_findings(findings, most=None if all_findings else 3)
    raise typer.Exit(1 if any(f.severity == "error" for f in findings) else 0)


@book.command("check")
def check(book: BookPath = None, as_json: AsJson = False) -> None:
    """Verify the ledger's hash chain."""
    import bareme

    result = bareme.open_book(book).check()
    if as_json:
        print_json(result.to_dict())
    elif not result.problems:
        say(f"{result.path}: {result.entries} entries, the chain is whole. Hash {result.hash}.")
    else:
        say(f"{result.path}: {result.entries} entries, {len(result.problems)} problems.")
        for problem in result.problems:
            say(f"  {problem}")
    raise typer.Exit(1 if result.problems else 0)


@book.command("update")
def update(book: BookPath = None, as_json: AsJson = False) -> None:
    """Add the entries that a newer package ships, as entries."""
    import bareme

    shelf = bareme.open_book(book)
    results = shelf.update()
    if as_json:
        print_json([result.to_dict() for result in results])
    elif results:
        for result in results:
            say(result.message)
    else:
        say(f"{shelf.address} holds all that the package ships; nothing changed.")


@book.command("create")
def create(
    path: Annotated[str, typer.Argument(metavar="BOOK", help="The book to make: a new file, or postgresql://...")],
    shipped: Annotated[bool, typer.Option("--shipped", help="With the entries that the package ships.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a book, empty by default."""
    import bareme

    made = bareme.create_book(path, shipped=shipped)
    result = made.check()
    if as_json:
        print_json(result.to_dict())
    else:
        say(f"{result.path}: made, {result.entries} entries.")


@book.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The book to copy: a file, or postgresql://...")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where to: a new place, or a copy made before.")],
    as_json: AsJson = False,
) -> None:
    """Copy a book between files and PostgreSQL servers, documents included, whole or not at all."""
    import bareme

    done = bareme.copy_book(source, target)
    if as_json:
        print_json(done.to_dict())
    else:
        say(f"{done.target}: {done.entries} entries, {done.added} of them new. Hash {done.hash}.")


@book.command("migrate")
def migrate(book: BookPath = None, as_json: AsJson = False) -> None:
    """Bring a book made by an older bareme to the present form; its entries stay what they are."""
    import bareme

    done = bareme.open_book(book).migrate()
    if as_json:
        print_json(done.to_dict())
    elif done.before == done.after:
        say(f"{done.path} has the present form (format {done.after}); nothing changed.")
    else:
        say(f"{done.path}: brought from format {done.before} to format {done.after}.")


@book.command("export")
def export(
    path: Annotated[str, typer.Argument(metavar="FILE", help="The .duckdb or .sqlite file to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it exists.")] = False,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Write the views of `bareme sql` as the tables of one DuckDB or SQLite file."""
    import bareme

    done = bareme.open_book(book).export(
        path, overwrite=overwrite, as_known_on=as_known_on, as_recorded_at=as_recorded_at
    )
    if as_json:
        print_json(done.to_dict())
        return
    say(f"{path}: {counted(len(done.tables), 'table')}, {counted(sum(done.tables.values()), 'row')}.")
    print_table(["table", "rows"], [[name, str(rows)] for name, rows in done.tables.items()], right=[1])
