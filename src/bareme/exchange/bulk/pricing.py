"""Price files of acts by a state of a book: what `bareme price-file` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.conventions.capping import Window
from bareme.errors import InputError
from bareme.exchange.bulk.about import about, sidecar
from bareme.exchange.bulk.mapping import read_mapping
from bareme.exchange.bulk.report import check_report, write_report
from bareme.exchange.bulk.results import PricedFile
from bareme.exchange.bulk.rule_pass import RulePass
from bareme.exchange.bulk.runner import price_acts
from bareme.exchange.bulk.sources import acts_files, format_of
from bareme.exchange.bulk.spark_run import MASTER, check_spark, price_by_spark
from bareme.exchange.outputs import check_place
from bareme.pricing.ruleset import conventions_hash

if TYPE_CHECKING:
    from bareme.pricing.view import View

NOTHING = "Nothing was priced."


ENGINES = ("duckdb", "spark")


def master_of(engine: str, master: str | None) -> str | None:
    """The Spark to price on, None for this process; `InputError` for an engine that there is not."""
    if engine not in ENGINES:
        raise InputError(f"engine: {engine!r} is none of {', '.join(ENGINES)}. {NOTHING}")
    if engine == "duckdb" and master is not None:
        raise InputError(f"a master is one of Spark's: give --engine spark too. {NOTHING}")
    return None if engine == "duckdb" else master or MASTER


def window_of(rules: bool | str) -> Window | None:
    """How rules count months: True is the strictest way, a word one of `Window`, False none; else an `InputError`."""
    if isinstance(rules, bool):
        return Window.ROLLING if rules else None
    if rules not in [*Window]:
        raise InputError(f"rules: {rules!r} is none of {', '.join(Window)}. {NOTHING}")
    return Window(rules)


def price_files(
    view: View,
    acts: str,
    out: Path,
    overwrite: bool,
    columns: str | None,
    options: tuple[str | None, str | None],
    progress: Callable[[int, int | None], None] | None = None,
    report: Path | None = None,
    master: str | None = None,
    window: Window | None = None,
) -> PricedFile:
    """Price files of acts into one; `options` are the day known on and the moment recorded at, or None.

    `report` is a page (.html) of what the result comes to, `master` a Spark to price on instead of this process,
    `window` how the rules of conventions count months, None to ask no rule.

    `InputError` for what cannot be read, priced or written; the result is whole or not there.
    """
    import duckdb

    _check_result(out, overwrite)
    if report is not None:
        check_report(report, overwrite)
    if master is not None:
        check_spark(out)
    found = acts_files(acts, read_mapping(columns))
    engine = view.engine()
    name, version = ("duckdb", duckdb.__version__) if master is None else ("spark", "")
    said = about(found, view.hash, name, version, *options)
    if window is not None:
        said = replace(said, window=window, conventions=conventions_hash())
    # What is wrong with columns that rules ask is said before any work, whoever prices.
    rules = None if window is None else RulePass(found, engine.prices.choices, window)
    if master is None:
        run = price_acts(found, engine, out, said, progress, rules=rules)
        made = replace(said, lines=run.lines)
    else:
        run, made = price_by_spark(found, engine, out, said, master, overwrite=overwrite, window=window)
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
