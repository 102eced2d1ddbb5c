"""The comparison of two circulars as a page: choosing, filtering, downloading; nothing on the disk can be named."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

import bareme
from bareme.service.app import create_app
from bareme.service.pages.code import circular_address
from bareme.service.pages.downloads import harmless, table_file
from bareme.service.settings import Settings
from browsing import PHONE, is_as_wide_as_the_window, looking, violations

BOTH = "/compare?from=2024-382&to=2025-336"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("compare") / "none.sqlite"))))


@pytest.mark.xdist_group("browser")
def test_two_circulars_are_chosen_and_filtered_without_scripts(site: str, browser: Browser) -> None:
    with looking(browser, locale="nl-BE", java_script_enabled=False) as page:
        page.goto(f"{site}/compare")
        page.get_by_label("Van", exact=True).fill("2024/382")
        page.get_by_label("Naar").fill("2025-336")
        page.get_by_role("button", name="Vergelijken").click()
        page.get_by_label("Bedrag").select_option("fee")
        page.get_by_label("Code of woorden").fill("565014")
        page.get_by_role("button", name="Filteren").click()
        rows = page.get_by_role("region", name="2024/382").get_by_role("row")
        assert rows.count() == 2
        expect(rows.nth(1)).to_contain_text("€ 363,43")
        expect(rows.nth(1)).to_contain_text("€ 373,31")
        expect(rows.nth(1)).to_contain_text("zoals aangekondigd")


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("place", ["/compare", f"{BOTH}&lang=en", f"{BOTH}&kind=added&lang=fr", "/compare?from=a&to=b"])
def test_everyone_can_use_it(site: str, browser: Browser, place: str) -> None:
    with looking(browser, PHONE, color_scheme="dark") as page:
        page.goto(site + place)
        assert violations(page) == []
        assert is_as_wide_as_the_window(page)


def test_every_changed_figure_is_on_one_of_the_pages(client: TestClient) -> None:
    expected = len(bareme.open_book().compare("2024/382", "2025/336").changed)
    seen, first = 0, 0
    while True:
        text = client.get(f"{BOTH}&lang=en&first={first}", headers={"Accept": "text/html"}).text
        assert len(text.encode()) < 100_000
        seen += text.count('<tr><th scope="row">')
        if 'rel="next"' not in text:
            break
        first += 60
    assert seen == expected


def test_the_largest_difference_comes_first(client: TestClient) -> None:
    text = client.get(f"{BOTH}&lang=en&sort=difference&quantity=fee").text
    found = bareme.open_book().compare("2024/382", "2025/336").changed
    fees = [(abs(one.difference), one.act.codes[0]) for one in found if one.part == "fee" and one.difference]
    assert text.index(f">{max(fees)[1]}</a>") < text.index("</tr>", text.index("<tbody>"))


@pytest.mark.parametrize("side", ["/etc/passwd", "../../etc/passwd", "README.md", "9999-999", "<script>"])
def test_only_circulars_of_the_book_and_days_can_be_named(client: TestClient, side: str) -> None:
    answer = client.get("/compare", params={"from": side, "to": "2025-336"}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "The book holds no circular" in answer.text
    assert "<script>" not in answer.text


def test_an_order_that_there_is_not_is_refused(client: TestClient) -> None:
    assert client.get(f"{BOTH}&sort=nothing", headers={"Accept": "text/html"}).status_code == 400


def test_both_files_have_every_row(client: TestClient, tmp_path: Path) -> None:
    found = bareme.open_book().compare("2024/382", "2025/336")
    rows = list(
        csv.DictReader(io.StringIO(client.get("/compare/table.csv?from=2024-382&to=2025-336").text.lstrip("\ufeff")))
    )
    assert len(rows) == len(found.changed) + len(found.added) + len(found.ended)
    fee = next(row for row in rows if row["code"] == "565014" and row["quantity"] == "fee")
    assert (fee["before"], fee["after"], fee["difference"]) == ("363.43", "373.31", "9.88")
    answer = client.get("/compare/table.xlsx?from=2024-382&to=2025-336")
    assert answer.headers["content-disposition"].startswith('attachment; filename="compare-2024-382-2025-336.xlsx"')
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 1
    assert client.get("/compare/table.exe?from=2024-382&to=2025-336").status_code == 400


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\t=1", "\r=1", "-1e5x"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("-12.50") == "-12.50"


@pytest.mark.parametrize("number", ['9/"x', "9/\u20ac\r\nX-Evil: 1", "9/<b>"])
def test_no_number_of_a_circular_is_more_than_a_name(tmp_path: Path, number: str) -> None:
    answer = table_file("csv", f"compare-{number}", "bareme", ("code",), [["565014"]])
    assert "x-evil" not in answer.headers
    assert "\n" not in answer.headers["content-disposition"]
    assert circular_address(number).isascii()
    assert '"' not in circular_address(number)


def test_a_row_names_the_code_of_its_setting_and_the_sign_of_its_difference(client: TestClient) -> None:
    """589551-589562 goes from 2932,61 to 2612,37 euro; in hospital it is 589562 (2024/382, 2025/336)."""
    query = {"from": "2024-382", "to": "2025-336", "q": "589551", "quantity": "intervention", "lang": "fr"}
    text = client.get("/compare", params=query).text.partition("<tbody>")[2]
    rows = [row for row in text.split("</tr>") if "2\u202f932,61" in row]
    assert len(rows) == 3
    for row in rows:
        assert (">589562<" in row) == ("hospitalis\u00e9" in row)
        assert "\u2212320,24" in row
