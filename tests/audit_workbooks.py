"""The workbooks that make the checks of workbooks speak: the clean circular with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment

from bareme.circulars.documents.opening import open_document
from workbooks import annex, changed

CLEAN = Path(__file__).parent / "audit" / "documents" / "clean.txt"


def clean() -> bytes:
    """The clean circular as a workbook."""
    return annex(open_document(CLEAN))


def hidden() -> bytes:
    """One row and an empty sheet cannot be seen."""

    def change(made: Workbook) -> None:
        sheet = made.worksheets[0]
        sheet.cell(sheet.max_row + 2, 1).value = "Brouillon"
        sheet.row_dimensions[sheet.max_row].hidden = True
        made.create_sheet("Calcul").sheet_state = "hidden"

    return changed(clean(), change)


def rounded() -> bytes:
    """Two amounts are stored with more decimals than they show."""

    def change(made: Workbook) -> None:
        for sheet in made.worksheets:
            cells = [c for row in sheet.iter_rows() for c in row if c.number_format.endswith("0.00")]
            for cell in cells[:2]:
                cell.value, cell.data_type = f"{cell.value:.2f}04", "n"

    return changed(clean(), change)


def without_value() -> bytes:
    """A label is a formula whose value was not stored."""

    def change(made: Workbook) -> None:
        sheet = made.worksheets[0]
        label = next(c for row in sheet.iter_rows() for c in row if str(c.value).endswith("bénéficiaire seul"))
        label.value = '=CONCATENATE("a", B2)'

    return changed(clean(), change)


def commented() -> bytes:
    """A cell has a comment."""

    def change(made: Workbook) -> None:
        made.worksheets[0]["A1"].comment = Comment("voir annexe", "a")

    return changed(clean(), change)


MADE: dict[str, Callable[[], bytes]] = {
    "hidden_cells": hidden,
    "hidden_decimals": rounded,
    "formula_not_computed": without_value,
    "part_not_read": commented,
}
