"""Budget tables read from the text of agreements: the real one row by row, invented ones, French and Dutch."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.budget.arithmetic import Check
from bareme.conventions.agreement_2020.budget.model import budget_table
from bareme.conventions.agreement_2020.budget.statement import budget_of
from bareme.errors import DocumentError
from bareme.exchange.agreements.budget_tables import ReadBudget, read_budget_table
from running import bareme_here
from workbooks import N, workbook

REAL = "2020_national-agreement-doctors-sickness-funds.txt"
DUTCH = """
NATIONAAL AKKOORD TUINLIEDEN - ZIEKENFONDSEN 2031

Artikel 1. Er wordt 2.000 duizend euro vrijgemaakt, in 000 EUR te lezen.

In 000 EUR
Toepassing 2031

Op jaarbasis

Beschikbare middelen
Indexmassa 2031 (1)
01-01-31 1.950 1.950
Besparing 2031 01-01-31 -150 -150
Totaal 1.800 1.800
Aanwending van de middelen
a) Selectieve indexering 1.300 1.300
Raadplegingen 01-01-31 1.300 1.300
Index: 1,95%
Snoeien (990010-990021, 990032-
990043): geen index
b) Herwaarderingen
325 600
Tuinadvies op afstand 01-07-31 125 250
Toezicht in de moestuin tijdens het hele
groeiseizoen
(fase 1)
01-07-2031 175 350
Compost 2031 25 25
Hagen 01-01-32 -25
Totaal 1.625 1.900
Saldo 175 -100
(1) Indexmassa: zonder
de hagen.
"""
SMALL = "In 000 EUR\nToepassing 2031\nBeschikbare middelen\n{}\nSaldo 1 1\n"


def read(text: str, year: int = 2020) -> ReadBudget:
    return read_budget_table(("agreement.txt", text.encode()), systems_of(2020)["budget"], year)


def named(found: ReadBudget) -> list[tuple[str, int | None]]:
    return [(f.check.removeprefix("budget."), f.place.line if f.place else None) for f in found.findings]


def test_the_real_table_is_read_row_by_row(shared: Path) -> None:
    """Labels differ (the document's French, our English); all else is what `table.toml` holds."""
    found = read_budget_table(shared / "agreements" / REAL, systems_of(2020)["budget"], 1999)
    own = budget_table(2020)
    assert found.findings == ()
    assert found.table.year == 2020
    assert [(b.side, b.letter, b.printed, b.notes) for b in found.table.blocks] == [
        (b.side, b.letter, b.printed, b.notes) for b in own.blocks
    ]
    pairs = list(zip(found.table.rows, own.rows, strict=True))
    assert len(pairs) == 37
    for (_, there), (_, here) in pairs:
        assert (there.start, there.printed, there.notes) == (here.start, here.printed, here.notes), here.id
        assert [part.rate for part in there.parts] == [part.rate for part in here.parts], here.id
    assert (found.table.total, found.table.balance) == (own.total, own.balance)
    assert [note.mark for note in found.table.notes] == ["4", "1", "2", "3"], "(4) is printed before (1)"


def test_wrapped_labels_of_the_real_table_are_whole(shared: Path) -> None:
    found = read_budget_table(shared / "agreements" / REAL, systems_of(2020)["budget"], 2020)
    labels = [row.label["fr"] for _, row in found.table.rows]
    assert "Revalorisation honoraires de surveillance hôpital de jour hématologie et oncologie (phase 1)" in labels
    assert labels[0] == "Masse d’indexation 2020"
    imaging = next(row for _, row in found.table.rows if row.id == "imagerie_medicale")
    assert "457855-457866, 457870-457881" in imaging.parts[3].label["fr"], "a code that a line breaks off goes on"


def test_the_real_agreement_has_no_line_with_a_fee(shared: Path) -> None:
    assert bareme.read(shared / "agreements" / REAL).lines == ()


def test_a_dutch_table_is_read_and_checked() -> None:
    """Compost has only a year, the hedges only an annual amount; b) 125 + 175 + 25 = 325, 250 + 350 + 25 - 25 = 600."""
    found = read(DUTCH)
    assert found.findings == ()
    assert found.table.year == 2031
    rows = [(b.letter, r.label["fr"], r.start, r.printed.in_year, r.printed.annual) for b, r in found.table.rows]
    season = "Toezicht in de moestuin tijdens het hele groeiseizoen (fase 1)"
    assert rows == [
        (None, "Indexmassa 2031", date(2031, 1, 1), 1950, 1950),
        (None, "Besparing 2031", date(2031, 1, 1), -150, -150),
        ("a", "Raadplegingen", date(2031, 1, 1), 1300, 1300),
        ("b", "Tuinadvies op afstand", date(2031, 7, 1), 125, 250),
        ("b", season, date(2031, 7, 1), 175, 350),
        ("b", "Compost", 2031, 25, 25),
        ("b", "Hagen", date(2032, 1, 1), None, -25),
    ]
    parts = [row.parts for _, row in found.table.rows][2]
    assert [(p.label["fr"], str(p.rate)) for p in parts] == [
        ("Index", "1.95"),
        ("Snoeien (990010-990021, 990032-990043)", "0"),
    ]
    assert found.table.notes[0].says["fr"] == "Indexmassa: zonder de hagen."
    budget = budget_of(found.table)
    assert [block.line.check for block in budget.blocks] == [Check.EQUAL] * 3
    assert (budget.total.check, budget.balance.check) == (Check.EQUAL, Check.EQUAL)
    assert [row.line.check.value for row in budget.rows][-2:] == ["equal", "not_computable"]


def test_no_line_of_a_dutch_table_is_taken_for_a_fee() -> None:
    assert bareme.read(("dutch.txt", DUTCH.encode())).lines == ()


FRENCH_HEADER = "Code\tLibellé\tHonoraires\tBase annuelle"
DUTCH_HEADER = "Code\tOmschrijving\tHonorarium\tRemgeld van de rechthebbende"


@pytest.mark.parametrize(
    ("unit", "header"),
    [
        ("En 000 EUR", FRENCH_HEADER),
        ("en milliers d'EUR", FRENCH_HEADER),
        ("En milliers d’euros", FRENCH_HEADER),
        ("In 000 EUR", DUTCH_HEADER),
        ("in duizend euro", DUTCH_HEADER),
    ],
)
def test_amounts_in_thousands_are_no_fees_even_beside_a_code(unit: str, header: str) -> None:
    """A header that speaks of fees and a row that starts with a code: still a budget."""
    text = f"# Budget\n\n{unit}\n\n{header}\n102071\tConsultation\t382\t385\n"
    assert bareme.read(("budget.txt", text.encode())).lines == ()
    in_euro = bareme.read(("fees.txt", text.replace(unit, "EUR").encode()))
    assert len(in_euro.lines) == 1, "the same table in euro has a line"


def test_cells_say_in_which_column_a_lone_amount_stands() -> None:
    text = (
        "En 000 EUR\tApplication 2031\t\tBase annuelle\nMoyens disponibles\t\t\t\n"
        "Masse\t01-01-31\t1 950\t1 950\nTotal\t\t1 950\t1 950\nUtilisation des moyens\t\t\t\n"
        "a) Jardins\t\t900\t1.900\nHaies\t01-07-31\t925\t1.850\nGazon\t01-07-31\t-25\t\nRoses\t01-07-31\t\t50\n"
        "Total\t\t900\t1.900\nSolde\t\t1.050\t50\n"
    )
    found = read(text)
    assert named(found) == []
    printed = {row.label["fr"]: (row.printed.in_year, row.printed.annual) for _, row in found.table.rows}
    assert printed == {"Masse": (1950, 1950), "Haies": (925, 1850), "Gazon": (-25, None), "Roses": (None, 50)}


CELLS = [
    ["In 000 EUR", "Toepassing 2031", "", "Op jaarbasis"],
    ["Beschikbare middelen", "", "", ""],
    ["Indexmassa (1)", "01-01-31", "1.950", "1.950"],
    ["Totaal", "", "1.950", "1.950"],
    ["Aanwending van de middelen", "", "", ""],
    ["a) Alles", "", "900", "1.900"],
    ["Hagen", "01-07-31", "925", "1.850"],
    ["Gras", "01-07-31", "-25", ""],
    ["Rozen", "01-07-31", "", "50"],
    ["Totaal", "", "900", "1.900"],
    ["Saldo", "", "1.050", "50"],
]


def as_page() -> tuple[str, bytes]:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in CELLS)
    return "table.html", f"<html><body><p>Akkoord</p><table>{rows}</table></body></html>".encode()


