"""Conventions' rules for files: the answers of one act, histories over files and pieces, the tariff untouched."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

import bareme
from bareme.conventions.asking import history_codes, rule_codes
from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.exchange.bulk import csv_blocks, pieces, rule_pass, verifying
from bareme.pricing.columns import OUTPUT_COLUMNS, RULE_COLUMNS
from running import REPOSITORY

EXAMPLES = REPOSITORY / "examples" / "conventions"
BOTH = ["psychologist-march.csv", "perinatal-file.csv"]
PAYABLE = ("payable_units", "payable_fee", "payable_intervention", "payable_patient_share")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bareme.Book:
    """The shipped book, for tests that write nothing into it: its price table is built once for all of them."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "none.sqlite")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few lines, so that a small file has many."""
    monkeypatch.setattr(pieces, "PIECE", 7)
    monkeypatch.setattr(csv_blocks, "BLOCK", 700)


def priced(book: bareme.Book, given: Path, out: Path, **options: Any) -> pa.Table:
    book.price_file(given, out, rules=options.pop("rules", True), **options)
    return parquet.read_table(out)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", BOTH)
def test_rules_stand_beside_the_tariff_and_never_change_it(name: str, book: bareme.Book, tmp_path: Path) -> None:
    ruled = priced(book, EXAMPLES / name, tmp_path / "ruled.parquet")
    book.price_file(EXAMPLES / name, tmp_path / "plain.parquet")
    plain = parquet.read_table(tmp_path / "plain.parquet")
    assert ruled.column_names == [*plain.column_names, *RULE_COLUMNS]
    assert ruled.select(plain.column_names).to_pylist() == plain.to_pylist()
    assert book.verify(tmp_path / "ruled.parquet").up_to_date


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", BOTH)
def test_a_line_without_history_has_the_answers_of_the_act(name: str, book: bareme.Book, tmp_path: Path) -> None:
    lines = priced(book, EXAMPLES / name, tmp_path / "ruled.parquet").to_pylist()
    asked = 0
    for line in lines:
        facts = {n: line[n] for n in ("regime", "age", *declared_inputs()) if line.get(n)}
        if line["code"] in history_codes() or line["invalid"] or line.get("patients") == "3":
            continue
        asked += 1
        price = book.price(line["code"], line["date"], quantity=int(line["quantity"] or 1), **facts)
        assert line["rules"] == (" ".join(f"{a.rule}={a.result}" for a in price.rules) or None)
        found = price.to_dict()
        assert [None if line[n] is None else str(line[n]) for n in PAYABLE] == [
            None if found[n] is None else str(found[n]) for n in PAYABLE
        ]
    assert asked >= 3


RULES_OF_MARCH: Mapping[str, tuple[str | None, str | None, str | None]] = {
    "P-07": ("psychology.group_session=yes", "226.40", "12.50"),
    "P-08": ("psychology.group_session=yes", "150.51", "0.00"),
    "P-09": ("psychology.group_session=yes", "0.00", "0.00"),
    "P-10": ("psychology.group_session=yes", "238.90", "0.00"),
    "P-11": ("psychology.group_session=needs_information", None, None),
    "P-12": ("psychology.group_session=needs_information", None, None),
    "P-13": ("psychology.support_mission=yes", None, None),
    "P-14": ("psychology.minimum_minutes=yes", None, None),
    "P-15": ("psychology.minimum_minutes=no", None, None),
}


@pytest.mark.parametrize("out", ["out.parquet", "out.csv"])
def test_the_month_of_a_psychologist(out: str, book: bareme.Book, tmp_path: Path) -> None:
    book.price_file(EXAMPLES / "psychologist-march.csv", tmp_path / out, rules=True)
    table = read_acts_or_parquet(tmp_path / out)
    for line in table.to_pylist():
        rules, paid, share = RULES_OF_MARCH.get(line["invoice"], (None, None, None))
        found = [line[n] for n in ("rules", "payable_intervention", "payable_patient_share")]
        assert [None if value in (None, "") else str(value) for value in found] == [rules, paid, share], line["invoice"]
    missing = {line["invoice"]: line["rules_missing"] for line in table.to_pylist() if line["rules_missing"]}
    assert missing == {
        "P-11": "psychology.group_session:patients,patients_24_plus",
        "P-12": "psychology.group_session:patients_24_plus",
    }


