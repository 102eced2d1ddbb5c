"""The circular that a scenario projects, written out and read back: the figures, the mark, that it is no circular."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import bareme
from bareme import Reading
from bareme.errors import InputError
from drafted import figures, formats_and_languages, measures, new_errors, read_back
from projected import HEAD, HEAD_2026, measure, scenario_of
from running import bareme_here

INDEX = measure(id="index", kind="index", rate="2.50", all=True)
SHARES = [
    measure(id="share", kind="share_set", amount="10", codes=["565036-565040", "565051..565073"]),
    measure(id="quarter", kind="share_rate", rate="25", codes=["565095"]),
    measure(id="full", kind="full_cover", codes=["565132"]),
    measure(id="end", kind="ended", codes=["565176-565180"]),
]
CASES = {
    "of a circular": (HEAD_2026, [measure(kind="circular", circular="2025/336")], "doctors/medical-acts/7"),
    "of doctors": (HEAD, [INDEX, *SHARES], "doctors/medical-acts/7"),
    "of psychologists": (HEAD, [INDEX], "mental-health/psychological-care"),
    "of the perinatal pathway": (HEAD, [INDEX], "integrated-care/perinatal-pathway"),
}
MARKS = {"fr": "PROJET", "nl": "ONTWERP"}


@cache
def projected(case: str, folder: Path) -> Reading:
    head, steps, series = CASES[case]
    scenario = scenario_of(folder, *steps, head=head)
    return bareme.open_book("/nowhere/book.sqlite").projected_reading(scenario, series)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


@pytest.mark.parametrize(("format", "language"), formats_and_languages())
@pytest.mark.parametrize("case", CASES)
def test_what_is_read_back_are_the_projected_lines(case: str, format: str, language: str, folder: Path) -> None:
    reading = projected(case, folder)
    back = read_back(reading, format, language)
    assert figures(back) == figures(reading)
    assert (back.circular.number, back.circular.issued_on) == (None, None)
    assert (back.circular.effective_on, back.circular.series) == (
        reading.circular.effective_on,
        reading.circular.series,
    )
    errors = {finding.check for finding in back.findings.errors}
    assert errors == {"circular_identity"}, new_errors(reading, back)


@pytest.mark.parametrize("language", MARKS)
def test_the_measures_that_circulars_announce_are_announced(language: str, folder: Path) -> None:
    reading = projected("of a circular", folder)
    back = read_back(reading, "text", language)
    assert [m["kind"] for m in measures(back)] == [
        "index",
        "fee_of_coefficient",
        "letter_value_by_rate",
        "fee_by_amount",
    ]


@pytest.mark.parametrize("language", MARKS)
@pytest.mark.parametrize("case", CASES)
def test_a_pdf_announces_what_the_text_announces(case: str, language: str, folder: Path) -> None:
    """The notes below the tables of psychologists are more text than the body: it is of their size no heading."""
    reading = projected(case, folder)
    said = measures(read_back(reading, "text", language))
    assert said
    assert [m["kind"] for m in measures(read_back(reading, "pdf", language))] == [m["kind"] for m in said]


def test_a_draft_cannot_be_loaded_as_a_circular(folder: Path, tmp_path: Path) -> None:
    back = read_back(projected("of doctors", folder), "text", "fr")
    book = bareme.create_book(tmp_path / "b.sqlite")
    found = book.load(back)
    assert (found.status, found.entry) == ("refused", None)
    assert book.circulars() == []


@pytest.mark.parametrize(("format", "language"), [(f, one) for f in ("text", "html", "xlsx", "pdf") for one in MARKS])
def test_the_mark_stands_at_the_top(format: str, language: str, folder: Path) -> None:
    from bareme.exchange.drafts.drafting import draft_of

    reading = projected("of doctors", folder)
    draft = draft_of(reading, language)
    mark = MARKS[language]
    assert getattr(draft.blocks[0], "text", "").startswith(mark)
    assert draft.title.startswith(f"{mark} - ")
    assert draft.page.startswith(f"{mark} - ")
    assert draft.name.startswith(f"{mark} - ")
    assert read_back(reading, format, language).lines


def test_a_published_circular_is_not_marked() -> None:
    text = bareme.open_book("/nowhere/book.sqlite").draft("2025/336").decode()
    assert "PROJET" not in text


def test_a_series_is_to_be_named_where_several_change(tmp_path: Path) -> None:
    book, scenario = bareme.open_book("/nowhere/book.sqlite"), scenario_of(tmp_path, INDEX)
    with pytest.raises(InputError, match=r"changes the series doctors/medical-acts/7, .*; name a series that changes"):
        book.draft_scenario(scenario)
    with pytest.raises(InputError, match="opticians/glasses/1 is none of them"):
        book.draft_scenario(scenario, series="opticians/glasses/1")
    with pytest.raises(InputError, match="changes the series none"):
        book.draft_scenario(scenario_of(tmp_path))


def test_the_command(tmp_path: Path) -> None:
    scenario_of(tmp_path, measure(kind="index", rate="1", series="doctors"))
    book = tmp_path / "book.sqlite"
    ran = bareme_here("draft", "--scenario", "s.toml", "--language", "nl", book=book)
    assert ran.out.startswith("**ONTWERP")
    ran = bareme_here("draft", "--scenario", "s.toml", "-o", "d.pdf", book=book)
    assert (ran.code, ran.err) == (0, "bareme: d.pdf is written (77 lines).\n")
    ran = bareme_here("draft", "--scenario", "s.toml", "--format", "xlsx", book=book)
    assert (ran.code, ran.err) == (0, "bareme: s-fr.xlsx is written (77 lines).\n")


@pytest.mark.parametrize(
    "arguments", [(), ("2025/336", "--scenario", "s.toml"), ("2025/336", "--series", "doctors/medical-acts/7")]
)
def test_a_circular_or_a_scenario(arguments: tuple[str, ...], tmp_path: Path) -> None:
    scenario_of(tmp_path, INDEX)
    ran = bareme_here("draft", *arguments, book=tmp_path / "book.sqlite")
    assert ran.code == 2
    assert "Nothing was written." in ran.err


@pytest.mark.parametrize("language", MARKS)
def test_a_coefficient_is_announced_with_the_letter_of_its_line(language: str, folder: Path) -> None:
    """The scenario need not name the letter; no circular says "1300 instead of 1350" without one."""
    cut = measure(
        id="cut", kind="fee_of_coefficient", coefficient_from=1350, coefficient_to=1300, codes=["565493-565504"]
    )
    reading = bareme.open_book("/nowhere/book.sqlite").projected_reading(scenario_of(folder, cut))
    [back] = measures(read_back(reading, "text", language))
    assert (back["kind"], back["letter"]) == ("fee_of_coefficient", "B")


def test_an_intervention_below_nothing_is_not_drafted(folder: Path) -> None:
    share = measure(kind="share_set", amount="400", regime="ordinary", codes=["565014-565025"])
    with pytest.raises(InputError) as error:
        bareme.open_book("/nowhere/book.sqlite").projected_reading(scenario_of(folder, share))
    assert "the intervention of 565014 would be -26,69, less than nothing" in str(error.value)
