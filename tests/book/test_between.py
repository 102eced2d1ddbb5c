"""What changed from one day to another: circulars, corrigenda and corrections on the way, as far as they were known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book, InputError
from bareme.audit.changes import Changed, Difference, Part
from invented import record
from random_books import EFFECTIVE, RandomBook, books, examples

REPOSITORY = Path(__file__).parents[2]
TOY = REPOSITORY / "examples" / "toy"
INDEX = "index +2,00 % on all acts (circular 2024/900)"


def third_year() -> tuple[str, bytes]:
    """2025/900: an imagined third year of the toy, with the coefficient 9 of the corrigendum."""
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    for old, new in (
        ("2024/900 du 14-12-2023", "2025/900 du 13-12-2024"),
        ("Applicable à partir de 1/01/2024", "Applicable à partir de 1/01/2025"),
        ("partie 1 ; 01-01-2024", "partie 1 ; 01-01-2025"),
        ("janvier 2024", "janvier 2025"),
        ("- l'ensemble des prestations est indexé de 2,00 % ;\n", ""),
        ("- les tickets modérateurs gardent leur montant.", "- les prestations 990054-990065 sont supprimées."),
        ("= X 8\t16,42\t16,42\t<b>14,42</b>\t16,42\t16,42", "= X 9\t18,47\t18,47\t<b>16,47</b>\t18,47\t18,47"),
        (
            "X = 2,052521 + Y = 0,102000\t<b>990054</b>\t990065\t= X 8 + Y 30",
            "X = 2,052521\t<b>990076</b>\t990080\t= X 10",
        ),
        ("19,48\t19,48\t<b>17,48</b>\t19,48\t19,48", "20,53\t20,53\t<b>18,53</b>\t20,53\t20,53"),
        ("13,01", "13,50"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return "2025-900.txt", text.encode()


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Two years of the toy, the corrigendum of the second, and an imagined third."""
    book = bareme.create_book(tmp_path_factory.mktemp("toys") / "book.sqlite")
    for document in (TOY / "2023-900.txt", TOY / "2024-900.txt", TOY / "2024-905.txt", third_year()):
        assert book.load(document, accept_findings=True).status == "recorded"
    return book


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("shipped") / "none.sqlite")


def fee(found: Difference, code: str) -> Changed:
    [changed] = [c for c in found.changed if c.part is Part.FEE and code in c.act.codes]
    return changed


def notes(found: Difference) -> list[tuple[str, str]]:
    return [(note.kind, note.message) for note in found.notes]


def test_two_days_of_the_official_tariffs_say_what_the_circulars_say(shipped: Book) -> None:
    days = shipped.compare("2025-06-01", "2026-06-01", series="doctors/medical-acts/7")
    circulars = shipped.compare("2024/382", "2025/336")
    assert (days.changed, days.unchanged) == (circulars.changed, circulars.unchanged)
    assert (days.added, days.ended) == ((), ())
    assert notes(days) == [("on_the_way", "doctors/medical-acts/7: 2025/336 from 2026-01-01.")]
    assert days.to_dict()["from"] == {
        "kind": "date",
        "name": "2025-06-01",
        "circulars": ["2024/382"],
        "series": ["doctors/medical-acts/7"],
        "lines": 77,
    }
    assert shipped.compare(date(2025, 6, 1), date(2026, 6, 1), "doctors") == days


def test_all_series_with_those_that_are_only_last_known(shipped: Book) -> None:
    found = shipped.compare("2025-12-31", "2026-01-01")
    assert found.start.circulars == ("2024/382", "2024/401", "2024/356")
    assert found.end.circulars == ("2025/336", "2024/401", "2024/356")
    assert len(found.changed) == 498
    assert notes(found) == [
        (
            "last_known",
            "integrated-care/perinatal-pathway is published until 2025-12-31: on 2026-01-01 its last known tariffs "
            "are taken.",
        ),
        (
            "last_known",
            "mental-health/psychological-care is published until 2025-12-31: on 2026-01-01 its last known tariffs "
            "are taken.",
        ),
        ("on_the_way", "doctors/medical-acts/7: 2025/336 from 2026-01-01."),
    ]


def test_what_was_not_known_yet_changes_nothing(shipped: Book) -> None:
    found = shipped.compare("2025-06-01", "2026-06-01", "doctors", as_known_on="2025-12-19")
    assert found.is_empty
    assert found.as_known_on == date(2025, 12, 19)
    assert notes(found) == [
        (
            "last_known",
            "doctors/medical-acts/7 is published until 2025-12-31: on 2026-06-01 its last known tariffs are taken.",
        )
    ]
    assert not shipped.compare("2025-06-01", "2026-06-01", "doctors", as_known_on="2025-12-20").is_empty


