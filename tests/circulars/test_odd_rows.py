"""Rows that are not like the others of their table: cut, shifted, damaged. Nothing is guessed, nothing filled in."""

from __future__ import annotations

import pytest

from bareme.audit.registry import doubtful_rows
from bareme.circulars.findings import Severity
from bareme.circulars.model import Reading
from written import AMB_ORD, HOS_ORD, HOS_PREF, checks, codes, euro, interventions, read, reads, terms, with_tabs


@reads
def test_a_row_that_ends_early_is_not_filled_in(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff. | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    I = 0,838485 | 588991 | 589002 | = I 2000 | 1.676,97 | 1.676,97   | 1.676,97  | 1.676,97
    """
    [line] = reading.lines
    assert line.amount(*HOS_ORD).not_published == ("intervention", "patient_share")
    assert line.amount(*HOS_ORD).intervention is None
    assert line.amount(*HOS_PREF).not_published == ()
    assert [f.code for f in reading.findings.named("row_ends_early")] == ["588991"]


@reads
def test_all_rows_end_early_in_the_same_way(reading: Reading) -> None:
    """
    | Numéro de code |     | | Honoraires | Intervention Ambulant |      | Intervention Hospitalisé |
    | AMB            | HOS | |            | préf.                 | ord. | préf.                    | ord.
    X = 2,012275 | 990010 | 990021 | = X | 8   | 16,10    | 16,10    | 14,10    | 16,10
    X = 2,012275 | 990032 | 990043 | = X | 600 | 1.207,37 | 1.207,37 | 1.205,37 | 1.207,37
    """
    for line in reading.lines:
        assert line.amount(*HOS_ORD).not_published == ("intervention", "patient_share")
        assert line.amount(*AMB_ORD).patient_share is not None
    assert checks(reading) == ["header_offset", "row_ends_early", "row_ends_early"]
    assert doubtful_rows(reading.findings) == frozenset()


@reads
def test_an_empty_cell_at_the_end_is_none_given_and_a_missing_one_is_not_published(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | Acte    | 16,10      | 14,10        | 2,00
    990032 | Visite  | 16,10      | 14,10        | 2,00
    990054 | Mission | 16,10      |              |
    990076 | Bilan   | 16,10
    """
    given, cut = reading.lines[2].amounts[0], reading.lines[3].amounts[0]
    assert (given.intervention, given.not_published) == (None, ())
    assert (cut.intervention, cut.not_published) == (None, ("intervention", "patient_share"))
    assert checks(reading) == ["fee_alone", "row_ends_early", "row_width"]


@reads
def test_a_row_that_ends_before_its_fee(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | Acte    | 16,10      | 14,10        | 2,00
    990032 | Visite  | 16,10      | 14,10        | 2,00
    990054 | Mission
    """
    line = reading.lines[2]
    assert line.fee is None
    assert line.not_published == ("fee",)
    assert (3 in {row for _, row in doubtful_rows(reading.findings)}) is True


@reads
def test_a_shifted_row_is_read_where_it_stands(reading: Reading) -> None:
    """
    AMB    | HOS | Libellé    | Honoraires | Intervention | Ticket modérateur
    991012 | -   | Séance     | 30,00      | 30,00        | 0,00
    991034 | -   | Bilan      | 25,00      | 23,50        | 1,50
           |     | 991056     | -          | À distance   | 20,00
    991071 | -   | Entretien  | 12,75      | 12,75        | 0,00
    """
    line = reading.lines[2]
    assert (codes(line), line.label) == (("991056",), "À distance")
    assert line.fee is not None
    assert line.fee.amount == euro("20.00")
    assert line.fee.source.cell == 6
    assert line.amounts[0].not_published == ("intervention", "patient_share")
    assert checks(reading) == ["row_shifted", "row_ends_early"]


DAMAGED = ["3733,1", "36,43,1", "1.20,00", "12 07,37", "1207", "16.10", "O,00", "1,257532", "?"]


@pytest.mark.parametrize("column", [4, 5, 6])
@pytest.mark.parametrize("cell", DAMAGED)
def test_a_damaged_amount_is_an_error_and_never_a_figure(cell: str, column: int) -> None:
    sound = ["990032", "-", "Visite", "1.207,37", "1.205,37", "2,00"]
    rows = [
        "Code | | Libellé | Honoraires | Intervention | Ticket modérateur",
        "990010 | - | Acte | 16,10 | 14,10 | 2,00",
        " | ".join(cell if place == column else text for place, text in enumerate(sound, start=1)),
        "990054 | - | Bilan | 19,10 | 17,10 | 2,00",
    ]
    reading = read(with_tabs("\n".join(rows)))
    line = reading.lines[1]
    figures = {"fee": line.fee, "amounts.0.intervention": line.amounts[0].intervention}
    figures["amounts.0.patient_share"] = line.amounts[0].patient_share
    printed = [str(figure.amount) if figure and not figure.is_derived else None for figure in figures.values()]
    assert printed == [None if n == column else text for n, text in enumerate(["1207.37", "1205.37", "2.00"], start=4)]
    assert checks(reading) == ["amount_unreadable"]
    assert doubtful_rows(reading.findings) == {(1, 2)}


@pytest.mark.parametrize("cell", DAMAGED)
def test_a_damaged_fee_of_a_lone_row(cell: str) -> None:
    header = "Code | | Libellé | Honoraires | Intervention | Ticket modérateur"
    reading = read(with_tabs(f"{header}\n990032 | - | Visite | {cell} | 1.205,37 | 2,00"))
    [line] = reading.lines
    assert line.fee is None
    assert checks(reading) == ["amount_unreadable"]


@reads
def test_one_damaged_fee_does_not_move_its_table(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention BIM | Intervention ord. | Part du patient BIM | Part du patient ord.
    991012 | | Un      | 238,90     | 0,00             | 0,00              | 0,00                | 0,00
    991034 | | Deux    | 238,90     | 0,00             | 0,00              | 0,00                | 0,00
    991056 | | Trois   | 0,0        | 0,00             | 0,00              | 0,00                | 0,00
    """
    assert [table.offset for table in reading.tables] == [0]
    assert [f.code for f in reading.findings.named("amount_unreadable")] == ["991056"]


@reads
def test_the_longer_of_two_rows_is_whole_when_the_header_says_so(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention | Ticket modérateur
    990032 | | Visite  | 1.207,37   | 2,00
    990010 | | Acte    | 16,10      | 14,10        | 2,00
    """
    assert [f.code for f in reading.findings.named("row_width")] == ["990032"]


@reads
def test_a_short_lone_row_is_compared_with_the_header_that_it_continues(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | | Acte    | 16,10      | 14,10        | 2,00
    990054 | | Bilan   | 19,10      | 17,10        | 2,00

    ## 2. Suite

    990032 | | Visite  | 1.207,37   | 2,00
    """
    assert doubtful_rows(reading.findings) == {(2, 1)}


@reads
def test_an_amount_among_labels_is_left_over(reading: Reading) -> None:
    """
    Code   | | Libellé  | Honoraires | Intervention | Ticket modérateur
    990010 | | Acte     | 16,10      | 14,10        | 2,00
    990054 | | Bilan    | 19,10      | 17,10        | 2,00
    990032 | | 1.207,37 | 1.205,37   | 2,00         |
    """
    assert [f.values["text"] for f in reading.findings.named("row_leftover")] == ["1.207,37"]
    assert doubtful_rows(reading.findings) == {(1, 3)}


@reads
def test_a_short_name_among_labels_is_no_term(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | | Acte    | 16,10      | 14,10        | 2,00
    990032 | | RX 2    | 16,10      | 14,10        | 2,00
    990054 | | Bilan   | 19,10      | 17,10        | 2,00
    """
    assert [line.label for line in reading.lines] == ["Acte", "RX 2", "Bilan"]
    assert checks(reading) == []


@pytest.mark.parametrize(
    ("cell", "near"), [("99OO32", ""), ("99003", ""), ("990 032", "990032"), ("990032x", "990032")]
)
def test_what_stands_among_codes_and_is_none(cell: str, near: str) -> None:
    rows = [
        "Lettre-clé | AMB | HOS | Coeff. | Honoraires | Amb. ord. | Hosp. ord.",
        "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 14,10 | 16,10",
        f"X = 2,012275 | {cell} | 990043 | = X 600 | 1.207,37 | 1.205,37 | 1.207,37",
        "X = 2,012275 | 990054 | 990065 | = X 8 | 16,10 | 14,10 | 16,10",
    ]
    reading = read(with_tabs("\n".join(rows)))
    line = reading.lines[1]
    assert (codes(line), line.label, terms(line)) == (("990043",), None, [("X", "600", "2.012275")])
    [finding] = reading.findings.errors.named("code_check_digit")
    assert finding.values["advice"] == (f" Near: {near}." if near else "")


@pytest.mark.parametrize("cell", ["9x0032", "<>990032</b>", "99003.2.", "99O032"])
def test_a_damaged_code_of_a_lone_row(cell: str) -> None:
    rows = [
        "Lettre-clé | AMB | HOS | Coeff. | Honoraires | Amb. ord. | Hosp. ord.",
        f"X = 2,012275 | {cell} | 990043 | = X 600 | 1.207,37 | 1.205,37 | 1.207,37",
    ]
    reading = read(with_tabs("\n".join(rows)))
    assert doubtful_rows(reading.findings) == {(1, 1)}


@reads
def test_a_first_row_that_lost_its_code_is_no_header(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention
    40176  | | Acte    | 23,30      | 23,30
    401391 | | Bilan   | 50,41      | 50,41
    401413 | | Visite  | 74,05      | 74,05
    """
    assert [codes(line) for line in reading.lines] == [(), ("401391",), ("401413",)]
    assert checks(reading) == ["code_check_digit"]


@reads
def test_a_lone_row_that_lost_its_code_is_not_skipped(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention
    40176  | | Acte    | 23,30      | 23,30

    4o1391 | | Bilan   | 50,41      | 50,41
    """
    assert "row_without_code" in checks(reading)
    assert doubtful_rows(reading.findings) == {(1, 1), (2, 1)}


@reads
def test_tables_that_are_not_of_tariffs_are_passed_over(reading: Reading) -> None:
    """
    Année | Budget
    2024  | 1.000,00

    Région   | Date
    Bruxelles | 16/09/2024

    Code   | | Libellé | Honoraires | Intervention
    401376 | | Acte    | 23,30      | 23,30
    """
    assert [codes(line) for line in reading.lines] == [("401376",)]
    assert checks(reading) == []


@reads
def test_a_header_apart_from_its_rows(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention

    401376 | | Acte    | 23,30      | 23,30
    """
    assert [str(line.fee.amount) for line in reading.lines if line.fee] == ["23.30"]
    assert checks(reading) == ["header_continued"]


@pytest.mark.parametrize("cell", ["= X 6OO", "= X six", "X 600 ?"])
def test_a_word_among_terms_makes_them_unclear(cell: str) -> None:
    rows = [
        "Lettre-clé | AMB | HOS | Coeff. | Honoraires | Amb. ord. | Hosp. ord.",
        "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 14,10 | 16,10",
        f"X = 2,012275 | 990032 | 990043 | {cell} | 1.207,37 | 1.205,37 | 1.207,37",
        "X = 2,012275 | 990054 | 990065 | = X 8 | 16,10 | 14,10 | 16,10",
    ]
    reading = read(with_tabs("\n".join(rows)))
    assert [f.code for f in reading.findings.errors.named("terms_unclear")] == ["990032"]
    assert doubtful_rows(reading.findings) == {(1, 2)}


@reads
def test_a_letter_with_neither_coefficient_nor_value(reading: Reading) -> None:
    """
    Lettre-clé | AMB    | HOS        | Coeff. | Honoraires | Amb. ord. | Hosp. ord.
               | 990010 | 990021 = X |        | 16,10      | 14,10     | 16,10
    """
    [finding] = reading.findings.named("terms_incomplete")
    assert "X has no coefficient and letter value" in finding.message


@reads
def test_a_digit_lost_from_an_amount_shows_in_the_arithmetic(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff.  | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    X = 2,012275 | 990010 | 990021 | = X 180 | 36,43      | 362,21     | 353,53    | 362,21      | 362,21
    X = 2,012275 | 990032 | 990043 | = X 8   | 16,10      | 16,10      | 14,10     | 16,10       | 16,10
    """
    assert set(checks(reading)) == {"fee_from_terms", "interventions_in_order"}
    assert doubtful_rows(reading.findings) == {(1, 1)}


@reads
def test_a_corrupted_first_row_of_two_is_still_read_in_place(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff.  | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    X = 2,012275 | 990010 | 990021 | = X 8   | 16,10      | 16,1       | 14,10     | 16,10       | 16,10
    X = 2,012275 | 990032 | 990043 | = X 600 | 1207,3     | 1.207,37   | 1.205,37  | 1.207,37    | 1.207,37
    """
    first, second = reading.lines
    assert interventions(first) == [None, "14.10", "16.10", "16.10"]
    assert interventions(second) == ["1207.37", "1205.37", "1207.37", "1207.37"]
    assert [f.code for f in reading.findings.named("amount_unreadable")] == ["990010", "990032"]


@reads
def test_a_wrong_check_digit_is_never_mended(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff.  | Honoraires | Amb. ord. | Hosp. ord.
    X = 2,012275 | 990011 | 990021 | = X 8   | 16,10      | 14,10     | 16,10
    """
    [line] = reading.lines
    assert codes(line) == ("990021",)
    [finding] = reading.findings.named("code_check_digit")
    assert finding.severity is Severity.ERROR
    assert "wrong check digit. Near: 990010," in finding.message


@reads
def test_two_codes_of_one_setting(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff.  | Honoraires | Amb. ord. | Hosp. ord.
    X = 2,012275 | 990010 | 990032 | = X 8   | 16,10      | 14,10     | 16,10
    """
    [line] = reading.lines
    assert codes(line) == ("990010",)
    assert checks(reading) == ["code_check_digit"]


@reads
def test_the_decimals_of_a_letter_value_are_not_a_code(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff. | Honoraires | Amb. ord. | Hosp. ord.
    X = 1,990010 | 990032 | 990043 | = X 10 | 19,90      | 19,90     | 19,90
    """
    [line] = reading.lines
    assert codes(line) == ("990032", "990043")


@reads
def test_a_row_without_a_code(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | Acte    | 16,10      | 14,10        | 2,00
           | Total   | 16,10      | 14,10        | 2,00
    """
    assert checks(reading) == ["row_without_code"]
    assert doubtful_rows(reading.findings) == {(1, 2)}
