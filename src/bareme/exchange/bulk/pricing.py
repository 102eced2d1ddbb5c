"""Price files of acts by a state of a book: what `bareme price-file` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.exchange.bulk.about import about, sidecar
from bareme.exchange.bulk.mapping import read_mapping
from bareme.exchange.bulk.report import check_report, write_report
from bareme.exchange.bulk.results import PricedFile
from bareme.exchange.bulk.runner import price_acts
from bareme.exchange.bulk.sources import acts_files, format_of
from bareme.exchange.outputs import check_place

if TYPE_CHECKING:
    from bareme.pricing.view import View

NOTHING = "Nothing was priced."


def price_files(
    view: View,
    acts: str,
    out: Path,
    overwrite: bool,
    columns: str | None,
    options: tuple[str | None, str | None],
    progress: Callable[[int, int | None], None] | None = None,
    report: Path | None = None,
) -> PricedFile:
    """Price files of acts into one; `options` are the day known on and the moment recorded at, or None.

    `report` is a page (.html) of what the result comes to.
    `InputError` for what cannot be read, priced or written; the result is whole or not there.
    """
    import duckdb

    _check_result(out, overwrite)
    if report is not None:
        check_report(report, overwrite)
    found = acts_files(acts, read_mapping(columns))
    engine = view.engine()
    said = about(found, view.hash, "duckdb", duckdb.__version__, *options)
    run = price_acts(found, engine, out, said, progress)
    made = replace(said, lines=run.lines)
    done = PricedFile(acts, str(out), run.lines, view.hash, said.rules, run.resumed, run.summary, made)
    if report is not None:
        write_report(done, report, overwrite)
    return done


def _check_result(out: Path, overwrite: bool) -> None:
    """Refuse, before any work, a result that cannot be written, or that would be written over something."""
    what = "the result is a .csv, .csv.gz or .parquet file"
    if format_of(out) is None and not out.is_dir():
        raise InputError(f"{out}: {what}. {NOTHING}")
    check_place(out, (out.suffix.lower(),) if format_of(out) else (), what, NOTHING, overwrite)
    beside = sidecar(out)
    if format_of(out) != ".parquet" and beside.exists() and not overwrite:
        raise InputError(f"{beside} exists, and would tell of the result; name another, or use --overwrite. {NOTHING}")
