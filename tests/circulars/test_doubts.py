"""Tables that might be read in two ways: nothing is chosen in silence, their lines are kept out of the price table."""

from __future__ import annotations

import pytest

from bareme.audit.registry import doubtful_rows
from bareme.circulars.model import Reading
from bareme.nomenclature.situations import Regime
from written import amount_text, checks, codes, euro, read, reads, with_tabs

ROW = "990010 | - | Acte | 16,10 | 14,10 | 12,10"
UNCLEAR = {
    "Honoraires | Intervention avec DMG | Ticket modérateur": "columns for all patients (global medical file yes)",
    "Honoraires | Intervention avec DMG ou après renvoi | Intervention": "'avec DMG ou' is not understood",
    "Honoraires 2029 | Honoraires 2030 | Intervention": "more than one column for the fee",
    "Honoraires ambulant | Honoraires hospitalisé | Intervention": "a column for the ambulatory fee",
    "Honoraires | Intervention | Intervention BIM": "columns for all patients and for preferential patients",
    "Honoraires | Intervention Amb. BIM | Intervention Hosp. ord.": "and none for the others",
    "Honoraires | Intervention | Ticket modérateur moins de 10 ans": "'moins de 10 ans' is not understood",
    "Honoraires médecin accrédité | Intervention | Ticket modérateur": "a column for the fee (accreditation yes)",
    "Honoraires | Intervention non hospitalisé | Ticket modérateur hospitalisé": "'non' is not understood",
}
CLEAR = [
    "Honoraires (en euros) | Intervention AMI par patient | Ticket modérateur du bénéficiaire",
    "Honoraires par session | Intervention BIM | Intervention non BIM",
    "Honoraires | Remboursement avec régime préférentiel | Remboursement sans régime préférentiel",
]


def table(columns: str, title: str = "1. Prestations") -> Reading:
    return read(with_tabs(f"## {title}\n\nCode | | Libellé | {columns}\n{ROW}"))


@pytest.mark.parametrize("columns", UNCLEAR)
def test_columns_that_cannot_be_told_apart(columns: str) -> None:
    reading = table(columns)
    [finding] = reading.findings.named("columns_unclear")
    assert UNCLEAR[columns] in finding.message
    assert doubtful_rows(reading.findings) == {(1, 1)}


@pytest.mark.parametrize("columns", CLEAR)
def test_words_without_meaning_make_no_doubt(columns: str) -> None:
    assert not table(columns).findings.named("columns_unclear")


@reads
def test_regimes_in_another_order_for_hospital_patients(reading: Reading) -> None:
    """
    AMB    | HOS    | Honoraires | Amb. préf. | Amb. ord. | Hosp. ord. | Hosp. préf.
    990010 | 990021 | 16,10      | 16,10      | 14,10     | 14,10      | 16,10
    """
    assert checks(reading) == ["columns_unclear"]


@reads
def test_a_table_that_continues_an_unclear_header(reading: Reading) -> None:
    """
    ## 1. Une section

    Code   | | Libellé | Honoraires | Intervention 2029 | Ticket modérateur
    990010 | - | Acte  | 16,10      | 14,10             | 2,00

    ## 2. Une autre

    990054 | - | Bilan | 19,10      | 17,10             | 2,00
    """
    assert doubtful_rows(reading.findings) == {(1, 1), (2, 1)}


@pytest.mark.parametrize("word", ["non BIM", "sans BIM", "non-BIM", "hors BIM"])
def test_what_is_not_preferential_is_ordinary(word: str) -> None:
    reading = table(f"Honoraires | Remboursement BIM | Remboursement {word}")
    found = {amount.regime: amount_text(amount.intervention) for amount in reading.lines[0].amounts}
    assert found == {Regime.PREFERENTIAL: "14.10", Regime.ORDINARY: "12.10"}


AGES = {
    "de 12 à 17 ans": (12, 18),
    "âgés de 12 à 17 ans inclus": (12, 18),
    "entre 12 et 17 ans": (12, 18),
    "à partir de 65 ans": (65, None),
    "à partir de l'âge de 24 ans à la date de prestation": (24, None),
    "de 65 ans et plus": (65, None),
    "d'au moins 65 ans": (65, None),
    "de plus de 65 ans": (66, None),
    "de moins de 24 ans": (None, 24),
    "jusqu'à 18 ans inclus": (None, 19),
    "jusqu’à l’âge de 18 ans (inclus)": (None, 19),
    "jusqu'au 18e anniversaire": (None, 18),
    "à partir du 18e anniversaire": (18, None),
    "à partir de 12 ans et de moins de 18 ans": (12, 18),
    "à partir du 1er janvier 2025": (None, None),
    "seuls": (None, None),
}
NOT_UNDERSTOOD = [
    "jusqu'à 18 ans",
    "pas plus de 65 ans",
    "de moins de 18 ans ou de plus de 65 ans",
    "autres que de moins de 18 ans",
    "de 3 ans",
    "de moins de 6 mois",
    "avec dossier médical global ou BIM",
    "sauf avec DMG",
    "sous un autre régime",
    "avec et sans régime préférentiel",
]


