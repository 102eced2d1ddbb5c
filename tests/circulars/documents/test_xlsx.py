"""Workbooks to blocks: exact numbers, layout, merged and hidden cells, places."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from bareme.circulars.documents.blocks import Block, Cell, Heading, Paragraph, Table
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.xlsx import blocks_of_xlsx
from bareme.circulars.model import Reading
from bareme.circulars.reading import read_document
from bareme.circulars.sources import Place
from workbooks import (
    MAIN,
    Content,
    N,
    T,
    annex,
    apart,
    opened,
    tables,
    texts,
    with_parts,
    with_shared_texts,
    with_sheet,
    workbook,
)

EXAMPLES = Path(__file__).parents[3] / "examples" / "circulars"


def cell(content: bytes) -> Cell:
    """The cell B1 of a row with two cells."""
    return tables(opened(content).blocks)[0].rows[0].cells[1]


@pytest.mark.parametrize(
    ("stored", "pattern", "text", "number"),
    [
        ("363.43", "0.00", "363,43", "363.43"),
        ("2515.06", "#,##0.00", "2.515,06", "2515.06"),
        ("1234567.5", "#,##0.00", "1.234.567,50", "1234567.5"),
        ("1.257532", "0.000000", "1,257532", "1.257532"),
        ("1.2575320000000001", "0.000000", "1,257532", "1.257532"),
        ("373.31000000000006", "General", "373,31", "373.31"),
        ("2583.4699999999998", "#,##0.00", "2.583,47", "2583.47"),
        ("0.30000000000000004", "General", "0,3", "0.3"),
        ("1.2345678901234567", "General", "1,2345678901234567", "1.2345678901234567"),
        ("12345678901234567", "0", "12345678901234567", "12345678901234567"),
        ("1.2575", '"B = "0.000000', "B = 1,257500", "1.2575"),
        ("12345", "000000", "012345", "12345"),
        ("363.4", '0.00 "€"', "363,40 €", "363.4"),
        ("2515.06", '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "2.515,06 €", "2515.06"),
        ("-2515.06", '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "-2.515,06 €", "-2515.06"),
        ("0", '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-", "0"),
        ("2515.06", "[$€-813]\\ #,##0.00", "€ 2.515,06", "2515.06"),
        ("0.25", "0%", "25 %", "0.25"),
        ("0.0272", "0.00%", "2,72 %", "0.0272"),
        ("363.4", "General", "363,4", "363.4"),
        ("25", "General", "25", "25"),
        ("-2.66", "0.00", "-2,66", "-2.66"),
        ("-2.66", "#,##0.00;[Red]\\(#,##0.00\\)", "(2,66)", "-2.66"),
        ("2.665", "0.00", "2,67", "2.665"),
        ("-2.665", "0.00", "-2,67", "-2.665"),
        ("1500", "#,##0.0,", "1,5", "1500"),
        ("2515.06", "#\\ ##0.00", "2 515,06", "2515.06"),
        ("599.4", "0.##", "599,4", "599.4"),
        ("5", "[<10]0.0;0.00", "5,0", "5"),
        ("1E-3", "General", "0,001", "0.001"),
        ("3.7331E2", "0.00", "373,31", "373.31"),
        ("0.5", "# ?/?", "0,5", "0.5"),
        ("363.43", "@", "363,43", "363.43"),
    ],
)
def test_a_number_is_shown_as_a_belgian_spreadsheet_does(stored: str, pattern: str, text: str, number: str) -> None:
    found = cell(workbook([["x", N(stored, pattern)]]))
    assert (found.text, found.raw, found.number) == (text, stored, Decimal(number))


@pytest.mark.parametrize(
    ("stored", "pattern", "text"),
    [
        ("45658", "dd/mm/yyyy", "01-01-2025"),
        ("45658", "mm-dd-yy", "01-01-2025"),
        ("45658.4375", "d/m/yyyy h:mm", "01-01-2025 10:30"),
        ("0.4375", "h:mm", "10:30"),
        ("-1", "dd/mm/yyyy", "########"),
        ("60", "dd/mm/yyyy", "29-02-1900"),
    ],
)
def test_a_day_is_a_day_and_no_number(stored: str, pattern: str, text: str) -> None:
    found = cell(workbook([["x", N(stored, pattern)]]))
    assert (found.text, found.number) == (text, None)


def test_the_raw_digits_of_a_sheet() -> None:
    data = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>Hono</t></r><r><t>raires</t></r></is></c>'
        '<c r="B1"><v>373.31000000000006</v></c><c r="C1" t="str"><f>A1</f><v>363,43</v></c>'
        '<c r="D1"><f>B1*2</f><v>746.62</v></c><c r="E1" t="e"><v>#REF!</v></c><c r="F1" t="b"><v>1</v></c>'
        '<c r="G1" t="d"><v>2025-01-01T00:00:00</v></c></row>'
    )
    [row] = tables(opened(with_sheet(data)).blocks)[0].rows
    assert [c.text for c in row.cells] == ["Honoraires", "373,31", "363,43", "746,62", "#REF!", "TRUE", "01-01-2025"]
    assert [c.raw for c in row.cells][1] == "373.31000000000006"
    assert [c.number for c in row.cells] == [None, Decimal("373.31"), None, Decimal("746.62"), None, None, None]


def test_shared_texts_are_joined_and_can_be_bold_by_themselves() -> None:
    content = with_shared_texts(workbook([["Hono_x000D_raires & cie"], ["a", "b"]]))
    runs = "<si><r><rPr><b/></rPr><t>1. Ana</t></r><r><rPr><b/></rPr><t>lyses</t></r><rPh><t>x</t></rPh></si>"
    content = with_parts(content, {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{runs}<si/><si/></sst>'.encode()})
    assert kinds(opened(content).blocks) == ["1 1. Analyses"]


def test_a_number_kept_as_text_stays_as_it_is() -> None:
    found = cell(workbook([["x", "363,43"]]))
    assert (found.text, found.number) == ("363,43", None)


amounts = st.decimals(min_value=0, max_value=99_999, places=2).map(lambda d: N(str(d), "#,##0.00"))
values = st.decimals(min_value=0, max_value=9, places=6).map(lambda d: N(str(d), '"B = "0.000000'))
codes = st.integers(0, 999_999).map(lambda n: N(str(n), "000000"))
labels = st.from_regex(r"[A-Za-zéè]{3}( [a-zé]{1,6}){0,4}", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(values, codes, labels, amounts, amounts), min_size=1, max_size=8))
def test_what_goes_in_comes_out(rows: list[tuple[N, N, str, N, N]]) -> None:
    [table] = tables(blocks_of_xlsx("made.xlsx", workbook(rows)))
    for row, (value, code, label, fee, paid) in zip(table.rows, rows, strict=True):
        assert [c.text for c in row.cells][1:3] == [f"{int(code.stored):06d}", label]
        assert row.cells[0].text == f"B = {Decimal(value.stored):.6f}".replace(".", ",")
        for cell, amount in ((row.cells[3], fee), (row.cells[4], paid)):
            exact = Decimal(amount.stored)
            assert cell.text == f"{exact:,.2f}".translate(str.maketrans(",.", ".,"))
            assert cell.number == exact


def kinds(blocks: tuple[Block, ...]) -> list[str]:
    """Each block in a few letters."""
    return [
        f"{b.level} {b.text}" if isinstance(b, Heading) else f"[{len(b.rows)}]" if isinstance(b, Table) else b.text
        for b in blocks
    ]


def test_titles_prose_and_tables_in_order() -> None:
    content = workbook(
        [
            [T("Tarifs", bold=True, size=16)],
            ["Une phrase."],
            [],
            [T("N. Examens", bold=True)],
            [T("1. Analyses", bold=True)],
            ["Code", "Honoraires"],
            [N("565014", "000000"), N("373.31", "0.00")],
            [None, "suite"],
            ["(*) Note sous le tableau"],
            [],
            ["565036", "232,51"],
            [T("2. Culture", bold=True)],
            ["588674", "147,26"],
            ["- un point"],
        ]
    )
    document = opened(content)
    assert kinds(document.blocks) == [
        "1 Tarifs", "Une phrase.", "2 N. Examens", "3 1. Analyses", "[3]", "(*) Note sous le tableau", "[1]",
        "3 2. Culture", "[1]", "un point",
    ]  # fmt: skip
    last = document.blocks[-1]
    assert isinstance(last, Paragraph)
    assert last.item


def test_lines_count_on_and_places_name_cells() -> None:
    content = workbook([["Titre"], [], ["a", "b"], ["c", None, "d"]], [["e", "f"]])
    document = opened(content)
    lines = [line for b in document.blocks for line in ([r.line for r in b.rows] if isinstance(b, Table) else [b.line])]
    assert lines == sorted(set(lines))
    [first, second] = tables(document.blocks)
    assert first.rows[1].place == Place(sheet="Blad1", ref="A4:C4")
    assert [c.place for c in first.rows[0].cells] == [Place("Blad1", ref) for ref in ("A3", "B3", "C3")]
    assert [c.text for c in first.rows[0].cells] == ["a", "b", ""]
    assert second.rows[0].place == Place(sheet="Blad2", ref="A1:B1")
    assert [t.number for t in (first, second)] == [1, 2]


def test_a_sheet_without_a_title_is_named_where_there_are_several() -> None:
    assert kinds(opened(workbook([["a", "b"]])).blocks) == ["[1]"]
    two = opened(workbook([[T("Titre", bold=True)], [], ["a", "b"]], [["c", "d"]]))
    assert kinds(two.blocks) == ["2 Titre", "[1]", "1 Blad2", "[1]"]


def test_the_index_counts_the_columns_that_are_seen() -> None:
    def hide(made: Workbook) -> None:
        made.worksheets[0].column_dimensions["B"].hidden = True

    document = opened(workbook([["a", "secret", "c"], [None, None, "d", "e"]], then=hide))
    [table] = tables(document.blocks)
    assert [[(c.index, c.text) for c in row.cells] for row in table.rows] == [
        [(1, "a"), (2, "c"), (3, "")],
        [(1, ""), (2, "d"), (3, "e")],
    ]
    assert table.rows[0].cells[1].place == Place("Blad1", "C1")
    assert [r.text for r in document.remarks] == ["column B of sheet 'Blad1'"]


def test_what_is_hidden_is_left_out_and_said() -> None:
    def hide(made: Workbook) -> None:
        sheet: Any = made.worksheets[0]
        sheet.row_dimensions[2].hidden = True
        sheet.row_dimensions[3].hidden = True
        sheet["B4"].font = Font(color="FFFFFFFF")
        sheet["C4"].number_format = ";;;"
        made.create_sheet("Weg").sheet_state = "veryHidden"

    rows: list[list[Content]] = [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h", N("5"), "i"]]
    document = opened(workbook(rows, then=hide))
    assert texts(workbook(rows, then=hide)) == [["a", "b", "", ""], ["g", "", "", "i"]]
    assert [(r.kind, r.text) for r in document.remarks] == [
        ("hidden_cells", "rows 2-3 of sheet 'Blad1'"),
        ("hidden_cells", "cells B4, C4 of sheet 'Blad1'"),
        ("hidden_cells", "sheet 'Weg'"),
    ]


def test_rows_and_columns_without_size_are_hidden() -> None:
    columns = '<cols><col min="2" max="2" width="0"/></cols>'
    row = '<row r="{0}"{1}><c r="A{0}"><v>1</v></c><c r="B{0}"><v>2</v></c><c r="C{0}"><v>3</v></c></row>'
    document = opened(with_sheet(row.format(1, "") + row.format(2, ' ht="0"') + row.format(3, ""), columns))
    assert [[c.text for c in row.cells] for row in tables(document.blocks)[0].rows] == [["1", "3"], ["1", "3"]]
    assert [r.text for r in document.remarks] == ["row 2 of sheet 'Blad1'", "column B of sheet 'Blad1'"]


def test_merged_cells() -> None:
    def merge(made: Workbook) -> None:
        for ref in ("B1:C1", "A3:A4", "B3:C4", "D3:D4"):
            made.worksheets[0].merge_cells(ref)

    rows: list[list[Content]] = [
        ["Code", "Intervention", None, "Libellé"],
        [None, "préf.", "ord.", None],
        [N("1.291737", '"B = "0.000000'), N("5.5", "0.00"), None, "Acte", "565014"],
        [None, None, None, None, "565036"],
    ]
    [table] = tables(opened(workbook(rows, then=merge)).blocks)
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["Code", "Intervention", "", "Libellé", ""],
        ["", "préf.", "ord.", "", ""],
        ["B = 1,291737", "5,50", "5,50", "Acte", "565014"],
        ["B = 1,291737", "5,50", "5,50", "Acte", "565036"],
    ]
    assert table.rows[3].cells[1].place == Place("Blad1", "B3:C4")


def test_what_a_format_hides_is_remembered() -> None:
    document = opened(workbook([["x", N("363.4251", "0.00"), N("363.43", "0.00"), N("363.43000000000006", "0.00")]]))
    assert [(r.kind, r.text, r.place) for r in document.remarks] == [
        ("hidden_decimals", "shows 363,43 and holds 363,4251", Place("Blad1", "B1"))
    ]


def test_a_formula_without_value_is_said() -> None:
    document = opened(with_sheet('<row r="1"><c r="A1"><f>B1*2</f><v></v></c><c r="B1"><v>1</v></c></row>'))
    assert tables(document.blocks)[0].rows[0].cells[0].text == "(not computed)"
    assert [(r.kind, r.place) for r in document.remarks] == [("formula_not_computed", Place("Blad1", "A1"))]


def lines_of(reading: Reading) -> list[object]:
    """What the lines of a reading say, without their sources."""
    return [
        (
            line.codes, line.label, line.section, line.convention, line.footnotes, line.fee and line.fee.amount,
            [(t.letter, t.coefficient and t.coefficient.amount, t.value and t.value.amount) for t in line.terms],
            [(a.setting, a.regime, a.age_from, a.age_to, a.basis, a.intervention and a.intervention.amount,
              a.patient_share and a.patient_share.amount) for a in line.amounts],
        )
        for line in reading.lines
    ]  # fmt: skip


@pytest.mark.parametrize("cells", [list, apart], ids=["letter and value in one cell", "in two cells"])
@pytest.mark.parametrize("folder", ["shared", "examples"])
def test_a_circular_as_a_workbook_has_the_same_lines(folder: str, cells: Any, request: pytest.FixtureRequest) -> None:
    folder_of = request.getfixturevalue("shared") / "circulars" if folder == "shared" else EXAMPLES
    paths = sorted(folder_of.glob("*.txt"))
    assert paths
    for path in paths:
        document = open_document(path)
        text, _ = read_document(document)
        made, _ = read_document(opened(annex(document, cells)))
        assert lines_of(made) == lines_of(text), path.name
        places = [line.source.place for line in made.lines]
        assert all(place is not None and place.sheet == "Blad1" and ":" in (place.ref or "") for place in places)
        fees = [line.fee.source.place for line in made.lines if line.fee]
        assert all(place is not None and (place.ref or "").isalnum() for place in fees)
