"""Price files of acts by a state of a book: what `bareme price-file` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.exchange.bulk.about import about
from bareme.exchange.bulk.mapping import read_mapping
from bareme.exchange.bulk.results import PricedFile
from bareme.exchange.bulk.runner import price_acts
from bareme.exchange.bulk.sources import FORMATS, acts_files
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
) -> PricedFile:
    """Price files of acts into one; `options` are the day known on and the moment recorded at, or None.

    `InputError` for what cannot be read, priced or written; the result is whole or not there.
    """
    import duckdb

    check_place(out, tuple({Path(f"x{end}").suffix for end in FORMATS}), _RESULT, NOTHING, overwrite)
    found = acts_files(acts, read_mapping(columns))
    engine = view.engine()
    said = about(found, view.hash, "duckdb", duckdb.__version__, *options)
    run = price_acts(found, engine, out, said, view.series(), progress)
    return PricedFile(acts, str(out), run.lines, view.hash, said.rules, run.resumed, run.summary)


_RESULT = "the result is a .csv, .csv.gz or .parquet file"