@pytest.mark.parametrize("title", AGES)
def test_the_ages_of_a_title(title: str) -> None:
    reading = table("Honoraires | Intervention | Autre", f"1. Bénéficiaires {title}")
    [amount] = reading.lines[0].amounts
    assert (amount.age_from, amount.age_to) == AGES[title]
    assert not reading.findings.named("condition_unclear")


@pytest.mark.parametrize("title", NOT_UNDERSTOOD)
def test_a_condition_that_is_not_understood(title: str) -> None:
    reading = table("Honoraires | Intervention | Autre", f"1. Bénéficiaires {title}")
    assert len(reading.findings.named("condition_unclear")) == 1
    assert doubtful_rows(reading.findings) == {(1, 1)}


@reads
def test_an_inner_title_that_contradicts_an_outer_one(reading: Reading) -> None:
    """
    # 1. Bénéficiaires à partir de 24 ans

    ## 1.1. Bénéficiaires de moins de 18 ans

    Code   | | Libellé | Honoraires | Intervention
    990010 | - | Acte  | 16,10      | 14,10
    """
    assert checks(reading) == ["condition_unclear"]


@pytest.mark.parametrize(("word", "regime"), [("avec", Regime.PREFERENTIAL), ("sans", Regime.ORDINARY)])
def test_the_regime_of_a_title(word: str, regime: Regime) -> None:
    title = f"1. Bénéficiaires {word} régime préférentiel"
    text = f"## {title}\n\nCode | | Libellé | Honoraires | Intervention\n990010 | - | Acte | 16,10 | 14,10"
    reading = read(with_tabs(text))
    assert [amount.regime for amount in reading.lines[0].amounts] == [regime]
    assert checks(reading) == []


def test_a_column_of_the_other_regime_than_the_title() -> None:
    columns = "Honoraires | Intervention BIM | Intervention non BIM"
    assert table(columns, "1. Bénéficiaires sans régime préférentiel").findings.named("condition_unclear")


SOUND = "Code | | Libellé | Honoraires | Intervention\n990010 | - | Acte | 16,10 | 14,10\n"


@pytest.mark.parametrize("cut", ["990032", "990032 Visite imaginaire", "X = 2,012275", "2,012275 990032"])
def test_a_row_without_cells(cut: str) -> None:
    after = read(with_tabs(f"{SOUND}{cut}"))
    between = read(with_tabs(f"{SOUND}{cut}\n990054 | - | Bilan | 19,10 | 17,10"))
    assert [r.findings.named("row_without_cells")[0].source.text for r in (after, between)] == [cut, cut]


@pytest.mark.parametrize("prose", ["Une séance dure une heure.", "\n990032-990043 sont des codes de visites.", "* Une"])
def test_prose_below_a_table_is_no_row(prose: str) -> None:
    assert not read(with_tabs(f"{SOUND}{prose}")).findings.named("row_without_cells")


@reads
def test_a_blank_cell_where_other_rows_have_a_code(reading: Reading) -> None:
    """
    AMB    | HOS    | Libellé | Honoraires | Intervention
    990010 | 990021 | Acte    | 16,10      | 14,10
           | 990043 | Visite  | 16,10      | 14,10
    990054 |        | Bilan   | 19,10      | 17,10
    990076 | -      | Avis    | 19,10      | 17,10
    """
    assert doubtful_rows(reading.findings) == {(1, 2), (1, 3)}
    assert checks(reading) == ["code_blank", "code_blank"]


@reads
def test_the_cell_decides_what_is_computed_and_not_the_header(reading: Reading) -> None:
    """
    Code   | | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | - | Acte   | 16,10     | 14,10        | 2,00
    990032 | - | Visite | 16,10     | 14,10        |
    990054 | - | Bilan  | 19,10     |              | 2,00
    990076 | - | Avis   | 19,10     | 17,10        | -
    """
    amounts = [amount for line in reading.lines for amount in line.amounts]
    found = [(amount_text(a.intervention), amount_text(a.patient_share), a.derived) for a in amounts]
    assert found[1:] == [
        ("14.10", "2.00", ("patient_share",)),
        ("17.10", "2.00", ("intervention",)),
        ("17.10", None, ()),
    ]
    assert checks(reading) == ["amount_blank", "amount_blank"]


