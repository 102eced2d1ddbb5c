"""Workbooks (.xlsx, .xlsm): cells to blocks. Exact numbers, shown as a Belgian spreadsheet shows them.

What is hidden (sheets, rows, columns, rows that a filter hides, white letters on white, letters of no size) is not read
as published: it is left out and remarked. Macros do not run, links are not followed, formulas are not computed: the
value that is stored beside a formula is read. The bounds are in `xlsx_package`, `xlsx_parts`, `xlsx_cells`.
"""

from __future__ import annotations

from bareme.circulars.documents.blocks import Block, Remark
from bareme.circulars.documents.xlsx_cells import read_sheet
from bareme.circulars.documents.xlsx_layout import blocks_of_sheets
from bareme.circulars.documents.xlsx_merged import spread
from bareme.circulars.documents.xlsx_parts import open_workbook
from bareme.circulars.documents.xlsx_values import CellReader
from bareme.circulars.sources import Place
from bareme.collecting import fewer_rounds


def blocks_of_xlsx(name: str, content: bytes) -> tuple[Block, ...]:
    """The blocks of a workbook, sheet by sheet."""
    return read_xlsx(name, content)[0]


@fewer_rounds()
def read_xlsx(name: str, content: bytes) -> tuple[tuple[Block, ...], tuple[Remark, ...]]:
    """The blocks of a workbook, and what was left out or is in doubt."""
    workbook = open_workbook(name, content)
    reader = CellReader(workbook)
    reader.remarks += [Remark("part_not_read", what) for what in workbook.beside]
    sheets = []
    for part in workbook.sheets:
        if part.is_hidden:
            reader.remarks.append(Remark("hidden_cells", f"sheet {part.name!r}", Place(part.name)))
        elif part.part is None:
            what = f"sheet {part.name!r}, which is a chart or has no cells; it was not read"
            reader.remarks.append(Remark("part_not_read", what, Place(part.name)))
        else:
            sheet = read_sheet(part, reader)
            spread(sheet, reader)
            sheets.append(sheet)
    return blocks_of_sheets(sheets, reader), tuple(reader.remarks)
