"""Measures on a page: the form, a scenario that is sent, the example; figures are the library's, nothing is kept."""

from __future__ import annotations

import base64
import io
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

import bareme
from bareme.service.app import create_app
from bareme.service.pages.scenario_asked import packed, unpacked
from bareme.service.settings import Settings
from bareme.simulation.examples import BASKETS, SCENARIO, VOLUMES, example_file, example_scenario
from bareme.simulation.scenario_text import scenario_text
from browsing import PHONE, is_as_wide_as_the_window, looking, violations

EXAMPLES = Path(__file__).parents[3] / "examples" / "scenarios"
EXAMPLE = "/simulate?example=negotiation-2027"
COSTED = f"{EXAMPLE}&volumes=example&envelope=800000&vary=5"
HTML = {"Accept": "text/html"}
FORM = {"on": "2026-12-31", "from": "2027-01-01", "kind": "index", "value": "2,72 %", "scope": "all"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(Settings(book=str(tmp_path_factory.mktemp("simulate") / "none.sqlite"))))


def page(client: TestClient, address: str, status: int = 200, **query: str) -> str:
    answer = client.get(address, headers=HTML, params=query or None)
    assert answer.status_code == status, answer.text
    assert len(answer.content) < 100_000
    return answer.text


def send(
    client: TestClient, files: dict[str, tuple[str, bytes]], follow: bool = True, lang: str = "en", **data: str
) -> Any:
    """The form with a scenario, sent as the page sends it."""
    found = re.search(r'name="form" value="([0-9a-f]{64})"', client.get("/simulate", headers=HTML).text)
    assert found is not None
    data["form"] = found[1]
    place = f"/simulate?lang={lang}"
    return client.post(place, files=files, data=data, headers=HTML, follow_redirects=follow)


@pytest.mark.xdist_group("browser")
def test_measures_are_chosen_in_a_form_without_scripts(site: str, browser: Browser) -> None:
    with looking(browser, locale="fr-BE", java_script_enabled=False) as view:
        view.goto(f"{site}/simulate")
        first = view.get_by_role("group", name="Mesure 1")
        first.get_by_label("Type").select_option("index")
        first.get_by_label("% ou euro").fill("2,72")
        second = view.get_by_role("group", name="Mesure 2")
        second.get_by_label("Type").select_option(label="reste inchangé")
        second.get_by_label("Pour").select_option("codes")
        second.get_by_label("Quelle série, section ou quels codes").fill("565014-565025")
        view.get_by_role("button", name="Simuler").first.click()
        expect(view.get_by_text("projeté : il n’est pas publié")).to_be_visible()
        rows = view.get_by_role("region", name="Lignes qui changent").get_by_role("row")
        expect(rows.nth(1)).to_contain_text("565036")
        expect(rows.nth(1)).to_contain_text("238,84 €")
        assert first.get_by_label("% ou euro").input_value() == "2,72"


HOSTILE = '<script>document.title="run"</script>"><img src=x onerror=alert(1)> \u202e\u2066'


@pytest.mark.xdist_group("browser")
def test_files_are_sent_from_the_browser_and_what_they_say_is_text(site: str, browser: Browser, tmp_path: Path) -> None:
    measure: dict[str, Any] = {"id": "a", "kind": "index", "rate": "2", "all": True, "title": HOSTILE}
    scenario = tmp_path / '"><img src=x>.toml'
    scenario.write_text(scenario_text(HOSTILE, date(2027, 1, 1), date(2026, 12, 31), [measure]), encoding="utf-8")
    (tmp_path / "volumes.csv").write_text("code,regime,acts\n565014,ordinary,100\n")
    with looking(browser, PHONE, locale="nl-BE") as view:
        view.goto(f"{site}/simulate")
        view.locator("summary").nth(1).click()
        form = view.locator("form[method=post]")
        form.locator("[name=scenario]").set_input_files(scenario)
        form.locator("[name=volumes]").set_input_files(tmp_path / "volumes.csv")
        form.get_by_role("button", name="Simuleren").click()
        expect(view.locator("main")).to_contain_text('document.title="run"')
        assert view.title() != "run"
        assert view.locator("main script, main img[src=x]").count() == 0
        assert violations(view) == []
        assert is_as_wide_as_the_window(view)


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("place", [f"{COSTED}&lang=nl", "/simulate?kind=index&value=272&scope=all&lang=en"])
def test_everyone_can_use_it(site: str, browser: Browser, place: str) -> None:
    with looking(browser, PHONE, color_scheme="dark") as view:
        view.goto(site + place)
        assert violations(view) == []
        assert is_as_wide_as_the_window(view)