def test_before_the_first_circular_everything_is_new_to_the_book(shipped: Book) -> None:
    found = shipped.compare("2024-12-31", "2025-01-01", "doctors")
    assert len(found.added) == 77
    assert {x.why for x in found.added} == {"first listed in circular 2024/382, the first of its series in the book"}
    assert notes(found)[0] == (
        "nothing_in_force",
        "doctors/medical-acts/7 has no tariff in force on 2024-12-31: the first that the book knows is that of "
        "2024/382, from 2025-01-01; its codes stand as added.",
    )
    none = shipped.compare("2020-01-01", "2020-06-01", "doctors")
    assert none.is_empty
    assert notes(none) == [
        ("nothing_in_force", "doctors/medical-acts/7 has no tariff in force on 2020-01-01, nor on 2020-06-01.")
    ]


def test_a_day_against_itself(shipped: Book) -> None:
    found = shipped.compare("2026-03-01", "2026-03-01", "doctors")
    assert (found.is_empty, found.unchanged) == (True, 836)
    assert notes(found) == [("same", "2026-03-01 is compared with itself.")]


def test_a_corrigendum_is_seen_from_the_day_it_is_known(toys: Book) -> None:
    before = toys.compare("2023-06-01", "2024-06-01", as_known_on="2024-01-31")
    after = toys.compare("2023-06-01", "2024-06-01", as_known_on="2024-02-01")
    found = [(str(fee(x, "990010").before), str(fee(x, "990010").after)) for x in (before, after)]
    assert found == [("16.10", "16.42"), ("16.10", "18.47")]
    assert (fee(before, "990010").klass, fee(before, "990010").why) == ("as_announced", INDEX)
    assert (fee(after, "990010").klass, fee(after, "990010").why) == (None, f"{INDEX}; corrigendum 2024/905")
    assert fee(after, "990010").line_ids == ("2023/900:990010", "2024/905:990010")
    assert notes(after) == [("on_the_way", "toy/acts/1: 2024/900 from 2024-01-01, 2024/905 from 2024-01-01.")]
    assert fee(after, "990032") == fee(before, "990032")


def test_an_added_and_an_ended_code_and_a_corrected_one_that_stays(toys: Book) -> None:
    found = toys.compare("2024-06-01", "2025-06-01")
    assert [(x.act.codes, str(x.fee), x.circular, x.why) for x in found.added] == [
        (("990076", "990080"), "20.53", "2025/900", "first listed in circular 2025/900")
    ]
    assert [(x.act.codes, str(x.fee), x.circular, x.why) for x in found.ended] == [
        (("990054", "990065"), "19.48", "2024/900", "a measure of circular 2025/900 ends it")
    ]
    # 990010 is compared with the corrigendum's 18.47, not with the 16.42 of 2024/900.
    assert {c.act.codes for c in found.changed} == {("991071",)}
    assert fee_ages(found, "991071") == {(None, 18): "unexplained", (18, None): "unexplained"}


def fee_ages(found: Difference, code: str) -> dict[tuple[int | None, int | None], str | None]:
    fees = [c for c in found.changed if c.part is Part.FEE and code in c.act.codes]
    return {(c.situation.age_from, c.situation.age_to): c.klass for c in fees}


def test_two_years_are_told_circular_by_circular(toys: Book) -> None:
    found = toys.compare("2023-06-01", "2025-06-01")
    circulars = "2024/900 from 2024-01-01, 2024/905 from 2024-01-01, 2025/900 from 2025-01-01"
    assert notes(found) == [("on_the_way", f"toy/acts/1: {circulars}.")]
    first = fee(found, "990032")
    assert (str(first.before), str(first.after), str(first.percent)) == ("1207.37", "1231.51", "2.00")
    assert (first.klass, first.why) == ("as_announced", f"{INDEX}; the same in circular 2025/900")
    corrected = fee(found, "990010")
    assert (str(corrected.before), str(corrected.after), corrected.klass) == ("16.10", "18.47", None)
    assert corrected.why == f"{INDEX}; corrigendum 2024/905; the same in circular 2025/900"
    assert [x.why for x in found.ended] == ["a measure of circular 2025/900 ends it"]
    raised = [c for c in found.changed if c.part is Part.FEE and c.act.codes == ("991071",)]
    assert {c.why for c in raised} == {f"{INDEX}; no measure of 2025/900 says so"}
    assert {c.measure for c in raised} == {"index +2,00 %"}


def test_the_later_day_first(toys: Book) -> None:
    there, back = toys.compare("2024-06-01", "2025-06-01"), toys.compare("2025-06-01", "2024-06-01")
    assert notes(back)[0] == (
        "later_first",
        "2025-06-01 is later than 2024-06-01: changes are told from the later to the earlier, reasons as they came.",
    )
    assert replace(back, notes=back.notes[1:]) == there.mirrored()
    assert [x.act.codes for x in back.added] == [("990054", "990065")]


