"""The budget of the agreement of 2020 (points 3 and 4, annex): every figure of the table, worked out by hand.

Amounts are thousands of euro, in the year and annual.
"""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.budget.arithmetic import Check, in_year, months_in
from bareme.conventions.agreement_2020.budget.model import budget_table, table_of
from bareme.conventions.agreement_2020.budget.statement import budget_of
from bareme.conventions.loading import plain_toml
from bareme.errors import InputError
from bareme.nomenclature.codes import is_code
from running import REPOSITORY, bareme_here, same_as_golden, valid

GOLDEN = Path(__file__).parent / "golden"
EXAMPLE = REPOSITORY / "examples" / "agreement_2020" / "what-if.toml"
AFTER_ROUNDING = {
    "physical_medicine": "5.000 x 4/12 = 1.666,67",
    "paediatric_ophthalmology": "700 x 4/12 = 233,33",
    "day_hospital_surveillance": "3.800 x 4/12 = 1.266,67",
    "liver_elastography": "235 x 6/12 = 117,5",
    "swallowing_test": "205 x 6/12 = 102,5",
    "tavi": "2.360 x 4/12 = 786,67",
    "ecg": "-613 x 4/12 = -204,33",
    "accreditation": "-11.237 x 6/12 = -5.618,5",
}
"""The eight rows of the annex that match once rounded, halves away from zero."""


def table_data() -> dict[str, Any]:
    place = files("bareme.conventions").joinpath("agreement_2020", "budget", "table.toml")
    return tomllib.loads(place.read_text(encoding="utf-8"))


def test_the_table_is_valid_and_its_codes_are_codes() -> None:
    valid(plain_toml(table_data()), "agreement-budget-table-1")
    words = str(table_data()).replace("/", " ").split()
    codes = [word for word in words if len(word) == 6 and word.isdigit()]
    assert codes
    assert all(map(is_code, codes))


def test_the_blocks_are_those_of_the_annex() -> None:
    """Two blocks are called c): ids tell them apart."""
    budget = bareme.agreements[2020].budget()
    assert [(b.block.letter, b.block.id, b.line.printed.in_year, b.line.printed.annual) for b in budget.blocks] == [
        (None, "sources", 180198, 184556),
        ("a", "selective_index", 138706, 138706),
        ("b", "revaluations", 33994, 49157),
        ("c", "technical_acts", 1953, 5370),
        ("c", "savings", -6679, -22406),
        ("d", "other_projects", 12055, 13555),
    ]
    assert all(block.line.check is Check.EQUAL for block in budget.blocks)
    assert all(block.line.computed == block.line.printed for block in budget.blocks)


def test_total_and_balance_come_out() -> None:
    """138.706 + 33.994 + 1.953 - 6.679 + 12.055 = 180.029; 180.198 - 180.029 = 169; annual 184.382 and 174."""
    budget = bareme.agreements[2020].budget()
    expected = {"in_year": 180029, "annual": 184382, "printed_in_year": 180029, "printed_annual": 184382}
    assert budget.total.to_dict() == expected | {"check": "equal"}
    expected = {"in_year": 169, "annual": 174, "printed_in_year": 169, "printed_annual": 174}
    assert budget.balance.to_dict() == expected | {"check": "equal"}


def test_eight_rows_match_only_after_rounding() -> None:
    checks = {row.row.id: row.line.check for row in bareme.agreements[2020].budget().rows}
    assert {ident for ident, check in checks.items() if check is Check.EQUAL_AFTER_ROUNDING} == AFTER_ROUNDING.keys()
    assert {ident for ident, check in checks.items() if check is Check.NOT_COMPUTABLE} == {
        "article_34",
        "effective_care_2021",
    }, "both start in 2021: one amount is printed"
    assert Check.DIFFERENT not in checks.values()
    assert len(checks) == 37, "four sources and 33 measures"


def test_half_a_thousand_is_rounded_away_from_zero() -> None:
    """The annex prints -5.619 for half of -11.237 (accreditation) and 103 for half of 205 (swallowing test)."""
    assert in_year(-11237, 6) == -5619
    assert in_year(205, 6) == 103
    assert in_year(-613, 4) == -204


@pytest.mark.parametrize(
    ("start", "months"),
    [
        (date(2020, 1, 1), 12),
        (date(2020, 7, 1), 6),
        (date(2020, 9, 1), 4),
        (date(2020, 12, 1), 1),
        (date(2021, 1, 1), 0),
        (date(2019, 4, 1), 12),
        (2020, 12),
        (2021, 0),
        (2019, 12),
        (None, None),
    ],
)
def test_months_of_the_year(start: Any, months: int | None) -> None:
    assert months_in(start, 2020) == months


