"""Codes found by words: what people type, an answer page by page, and never more or less than a plain scan finds."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book, InputError
from bareme.book.timeline import publications_of
from bareme.circulars.series import declared_names
from bareme.exchange.search import index
from bareme.exchange.search.folding import matching, words_of
from invented import Invented, line, record
from running import bareme_here, valid
from seeded_books import seeded_book

DATA = Path(__file__).parents[2] / "data"
BIRTHS = Invented(
    "2024/1",
    "2023-12-01",
    "2024-01-01",
    (
        line("100015", "100026", "10.00", label="Césarienne, première", section="A.1"),
        line("100030", "100041", "20.00", label="Amniocentèse et cœur fœtal", section="A.2"),
        line("100052", None, "30.00", label="Prélèvement (amnios) d'une césarienne", section="A.2"),
    ),
)
AFTER = Invented(
    "2025/1",
    "2024-12-01",
    "2025-01-01",
    (
        line("100015", "100026", "11.00", label="Keizersnede", section="A.1"),
        line("100030", "100041", "21.00", label="Amniocentèse", section="A.2"),
    ),
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The book that the package ships."""
    return bareme.open_book(tmp_path_factory.mktemp("held") / "none.sqlite")


@pytest.fixture(scope="module")
def births(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return record(tmp_path_factory.mktemp("births") / "book.sqlite", [BIRTHS, AFTER])


def codes(book: Book, query: str, **options: object) -> list[str]:
    found = book.search(query, limit=1000, **options)  # type: ignore[arg-type]
    valid(found.to_dict(), "search-1")
    assert found.total == len(found.hits)
    return [hit.code for hit in found.hits]


@pytest.mark.parametrize(
    "query", ["cesarienne", "CÉSARIENNE", "césa", "  cesarienne  ", "cesarienne d'une prelevement"]
)
def test_case_accents_order_and_the_rest_of_a_word_do_not_matter(births: Book, query: str) -> None:
    assert "100052" in codes(births, query)


def test_words_before_beginnings_and_what_it_is_called_now_before_what_it_was(births: Book) -> None:
    assert codes(births, "amnio") == ["100030", "100041", "100052"]
    assert codes(births, "cesarienne") == ["100052", "100015", "100026"]
    assert codes(births, "coeur foetal") == ["100030", "100041"]
    assert codes(births, "amnios") == ["100052"]


def test_a_code_comes_first_and_its_first_digits_find_it(held: Book) -> None:
    assert codes(held, "565014") == ["565014"]
    begun = codes(held, "5650")
    assert begun == sorted(begun)
    assert set(begun) == {code for code in codes(held, "") if code.startswith("5650")}


def test_a_hit_says_what_the_code_is(held: Book) -> None:
    [hit] = held.search("565014", on="2025-06-01").hits
    assert (hit.twin, hit.fee, hit.circular, hit.line_id) == ("565025", "363.43", "2024/382", "2024/382:565014")
    assert (hit.valid_from, hit.valid_to, hit.in_force, hit.certainty) == (
        "2025-01-01",
        "2026-01-01",
        True,
        "published",
    )
    assert (hit.section, hit.series) == (("N.1", "Analyses cytogénétiques"), "doctors/medical-acts/7")
    [last] = held.search("565014").hits
    assert (last.fee, last.valid_to, last.in_force, last.certainty) == ("373.31", None, None, None)
    [late] = held.search("565014", on="2030-01-01").hits
    assert (late.fee, late.certainty) == ("373.31", "last_known")
    [early] = held.search("565014", today="2020-01-01").hits
    assert (early.fee, early.in_force, early.certainty) == ("373.31", False, None)


def test_a_latin_word_finds_one_with_letters_of_another_script(held: Book) -> None:
    found = held.search("tomodensitometrique")
    assert found.total == 8
    assert found.hits[0].matched == ("tomодensitométrique",)


def test_a_fee_that_is_not_one_is_not_shown(tmp_path: Path) -> None:
    lines = (
        line("100015", None, "10.00", section="A"),
        line("100015", None, "12.00", section="B"),
        line("100030", None, "5.00"),
        line("100052", None, None),
    )
    book = record(
        tmp_path / "book.sqlite", [Invented("2025/1", "2024-12-01", "2025-01-01", lines, doubtful=frozenset({2}))]
    )
    hits = {hit.code: hit for hit in book.search().hits}
    assert {code: hit.fee for code, hit in hits.items()} == {"100015": None, "100030": None, "100052": None}
    assert (hits["100015"].lines, hits["100015"].line_id) == (2, "2025/1:100015@A")


def test_only_what_is_in_force_on_a_day(births: Book) -> None:
    assert codes(births, "", on="2024-06-01") == ["100015", "100026", "100030", "100041", "100052"]
    assert codes(births, "", on="2025-06-01") == ["100015", "100026", "100030", "100041"]
    assert codes(births, "", on="2023-06-01") == []
    [ended] = births.search("100052").hits
    assert (ended.valid_from, ended.valid_to, ended.fee) == ("2024-01-01", "2025-01-01", "30.00")


def test_only_one_series(held: Book) -> None:
    assert codes(held, "", series="integrated-care") == ["401376", "401391", "401413", "401435"]
    assert codes(held, "multi", series="mental-health/psychological-care", on="2025-06-01") == ["727031", "727532"]
    with pytest.raises(InputError, match="'integrated' is no series of the book, which holds doctors"):
        held.search(series="integrated")


def test_as_known_on_and_as_recorded_at(births: Book) -> None:
    assert births.search("keizer").total == 2
    assert births.search("keizer", as_known_on="2024-11-30").total == 0
    assert births.search("100015", as_known_on="2024-06-30").hits[0].fee == "10.00"
    assert births.search("", as_known_on="2020-01-01").total == 0
    assert births.search("", as_recorded_at="2020-01-01").total == 0
    with pytest.raises(InputError, match="as_known_on"):
        births.search("", as_known_on="yesterday")


def test_what_a_witness_in_another_language_calls_it(four: dict[str, Path], tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    assert book.load(four["2024/356"], accept_findings=True).status == "recorded"
    assert book.search("psycholoog").total == 0
    assert book.load(DATA / "dutch-2024-356.txt").status == "witness"
    hits = {hit.code: hit for hit in book.search("psycholoog gemeenschap").hits}
    assert sorted(hits) == ["726412", "727414"]
    labels = hits["726412"].labels
    assert list(labels) == ["fr", "nl"]
    assert labels["fr"] == hits["726412"].label
    assert labels["nl"].startswith("Gemeenschapsgerichte interventie")
    assert hits["726412"].matched[:2] == ("Gemeenschapsgerichte", "Psycholoog")
    assert set(codes(book, "communautaire")) >= {"726412", "727414"}


def test_nothing_found_says_why(held: Book) -> None:
    found = held.search("groupe xyz zzz")
    assert (found.total, found.unmatched) == (0, ("xyz", "zzz"))
    assert held.search("565015").suggestions == ("565014", "565051", "565025")
    assert held.search("* -").total == 0


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "565014 OR 565025",
        "NEAR(a b)",
        "label:groupe",
        "-groupe",
        "^groupe",
        "a AND",
        "(",
        "'; DROP TABLE words;--",
        "\x00",
        "gro*",
        "\ud800",
        "é" * 400,
        "565014\x00",
        "\N{ADLAM CAPITAL LETTER ALIF}",
    ],
)
def test_no_sign_has_a_meaning_of_its_own(held: Book, query: str) -> None:
    assert codes(held, query) == codes(held, re.sub(r"[\W_]+", " ", query)) or not words_of(query)


