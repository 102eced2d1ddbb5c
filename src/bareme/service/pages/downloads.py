"""Tables as files: CSV and XLSX that no program takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from fastapi import Response

from bareme.exchange.sheets import FORMULA_SIGNS, Content, Number, Row, Sheet, workbook_bytes
from bareme.service.answering import saved_as
from bareme.service.problems import Problem

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Value = str | int | Decimal | None
WIDTH = 18


def table_file(kind: str, name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Response:
    """A table as a file to keep, called `name`; `Problem` for a kind that is none of `KINDS`."""
    if kind not in KINDS:
        raise Problem("invalid_input", f"{kind[:20]!r} is none of {', '.join(KINDS)}.")
    content = _csv(columns, rows) if kind == "csv" else _xlsx(title, columns, rows)
    headers = {**saved_as(f"{name}.{kind}"), "Cache-Control": "no-store"}
    return Response(content, media_type=KINDS[kind], headers=headers)


def harmless(value: Value) -> str:
    """A value as a cell of CSV: a text that a spreadsheet would take for a formula gets an apostrophe before it.

    >>> harmless("=1+1"), harmless("-12.50"), harmless("-x")
    ("'=1+1", '-12.50', "'-x")
    """
    if value is None:
        return ""
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        return text.isascii() and "\t" not in text and "\r" not in text and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _xlsx(title: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    sheet = Sheet(
        title[:31], [(name, WIDTH) for name in columns], [Row([_cell(value) for value in row]) for row in rows]
    )
    return workbook_bytes([sheet], title)


def _cell(value: Value) -> Content:
    if isinstance(value, Decimal):
        places = -int(value.as_tuple().exponent) if isinstance(value.as_tuple().exponent, int) else 0
        return Number(value, "0" + ("." + "0" * places if places > 0 else ""))
    return value