@given(st.integers(-(10**6), 10**6), st.integers(0, 12))
def test_the_part_of_the_year_is_the_nearest_thousand(annual: int, months: int) -> None:
    part = in_year(annual, months)
    assert abs(12 * part - annual * months) <= 6
    assert in_year(-annual, months) == -part
    assert in_year(annual, 12) == annual


def test_the_label_of_the_trainees_and_the_note_of_the_mass_are_worked_out() -> None:
    """8.444 x 1.250 euro is 10.555 thousand (9); 181.984 - 25 is 181.959 (note 1)."""
    table = budget_table(2020)
    trainees, mass = table.row("trainees"), table.row("index_mass")
    assert trainees is not None
    assert trainees.stated == 10555
    assert mass is not None
    assert mass.stated == 181959


def test_a_wrong_figure_is_different_and_stays_as_printed() -> None:
    data = table_data()
    block = next(block for block in data["block"] if block["id"] == "technical_acts")
    row = next(row for row in block["row"] if row["id"] == "tavi")
    row["in_year"] = 786
    budget = budget_of(table_of(data))
    tavi = next(row for row in budget.rows if row.row.id == "tavi")
    assert (tavi.line.printed.in_year, tavi.line.computed.in_year, tavi.line.check) == (786, 787, Check.DIFFERENT)
    found = next(block for block in budget.blocks if block.block.id == "technical_acts")
    assert (found.line.computed.in_year, found.line.check) == (1952, Check.DIFFERENT)
    assert budget.total.check is Check.DIFFERENT
    assert budget.balance.computed.in_year == 170


def test_a_row_without_a_figure_leaves_its_total_unknown() -> None:
    data = table_data()
    row = data["block"][3]["row"][0]
    del row["in_year"]
    budget = budget_of(table_of(data))
    assert budget.blocks[3].line.computed.in_year is None
    assert budget.blocks[3].line.computed.annual == 5370
    assert budget.blocks[3].line.check is Check.NOT_COMPUTABLE


def test_the_prose_differs_in_four_places() -> None:
    """2: 1.250 / 5.037,70 = 24,81 %. 3.3: the mass is 181.959. 4.1: 76,97 % or 75,16 %. 4.3: 5.370 + 5.000."""
    found = bareme.agreements[2020].budget().prose_differences
    told = [(d.clause, str(d.prose), [str(way.result) for way in d.computations]) for d in found]
    assert told == [
        ("2", "25", ["24.81", "1259.43"]),
        ("3.3", "180198", ["181959", "180198"]),
        ("4.1", "75", ["76.97", "75.16"]),
        ("4.3", "10370", ["5370", "10370"]),
    ]


@pytest.mark.parametrize(
    ("name", "system", "other"),
    [
        ("full_benefit", "social_status", "benefit"),
        ("trainee_rise", "social_status", "trainee_increase"),
        ("clinical_biology_envelope", "other_clauses", "clinical_biology"),
        ("imaging_envelope", "other_clauses", "imaging"),
        ("proposals_in_prose", "other_clauses", "technical_proposals"),
    ],
)
def test_a_figure_that_two_systems_use_is_the_same(name: str, system: str, other: str) -> None:
    systems = systems_of(2020)
    assert systems["budget"].parameters.entry(name).value == systems[system].parameters.entry(other).value


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_printed_budget(language: str, tmp_path: Path) -> None:
    ran = bareme_here("budget", "2020", "--language", language, book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err) == (0, "")
    same_as_golden(ran.out, GOLDEN / f"budget-2020-{language}.txt")


def test_the_json_has_the_names_of_its_schema(tmp_path: Path) -> None:
    found = bareme_here("budget", "2020", "--json", book=tmp_path / "book.sqlite").json("budget-1")
    assert found["blocks"][4] == {
        "id": "savings",
        "in_year": -6679,
        "annual": -22406,
        "printed_in_year": -6679,
        "printed_annual": -22406,
        "check": "equal",
    }
    assert found["what_if"] is None
    [article] = [row for row in found["rows"] if row["id"] == "article_34"]
    assert (article["start"], article["in_year"], article["printed_in_year"]) == ("2021-01-01", 0, None)
    asked = bareme_here("budget", "2020", "--json", "--what-if", str(EXAMPLE), book=tmp_path / "book.sqlite")
    assert asked.json("budget-1")["what_if"]["balance"]["difference"] == {"in_year": 4195, "annual": 2453}


