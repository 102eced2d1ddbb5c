"""Reports of a simulation: a page without scripts, a workbook without formulas, plots that are the same each time."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from selectolax.lexbor import LexborHTMLParser

import bareme
from bareme.errors import InputError
from bareme.simulation import plots
from bareme.simulation.report import Report, report_of
from bareme.simulation.report_files import report_page, report_workbook, write_report
from bareme.simulation.simulated import Simulation
from projected import HEAD, HEAD_2026, measure, scenario_of
from running import bareme_here

MEASURES = (measure(id="published", kind="circular", circular="2025/336"),)
HOSTILE = '=cmd()<script>alert(1)</script> $x^2$ & "quotes"'


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    scenario = scenario_of(tmp_path_factory.mktemp("report"), *MEASURES, head=HEAD_2026)
    return bareme.open_book("/nowhere/book.sqlite").simulate(scenario, against="2025/336")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    """A scenario whose author writes what a browser or a spreadsheet might run."""
    import json

    head = HEAD.replace("from =", f"title = {json.dumps(HOSTILE)}\nauthor = {json.dumps(HOSTILE)}\nfrom =")
    one = measure(id="a", title=HOSTILE, kind="index", rate="1", all=True)
    return bareme.open_book("/nowhere/book.sqlite").simulate(scenario_of(tmp_path_factory.mktemp("h"), one, head=head))


def tables(report: Report) -> dict[str, int]:
    return {table.name: len(table.rows) for table in report.tables}


def test_what_a_report_holds(found: Simulation) -> None:
    assert tables(report_of(found)) == {
        "measures": 1,
        "warnings": 4,
        "series": 3,
        "sections": 8,
        "distribution": 12,
        "against": 6,
        "exceptions": 99,
        "fees": 76,
        "figures": 76 + 76 + 2 * 4 * 76 - 2 * 42,
    }


def test_shares_that_change_have_a_table_of_their_own(tmp_path: Path) -> None:
    """565036 has a new share and the fee it had: it is among the shares, and not among the fees that change."""
    share = measure(id="share", kind="share_set", amount="9.00", codes=["565036-565040"])
    told = bareme.open_book("/nowhere/book.sqlite").simulate(scenario_of(tmp_path, share))
    own = {table.name: table.rows for table in report_of(told).tables}
    assert own["fees"] == ()
    [row] = own["shares"]
    assert (row[0], row[1], row[-1]) == ("565036-565040", "ambulatory ordinary", "share")


def test_the_page(found: Simulation) -> None:
    page = report_page(report_of(found))
    assert page == report_page(report_of(found))
    tree = LexborHTMLParser(page)
    assert "PROJECTED, NOT PUBLISHED" in page
    assert tree.css("script") == []
    assert not re.search(r'(?:src|href)="', page)
    assert len(tree.css("table")) == 9
    for row in tree.css("tbody tr"):
        parent = row.parent.parent if row.parent else None
        assert parent is not None
        heads = parent.css("thead tr > *")
        assert len(row.css("th, td")) == len(heads)
    assert "373,31" in page


def test_the_page_escapes_what_an_author_writes(hostile: Simulation) -> None:
    page = report_page(report_of(hostile))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_page_shows_the_first_rows_of_a_long_table(found: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bareme.simulation.report_files.MOST_ROWS", 5)
    page = report_page(report_of(found))
    assert "Show the first 5 of 676 rows; the workbook (.xlsx) has all" in page
    assert len(LexborHTMLParser(page).css("#figures ~ details tbody tr")) == 5


def test_the_workbook(found: Simulation) -> None:
    content = report_workbook(report_of(found))
    assert content == report_workbook(report_of(found))
    book = load_workbook(BytesIO(content))
    names = book.sheetnames
    assert len(set(names)) == len(names)
    assert names[-1] == "About"
    page: Any = book["Fees that change"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[1][0] == "565014-565025"
    assert rows[1][3:7] == (363.43, 373.31, 9.88, 2.72)
    with ZipFile(BytesIO(content)) as parts:
        sheet = parts.read(f"xl/worksheets/sheet{names.index('Fees that change') + 1}.xml").decode()
    assert "<v>373.31</v>" in sheet


def test_the_workbook_has_no_formula(hostile: Simulation) -> None:
    book = load_workbook(BytesIO(report_workbook(report_of(hostile))))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert HOSTILE in [cell.value for cell in cells]


def test_a_report_is_written_whole_or_refused(found: Simulation, tmp_path: Path) -> None:
    report = report_of(found)
    for name in ("r.html", "r.xlsx"):
        write_report(report, tmp_path / name)
        before = (tmp_path / name).read_bytes()
        with pytest.raises(InputError, match="exists"):
            write_report(report, tmp_path / name)
        write_report(report, tmp_path / name, overwrite=True)
        assert (tmp_path / name).read_bytes() == before
    with pytest.raises(InputError, match=r"a report is written as \.html or \.xlsx"):
        write_report(report, tmp_path / "r.pdf")


def drawn(found: Simulation, name: str, suffix: str) -> bytes:
    return plots.picture(plots.drawings(found)[name], suffix)


def test_plots_are_the_same_bytes_each_time(found: Simulation) -> None:
    svg = drawn(found, "change-of-fees", ".svg")
    assert svg == drawn(found, "change-of-fees", ".svg")
    assert b"<dc:date>" not in svg
    assert drawn(found, "change-of-fees", ".png")[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_plot_says_what_its_table_says(found: Simulation) -> None:
    """Each band and its number stand in the plot as words, whatever the colours."""
    root = ElementTree.fromstring(drawn(found, "change-of-fees", ".svg"))
    texts = ["".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")]
    for band in found.distribution:
        assert band.words in texts
        assert str(band.lines) in texts


def test_a_title_is_no_formula(hostile: Simulation) -> None:
    root = ElementTree.fromstring(drawn(hostile, "change-of-fees", ".svg"))
    assert any("$x^2$" in "".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text"))


def test_the_waterfall_ends_where_the_whole_does() -> None:
    pytest.importorskip("matplotlib")
    from bareme.circulars.findings import Findings
    from bareme.simulation.budget import GROUPINGS, Budget, Change, Envelope, MeasureEffect
    from bareme.simulation.parts import NOTHING, Parts

    sums = [Parts(512_345, 500_000, 12_345), Parts(-30_000, -30_000, 0), Parts(0, -5_000, 5_000)]
    effects = tuple(MeasureEffect(f"m{n}", f"Measure {n}", 12, one, one, one) for n, one in enumerate(sums))
    rise = sum(sums, NOTHING)
    total = Change(Parts(10_000_000, 9_000_000, 1_000_000), Parts(10_000_000, 9_000_000, 1_000_000) + rise, rise)
    groups = dict.fromkeys(GROUPINGS, ())
    envelope = Envelope("intervention", 450_000, rise.intervention, rise.intervention)
    budget = Budget("v.csv", 100, total, effects, NOTHING, groups, (), (), Findings(), envelope)
    svg = plots.picture(lambda: plots.waterfall("A title", budget), ".svg")
    assert svg == plots.picture(lambda: plots.waterfall("A title", budget), ".svg")
    root = ElementTree.fromstring(svg)
    texts = ["".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")]
    for words in ("+5,00", "-0,30", "-0,05", "+4,65", "+0,12", "+0,05", "+0,17", "envelope +4,50", "all measures"):
        assert words in texts, texts


def test_a_budget_is_told_in_the_report(found: Simulation) -> None:
    from bareme.circulars.findings import Findings
    from bareme.simulation.budget import GROUPINGS, Budget, Change, Group, MeasureEffect
    from bareme.simulation.parts import NOTHING, Parts

    one = Parts(1_000, 900, 100)
    change = Change(one, one + one, one)
    groups = {name: (Group("k", "Title", None, 3, change),) for name in GROUPINGS}
    effects = (MeasureEffect("published", "The circular", 12, one, one, one),)
    budget = Budget("v.csv", 3, change, effects, NOTHING, groups, (), (), Findings())
    report = report_of(Simulation(found.projection, found.book, budget=budget))
    own = {table.name: table for table in report.tables}
    assert [table.name for table in report.tables][:3] == ["measures", "budget", "decomposition"]
    assert [getattr(cell, "amount", cell) for cell in own["budget"].rows[1]] == [
        "insurance",
        Decimal("9.00"),
        Decimal("18.00"),
        Decimal("9.00"),
        Decimal("9.00"),
    ]
    assert report_page(report)
    assert report_workbook(report)


def test_the_command(tmp_path: Path) -> None:
    scenario_of(tmp_path, measure(id="a", kind="index", rate="1", series="doctors"))
    book = tmp_path / "book.sqlite"
    ran = bareme_here("simulate", "s.toml", "--report", "r.html", "--report", "r.xlsx", "--plots", "p", book=book)
    assert ran.code == 0, ran.err
    names = ["r.html", "r.xlsx", "p/change-of-fees.svg", "p/change-of-fees.png"]
    assert ran.err.splitlines() == [f"bareme: {name} is written." for name in names]
    ran = bareme_here("simulate", "s.toml", "--plots", "p", "--json", book=book)
    assert ran.code == 2
    assert "exists; name another folder, or use --overwrite" in ran.err
    ran = bareme_here("simulate", "s.toml", "--report", "r.html", book=book)
    assert (ran.code, ran.out) == (2, "")
    ran = bareme_here("simulate", "s.toml", "--report", "x.html", "--report", "x.html", book=book)
    assert "Two of the reports to write are the same file" in ran.err


def test_without_matplotlib_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"pip install 'bareme\[plots\]'"):
        plots.check_folder(tmp_path)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file; name a folder"):
        plots.check_folder(tmp_path / "file")
    with pytest.raises(InputError, match="is not a directory"):
        plots.check_folder(tmp_path / "no" / "folder")


def test_the_worked_example_with_volumes_and_baskets(tmp_path: Path) -> None:
    """The negotiation of the examples: its budget, its envelope and its patients stand in the report."""
    folder = Path(__file__).parents[2] / "examples" / "scenarios"
    given = {"volumes": "volumes-2027.csv", "baskets": "patients.toml"}
    options = [part for name, file in given.items() for part in (f"--{name}", str(folder / file))]
    more = ["--envelope", "250000", "--vary", "5", "--report", "r.html", "--plots", "p"]
    ran = bareme_here("simulate", folder / "negotiation-2027.toml", *options, *more, book=tmp_path / "book.sqlite")
    assert ran.code == 0, ran.err
    page = LexborHTMLParser((tmp_path / "r.html").read_text(encoding="utf-8"))
    named = [node.attributes["id"] for node in page.css("h2")]
    wanted = ["measures", "budget", "decomposition", "envelope", "by_series", "by_section", "by_code", "patients"]
    assert [name for name in named if name in wanted] == wanted
    assert (tmp_path / "p" / "budget-by-measure.svg").is_file()
