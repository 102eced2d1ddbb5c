"""`bareme draft`: a circular written out in our own layout and words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import BookPath, counted, say, tell
from bareme.errors import InputError

if TYPE_CHECKING:
    from bareme import Book, Reading


def draft(
    circular: Annotated[
        str | None, typer.Argument(metavar="[CIRCULAR]", help="The number of a circular of the book, or a document.")
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="FILE", help="In place of a circular: what this scenario projects."),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", metavar="ID", help="Of a scenario: the series to write, if it changes several."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="xlsx, pdf, html or text; default: as FILE, else text."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="LANGUAGE", help="fr or nl; default: the circular's own.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write it here; default: text and html on standard output, xlsx and pdf as 2025-336-nl.pdf.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE if it exists.")] = False,
    book: BookPath = None,
) -> None:
    """Write a circular out, in French or Dutch, in our own layout and words: what is read back has the same figures.

    With --scenario the circular that it projects, marked as a draft.
    """
    import bareme
    from bareme.exchange.drafts.formats import (
        TO_SCREEN,
        check_output,
        check_request,
        drafted,
        file_name,
        format_of,
        write_draft,
    )

    chosen = format or format_of(output)
    check_request(chosen, language)
    if output is not None:
        check_output(Path(output), chosen, overwrite)
    reading = _reading(bareme.open_book(book), circular, scenario, series)
    if output is None and chosen not in TO_SCREEN:
        output = file_name(reading, chosen, language)
        check_output(Path(output), chosen, overwrite)
    content = drafted(reading, chosen, language)
    if output is None:
        print_bytes(content)
        return
    write_draft(content, Path(output), overwrite)
    tell(f"bareme: {output} is written ({counted(len(reading.lines), 'line')}).")


def _reading(book: Book, circular: str | None, scenario: str | None, series: str | None) -> Reading:
    """The circular that is meant, or the one that a scenario projects."""
    if (circular is None) == (scenario is None):
        raise InputError("Name a circular, or a scenario with --scenario FILE: one of both. Nothing was written.")
    if scenario is not None:
        return book.projected_reading(scenario, series)
    if series is not None:
        raise InputError("--series is for a scenario; a circular has a series of its own. Nothing was written.")
    assert circular is not None
    return book.reading(circular)


def print_bytes(content: bytes) -> None:
    """The bytes as they are; standard output may be one that takes text only."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        say(content.decode().removesuffix("\n"))
        return
    sys.stdout.flush()
    stream.write(content)
    stream.flush()
