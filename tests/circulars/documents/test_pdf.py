"""PDF read to blocks: tables ruled or not, prose, and the whole way from a drafted tariff to its lines."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, Spacer

import bareme
from bareme.circulars.documents import blocks as kinds
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.pdf import blocks_of_pdf
from bareme.circulars.model import Line
from bareme.circulars.serial import circular_to_dict, line_to_dict
from rendered import BOLD, FONT, GRID, built, drawn, fonts, rendered, style, table

HEADER = ["Code", "HOS", "Libellé", "Honoraires", "Intervention"]
ROWS = [
    ["565014", "565025", "Examen génétique", "1.257,53", "0,00"],
    ["565036", "", "Césarienne – à distance", "363,43", "354,75"],
    ["565051", "565062", "Ψ Кровь, œdème", "", "12,00"],
]


def tables(content: bytes) -> list[list[list[str]]]:
    return [[[c.text for c in r.cells] for r in b.rows] for b in blocks(content) if isinstance(b, kinds.Table)]


def blocks(content: bytes) -> tuple[kinds.Block, ...]:
    return blocks_of_pdf("a.pdf", content)


def prose(content: bytes) -> list[tuple[str, str]]:
    """Kind and text of what is no table."""
    found = []
    for block in blocks(content):
        if isinstance(block, kinds.Heading):
            found.append((f"h{block.level}", block.text))
        elif isinstance(block, kinds.Paragraph):
            found.append(("item" if block.item else "bold" if block.bold else "p", block.text))
    return found


LOOKS: dict[str, list[Any]] = {
    "grid": [GRID],
    "boxes of cells": [("BOX", (c, r), (c, r), 0.4, colors.black) for c in range(5) for r in range(4)],
    "filled header": [GRID, ("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey)],
    "rules between rows": [
        ("LINEABOVE", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
    ],
    "three rules": [
        ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
    ],
    "columns and a box": [
        ("BOX", (0, 0), (-1, -1), 1, colors.black),
        ("LINEAFTER", (0, 0), (-1, -1), 0.5, colors.black),
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ],
    "no rules": [],
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_table_however_it_is_ruled(look: str) -> None:
    assert tables(built([table([HEADER, *ROWS], LOOKS[look])])) == [[HEADER, *ROWS]]


@pytest.mark.parametrize("look", ["grid", "no rules"])
@pytest.mark.parametrize("side", ["LEFT", "RIGHT", "CENTER"])
def test_columns_aligned_to_a_side(look: str, side: str) -> None:
    commands = [*LOOKS[look], ("ALIGN", (3, 0), (-1, -1), side)]
    assert tables(built([table([HEADER, *ROWS], commands)])) == [[HEADER, *ROWS]]


def test_a_table_goes_on_over_pages_without_its_repeated_header() -> None:
    rows = [[f"{n:06}", "", f"Libellé {n}", f"{n},00", "0,00"] for n in range(565000, 565120)]
    for commands in ([GRID], []):
        content = built([table([HEADER, *rows], commands, repeatRows=1)])
        found = [b for b in blocks(content) if isinstance(b, kinds.Table)]
        assert [[c.text for c in r.cells] for r in found[0].rows] == [HEADER, *rows]
        assert len(found) == 1
        pages = {r.place.page for r in found[0].rows if r.place}
        assert pages == {1, 2, 3}
        assert [r.line for r in found[0].rows] == list(range(1, 122))


@pytest.mark.parametrize("valign", ["TOP", "MIDDLE"])
@pytest.mark.parametrize("look", ["grid", "no rules"])
def test_wrapped_labels(look: str, valign: str) -> None:
    label = "Intervention très longue dont le libellé va sur plusieurs lignes"
    rows = [["565014", "565025", Paragraph(label, style(8)), "1.257,53", "0,00"] for _ in range(3)]
    commands = [*LOOKS[look], ("VALIGN", (0, 0), (-1, -1), valign)]
    content = built([table([HEADER, *rows], commands, colWidths=[60, 60, 105, 70, 70])])
    assert tables(content) == [[HEADER, *[["565014", "565025", label, "1.257,53", "0,00"]] * 3]]


def test_a_word_hyphenated_at_the_end_of_a_line_is_joined() -> None:
    rows = [["565014", "Psycho-\nlogue et rendez-\nvous", "1,00"], ["565036", "un rendez-vous", "2,00"]]
    found = tables(built([table(rows)]))
    assert found == [[["565014", "Psychologue et rendez-vous", "1,00"], ["565036", "un rendez-vous", "2,00"]]]


def test_merged_cells_of_a_header() -> None:
    rows = [
        ["Numéro de code", "", "Honoraires", "Intervention Ambulant", ""],
        ["AMB", "HOS", "", "avec", "sans"],
        ["565014", "565025", "363,43", "363,43", "354,75"],
        ["565036", "565040", "226,36", "226,36", "217,68"],
    ]
    spans = [
        ("SPAN", (0, 0), (1, 0)),
        ("SPAN", (2, 0), (2, 1)),
        ("SPAN", (3, 0), (4, 0)),
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
    ]
    assert tables(built([table(rows, [GRID, *spans])])) == [rows]
    assert tables(built([table(rows, spans)])) == [rows]


def test_a_text_that_overflows_its_cell_is_whole_and_its_neighbours_stay_blank() -> None:
    long = "Un titre qui dépasse de loin sa colonne"
    rows = [[long, "", "C"], ["565014", "1,00", "2,00"]]
    assert tables(built([table(rows, colWidths=[60, 90, 200])])) == [rows]
    amounts = [["565014", "123.456.789,12", ""], ["565036", "1,00", "2,00"]]
    content = built([table(amounts, [GRID, ("ALIGN", (1, 0), (-1, -1), "RIGHT")], colWidths=[60, 45, 60])])
    assert tables(content) == [amounts]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_upright(turn: int) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setPageRotation(turn)
    if turn:
        canvas.translate(*{90: (A4[1], 0), 180: A4, 270: (0, A4[0])}[turn])  # reportlab turns the paper too
        canvas.rotate(turn)
    for n, row in enumerate(ROWS):
        for m, text in enumerate(row):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(40 + 90 * m, 500 - 15 * n, text.replace("Ψ Кровь", "Sang"))
    canvas.save()
    (found,) = blocks(out.getvalue())
    assert isinstance(found, kinds.Table)
    assert [[c.text for c in r.cells][:2] for r in found.rows] == [row[:2] for row in ROWS]
    first = found.rows[0].cells[0].place
    assert first is not None
    assert first.box is not None
    assert first.box[0] == 40


def test_prose_headings_items_and_footnotes() -> None:
    sentence = "Le Comité général de gestion a approuvé le projet de budget global, sous réserve des décisions. " * 4
    story = [
        Paragraph("Soins de Santé", style(16, BOLD)),
        Paragraph("Circulaire OA no 2024/382 du 12-12-2024", style()),
        Paragraph("Applicable à partir de 1/01/2025", style()),
        Paragraph("<b>Tarifs; médecins; 01-01-2025.</b>", style()),
        Paragraph(sentence, style()),
        Paragraph("- les honoraires sont indexés", style()),
        Paragraph("- le reste ne change pas", style()),
        Paragraph("1. Analyses", style(13, BOLD)),
        table([HEADER, *ROWS]),
        Paragraph("* 248 € par période", style()),
        Paragraph("<super>1</super>Intervention théorique", style()),
    ]
    assert prose(built(story)) == [
        ("h1", "Soins de Santé"),
        ("p", "Circulaire OA no 2024/382 du 12-12-2024"),
        ("p", "Applicable à partir de 1/01/2025"),
        ("bold", "Tarifs; médecins; 01-01-2025."),
        ("p", sentence.strip()),
        ("item", "les honoraires sont indexés"),
        ("item", "le reste ne change pas"),
        ("h2", "1. Analyses"),
        ("p", "* 248 € par période"),
        ("p", "1 Intervention théorique"),
    ]


def test_raised_marks_keep_their_order_and_never_join_a_number() -> None:
    rows = [["565014", Paragraph("Groupe - 1<super>1</super>", style(8)), "1,00"], ["565036", "Autre", "2,00"]]
    assert tables(built([table(rows)]))[0][0] == ["565014", "Groupe - 1 1", "1,00"]
    assert prose(built([Paragraph("à partir du 1<super>er</super> janvier 2025", style())])) == [
        ("p", "à partir du 1er janvier 2025")
    ]


def test_running_titles_and_page_numbers_are_left_out() -> None:
    def running(canvas: Any, document: Any) -> None:
        canvas.setFont(FONT, 8)
        canvas.drawString(40, 815, "INAMI – Circulaire aux organismes assureurs")
        canvas.drawRightString(550, 20, f"Page {document.page} / 3")

    story: list[Any] = []
    for n in range(3):
        story += [Paragraph(f"Une phrase, la {'abc'[n]}.", style()), Spacer(1, 9), table([HEADER, *ROWS]), PageBreak()]
    assert prose(built(story, later=running)) == [("p", f"Une phrase, la {letter}.") for letter in "abc"]


def test_places_and_lines() -> None:
    content = drawn(
        [(50, 700, "565014"), (150, 700, "1,00"), (50, 680, "565036"), (150, 680, "2,00"), (50, 600, "Fin.")]
    )
    found, last = blocks(content)
    assert isinstance(found, kinds.Table)
    assert isinstance(last, kinds.Paragraph)
    assert [(r.line, [c.index for c in r.cells]) for r in found.rows] == [(1, [1, 2]), (2, [1, 2])]
    assert last.line == 3
    place = found.rows[0].cells[1].place
    assert place is not None
    assert place.box is not None
    assert (place.page, place.box[0]) == (1, 150)
    assert place.box[1] < 700 < place.box[3]


def test_rules_drawn_as_thin_rectangles_in_a_form_within_the_page() -> None:
    fonts()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.beginForm("table")
    for n in range(4):
        canvas.rect(0, 20 * n, 299.5, 0.5, stroke=0, fill=1)
        for m in range(3):
            canvas.rect(100 * n, 20 * m, 0.5, 20, stroke=0, fill=1)
    for n, row in enumerate([["565014", "", "1,00"], ["565036", "long texte", ""], ["565051", "b", "2.000,00"]]):
        for m, text in enumerate(row):
            canvas.setFont(FONT, 8)
            canvas.drawString(100 * m + 4, 46 - 20 * n, text)
    canvas.endForm()
    canvas.translate(60, 500)
    canvas.doForm("table")
    canvas.save()
    assert tables(out.getvalue()) == [
        [["565014", "", "1,00"], ["565036", "long texte", ""], ["565051", "b", "2.000,00"]]
    ]


def test_a_justified_paragraph_goes_on_over_pages() -> None:
    sentence = (
        "Ce budget tient compte d'un indice santé de 3,34% pour l'assurance soins de santé et ainsi de suite, " * 60
    )
    look = style(10, alignment=TA_JUSTIFY)
    assert prose(built([Paragraph(sentence + "fin.", look), Paragraph("Autre.", look)])) == [
        ("p", sentence + "fin."),
        ("p", "Autre."),
    ]


def test_another_table_on_the_next_page_is_another_table() -> None:
    other = [["Pseudocode", "", "Description", "Ticket", "Total"], ["726412", "", "Groupe", "1,00", "2,00"]]
    widths = [80, 80, 120, 80, 80]
    content = built([table([HEADER, *ROWS], colWidths=widths), PageBreak(), table(other, colWidths=widths)])
    assert tables(content) == [[HEADER, *ROWS], other]


def test_a_framed_text_is_no_table() -> None:
    assert prose(built([table([["Attention : le tarif change."]])])) == [("p", "Attention : le tarif change.")]


amounts = st.integers(0, 9_999_999).map(lambda n: f"{n // 100:,}".replace(",", ".") + f",{n % 100:02}")
words = st.text(st.sampled_from("abcdéèàçœï'Éß"), min_size=1, max_size=9)
labels = st.lists(words, min_size=1, max_size=4).map(" ".join)


@st.composite
def random_tables(draw: Any) -> list[list[str]]:
    columns = draw(st.integers(1, 6))
    count = draw(st.integers(1, 12))
    number = st.integers(100000, 999999).map(str)
    rows = [
        [draw(number), draw(labels), *[draw(st.one_of(st.just(""), amounts)) for _ in range(columns)]]
        for _ in range(count)
    ]
    return [["Code", "Libellé", *[f"Montant {'ABCDEF'[n]}" for n in range(columns)]], *rows]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_tables())
def test_random_ruled_tables_come_back_cell_by_cell(rows: list[list[str]]) -> None:
    content = built([table(rows)])
    assert tables(content) == [rows]
    with pdfplumber.open(io.BytesIO(content)) as other:
        (theirs,) = other.pages[0].extract_tables()
    assert theirs == rows


@pytest.mark.parametrize("ruled", [True, False])
def test_a_circular_reads_the_same_from_its_pdf(ruled: bool, four: dict[str, Path]) -> None:
    for path in four.values():
        content = rendered(open_document(path).blocks, ruled)
        ours, theirs = bareme.read((f"{path.stem}.pdf", content)), bareme.read(path)
        assert [_said(line, ruled) for line in ours.lines] == [_said(line, ruled) for line in theirs.lines]
        assert all(line.source.place and line.source.place.page for line in ours.lines)
        assert all(source.place for line in ours.lines for source in line.cells.values())
        assert circular_to_dict(ours.circular)["title"] == circular_to_dict(theirs.circular)["title"]
        assert not ruled or [f.check for f in ours.findings] == [f.check for f in theirs.findings]


def _said(line: Line, ruled: bool) -> Any:
    """What a line says, without where; blank cells at the end of the rows of a table cannot be seen without rules."""
    said = _bare(line_to_dict(line))
    return said if ruled else {key: said[key] for key in said if key not in ("amounts", "not_published")}


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        gone = ("source", "cells", "place", "line", "cell", "document", "name", "row")
        return {key: _bare(inner) for key, inner in value.items() if key not in gone}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value
