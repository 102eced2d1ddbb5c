"""Inputs that nobody means: pieces of circulars put together wrongly and damaged. Used by `fuzz.py`.

Every generator takes a `random.Random` and gives the same input for the same seed.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

FIGURES = (
    *(
        "565014",
        "565025",
        "990010",
        "990021",
        "056403",
        "565014-565025",
        "565014/025",
        "000000",
        "999999",
        "12345",
        "1234567",
    ),
    *(
        "16,10",
        "2.515,06",
        "1.234.567,89",
        "30,0023,756,25",
        "16.10",
        "1,234.50",
        "€ 25",
        "25 €",
        "25,5",
        "289",
        "599,4",
    ),
    *(
        "1,257532",
        "B = 1,257532",
        "= B 289",
        "B 289 + C 30",
        "X = 2,012275 + Y = 0,1",
        "0,00",
        "-",
        "–",
        "(1)",
        "*",
        "(*)",
    ),
    *(
        "25 %",
        "2,66 *",
        "1°2,66",
        "a) € 2",
        "9999999999,99",
        "99999999999,99",
        "1 234,56",
        "٣٤,٥٦",
        "１６,１０",
        "²,³³",
        "½",
    ),
    *("1e9", "NaN", "-0", "+1", "0" * 30, "9" * 400, "9" * 4000 + ",00", "1.000" * 60 + ",00", "n.p.", "non publié"),
)
WORDS = (
    *(
        "AMB",
        "HOS",
        "Code",
        "Numéro de code",
        "Nomenclature",
        "Honoraires",
        "Intervention",
        "Ticket modérateur",
        "Libellé",
    ),
    *("Bénéficiaires avec régime préférentiel", "Bénéficiaires sans régime préférentiel", "Lettre-clé", "Coefficient"),
    *(
        "Intervention Ambulant",
        "Intervention Hospitalisé",
        "après renvoi",
        "DMG",
        "accrédité",
        "non accrédité",
        "Honorarium",
    ),
    *(
        "Verzekeringstegemoetkoming",
        "Persoonlijk aandeel",
        "met voorkeurregeling",
        "zonder voorkeurregeling",
        "Omschrijving",
    ),
    *(
        "Honorar",
        "Beteiligung",
        "Eigenanteil",
        "Begünstigte mit Vorzugsregelung",
        "en milliers d'euros",
        "Séance imaginaire",
    ),
    *(
        "patients de moins de 18 ans",
        "à partir de 18 ans",
        "entre 3 et 18 ans",
        "vanaf 18 jaar",
        "unter 18 Jahren",
        "et",
        "de",
    ),
)
LINES = (
    "Circulaire OA no 2024/910 du 14-12-2023",
    "Omzendbrief VI nr 2024/910 van 14 december 2023",
    "Rundschreiben VT Nr. 2024/910 vom 14. Dezember 2023",
    "Applicable à partir de 1/01/2024",
    "Toepasselijk vanaf 31/02/2024",
    "9999 /9010",
    "**Tarifs ; métier imaginaire - prestations - partie 1 ; 01-01-2024**",
    "- l'ensemble des prestations est indexé de 2,00 % ;",
    "- la valeur de la lettre-clé de 990032-990043 est diminuée de 10 % sauf 565014 ;",
    "- de honoraria van artikel 24 worden met 2,03 % geïndexeerd, met uitzondering van 565014 en 565036.",
    "Les honoraires sont portés à 25,00 € à l'exception de « Séance imaginaire » à partir du 1er mars 2024.",
    "## 2. Bénéficiaires âgés de moins de 18 ans à la date de la prestation",
    "### N.1 Article 24, § 1",
    "c) Titre",
    "* Une séance dure une heure.",
    "(1) intervention théorique",
    "Corrigendum",
    "Annexes :",
    "<!-- un commentaire -->",
)
ODD = (
    *(
        "\x00",
        "\x01",
        "\x0b",
        "\x0c",
        "\x1b",
        "\x1c",
        "\x1f",
        "\x7f",
        "\x85",
        "\xa0",
        "\xad",
        "\u0300",
        "\u200b",
        "\u200f",
    ),
    *(
        "\u2028",
        "\u2029",
        "\u202e",
        "\u2212",
        "\u3000",
        "\ud7ff",
        "\ufeff",
        "\uffff",
        "\U0001f600",
        "\U000e0001",
        "İ",
        "ß",
        "ﬁ",
    ),
    *(
        "ǅ",
        "Ω",
        "ا",
        "०",
        "①",
        "Ⅷ",
        "\r",
        "\t",
        "\n",
        "|",
        "\\",
        '"',
        "<",
        "&",
        ";",
        "€",
        "%",
        "§",
        "«",
        "»",
        "°",
        "'",
        "’",
    ),
)
SEPARATORS = ("\t", "\t", "\t\t", "  ", "    ", " " * 12, " | ", "|", "\t ", " \t")
Input = Any


@cache
def circulars() -> tuple[tuple[str, ...], ...]:
    """The lines of the example circulars and of the documents that the tests invent."""
    folders = ("examples/circulars", "examples/toy", "tests/audit/documents", "tests/audit/successions")
    paths = sorted(path for folder in folders for path in (ROOT / folder).glob("*.txt"))
    return tuple(tuple(path.read_text(encoding="utf-8", errors="replace").split("\n")) for path in paths)


def piece(random: Random) -> str:
    """A figure, a word, or damage of one."""
    text = random.choice(FIGURES if random.random() < 0.6 else WORDS)
    if random.random() < 0.1:
        text = damaged(text, random)
    return text


def row(random: Random, most: int = 9) -> list[str]:
    """The cells of a row; half of them stand as a row of tariffs does."""
    if random.random() < 0.5:
        code = random.randrange(100_000)
        cents = [random.randrange(1, 300_000) for _ in range(random.randrange(1, 6))]
        amounts = [f"{c // 100}{random.choice(',,,,.')}{c % 100:02}" for c in cents]
        cells = [f"{code:05}{code % 7}", f"{code + 1:05}{(code + 1) % 7}", *random.choices(WORDS, k=1), *amounts]
    else:
        cells = [piece(random) if random.random() < 0.8 else "" for _ in range(random.randrange(1, most))]
    if random.random() < 0.2:
        cells[random.randrange(len(cells))] = piece(random)
    return cells


def lines(random: Random) -> list[str]:
    """A few lines of text: of a circular, invented, or both."""
    found: list[str] = []
    for _ in range(random.choice((1, 1, 1, 2))):
        if random.random() < 0.3:
            whole = random.choice(circulars())
            start = random.randrange(len(whole))
            found += whole[start : start + random.randrange(1, 5)]
            continue
        if random.random() < 0.2:
            found.append(random.choice(LINES))
        separator = random.choice(SEPARATORS)
        wide = [random.randrange(4, 30) for _ in range(12)] if random.random() < 0.3 else []
        for _ in range(random.choice((1, 1, 2, 3))):
            cells = row(random, 7)
            if wide:
                found.append("".join(cell.ljust(width) for cell, width in zip(cells, wide, strict=False)))
            else:
                text = separator.join(cells)
                found.append(f"|{text}|" if "|" in separator else text)
        if random.random() < 0.3:
            found.append("")
    return found


def damaged(text: str, random: Random) -> str:
    """A text with letters exchanged, cut, repeated or replaced by odd ones."""
    for _ in range(random.choice((1, 1, 2, 6))):
        at = random.randrange(len(text) + 1)
        end = min(len(text), at + random.choice((1, 1, 4, 20)))
        what = random.randrange(6)
        if what == 0:
            text = text[:at] + random.choice(ODD) + text[end:]
        elif what == 1:
            text = text[:at] + text[end:]
        elif what == 2:
            text = text[:at] + text[at:end] * random.choice((2, 3, 9)) + text[end:]
        elif what == 3:
            text = text[:at] + random.choice(FIGURES) + text[at:]
        elif what == 4:
            text = text[:at] + chr(random.choice((random.randrange(1, 256), random.randrange(0xD7FF)))) + text[at:]
        else:
            other = random.randrange(len(text) + 1)
            text = text[:at] + text[other : other + 12] + text[at:]
    return text


def text(random: Random) -> bytes:
    """A text of a few lines; now and then a whole circular, a very long line, or bytes that are no text."""
    chance = random.random()
    if chance < 0.001:
        found = damaged("\n".join(random.choice(circulars())), random)
    elif chance < 0.002:
        part = piece(random) + random.choice(SEPARATORS)
        found = part * random.randrange(1, 20_000 // len(part) + 2)
    else:
        found = "\n".join(lines(random))
        if random.random() < 0.6:
            found = damaged(found, random)
    data = found.encode("utf-8", "surrogatepass")
    return flipped(data, random) if random.random() < 0.03 else data


def flipped(data: bytes, random: Random) -> bytes:
    """Bytes of which some are others."""
    found = bytearray(data or b"x")
    for _ in range(random.choice((1, 3))):
        found[random.randrange(len(found))] = random.randrange(256)
    return bytes(found)


_ATTRIBUTES = (
    *(
        "",
        "",
        "",
        ' colspan="2"',
        " rowspan=2",
        ' colspan="0"',
        ' rowspan="99999999"',
        " colspan=-1",
        ' rowspan="2" colspan="3"',
    ),
    *(
        " hidden",
        ' style="display:none"',
        " style='visibility : hidden'",
        ' class="a b"',
        ' x="<"',
        ' x="',
        " colspan='²'",
    ),
    *(' href="http://localhost:9/x"', ' src="file:///etc/passwd"', ' onload="x()"'),
)
_AROUND = (
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "li",
    "b",
    "strong",
    "sup",
    "span",
    "br",
    "a",
    "script",
    "style",
    "select",
    "td",
    "tr",
    "table",
)


def html(random: Random) -> bytes:
    """A page with tables of the same rows: nested, spanned, hidden, unclosed."""
    parts = [random.choice(("<!DOCTYPE html><html><body>", "<html>", "<table>", '<html><meta charset="utf-8">', ""))]
    for _ in range(random.choice((1, 1, 1, 2))):
        if random.random() < 0.3:
            parts.append(around(escape(random.choice(LINES)), random))
        parts.append(table(random, 0))
    found = "".join(parts)
    if random.random() < 0.5:
        found = damaged(found, random)
    data = found.encode("utf-8", "surrogatepass")
    return flipped(data, random) if random.random() < 0.03 else data


def around(text: str, random: Random) -> str:
    """A text in some element, which may not be closed."""
    name = random.choice(_AROUND)
    return f"<{name}{random.choice(_ATTRIBUTES)}>{text}" + (f"</{name}>" if random.random() < 0.8 else "")


def table(random: Random, depth: int) -> str:
    """A table; some cells hold another one."""
    parts = [f"<table{random.choice(_ATTRIBUTES)}>"]
    for _ in range(random.choice((1, 1, 2, 3))):
        parts.append(f"<tr{random.choice(_ATTRIBUTES) if random.random() < 0.2 else ''}>")
        for cell in row(random, 6):
            name = random.choice(("td", "td", "td", "th"))
            inner = escape(cell) if random.random() < 0.9 else cell
            if random.random() < 0.05:
                inner = around(inner, random)
            if depth < 3 and random.random() < 0.02:
                inner += table(random, depth + 1)
            parts.append(f"<{name}{random.choice(_ATTRIBUTES) if random.random() < 0.3 else ''}>{inner}")
            parts.append(f"</{name}>" if random.random() < 0.8 else "")
        parts.append("</tr>" if random.random() < 0.8 else "")
    return "".join(parts) + ("</table>" if random.random() < 0.9 else "")


@cache
def workbooks() -> tuple[dict[str, str], ...]:
    """The parts of two workbooks, as text."""
    from workbooks import N, T, with_shared_texts, workbook

    rows: tuple[list[str | N | T | None], ...] = (
        [T("Circulaire OA no 2024/910 du 14-12-2023", bold=True)],
        ["Code", "Honoraires", "Libellé", "Intervention"],
        [N("565014", "000000"), N("373.31", "#,##0.00"), "Un", N("45658", "dd/mm/yyyy")],
        [N("565036", "000000"), N("1.257532", '"B = "0.000000;[Red]-0'), T("Deux", size=14), N("0.25", "0%")],
    )
    found = []
    for content in (workbook(rows), with_shared_texts(workbook(rows, rows))):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found.append({name: archive.read(name).decode() for name in archive.namelist() if "theme" not in name})
    return tuple(found)


NUMBERS = (
    *(
        "1",
        "0",
        "-1",
        "373.31000000000006",
        "1e308",
        "1e309",
        "1E-320",
        "0.1e-5",
        "1.",
        ".5",
        "",
        " 7 ",
        "NaN",
        "INF",
        "1_0",
    ),
    *(
        "٣",
        "2958466",
        "-0.0",
        "9" * 399,
        "9" * 401,
        "0." + "0" * 390 + "1",
        "60",
        "59",
        "45658.99999999",
        "1e",
        "--1",
        "0x10",
    ),
)
PATTERNS = (
    *(
        "General",
        "0",
        "0.00",
        "#,##0.00",
        '"B = "0.000000',
        "000000",
        "0%",
        "dd/mm/yyyy",
        "[h]:mm",
        "0.00E+00",
        "# ?/?",
        "@",
    ),
    *(
        "[<5]0;[>=9]\\x0;0",
        "0;-0;;@",
        "[$€-813] #,##0.00",
        "0,,",
        "#,##0,.0",
        "00-00",
        "_-* 0",
        "[Red]",
        ";;;",
        "[=1]",
        "0.0.0",
    ),
    *(
        '"',
        "[",
        "\\",
        "0" * 250,
        "#," * 120,
        "?" * 200,
        "0." + "0" * 200,
        "AM/PM",
        "mm:ss.0",
        "[$",
        "General;General",
        "0%%%%%%",
    ),
)
TYPES = (*("n", "str", "b", "d") * 6, "s", "e", "x", "")


def pattern(random: Random) -> str:
    """A number format, right or wrong."""
    found = random.choice(PATTERNS)
    if random.random() < 0.6:
        found = "".join(random.choices('00##,,..;;%?@"\\_*[]<>=-EeymdhsG$€ /19x', k=random.randrange(1, 12)))
    return found + random.choice(PATTERNS)[:3] if random.random() < 0.2 else found


def sheet(random: Random) -> str:
    """The XML of a sheet: rows of cells of any type and style, in and out of order."""
    parts = ['<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">']
    if random.random() < 0.2:
        parts.append(
            f'<cols><col min="{random.choice(NUMBERS)}" max="{random.randrange(99)}" hidden="1" width="0"/></cols>'
        )
    parts.append("<sheetData>")
    number = 0
    for _ in range(random.choice((1, 2, 3, 5))):
        number += random.choice((1, 1, 1, 1, 2, 0, 1_048_575) if random.random() < 0.2 else (1,))
        parts.append(f'<row r="{number}"' + (' hidden="1"' if random.random() < 0.05 else "") + ">")
        column = 0
        for cell in row(random, 6):
            column += random.choice((1, 1, 1, 1, 3, 0) if random.random() < 0.1 else (1,))
            ref = (
                f"{chr(64 + column % 27)}{number}"
                if random.random() < 0.98
                else random.choice(("", "A", "XFE1", "a1", "A0"))
            )
            kind = random.choice(TYPES) if random.random() < 0.4 else "inlineStr"
            value = random.choice(NUMBERS) if kind in ("n", "s", "b", "d") else escape(cell)
            inner = f"<is><t>{value}</t></is>" if kind == "inlineStr" else f"<v>{value}</v>"
            if random.random() < 0.05:
                inner = "<f>A1+1</f>" + inner
            style = f' s="{random.randrange(6)}"' if random.random() < 0.5 else ""
            parts.append(f'<c r="{ref}" t="{kind}"{style}>{inner}</c>')
        parts.append("</row>")
    parts.append("</sheetData>")
    if random.random() < 0.3:
        refs = [
            f"{random.choice('ABCD')}{random.randrange(5)}:{random.choice('ABCDZ')}{random.randrange(9)}"
            for _ in range(2)
        ]
        parts.append("<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in refs) + "</mergeCells>")
    return "".join(parts) + "</worksheet>"


def xlsx(random: Random) -> bytes:
    """A workbook of which one part or more is another one, or damaged; now and then the archive itself is."""
    parts = dict(random.choice(workbooks()))
    if random.random() < 0.7:
        parts["xl/worksheets/sheet1.xml"] = sheet(random)
    if random.random() < 0.3:
        format = escape(pattern(random), quote=True)
        parts["xl/styles.xml"] = re.sub(
            r'formatCode="[^"]*"', lambda _: f'formatCode="{format}"', parts["xl/styles.xml"]
        )
    for _ in range(random.choice((0, 0, 1, 2))):
        name = random.choice(tuple(parts))
        parts[name] = exchanged(parts[name], random) if random.random() < 0.7 else damaged(parts[name], random)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            if random.random() < 0.99:
                archive.writestr(name, data.encode("utf-8", "surrogatepass"))
    content = out.getvalue()
    return flipped(content, random) if random.random() < 0.05 else content


_VALUE = re.compile(r'"[^"<>]*"|>[^<>]+<')


def exchanged(xml: str, random: Random) -> str:
    """XML in which a value or the text of an element is another one, or an element is gone."""
    found = list(_VALUE.finditer(xml))
    if not found:
        return xml
    match = random.choice(found)
    other = random.choice((random.choice(found)[0][1:-1], random.choice(NUMBERS), escape(piece(random), quote=True)))
    return xml[: match.start() + 1] + other + xml[match.end() - 1 :]


@cache
def pages() -> tuple[bytes, ...]:
    """Small PDF documents: ruled, without rules, prose, an image of other forms."""
    from bareme.circulars.documents.text import blocks_of_text
    from rendered import GRID, built, drawn, rendered, table

    rows = [
        ["Code", "", "Honoraires", "Intervention"],
        ["565014", "565025", "373,31", "364,63"],
        ["565036", "", "1,00", "-"],
    ]
    some = "Titre de la page\n\nUn texte.\n\n" + "\n".join("\t".join(row) for row in rows)
    return (
        built([table(rows)]),
        built([table(rows, ())]),
        rendered(blocks_of_text(some)),
        rendered(blocks_of_text(some), ruled=False),
        drawn([(50, 700, "565014"), (150, 700, "16,10")], turn=90),
        built([table(rows, (GRID, ("SPAN", (0, 0), (1, 0))))], wide=True),
    )


def pdf(random: Random) -> bytes:
    """A damaged PDF."""
    from fuzzing import mutated

    return mutated(random.choice(pages()), random)


def cells(random: Random) -> list[list[str]]:
    """Cells for single functions."""
    found = [row(random) for _ in range(random.choice((1, 1, 2, 4)))]
    return [[damaged(cell, random) if random.random() < 0.3 else cell for cell in cells] for cells in found]


GENERATORS: dict[str, Callable[[Random], Input]] = {
    "text": text,
    "html": html,
    "cells": cells,
    "xlsx": xlsx,
    "pdf": pdf,
}


def shown(made: Input) -> bytes:
    """An input as bytes, to be saved."""
    return made if isinstance(made, bytes) else repr(made).encode("utf-8", "backslashreplace")


def split(total: int, weights: Sequence[int]) -> list[int]:
    """A total in parts."""
    return [total * weight // sum(weights) for weight in weights]
