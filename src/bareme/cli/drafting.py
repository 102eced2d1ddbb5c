"""`bareme draft`: a circular written out in our own layout and words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bareme.cli.output import BookPath, counted, say, tell


def draft(
    circular: Annotated[
        str, typer.Argument(metavar="CIRCULAR", help="The number of a circular of the book, or a document.")
    ],
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
    """Write a circular out, in French or Dutch, in our own layout and words: what is read back has the same figures."""
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
    reading = bareme.open_book(book).reading(circular)
    if output is None and chosen not in TO_SCREEN:
        output = file_name(reading, chosen, language)
        check_output(Path(output), chosen, overwrite)
    content = drafted(reading, chosen, language)
    if output is None:
        _print(content)
        return
    write_draft(content, Path(output), overwrite)
    tell(f"bareme: {output} is written ({counted(len(reading.lines), 'line')}).")


def _print(content: bytes) -> None:
    """The bytes as they are; standard output may be one that takes text only."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        say(content.decode().removesuffix("\n"))
        return
    sys.stdout.flush()
    stream.write(content)
    stream.flush()