def as_workbook() -> tuple[str, bytes]:
    """Amounts are stored as numbers, with the thousands dot in their format only."""
    rows = [[N(c.replace(".", ""), "#,##0") if re.fullmatch(r"-?[\d.]+", c) else c for c in row] for row in CELLS]
    return "table.xlsx", workbook(rows)


@pytest.mark.parametrize("made", [as_page, as_workbook])
def test_a_table_in_a_page_or_a_workbook(made: Any) -> None:
    found = read_budget_table(made(), systems_of(2020)["budget"], 2020)
    assert found.findings == ()
    assert [(row.label["fr"], row.start, row.printed.in_year, row.printed.annual) for _, row in found.table.rows] == [
        ("Indexmassa", date(2031, 1, 1), 1950, 1950),
        ("Hagen", date(2031, 7, 1), 925, 1850),
        ("Gras", date(2031, 7, 1), -25, None),
        ("Rozen", date(2031, 7, 1), None, 50),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("Hagen 01-07-31 25", [("column_unclear", 4)]),
        ("Hagen 25 50", [("row_without_start", 4)]),
        ("Hagen 31-02-31 25 50", [("start_unreadable", 4)]),
        ("Hagen 01-07-31 1 2 3", [("too_many_amounts", 4)]),
        ("01-07-31 25 50", [("amount_without_label", 4)]),
        ("Hagen 01-07-31 25 50\nzonder meer", [("text_left", 5)]),
        ("Index: 1,95%\nHagen 01-07-31 25 50", [("text_left", 4)]),
        ("Hagen 01-07-31 25 50\nIndex 1% en: 2%", [("text_left", 5)]),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_line(lines: str, expected: Sequence[Any]) -> None:
    found = read(SMALL.format(lines) + "Totaal 1 1\n")
    assert [(check, line) for check, line in named(found) if check != "total_missing"][: len(expected)] == list(
        expected
    )
    for finding in found.findings:
        assert finding.message["en"] != finding.message["fr"]


@pytest.mark.parametrize(
    ("line", "start", "amounts"),
    [
        ("MIC 01-09-31 680 2040", date(2031, 9, 1), (680, 2040)),
        ("MIC 2031-09-01 680 2.040", date(2031, 9, 1), (680, 2040)),
        ("MIC 1/9/2031 -680 -12345", date(2031, 9, 1), (-680, -12345)),
        ("Plan 2033 2033 −4.700", 2033, (None, -4700)),
    ],
)
def test_starts_and_amounts_in_other_ways(line: str, start: date | int, amounts: Any) -> None:
    """A number such as 2040 is an amount behind a day; without one, a year."""
    [(_, row)] = read(SMALL.format(line)).table.rows
    assert (row.start, (row.printed.in_year, row.printed.annual)) == (start, amounts)


def test_a_row_above_the_first_heading_and_a_missing_year() -> None:
    found = read("In 000 EUR\nHagen 01-07-31 25 50\nBeschikbare middelen\nTotaal 1 1\nSaldo 1 1\n", 2031)
    assert named(found) == [("row_outside", 2), ("year_unknown", None), ("total_missing", None)]
    assert found.table.year == 2031


def test_a_document_without_such_a_table() -> None:
    found = read("Akkoord.\n\nEr is 33.148 duizend euro, dat is alles.\n")
    assert named(found) == [("no_table", None)]
    assert found.table.blocks == ()


def test_the_command_reads_another_table(tmp_path: Path) -> None:
    (tmp_path / "akkoord.txt").write_text(DUTCH, encoding="utf-8")
    (tmp_path / "proza.txt").write_text("Niets.", encoding="utf-8")
    book = tmp_path / "book.sqlite"
    ran = bareme_here("budget", "2020", "--table", "akkoord.txt", book=book)
    assert ran.code == 0
    assert "b) Herwaarderingen" in ran.out
    assert "prose" not in ran.out, "what the prose of another agreement says is not known"
    found = bareme_here("budget", "2020", "--table", "akkoord.txt", "--json", book=book).json("budget-1")
    assert found["prose_differences"] == []
    ran = bareme_here("budget", "2020", "--table", "proza.txt", "--json", book=book)
    assert ran.code == 1
    assert ran.json("budget-1")["findings"][0]["check"] == "budget.no_table"
    with pytest.raises(DocumentError):
        bareme.agreements[2020].budget(table=tmp_path / "none.txt")


def test_a_what_if_of_a_table_that_was_read(tmp_path: Path) -> None:
    """The fees at 1,00 % instead of 1,95 % need their mass: the row has two rates."""
    path = tmp_path / "akkoord.txt"
    path.write_text(DUTCH, encoding="utf-8")
    found = bareme.agreements[2020].budget(what_if={"drop": [{"row": "hagen"}]}, table=path).what_if
    assert found is not None
    assert (found.balance.what_if.in_year, found.balance.what_if.annual) == (175, -125)


@dataclass(frozen=True)
class Printed:
    """A row as it is printed."""

    label: tuple[str, ...]
    start: date | int
    in_year: int
    annual: int

    def text(self) -> str:
        day = self.start.strftime("%d-%m-%y") if isinstance(self.start, date) else str(self.start)
        return "\n".join([*self.label, f"{day} {dotted(self.in_year)} {dotted(self.annual)}"])


def dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


WORDS = st.lists(
    st.sampled_from(["Visites", "et", "avis", "Tuinen", "(fase 1)", "article 34", "2031"]), min_size=1, max_size=4
)
LABELS = st.lists(WORDS.map(" ".join), min_size=1, max_size=3).map(tuple)
STARTS = st.dates(date(2031, 1, 1), date(2033, 12, 31)) | st.sampled_from([2031, 2032])
THOUSANDS = st.integers(-(10**7), 10**7)
ROWS = st.lists(st.builds(Printed, LABELS, STARTS, THOUSANDS, THOUSANDS), max_size=5)
BLOCKS = st.lists(st.tuples(st.sampled_from("abcd"), WORDS.map(" ".join), THOUSANDS, THOUSANDS, ROWS), max_size=4)


@settings(max_examples=60)
@given(ROWS, BLOCKS, st.booleans(), THOUSANDS)
def test_random_tables_come_back(sources: Any, blocks: Any, french: bool, total: int) -> None:
    """A table printed with these labels, starts and amounts is read back as it is, in both languages."""
    heads = ("En 000 EUR\nApplication 2031\nBase\n\nannuelle\nMoyens disponibles", "Utilisation des moyens", "Solde")
    if not french:
        heads = ("In 000 EUR\nToepassing 2031\nBeschikbare middelen", "Aanwending van de middelen", "Saldo")
    lines = [heads[0], *(row.text() for row in sources), f"Total {dotted(total)} 0", heads[1]]
    for letter, label, in_year, annual, rows in blocks:
        lines += [f"{letter}) {label} {dotted(in_year)} {dotted(annual)}", *(row.text() for row in rows)]
    lines += [f"Total {dotted(total)} {dotted(-total)}", f"{heads[2]} {dotted(total)} 5", "(1) Note."]
    found = read("\n".join(lines))
    assert found.findings == ()
    assert [(b.letter, b.printed.in_year, b.printed.annual) for b in found.table.blocks[1:]] == [
        (letter, in_year, annual) for letter, _, in_year, annual, _ in blocks
    ]
    expected = [*sources, *(row for block in blocks for row in block[-1])]
    for (_, row), given_row in zip(found.table.rows, expected, strict=True):
        assert row.label["fr"] == " ".join(given_row.label)
        assert (row.start, row.printed.in_year, row.printed.annual) == (
            given_row.start,
            given_row.in_year,
            given_row.annual,
        )
    assert (found.table.blocks[0].printed.in_year, found.table.blocks[0].printed.annual) == (total, 0)
    assert (found.table.total.annual, found.table.balance.annual) == (-total, 5)


@given(st.text(max_size=300))
def test_no_text_is_a_stop(text: str) -> None:
    """Whatever stands in the table is read or becomes a finding; bytes that are no text are a `DocumentError`."""
    with contextlib.suppress(DocumentError):
        read("In 000 EUR\nToepassing 2031\nBeschikbare middelen\n" + text + "\n.")
