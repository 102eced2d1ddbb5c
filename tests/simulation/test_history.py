"""The figures of a code and the values of a letter through time: worked out by hand from what the circulars print.

2025/336 names a health index of 2,72 % for 2026, the three of 2025 one of 3,34 %.
"""

from __future__ import annotations

import builtins
import json
import re
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from selectolax.lexbor import LexborHTMLParser

import bareme
from bareme.errors import InputError
from bareme.nomenclature.facts import declared_facts
from bareme.nomenclature.outcomes import Certainty
from bareme.simulation.chart_words import TEXTS
from bareme.simulation.chronicle import Chronicle
from bareme.simulation.history_words import history_words, languages
from bareme.simulation.report import Table
from bareme.simulation.report_chronicle import report_of_history
from bareme.simulation.report_files import report_page, report_workbook
from bareme.simulation.report_words import catalogue
from bareme.simulation.step_chart import step_chart
from bareme.simulation.strand_words import strand_words
from invented import CODES, Invented, amount, line, record
from running import bareme_here, valid

BOOK = bareme.open_book("/nowhere/book.sqlite")


def told(found: Chronicle, words: str) -> list[tuple[str, ...]]:
    """(first day, circular, value, change, index, real, real change) of each step of a series."""
    [strand] = [strand for strand in found.strands if strand_words(strand) == words]
    rows = [step.to_dict(strand.quantity) for step in found.compared(strand)]
    names = ("from", "circular", "value", "percent", "index_percent", "real", "real_percent")
    return [tuple("-" if row[name] is None else str(row[name]) for name in names) for row in rows]


def test_a_fee_rises_with_the_index_and_a_fixed_share_does_not() -> None:
    """373,31 / 363,43 is +2,72 %; at prices of 2025 it is 373,31 / 1,0272 = 363,42...

    A share of 8,68 is worth 8,68 / 1,0272 = 8,45 then: 1 / 1,0272 - 1 = -2,65 %.
    """
    found = BOOK.history("565014")
    assert told(found, "fee") == [
        ("2025-01-01", "2024/382", "363.43", "-", "-", "363.43", "-"),
        ("2026-01-01", "2025/336", "373.31", "2.72", "2.72", "363.42", "0.00"),
    ]
    assert told(found, "patient share ordinary")[1][2:] == ("8.68", "0.00", "2.72", "8.45", "-2.65")
    # Of nothing there is no percentage.
    assert told(found, "patient share preferential")[1][2:] == ("0.00", "-", "2.72", "0.00", "-")
    # 364,63 / 354,75 = +2,785 %.
    assert told(found, "intervention ordinary")[1][2:4] == ("364.63", "2.79")


def test_the_change_is_exact_before_it_is_shown() -> None:
    found = BOOK.history("565014")
    fee = next(strand for strand in found.strands if strand_words(strand) == "fee")
    assert found.compared(fee)[1].percent == 100 * (Fraction(37331, 36343) - 1)


def test_another_base_year() -> None:
    """At prices of 2026 the fee of 2025 is 363,43 x 1,0272 = 373,315...: 373,32."""
    found = BOOK.history("565014", base_year=2026)
    assert [row[5] for row in told(found, "fee")] == ["373.32", "373.31"]


def test_a_letter_has_a_series_for_each_way_of_its_values() -> None:
    """B is 1,257532 for all in 2025; in 2026 565493 and 565552 part from the others."""
    found = BOOK.history("B")
    assert [len(strand.codes) for strand in found.strands] == [60, 4]
    assert found.strands[1].codes == ("565493", "565504", "565552", "565563")
    assert [[str(moment.value) for moment in strand.moments] for strand in found.strands] == [
        ["1.257532", "1.291737"],
        ["1.257532", "1.243894"],
    ]
    # 1,243894 / 1,257532 = -1,08 %; / 1,0272 = 1,210956: against the index -3,70 %.
    assert told(found, strand_words(found.strands[1]))[1][3:] == ("-1.08", "2.72", "1.210956", "-3.70")


def test_years_without_a_rate_are_said_and_not_guessed(tmp_path: Path) -> None:
    """After 2026 no circular names a rate: the real figure of 2027 is not known, until a file gives it."""
    found = BOOK.history("565014", end="2027-06-30")
    assert found.lacking == (2027,)
    assert told(found, "fee")[2] == ("2027-01-01", "2025/336", "373.31", "0.00", "-", "-", "-")
    rates = tmp_path / "rates.csv"
    rates.write_text("year;rate\n2027;2,5\n", encoding="utf-8")
    found = BOOK.history("565014", end="2027-06-30", index=rates)
    assert found.lacking == ()
    # 373,31 / (1,0272 x 1,025) = 354,558...
    assert told(found, "fee")[2][2:] == ("373.31", "0.00", "2.50", "354.56", "-2.44")
    assert [step["certainty"] for step in found.to_dict()["series"][1]["steps"]] == [
        "published",
        "published",
        "last_known",
    ]


