"""Rows taken plainly are those that the XML parser reads: the same cells, remarks and refusals, whatever the sheet."""

from __future__ import annotations

import os
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bareme.circulars.documents import xlsx_package, xlsx_plans, xlsx_shapes
from bareme.circulars.documents.blocks import Cell, Row, Table
from bareme.circulars.documents.making import row_of, sheet_cell
from bareme.circulars.documents.xlsx import read_xlsx
from bareme.circulars.documents.xlsx_formats import number_format
from bareme.circulars.documents.xlsx_numbers import exact_number
from bareme.circulars.documents.xlsx_package import Package
from bareme.circulars.documents.xlsx_shapes import PlainRow
from bareme.circulars.sources import Place
from bareme.errors import DocumentError
from workbooks import MAIN, N, T, part_of, with_parts, with_shared_texts, workbook

SHEET = "xl/worksheets/sheet1.xml"
BASE = with_shared_texts(
    workbook(
        [[T("Titre", bold=True), "Libellé"], [N("1", "#,##0.00"), N("2", "000000"), N("3", '"B = "0.000000'), N("4")]]
    )
)
HEAD = f'<worksheet xmlns="{MAIN}" xmlns:x="urn:x"><cols><col min="3" max="3" hidden="1"/></cols>'
VALUES = [
    "1", "0", "565014", "1.25", "2515.06", "373.31000000000006", "1e3", "-5", "007.50", "1.", ".5", "+2",
    "9" * 17,
]  # fmt: skip
CELLS = [
    '<c r="{at}" s="1"><v>{value}</v></c>', '<c r="{at}" s="1" t="n"><v>{value}</v></c>',
    '<c r="{at}"><v>{value}</v></c>', '<c r="{at}" s="2" t="n"><v>{value}</v></c>',
    '<c r="{at}" s="{style}" t="n"><v>{value}</v></c>', '<c r="{at}" t="s"><v>1</v></c>',
    '<c r="{at}" s="1" t="s"><v>0</v></c>', '<c r="{at}" s="3"/>', '<c r="{at}" s="3" />',
]  # fmt: skip
ODD_CELLS = [
    '<c r="{at}" t="s"><v>7</v></c>', '<c r="{at}" t="s"><v>-1</v></c>', '<c r="{at}" s="99"><v>1</v></c>',
    '<c r="{at}" s="99"/>', '<c r="{at}" t="str"><f>A1</f><v>{value}</v></c>', '<c r="{at}"><f>A1</f></c>',
    '<c r="{at}" t="e"><v>#N/A</v></c>', '<c r="{at}" t="inlineStr"><is><t>Examen g\u00e9n\u00e9tique</t></is></c>',
    '<c><v>{value}</v></c>', '<c r="{at}"><v></v></c>', '<c r="B9" s="1"><v>1</v></c>', '<c r="A{row}"><v>1</v></c>',
    '<c r="ZZZ{row}"><v>1</v></c>', '<c r="{at}"><v> {value} </v></c>', '<c r="{at}"><v>&#49;</v></c>',
    '<c r="{at}"><v>1</v><v>2</v></c>', '<x:c r="{at}"><v>1</v></x:c>', '<c r="{at}" s="1" s="1"/>',
    '<c r="{at}" s="1"><v>1</v>', "<!-- </row> -->", "<![CDATA[</row>]]>", "text", "\u00e9", "&amp;", "&none;",
    "<v/>", "\x01", '<c r="{at}" cm="1"><v>1</v></c>', '<c  r="{at}"><v>1</v></c>', "<c r='{at}'><v>1</v></c>",
    '<c r="{at}"><v>1</v></c >',
]  # fmt: skip
ATTRIBUTES = [
    "", "", ' spans="1:4"', ' spans="1:4" x:d="0.25"', ' ht="15"', " ", ' spans="1:9"',
]  # fmt: skip
ODD_ATTRIBUTES = [
    ' hidden="1"', ' ht="0"', ' y:d="1"', ' spans="&lt;"', ' r="3"', f' xmlns="{MAIN}"', ' xmlns="urn:y"',
    " spans='1:4'", ' spans=""x', ' xmlns:y="urn:y" y:d="1"', ' spans="a/b"', ' spans="a>b"',
]  # fmt: skip
BETWEEN = [
    "<!-- -->", "<row/>", '<row r="{row}"/>', '<row r="{row}" spans="1:4"/>', "text", "<?pi?>", "</row>", "<x:row/>",
    "<other/>", "<!--", "<row", "</sheetData>", "<sheetData>", "<sheetData/>", "<rowBreaks></rowBreaks>",
    "<row><row></row></row>",
]  # fmt: skip
STARTS = [
    "<?xml version='1.0' encoding='UTF-8'?>\n", '<?xml version="1.0" encoding="windows-1252"?>', "\ufeff",
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', "<!-- <sheetData> -->", "<!DOCTYPE a>", " ", "\x00",
]  # fmt: skip
AFTER = [
    '<mergeCells><mergeCell ref="A2:B3"/></mergeCells>', "<pageMargins/>", "<sheetData><row r='9'/></sheetData>", "<",
    "</x>",
]  # fmt: skip


