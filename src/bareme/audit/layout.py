"""Checks of how tables were laid out: headers, shifts, rows that end early."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bareme.audit.registry import Saying, check, saying
from bareme.circulars.documents.blocks import Block, Paragraph, Table
from bareme.circulars.findings import Severity
from bareme.circulars.layout import RowLayout, TableLayout
from bareme.circulars.model import Reading
from bareme.circulars.reading import Structure
from bareme.nomenclature.codes import is_code

_ROW_START = re.compile(r"\d{6}(?![\w.,])|[A-Z]{1,2} ?= ?\d|\d+,\d{6}(?!\w)")
_AMOUNT_LAST = re.compile(r"\s\d[\d. ]*,\d{2}(?: ?€)?\Z")
_WORD = re.compile(r"[^\W\d_]{3,}")


@check("header_missing", Severity.ERROR, "row", doubts_line=True)
def a_table_has_a_header(row: RowLayout) -> Iterator[Saying]:
    """A table has header words above it, its own or an earlier table's, that name its amounts."""
    if row.headless:
        yield saying(row.source, "no header names the columns of this table. The line is not used.", code=row.code)


@check("columns_unclear", Severity.ERROR, "row", doubts_line=True)
def columns_can_be_told_apart(row: RowLayout) -> Iterator[Saying]:
    """A header names one fee and, for each setting and regime, one intervention and one share, in known words."""
    if row.columns_unclear:
        yield saying(
            row.source,
            "the header does not tell the amounts apart: {what}. The line is not used.",
            code=row.code,
            what="; ".join(row.columns_unclear),
        )


