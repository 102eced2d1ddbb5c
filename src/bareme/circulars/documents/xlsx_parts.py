"""The parts of a workbook beside its sheets: what kind of file it is, its sheets in order, its texts, its styles.

Bounds: `MOST_SHEETS` sheets, `MOST_STYLES` styles, `MOST_TEXTS` shared texts, and the characters that a cell can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bareme.circulars.documents.xlsx_formats import MOST_LETTERS, NumberFormat, number_format
from bareme.circulars.documents.xlsx_numbers import exact_number
from bareme.circulars.documents.xlsx_package import Package, joined
from bareme.circulars.documents.xlsx_tree import Element
from bareme.errors import DocumentError

MOST_SHEETS = 256
MOST_STYLES = 65_536
MOST_TEXTS = 1_000_000
LONGEST_TEXT = 32_767
LONGEST_SHEET_NAME = 255
_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_ID = re.compile(r"\{[^}]*/relationships\}id\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OTHER_FILES = {
    "xl/workbook.bin": "a binary workbook (.xlsb); save it as .xlsx",
    "word/document.xml": "a Word document (.docx); save the tables as .xlsx or the whole as text",
    "ppt/presentation.xml": "a presentation (.pptx); save its tables as .xlsx",
    "content.xml": "an OpenDocument file (.ods or .odt); save it as .xlsx",
    "index/document.iwa": "a Numbers or Pages file; save it as .xlsx",
}
_BESIDE = {
    "xl/vbaproject.bin": "macros; they do not run and were not read",
    "xl/externallinks/": "links to other workbooks; they are not followed, the values stored beside them are used",
    "xl/drawings/drawing": "drawings (pictures, text boxes, charts); what they say was not read",
    "xl/comments": "comments on cells; they were not read",
}


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it: `part` is where its cells are, None for a sheet without cells (a chart)."""

    name: str
    part: str | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text: for reading, as stored, and whether all of it is bold."""

    text: str
    raw: str
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks: its number format, and its letters."""

    format: NumberFormat
    bold: bool = False
    size: Decimal = Decimal(11)
    is_unseen: bool = False
    """White letters on a white ground, or of no size."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """What must be known of a workbook before its sheets are read."""

    package: Package
    sheets: tuple[SheetPart, ...]
    texts: tuple[Text, ...]
    styles: tuple[Style, ...]
    beside: tuple[str, ...]


def open_workbook(name: str, content: bytes) -> Workbook:
    """A workbook, or a `DocumentError` that says what the file is and what to do."""
    package = Package(name, content)
    part = _main_part(package)
    related = _relationships(package, part)
    sheets, epoch_1904 = _sheets(package, part, related)
    strings = next((target for kind, target in related.values() if kind == "sharedStrings" and target), None)
    styles = next((target for kind, target in related.values() if kind == "styles" and target), None)
    beside = tuple(what for start, what in _BESIDE.items() if any(p.startswith(start) for p in package.parts))
    return Workbook(
        package,
        sheets,
        _texts(package, strings) if strings else (),
        _styles(package, styles, epoch_1904) if styles else (Style(number_format("General")),),
        beside,
    )


def _main_part(package: Package) -> str:
    """The part that lists the sheets."""
    if _TYPES not in package:
        what = next((what for part, what in _OTHER_FILES.items() if part in package), None)
        what = what or "a ZIP archive without a workbook; unpack it and name the documents in it"
        raise DocumentError(f"{package.name} is {what}.")
    found = [target for kind, target in _relationships(package, "").values() if kind == "officeDocument"]
    part = found[0] if found and found[0] else None
    what = next(
        (what for other, what in _OTHER_FILES.items() if part == other or (not part and other in package)), None
    )
    if what is not None:
        raise DocumentError(f"{package.name} is {what}.")
    if part is None:
        raise package.damaged("its relationships name no workbook")
    return part


def _relationships(package: Package, part: str) -> dict[str, tuple[str, str | None]]:
    """The relationships of a part: id -> kind and the part that is meant (None outside the file)."""
    folder, _, own = part.rpartition("/")
    path = f"{folder}/_rels/{own}.rels".lstrip("/")
    found: dict[str, tuple[str, str | None]] = {}
    for tag, element in package.elements(path):
        if tag == _RELATIONSHIPS:
            outside = element.get("TargetMode") == "External"
            target = None if outside else joined(part, element.get("Target", ""))
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
    return found


def _sheets(
    package: Package, part: str, related: dict[str, tuple[str, str | None]]
) -> tuple[tuple[SheetPart, ...], bool]:
    """The sheets in order, and whether days are counted from 1904."""
    sheets: list[SheetPart] = []
    epoch_1904, is_workbook = False, False
    for tag, element in package.elements(part):
        if tag == "workbookPr":
            epoch_1904 = element.get("date1904") in ("1", "true", "on")
        elif tag == "sheets":
            sheets += [_sheet(package, sheet, related) for sheet in element]
        is_workbook = tag == "workbook"
    if not is_workbook:
        raise package.damaged(f"its part {part} is no workbook")
    if not sheets or len(sheets) > MOST_SHEETS:
        raise package.damaged("it lists no sheets" if not sheets else f"it lists more than {MOST_SHEETS} sheets")
    names, parts = [s.name.lower() for s in sheets], [s.part.lower() for s in sheets if s.part]
    for again in (n for i, n in enumerate(names) if n in names[:i]):
        raise package.damaged(f"two sheets are called {again!r}")
    for again in (p for i, p in enumerate(parts) if p in parts[:i]):
        raise package.damaged(f"two sheets are the same part {again}")
    return tuple(sheets), epoch_1904


def _sheet(package: Package, element: Element, related: dict[str, tuple[str, str | None]]) -> SheetPart:
    name = element.get("name", "")
    if not name or len(name) > LONGEST_SHEET_NAME:
        raise package.damaged(f"a sheet has no name, or one longer than {LONGEST_SHEET_NAME} letters")
    name = _NO_CHARACTER.sub("\ufffd", name)
    id = next((value for key, value in element.attrib.items() if _ID.match(key)), "")
    kind, part = related.get(id, ("", None))
    if not kind:
        raise package.damaged(f"nothing says where its sheet {name!r} is")
    if part is None:
        raise package.damaged(f"its sheet {name!r} stands outside the file")
    return SheetPart(name, part if kind == "worksheet" else None, element.get("state", "visible") != "visible")


def _texts(package: Package, part: str) -> tuple[Text, ...]:
    """The texts that cells share."""
    texts: list[Text] = []
    for tag, element in package.elements(part):
        if tag == "si":
            texts.append(text_of(package, element, f"its part {part}, text {len(texts)}"))
            if len(texts) > MOST_TEXTS:
                raise package.refused(f"its part {part} has more than {MOST_TEXTS:,} texts")
    return tuple(texts)


def text_of(package: Package, element: Element, where: str) -> Text:
    """The text of an `si` or `is`: its runs joined, without reading aids (`rPh`)."""
    found: list[str] = []
    bold: list[bool] = []
    for child in element:
        kind = child.tag.rpartition("}")[2]
        if kind == "t":
            found.append(child.text or "")
            bold.append(False)
        elif kind == "r":
            text = "".join(t.text or "" for t in child if t.tag.endswith("}t"))
            found.append(text)
            if text.strip():
                bold.append(any(_is_on(b, "b") for run in child if run.tag.endswith("}rPr") for b in run))
    return as_text(package, "".join(found), where, bool(bold) and all(bold))


def as_text(package: Package, stored: str, where: str, is_bold: bool = False) -> Text:
    """A stored text: escapes (`_x000D_`) resolved, spaces single in what is read."""
    if len(stored) > 7 * LONGEST_TEXT:
        raise package.refused(f"{where} is longer than a cell can hold")
    raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), stored) if "_x" in stored else stored
    raw = _NO_CHARACTER.sub("\ufffd", raw)
    if len(raw) > LONGEST_TEXT:
        raise package.refused(f"{where} is longer than a cell can hold")
    return Text(" ".join(raw.split()), raw, is_bold)


def _is_on(element: Element, kind: str) -> bool:
    return element.tag.rpartition("}")[2] == kind and element.get("val", "1") not in ("0", "false", "off")


def _styles(package: Package, part: str, epoch_1904: bool) -> tuple[Style, ...]:
    """The styles of cells, in the order in which cells number them."""
    formats: dict[int, str] = {}
    fonts: list[tuple[bool, Decimal, bool]] = []
    fills: list[bool] = []
    cells: list[tuple[int, int, int]] = []
    for tag, element in package.elements(part):
        if tag == "numFmts":
            formats |= {_number(x, "numFmtId"): x.get("formatCode", "")[: MOST_LETTERS + 1] for x in element}
        elif tag == "fonts":
            fonts += [_font(font) for font in element if font.tag.endswith("}font")]
        elif tag == "fills":
            fills += [_is_coloured(fill) for fill in element if fill.tag.endswith("}fill")]
        elif tag == "cellXfs":
            cells += [(_number(x, "numFmtId"), _number(x, "fontId"), _number(x, "fillId")) for x in element]
    if len(cells) > MOST_STYLES or len(formats) > MOST_STYLES:
        raise package.refused(f"its part {part} has more than {MOST_STYLES:,} styles")
    known = dict(_number_formats(package, part, formats, epoch_1904, {number for number, _, _ in cells}))
    plain = (False, Decimal(11), False)
    styles = []
    for number, font, fill in cells:
        bold, size, white = fonts[font] if font < len(fonts) else plain
        ground = fills[fill] if fill < len(fills) else False
        styles.append(Style(known[number], bold, size, (white and not ground) or size <= 1))
    return tuple(styles) or (Style(number_format("General", epoch_1904)),)


def _number_formats(
    package: Package, part: str, own: dict[int, str], epoch_1904: bool, used: set[int]
) -> Iterator[tuple[int, NumberFormat]]:
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    for number in used:
        pattern = own.get(number) or BUILTIN_FORMATS.get(number, "General")
        if len(pattern) > MOST_LETTERS:
            raise package.refused(f"its part {part} has a number format longer than {MOST_LETTERS} letters")
        yield number, number_format(pattern, epoch_1904)


def _number(element: Element, key: str) -> int:
    text = element.get(key, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _font(font: Element) -> tuple[bool, Decimal, bool]:
    """Bold, size, white."""
    size = next((exact_number(e.get("val", "")) for e in font if e.tag.endswith("}sz")), None)
    colour = next((e for e in font if e.tag.endswith("}color")), None)
    return (
        any(_is_on(e, "b") for e in font),
        Decimal(11) if size is None else size,
        colour is not None and _is_white(colour),
    )


def _is_white(colour: Element) -> bool:
    tinted = colour.get("tint", "0").strip("-0.") != ""
    return (
        colour.get("rgb", "").upper()[-6:] == "FFFFFF"
        or colour.get("indexed") in ("1", "9")
        or (colour.get("theme") == "0" and not tinted)
    )


def _is_coloured(fill: Element) -> bool:
    """True for a ground that white letters can be read on."""
    for pattern in fill:
        if pattern.tag.endswith("}gradientFill"):
            return True
        if pattern.get("patternType", "none") != "none":
            colour = next((e for e in pattern if e.tag.endswith("}fgColor")), None)
            return colour is None or not _is_white(colour)
    return False