@given(st.text(max_size=60) | st.text("\"*:^-+(){}' ANDORNEAR5601", max_size=40))
@settings(max_examples=150, deadline=None)
def test_no_text_stops_a_search(query: str) -> None:
    found = BOOK.search(query, limit=3)
    assert found.total >= len(found.hits)
    assert found.words == tuple(dict.fromkeys(words_of(query)))


BOOK = bareme.open_book(DATA / "no-such-book.sqlite")
"""The shipped book, which hypothesis may share."""


@given(st.text(max_size=40))
@settings(max_examples=150, deadline=None)
def test_folded_words_stay_as_they_are(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)
    assert matching(text, ()) == []


@pytest.mark.parametrize(("limit", "says"), [(0, "from 1 to 1000"), (1001, "limit is 1001"), (True, "whole number")])
def test_a_limit_that_cannot_be(held: Book, limit: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        held.search("a", limit=limit)


@pytest.mark.parametrize("query", ["a" * 501, " ".join(f"w{n}" for n in range(33))])
def test_a_search_that_is_too_long(held: Book, query: str) -> None:
    with pytest.raises(InputError, match="Give fewer words"):
        held.search(query)


@pytest.mark.parametrize(("query", "options"), [("", {}), ("analyses", {}), ("5", {"on": date(2025, 6, 1)})])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_pages_hold_every_hit_once(held: Book, query: str, options: dict[str, Any], limit: int) -> None:
    pages, cursor = [], None
    while True:
        found = held.search(query, limit=limit, cursor=cursor, **options)
        pages.append(found)
        cursor = found.cursor
        if cursor is None:
            break
    hits = [hit for page in pages for hit in page.hits]
    assert [hit.rank for hit in hits] == list(range(1, found.total + 1))
    assert [hit.code for hit in hits] == codes(held, query, **options)
    assert len(pages) == -(-found.total // limit)


def test_a_cursor_goes_with_its_question_and_its_book(held: Book, births: Book) -> None:
    cursor = held.search("analyses", limit=5).cursor
    assert cursor is not None
    wrong = [("analyse", {}), ("analyses", {"on": "2025-06-01"}), ("analyses", {"series": "doctors"})]
    wrong.append(("analyses", {"as_known_on": "2025-06-01"}))
    for query, options in wrong:
        with pytest.raises(InputError, match="does not go with this question"):
            held.search(query, cursor=cursor, **options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="or the book has changed since"):
        births.search("analyses", cursor=cursor)
    for other in ("", "x", "é", "=", cursor + "A", cursor[:-1], "A" * 10_000, "\ud800"):
        with pytest.raises(InputError, match="does not go with this question"):
            held.search("analyses", cursor=other)


# --- an independent scan


def plain(text: str) -> list[str]:
    """The words of a text, another way."""
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(c if c.isalnum() else " " for c in apart if unicodedata.category(c) != "Mn").split()


def told(book: Book) -> dict[str, set[str]]:
    """All the words of each code of a book, read from its circulars."""
    found: dict[str, set[str]] = defaultdict(set)
    for publication in publications_of(book.entries()):
        series = [publication.series, *declared_names().get(publication.series, {}).values()]
        for one in publication.reading.lines:
            section = () if one.section is None else (one.section.number, one.section.title)
            texts = [one.label, one.convention, *section, *series]
            for code in one.codes:
                found[code.digits].update([code.digits], *(plain(text) for text in texts if text))
    return found


def questions(words: list[str], number: int) -> Iterator[list[str]]:
    chance = random.Random(7)
    for _ in range(number):
        chosen = chance.sample(words, chance.randint(1, 3))
        yield [word[: chance.randint(1, len(word))] for word in chosen]


def test_the_index_finds_what_a_plain_scan_finds(held: Book, births: Book) -> None:
    for book in (held, births):
        scanned = told(book)
        words = sorted(set().union(*scanned.values()) - {"œ"})
        for asked in questions([word for word in words if word.isascii()], 50):
            expected = {c for c, own in scanned.items() if all(any(w.startswith(q) for w in own) for q in asked)}
            found = {hit.code for hit in book.search(" ".join(asked), limit=1000).hits}
            if all("o" not in q for q in asked):  # what is spelt with œ or a Cyrillic letter is found as well
                assert found == expected, asked
            else:
                assert found >= expected, asked


@pytest.mark.parametrize("few", [0, 1000])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_in_force_is_what_the_prices_say(
    seed: int, few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "FEW", few)
    made = seeded_book(seed)
    book = record(tmp_path / "book.sqlite", made.circulars)
    for known in (None, made.known_on):
        view = book._view(known, None)
        days = {
            day for tenures in view.timeline.tenures.values() for t in tenures for day in (t.period.start, t.period.end)
        }
        for day in {date(2020, 1, 1), date(2030, 1, 1), *days} - {None}:
            assert day is not None
            expected = sorted(set().union(*view.in_force(day).values()))
            assert codes(book, "", on=day, as_known_on=known) == expected
        assert codes(book, "", as_known_on=known) == sorted(view.timeline.tenures)


# --- the command


def test_the_command(tmp_path: Path) -> None:
    book = tmp_path / "none.sqlite"
    found = bareme_here("search", "multi", "concert", "--json", book=book).json("search-1")
    assert [hit["code"] for hit in found["hits"]] == ["401435", "727031", "727532"]
    first = bareme_here("search", "analyses", "--limit", "2", "--json", book=book).json("search-1")
    more = bareme_here("search", "analyses", "--limit", "2", "--cursor", first["cursor"], book=book)
    assert more.code == 0
    assert more.out.splitlines()[0].endswith(", of which 3 to 4")
    assert bareme_here("search", "--on", "2030-01-01", "565014", book=book).out.count("373,31*") == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["groupe", "xyz"], "Nowhere in the book: xyz. Leave it out."),
        (["565015"], "Near: 565014, 565051, 565025."),
        (["***"], "There is neither a letter nor a digit in it."),
        (["xyz"], "Try fewer words"),
        (["565014", "--on", "2020-01-01"], "Or ask without --on and --series."),
    ],
)
def test_the_command_says_what_to_try(words: list[str], says: str, tmp_path: Path) -> None:
    ran = bareme_here("search", *words, book=tmp_path / "none.sqlite")
    assert (ran.code, ran.err) == (0, "")
    assert says in ran.out


@pytest.mark.parametrize("option", [("--limit", "0"), ("--cursor", "x"), ("--series", "x"), ("--on", "x")])
def test_what_the_command_refuses(option: tuple[str, str], tmp_path: Path) -> None:
    ran = bareme_here("search", "a", *option, book=tmp_path / "none.sqlite")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("bareme: ")
