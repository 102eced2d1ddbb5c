"""Lines of chunks become a grid, with characters of a line as positions."""

from __future__ import annotations

import re

from bareme.circulars.documents.aligned import Chunk, grid_of


def grid(text: str) -> list[list[str]]:
    """The grid of lines whose columns are two spaces or more apart."""
    lines = [
        [Chunk(found.start(), found.end(), found[0]) for found in re.finditer(r"\S+(?: \S+)*", line)]
        for line in text.splitlines()
        if line.strip()
    ]
    return [[" ".join(chunk.text for chunk in cell) for cell in row] for row in grid_of(lines)]


def test_columns_rows_and_blank_cells() -> None:
    text = """
Numéro de code              Libellé              Honoraires   Intervention Ambulant
AMB     HOS                                                   avec       sans
565014  565025 = B   289    Caryotype              1.363,43     363,43     354,75
565036               180    Un libellé long           36,00                217,68
                            qui va plus loin
565051  565062 = B   578    Autre                                 0,00       0,00
"""
    assert grid(text) == [
        ["Numéro de code", "", "", "Libellé", "Honoraires", "Intervention Ambulant", ""],
        ["AMB", "HOS", "", "", "", "avec", "sans"],
        ["565014", "565025 = B", "289", "Caryotype", "1.363,43", "363,43", "354,75"],
        ["565036", "", "180", "Un libellé long qui va plus loin", "36,00", "", "217,68"],
        ["565051", "565062 = B", "578", "Autre", "", "0,00", "0,00"],
    ]


def test_texts_around_the_figures_beside_them() -> None:
    text = """
Code                   Montant
        Un libellé de
565014                    1,00
        deux lignes
        Un autre de
565036                   12,00
        deux lignes
"""
    assert grid(text) == [
        ["Code", "", "Montant"],
        ["565014", "Un libellé de deux lignes", "1,00"],
        ["565036", "Un autre de deux lignes", "12,00"],
    ]


def test_a_header_without_data_and_nothing_at_all() -> None:
    assert grid("Code  Libellé") == [["Code", "Libellé"]]
    assert grid_of([]) == []