def test_a_year_without_an_agreement(tmp_path: Path) -> None:
    ran = bareme_here("budget", "2021", book=tmp_path / "book.sqlite")
    assert ran.code == 2
    assert "there is no agreement of 2021" in ran.err


def what_if(**changes: Any) -> Any:
    result = bareme.agreements[2020].budget(what_if=changes).what_if
    assert result is not None
    return result


def amounts(beside: Any) -> tuple[Any, ...]:
    return beside.original.in_year, beside.original.annual, beside.what_if.in_year, beside.what_if.annual


def test_the_example_is_worked_out() -> None:
    """
    gynaecology  1.179 / 1,25 % = 94.320; x 1,95 % = 1.839,24             +660 / +660
    biology      600.000 x (1,25 - 1,95) % = -4.200                       -4.200 / -4.200
    anaesthesia  6.000 x 3/12 = 1.500                                     -500 / 0
    ECG          dropped                                                  +204 / +613
    visits       1.000 x 2/12 = 166,67                                    +167 / +1.000
    uses                                                                  -3.669 / -1.927
    savings 2020 -6.000 instead of -6.526                                 +526 / +526
    balance      169 + 526 + 3.669 = 4.364; 174 + 526 + 1.927 = 2.627
    """
    valid(plain_toml(tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))), "agreement-what-if-1")
    found = bareme.agreements[2020].budget(what_if=EXAMPLE).what_if
    assert found is not None
    assert {row.id: amounts(row) for row in found.rows} == {
        "savings_2020": (-6526, -6526, -6000, -6000),
        "clinical_biology": (22687, 22687, 18487, 18487),
        "gynaecology": (1179, 1179, 1839, 1839),
        "pre_anaesthesia": (2000, 6000, 1500, 6000),
        "ecg": (-204, -613, 0, 0),
        "home_visits": (0, 0, 167, 1000),
    }
    assert amounts(found.total) == (180029, 184382, 176360, 182455)
    assert amounts(found.balance) == (169, 174, 4364, 2627)
    assert {e.id: (e.original.in_year, e.what_if.in_year) for e in found.envelopes} == {
        "available_means": (180198, 180724),
        "clinical_biology_envelope": (1398398, 1394198),
        "imaging_envelope": (1321624, 1321624),
    }


def test_a_row_with_several_rates_needs_the_mass() -> None:
    """Surgery has four rates under one amount: how much of it is anaesthesiology is not in the document (4.1)."""
    found = what_if(rate=[{"row": "surgery", "part": "anaesthesiology", "rate": "1.95"}])
    [answer] = found.answers
    assert (answer.result, answer.missing) == ("needs_information", ("mass of surgery.anaesthesiology",))
    assert "mass of surgery.anaesthesiology" in answer.because["fr"]
    assert amounts(found.rows[0]) == (17183, 17183, None, None)
    assert amounts(found.balance) == (169, 174, None, None)


def test_a_row_with_several_rates_needs_the_part() -> None:
    [answer] = what_if(rate=[{"row": "surgery", "rate": "1.95"}]).answers
    assert answer.missing == ("part of surgery",)


def test_masses_that_cost_more_than_the_row_contradict_it() -> None:
    """2.000.000 at 1,25 % would cost 25.000; the row prints 17.183."""
    [answer] = what_if(rate=[{"row": "surgery", "part": "anaesthesiology", "rate": "1", "mass": 2000000}]).answers
    assert answer.contradicts == ("masses of surgery", "annual")


def test_with_all_masses_of_a_row_their_cost_must_be_the_row() -> None:
    """Surveillance has one rate: 497.897 x 1,95 % = 9.708,99, printed 9.709; 400.000 would be 7.800."""
    right = what_if(rate=[{"row": "surveillance", "rate": "0", "mass": 497897}])
    assert amounts(right.rows[0]) == (9709, 9709, 0, 0)
    [answer] = what_if(rate=[{"row": "surveillance", "rate": "0", "mass": 400000}]).answers
    assert answer.result == "needs_information"


def test_what_is_not_indexed_can_be_indexed_with_its_mass() -> None:
    """50.000 of CT acts at 1 % instead of nothing cost 500: imaging 11.522, its envelope 1.322.124."""
    found = what_if(rate=[{"row": "imaging", "part": "ct_brain_and_spine", "rate": "1", "mass": 50000}])
    assert amounts(found.rows[0]) == (11022, 11022, 11522, 11522)
    assert found.envelopes[2].what_if.in_year == 1322124