def test_years_without_a_rate_are_said_in_runs() -> None:
    assert BOOK.history("565014", base_year=2030).lacking_words == "2027-2030"
    assert BOOK.history("565014", base_year=2027).lacking_words == "2027"


@pytest.mark.parametrize("base", [0, -1, 1899, 99999])
def test_a_base_that_is_no_year(base: int) -> None:
    with pytest.raises(InputError) as error:
        BOOK.history("565014", base_year=base)
    assert str(error.value) == f"--base {base} is not a year from 1900 to 2099."


def test_nothing_is_asked() -> None:
    with pytest.raises(InputError):
        BOOK.history(" ")


def test_days_are_inclusive() -> None:
    def circulars(**days: str) -> list[str]:
        return [row[1] for row in told(BOOK.history("565014", start=days.get("start"), end=days.get("end")), "fee")]

    assert circulars(end="2025-12-31") == ["2024/382"]
    assert circulars(end="2026-01-01") == ["2024/382", "2025/336"]
    assert circulars(start="2025-12-31") == ["2024/382", "2025/336"]
    assert circulars(start="2026-01-01") == ["2025/336"]
    assert BOOK.history("565014", end="2024-12-31").strands == ()
    with pytest.raises(InputError, match="is before"):
        BOOK.history("565014", start="2026-01-01", end="2025-01-01")


def test_what_is_not_published_is_said() -> None:
    """2024/382 breaks off before the hospital intervention of 589083 without preferential regime."""
    found = BOOK.history("589083")
    steps = next(s for s in found.to_dict()["series"] if (s["quantity"], s["regime"]) == ("intervention", "ordinary"))
    assert [(step["value"], step["why"]) for step in steps["steps"]] == [(None, "not_published"), ("387.07", None)]


def test_a_code_with_two_age_groups_has_a_series_for_each() -> None:
    found = BOOK.history("726611")
    words = [strand_words(strand) for strand in found.strands]
    assert len(words) == len(set(words)) == 10
    assert told(found, "patient share ordinary from 24")[0][2] == "11.00"
    assert told(found, "patient share ordinary under 24")[0][2] == "0.00"


