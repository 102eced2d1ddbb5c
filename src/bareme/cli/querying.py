"""`bareme sql`: one question in SQL to the views of a book."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import AsJson, BookPath, KnownOn, RecordedAt, counted, print_json, print_table, say, tell
from bareme.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa


def sql(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="One SELECT; - reads standard input.")] = None,
    file: Annotated[str | None, typer.Option("--file", metavar="FILE", help="Read the query from a file.")] = None,
    views: Annotated[bool, typer.Option("--views", help="List the views and their columns.")] = False,
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write the answer to a .csv or .parquet file.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it exists.")] = False,
    as_known_on: KnownOn = None,
    as_recorded_at: RecordedAt = None,
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Ask the book in SQL: lines, amounts, history, prices, sources and more, read only."""
    if views:
        _print_views(as_json)
        return
    if out is not None and as_json:
        raise InputError("--json prints the answer and --out writes it; give one of them.")
    text = _query(query, file)
    if out is not None:
        from bareme.exchange.views.forms import check_result

        check_result(Path(out), overwrite)
    import bareme

    found = bareme.open_book(book).sql(text, as_known_on=as_known_on, as_recorded_at=as_recorded_at)
    _give(found, out, overwrite, as_json)


def _query(query: str | None, file: str | None) -> str:
    """The text of the query: as given, of standard input, of a file."""
    if (query is None) == (file is None):
        raise InputError(
            'give one query: bareme sql "SELECT ...", bareme sql - or bareme sql --file query.sql; '
            "bareme sql --views lists what can be asked."
        )
    if file is None and query != "-":
        return str(query)
    try:
        return sys.stdin.read() if file is None else Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{file or 'standard input'} is not UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from None


def _give(found: pa.Table, out: str | None, overwrite: bool, as_json: bool) -> None:
    """Print the answer or write it; what is not exact in it is said on standard error."""
    from bareme.exchange.views import forms

    for column in forms.inexact_columns(found):
        tell(f"bareme: {column} is a floating-point number and not exact; sums and products of amounts are.")
    if as_json:
        print_json(forms.objects_of(found))
    elif out is not None:
        forms.write_result(found, Path(out), overwrite)
        tell(f"bareme: {out} is written ({counted(found.num_rows, 'row')}).")
    elif found.column_names == ["explain_key", "explain_value"]:
        for _, plan in forms.texts_of(found):
            say(plan.rstrip("\n"))
    else:
        print_table(found.column_names, forms.texts_of(found), right=forms.number_columns(found))


def _print_views(as_json: bool) -> None:
    from bareme.exchange.views.declared import DUCKDB_TYPES, declared_views

    if as_json:
        print_json([view.to_dict() for view in declared_views().values()])
        return
    for view in declared_views().values():
        say(f"{view.name}: {view.means}")
        rows = [[c.name, DUCKDB_TYPES[c.type], c.unit or "", c.means] for c in view.columns]
        print_table(["column", "type", "unit", "meaning"], rows)
        say()
