"""The reader, one layout at a time: the docstring of a test is the document, a bar stands for a tab."""

from __future__ import annotations

from bareme.circulars.model import Reading
from bareme.nomenclature.situations import Basis, InterventionKind, Regime
from written import AMB_ORD, AMB_PREF, checks, codes, euro, interventions, reads, terms


@reads
def test_letter_and_coefficient_share_a_cell(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff. | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    X = 2,012275 | 990010 | 990021 | = X 8  | 16,10      | 16,10      | 14,10     | 16,10       | 16,10
    """
    [line] = reading.lines
    assert codes(line) == ("990010", "990021")
    assert terms(line) == [("X", "8", "2.012275")]
    assert line.fee is not None
    assert line.fee.amount == euro("16.10")
    assert interventions(line) == ["16.10", "14.10", "16.10", "16.10"]
    assert checks(reading) == []


@reads
def test_letter_stands_with_the_hospital_code(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS        | Coeff. | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    X = 2,012275 | 990010 | 990021 = X | 8      | 16,10      | 16,10      | 14,10     | 16,10       | 16,10
    """
    [line] = reading.lines
    assert codes(line) == ("990010", "990021")
    assert terms(line) == [("X", "8", "2.012275")]
    assert checks(reading) == []


@reads
def test_letter_and_coefficient_fill_two_cells(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff. | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord. |
    X = 2,012275 | 990010 | 990021 | = X    | 8          | 16,10      | 16,10     | 14,10       | 16,10      | 16,10
    """
    [line] = reading.lines
    assert terms(line) == [("X", "8", "2.012275")]
    assert interventions(line) == ["16.10", "14.10", "16.10", "16.10"]
    assert checks(reading) == ["header_offset"]


@reads
def test_two_terms(reading: Reading) -> None:
    """
    Lettre-clé                  | AMB    | HOS    | Coeff.       | Honoraires | Amb. ord. | Hosp. ord.
    X = 2,012275 + Y = 0,100000 | 990054 | 990065 | = X 8 + Y 30 | 19,10      | 17,10     | 19,10
    """
    [line] = reading.lines
    assert terms(line) == [("X", "8", "2.012275"), ("Y", "30", "0.100000")]
    assert checks(reading) == []


@reads
def test_value_and_coefficient_without_a_letter(reading: Reading) -> None:
    """
    Lettre-clé | AMB    | HOS    | Coeff. | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    1,500000   | 990010 | 990021 | 599,4  | 899,10     | 899,10     | 899,10    | 899,10      | 899,10
    """
    [line] = reading.lines
    assert terms(line) == [(None, "599.4", "1.500000")]
    assert checks(reading) == []


@reads
def test_a_coefficient_with_two_decimals_is_not_an_amount(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff. | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    X = 2,000000 | 990010 | 990021 | = X    | 10,25      | 20,50      | 20,50     | 20,50       | 20,50       | 20,50
    """
    [line] = reading.lines
    assert terms(line) == [("X", "10.25", "2.000000")]
    assert line.fee is not None
    assert line.fee.amount == euro("20.50")


@reads
def test_a_thousands_dot_and_a_decimal_comma(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff.   | Honoraires | Amb. ord. | Hosp. ord.
    X = 2,012275 | 990032 | 990043 | = X 600  | 1.207,37   | 1207,37   | 1.207,37
    """
    [line] = reading.lines
    assert [str(a.intervention.amount) for a in line.amounts if a.intervention] == ["1207.37", "1207.37"]
    assert checks(reading) == []


@reads
def test_headers_stand_over_other_columns(reading: Reading) -> None:
    """
    | Numéro de code |        | Honoraires | Intervention Ambulant |       | Intervention Hospitalisé |       |
    | AMB            | HOS    |            | préf.                 | ord.  | préf.                    | ord.  |
    X = 2,012275 | 990010 | 990021 = X | 8   | 16,10    | 16,10    | 14,10    | 16,10    | 16,10
    X = 2,012275 | 990032 | 990043 = X | 600 | 1.207,37 | 1.207,37 | 1.205,37 | 1.207,37 | 1.207,37
    """
    first, second = reading.lines
    assert interventions(first) == ["16.10", "14.10", "16.10", "16.10"]
    assert interventions(second) == ["1207.37", "1205.37", "1207.37", "1207.37"]
    assert [t.offset for t in reading.tables] == [1]
    assert checks(reading) == ["header_offset"]


@reads
def test_parity_decides_where_the_header_is_silent(reading: Reading) -> None:
    """
    Numéro de code | | | | Honoraires | Intervention Ambulant |      | Intervention Hospitalisé |
                   | | | |            | préf.                 | ord. | préf.                    | ord.
    X = 2,012275   | 990010 | 990021 | = X 8        | 16,10 | 16,10 | 14,10 | 16,10 | 16,10
    X = 2,012275   | 990043 | 990032 | = X 600      | 1.207,37 | 1.207,37 | 1.205,37 | 1.207,37 | 1.207,37
    """
    assert [codes(line) for line in reading.lines] == [("990010", "990021"), ("990032", "990043")]
    assert checks(reading) == ["header_without_settings"]


@reads
def test_a_hospital_code_alone(reading: Reading) -> None:
    """
    AMB | HOS    | Libellé | Honoraires | Intervention
    -   | 990021 | Acte    | 16,10      | 14,10
    """
    [line] = reading.lines
    assert line.ambulatory_code is None
    assert codes(line) == ("990021",)


@reads
def test_a_table_without_a_header_continues_the_one_above(reading: Reading) -> None:
    """
    ## 1. Une section

    AMB    | HOS | Libellé       | Honoraires | Amb. préf. | Amb. ord.
    991034 | -   | Séance        | 25,00      | 23,50      | 20,00

    ## 2. Une autre

    991056 | -   | À distance    | 20,00      | 19,00      | 17,00
    """
    first, second = reading.lines
    assert second.amount(*AMB_ORD).intervention == second.amounts[1].intervention
    assert [str(a.intervention.amount) for a in second.amounts if a.intervention] == ["19.00", "17.00"]
    assert [first.section and first.section.number, second.section and second.section.number] == ["1", "2"]
    assert checks(reading) == ["header_continued"]


@reads
def test_no_header_at_all(reading: Reading) -> None:
    """
    991034 | - | Séance | 25,00 | 23,50 | 20,00
    """
    [line] = reading.lines
    assert line.fee is None
    assert "header_missing" in checks(reading)


@reads
def test_header_words_that_name_no_amount_do_not_borrow_from_above(reading: Reading) -> None:
    """
    AMB    | HOS | Libellé | Honoraires | Intervention
    991034 | -   | Séance  | 25,00      | 23,50

    Pseudocode | Ancien code | Motif
    991056     | 991034      | Remplacement
    """
    assert [line.fee is None for line in reading.lines] == [False, True]
    assert "header_missing" in checks(reading)


@reads
def test_one_row_of_headers_and_five_amounts(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    990010 | Acte    | 16,10      | 16,00      | 14,10     | 15,00       | 13,10
    """
    [line] = reading.lines
    assert interventions(line) == ["16.00", "14.10", "15.00", "13.10"]
    assert [a.patient_share and str(a.patient_share.amount) for a in line.amounts] == ["0.10", "2.00", "1.10", "3.00"]
    assert all(a.derived == ("patient_share",) for a in line.amounts)
    assert checks(reading) == []


@reads
def test_three_amounts(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | Acte    | 16,10      | 14,10        | 2,00
    """
    [line] = reading.lines
    [amount] = line.amounts
    assert (amount.setting, amount.regime, amount.derived) == (None, None, ())
    assert [
        amount.intervention and amount.intervention.amount,
        amount.patient_share and amount.patient_share.amount,
    ] == [
        euro("14.10"),
        euro("2.00"),
    ]
    assert checks(reading) == []


@reads
def test_two_regimes_of_one_setting(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Intervention BIM | Intervention ord.
    990010 | Acte    | 16,10      | 16,10            | 14,10
    """
    [line] = reading.lines
    assert [(a.setting, a.regime) for a in line.amounts] == [(None, Regime.PREFERENTIAL), (None, Regime.ORDINARY)]


@reads
def test_a_fee_alone(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires
    990010 | Acte    | 16,10
    """
    [line] = reading.lines
    assert line.fee is not None
    assert line.amounts[0].intervention is None
    assert line.amounts[0].not_published == ()
    assert checks(reading) == ["fee_alone"]


@reads
def test_a_mark_after_a_provider_number(reading: Reading) -> None:
    """
    Code   | Libellé                     | Honoraires | Intervention | Ticket modérateur
    990010 | Groupe - Psychologue - 1 1  | 16,10      | 14,10        | 2,00
    990032 | Groupe - Psychologue - 2    | 16,10      | 14,10        | 2,00
    990054 | Groupe - Médecin - 1        | 16,10      | 14,10        | 2,00
    990076 | Étape 1                     | 16,10      | 14,10        | 2,00

    1 Intervention théorique, par patient
    """
    assert [(line.label, [n.mark for n in line.footnotes]) for line in reading.lines] == [
        ("Groupe - Psychologue - 1", ["1"]),
        ("Groupe - Psychologue - 2", []),
        ("Groupe - Médecin - 1", []),
        ("Étape", ["1"]),
    ]
    kinds = [line.amounts[0].intervention_kind for line in reading.lines]
    assert kinds[:2] == [InterventionKind.THEORETICAL, InterventionKind.ACTUAL]


@reads
def test_a_number_at_the_end_of_a_label_without_a_note(reading: Reading) -> None:
    """
    Code   | Libellé                     | Honoraires | Intervention | Ticket modérateur
    990010 | Groupe - Psychologue - 1 1  | 16,10      | 14,10        | 2,00
    """
    [line] = reading.lines
    assert line.label == "Groupe - Psychologue - 1 1"
    assert [(note.mark, note.text) for note in line.footnotes] == [("1", None)]
    assert checks(reading) == ["footnote_without_target"]


@reads
def test_a_star_after_a_label_and_a_mark_in_place_of_a_value(reading: Reading) -> None:
    """
    Lettre-clé   | AMB    | HOS    | Coeff. | Libellé    | Honoraires | Amb. ord. | Hosp. ord.
    X = 2,012275 | 990010 | 990021 | = X 8  | Réunion *  | 16,10      | 14,10     | 16,10
    (*)          | 990032 | 990043 |        | Rattrapage |            |           |

    * 16,10 / participant / 15 minutes

    (\\*) Montant à calculer.
    """
    first, second = reading.lines
    assert (first.label, [n.mark for n in first.footnotes], first.amounts[0].basis) == ("Réunion", ["*"], Basis.UNIT)
    assert (second.label, [n.mark for n in second.footnotes], second.fee) == ("Rattrapage", ["(*)"], None)
    assert [n.text for n in second.footnotes] == ["Montant à calculer."]
    assert checks(reading) == ["no_amount_printed"]


@reads
def test_sections_by_their_numbers(reading: Reading) -> None:
    """
    ## N. Une lettre

    ### 1. Première

    Code   | Libellé | Honoraires | Intervention
    990010 | Acte    | 16,10      | 14,10

    ## 2. Deuxième, un niveau plus haut

    990032 | Visite  | 16,10      | 14,10

    ### O. Une autre lettre, plus bas

    990054 | Bilan   | 16,10      | 14,10

    **Convention des essais : en gras**

    990076 | Séance  | 16,10      | 14,10
    """
    assert [line.section and line.section.number for line in reading.lines] == ["N.1", "N.2", "O", None]
    assert [line.convention for line in reading.lines] == [None, None, None, "Convention des essais"]
    assert len(reading.findings.named("section_numbering")) == 2


@reads
def test_ages_and_sessions_come_from_the_sections(reading: Reading) -> None:
    """
    ## 1. Bénéficiaires à partir de l'âge de 24 ans

    ### 1.1. Séance individuelle

    Code   | Libellé | Honoraires | Intervention | Ticket modérateur
    991012 | Séance  | 25,00      | 20,00        | 5,00

    ### 1.2. Séance de groupe

    991034 | Groupe  | 90,00      | 20,00        | 2,50

    ## 2. Bénéficiaires âgés de moins de 24 ans

    ### 2.1. Séance individuelle

    991012 | Séance  | 25,00      | 25,00        | 0,00

    ### 3. Missions de soutien

    991056 | Conseil | 30,00      |              |
    """
    found = [(a.age_from, a.age_to, a.basis) for line in reading.lines for a in line.amounts]
    assert found == [(24, None, Basis.ACT), (24, None, Basis.SESSION), (None, 24, Basis.ACT), (None, None, Basis.UNIT)]
    assert not reading.findings.errors.named("duplicate_code")


@reads
def test_text_after_a_table(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | Acte    | 16,10      | 14,10        | 2,00
    Le montant de 990032 est de 16,10 euros.

    990054 reste sans tarif. 2 La suite au prochain numéro.
    """
    assert [codes(line) for line in reading.lines] == [("990010",)]
    assert checks(reading) == []


@reads
def test_every_figure_names_its_cell(reading: Reading) -> None:
    """
    Lettre-clé   | AMB           | HOS    | Coeff. | Honoraires | Amb. préf. | Amb. ord.    | Hosp. préf. | Hosp. ord.
    X = 2,012275 | <b>990010</b> | 990021 | = X 8  | 16,10      | 16,10      | <b>14,10</b> | 16,10       | 16,10
    """
    [line] = reading.lines
    places = {name: (source.table, source.row, source.cell, source.text) for name, source in line.cells.items()}
    assert places == {
        "ambulatory_code": (1, 1, 2, "<b>990010</b>"),
        "hospital_code": (1, 1, 3, "990021"),
        "terms.0.value": (1, 1, 1, "2,012275"),
        "terms.0.coefficient": (1, 1, 4, "8"),
        "fee": (1, 1, 5, "16,10"),
        "amounts.0.intervention": (1, 1, 6, "16,10"),
        "amounts.1.intervention": (1, 1, 7, "<b>14,10</b>"),
        "amounts.2.intervention": (1, 1, 8, "16,10"),
        "amounts.3.intervention": (1, 1, 9, "16,10"),
    }
    assert line.source.text == ("X = 2,012275\t<b>990010</b>\t990021\t= X 8\t16,10\t16,10\t<b>14,10</b>\t16,10\t16,10")
    share = line.amount(*AMB_PREF).patient_share
    assert share is not None
    assert (share.operation, [str(p.amount) for p in share.parents]) == ("difference", ["16.10", "16.10"])
