"""Checks of what a workbook (or a page) shows: what is hidden in it, and what it shows otherwise than it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bareme.audit.registry import Saying, check, saying
from bareme.circulars.documents.blocks import Remark, Table
from bareme.circulars.findings import Severity
from bareme.circulars.model import Reading
from bareme.circulars.reading import Structure
from bareme.circulars.sources import Place, Source

MOST_NAMED = 5


@check("hidden_cells", Severity.WARNING, "document")
def nothing_is_hidden(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """What a workbook or a page publishes can be seen: no sheet, row, column or cell with something in it is hidden."""
    for remark in _remarks("hidden_cells", structure):
        yield saying(
            _source(remark, structure),
            "{what}: hidden in the {kind}, so not read as published.",
            what=remark.text,
            kind="workbook" if remark.place else "page",
        )


@check("hidden_decimals", Severity.WARNING, "document")
def a_cell_shows_what_it_holds(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A number format shows all the decimals that a cell holds; else what is shown is what is published."""
    by_sheet: dict[str | None, list[Remark]] = {}
    for remark in _remarks("hidden_decimals", structure):
        by_sheet.setdefault(remark.place.sheet if remark.place else None, []).append(remark)
    for sheet, remarks in by_sheet.items():
        others = [str(r.place.ref) for r in remarks[1 : MOST_NAMED + 1] if r.place]
        more = "" if len(remarks) <= MOST_NAMED + 1 else ", ..."
        yield saying(
            _source(remarks[0], structure),
            "cell {cell} of sheet {sheet!r} {what}{others}. What is shown is used.",
            cell=remarks[0].place.ref if remarks[0].place else "",
            sheet=sheet,
            what=remarks[0].text,
            others=f"; so do others ({len(remarks) - 1}: {', '.join(others)}{more})" if others else "",
        )


@check("formula_not_computed", Severity.ERROR, "document", doubts_line=True)
def formulas_have_their_value(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """A formula stands in a workbook with the value that it had when it was saved; bareme computes none."""
    rows = dict(_rows(reading, structure))
    for remark in _remarks("formula_not_computed", structure):
        yield saying(
            rows.get(remark.place or Place()) or _source(remark, structure),
            "cell {cell} of sheet {sheet!r} {what}. Open the workbook in a spreadsheet program and save it again.",
            cell=remark.place.ref if remark.place else "",
            sheet=remark.place.sheet if remark.place else "",
            what=remark.text,
        )


@check("part_not_read", Severity.NOTE, "document")
def a_workbook_says_all_in_its_cells(reading: Reading, structure: Structure) -> Iterator[Saying]:
    """What a workbook publishes stands in its cells; macros, drawings, comments and links are not read."""
    for remark in _remarks("part_not_read", structure):
        yield saying(_source(remark, structure), "the workbook has {what}.", what=remark.text)


def _remarks(kind: str, structure: Structure) -> list[Remark]:
    return [remark for remark in structure.document.remarks if remark.kind == kind]


def _source(remark: Remark, structure: Structure) -> Source:
    return replace(structure.document.source(), place=remark.place)


def _rows(reading: Reading, structure: Structure) -> Iterator[tuple[Place, Source]]:
    """The cell of a table's row in which each formula without a value stands."""
    wanted = {remark.place for remark in _remarks("formula_not_computed", structure)}
    if not wanted:
        return
    sources = {row.source.line: row.source for table in reading.tables for row in table.rows}
    for block in structure.document.blocks:
        for row in block.rows if isinstance(block, Table) else ():
            source = sources.get(row.line, structure.document.source(block))
            for cell in row.cells:
                if cell.place is not None and cell.place in wanted:
                    yield cell.place, source.at(*cell.spot)
