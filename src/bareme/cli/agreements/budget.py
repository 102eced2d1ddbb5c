"""`bareme budget YEAR`: the budget table of an agreement with every check, and what it would be after changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.agreements.asking import InLanguage, Language, exit_code, print_findings
from bareme.cli.output import AsJson, counted, print_json, print_table, say
from bareme.money import printed

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.budget.arithmetic import Line
    from bareme.conventions.agreement_2020.budget.changes import Beside, WhatIfResult
    from bareme.conventions.agreement_2020.budget.model import Amounts, Block
    from bareme.conventions.agreement_2020.budget.statement import Budget

_COLUMNS = ("", "start", "in-year", "annual", "in-year computed", "annual computed", "check")
_BESIDE = ("", "in-year", "annual", "what-if in-year", "what-if annual", "difference in-year", "difference annual")


def budget(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The year of the agreement, such as 2020.")],
    what_if: Annotated[
        str | None,
        typer.Option("--what-if", metavar="FILE", help="Changes, in TOML: rates, starts, sources, measures."),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="FILE", help="A document with such a table, read instead of the annex."),
    ] = None,
    language: InLanguage = Language.EN,
    as_json: AsJson = False,
) -> None:
    """The budget table of an agreement, in thousands of euro: sources, uses, balance, each recomputed and checked."""
    from bareme.library.agreements import agreements

    found = agreements[year].budget(what_if, table)
    if as_json:
        print_json(found.to_dict(language))
    else:
        _print(found, language)
    if exit_code(found.findings):
        raise typer.Exit(1)


def _print(found: Budget, language: str) -> None:
    say(f"Thousands of euro; {found.table.year} and a whole year, as printed and as computed.")
    say()
    print_table(_COLUMNS, _aligned(_COLUMNS, list(_rows(found)), range(2, 6)))
    say()
    say(f"Rows: {_counts(found)}.")
    for note in found.table.notes:
        say(f"  ({note.mark}) {note.says}")
    if found.prose_differences:
        say()
        say("Where the prose gives another figure (shown, not mended):")
        for difference in found.prose_differences:
            said = f"{printed(difference.prose)}{_UNITS[difference.unit.value]}"
            say(f"  {difference.clause}: {said}. {difference.because[language]}")
            for way in difference.computations:
                say(f"      {way.formula} = {printed(way.result)}{_UNITS[way.unit.value]}")
    if found.findings:
        say()
        print_findings(found.findings, language)
    if found.what_if is not None:
        say()
        _print_what_if(found.what_if, language)


_UNITS = {"percent": " %", "euro": " euro", "thousands": ""}


def _rows(found: Budget) -> Iterator[tuple[str, ...]]:
    for line in found.blocks:
        yield (_heading(line.block), "", *_figures(line.line))
        for row in (own for own in found.rows if own.block is line.block):
            start = "" if row.row.start is None else str(row.row.start)
            yield (f"  {row.row.label}{_marks(row.row.notes)}", start, *_figures(row.line))
    yield ("Total of uses", "", *_figures(found.total))
    yield ("Balance", "", *_figures(found.balance))


def _aligned(headers: Sequence[str], rows: Sequence[tuple[str, ...]], columns: Iterable[int]) -> list[tuple[str, ...]]:
    """Rows whose figures end below one another in the columns named."""
    widths = {n: max(len(cells[n]) for cells in (tuple(headers), *rows)) for n in columns}
    return [tuple(cell.rjust(widths.get(n, 0)) for n, cell in enumerate(row)) for row in rows]


def _heading(block: Block) -> str:
    letter = f"{block.letter}) " if block.letter else ""
    return f"{letter}{block.label}{_marks(block.notes)}"


def _marks(notes: Iterable[str]) -> str:
    return "".join(f" ({mark})" for mark in notes)


def _figures(line: Line) -> tuple[str, ...]:
    return (*_pair(line.printed), *_pair(line.computed), line.check.value.replace("_", " "))


def _pair(amounts: Amounts) -> tuple[str, str]:
    return _number(amounts.in_year), _number(amounts.annual)


def _number(thousands: int | None) -> str:
    return "" if thousands is None else f"{thousands:,}".replace(",", ".")


def _counts(found: Budget) -> str:
    checks = [row.line.check.value.replace("_", " ") for row in found.rows]
    return ", ".join(f"{checks.count(check)} {check}" for check in dict.fromkeys(checks)) or counted(0, "row")


def _print_what_if(result: WhatIfResult, language: str) -> None:
    say(f"What if: {result.title}")
    for answer in result.answers:
        say(f"  {answer.because[language]}")
    say()
    lines = [*result.rows, *result.blocks, result.total, result.balance, *result.envelopes]
    names = {id(row): f"  {row.label}" for row in result.rows}
    names |= {id(envelope): f"Envelope: {envelope.label}" for envelope in result.envelopes}
    rows = [_beside(line, names.get(id(line), line.label)) for line in lines]
    print_table(_BESIDE, _aligned(_BESIDE, rows, range(1, 7)))


def _beside(line: Beside, label: str) -> tuple[str, ...]:
    return (label, *_pair(line.original), *_pair(line.what_if), *_pair(line.difference))
