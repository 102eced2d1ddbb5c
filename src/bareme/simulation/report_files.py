"""A report as a file: one page (.html) that needs nothing beside itself, or a workbook (.xlsx); whole or not at all."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bareme._version import __version__
from bareme.errors import InputError
from bareme.exchange.outputs import check_place, written_whole
from bareme.exchange.sheets import Content, Number, Row, Sheet, workbook_bytes
from bareme.money import printed
from bareme.simulation.report import Picture, Report, Table
from bareme.simulation.report_words import ReportWords, report_words

SUFFIXES = (".html", ".xlsx")
TEMPLATE = "simulation.html"
WIDEST = 60
"""No column of a sheet is wider, in characters."""
MOST_ROWS = 1_000
"""A page shows so many rows of a long table; a workbook has all."""
SHORT = 34
"""Texts of so many characters stay on one line of the page."""
Shown = dict[str, Any]


def check_report(path: Path, overwrite: bool) -> None:
    """`InputError`, before any work, for a report that cannot be written."""
    check_place(path, SUFFIXES, "a report is written as .html or .xlsx", "Nothing was written.", overwrite)


def check_reports(paths: Sequence[Path], overwrite: bool) -> None:
    """The same for several, which must not be one and the same."""
    for path in paths:
        check_report(path, overwrite)
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError("Two of the reports to write are the same file. Nothing was written.")


def write_report(report: Report, path: Path, overwrite: bool = False) -> None:
    """Write a report under its name at once; the same report gives the same bytes."""
    check_report(path, overwrite)
    if path.suffix.lower() == ".xlsx":
        content = report_workbook(report)
    else:
        content = report_page(report).encode("utf-8", "replace")
    with written_whole(path, over=overwrite) as draft:
        draft.write_bytes(content)


def report_workbook(report: Report) -> bytes:
    """The workbook: a sheet for each table, one for the plots, the last about the report; texts stay texts."""
    words = report_words(report.language)
    sheets = [_sheet(table, words) for table in (report.tables if report.sheets is None else report.sheets)]
    about = [report.title, report.verdict, *report.notes, f"bareme {__version__}"]
    if report.pictures and can_draw():
        pictures = [picture.draw(".png") for picture in report.pictures]
        sheets.append(Sheet(words("plots"), ((words("plots"), 110),), (), is_filtered=False, pictures=pictures))
    elif report.pictures:
        about.append(words("no_plot"))
    rows = [Row((text,)) for text in about]
    return workbook_bytes(
        [*sheets, Sheet(words("about"), ((words("about"), 110),), rows, is_filtered=False)], report.title
    )


def can_draw() -> bool:
    """True where matplotlib is installed; a report without it has its tables, and says so."""
    return find_spec("matplotlib") is not None


def _sheet(table: Table, words: ReportWords) -> Sheet:
    widths = [
        min(WIDEST, 2 + max([len(name) // (2 if is_number else 1), *(_width(row[place]) for row in table.rows)]))
        for place, (name, is_number) in enumerate(table.columns)
    ]
    columns = [(name or words("order"), width) for (name, _), width in zip(table.columns, widths, strict=True)]
    return Sheet(table.title.replace("/", "-")[:31], columns, [Row(row) for row in table.rows])


def _width(content: Content) -> int:
    return len(_text(content))


def report_page(report: Report) -> str:
    """The page; the same report gives the same page."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    folders = [PackageLoader(f"bareme.{room}", "templates") for room in ("simulation", "exchange")]
    jinja = Environment(
        loader=ChoiceLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    words = report_words(report.language)
    pictures = [_picture(picture) for picture in report.pictures] if can_draw() else []
    shown = {
        "version": __version__,
        "language": report.language,
        "is_projected": report.is_projected,
        "words": words,
        "title": report.title,
        "verdict": report.verdict,
        "notes": report.notes,
        "pictures": [picture for picture in pictures if picture["table"] is None],
        "beside": [picture for picture in pictures if picture["table"] is not None],
        "has_no_plot": bool(report.pictures) and not can_draw(),
        "tables": [_table(table) for table in report.tables],
    }
    return jinja.get_template(TEMPLATE).render(shown) + "\n"


def _picture(picture: Picture) -> Shown:
    """A plot inside the page: nothing is fetched from elsewhere, and nothing in it can run."""
    return {
        "name": picture.name,
        "title": picture.title,
        "words": picture.words,
        "table": picture.table,
        "data": b64encode(picture.draw(".svg")).decode("ascii"),
    }


def _table(table: Table) -> Shown:
    most = 0 if table.bars is None else max([_whole(row[table.bars]) for row in table.rows], default=0)
    rows = [
        {
            "cells": [_cell(content, is_number) for content, (_, is_number) in zip(row, table.columns, strict=True)],
            "bar": None if table.bars is None else 100 * _whole(row[table.bars]) // most if most else 0,
            "is_sum": table.last_is_sum and row is table.rows[-1],
        }
        for row in (table.rows[:MOST_ROWS] if table.long else table.rows)
    ]
    columns = [{"name": name, "is_number": is_number} for name, is_number in table.columns]
    return {
        "name": table.name,
        "title": table.title,
        "caption": table.caption,
        "columns": columns,
        "rows": rows,
        "nothing": table.nothing,
        "has_bars": table.bars is not None,
        "long": table.long,
        "shown_rows": _text(len(rows)),
        "all_rows": _text(len(table.rows)),
        "is_cut": len(rows) < len(table.rows),
    }


def _whole(content: Content) -> int:
    return content if isinstance(content, int) else 0


def _cell(content: Content, is_number: bool) -> Shown:
    """A cell for the template: short texts stay on one line, long ones have room."""
    text = _text(content)
    sort = "number" if is_number else "code" if len(text) <= SHORT else "says"
    return {"text": text, "sort": sort}


def _text(content: Content) -> str:
    """A content for people: numbers as Belgian documents print them."""
    if content is None:
        return ""
    if isinstance(content, Number):
        return printed(content.amount)
    return f"{content:,}".replace(",", ".") if isinstance(content, int) else content