def test_a_rate_and_a_start_of_the_same_row() -> None:
    """Gynaecology at 2,50 % costs 2.358 a year, 1.179 from July."""
    found = what_if(rate=[{"row": "gynaecology", "rate": "2.5"}], start=[{"row": "gynaecology", "start": "2020-07-01"}])
    assert amounts(found.rows[0]) == (1179, 1179, 1179, 2358)


def test_a_start_next_year_leaves_nothing_in_this_one() -> None:
    """Biosimilars from 2021: -856 of savings are not there in 2020, nothing changes a year."""
    found = what_if(start=[{"row": "biosimilars", "start": "2021"}])
    assert amounts(found.rows[0]) == (-856, -856, 0, -856)
    assert amounts(found.balance) == (169, 174, -687, 174)
    assert found.answers[0].interpretations == ("annex-year-without-month",)


def test_a_measure_of_next_year_brought_forward() -> None:
    """Article 34 from 1 July 2020: -5.000 x 6/12."""
    found = what_if(start=[{"row": "article_34", "start": date(2020, 7, 1)}])
    assert amounts(found.rows[0]) == (0, -5000, -2500, -5000)


def test_a_source_with_an_amount_of_its_own_in_the_year() -> None:
    found = what_if(source=[{"row": "advance_care_planning_budget", "annual": 6000, "in_year": 1500}])
    assert amounts(found.rows[0]) == (2179, 6537, 1500, 6000)
    assert amounts(found.envelopes[0]) == (180198, 184556, 179519, 184019)
    from_september = what_if(source=[{"row": "advance_care_planning_budget", "annual": 6000}])
    assert amounts(from_september.rows[0]) == (2179, 6537, 2000, 6000)


def test_all_indexed_parts_of_a_row_must_cost_what_it_prints() -> None:
    """Imaging: 900.000 x 1 % + 80.000 x 1,25 % + 102.200 x 1 % = 11.022; what is not indexed costs nothing (4.1)."""
    masses = {"articles_17_and_17bis": 900000, "consultancy": 80000, "lump_sums": 102200}
    changes = [{"row": "imaging", "part": part, "rate": "2", "mass": mass} for part, mass in masses.items()]
    right = what_if(rate=changes)
    # 900.000 x 2 % + 80.000 x 2 % + 102.200 x 2 % = 21.644
    assert amounts(right.rows[0]) == (11022, 11022, 21644, 21644)
    changes[0]["mass"] = 800000
    [answer] = what_if(rate=changes).answers
    assert answer.contradicts == ("masses of imaging", "annual")


def test_a_what_if_speaks_french() -> None:
    result = what_if(rate=[{"row": "gynaecology", "rate": "1.95"}], drop=[{"row": "ecg"}])
    said = [answer.because["fr"] for answer in result.answers]
    assert said == [
        "Gynécologie : prestations 1,95 % ; 1.839 / 1.839 au lieu de 1.179 / 1.179.",
        "Règles interprétatives sur les ECG disparaît : 0 / 0 au lieu de -204 / -613.",
    ]
    data = result.to_dict("fr")
    assert [row["label"] for row in data["rows"]] == ["Gynécologie", "Règles interprétatives sur les ECG"]
    assert (data["total"]["label"], data["balance"]["label"]) == ("Total des utilisations", "Solde")


def test_every_label_of_the_table_is_said_in_french() -> None:
    """Only names that are the same in both languages may be the same."""
    table = budget_table(2020)
    labels = [row.label for _, row in table.rows] + [part.label for _, row in table.rows for part in row.parts]
    labels += [block.label for block in table.blocks] + [note.says for note in table.notes]
    assert {label["en"] for label in labels if label["en"] == label["fr"]} == {"Surveillance"}


ROWS = [row.id for _, row in budget_table(2020).rows]


@given(st.sets(st.sampled_from(ROWS), min_size=1))
def test_dropping_rows_moves_the_balance_by_what_they_cost(idents: set[str]) -> None:
    found = what_if(drop=[{"row": ident} for ident in idents])
    used = source = 0
    for line in bareme.agreements[2020].budget().rows:
        if line.row.id in idents:
            if line.block.id == "sources":
                source += line.row.printed.annual or 0
            else:
                used += line.row.printed.annual or 0
    assert found.balance.difference.annual == used - source
    assert found.total.difference.annual == -used


