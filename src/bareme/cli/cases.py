"""`bareme test`: cases that people wrote, against a book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bareme.cli.output import AsJson, BookPath, print_json, say


def test(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="YAML files of cases.")],
    book: BookPath = None,
    as_json: AsJson = False,
) -> None:
    """Check cases (act, facts, what is expected, why) against the book."""
    import bareme
    from bareme.pricing.cases import run_cases

    shelf = bareme.open_book(book)
    results = [result for file in files for result in run_cases(Path(file), shelf.price)]
    wrong = [result for result in results if not result.holds]
    if as_json:
        print_json([result.to_dict() for result in results])
    else:
        for result in wrong:
            say(f"{result.file}, case {result.number} ({result.act['code']} on {result.act['on']}): {result.because}")
            for key, (expected, found) in result.differences.items():
                say(f"  {key}: expected {expected}, found {found}")
            if result.error:
                say(f"  {result.error}")
        say(f"{len(results)} cases, {len(wrong)} wrong.")
    raise typer.Exit(1 if wrong else 0)
