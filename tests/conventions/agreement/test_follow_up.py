"""The dashboard of a quarter: what is due and how it stands, which budget lines run, exact sums of priced volumes."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import bareme
from bareme.conventions.agreement.systems import systems_of
from bareme.conventions.agreement_2020.commitments.model import due_period
from bareme.conventions.agreement_2020.follow_up.dashboard import Running, Standing
from bareme.errors import InputError
from bareme.exchange.agreements.priced_volumes import read_priced_volumes
from running import REPOSITORY, bareme_here, same_as_golden, valid

FOLDER = REPOSITORY / "examples" / "agreement_2020"
STATUS, TOTALS = FOLDER / "status.csv", FOLDER / "totals-2020-q2.csv"
GOLDEN = Path(__file__).parent / "golden"
SYSTEM = systems_of(2020)["follow_up"]
Q2 = due_period("2020-Q2")


def test_what_is_due_in_the_second_quarter_and_how_it_stands() -> None:
    """5.2.6 by 31 May; 5.1.1, 5.1.2, 6.3 and twice 8 by 30 June; the dashboard of 13."""
    found = bareme.agreements[2020].dashboard("2020-Q2", status=STATUS)
    assert [(entry.item.id, entry.standing.value) for entry in found.due] == [
        ("on-call-fees-first-results", "done"),
        ("dashboard-2020-q2", "done"),
        ("cost-estimate-model", "unreported"),
        ("electronic-file-registration", "unreported"),
        ("global-file-regulation", "done_late"),  # on 14 July
        ("pre-anaesthesia-proposal", "open"),
        ("supplements-analysis", "unreported"),
    ]
    # Due by 31 March or in the first quarter; what was done by then is no news.
    assert [(entry.item.id, entry.standing.value) for entry in found.earlier] == [
        ("dashboard-2020-q1", "overdue"),
        ("cooperation-scenario", "unreported"),
        ("physical-medicine-proposal", "overdue"),
        ("weekday-duty-terms", "done_late"),  # on 8 April, in the quarter
    ]
    assert found.effects == ()


def test_what_was_done_late_is_told_in_its_quarter_and_not_after() -> None:
    third = bareme.agreements[2020].dashboard("2020-Q3", status=STATUS)
    ids = {entry.item.id: entry.standing for entry in third.earlier}
    assert ids["global-file-regulation"] is Standing.DONE_LATE  # 14 July is in the third quarter
    assert "weekday-duty-terms" not in ids
    assert ids["pre-anaesthesia-proposal"] is Standing.OVERDUE


def test_what_takes_effect_in_the_third_quarter() -> None:
    """4.2.2 and 4.2.3 on 1 September; ten measures of the annex start on 1 July, nine on 1 September."""
    found = bareme.agreements[2020].dashboard("2020-Q3")
    assert Counter(item.due for item in found.effects) == {"2020-07-01": 10, "2020-09-01": 11}
    assert {item.commitment.clause for item in found.effects if item.commitment.kind.value == "fact"} == {
        "4.2.2",
        "4.2.3",
    }


def test_what_is_promised_for_the_year_is_due_in_its_last_quarter() -> None:
    """No day is invented: 2020 ends with December."""
    found = bareme.agreements[2020].dashboard("2020-Q4")
    assert Counter(entry.item.due for entry in found.due) == {"2020": 9, "2020-Q4": 1}


def test_which_lines_of_the_annex_run() -> None:
    """On 1 January 10 measures and 3 means; the file and the trainees are of 2020; 10 on 1 July, 9 and the planning of
    advance care among the means on 1 September; article 34 and the plan are of 2021."""
    expected = {
        "2020-Q1": {Running.STARTS: 15, Running.LATER: 22},
        "2020-Q2": {Running.RUNNING: 15, Running.LATER: 22},
        "2020-Q3": {Running.RUNNING: 15, Running.STARTS: 20, Running.LATER: 2},
        "2020-Q4": {Running.RUNNING: 35, Running.LATER: 2},
    }
    for quarter, counts in expected.items():
        found = bareme.agreements[2020].dashboard(quarter)
        assert Counter(line.running for line in found.lines) == counts, quarter
        assert found.interpretations == ("annex-year-without-month",)
    assert found.to_dict()["budget"]["total"] == {"in_year": 180029, "annual": 184382}
    assert found.to_dict()["budget"]["balance"] == {"in_year": 169, "annual": 174}


def test_volumes_of_totals_by_month() -> None:
    """Worked out by hand: April 1.250,40 + 640,20; May 2.310,75; June 2.980,10 + 715,05; July is of another quarter."""
    volumes = bareme.agreements[2020].dashboard("2020-Q2", acts=TOTALS).volumes
    assert volumes is not None
    assert [(month.month, month.lines, str(month.fee)) for month in volumes.months] == [
        ("2020-04", 2, "1890.60"),
        ("2020-05", 1, "2310.75"),
        ("2020-06", 2, "3695.15"),
    ]
    total = volumes.total
    assert (str(total.fee), str(total.intervention), str(total.patient_share)) == ("7896.50", "6317.23", "1579.27")
    assert volumes.outside == 1


def test_volumes_of_a_result_of_price_file(tmp_path: Path) -> None:
    """A toy circular of 2020 is priced, and the total of each line counts, not the fee of a unit."""
    book = tmp_path / "book.sqlite"
    (tmp_path / "toy.txt").write_text("Code\tLibellé\tHonoraires\tBIM\tNon-BIM\n990010\tUn acte\t10,00\t10,00\t8,00\n")
    loaded = bareme_here(
        *("load", tmp_path / "toy.txt", "--number", "2020/900", "--series", "toy/acts/1"),
        *("--issued", "2019-12-20", "--effective", "2020-01-01", "--accept-findings"),
        book=book,
    )
    assert loaded.code == 0, loaded.err + loaded.out
    (tmp_path / "acts.csv").write_text(
        "code,date,quantity,regime\n990010,2020-04-01,3,ordinary\n990010,2020-06-30,1,preferential\n"
        "990010,2020-07-01,1,ordinary\n123456,2020-05-05,1,ordinary\n"
    )
    for name in ("priced.csv", "priced.parquet"):
        priced = bareme_here("price-file", tmp_path / "acts.csv", tmp_path / name, book=book)
        assert priced.code == 0, priced.err
        volumes = bareme.agreements[2020].dashboard("2020-Q2", acts=tmp_path / name).volumes
        assert volumes is not None
        assert [month.to_dict() for month in volumes.months] == [
            {
                "month": "2020-04",
                "lines": 1,
                "without_fee": 0,
                "fee": "30.00",
                "intervention": "24.00",
                "patient_share": "6.00",
                "payable": None,
            },
            {
                "month": "2020-05",
                "lines": 1,
                "without_fee": 1,
                "fee": None,
                "intervention": None,
                "patient_share": None,
                "payable": None,
            },
            {
                "month": "2020-06",
                "lines": 1,
                "without_fee": 0,
                "fee": "10.00",
                "intervention": "10.00",
                "patient_share": "0.00",
                "payable": None,
            },
        ]
        assert volumes.outside == 1


def test_payable_amounts_stand_beside_the_totals(tmp_path: Path) -> None:
    """
    April: 248,00 of which a rule pays 62,00, and 100,00 of which no rule speaks. May: a rule refuses 10,00, of which
    0,00 is payable, and a support mission is payable without an intervention. June: nothing.
    """
    place = tmp_path / "priced.csv"
    place.write_text(
        "date,total_fee,total_intervention,total_patient_share,rules,payable_units,payable_fee,payable_intervention,"
        "payable_patient_share\n"
        "2020-04-01,248.00,248.00,0.00,cap=yes,4,62.00,62.00,0.00\n"
        "2020-04-02,100.00,80.00,20.00,,,,,\n"
        "2020-05-01,10.00,10.00,0.00,cap=no,0,0.00,0.00,0.00\n"
        "2020-05-02,179.18,,,mission=yes,2,179.18,,\n"
    )
    volumes, findings = read_priced_volumes(place, Q2, SYSTEM)
    assert findings == ()
    payable = [month.to_dict()["payable"] for month in (*volumes.months, volumes.total)]
    assert payable == [
        {"lines": 1, "fee": "62.00", "intervention": "62.00", "patient_share": "0.00"},
        {"lines": 2, "fee": "179.18", "intervention": "0.00", "patient_share": "0.00"},
        {"lines": 0, "fee": None, "intervention": None, "patient_share": None},
        {"lines": 3, "fee": "241.18", "intervention": "62.00", "patient_share": "0.00"},
    ]
    assert volumes.total.fee == Decimal("537.18")
    page = tmp_path / "page.html"
    asked = ("agreement", "2020", "dashboard", "--quarter", "2020-Q2", "--acts", place)
    ran = bareme_here(*asked, "--language", "fr", "--html", page, book=tmp_path / "b.sqlite")
    assert ran.code == 0
    assert "à payer : honoraires" in ran.out
    [total] = [line.split() for line in ran.out.splitlines() if line.startswith("trimestre")]
    assert total == ["trimestre", "4", "0", "537,18", "338,00", "20,00", "3", "241,18", "62,00", "0,00"]
    assert '<th scope="col" class="number">à payer : honoraires</th>' in page.read_text(encoding="utf-8")
    assert bareme_here(*asked, "--json", book=tmp_path / "b.sqlite").json("agreement-dashboard-1")


def test_a_payable_amount_that_cannot_be_used_leaves_its_line_out(tmp_path: Path) -> None:
    place = tmp_path / "priced.csv"
    place.write_text(
        "date,total_fee,total_intervention,total_patient_share,payable_fee,payable_intervention,payable_patient_share\n"
        "2020-04-01,1.00,1.00,0.00,1e2,1.00,0.00\n"
    )
    volumes, [finding] = read_priced_volumes(place, Q2, SYSTEM)
    assert finding.values["column"] == "payable_fee"
    assert volumes.total.lines == 0


def test_lines_are_those_of_the_file_where_cells_hold_line_breaks(tmp_path: Path) -> None:
    place = tmp_path / "totals [april]*.csv"
    place.write_text(
        'note;month;fee;intervention;patient_share\n"a\nb\nc";2020-04;1.00;1.00;0.00\n"x\ny";2020-13;1.00;1.00;0.00\n'
        "z;April;1.00;1.00;0.00\n"
    )
    volumes, findings = read_priced_volumes(place, Q2, SYSTEM)
    assert [finding.place.line for finding in findings if finding.place] == [5, 7]
    assert volumes.total.fee == Decimal("1.00")


def test_a_file_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "totals.csv").write_bytes("month,fee,intervention,patient_share,libellé\n".encode("latin-1"))
    (tmp_path / "totals.csv.gz").write_bytes(b"month,fee")
    for name in ("totals.csv", "totals.csv.gz"):
        with pytest.raises(InputError, match="cannot be read"):
            read_priced_volumes(tmp_path / name, Q2, SYSTEM)


CENTS = st.integers(-(10**9), 10**9)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["2020-04", "2020-05-31", "2020-06", "2020-07"]), CENTS, CENTS, CENTS), max_size=8
    )
)
def test_sums_are_exact_to_the_cent(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, int, int]]
) -> None:
    """Against sums of whole cents."""
    place = tmp_path_factory.mktemp("volumes") / "totals.csv"
    lines = [f"990010,{day},{','.join(str(Decimal(c).scaleb(-2)) for c in cents)}\n" for day, *cents in rows]
    place.write_text("code,month,fee,intervention,patient_share\n" + "".join(lines))
    volumes, findings = read_priced_volumes(place, Q2, SYSTEM)
    assert findings == ()
    within = [cents for day, *cents in rows if day[:7] != "2020-07"]
    total = volumes.total
    found = [total.fee, total.intervention, total.patient_share]
    if within:
        assert [int(amount.scaleb(2)) for amount in found if amount is not None] == [
            sum(c) for c in zip(*within, strict=True)
        ]
    else:
        assert found == [None, None, None]
    assert volumes.outside == len(rows) - len(within)


def test_values_that_cannot_be_used_are_findings_with_their_lines(tmp_path: Path) -> None:
    place = tmp_path / "totals.csv"
    place.write_text(
        "code,month,fee,intervention,patient_share\n990010,2020-04,1.00,1.00,0.00\n990010,2020-13,1.00,1.00,0.00\n"
        '990010,2020-04,"1,00",1.00,0.00\n990010,2020-04-31,1.00,1.00,0.00\n990010,2020-05,1.005,,\n990010,2020-05,,,\n'
    )
    volumes, findings = read_priced_volumes(place, Q2, SYSTEM)
    assert [(f.check, f.place.line if f.place else None, f.values["column"]) for f in findings] == [
        ("follow_up.date_unusable", 3, "month"),
        ("follow_up.amount_unusable", 4, "fee"),
        ("follow_up.date_unusable", 5, "month"),
        ("follow_up.amount_unusable", 6, "fee"),
    ]
    assert [(month.lines, month.without_fee, month.fee) for month in volumes.months] == [
        (1, 0, Decimal("1.00")),
        (1, 1, None),
        (0, 0, None),
    ]
    place.write_text("code,month,fee,intervention,patient_share\n" + "990010,April,1.00,1.00,0.00\n" * 23)
    _, many = read_priced_volumes(place, Q2, SYSTEM)
    assert len(many) == 21
    assert many[-1].message["en"] == "3 more lines with a value that cannot be used are left out."


def test_a_result_in_floating_point_is_refused(tmp_path: Path) -> None:
    table = pa.table(
        {"date": ["2020-04-01"], "total_fee": [1.5], "total_intervention": [1.0], "total_patient_share": [0.5]}
    )
    parquet.write_table(table, tmp_path / "priced.parquet")
    with pytest.raises(InputError, match="the column 'total_fee' holds floating-point numbers"):
        read_priced_volumes(tmp_path / "priced.parquet", Q2, SYSTEM)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            "code,fee\n990010,1.00\n",
            "has no column 'date' (found: code, fee); a result of price-file has date and total_fee",
        ),
        ("code,month,fee\n990010,2020-04,1.00\n", "has no column 'intervention'"),
        (
            "code,month,fee,intervention,patient_share\n990010,2020-04,1.00\n",
            "CSV Error on Line: 2: Expected Number of Columns: 5 Found: 3.",
        ),
        ("month,fee,fee,intervention,patient_share\n2020-04,1,1,1,1\n", "has the column 'fee' more than once"),
        ("", "has no column 'date' (found: none)"),
    ],
)
def test_a_file_without_the_columns_says_which(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "totals.csv").write_text(content)
    with pytest.raises(InputError, match=re.escape(says)):
        read_priced_volumes(tmp_path / "totals.csv", Q2, SYSTEM)


@pytest.mark.parametrize("quarter", ["2019-Q4", "2021-Q1", "2020-Q5", "2020", "Q2"])
def test_there_is_a_dashboard_of_the_agreements_quarters_only(quarter: str) -> None:
    with pytest.raises(InputError, match=r"is no quarter of the agreement .*: 2020-Q1, 2020-Q2, 2020-Q3, 2020-Q4"):
        bareme.agreements[2020].dashboard(quarter)


def test_files_that_are_none(tmp_path: Path) -> None:
    agreement = bareme.agreements[2020]
    with pytest.raises(InputError, match=r"none\.csv is not a file"):
        agreement.dashboard("2020-Q2", acts="none.csv")
    with pytest.raises(InputError, match=r"volumes are read from \.csv"):
        agreement.dashboard("2020-Q2", acts=REPOSITORY / "README.md")
    with pytest.raises(InputError, match=r"a dashboard is written as \.html"):
        agreement.dashboard("2020-Q2", html=tmp_path / "page.txt")


def test_the_report_of_the_example(tmp_path: Path) -> None:
    """Read in golden/dashboard.txt and golden/dashboard.html."""
    page = tmp_path / "page.html"
    asked = ("agreement", "2020", "dashboard", "--quarter", "2020-Q2", "--status", STATUS, "--acts", TOTALS)
    ran = bareme_here(*asked, "--html", page, book=tmp_path / "b.sqlite")
    assert ran.code == 0
    same_as_golden(ran.out.replace(str(page), "page.html"), GOLDEN / "dashboard.txt")
    html = page.read_text(encoding="utf-8")
    same_as_golden(re.sub(r"bareme \d+(\.\w+)+", "bareme VERSION", html), GOLDEN / "dashboard.html")
    data = bareme_here(*asked, "--json", book=tmp_path / "b.sqlite").json("agreement-dashboard-1")
    assert data["volumes"]["total"]["fee"] == "7896.50"
    again = bareme_here(*asked, "--html", page, book=tmp_path / "b.sqlite")
    assert (again.code, "use --overwrite" in again.err) == (2, True)
    over = bareme_here(*asked, "--html", page, "--overwrite", book=tmp_path / "b.sqlite")
    assert over.code == 0
    assert page.read_text(encoding="utf-8") == html
    french = bareme_here(*asked, "--language", "fr", "--json", book=tmp_path / "b.sqlite").json("agreement-dashboard-1")
    assert french["budget"]["lines"][0]["label"] == "Masse d'indexation de 2020"
    assert french["due"][0]["item"]["says"].startswith("Les premiers résultats")


def test_the_report_speaks_french(tmp_path: Path) -> None:
    """Read in golden/dashboard-fr.txt and golden/dashboard-fr.html."""
    page = tmp_path / "page.html"
    asked = ("agreement", "2020", "dashboard", "--quarter", "2020-Q2", "--status", STATUS, "--acts", TOTALS)
    ran = bareme_here(*asked, "--html", page, "--language", "fr", book=tmp_path / "b.sqlite")
    assert ran.code == 0
    same_as_golden(ran.out.replace(str(page), "page.html"), GOLDEN / "dashboard-fr.txt")
    html = page.read_text(encoding="utf-8")
    same_as_golden(re.sub(r"bareme \d+(\.\w+)+", "bareme VERSION", html), GOLDEN / "dashboard-fr.html")


def test_what_is_given_is_escaped_on_the_page(tmp_path: Path) -> None:
    status = tmp_path / "status.csv"
    status.write_text("id,status,on,note\npre-anaesthesia-proposal,under_way,,<script>alert(1)</script>\n<b>,done,,\n")
    found = bareme.agreements[2020].dashboard("2020-Q2", status=status, html=tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html
    assert [finding.check for finding in found.findings] == ["commitments.commitment_none"]
    valid(found.to_dict(), "agreement-dashboard-1")
    ran = bareme_here("agreement", "2020", "dashboard", "--quarter", "2020-Q2", "--status", status, book=tmp_path / "b")
    assert ran.code == 1
