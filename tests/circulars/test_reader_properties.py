"""What holds for any table and any document: tables are read back exactly, and nothing makes the reader raise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bareme.audit.registry import doubtful_rows
from bareme.circulars.documents.blocks import Table
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.text import plain
from bareme.circulars.figures import amount_of, glued_amounts, without_list_mark
from bareme.circulars.model import Line, Reading
from bareme.errors import DocumentError
from bareme.money import CENT, from_cents, printed
from random_books import examples
from written import FOUR, pair, read, table_text

EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples" / "circulars").glob("*.txt"))
TEXTS = [path.read_text(encoding="utf-8") for path in EXAMPLES]
RELAXED = settings(deadline=None, max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])

LAYOUTS = {
    "joined": ("{letter} = {value}", "{amb}", "{hos} = {letter}", "{coefficient}"),
    "paired": ("{letter} = {value}", "{amb}", "{hos}", "= {letter} {coefficient}"),
    "spread": ("{letter} = {value}", "{amb}", "{hos}", "= {letter}", "{coefficient}"),
    "plain": ("{value}", "{amb}", "{hos}", "{coefficient}"),
}


@dataclass(frozen=True)
class Medical:
    """One line of a medical table as a person fills it in; amounts in euro."""

    stem: int
    letter: str | None
    value: Decimal
    coefficient: Decimal
    fee: Decimal
    paid: tuple[Decimal, ...]

    def cells(self, layout: str, bold: bool) -> list[str]:
        amb, hos = pair(self.stem)
        words = {"letter": self.letter or "", "value": printed(self.value), "coefficient": printed(self.coefficient)}
        left = [cell.format(amb=f"<b>{amb}</b>" if bold else amb, hos=hos, **words) for cell in LAYOUTS[layout]]
        return [*left, printed(self.fee), *(printed(amount) for amount in self.paid)]


Found = tuple[str, str, str | None, Decimal, Decimal, Decimal, tuple[Decimal | None, ...]]


def wanted(line: Medical, cut: int) -> Found:
    paid = tuple(None if n >= len(FOUR) - cut else amount for n, amount in enumerate(line.paid))
    return (*pair(line.stem), line.letter, line.value, line.coefficient, line.fee, paid)


def found(line: Line) -> Found:
    [term] = line.terms
    assert line.ambulatory_code
    assert line.hospital_code
    assert term.value
    assert term.coefficient
    assert line.fee
    figures = [line.amount(*situation).intervention for situation in FOUR]
    paid = tuple(figure.amount if figure else None for figure in figures)
    codes = (line.ambulatory_code.digits, line.hospital_code.digits)
    return (*codes, term.letter, term.value.amount, term.coefficient.amount, line.fee.amount, paid)


@st.composite
def medical_lines(draw: st.DrawFn, lettered: bool, exact: bool) -> list[Medical]:
    """Lines whose fee follows from their terms, to the cent when `exact`."""
    stems = draw(st.lists(st.integers(1, 49998), min_size=1, max_size=6, unique=True))
    lines = []
    for half in stems:
        value = Decimal(draw(st.integers(10_000, 9_999_999))).scaleb(-6)
        coefficient = Decimal(draw(st.integers(10, 30_000))).scaleb(-draw(st.sampled_from([0, 0, 1])))
        fee = CENT.round(value * coefficient)
        assume(fee > 1)
        if not exact:
            fee += from_cents(draw(st.sampled_from([0, 0, 0, -1, 1, 2])))
        preferential = fee - from_cents(draw(st.sampled_from([0, 0, 25, 100])))
        ordinary = preferential - draw(st.sampled_from([Decimal(0), Decimal("0.01"), preferential]))
        paid = (preferential, ordinary, *draw(st.sampled_from([(fee, fee), (preferential, ordinary)])))
        letter = draw(st.sampled_from(["B", "I", "N", "Q"])) if lettered else None
        lines.append(Medical(2 * half + 1, letter, value, coefficient, fee, paid))
    return lines


def medical_header(left: int, offset: int, settings_named: bool, padded: bool) -> list[list[str]]:
    """Two header rows whose amounts stand `offset` cells to the left of the figures."""
    before = left - offset
    names = ["", "AMB", "HOS", "", ""][:before] if settings_named else [""] * before
    titles = ["Honoraires", "Intervention Ambulant", "", "Intervention Hospitalisé", ""]
    regimes = ["", *["Bénéficiaires avec régime préférentiel", "Bénéficiaires sans régime préférentiel"] * 2]
    after = [""] * offset if padded else []
    return [["Numéro de code", *[""] * (before - 1), *titles, *after], [*names, *regimes, *after]]


@RELAXED
@given(st.data())
def test_a_medical_table_is_read_back_exactly(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(sorted(LAYOUTS)), "layout")
    cut = data.draw(st.sampled_from([0, 0, 1, 2]), "cut")
    lines = data.draw(medical_lines(lettered=layout != "plain", exact=cut > 0), "lines")
    flags = [data.draw(st.booleans(), name) for name in ("settings named", "padded", "bold")]
    left, offset = len(LAYOUTS[layout]), data.draw(st.integers(0, 2), "offset")
    rows = [line.cells(layout, flags[2]) for line in lines]
    rows = [row[: len(row) - cut] for row in rows]
    reading = read(table_text([*medical_header(left, offset, flags[0], flags[1]), *rows]))
    assert [found(line) for line in reading.lines] == [wanted(line, cut) for line in lines]
    [table] = reading.tables
    assert table.offset == offset
    assert {len(row.cut) for row in table.rows} == {cut}
    if not cut:
        assert not doubtful_rows(reading.findings)


@dataclass(frozen=True)
class Labelled:
    """One line of a table with labels and printed patient shares."""

    stem: int
    label: str
    fee: Decimal
    shares: tuple[Decimal, Decimal] | None
    shift: int = 0

    def cells(self) -> list[str]:
        after = [printed(self.fee - share) for share in self.shares or ()] + [printed(s) for s in self.shares or ()]
        return [*[""] * self.shift, pair(self.stem)[0], "-", self.label, printed(self.fee), *after]


LABELLED_HEADER = [
    ["Pseudocode", "", "Description", "Honoraires", "Intervention AMI", "", "Ticket modérateur par patient", ""],
    ["AMB", "HOS", "", "", *["avec régime préférentiel", "sans régime préférentiel"] * 2],
]
WORDS = st.sampled_from(["Séance", "première", "cabinet", "à distance", "chez le bénéficiaire", "Groupe", "- 1", "- 2"])


@RELAXED
@given(st.data())
def test_a_shifted_row_of_a_labelled_table_is_read_back_exactly(data: st.DataObject) -> None:
    """One row may stand up to six cells to the right; then it may also end after its fee."""
    stems = data.draw(st.lists(st.integers(1, 49998), min_size=4, max_size=8, unique=True))
    odd = data.draw(st.integers(0, len(stems) - 1), "odd row")
    lines = []
    for number, half in enumerate(stems):
        label = "Acte " + " ".join(data.draw(st.lists(WORDS, max_size=4)))
        fee = from_cents(data.draw(st.integers(1_100, 500_000)))
        shares = [from_cents(data.draw(st.sampled_from([0, 250, 400, 1_100]))) for _ in range(2)]
        shift = data.draw(st.integers(0, 6), "shift") if number == odd else 0
        ends_after_fee = bool(shift) and data.draw(st.booleans(), "ends after its fee")
        lines.append(
            Labelled(2 * half + 1, label.strip(), fee, None if ends_after_fee else (min(shares), max(shares)), shift)
        )
    reading = read(table_text([*LABELLED_HEADER, *(line.cells() for line in lines)]))
    for line, wanted_line, layout in zip(reading.lines, lines, reading.tables[0].rows, strict=True):
        printed_shares = tuple(a.patient_share.amount for a in line.amounts if a.patient_share)
        paid = tuple(a.intervention.amount for a in line.amounts if a.intervention)
        assert line.code == pair(wanted_line.stem)[0]
        assert line.label == wanted_line.label
        assert line.fee is not None
        assert line.fee.amount == wanted_line.fee
        assert printed_shares == (wanted_line.shares or ())
        assert paid == tuple(wanted_line.fee - share for share in wanted_line.shares or ())
        assert all(bool(a.not_published) == (wanted_line.shares is None) for a in line.amounts)
        assert layout.shift == wanted_line.shift


def survives(text: str) -> Reading | None:
    """Read the text and look whether what was read stands there; None when it is no document at all."""
    try:
        reading = read(text)
    except DocumentError:
        return None
    assert json.loads(json.dumps(reading.to_dict()))["findings"] is not None
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))).lines == reading.lines
    rows = {
        row.line: row
        for block in open_document(("t.txt", text.encode())).blocks
        if isinstance(block, Table)
        for row in block.rows
    }
    for line in reading.lines:
        figures = [line.fee, *(f for a in line.amounts for f in (a.intervention, a.patient_share))]
        for figure in figures:
            if figure is not None and not figure.is_derived:
                source = figure.source
                assert source.line is not None
                assert source.cell is not None
                assert rows[source.line].cells[source.cell - 1].raw == source.text
                text = plain(source.text or "")
                assert figure.amount in [amount_of(part) for part in (without_list_mark(text), *glued_amounts(text))]
    return reading


SIGNS = ["=", "+", "-", "*", "1", "B", "b", "É", "²", "٣", " ", "\u2028", "\x0b", "\r", "<b>", "**", "{x}", "%s"]
MARKS = ["(*)", "\\(\\*\\)", "1 1", "1,", ",10"]
WORDED = ["Honoraires", "AMB", "HOS", "Code", "Libellé", "Intervention", "Ticket modérateur", "préf.", "ord."]
NUMBERS = ["565014", "565015", "000000", "565014 = B", "B = 1,257532", "= B 8", "16,10", "9.999.999.999,99"]
HUGE = ["99.999.999.999,99", "1" * 40]
NASTY = st.sampled_from([*SIGNS, *MARKS, *WORDED, *NUMBERS, *HUGE])
CELLS = st.one_of(NASTY, st.text(max_size=8))
PROSE = """
# 1. Titre
### 1.2.3. Titre
## B. Titre
**Convention des essais**
c) Titre
* note
1 note
Circulaire OA no 2024/900 du 31-02-2024
Applicable à partir de 1 ² 2025
Tarifs ; x ; 99-99-2024
- indexé de 2,00 %, excepté
- convention de 565014-565025
la valeur lettre-clé de 565014 diminue de 3 %
« Nom d'un acte entre guillemets »
9999 /9001
Pièces jointes :
[x.xlsx](#)
indice santé de ٣ %
"""
LINES = st.sampled_from([*PROSE.split("\n"), f"# {'1' * 5000}. Titre", f"# {'2' * 5000}. Titre"])


@RELAXED
@given(st.text(max_size=400))
def test_any_text_is_read_without_raising(text: str) -> None:
    survives(text)


@RELAXED
@given(st.lists(st.one_of(LINES, st.lists(CELLS, min_size=1, max_size=12).map("\t".join)), max_size=25))
def test_any_table_is_read_without_raising(lines: list[str]) -> None:
    survives("\n".join(lines))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A circular with some lines gone, some cells swapped, some characters changed."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    place = st.integers(0, len(lines) - 1)
    gone = draw(st.sets(place, max_size=20))
    for number in draw(st.lists(place, max_size=6)):
        cells = lines[number].split("\t")
        one, other = (draw(st.integers(0, len(cells) - 1)) for _ in range(2))
        cells[one], cells[other] = cells[other], cells[one]
        lines[number] = "\t".join(cells)
    for number in draw(st.lists(place, max_size=6)):
        line = lines[number]
        where = draw(st.integers(0, len(line)))
        length = draw(st.integers(0, 2))
        lines[number] = line[:where] + draw(st.one_of(NASTY, st.just("\t"), st.just(""))) + line[where + length :]
    return "\n".join(line for number, line in enumerate(lines) if number not in gone)


@settings(RELAXED, max_examples=examples(15))
@given(damaged())
def test_a_damaged_circular_is_read_without_raising(text: str) -> None:
    survives(text)


@cache
def as_printed(text: str) -> Reading:
    """The reading of a circular that is not changed."""
    return read(text)


@settings(RELAXED, max_examples=examples(15))
@given(st.sampled_from(TEXTS), st.data())
def test_a_changed_digit_is_noticed_or_is_what_stands_there(text: str, data: st.DataObject) -> None:
    """One digit of a medical fee changed: the row is at odds with arithmetic, and no other row changes."""
    lines = text.split("\n")
    sound = as_printed(text)
    at_odds = {f.code for f in sound.findings.named("fee_from_terms")}
    candidates = [line for line in sound.lines if line.fee and line.terms and line.code not in at_odds]
    assume(candidates)
    line = data.draw(st.sampled_from(candidates))
    assert line.fee is not None
    assert line.source.line is not None
    cells = lines[line.source.line - 1].split("\t")
    fee = line.cells["fee"]
    assert fee.cell is not None
    digits = [n for n, c in enumerate(cells[fee.cell - 1]) if c.isdigit()]
    where = data.draw(st.sampled_from(digits))
    old = cells[fee.cell - 1][where]
    new = data.draw(st.sampled_from([d for d in "123456789" if d != old]))
    cells[fee.cell - 1] = cells[fee.cell - 1][:where] + new + cells[fee.cell - 1][where + 1 :]
    lines[line.source.line - 1] = "\t".join(cells)
    reading = read("\n".join(lines))
    place = (line.source.table, line.source.row)
    spoken = {f.check for f in reading.findings if (f.source.table, f.source.row) == place}
    assert spoken & {"fee_from_terms", "interventions_in_order"}
    others = [
        (one, two) for one, two in zip(sound.lines, reading.lines, strict=True) if one.source.line != line.source.line
    ]
    assert all(figures_of(one) == figures_of(two) for one, two in others)


def figures_of(line: Line) -> tuple[object, ...]:
    amounts = [(a.setting, a.regime, a.intervention and a.intervention.amount, a.not_published) for a in line.amounts]
    return (line.codes, line.fee and line.fee.amount, amounts, line.label, line.section)


def test_the_examples_are_there() -> None:
    assert len(TEXTS) == 4