def sheet(dice: random.Random) -> bytes:
    """The XML of a sheet: mostly plain rows in a few shapes, and now and then something odd."""
    odd = dice.choice((0, 0, 0.01, 0.05, 0.3))

    def strange() -> bool:
        return dice.random() < odd

    shapes = [[dice.choice(CELLS) for _ in range(dice.randint(0, 5))] for _ in range(dice.randint(1, 3))]
    kinds = dice.choices(ATTRIBUTES, k=2)
    xml, number, shape = "", 0, shapes[0]
    for _ in range(dice.choice((0, 3, 30, 60))):
        number += dice.choice((1, 1, 1, 1, 2)) if not strange() else dice.choice((0, -1, 2_000_000, 5))
        shape = shape if dice.random() < 0.8 else dice.choice(shapes)
        cells = ""
        for column, pattern in zip("ABCDE", shape, strict=False):
            pattern = dice.choice(ODD_CELLS) if strange() else pattern
            value, style = "1-2" if strange() else dice.choice(VALUES), dice.randint(0, 4)
            cells += pattern.format(at=f"{column}{number}", row=number, value=value, style=style)
        attributes = dice.choice(ODD_ATTRIBUTES) if strange() else dice.choice(kinds)
        begin = (
            dice.choice(("<row{0}>", "<row r='{1}'{0}>", '\n<row  r="{1}"{0}>')) if strange() else '<row r="{1}"{0}>'
        )
        xml += dice.choice(("", "", "\n", "  ")) + begin.format(attributes, number) + cells + "</row>"
        if strange():
            number += 1
            xml += dice.choice(BETWEEN).format(row=number)
    start = dice.choice(STARTS) if strange() or dice.random() < 0.2 else ""
    opened = dice.choice(("<sheetData >", "<!-- <sheetData> -->", "<a><sheetData>")) if strange() else "<sheetData>"
    after = dice.choice(("", "", *AFTER))
    text = f"{start}{HEAD}{opened}{xml}</sheetData>{after}</worksheet>"
    content = text.encode(dice.choice(("utf-8", "utf-8", "utf-8", "utf-16")) if strange() else "utf-8")
    return content[: dice.randrange(len(content))] if strange() else content


def outcome(content: bytes) -> Any:
    try:
        return read_xlsx("made.xlsx", content)
    except DocumentError as error:
        return str(error)


def both(xml: bytes, chunk: int) -> tuple[Any, Any]:
    """What comes of a sheet read plainly, and by the parser alone."""
    content = with_parts(BASE, {SHEET: xml})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xlsx_package, "_CHUNK", chunk)
        patch.setattr(xlsx_shapes, "_OFTEN", 3)
        plain = outcome(content)
        patch.setattr(Package, "sheet_elements", lambda self, part: self.elements(part, "sheetData"))
        return plain, outcome(content)


@settings(max_examples=int(os.environ.get("BAREME_EXAMPLES", "60")) * 3, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([7, 40, 64, 150, 333, 1000, 1 << 16]))
def test_rows_plainly_and_by_the_parser(seed: int, chunk: int) -> None:
    plain, parsed = both(sheet(random.Random(seed)), chunk)
    assert plain == parsed


def rows(*found: str, after: str = "") -> bytes:
    return f"{HEAD}<sheetData>{''.join(found)}</sheetData>{after}</worksheet>".encode()


GOOD = '<row r="{0}"><c r="A{0}" s="1"><v>{0}</v></c><c r="B{0}" t="s"><v>1</v></c></row>'
FIVE = [GOOD.format(number) for number in range(1, 6)]


@pytest.mark.parametrize("chunk", [*range(20, 60), 200, 1 << 16])
@pytest.mark.parametrize(
    "content",
    [
        rows(*FIVE),
        rows(*FIVE[:3], FIVE[3].replace("</row>", "<c/></row>"), FIVE[4]),
        rows(*FIVE[:3], "<!-- " + FIVE[3] + " -->", FIVE[4]),
        rows(*FIVE[:2], '<row r="3"><c r="A3"><v>3</v></c><!-- </row>', FIVE[3], " --></row>", FIVE[4]),
        rows(*FIVE[:2], '<row r="3"><c r="A3"><v>3</v></c><![CDATA[</row>', FIVE[3], "]]></row>", FIVE[4]),
        rows(*FIVE[:2], '<row r="3"><x><row></row>', FIVE[3], "</x></row>", FIVE[4]),
        rows(*FIVE[:2], *(row.replace(">", ' xmlns="urn:y">', 1) for row in FIVE[2:4]), FIVE[4]),
        rows(*FIVE[:3], FIVE[3].replace("</v>", "</w>"), FIVE[4]),
        rows(*FIVE[:2], FIVE[3], FIVE[2], FIVE[4].replace("</c>", "</d>")),
        rows(*FIVE[:2], '<row r="3" y:a="1"></row>', *FIVE[3:]),
        rows(*FIVE, after="<mergeCells><mergeCell ref='A1:B2'/></mergeCells>"),
        rows(*FIVE)[:-30],
        rows(FIVE[0], '<row r="2"/>', '<row r="3" spans="1:2"/>', '<row r="4" spans="1:2"/>', FIVE[4]),
    ],
)
def test_wherever_a_chunk_ends(content: bytes, chunk: int) -> None:
    plain, parsed = both(content, chunk)
    assert plain == parsed


