"""The commands and what becomes of errors: the caller's mistakes go to stderr with exit code 2."""

from __future__ import annotations

import signal
import sys
from typing import Annotated

import typer

from bareme._version import __version__
from bareme.cli import (
    books,
    cases,
    clawing,
    comparing,
    documents,
    drafting,
    etariff,
    histories,
    keys,
    prices,
    querying,
    results,
    searching,
    serving,
    simulating,
    solving,
    succession,
)
from bareme.cli.agreements.app import agreement
from bareme.cli.agreements.budget import budget
from bareme.errors import BaremeError

app = typer.Typer(
    name="bareme",
    help="The tariffs of Belgian compulsory health insurance: read circulars, keep them, price acts, to the cent.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("read")(documents.read)
app.command("load")(documents.load)
app.command("show")(prices.show)
app.command("price")(prices.price)
app.command("price-file")(prices.price_file)
app.command("explain")(results.explain)
app.command("verify")(results.verify)
app.command("clawback")(clawing.clawback)
app.command("audit")(books.audit)
app.command("reconcile")(succession.reconcile)
app.command("compare")(comparing.compare)
app.command("simulate")(simulating.simulate)
app.command("solve")(solving.solve)
app.command("history")(histories.history)
app.command("draft")(drafting.draft)
app.command("etariff")(etariff.etariff)
app.command("sql")(querying.sql)
app.command("search")(searching.search)
app.command("changes")(searching.changes)
app.command("circulars")(books.circulars)
app.add_typer(books.book, name="book")
app.add_typer(agreement, name="agreement")
app.command("budget")(budget)
app.add_typer(keys.key, name="key")
app.command("serve")(serving.serve)
app.command("test")(cases.test)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"bareme {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """The tariffs of Belgian compulsory health insurance: read circulars, keep them, price acts, to the cent."""


def run() -> None:
    """Run the command line; an error made by the caller is one line on stderr and exit code 2."""
    if hasattr(signal, "SIGPIPE"):
        # Who reads our output may stop reading: that is no error.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        app(prog_name="bareme")
    except RuntimeError as error:
        from bareme.pricing.tables import was_interrupted

        if not was_interrupted(error):
            raise
        sys.exit(130)  # as every other Ctrl-C ends
    except BaremeError as error:
        print(f"bareme: {error}", file=sys.stderr)
        sys.exit(2)