@reads
def test_a_blank_amount_stays_null_where_nothing_gives_it(reading: Reading) -> None:
    """
    AMB    | HOS    | Honoraires | Amb. préf. | Amb. ord. | Hosp. préf. | Hosp. ord.
    990010 | 990021 | 16,10      | 16,10      |           | 16,10       | 16,10
    """
    [finding] = reading.findings.named("amount_blank")
    assert (finding.source.cell, finding.values["column"]) == (5, "ambulatory ordinary intervention")
    assert reading.lines[0].amounts[1].intervention is None


@reads
def test_a_blank_share_of_a_group_session_is_not_computed(reading: Reading) -> None:
    """
    ## 1. Séance de groupe

    Code   | | Libellé | Honoraires | Intervention | Ticket modérateur
    990010 | - | Acte  | 16,10      | 14,10        | 2,00
    990032 | - | Visite | 16,10     | 14,10        |
    """
    assert reading.lines[1].amounts[0].patient_share is None
    assert checks(reading) == ["amount_blank"]


@pytest.mark.parametrize("title", ["1. Prestations", "1. Séance de groupe"])
def test_a_share_above_the_fee(title: str) -> None:
    above = with_tabs(f"## {title}\n\nCode | | Honoraires | Ticket modérateur\n990010 | - | 0,00 | 238,90")
    assert checks(read(above)) == ["shares_in_order"]


def test_group_sessions_have_no_order_of_shares() -> None:
    columns = "Honoraires | Ticket modérateur BIM | Ticket modérateur non BIM"
    spoken = [table(columns, title).findings.named("shares_in_order") for title in ("1. Actes", "1. Séance de groupe")]
    assert [len(found) for found in spoken] == [1, 0]


@reads
def test_a_mark_without_its_note_in_a_table_of_group_sessions(reading: Reading) -> None:
    """
    ## 1. Séance de groupe

    Code   | | Libellé                  | Honoraires | Intervention | Ticket modérateur
    990010 | - | Séance - Psychologue - 1 1 | 16,10  | 14,10        | 2,00
    990032 | - | Séance - Psychologue - 2   | 16,10  | 14,10        | 2,00
    990054 | - | Séance - Médecin *         | 16,10  | 14,10        | 2,00
    """
    assert doubtful_rows(reading.findings) == {(1, 1), (1, 3)}
    assert checks(reading) == ["session_note_missing", "session_note_missing"]


DASHED = """Circulaire OA no 2030/3 du 20-12-2029

-\tl'ensemble des prestations est indexé de 2,00 % ;
-\tla valeur de la lettre-clé de 990032-990043 est diminuée de 10 %.

Code\tLibellé\tHonoraires\tIntervention
990010\tActe\t16,10\t14,10
-\tMission\t16,10\t14,10
"""


def test_a_tab_after_the_dash_of_a_list_is_prose() -> None:
    reading = read(DASHED)
    assert [measure.kind for measure in reading.measures] == ["index", "letter_value_by_rate"]
    assert len(reading.tables) == 1
    assert len(reading.lines) == 2


def test_a_table_of_words_does_not_end_the_prose() -> None:
    text = "Annexe\tPartie\nA\tactes\n\n- l'ensemble des prestations est indexé de 2,00 %.\n\n"
    reading = read(text + with_tabs(SOUND))
    assert [measure.rate.amount for measure in reading.measures if measure.rate] == [euro("2.00")]


HEADING = "Circulaire OA no 2030/3 du 20-12-2029\n\nApplicable à partir de 1/01/2030\n\n"


@pytest.mark.parametrize(
    ("title", "line", "doubts"),
    [
        ("1. Actes", "prestations applicables à partir du 01-07-2030", {(1, 1)}),
        ("1. Actes à partir du 1er juillet 2030", "", {(1, 1)}),
        ("1. Actes à partir du 1er janvier 2030", "prestations applicables à partir du 01-01-2030", set()),
    ],
)
def test_a_table_with_an_effective_date_of_its_own(title: str, line: str, doubts: set[tuple[int, int]]) -> None:
    other = "## 2. Autres\n\n990054 | - | Bilan | 19,10 | 17,10"
    reading = read(with_tabs(f"{HEADING}## {title}\n\n{line}\n\n{SOUND}\n{other}"))
    assert doubtful_rows(reading.findings) == doubts
    assert not reading.findings.named("effective_dates_disagree")
    assert [codes(found) for found in reading.lines] == [("990010",), ("990054",)]


@reads
def test_a_fee_in_a_table_that_has_no_other_columns(reading: Reading) -> None:
    """
    Code   | Libellé | Honoraires
    990010 | Acte    | 16,10
    """
    [finding] = reading.findings.named("fee_alone")
    assert "the table has no column for them" in finding.message
