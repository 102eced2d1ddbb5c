"""What is no workbook, or one that nobody means, is refused in words: golden/refused.txt.

`BAREME_GOLDEN=write pytest tests/circulars/documents` writes the messages anew; read the difference.
"""

from __future__ import annotations

import os
import random
import struct
import zlib
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_BZIP2, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bareme.circulars.documents import xlsx_parts, xlsx_values
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.xlsx import blocks_of_xlsx
from bareme.errors import DocumentError
from workbooks import MAIN, N, T, opened, part_of, tables, with_parts, with_shared_texts, with_sheet, workbook

GOLDEN = Path(__file__).parent / "golden" / "refused.txt"
SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
ROWS = (
    [T("Titre", bold=True)],
    ["Code", "Honoraires", "Libellé"],
    [N("565014", "000000"), N("373.31", "#,##0.00"), N("45658", "dd/mm/yyyy")],
)
GOOD = with_shared_texts(workbook(ROWS))


def cell(attributes: str, inside: str = "<v>1</v>") -> bytes:
    """A workbook with one cell."""
    return with_sheet(f'<row r="1"><c {attributes}>{inside}</c></row>')


def archive(**parts: bytes) -> bytes:
    """A ZIP archive with these parts; `__` in a name is a slash, `_dot_` a point."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def edited(part: str, old: str, new: str) -> bytes:
    """The good workbook with another text in a part."""
    text = part_of(GOOD, part).decode()
    assert old in text
    return with_parts(GOOD, {part: text.replace(old, new, 1).encode()})


def encrypted() -> bytes:
    content = bytearray(GOOD)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(signature)
        content[place + offset] |= 1
    return bytes(content)


def overlapping() -> bytes:
    """Two entries of the directory for the same bytes."""
    content = archive(a=b"x" * 50, b=b"y" * 50)
    directory = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", directory + 4)
    return content[: second + 42] + struct.pack("<L", 5) + content[second + 46 :]


def bzipped() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_BZIP2) as made:
        made.writestr("[Content_Types].xml", b"x" * 100)
    return out.getvalue()


def old_office(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le")


REFUSED: dict[str, Callable[[], bytes]] = {
    "protected by a password": lambda: old_office("EncryptedPackage"),
    "old workbook": lambda: old_office("Workbook"),
    "old document": lambda: old_office("WordDocument"),
    "old something": lambda: old_office("Other"),
    "binary workbook": lambda: office("xl/workbook.bin"),
    "open document": lambda: archive(content_dot_xml=b"<x/>", mimetype=b"application/vnd.oasis.opendocument"),
    "word": lambda: office("word/document.xml"),
    "presentation": lambda: office("/ppt/presentation.xml"),
    "other archive": lambda: archive(a_dot_txt=b"x"),
    "empty archive": lambda: b"PK\x05\x06" + bytes(18),
    "cut archive": lambda: GOOD[: len(GOOD) // 2],
    "spoilt part": lambda: spoilt(),
    "encrypted part": encrypted,
    "overlapping parts": overlapping,
    "other compression": bzipped,
    "two parts of one name": lambda: with_parts(GOOD, {"XL/workbook.xml": b"<x/>"}),
    "part that goes up": lambda: with_parts(GOOD, {"../evil.xml": b"x"}),
    "absolute part": lambda: with_parts(GOOD, {"/etc/passwd": b"x"}),
    "deep part": lambda: with_parts(GOOD, {"a/" * 13 + "b": b"x"}),
    "many parts": lambda: with_parts(GOOD, {f"x/{n}": b"" for n in range(2_000)}),
    "bomb": lambda: with_parts(GOOD, {"xl/media/image.png": bytes(3_000_000)}),
    "doctype": lambda: with_parts(GOOD, {SHEET: b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'}),
    "doctype in another alphabet": lambda: with_parts(GOOD, {SHEET: "<!DOCTYPE a><worksheet/>".encode("utf-16")}),
    "large element": lambda: with_sheet("<row r='1'>" + "".join(f"<c n='{n}'/>" for n in range(1_300_000)) + "</row>"),
    "broken XML": lambda: with_parts(GOOD, {SHEET: b"<worksheet><sheetData>"}),
    "unknown entity": lambda: with_sheet("<row>&a;</row>"),
    "unknown alphabet": lambda: with_parts(GOOD, {SHEET: b'<?xml version="1.0" encoding="klingon"?><worksheet/>'}),
    "no sheet": lambda: with_parts(GOOD, {SHEET: b"<chart/>"}),
    "missing sheet": lambda: with_parts(GOOD, {SHEET: None}),
    "missing relationships": lambda: with_parts(GOOD, {"xl/_rels/workbook.xml.rels": None}),
    "wrong relationship": lambda: edited(BOOK, 'r:id="rId1"', 'r:id="rId99"'),
    "sheet elsewhere": lambda: edited("xl/_rels/workbook.xml.rels", "/xl/worksheets/sheet1.xml", "../../a.xml"),
    "no workbook": lambda: with_parts(GOOD, {"_rels/.rels": b"<Relationships/>"}),
    "no sheets": lambda: with_parts(GOOD, {BOOK: f'<workbook xmlns="{MAIN}"/>'.encode()}),
    "two sheets of one name": lambda: twice('name="BLAD1"'),
    "two sheets of one part": lambda: twice('name="Blad2"'),
    "row too low": lambda: with_sheet('<row r="1048577"/>'),
    "row out of order": lambda: with_sheet('<row r="2"/><row r="1"/>'),
    "row without number": lambda: with_sheet('<row r="x"/>'),
    "column out of range": lambda: cell('r="XFE1"'),
    "column far away": lambda: cell('r="XFD1"'),
    "cell out of order": lambda: with_sheet('<row r="1"><c r="B1"/><c r="A1"/></row>'),
    "cell of another row": lambda: cell('r="A2"'),
    "shared text out of range": lambda: cell('r="A1" t="s"', "<v>99</v>"),
    "style out of range": lambda: cell('r="A1" s="99"'),
    "unknown type": lambda: cell('r="A1" t="q"'),
    "number too large": lambda: cell('r="A1"', "<v>1e400</v>"),
    "not a number": lambda: cell('r="A1"', "<v>NaN</v>"),
    "endless number": lambda: cell('r="A1"', f"<v>{'1' * 500}</v>"),
    "text too long": lambda: cell('r="A1" t="inlineStr"', f"<is><t>{'a' * 32_768}</t></is>"),
    "wrong range": lambda: with_sheet("", after='<mergeCells><mergeCell ref="A1:ZZZ9"/></mergeCells>'),
}  # fmt: skip


def office(part: str) -> bytes:
    """Another Office file, whose main part this is."""
    return with_parts(GOOD, {part.lstrip("/"): b"<x/>", "_rels/.rels": relations(part)})


def relations(target: str) -> bytes:
    start = "http://schemas.openxmlformats.org"
    kind = f"{start}/officeDocument/2006/relationships/officeDocument"
    inside = f'<Relationship Id="r" Type="{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{start}/package/2006/relationships">{inside}</Relationships>'.encode()


def twice(name: str) -> bytes:
    text = part_of(GOOD, BOOK).decode()
    start = text.index("<sheet ")
    sheet = text[start : text.index("/>", start) + 2]
    return with_parts(GOOD, {BOOK: text.replace(sheet, sheet + sheet.replace('name="Blad1"', name)).encode()})


def spoilt() -> bytes:
    """The bytes of a part no longer fit its checksum."""
    content = bytearray(GOOD)
    start = content.index(SHEET.encode()) + len(SHEET)
    content[start + 30] ^= 0xFF
    return bytes(content)


def message(content: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        opened(content)
    return str(caught.value)


def test_every_refusal_in_its_words() -> None:
    found = "".join(f"{name}\n    {message(make())}\n" for name, make in REFUSED.items())
    if os.environ.get("BAREME_GOLDEN") == "write":
        GOLDEN.write_text(found, encoding="utf-8")
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_bounds_of_all_cells_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_values, "MOST_CELLS", 3)
    assert "more than 3 cells" in message(GOOD)
    monkeypatch.setattr(xlsx_values, "MOST_CELLS", 99)
    monkeypatch.setattr(xlsx_values, "MOST_LETTERS", 9)
    assert "more than 9 letters" in message(GOOD)
    monkeypatch.setattr(xlsx_parts, "MOST_SHEETS", 0)
    assert "more than 0 sheets" in message(GOOD)


def test_a_million_empty_rows_cost_little() -> None:
    last = '<row r="1048576"><c r="A1048576" t="str"><v>fin</v></c></row>'
    content = with_sheet('<row r="1"><c r="A1"/></row>' + last, '<dimension ref="A1:XFD1048576"/>')
    assert [getattr(b, "text", "") for b in opened(content).blocks] == ["fin"]
    merged = "".join(f'<mergeCell ref="B{n}:XFD1048576"/>' for n in range(1, 2_000))
    assert opened(with_sheet(last, after=f"<mergeCells>{merged}</mergeCells>")).blocks == opened(content).blocks


def test_macros_are_said_and_not_run() -> None:
    document = open_document(("made.xlsm", with_parts(GOOD, {"xl/vbaProject.bin": b"x"})))
    assert len(tables(document.blocks)) == 1
    assert [r.kind for r in document.remarks] == ["part_not_read"]


def tried(content: bytes) -> bool:
    """True for a workbook that was read; anything but blocks or a refusal fails the test."""
    try:
        blocks_of_xlsx("made.xlsx", content)
    except DocumentError:
        return False
    return True


PARTS = (SHEET, BOOK, "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels")
PIECES = (
    b'"0"', b'"-1"', b'"99999999999"', b'""', b"<v>", b"</v>", b"<c/>", b"<row/>", b"&#0;", b"&#xD800;", b"\xff",
    b"<!--", b"]]>", b"_xD800_", b"1e308", b"-1E-308", b"nan", b"<f/>", b"<is/>", b"<si/>", b' hidden="1"', b' t="d"',
    b' t="s"', b' r="A1"', b' s="7"', b'<mergeCell ref="A1:B9"/>', b"<!DOCTYPE a>", b'formatCode="0;;;@"',
    b'<cols><col min="1" max="99999"/></cols>',
)  # fmt: skip


def mutated(dice: random.Random) -> bytes:
    """The good workbook after a slip or two: in its bytes, or in the XML of a part."""
    if dice.random() < 0.3:
        content = bytearray(GOOD)
        for _ in range(dice.randint(1, 4)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        return bytes(content[: dice.randrange(len(content))] if dice.random() < 0.2 else content)
    part = dice.choice(PARTS)
    data = part_of(GOOD, part)
    if dice.random() < 0.7:
        return with_parts(GOOD, {part: rearranged(data, dice)})
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(data) + 1)
        cut = place + dice.choice((0, 0, 1, 3, 20))
        data = data[:place] + dice.choice((b"", dice.choice(PIECES), bytes([dice.randrange(256)]))) + data[cut:]
        if dice.random() < 0.4:
            data = swapped(data, dice)
    return with_parts(GOOD, {part: data})


WORDS = (
    "", "0", "1", "-1", "7", "99999", "A1", "B2", "XFD9", "A1:C4", "s", "n", "d", "e", "str", "1e5", "nan", "373.31",
    "0.00", ";;;", "[h]:mm", "#,##0.0,,", '"a', "_x0000_", "_xDC00_", "\u2028", "9" * 99, "-0", "1E-300", "true",
)  # fmt: skip


def rearranged(data: bytes, dice: random.Random) -> bytes:
    """The same XML with elements doubled, moved, taken out or said otherwise: still XML."""
    root = ElementTree.fromstring(data)
    for _ in range(dice.randint(1, 4)):
        parents = [element for element in root.iter() if len(element)]
        if not parents:
            break
        parent = dice.choice(parents)
        child = dice.choice(list(parent))
        way = dice.randrange(6)
        if way == 0:
            parent.remove(child)
        elif way == 1:
            parent.insert(dice.randrange(len(parent) + 1), child)
        elif way == 2:
            dice.choice(parents).append(deepcopy(child))
        elif way == 3:
            child.text = dice.choice(WORDS)
        elif child.attrib:
            child.set(dice.choice(list(child.attrib)), dice.choice(WORDS))
        else:
            child.set(dice.choice(("r", "s", "t", "hidden", "ht", "ref", "id")), dice.choice(WORDS))
    return ElementTree.tostring(root)


def swapped(data: bytes, dice: random.Random) -> bytes:
    """With the content of two attributes exchanged, or one replaced: mostly still XML."""
    quoted = data.split(b'"')
    one, other = dice.randrange(len(quoted)) | 1, dice.randrange(len(quoted)) | 1
    if max(one, other) < len(quoted):
        quoted[one], quoted[other] = (
            quoted[other],
            dice.choice((quoted[one], b"9" * dice.randint(1, 30), b"A1:B2", b"-1")),
        )
    return b'"'.join(quoted)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_a_spoilt_workbook_is_read_or_refused(seed: int) -> None:
    tried(mutated(random.Random(seed)))


def test_the_checksum_of_a_part_is_checked() -> None:
    assert zlib.crc32(part_of(GOOD, SHEET)) > 0
    assert not tried(spoilt())