def test_a_correction_counts_from_the_day_it_is_known(tmp_path: Path) -> None:
    book = bareme.create_book(tmp_path / "book.sqlite")
    text = (TOY / "2024-900.txt").read_text(encoding="utf-8")
    for document in (
        TOY / "2023-900.txt",
        TOY / "2024-900.txt",
        ("again.txt", text.replace("30,60", "30,70").encode()),
    ):
        book.load(document, accept_findings=True)
    now = [
        c for c in book.compare("2023-06-01", "2024-06-01").changed if c.part is Part.FEE and "991012" in c.act.codes
    ]
    assert {(str(c.before), str(c.after), c.klass) for c in now} == {("30.00", "30.70", "unexplained")}
    then = book.compare("2023-06-01", "2024-06-01", as_known_on="2024-06-01")
    assert {str(c.after) for c in then.changed if c.part is Part.FEE and "991012" in c.act.codes} == {"30.60"}
    early = book.compare("2023/900", "2024/900", as_known_on="2024-06-01")
    assert {str(c.after) for c in early.changed if c.part is Part.FEE and "991012" in c.act.codes} == {"30.60"}


def test_circulars_and_documents(toys: Book, tmp_path: Path) -> None:
    held = toys.compare("2023/900", "2025/900")
    assert notes(held) == [("on_the_way", "in between: 2024/900 from 2024-01-01.")]
    document = tmp_path / "third.txt"
    document.write_bytes(third_year()[1])
    empty = bareme.create_book(tmp_path / "empty.sqlite")
    alone = empty.compare(TOY / "2024-900.txt", document)
    assert alone.changed == toys.compare("2024/900", "2025/900").changed
    assert empty.compare(bareme.read(TOY / "2024-900.txt"), str(document)).changed == alone.changed


@pytest.mark.parametrize(
    ("sides", "options", "message"),
    [
        (
            ("2025/336", "2026-01-01"),
            {},
            "2026-01-01 is a date and 2025/336 is none; compare two circulars or two dates.",
        ),
        (
            (date(2026, 1, 1), "2025/336"),
            {},
            "2026-01-01 is a date and 2025/336 is none; compare two circulars or two dates.",
        ),
        (("2025-02-30", "2026-01-01"), {}, "from: '2025-02-30' is not a date; write it as 2026-03-01."),
        (("2025-02-28", "01/03/2026"), {}, "to: '01/03/2026' is not a date; write it as 2026-03-01."),
        (
            ("2025-02-28", "2026-03-01"),
            {"series": "dentists"},
            "'dentists' is no series of the book, which holds doctors/medical-acts/7, "
            "integrated-care/perinatal-pathway, mental-health/psychological-care.",
        ),
        (
            ("2024/382", "2025/336"),
            {"series": "doctors"},
            "a series narrows what is in force on two dates; a circular has a series of its own.",
        ),
        (
            ("2024/382", "2030/1"),
            {},
            "2030/1 is not in the book, which holds 2024/356, 2024/382, 2024/401, 2025/336; nor is it a document.",
        ),
        (
            ("2024/382", "2025/336"),
            {"as_known_on": "2025-01-10"},
            "2025/336 is known from 2025-12-20, not yet on 2025-01-10.",
        ),
        (
            ("2025-02-28", "2026-03-01"),
            {"as_known_on": "soon"},
            "as_known_on: 'soon' is not a date; write it as 2026-03-01.",
        ),
    ],
)
def test_what_cannot_be_compared(sides: Any, options: dict[str, str], message: str, shipped: Book) -> None:
    with pytest.raises(InputError) as error:
        shipped.compare(*sides, **options)
    assert str(error.value) == message


def told(found: Difference, *, back: bool = False) -> tuple[object, ...]:
    """What a difference says; turned around when `back`."""
    figures = Counter(
        (
            c.act.codes,
            c.part,
            c.letter,
            c.situation.words,
            c.why,
            *((c.after, c.before) if back else (c.before, c.after)),
        )
        for c in found.changed
    )
    added, ended = (Counter((x.act.codes, x.fee, x.why) for x in side) for side in (found.added, found.ended))
    return (ended, added, figures) if back else (added, ended, figures)


@settings(max_examples=examples(12), deadline=None)
@given(book=books(acts=0), days=st.tuples(*[st.sampled_from(EFFECTIVE)] * 2), before=st.booleans())
def test_random_books_between_two_days(
    book: RandomBook, days: tuple[str, str], before: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = record(tmp_path_factory.mktemp("random") / "book.sqlite", book.circulars)
    one, other = (date.fromisoformat(day) - timedelta(days=before) for day in days)
    known = book.known_on
    there, back = made.compare(one, other, as_known_on=known), made.compare(other, one, as_known_on=known)
    assert told(there) == told(back, back=True)
    assert made.compare(one, one, as_known_on=known).is_empty
    # A code is added or ended exactly when it is in force on one of the days alone.
    codes = [in_force(made, book, day) for day in (one, other)]
    assert {code for x in there.added for code in x.act.codes} == codes[1] - codes[0]
    assert {code for x in there.ended for code in x.act.codes} == codes[0] - codes[1]


def in_force(made: Book, book: RandomBook, day: date) -> set[str]:
    """The codes that `show` has a tariff of on a day."""
    codes = {
        code for c in book.circulars for x in c.lines for code in (x["ambulatory_code"], x["hospital_code"]) if code
    }
    return {code for code in codes if made.show(code, day, book.known_on).periods}
