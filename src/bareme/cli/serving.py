"""`bareme serve`: the service over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bareme.cli.output import BookPath
from bareme.errors import InputError


def serve(
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="The address to listen on; default 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="N", help="The port; default 8000.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="So many processes answer; default 1.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="PLACE", help="Where keys and jobs are kept; default: a file beside the book."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="A TOML file of settings (docs/service.md).")
    ] = None,
    book: BookPath = None,
) -> None:
    """Answer over HTTP from the book: tariffs, prices, circulars, simulations. Ctrl-C ends it."""
    try:
        from bareme.service.running import run
        from bareme.service.settings import settings_of
    except ModuleNotFoundError as error:
        raise InputError(f"the service needs {error.name}; install it with: pip install 'bareme[service]'") from None
    run(settings_of(config, host=host, port=port, workers=workers, state=state, book=book))
