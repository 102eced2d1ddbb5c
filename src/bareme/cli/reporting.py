"""The reports that several commands write: their option, what is refused before any work, and the writing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bareme.cli.output import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bareme.simulation.report import Report

Reports = Annotated[
    list[str] | None,
    typer.Option("--report", metavar="REPORT", help="Write a report to this .html or .xlsx file; may be repeated."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace reports that exist.")]


def check_places(reports: Sequence[str], overwrite: bool) -> None:
    """Refuse, before any work, reports that cannot be written."""
    if reports:
        from bareme.simulation.report_files import check_reports

        check_reports([Path(report) for report in reports], overwrite)


def write_reports(made: Callable[[], Report], reports: Sequence[str], overwrite: bool) -> None:
    """Write a report, which is made once and only where one is asked for, and say so."""
    if reports:
        from bareme.simulation.report_files import write_report

        whole = made()
        for report in reports:
            write_report(whole, Path(report), overwrite)
            tell(f"bareme: {report} is written.")
