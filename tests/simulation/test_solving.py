"""The rate that spends an envelope: against arithmetic written out here, rate by rate; and what cannot be solved."""

from __future__ import annotations

import sys
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from selectolax.lexbor import LexborHTMLParser

import bareme
from bareme import Book
from bareme.errors import InputError
from bareme.simulation.options import CostingOptions
from bareme.simulation.report import Table
from bareme.simulation.report_files import report_page, report_workbook
from bareme.simulation.report_solved import report_of_solution
from bareme.simulation.solution import Solution
from running import bareme_here, same_as_golden, valid

GOLDEN = Path(__file__).parent / "golden"
HEAD = 'schema = "bareme/scenario/1"\ntitle = "A rate"\nfrom = 2026-01-01\n[baseline]\non = 2025-12-31\n'
INDEX = '[[measure]]\nid = "index"\nkind = "index"\nrate = "2.72"\nall = true\n'
LOWER = '[[measure]]\nid = "lower"\nkind = "fee_by_amount"\namount = "-400"\ncodes = ["589551-589562"]\n'
SHARE = '[[measure]]\nid = "share"\nkind = "share_rate"\nrate = "5"\nregime = "ordinary"\ncodes = ["565014"]\n'
ACTS = {"565014": 1000, "589676": 200, "589551": 10}
FIGURES = {"565014": ("1.257532", "289"), "589676": ("0.942063", "400"), "589551": ("0.926867", "3164")}
SIXTH, CENT = Decimal("0.000001"), Decimal("0.01")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "book.sqlite")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the volumes and the scenario."""
    place = tmp_path_factory.mktemp("scenarios")
    rows = [f"{code},{acts},ordinary" for code, acts in ACTS.items()]
    (place / "volumes.csv").write_text("\n".join(["code,acts,regime", *rows]) + "\n", encoding="utf-8")
    (place / "rate.toml").write_text(HEAD + INDEX + LOWER, encoding="utf-8")
    (place / "share.toml").write_text(HEAD + SHARE, encoding="utf-8")
    return place


def solved(book: Book, folder: Path, envelope: object, **more: Any) -> Solution:
    scenario, measure = more.pop("scenario", "rate.toml"), more.pop("measure", "index")
    options = CostingOptions(str(folder / "volumes.csv"), envelope=str(envelope), part=more.pop("part", "intervention"))
    found = book.solve(folder / scenario, measure, options, **more)
    valid(found.to_dict(), "solve-1")
    return found


def fee(code: str, rate: Decimal) -> Decimal:
    """Value x (1 + rate), rounded at six decimals; the fee from it; 400 euros less for 589551."""
    value, coefficient = map(Decimal, FIGURES[code])
    value = (value * (100 + rate) / 100).quantize(SIXTH, ROUND_HALF_UP)
    if code == "589551":
        lower = (value * coefficient).quantize(CENT, ROUND_HALF_UP) - 400
        value = (lower / coefficient).quantize(SIXTH, ROUND_HALF_UP)
    return (value * coefficient).quantize(CENT, ROUND_HALF_UP)


def added(rate: Decimal, without: str = "") -> Decimal:
    """What the acts add to the insurance: shares stay, so it bears the whole change of the fees."""
    before = {"565014": "363.43", "589676": "376.83", "589551": "2932.61"}
    return sum(
        ((fee(code, rate) - Decimal(before[code])) * acts for code, acts in ACTS.items() if code != without),
        Decimal(0),
    )


@settings(max_examples=8, deadline=None)
@given(st.integers(-400_000_00, 400_000_00))
def test_the_largest_rate_within_the_envelope_is_found(book: Book, folder: Path, cents: int) -> None:
    envelope = Decimal(cents) / 100
    found = solved(book, folder, envelope)
    assert found.best is not None
    assert found.next is not None
    assert found.next.rate - found.best.rate == CENT
    assert Decimal(found.best.added.intervention) / 100 == added(found.best.rate) <= envelope
    assert Decimal(found.next.added.intervention) / 100 == added(found.next.rate) > envelope
    assert found.left == cents - found.best.added.intervention
    assert found.exceeds == found.next.added.intervention - cents
    assert found.not_monotone is None
    assert len(found.rates) < 16


def test_protected_lines_stay_as_they_are(book: Book, folder: Path) -> None:
    found = solved(book, folder, 10_000, protect=["589551-589562"])
    assert found.best is not None
    assert found.next is not None
    assert Decimal(found.best.added.intervention) / 100 == added(found.best.rate, "589551")
    assert added(found.next.rate, "589551") > 10_000
    assert found.protected == ("589551-589562",)


def test_a_share_is_lowered_to_spend_an_envelope(book: Book, folder: Path) -> None:
    """The share of 565014 is 8,68 of 363,43: below 2,39 % the insurance pays more; the smallest rate within is best."""
    found = solved(book, folder, 1000, scenario="share.toml", measure="share")
    rates = [Decimal(number) / 100 for number in range(10_001)]
    costs = {
        rate: (Decimal("8.68") - (Decimal("363.43") * rate / 100).quantize(CENT, ROUND_DOWN)) * 1000 for rate in rates
    }
    best = min(rate for rate, cost in costs.items() if cost <= 1000)
    assert found.best is not None
    assert found.best.rate == best
    assert Decimal(found.best.added.intervention) / 100 == costs[best]
    assert found.next is not None
    assert found.next.rate == best - CENT


def test_the_answer_is_what_simulate_gives(book: Book, folder: Path) -> None:
    found = solved(book, folder, "12345.67", part="fee")
    assert found.best is not None
    text = (HEAD + INDEX + LOWER).replace('"2.72"', f'"{found.best.rate}"')
    (folder / "answer.toml").write_text(text, encoding="utf-8")
    options = CostingOptions(str(folder / "volumes.csv"), envelope="12345.67", part="fee")
    budget = book.simulate(folder / "answer.toml", costing=options).budget
    assert budget is not None
    assert budget.envelope is not None
    assert budget.total.after - budget.total.before == found.best.added
    assert budget.envelope.amount - budget.envelope.spent == found.left


def test_envelopes_that_no_rate_or_every_rate_meets(book: Book, folder: Path) -> None:
    low, high = solved(book, folder, -10_000_000), solved(book, folder, 10_000_000)
    assert (low.best, low.next and low.next.rate) == (None, Decimal("-100.00"))
    assert (high.best and high.best.rate, high.next) == (Decimal("100.00"), None)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"measure": "lower"}, "lower has no rate to be found; measures with a rate are index"),
        ({"measure": "indx"}, "indx is not a measure of it"),
        ({"part": "patient_share"}, "its rate changes nothing of the patient share"),
        ({"protect": ["565015"]}, "--protect, line 1, measure protect: codes: '565015' is not a nomenclature code"),
        ({"protect": ["111112"]}, "111112"),
        ({"envelope": "1.234"}, "envelope"),
        ({"envelope": "much"}, "envelope"),
    ],
)
def test_what_cannot_be_solved(book: Book, folder: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        solved(book, folder, options.pop("envelope", 1000), **options)


def test_a_rate_that_brings_a_fee_below_nothing_is_refused(book: Book, folder: Path) -> None:
    """No act of 589551 is needed for that: its fee less 400 would be below 0."""
    (folder / "few.csv").write_text("code,acts,regime\n565014,1,ordinary\n", encoding="utf-8")
    with pytest.raises(InputError, match="below 0"):
        book.solve(folder / "rate.toml", "index", CostingOptions(str(folder / "few.csv"), envelope="-350"))


def test_solve_for_people(folder: Path, tmp_path: Path) -> None:
    options: list[str | Path] = ["--measure", "index", "--volumes", folder / "volumes.csv", "--envelope", "10000"]
    ran = bareme_here("solve", folder / "rate.toml", *options, "--protect", "589551-589562", book=tmp_path / "b.sqlite")
    assert ran.code == 0, ran.err
    same_as_golden(ran.out, GOLDEN / "solve.txt")
    ran = bareme_here("solve", folder / "rate.toml", *options, "--json", book=tmp_path / "b.sqlite")
    assert ran.json("solve-1")["monotone"] is True


def tables(found: Solution) -> dict[str, Table]:
    return {table.name: table for table in report_of_solution(found).tables}


def texts(table: Table) -> list[list[str | None]]:
    """The cells of a table, numbers with their digits."""
    return [[None if cell is None else str(getattr(cell, "amount", cell)) for cell in row] for row in table.rows]


def test_a_report_says_what_was_asked_and_what_was_found(book: Book, folder: Path) -> None:
    """The answer, a rate more and a rate on each side, as added up here; what is left and too much to the cent."""
    found = solved(book, folder, 10_000, protect=["589551-589562"])
    assert found.best is not None
    report = report_of_solution(found)
    own = tables(found)
    assert texts(own["question"])[2:5] == [
        ["Envelope", "10.000,00 euro more than before in a year"],
        ["Part", "insurance"],
        ["Protected", "589551-589562"],
    ]
    rates = [found.best.rate + CENT * step for step in (-1, 0, 1)]
    spent = [added(rate, "589551") for rate in rates]
    assert texts(own["answer"]) == [
        ["", str(rates[0]), str(spent[0]), str(10_000 - spent[0]), None],
        ["the answer", str(rates[1]), str(spent[1]), str(10_000 - spent[1]), None],
        ["the first that exceeds it", str(rates[2]), str(spent[2]), None, str(spent[2] - 10_000)],
    ]
    assert len(own["tries"].rows) == len(found.rates)
    for words in (f"{found.best.rate}".replace(".", ","), "exceeds it by", "leaves", "not published"):
        assert words in report.verdict


def test_a_report_has_the_budget_at_the_rate(book: Book, folder: Path) -> None:
    """What the measures add sums to what the answer adds, and the envelope leaves what the answer leaves."""
    found = solved(book, folder, "12345.67", part="fee")
    assert found.best is not None
    assert found.left is not None
    assert found.simulation is not None
    assert found.simulation.budget is not None
    total = found.simulation.budget.total
    assert total.after - total.before == found.best.added
    own = tables(found)
    euro = [str(Decimal(cents) / 100) for cents in (found.best.added.fee, found.left)]
    assert [Decimal(str(cell)) for cell in texts(own["envelope"])[0][:3]] == [Decimal("12345.67"), *map(Decimal, euro)]
    assert Decimal(str(texts(own["decomposition"])[-1][3])) == Decimal(euro[0])
    fees = {row[0]: row for row in texts(own["fees"])}
    assert fees["565014-565025"][4] == str(fee("565014", found.best.rate))
    [picture] = report_of_solution(found).pictures
    assert picture.table == "decomposition"


def test_a_report_where_no_rate_fits(book: Book, folder: Path) -> None:
    low, high = solved(book, folder, -10_000_000), solved(book, folder, 10_000_000)
    assert "No rate: -100,00 % exceeds the envelope of -10.000.000,00" in report_of_solution(low).verdict
    assert set(tables(low)) == {"question", "answer", "tries"}
    assert report_of_solution(low).pictures == ()
    assert "no higher rate was looked for" in report_of_solution(high).verdict
    assert report_page(report_of_solution(low))


def test_reports_of_solve_are_files(folder: Path, tmp_path: Path) -> None:
    """A page with its plot inside, a workbook without formulas, the same bytes again; refused before work."""
    options: list[str | Path] = ["--measure", "index", "--volumes", folder / "volumes.csv", "--envelope", "10000"]
    hostile = (HEAD + INDEX).replace("A rate", "=cmd()<script>alert(1)</script>")
    (tmp_path / "h.toml").write_text(hostile, encoding="utf-8")
    files = ["--report", "r.html", "--report", "r.xlsx"]
    ran = bareme_here("solve", "h.toml", *options, *files, book=tmp_path / "b.sqlite", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.err.splitlines() == ["bareme: r.html is written.", "bareme: r.xlsx is written."]
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<script" not in page
    [plot] = LexborHTMLParser(page).css("section img")
    assert (plot.attributes["src"] or "").startswith("data:image/svg+xml;base64,")
    assert plot.attributes["alt"]
    content = (tmp_path / "r.xlsx").read_bytes()
    workbook = load_workbook(BytesIO(content))
    assert [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    with ZipFile(BytesIO(content)) as parts:
        assert [name for name in parts.namelist() if name.startswith("xl/media/")] == ["xl/media/image1.png"]
    again = bareme_here("solve", "h.toml", *options, *files, book=tmp_path / "b.sqlite", cwd=tmp_path)
    assert (again.code, again.out) == (2, "")
    over = bareme_here("solve", "h.toml", *options, *files, "--overwrite", book=tmp_path / "b.sqlite", cwd=tmp_path)
    assert over.code == 0
    assert (tmp_path / "r.xlsx").read_bytes() == content
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == page


def test_a_report_without_matplotlib_has_its_tables(book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    report = report_of_solution(solved(book, folder, 10_000))
    page = report_page(report)
    assert "plots need matplotlib" in page
    assert "<img" not in page
    workbook = load_workbook(BytesIO(report_workbook(report)))
    assert "Plots" not in workbook.sheetnames
    assert "plots need matplotlib" in str(list(workbook["About"].iter_rows(values_only=True)))
