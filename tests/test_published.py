"""The reader against a table of the same figures that was made by other means (`independent/tabulate.py`).

`data/published.csv` has a row for each line of the four circulars and situation: every code, letter value, coefficient,
fee, intervention and patient share. It is compared with the reader on the real circulars, where they are at hand, and
everywhere on the example documents, which hold the same figures.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bareme.circulars.documents.opening import open_document
from bareme.circulars.model import Amount, Line, Reading
from bareme.circulars.reading import read_document
from bareme.circulars.sources import Figure

TESTS = Path(__file__).parent
PUBLISHED = TESTS / "data" / "published.csv"
TABULATE = TESTS / "independent" / "tabulate.py"
EXAMPLES = TESTS.parent / "examples" / "circulars"
NUMBERS = ("2024/356", "2024/382", "2024/401", "2025/336")
ROWS = {"2024/356": 150, "2024/382": 308, "2024/401": 4, "2025/336": 308}

Row = dict[str, str]


def published(number: str) -> list[Row]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["circular"] == number]


def text(figure: Figure | None) -> str:
    return "" if figure is None else str(figure.amount)


def missing(line: Line, amount: Amount) -> str:
    """Why a situation has no amount, in the words of the table."""
    if amount.not_published:
        assert (amount.intervention, amount.patient_share) == (None, None)
        return "not_published"
    return "" if amount.intervention is not None else "none_given"


def section(line: Line) -> str:
    """The section's number, or for the one section without a number what the table calls it."""
    assert line.section is not None
    return line.section.number or "O/convention"


def row_of(number: str, line: Line, amount: Amount) -> Row:
    """One line in one situation as the table has it."""
    assert len(line.terms) <= 1
    assert amount.facts == {}
    term = line.terms[0] if line.terms else None
    if amount.patient_share is not None:
        assert amount.patient_share.is_derived == ("patient_share" in amount.derived)
    return {
        "circular": number,
        "section": section(line) if number != "2024/401" else "",
        "table": str(line.source.table),
        "row": str(line.source.row),
        "ambulatory_code": line.ambulatory_code.digits if line.ambulatory_code else "",
        "hospital_code": line.hospital_code.digits if line.hospital_code else "",
        "letter": (term.letter or "") if term else "",
        "letter_value": text(term.value) if term else "",
        "coefficient": text(term.coefficient) if term else "",
        "fee": text(line.fee),
        "setting": amount.setting or "",
        "regime": amount.regime or "",
        "age_from": "" if amount.age_from is None else str(amount.age_from),
        "age_to": "" if amount.age_to is None else str(amount.age_to),
        "intervention": text(amount.intervention),
        "patient_share": text(amount.patient_share),
        "share_printed": "yes" if amount.patient_share and not amount.patient_share.is_derived else "no",
        "missing": missing(line, amount),
        "label": line.label or "",
        "marks": " ".join(note.mark for note in line.footnotes),
        "basis": amount.basis,
        "intervention_kind": amount.intervention_kind or "",
    }


def rows_of(reading: Reading, number: str) -> list[Row]:
    return [row_of(number, line, amount) for line in reading.lines for amount in line.amounts]


def read(path: Path) -> Reading:
    return read_document(open_document(path))[0]


def example(number: str) -> Path:
    return EXAMPLES / f"example-{number.replace('/', '-')}.txt"


@pytest.mark.parametrize("number", NUMBERS)
def test_the_table_is_complete(number: str) -> None:
    assert len(published(number)) == ROWS[number]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_figure_of_the_real_circular(number: str, four: dict[str, Path]) -> None:
    assert rows_of(read(four[number]), number) == published(number)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_figure_of_the_example_document(number: str) -> None:
    assert rows_of(read(example(number)), number) == published(number)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_example_says_all_that_the_real_circular_says_of_its_lines(number: str, four: dict[str, Path]) -> None:
    """Figures, labels, sections, conventions and marks; not where they stand in it, nor the words of notes."""
    assert figures_of(read(example(number))) == figures_of(read(four[number]))


def figures_of(reading: Reading) -> list[dict[str, object]]:
    """The lines as `bareme read --json` gives them, without the places and without the text of footnotes."""
    data = reading.to_dict()["lines"]
    assert isinstance(data, list)
    kept = [{name: value for name, value in line.items() if name not in ("source", "cells")} for line in data]
    return [line | {"footnotes": [note["mark"] for note in line["footnotes"]]} for line in kept]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_example_has_the_identity_and_the_measures_of_the_real_circular(number: str, four: dict[str, Path]) -> None:
    one, other = read(example(number)), read(four[number])
    names = ("number", "issued_on", "effective_on", "reference", "language", "kind", "series", "title", "attachments")
    assert [getattr(one.circular, name) for name in names] == [getattr(other.circular, name) for name in names]
    assert said(one) == said(other)


def said(reading: Reading) -> list[tuple[object, ...]]:
    """The measures without the passages in which they stand, and the indices that are named."""
    measures: list[tuple[object, ...]] = [
        (
            *(m.kind, m.scope, m.codes, m.named, m.excepted, m.letter),
            *(text(figure) for figure in (m.rate, m.amount, m.coefficient_from, m.coefficient_to)),
        )
        for m in reading.measures
    ]
    return [*measures, *((index.kind, index.rate.amount) for index in reading.circular.indices)]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_figure_is_written_in_the_cell_that_it_names(number: str) -> None:
    """Read the figure again from the raw line of the document, at the cell of its source."""
    lines = example(number).read_text(encoding="utf-8").split("\n")
    for line in read(example(number)).lines:
        figures = [line.fee, *(f for a in line.amounts for f in (a.intervention, a.patient_share))]
        for figure in figures:
            if figure is None or figure.is_derived:
                continue
            source = figure.source
            assert source.line is not None
            assert source.cell is not None
            cell = lines[source.line - 1].split("\t")[source.cell - 1]
            assert cell == source.text
            plain = cell.replace("<b>", "").replace("</b>", "")
            assert Decimal(plain.replace(".", "").replace(",", ".")) == figure.amount


def test_the_table_is_what_its_script_makes(shared: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-B", str(TABULATE), str(shared)], capture_output=True, check=True, timeout=60
    ).stdout
    assert made == PUBLISHED.read_bytes()