@given(st.integers(-(10**6), 10**6), st.integers(1, 12), st.sampled_from(["revaluations", "sources", "savings"]))
def test_what_is_added_is_in_the_balance(annual: int, month: int, block: str) -> None:
    added = {"block": block, "id": "new", "label": "new", "annual": annual, "start": date(2020, month, 1)}
    found = what_if(add=[added])
    part = in_year(annual, 13 - month)
    sign = 1 if block == "sources" else -1
    assert (found.balance.difference.in_year, found.balance.difference.annual) == (sign * part, sign * annual)


WRONG = {
    '[[rate]]\nrow = "gynecology"\nrate = "1.95"': "line 2, [[rate]]: row 'gynecology' is not known; did you mean 'gyn",
    '[[rate]]\nrow = "gynaecology"\nrate = "195"': "line 2, [[rate]]: a rate of 195 % is no index",
    '[[rate]]\nrow = "gynaecology"\nrate = 1.95': "1.95 is a floating-point number; write",
    '[[rate]]\nrow = "gynaecology"\nrate = "1,95"': "line 2, [[rate]]: rate: '1,95' is not a rate in percent",
    '[[rate]]\nrow = "ecg"\nrate = "1.95"': "line 2, [[rate]]: ecg is not indexed",
    '[[rate]]\nrow = "surgery"\npart = "knees"\nrate = "1"': "part 'knees' is not known; known are acts,",
    '[[rate]]\nrow = "surgery"\npart = "acts"\nrate = "1"\nmass = -5': "a mass of -5 is none",
    '[[start]]\nrow = "tavi"\nmonth = -9': "line 2, [[start]]: 'month' is not known here; known are row, start.",
    '[[start]]\nrow = "tavi"\nstart = "2020--9-01"': "line 2, [[start]]: start: '2020--9-01' is not a day",
    '[[start]]\nrow = "tavi"\nstart = 2020-13-01': "cannot be read",
    '[[start]]\nrow = "tavi"\nstart = 2019-07-01': "start 2019-07-01 is not in 2020 or later",
    '[[start]]\nrow = "tavi"\nstart = "-1"': "start: '-1' is not a day",
    '[[start]]\nrow = "tavi"': "line 2, [[start]]: start is missing",
    '[[drop]]\nrow = "tavvi"': "line 2, [[drop]]: row 'tavvi' is not known; did you mean 'tavi'?",
    '[[drop]]\nrow = "tavi"\n[[drop]]\nrow = "tavi"': "line 4: tavi is given twice",
    '[[drop]]\nrow = "tavi"\n[[start]]\nrow = "tavi"\nstart = 2020-10-01': "tavi is dropped too",
    '[[rate]]\nrow = "surveillance"\nrate = "1"\n[[rate]]\nrow = "surveillance"\npart = "fees"\nrate = "2"': (
        "is given twice"
    ),
    '[[source]]\nrow = "savings_2020"\nannual = 5\nin_year = 3\n[[start]]\nrow = "savings_2020"\nstart = "2021"': (
        "line 2: savings_2020 has another start too; leave out in_year or the start."
    ),
    '[[source]]\nrow = "tavi"\nannual = 5': "tavi is no source; sources are index_mass, file_without_contact",
    '[[source]]\nrow = "index_mass"\nannual = "much"': "annual: 'much' is not a whole number of thousands",
    '[[add]]\nblock = "e"\nid = "x"\nlabel = "x"\nannual = 1\nstart = 2020-01-01': "block 'e' is not known; known are",
    '[[add]]\nblock = "savings"\nid = "tavi"\nlabel = "x"\nannual = 1\nstart = 2020-01-01': "has a row 'tavi' already",
    '[[measure]]\nid = "x"': "'measure' is not known here; known are title, rate, start, source, drop, add.",
    "drop = 3": "drop must be [[drop]] entries",
    "title = 3": "title must be a text",
    "": "changes nothing",
}


@pytest.mark.parametrize("entry", WRONG)
def test_a_wrong_entry_is_named_with_its_file_and_line(entry: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'schema = "bareme/agreement-what-if/1"\n{entry}\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        bareme.agreements[2020].budget(what_if=path)
    assert "mine.toml" in str(caught.value)
    assert WRONG[entry] in str(caught.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a file"):
        bareme.agreements[2020].budget(what_if=tmp_path / "none.toml")
    (tmp_path / "other.toml").write_text("title = 'x'", encoding="utf-8")
    with pytest.raises(InputError, match='the first line must be schema = "bareme/agreement-what-if/1"'):
        bareme.agreements[2020].budget(what_if=tmp_path / "other.toml")
    ran = bareme_here("budget", "2020", "--what-if", "none.toml", book=tmp_path / "book.sqlite")
    assert (ran.code, ran.out) == (2, "")
