"""What commands print: JSON alone on stdout, or tables for people; messages on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bareme.money import printed

if TYPE_CHECKING:
    from bareme.circulars.findings import Finding

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
BookPath = Annotated[
    str | None,
    typer.Option(
        "--book", metavar="BOOK", help="A file or postgresql://...; default: BAREME_BOOK, else the user's own."
    ),
]
KnownOn = Annotated[
    str | None,
    typer.Option("--as-known-on", metavar="DATE", help="Use only circulars known on this day (YYYY-MM-DD)."),
]
RecordedAt = Annotated[
    str | None,
    typer.Option("--as-recorded-at", metavar="MOMENT", help="Use only what the book held at this moment (UTC)."),
]


def print_json(value: Any) -> None:
    """One JSON value on stdout; letters that its encoding does not have are written as escapes."""
    plain = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
    print(json.dumps(value, ensure_ascii=plain, indent=2))


def print_one_or_many(values: Sequence[dict[str, Any]], inputs: int) -> None:
    """One input gives an object, several an array; one that could not be read gives nothing."""
    if inputs > 1:
        print_json(list(values))
    elif values:
        print_json(values[0])


def tell(message: str) -> None:
    """A message for the person at the terminal, on stderr, after what was said on stdout before."""
    sys.stdout.flush()
    print(message, file=sys.stderr)


def say(message: str = "") -> None:
    """A line for people on stdout."""
    print(message)


def money(amount: Decimal | None, absent: str = "-") -> str:
    """An amount for people, as Belgian documents print it."""
    return absent if amount is None else printed(amount)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A plain table: a line for each row, columns as wide as their widest cell, never cut.

    `right` names the columns of numbers: they end below one another.
    """
    from rich.cells import cell_len

    def width(cell: str) -> int:
        return len(cell) if cell.isascii() else cell_len(cell)

    def line(cells: Sequence[str]) -> str:
        blanks = (" " * (most - width(cell)) for cell, most in zip(cells, widths, strict=True))
        filled = (
            fill + cell if number in right else cell + fill
            for number, (cell, fill) in enumerate(zip(cells, blanks, strict=True))
        )
        return "   ".join(filled).rstrip()

    table = [[_on_one_line(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    dash = "\u2500" if (sys.stdout.encoding or "utf-8").lower().startswith("utf") else "-"
    print(line(table[0]), dash * (sum(widths) + 3 * (len(widths) - 1)), *map(line, table[1:]), sep="\n")


def _on_one_line(cell: str) -> str:
    """A cell without line ends and other signs that a terminal would act upon."""
    return cell if cell.isprintable() else "".join(sign if sign.isprintable() else " " for sign in cell)


def print_findings(findings: Sequence[Finding], most: int | None = None) -> None:
    """Findings, errors first; of a check that speaks more than `most` times only the first ones, and how many more."""
    order = {"error": 0, "warning": 1, "note": 2}
    shown: dict[str, int] = {}
    totals: dict[str, int] = {}
    for finding in findings:
        totals[finding.check] = totals.get(finding.check, 0) + 1
    for finding in sorted(findings, key=lambda f: order[f.severity]):
        shown[finding.check] = shown.get(finding.check, 0) + 1
        if most is None or shown[finding.check] <= most:
            say(f"  {finding.severity:<8}{finding.check}: {finding.message}")
        elif shown[finding.check] == most + 1:
            say(f"  {finding.severity:<8}{finding.check}: and {totals[finding.check] - most} more")


def counted(number: int, noun: str) -> str:
    """ "1 line", "77 lines"."""
    return f"{number} {noun}{'s' * (number != 1)}"


def count_findings(findings: Sequence[Finding]) -> str:
    """ "1 error, 44 warnings, 12 notes"."""
    parts = []
    for severity in ("error", "warning", "note"):
        number = sum(f.severity == severity for f in findings)
        if number:
            parts.append(counted(number, severity))
    return ", ".join(parts) or "no findings"


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int | None], None] | None]:
    """A bar on stderr, moved by the number of lines done and of all; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("acts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
