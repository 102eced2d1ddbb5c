"""Two scenarios side by side."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import bareme
from bareme.errors import InputError
from bareme.simulation.comparing import NOTES, SideBySide
from bareme.simulation.report_compared import report_of_two
from projected import HEAD, measure, scenario_of
from running import bareme_here, valid

INDEX = measure(id="index", kind="index", rate="2.72", all=True)


def compared(folder: Path, first: tuple[str, ...], second: tuple[str, ...], head: str = HEAD) -> SideBySide:
    one = scenario_of(folder, *first, name="first.toml")
    other = scenario_of(folder, *second, name="second.toml", head=head)
    return bareme.open_book("/nowhere/book.sqlite").compare_scenarios(one, other)


def test_the_figures_of_a_line_under_both(tmp_path: Path) -> None:
    """289 x 1,326872 (+2,72 %) is 383,47; 289 x 1,304654 (+1 %) is 377,05; the share is 8,68 and 10,00."""
    share = measure(id="share", kind="share_set", amount="10", codes=["565014"])
    low = measure(id="index", kind="index", rate="1", all=True)
    found = compared(tmp_path, (INDEX,), (low, share))
    [line] = [one for one in found.lines if "565014" in one.codes]
    assert (line.first, line.second, line.differs) == (("index",), ("index", "share"), True)
    fee = line.fee
    assert fee is not None
    assert (fee.published, fee.first, fee.second) == (Decimal("373.31"), Decimal("383.47"), Decimal("377.05"))
    assert (fee.difference, fee.percent) == (Decimal("-6.42"), Decimal("-1.67"))
    shares = [figure for figure in line.figures if figure.part.value == "patient_share" and figure.differs]
    assert [(one.situation.words, one.first, one.second) for one in shares] == [
        ("ambulatory ordinary", Decimal("8.68"), Decimal("10.00"))
    ]
    valid(found.to_dict(), "compare-scenarios-1")


def test_a_scenario_beside_itself(tmp_path: Path) -> None:
    found = compared(tmp_path, (INDEX,), (INDEX,))
    assert (found.different, found.only_first, found.only_second, found.notes) == ((), (), (), ())
    assert len(found.lines) + found.unchanged == 156


def test_told_from_the_other_side_it_is_the_mirror(tmp_path: Path) -> None:
    low = measure(id="index", kind="index", rate="1", series="doctors")
    one, other = compared(tmp_path, (INDEX,), (low,)), compared(tmp_path, (low,), (INDEX,))
    assert [line.codes for line in one.lines] == [line.codes for line in other.lines]
    for line, mirrored in zip(one.lines, other.lines, strict=True):
        assert [(f.first, f.second) for f in line.figures] == [(f.second, f.first) for f in mirrored.figures]


def test_a_line_that_one_ends_and_a_series_that_one_leaves_out(tmp_path: Path) -> None:
    ended = measure(kind="ended", codes=["565014-565025"])
    head = HEAD + 'series = ["doctors"]\n'
    found = compared(tmp_path, (INDEX,), (INDEX, ended), head)
    assert [line.codes for line in found.only_first if line.series == "doctors/medical-acts/7"] == [
        ("565014", "565025")
    ]
    assert len(found.only_first) == 1 + 75 + 4
    assert found.only_second == ()
    assert found.notes == ("other_series",)


def test_other_days_are_noted(tmp_path: Path) -> None:
    head = HEAD.replace("2027-01-01", "2027-02-01").replace("2026-12-31", "2026-11-30")
    found = compared(tmp_path, (INDEX,), (INDEX,), head)
    assert found.notes == ("other_baseline", "other_start")
    assert set(found.notes) <= set(NOTES)


def test_the_command(tmp_path: Path) -> None:
    scenario_of(tmp_path, INDEX, name="a.toml")
    scenario_of(tmp_path, measure(id="low", kind="index", rate="1", all=True), name="b.toml")
    ran = bareme_here("compare", "a.toml", "b.toml", book=tmp_path / "book.sqlite")
    assert ran.code == 0, ran.err
    assert "projected, not published" in ran.out
    assert "565014-565025   fee" in ran.out
    ran = bareme_here("compare", "a.toml", "b.toml", "--json", book=tmp_path / "book.sqlite")
    assert len(ran.json("compare-scenarios-1")["lines"]) > 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.toml", "2025/336"), "2025/336 is no scenario (.toml); compare a scenario with another scenario."),
        (("a.toml", "a.toml", "--series", "doctors"), "--series is for two circulars or two dates"),
        (
            ("2024/382", "2025/336", "--report", "x.html"),
            "--report is for two scenarios; of two circulars or two dates",
        ),
        (("a.toml", "a.toml", "--report", "x.csv"), "a report is written as .html or .xlsx"),
        (("a.toml", "a.toml", "--out", "x.csv"), "--out is for two circulars or two dates"),
    ],
)
def test_what_the_command_refuses(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    scenario_of(tmp_path, INDEX, name="a.toml")
    ran = bareme_here("compare", *arguments, book=tmp_path / "book.sqlite")
    assert ran.code == 2
    assert said in ran.err


def test_a_scenario_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"second.toml, line 5, measure m"):
        compared(tmp_path, (INDEX,), (measure(id="m", kind="index", rate="1", codes=["565051", "100000"]),))


def test_the_reports(tmp_path: Path) -> None:
    """A page and a workbook with the same tables; names that would be formulas or marks stay texts."""
    from io import BytesIO

    from openpyxl import load_workbook

    hostile = HEAD.replace("from =", 'title = "=1+1 <b>x</b>"\nauthor = "@SUM(A1)"\nfrom =')
    ended = measure(id="end", kind="ended", codes=["565176-565180"])
    low = measure(id="low", title="=cmd()", kind="index", rate="1", all=True)
    scenario_of(tmp_path, INDEX, name="a.toml", head=hostile)
    scenario_of(tmp_path, low, ended, name="b.toml")
    arguments = ("compare", "a.toml", "b.toml", "--report", "r.html", "--report", "r.xlsx")
    ran = bareme_here(*arguments, book=tmp_path / "book.sqlite")
    assert (ran.code, ran.err.count("is written.")) == (0, 2), ran.err
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<h1>=1+1 &lt;b&gt;x&lt;/b&gt; beside b</h1>" in page
    assert "<b>x</b>" not in page
    assert "565014-565025" in page
    assert "Only under the first" in page
    book = load_workbook(BytesIO((tmp_path / "r.xlsx").read_bytes()))
    assert book.sheetnames[:4] == [
        "The scenarios",
        "Measures of the first",
        "Measures of the second",
        "How far apart they are",
    ]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    rows = list(book["Fees that differ"].iter_rows(values_only=True))
    [fee] = [row for row in rows if row[0] == "565014-565025"]
    assert [str(value) for value in fee[3:]] == ["373.31", "383.47", "377.05", "-6.42", "-1.67", "index", "low"]
    figures = list(book["Every figure that differs"].iter_rows(values_only=True))
    found = bareme.open_book("/nowhere/book.sqlite").compare_scenarios(tmp_path / "a.toml", tmp_path / "b.toml")
    assert len(figures) == 1 + sum(figure.differs for line in found.different for figure in line.figures)
    again = bareme_here(*arguments, book=tmp_path / "book.sqlite")
    assert (again.code, "r.html" in again.err) == (2, True)
    first = (tmp_path / "r.xlsx").read_bytes()
    assert bareme_here(*arguments, "--overwrite", book=tmp_path / "book.sqlite").code == 0
    assert (tmp_path / "r.xlsx").read_bytes() == first


def test_the_report_of_a_scenario_beside_itself(tmp_path: Path) -> None:
    report = report_of_two(compared(tmp_path, (INDEX,), (INDEX,)))
    assert report.verdict.startswith("0 lines differ, 148 change alike, 8 stay under both.")
    tables = {table.name: table for table in report.tables}
    assert [row[0] for row in tables["distribution"].rows] == ["no change"]
    assert (tables["fees"].rows, tables["figures"].rows) == ((), ())
    assert "only_first" not in tables