def test_the_example_is_shipped() -> None:
    for name in (SCENARIO, VOLUMES, BASKETS, "centre.csv"):
        assert example_file(name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_what_it_costs_and_who_pays_is_as_documented(client: TestClient) -> None:
    text = page(client, f"{COSTED}&lang=en").replace("\u202f", ",").replace("\u00a0", "")
    for figure in ("€+834,263.23", "€+1,307,556.81", "€−13,096.79", "€34,263.23", "€823,663.23", "€+875,976.39"):
        assert figure in text
    assert "A centre for human genetics" in text
    assert "€852,829.05" in text
    assert text.count("<img src=") == 2


def test_every_line_that_changes_is_on_one_of_the_pages(client: TestClient) -> None:
    expected = bareme.open_book().simulate(EXAMPLES / SCENARIO).changes
    seen: list[str] = []
    first = 0
    while True:
        text = page(client, f"{EXAMPLE}&lang=en&first={first}")
        table = text[text.index('id="fees"') :]
        seen += re.findall(r'<tr><th scope="row"><a class="code" href="/codes/(\d{6})"', table)
        if 'rel="next"' not in text:
            break
        first += 40
    assert seen == [change.codes[0] for change in expected]


def test_the_form_is_the_scenario_that_it_stands_for(client: TestClient) -> None:
    form = {**FORM, "kind": ["index", "share_rate"], "value": ["+2,72 %", "10"], "scope": ["all", "series"]}
    form |= {"which": ["", "mental-health"], "except": ["565014-565025; N.3", ""], "regime": ["", "ordinary"]}
    data = tomllib.loads(client.get("/simulate/scenario.toml", params=form).text)
    assert data["from"] == date(2027, 1, 1)
    assert data["baseline"] == {"on": date(2026, 12, 31)}
    assert data["measure"] == [
        {"id": "measure-1", "kind": "index", "rate": "2.72", "all": True, "except": ["565014-565025", "N.3"]},
        {"id": "measure-2", "kind": "share_rate", "rate": "10", "series": "mental-health", "regime": "ordinary"},
    ]


def test_a_later_start_a_coefficient_and_what_was_known_are_in_the_form(client: TestClient) -> None:
    form: dict[str, Any] = {**FORM, "known": "2025-12-31", "kind": ["fee_of_coefficient", "index"]}
    form |= {"value": ["289 = 300", "1"], "scope": ["codes", "key_letters"], "which": ["565014-565025", "B, I"]}
    form |= {"begins": ["", "2027-07-01"]}
    data = tomllib.loads(client.get("/simulate/scenario.toml", params=form).text)
    assert data["baseline"] == {"on": date(2026, 12, 31), "as_known_on": date(2025, 12, 31)}
    first, second = data["measure"]
    assert (first["coefficient_from"], first["coefficient_to"]) == ("289", "300")
    assert (second["key_letters"], second["from"]) == (["B", "I"], "2027-07-01")
    text = page(client, "/simulate", 200, **form)
    assert 'value="2027-07-01"' in text
    assert "387" in text  # 300 x 1,291737 = 387,52


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "fee_of_coefficient", "value": "289"}, "for example 289 = 300"),
        ({"begins": "soon"}, "measure 1, from"),
        ({"known": "soon"}, "known"),
        ({"value": "272"}, "272 % is more than 100 %"),
        ({"value": ""}, "index needs rate"),
        ({"kind": ""}, "choose its kind"),
        ({"kind": "magic"}, "is none of index"),
        ({"kind": "freeze"}, "freeze takes no rate"),
        ({"regime": "ordinary"}, "index takes no regime"),
        ({"which": "565014"}, "choose series, section or codes"),
        ({"scope": "codes"}, "name the codes"),
        ({"scope": "codes", "which": "565015"}, "not a nomenclature code"),
        ({"from": "2026-01-01"}, "must be after"),
        ({"on": "soon"}, "on"),
        ({"envelope": "5"}, "need volumes"),
        ({"volumes": "example", "envelope": "much"}, "is not a number"),
        ({"example": "/etc/passwd"}, "there is negotiation-2027 only"),
        ({"s": "AAAA"}, "no whole scenario"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_the_form(client: TestClient, changed: dict[str, str], said: str) -> None:
    text = page(client, "/simulate", 400, **{**FORM, **changed, "lang": "en"})
    assert said in text
    assert '<form action="/simulate" method="get">' in text


def test_a_short_scenario_that_is_sent_gets_an_address(client: TestClient) -> None:
    files = {"scenario": ("a.toml", example_scenario().encode()), "volumes": ("", b"")}
    answer = send(client, files, follow=False, text="")
    assert answer.status_code == 303
    place = answer.headers["location"]
    text = page(client, f"{place}&lang=en")
    assert "Negotiation for 2027" in text
    assert client.get(place.replace("/simulate", "/simulate/scenario.toml")).text == example_scenario()
    assert client.get(place[:-9], headers=HTML).status_code == 400


def test_files_of_volumes_are_used_and_not_kept(client: TestClient) -> None:
    files = {"volumes": ("../my volumes.csv", b"code,regime,acts\n565014,ordinary,100\n")}
    assert send(client, files, text=example_scenario(), envelope="1.000,5").status_code == 400
    answer = send(client, files, text=example_scenario(), envelope="1000")
    assert answer.status_code == 200
    assert "€\u00a016.00 too much" in answer.text
    assert answer.text.count('src="data:image/svg+xml;base64,') == 2
    assert "volumes=" not in answer.text.replace("volumes=example", "")


def test_baskets_name_no_file(client: TestClient) -> None:
    files = {"baskets": ("b.toml", example_file(BASKETS).read_bytes())}
    answer = send(client, files, text=example_scenario())
    assert answer.status_code == 400
    assert "send baskets of patients alone" in answer.text


def test_a_scenario_that_names_a_file_is_refused(client: TestClient) -> None:
    text = 'schema = "bareme/scenario/1"\nextends = "/etc/passwd"\n'
    answer = send(client, {"volumes": ("", b"")}, text=text)
    assert answer.status_code == 400
    assert "stands alone" in answer.text


def test_a_long_scenario_is_answered_at_once(client: TestClient) -> None:
    noise = base64.b64encode(bytes(value * value % 251 ^ value >> 3 & 255 for value in range(30_000))).decode()
    text = f"# {noise}\n{example_scenario()}"
    assert packed(text) is None
    answer = send(client, {"scenario": ("a.toml", text.encode())})
    assert answer.status_code == 200
    assert "too long for an address" in answer.text
    assert "/simulate/draft" not in answer.text


def test_a_form_of_elsewhere_is_refused(client: TestClient) -> None:
    files = {"scenario": ("a.toml", example_scenario().encode())}
    assert client.post("/simulate", files=files, headers=HTML).status_code == 403
    assert client.post("/simulate", files=files, data={"form": "0" * 64}, headers=HTML).status_code == 403


def test_too_many_measures_are_refused(client: TestClient) -> None:
    freeze = '[[measure]]\nkind = "freeze"\nall = true\n'
    text = scenario_text("x", date(2027, 1, 1), date(2026, 12, 31), []) + 101 * freeze
    answer = send(client, {"scenario": ("a", text.encode())})
    assert answer.status_code == 413


@pytest.mark.slow
def test_reports_charts_and_drafts_are_files(client: TestClient) -> None:
    query = EXAMPLE.partition("?")[2]
    chart = client.get(f"/simulate/change-of-fees.svg?{query}")
    assert b"<svg" in chart.content
    assert client.get(chart.request.url, headers={"If-None-Match": chart.headers["etag"]}).status_code == 304
    assert client.get(f"/simulate/budget-by-measure.svg?{query}").status_code == 404
    assert client.get(f"/simulate/other.svg?{query}").status_code == 404
    book = load_workbook(io.BytesIO(client.get(f"/simulate/report.xlsx?{query}").content))
    assert "Fees that change" in book.sheetnames
    report = client.get(f"/simulate/report.html?{query}")
    assert report.headers["content-disposition"].startswith("attachment")
    draft = client.get(f"/simulate/draft.txt?{query}&series=doctors/medical-acts/7&language=nl")
    own = bareme.open_book().draft_scenario(EXAMPLES / SCENARIO, "text", "nl", "doctors/medical-acts/7")
    assert draft.content == own
    assert "DRAFT-doctors-medical-acts-7.txt" in draft.headers["content-disposition"]
    assert client.get(f"/simulate/draft.pdf?{query}&series=mental-health/psychological-care").content[:4] == b"%PDF"
    assert client.get(f"/simulate/draft.exe?{query}").status_code == 404
    assert client.get(f"/simulate/draft.txt?{query}&series=none").status_code == 400
    assert client.get("/simulate/report.xlsx").status_code == 400


def test_what_is_typed_is_escaped_and_stays_what_it_is(client: TestClient) -> None:
    title = '"><script>alert(1)</script>"\n[[measure]]\nkind = "ended"\u202e'
    text = page(client, "/simulate", 200, title=title, **FORM)
    assert "<script>alert" not in text
    assert "156" in text
    data = tomllib.loads(client.get("/simulate/scenario.toml", params={"title": title, **FORM}).text)
    assert len(data["measure"]) == 1
    assert data["title"] == title.replace("\n", "")


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_text_is_written_as_a_text(title: str, codes: list[str]) -> None:
    text = scenario_text(
        title, date(2027, 1, 1), date(2026, 12, 31), [{"kind": "index", "codes": codes, "title": title}]
    )
    data = tomllib.loads(text)
    assert set(data) <= {"schema", "title", "from", "baseline", "measure"}
    [measure] = data["measure"]
    assert set(measure) <= {"kind", "codes", "title"}
    assert len(measure.get("codes", [])) == len(codes)
    short = packed(text)
    assert short is not None
    assert unpacked(short) == text