@check("budget_table", Severity.NOTE, "document")
def amounts_are_in_euro(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A table of tariffs gives amounts in euro; one in thousands or millions is a budget, and gives no line."""
    for source in structure.budgets:
        yield saying(
            source,
            "table {table} is in thousands or millions of euros: a budget, not a tariff. It is not used.",
            table=source.table,
        )


@check("header_continued", Severity.NOTE, "table")
def a_table_has_its_own_header(table: TableLayout) -> Iterator[Saying]:
    """A table without a header row continues the one above it."""
    if table.header_table not in (None, table.number):
        yield saying(
            table.source,
            "table {table} has no header; that of table {header} is used.",
            table=table.number,
            header=table.header_table,
        )


@check("header_offset", Severity.NOTE, "table")
def headers_stand_over_their_figures(table: TableLayout) -> Iterator[Saying]:
    """A header stands over its own figures; elsewhere the figures decide which column is which."""
    if table.offset:
        side = "right" if table.offset > 0 else "left"
        yield saying(
            table.source,
            "the figures of table {table} stand {cells} to the {side} of their headers; the figures decide.",
            table=table.number,
            cells=f"{abs(table.offset)} cell" + "s" * (abs(table.offset) > 1),
            side=side,
        )


@check("header_without_settings", Severity.NOTE, "table")
def headers_name_the_settings(table: TableLayout) -> Iterator[Saying]:
    """The header of two columns of codes says which is ambulatory and which hospital; else parity decides."""
    if not table.names_settings and any(row.form.count("C") > 1 for row in table.rows):
        yield saying(
            table.source,
            "the header of table {table} does not say which code is ambulatory and which hospital; "
            "the parity of the first five digits decides.",
            table=table.number,
        )


@check("header_wording_differs", Severity.NOTE, "document")
def headers_of_a_circular_say_the_same(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """Tables with the same columns say the same of the fee."""
    own = [t for t in reading.tables if t.header_table == t.number]
    for earlier, later in itertools.pairwise(own):
        if earlier.columns == later.columns and earlier.fee_title != later.fee_title:
            yield saying(
                later.source,
                "the fee of table {later} is headed {here!r}, that of table {earlier} {there!r}. "
                "Sections decide the basis.",
                later=later.number,
                here=later.fee_title,
                earlier=earlier.number,
                there=earlier.fee_title,
            )


@check("columns_differ_between_tables", Severity.NOTE, "document")
def tables_lay_out_their_terms_alike(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """The cells of key letter, codes and coefficient are laid out alike in all tables of a circular."""
    forms: dict[str, list[TableLayout]] = {}
    for table in reading.tables:
        usual = Counter(row.form for row in table.rows if "=" in row.form and row.shift == 0)
        for form, _ in usual.most_common(1):
            forms.setdefault(form, []).append(table)
    if len(forms) > 1:
        groups = [
            f"{_cells(form)} in tables {', '.join(str(t.number) for t in found)}" for form, found in forms.items()
        ]
        yield saying(
            next(iter(forms.values()))[0].source,
            "key letter and coefficient are laid out in {ways} ways: {groups}.",
            ways=len(forms),
            groups="; ".join(groups),
        )


def _cells(form: str) -> str:
    """ "C= N": code and letter share a cell; "C T= N": three cells; "C T=": letter and number share one."""
    right = form.split(" ")[2:]
    words = {
        "C=": "code with letter",
        "C": "code",
        "T=": "letter",
        "N": "coefficient",
        "A": "coefficient",
        "T": "letter",
    }
    named = [words.get(kind, kind) for kind in right]
    if named[-1:] == ["letter"]:
        named[-1] = "letter with coefficient"
    return " | ".join(named)


@check("hospital_code_blank", Severity.NOTE, "table")
def missing_hospital_codes_are_marked(table: TableLayout) -> Iterator[Saying]:
    """Where an act has no hospital code, a dash stands in its cell."""
    rows = [row for row in table.rows if row.blank_hospital_cell and not row.blank_codes]
    if rows:
        yield saying(
            rows[0].source,
            "the hospital code's cell is empty on {lines}; {they} read as ambulatory only.",
            code=rows[0].code,
            lines=f"{len(rows)} lines" if len(rows) > 1 else "1 line",
            they="they are" if len(rows) > 1 else "it is",
        )


@check("row_without_cells", Severity.ERROR, "document")
def rows_have_cells(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A row of a table has cells; a line beside a table that starts like one was a row; so was a code with amounts."""
    for block in _lines_beside_tables(structure.document.blocks):
        yield saying(
            structure.document.source(block),
            "{text!r} starts like a row of a table, but has no cells. It is not used.",
            code=block.text[:6] if is_code(block.text[:6]) else None,
            text=block.text,
        )


def _lines_beside_tables(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """The paragraphs beside a table, without a blank line or made of figures alone, that start like a row.

    And those that start with a code and end with an amount, wherever they stand.
    """
    beside: set[int] = set()
    for blocks_in_order, step in ((blocks, 1), (blocks[::-1], -1)):
        reached: int | None = None
        for block in blocks_in_order:
            if isinstance(block, Table):
                reached = block.rows[-1 if step > 0 else 0].line
            elif reached is not None and isinstance(block, Paragraph) and _is_cut_row(block, reached + step):
                beside.add(block.line)
                reached = block.line
            else:
                reached = None
    for block in blocks:
        if isinstance(block, Paragraph) and (block.line in beside or _is_row(block)):
            yield block


def _is_row(block: Paragraph) -> bool:
    """True for a paragraph that starts with a code and ends with an amount, wherever it stands."""
    return (
        is_code(block.text[:6])
        and _ROW_START.match(block.text) is not None
        and _AMOUNT_LAST.search(block.text) is not None
    )


def _is_cut_row(block: Paragraph, next_line: int) -> bool:
    """True for a paragraph that starts like a row, on the next line or, if it holds no words, after blank ones."""
    start = _ROW_START.match(block.text)
    return start is not None and (block.line == next_line or not _WORD.search(block.text))


@check("row_shifted", Severity.WARNING, "row")
def rows_are_in_line_with_their_table(row: RowLayout) -> Iterator[Saying]:
    """The figures of a row stand in the same cells as those of its table."""
    if row.shift:
        yield saying(
            row.source,
            "the row stands {cells} to the {side} of its table; its cells are read from there.",
            code=row.code,
            cells=f"{abs(row.shift)} cell" + "s" * (abs(row.shift) > 1),
            side="right" if row.shift > 0 else "left",
        )


@check("row_ends_early", Severity.WARNING, "row")
def rows_reach_their_last_column(row: RowLayout) -> Iterator[Saying]:
    """A row has a cell for each amount of its header; what has no cell is not published here, and never filled in."""
    if row.cut:
        yield saying(
            row.source,
            "the row ends at its cell {cells}: {cut} not published here. {stay} null.",
            code=row.code,
            cells=row.cells,
            cut=" and ".join(row.cut) + (" are" if len(row.cut) > 1 else " is"),
            stay="They stay" if len(row.cut) > 1 else "It stays",
        )


@check("code_blank", Severity.ERROR, "row", doubts_line=True)
def code_cells_are_filled(row: RowLayout) -> Iterator[Saying]:
    """Where other rows of a table have a code, a row has a code or a dash."""
    for source in row.blank_codes:
        yield saying(
            source,
            "cell {cell} is blank, where other rows have a code. The line is not used.",
            code=row.code,
            cell=source.cell,
        )


@check("code_alone", Severity.ERROR, "row", doubts_line=True)
def a_code_has_something_beside_it(row: RowLayout) -> Iterator[Saying]:
    """A row with a code has more than the code, unless that is the hospital code of the row above."""
    if row.code_alone:
        yield saying(
            row.source,
            "the code stands alone in its row, and is not the hospital code of the row above. Whether it has amounts, "
            "and which, is not clear. The line is not used.",
            code=row.code,
        )


@check("row_width", Severity.ERROR, "row", doubts_line=True)
def rows_of_a_table_have_equally_many_cells(row: RowLayout) -> Iterator[Saying]:
    """All rows of a table have equally many cells; a shorter or longer one was cut or joined."""
    if row.cells != row.usual_cells:
        yield saying(
            row.source,
            "the row has {cells} cells, its table {usual}. The line is not used.",
            code=row.code,
            cells=row.cells,
            usual=row.usual_cells,
        )


@check("row_leftover", Severity.ERROR, "row", doubts_line=True)
def every_figure_has_a_column(row: RowLayout) -> Iterator[Saying]:
    """Every figure of a row belongs to a column that the header names."""
    for source in row.leftover:
        yield saying(
            source,
            "{text!r} belongs to no column that the header names. The line is not used.",
            code=row.code,
            text=source.text or "",
        )