def read_acts_or_parquet(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return parquet.read_table(path)
    import csv

    with path.open(newline="") as file:
        return pa.Table.from_pylist(list(csv.DictReader(file)))


MEETINGS = {
    # Units asked, paid by the rolling months, paid from the first act.
    "M-02": (4, 4, 4),
    "M-03": (12, 12, 12),
    "M-04": (10, 4, 10),
    "M-05": (4, 4, 4),
    "M-06": (16, 16, 16),
    "M-07": (2, 0, 0),
    "M-08": (2, 0, 0),
    "M-09": (2, 2, 2),
    "M-10": (6, 6, 6),
    "M-12": (9, None, None),
}
NOT_ASKED = {
    "M-10": "perinatal.billable:opening_date_of_the_contracting_entity",
    "M-11": "perinatal.meeting_cap:patient",
    "M-12": "perinatal.meeting_cap:quantity,professionals,minutes",
    "M-13": "perinatal.meeting_cap:minutes",
    "M-15": "perinatal.billable:rule_for_acts_before_the_opening_date",
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("window", "place"), [("rolling", 1), ("from_first_act", 2)])
def test_a_perinatal_file_across_a_year(window: str, place: int, book: bareme.Book, tmp_path: Path) -> None:
    table = priced(book, EXAMPLES / "perinatal-file.csv", tmp_path / "out.parquet", rules=window)
    lines = {line["act"]: line for line in table.to_pylist()}
    for name, expected in MEETINGS.items():
        units = expected[place]
        assert lines[name]["payable_units"] == units, name
        if units is not None:
            assert lines[name]["payable_fee"] == Decimal("15.50") * units
            held = "yes" if units == expected[0] else "no"
            assert f"perinatal.meeting_cap={held}" in lines[name]["rules"]
    assert {n: line["rules_missing"] for n, line in lines.items() if line["rules_missing"]} == NOT_ASKED
    if window == "rolling":
        assert lines["M-04"]["rules_note"] == "used by lines 3; the other window pays 10"
        assert lines["M-07"]["rules_note"] == "used by lines 6; the other window pays 0"


def test_a_basket_is_a_history(book: bareme.Book) -> None:
    day = {"code": "401435", "contracting_entity": "wallonia", "patient": "A"}
    acts = [{**day, "on": "2025-03-01", "quantity": 10}, {**day, "on": "2025-04-01", "quantity": 10}]
    one, other = book.price_basket(acts)
    assert (one.payable and one.payable.units, other.payable and other.payable.units) == (10, 6)
    assert "Units paid: 6 of 10; 16 at most in 12 months (2024/401, footnote), 10 used by acts 1." in other.explain()
    alone = book.price("401435", "2025-04-01", quantity=20, contracting_entity="wallonia")
    assert alone.payable is not None
    assert (alone.payable.units, str(alone.payable.fee), str(alone.total_fee)) == (16, "248.00", "310.00")
    assert "Only the units of this act were looked at" in alone.explain()[-1]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("given", ["csv", "parquet"])
def test_a_history_over_files_and_pieces_in_any_order(given: str, book: bareme.Book, tmp_path: Path) -> None:
    """Random acts in three files: the units are those of a basket of them all."""
    dice = random.Random(3)
    rows = [
        {
            "code": dice.choice(["401435", "401435", "565025"]),
            "date": str(date(2025, 1, 1) + timedelta(dice.randrange(700))),
            "patient": dice.choice(["a", "b", None]),
            "quantity": str(dice.randint(1, 9)),
        }
        for _ in range(90)
    ]
    folder = tmp_path / "acts"
    folder.mkdir()
    for number in range(3):
        part = pa.Table.from_pylist(rows[number * 30 : number * 30 + 30])
        if given == "parquet":
            parquet.write_table(part, folder / f"{number}.parquet")
        else:
            from pyarrow import csv

            csv.write_csv(part, folder / f"{number}.csv")
    table = priced(book, folder, tmp_path / "out.parquet")
    acts = [{**row, "on": row["date"], "quantity": int(row["quantity"] or 1)} for row in rows]
    for act in acts:
        del act["date"]
    expected = [
        price.payable.units if price.payable and price.inputs.get("patient") else None
        for price in book.price_basket(acts)
    ]
    assert table.column("payable_units").to_pylist() == expected
    assert len(set(expected)) > 5


def test_a_rule_without_a_fee_names_what_the_tariff_needs(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text("code,date,patients_24_plus\n726655,2025-03-13,3\n")
    [line] = priced(book, tmp_path / "acts.csv", tmp_path / "out.parquet").to_pylist()
    assert line["rules_missing"] == "psychology.group_session:age"
    [answer] = book.price("726655", "2025-03-13", patients_24_plus=3).rules
    assert answer.missing == ("age",)


ODD = """code,date,patient,quantity,provider,convention_status,free_hours,optional_third_party
990011,2020-03-04,,1,specialist,partial,yes,no
"401435	",2025-03-01,A,20,,,,
401435,9999-06-01,B,2,,,,
401435,2024-10-15,C,16,,,,
401435,2025-03-01,C,16,,,,
401435,2025-03-01,D,x,,,,
401435,2025-04-01,D,1,,,,
"""


def test_odd_acts_get_an_answer_each_and_stop_nothing(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text(ODD)
    lines = priced(book, tmp_path / "acts.csv", tmp_path / "out.parquet").to_pylist()
    assert [line["outcome"] for line in lines][:2] == ["invalid_code", "priced"]
    assert lines[0]["rules_missing"] == "agreement_2020.binding:code"
    # A tab is no part of a code, the 17th unit is not paid.
    assert lines[1]["payable_units"] == 16
    assert lines[2]["rules"] is not None
    # The 16 units of 2024 count, although the book holds no tariff of 2024.
    assert (lines[3]["payable_units"], lines[4]["payable_units"]) == (None, 0)
    assert lines[6]["rules_missing"] is None or "meeting_cap" not in lines[6]["rules_missing"]


def test_an_act_after_one_that_cannot_be_counted_needs_it(book: bareme.Book) -> None:
    day = {"code": "401435", "contracting_entity": "wallonia", "patient": "A"}
    acts = [
        {**day, "on": "2025-03-01", "professionals": 4},
        {**day, "on": "2026-02-28", "quantity": 2},
        {**day, "on": "2026-03-01", "quantity": 2},
    ]
    answers = [price.rules[-1] for price in book.price_basket(acts)]
    assert [(a.result.value, a.missing) for a in answers] == [
        ("needs_information", ("minutes",)),
        ("needs_information", ("units_of_an_earlier_act",)),
        ("yes", ()),
    ]


def test_acts_before_the_convention_use_up_nothing(book: bareme.Book) -> None:
    day = {"code": "401435", "contracting_entity": "wallonia", "patient": "A", "quantity": 16}
    before, after = book.price_basket([{**day, "on": "2024-05-31"}, {**day, "on": "2025-01-02"}])
    assert before.rules == ()
    assert after.payable is not None
    assert after.payable.units == 16


@pytest.mark.parametrize(("kind", "value"), [("decimal", "15.00"), ("double", "15.0")])
def test_counts_in_columns_of_any_number(kind: str, value: str, book: bareme.Book, tmp_path: Path) -> None:
    type = pa.decimal128(6, 2) if kind == "decimal" else pa.float64()
    minutes = pa.array([value]).cast(type)
    table = pa.table({"code": ["727031"], "date": ["2025-03-13"], "minutes": minutes})
    parquet.write_table(table, tmp_path / "acts.parquet")
    found = priced(book, tmp_path / "acts.parquet", tmp_path / "out.parquet")
    assert found.column("rules").to_pylist() == ["psychology.minimum_minutes=yes"]


def test_no_float_is_an_amount(book: bareme.Book, tmp_path: Path) -> None:
    table = pa.table({"code": ["565014"], "date": ["2020-03-13"], "fee_charged": pa.array([20.5], pa.float64())})
    parquet.write_table(table, tmp_path / "acts.parquet")
    with pytest.raises(InputError, match=r"fee_charged holds floating-point numbers; write exact decimals"):
        priced(book, tmp_path / "acts.parquet", tmp_path / "out.parquet")
    with pytest.raises(InputError, match=r"fee_charged: 20.5 is a floating-point number"):
        book.price("565014", "2020-03-13", fee_charged=20.5)


def test_columns_in_the_way_and_columns_that_are_nearly_right(book: bareme.Book, tmp_path: Path) -> None:
    for column, message in (
        ("payable_fee", r"'payable_fee', which --rules adds; rename it. Nothing was priced"),
        ("Minutes", r'a column "Minutes"; did you mean "minutes"'),
        ("patient_24_plus", r'a column "patient_24_plus"; did you mean "patients_24_plus"'),
    ):
        (tmp_path / "acts.csv").write_text(f"code,date,{column}\n565025,2026-03-01,1\n")
        with pytest.raises(InputError, match=message):
            book.price_file(tmp_path / "acts.csv", tmp_path / "out.csv", rules=True)
        book.price_file(tmp_path / "acts.csv", tmp_path / f"{column}.csv")


def test_a_window_that_there_is_not(book: bareme.Book, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"rules: 'yearly' is none of rolling, from_first_act"):
        book.price_file(EXAMPLES / BOTH[0], tmp_path / "out.csv", rules="yearly")
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_acts_of_any_rule(book: bareme.Book, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text("code,date\n565025,2026-03-01\n")
    table = priced(book, tmp_path / "acts.csv", tmp_path / "out.parquet")
    assert {name: table.column(name).to_pylist() for name in RULE_COLUMNS} == {key: [None] for key in RULE_COLUMNS}
    assert "565025" not in rule_codes()
    assert list(OUTPUT_COLUMNS)[-1] == "reason"


RESULTS = ["out.parquet", pytest.param("out.csv", marks=pytest.mark.slow)]
OTHERWISE = {"rules_note": "used by lines 99; the other window pays 0", "rules": "perinatal.meeting_cap=no"}


def with_cell(place: Path, line: int, column: str, value: str) -> str:
    """Change a cell of a result; what it was."""
    if place.suffix == ".csv":
        with place.open(newline="") as file:
            rows = list(csv.reader(file))
        number = rows[0].index(column)
        before, rows[line][number] = rows[line][number], value
        with place.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return before
    table = parquet.read_table(place)
    values = table.column(column).to_pylist()
    before = "" if values[line - 1] is None else str(values[line - 1])
    of_type = table.column(column).type
    values[line - 1] = value if pa.types.is_string(of_type) else Decimal(value)
    if pa.types.is_integer(of_type):
        values[line - 1] = int(value)
    changed = table.set_column(table.column_names.index(column), column, pa.array(values, of_type))
    parquet.write_table(changed.replace_schema_metadata(parquet.read_metadata(place).metadata), place)
    return before


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("out", RESULTS)
@pytest.mark.parametrize("name", [*BOTH, "specialist-2020.csv"])
@pytest.mark.parametrize("window", ["rolling", pytest.param("from_first_act", marks=pytest.mark.slow)])
def test_what_rules_said_is_said_again(window: str, name: str, out: str, book: bareme.Book, tmp_path: Path) -> None:
    done = book.price_file(EXAMPLES / name, tmp_path / out, rules=window)
    found = book.verify(tmp_path / out)
    assert (found.as_made, found.altered.lines) == (True, 0)
    # Every line of one window in one form, some of the others.
    step = 1 if (window, out) == ("rolling", "out.parquet") else 5
    for line in range(1, done.lines + 1, step):
        assert book.explain_line(tmp_path / out, line).differs == ()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("out", RESULTS)
@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (4, "payable_units", "9"),
        (4, "payable_fee", "1.00"),
        (4, "rules_note", OTHERWISE["rules_note"]),
        (2, "rules", OTHERWISE["rules"]),
        (1, "rules_missing", "perinatal.billable:contracting_entity"),
    ],
)
def test_a_cell_of_a_rule_that_was_altered_is_found(
    line: int, column: str, value: str, out: str, book: bareme.Book, tmp_path: Path
) -> None:
    place = tmp_path / out
    book.price_file(EXAMPLES / "perinatal-file.csv", place, rules=True)
    before = with_cell(place, line, column, value)
    found = book.verify(place)
    assert not found.as_made
    assert [(c.line, c.column, c.was, c.now or "") for c in found.altered.first] == [(line, column, value, before)]
    assert [shift.why for shift in found.altered.shifts] == ["altered"]
    assert [(d.column, d.was) for d in book.explain_line(place, line).differs] == [(column, value)]
    others = {1, line - 1, line + 1, found.lines} - {0, line}
    assert all(book.explain_line(place, n).differs == () for n in others)


def test_where_the_rules_are_others_the_difference_is_theirs(
    book: bareme.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out.csv"
    book.price_file(EXAMPLES / "perinatal-file.csv", place, rules=True)
    with_cell(place, 4, "payable_units", "9")
    monkeypatch.setattr(verifying, "conventions_hash", lambda: "0" * 64)
    found = book.verify(place)
    assert [shift.why for shift in found.altered.shifts] == ["conventions"]
    assert [shift.total_fee for shift in found.altered.shifts] == [Decimal("0.00")]


@pytest.mark.usefixtures("small")
def test_an_act_whose_answers_are_not_kept_is_asked_later(
    book: bareme.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = priced(book, EXAMPLES / "psychologist-march.csv", tmp_path / "kept.parquet")
    monkeypatch.setattr(rule_pass, "MOST_KEPT", 1)
    asked = priced(book, EXAMPLES / "psychologist-march.csv", tmp_path / "asked.parquet")
    assert asked.to_pylist() == kept.to_pylist()
    assert any(asked.column("rules").to_pylist())


FRENCH = {
    "code": "Prestation",
    "date": "date_prestation",
    "regime": "BIM",
    "quantity": "quantite",
    "patients": "nombre_patients",
    "patients_24_plus": "patients_24_ans_et_plus",
    "minutes": "durée_minutes",
    "patient": "bénéficiaire",
    "contracting_entity": "entité_conventionnante",
    "professionals": "professionnels",
}
WORDS = {"ordinary": "non", "preferential": "oui", "wallonia": "Wallonie", "flanders": "Flandre"}


def in_french(name: str, place: Path) -> Path:
    with (EXAMPLES / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    with place.open("w", newline="", encoding="utf-8") as file:
        lines = [[WORDS.get(cell, cell) for cell in row] for row in rows[1:]]
        csv.writer(file).writerows([[FRENCH.get(cell, cell) for cell in rows[0]], *lines])
    return place


@pytest.mark.parametrize("name", BOTH)
def test_what_rules_ask_may_stand_in_columns_and_words_of_ones_own(
    name: str, book: bareme.Book, tmp_path: Path
) -> None:
    english = priced(book, EXAMPLES / name, tmp_path / "en.parquet").select(list(RULE_COLUMNS))
    french = priced(book, in_french(name, tmp_path / "fr.csv"), tmp_path / "fr.parquet", columns="fr")
    assert not set(FRENCH.values()).isdisjoint(french.column_names)
    assert french.select(list(RULE_COLUMNS)).to_pylist() == english.to_pylist()
    assert book.verify(tmp_path / "fr.parquet").as_made
    told = [book.explain_line(tmp_path / f"{language}.parquet", 7).explain() for language in ("en", "fr")]
    assert told[0] == told[1]


def test_two_columns_for_one_input_are_refused(book: bareme.Book, tmp_path: Path) -> None:
    acts = tmp_path / "acts.csv"
    acts.write_text("code,date,minutes,duree_minutes\n727031,2025-03-25,10,20\n")
    with pytest.raises(InputError, match=r"two columns for minutes: 'minutes' and 'duree_minutes'. Nothing was priced"):
        book.price_file(acts, tmp_path / "out.csv", rules=True, columns="fr")
    assert not (tmp_path / "out.csv").exists()
    book.price_file(acts, tmp_path / "out.csv", columns="fr")