def test_two_sections_a_line_in_doubt_and_a_code_that_ends(tmp_path: Path) -> None:
    lines = [line(CODES[0], None, fee, amount(fee, "0.00"), section=s) for fee, s in (("10.00", "1"), ("20.00", "2"))]
    book = record(
        tmp_path / "b.sqlite",
        [
            Invented("2025/1", "2024-12-01", "2025-01-01", tuple(lines), doubtful=frozenset({0})),
            Invented("2026/1", "2025-12-01", "2026-01-01", (line(CODES[2], None, "5.00"),)),
        ],
    )
    found = book.history(CODES[0])
    assert told(found, "fee") == [("2025-01-01", "2025/1", "-", "-", "-", "-", "-")]
    assert told(found, "fee section 2")[0][2] == "20.00"
    [first, *_] = found.to_dict()["series"]
    assert (first["steps"][0]["why"], first["steps"][0]["until"]) == ("in_doubt", "2026-01-01")
    assert found.rates.rates == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns must be year and rate; found none"),
        ("year,percent\n2027,2\n", "columns must be year and rate; found year, percent"),
        ("year,rate\n2027,2\n27,2\n", "line 3"),
        ("year,rate\n2027,two\n", "line 2"),
        ("year,rate\n2027,2,5\n", "line 2"),
        ("year,rate\n2027,272\n", "272 % is no yearly index"),
        ("year,rate\n2027,2\n2027,2\n", "2027 stands there twice"),
        ("year,rate\n2026,2.5\n", "Two rates of the health index are given for 2026: 2025/336 names 2.72 %"),
    ],
)
def test_rates_that_cannot_be_used(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        BOOK.history("565014", index=path)


def test_what_is_neither_code_nor_letter(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Z is no code, and no key letter of the book: letters are B, I, Q"):
        BOOK.history("Z")
    with pytest.raises(InputError, match="565015"):
        BOOK.history("565015")
    unknown = bareme_here("history", "101010", book=tmp_path / "none.sqlite")
    assert (unknown.code, unknown.out) == (0, "The book holds no tariff of 101010.\n")


def test_the_command_gives_json_a_table_and_a_chart(tmp_path: Path) -> None:
    place = tmp_path / "none.sqlite"
    ran = bareme_here("history", "B", "--json", book=place)
    assert ran.json("history-1") == BOOK.history("B").to_dict()
    for code in ("565014", "589083", "726611", "589794"):
        valid(json.loads(json.dumps(BOOK.history(code).to_dict())), "history-1")
    ran = bareme_here("history", "565014", "--plot", "h.svg", "--csv", "t.csv", book=place, cwd=tmp_path)
    assert ran.code == 0
    assert "h.csv is written" in ran.err
    table = (tmp_path / "h.csv").read_text(encoding="utf-8")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == table
    assert (
        "fee,,565014,doctors/medical-acts/7,,,,,,2026-01-01,,2025/336,published,373.31,2.72,2.72,363.42,0.00,\n"
        in table
    )
    again = bareme_here("history", "565014", "--plot", "h.svg", book=place, cwd=tmp_path)
    assert (again.code, again.err) == (
        2,
        "bareme: h.svg exists; name another file, or use --overwrite. Nothing was written.\n",
    )
    wrong = bareme_here("history", "565014", "--plot", "h.jpg", book=place, cwd=tmp_path)
    assert wrong.code == 2
    clash = bareme_here("history", "565014", "--plot", "x.svg", "--csv", "x.csv", book=place, cwd=tmp_path)
    assert clash.code == 2
    assert not (tmp_path / "x.svg").exists()


def test_the_same_figures_give_the_same_chart() -> None:
    first = step_chart(BOOK.history("565014"), ".svg")
    assert first == step_chart(bareme.open_book("/nowhere/book.sqlite").history("565014"), ".svg")
    assert b">2025<" in first
    assert step_chart(BOOK.history("B"), ".png").startswith(b"\x89PNG")


def test_without_matplotlib_the_table_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refusing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refusing)
    with pytest.raises(InputError, match=r"plots need matplotlib: .* --csv writes the same figures"):
        step_chart(BOOK.history("565014"), ".svg")
    with pytest.raises(InputError, match="nothing to draw"):
        step_chart(BOOK.history("589794"), ".svg")


@pytest.mark.parametrize(
    ("language", "heads", "says", "drawn"),
    [
        ("fr", "circulaire", "Indice santé : 2025 3,22 %", "intervention régime ordinaire"),
        ("nl", "omzendbrief", "Gezondheidsindex: 2025 3,22 %", "zonder voorkeurregeling"),
        ("en", "circular", "Health index: 2025 3,22 %", "intervention ordinary"),
    ],
)
def test_a_history_in_the_languages_of_its_readers(
    language: str, heads: str, says: str, drawn: str, tmp_path: Path
) -> None:
    """What is printed and drawn is in the language; the table as data is not."""
    arguments = ("history", "565014", "--language", language, "--plot", "h.svg")
    ran = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert heads in ran.out.split()
    assert says.split(" 2025")[0] in ran.out
    assert drawn in ran.out
    assert f">{drawn}" in (tmp_path / "h.svg").read_text(encoding="utf-8") or drawn in (tmp_path / "h.svg").read_text(
        encoding="utf-8"
    )
    assert (tmp_path / "h.csv").read_text(encoding="utf-8").startswith("quantity,letter,codes,")
    none = bareme_here("history", "101010", "--language", language, "--from", "2026-01-01", book=tmp_path / "n.sqlite")
    assert none.out == f"{history_words(language)('nothing_between', asked='101010')}\n"


def test_every_language_has_every_word() -> None:
    """Those of the charts are the words of the pages, which say the same."""
    from bareme.service.pages.charts import chart_words

    english = history_words("en")
    assert languages()[0] == "en"
    for language in languages():
        words = history_words(language)
        assert set(words.texts) == set(english.texts)
        assert len(words.columns) == len(english.columns) == 9
        assert {one.value for one in Certainty} | {"not_published", "in_doubt"} <= set(words.texts)
        assert set(words.chart.texts) == set(TEXTS)
        if language != "en":
            assert words.chart.texts == chart_words(language).texts
            facts = [(name, value) for name, fact in declared_facts().items() for value in fact.values]
            assert [words.chart.fact(*one) for one in facts] == [chart_words(language).fact(*one) for one in facts]
    with pytest.raises(InputError, match="language: 'de' is none of en, fr, nl"):
        history_words("de")


def cells(table: Table) -> list[list[str]]:
    return [["-" if cell is None else str(getattr(cell, "amount", cell)) for cell in row] for row in table.rows]


def test_a_report_has_every_step_with_where_it_stands() -> None:
    """The figures of the first test, their documents, and the index that they are held against."""
    report = report_of_history(BOOK.history("565014"))
    tables = {table.title: table for table in report.tables}
    place = "table 1, row 1, cell 5"
    assert cells(tables["Fee"]) == [
        ["2025-01-01", "2026-01-01", "2024/382", "363.43", "-", "-", "363.43", "-", "published", place],
        ["2026-01-01", "open", "2025/336", "373.31", "2.72", "2.72", "363.42", "0.00", "published", place],
    ]
    assert cells(tables["Patient share preferential"])[0][-1].endswith("worked out from other figures of the line")
    assert [row[:2] for row in cells(tables["Sources"])] == [["2024/382", "2024-12-12"], ["2025/336", "2025-12-20"]]
    assert all(len(row[3]) == 64 for row in cells(tables["Sources"]))
    assert cells(tables["Health index"])[1] == ["2026", "2.72", "2025/336"]
    assert report.verdict == "Health index: 2025 3,34 %; 2026 2,72 %. Real: at prices of 2025."
    assert report.sheets is not None
    steps = report.sheets[0]
    assert len(steps.rows) == sum(len(table.rows) for table in report.tables if table.name.startswith("figure-"))
    assert cells(steps)[2][:6] == ["fee", "565014", "doctors/medical-acts/7", "2025-01-01", "2026-01-01", "2024/382"]


def test_a_report_says_what_is_not_known() -> None:
    report = report_of_history(BOOK.history("589083", end="2027-12-31"), "nl")
    tables = {table.title: table for table in report.tables}
    assert cells(tables["Tegemoetkoming zonder voorkeurregeling"])[0][3] == "niet gepubliceerd"
    assert "Voor 2027 is geen percentage bekend" in report.notes[0]
    nothing = report_of_history(BOOK.history("101010"), "fr")
    assert (nothing.tables, nothing.sheets, nothing.pictures) == ((), (), ())
    assert nothing.verdict.startswith("Le recueil ne contient aucun tarif de 101010.")
    assert report_page(nothing)
    assert load_workbook(BytesIO(report_workbook(nothing))).sheetnames == ["À propos"]


def test_each_quantity_has_a_chart_or_several_where_there_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bareme.simulation.report_chronicle.MOST_STRANDS", 3)
    pictures = report_of_history(BOOK.history("726611")).pictures
    assert [picture.words.count(";") for picture in pictures] == [1, 2, 0, 2, 0]
    assert b"patient share" in pictures[3].draw(".svg")


SHEETS = {
    "en": ["Every step", "Sources", "Health index", "Plots", "About"],
    "fr": ["Toutes les étapes", "Sources", "Indice santé", "Graphiques", "À propos"],
    "nl": ["Alle stappen", "Bronnen", "Gezondheidsindex", "Grafieken", "Over"],
}


@pytest.mark.parametrize(
    ("language", "title", "still"),
    [
        ("en", "Letter value of B", "open"),
        ("fr", "Valeur de la lettre-clé B", "en cours"),
        ("nl", "Waarde van de sleutelletter B", "lopend"),
    ],
)
def test_reports_in_the_languages_of_their_readers(language: str, title: str, still: str, tmp_path: Path) -> None:
    arguments = ("history", "B", "--language", language, "--report", "h.html", "--report", "h.xlsx")
    ran = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.err.splitlines() == ["bareme: h.html is written.", "bareme: h.xlsx is written."]
    page = LexborHTMLParser((tmp_path / "h.html").read_text(encoding="utf-8"))
    assert [(node.attributes["lang"], page.css("h1")[0].text()) for node in page.css("html")] == [(language, title)]
    assert page.css(".mark") == []
    assert page.css("img.plot")[0].attributes["alt"]
    assert still in [node.text() for node in page.css("td")]
    workbook = load_workbook(tmp_path / "h.xlsx")
    assert workbook.sheetnames == SHEETS[language]
    [first, *_] = list(workbook[SHEETS[language][0]].iter_rows(min_row=2, values_only=True))
    assert first[6] == 1.257532
    again = bareme_here(*arguments, book=tmp_path / "none.sqlite", cwd=tmp_path)
    assert (again.code, again.out) == (2, "")


def test_reports_have_every_word_in_every_language() -> None:
    """The same keys, the same values to be put in, as many columns."""
    words = catalogue()
    assert tuple(words) == languages()
    for language, kinds in words.items():
        assert set(kinds) == set(words["en"])
        for kind, texts in kinds.items():
            english = words["en"][kind]
            assert set(texts) == set(english), (language, kind)
            for key, text in texts.items():
                named = [sorted(re.findall(r"{(\w+)}", said)) for said in (text, english[key])]
                assert named[0] == named[1], (language, key)
                assert text.count("|") == english[key].count("|"), (language, key)