def test_what_is_no_xml_is_said_with_its_place() -> None:
    bad = rows(*FIVE, "\n<row>\n</raw>")
    plain, parsed = both(bad, 1 << 16)
    assert plain == parsed
    assert "no valid XML (mismatched tag: line 3, column 2)" in plain


def elements(xml: bytes) -> list[object]:
    return [found for _, found in Package("a", with_parts(BASE, {SHEET: xml})).sheet_elements(SHEET)]


def test_most_rows_are_plain() -> None:
    """All but the first row with the same attributes, and those with something else."""
    kinds = [
        isinstance(found, PlainRow)
        for found in elements(rows(*FIVE, '<row r="6"><c><v>1</v></c></row>', GOOD.format(7)))
    ]
    assert kinds == [False, False, True, True, True, True, False, True, False]
    shared = part_of(BASE, SHEET)
    assert any(
        isinstance(found, PlainRow)
        for found in elements(shared.replace(b"</sheetData>", FIVE[4].encode() + b"</sheetData>"))
    )


@pytest.mark.parametrize("encoding", ["iso-8859-1", "us-ascii"])
def test_another_encoding_is_read_by_the_parser(encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + rows(*FIVE)
    assert not any(isinstance(found, PlainRow) for found in elements(xml))


def test_a_plain_row_as_a_tree() -> None:
    xml = (
        '<row r="7" spans="1:3"><c r="A7" s="1" t="n"><v>1.5</v></c><c r="B7" s="2"/><c r="C7" t="s"><v>0</v></c></row>'
    )
    found = elements(rows(xml.replace("7", "6", 1).replace("7", "6"), xml))
    first, row = found[1:3]
    assert isinstance(row, PlainRow)
    tree = row.element()
    assert (tree.tag, tree.attrib, [(c.tag, c.attrib, [(v.tag, v.text) for v in c]) for c in tree]) == (
        f"{{{MAIN}}}row",
        {"r": "7", "spans": "1:3"},
        [
            (f"{{{MAIN}}}c", {"r": "A7", "s": "1", "t": "n"}, [(f"{{{MAIN}}}v", "1.5")]),
            (f"{{{MAIN}}}c", {"r": "B7", "s": "2"}, []),
            (f"{{{MAIN}}}c", {"r": "C7", "t": "s"}, [(f"{{{MAIN}}}v", "0")]),
        ],
    )
    assert first.tag == tree.tag  # type: ignore[attr-defined]


def test_shapes_and_plans_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (xlsx_shapes, "_MOST"),
        (xlsx_plans, "_MOST"),
        (xlsx_shapes, "_MOST_PATTERNS"),
        (xlsx_shapes, "_WIDEST"),
    ):
        monkeypatch.setattr(module, name, 2)
    made = [GOOD.format(n).replace('s="1"', f's="{n % 4}"').replace("<row", "<row", 1) for n in range(1, 90)]
    spread = [row.replace(">", f' ht="{n % 5 + 1}">', 1) for n, row in enumerate(made)]
    plain, parsed = both(rows(*spread), 1000)
    assert plain == parsed


@given(
    st.sampled_from(
        ["0", "0.00", "#,##0.00", "000000", "0000.00", '"B = "0.000000', "0.00 €", "#,##0", "0%", "#.##", "General"]
    ),
    st.from_regex(r"[0-9]{1,9}(\.[0-9]{0,6})?", fullmatch=True),
)
@example("000000", "007.50")
@example("#,##0.00", "1234567.5")
def test_digits_are_shown_as_the_number_is(pattern: str, stored: str) -> None:
    """The quick way says what the number's own format says, or nothing."""
    number, found = exact_number(stored), number_format(pattern)
    whole, _, decimals = stored.partition(".")
    assert number == Decimal(stored)
    if number and (text := found.show_digits(whole, decimals)) is not None:
        assert text == found.show_simple(number) == found.show(number, stored).text
    elif number and len(decimals.rstrip("0")) == len(decimals):
        assert found.show_simple(number) is None


def test_cells_and_rows_made_quickly_are_cells_and_rows() -> None:
    cell = Cell("a", "b", 4, Decimal("1.5"), Place("Blad1", "D7"))
    made = sheet_cell("a", "b", 4, Decimal("1.5"), "Blad1", "D7")
    assert (made, hash(made), repr(made)) == (cell, hash(cell), repr(cell))
    row = row_of((made,), 3, Place("Blad1", "D7:D7"))
    assert Table(1, (row,)) == Table(1, (Row((cell,), 3, Place("Blad1", "D7:D7")),))
    with pytest.raises(AttributeError):
        made.text = "c"  # type: ignore[misc]
