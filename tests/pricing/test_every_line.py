"""Every one of the 233 lines in every situation: read, stored, priced and explained equal to the document.

The expected figures come from `data/published.csv`, which was made from the circulars by other means than the reader
(`independent/tabulate.py`). The arithmetic of the explanations is taken apart and computed again here.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import bareme
from bareme import Book, Price

TESTS = Path(__file__).parents[1]
EXAMPLES = TESTS.parent / "examples" / "circulars"
LANGUAGES = ("en", "fr")
DAY = {"2024/356": "2025-06-16", "2024/382": "2025-06-16", "2024/401": "2025-06-16", "2025/336": "2026-06-16"}
FIGURES = ("fee", "intervention", "patient_share")

Row = dict[str, str]


@cache
def published() -> list[Row]:
    """One row for each line and situation, with the code of the situation."""
    with (TESTS / "data" / "published.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row | {"code": row["hospital_code" if row["setting"] == "hospital" else "ambulatory_code"]} for row in rows]


@cache
def lines_of_codes() -> Counter[tuple[str, str]]:
    """On how many lines of a circular each code stands."""
    places = {(r["circular"], r[name], r["table"], r["row"]) for r in published() for name in CODE_COLUMNS if r[name]}
    return Counter((circular, code) for circular, code, _, _ in places)


CODE_COLUMNS = ("ambulatory_code", "hospital_code")


def test_the_table_holds_the_lines_of_the_four_circulars() -> None:
    lines = {(row["circular"], row["table"], row["row"]) for row in published()}
    assert Counter(circular for circular, _, _ in lines) == {
        "2024/356": 75,
        "2024/382": 77,
        "2024/401": 4,
        "2025/336": 77,
    }
    assert len({row[name] for row in published() for name in CODE_COLUMNS} - {""}) == 200


def act_of(row: Row) -> dict[str, str | None]:
    """The act that falls into a row's situation."""
    age = row["age_from"] or (str(int(row["age_to"]) - 1) if row["age_to"] else None)
    return {"code": row["code"], "on": DAY[row["circular"]], "regime": row["regime"] or None, "age": age}


def expected_of(row: Row) -> dict[str, Any]:
    """What the document says of the situation."""
    outcome = "no_amount" if not row["fee"] else "incomplete" if row["missing"] == "not_published" else "priced"
    figures = {name: Decimal(row[name]) if row[name] else None for name in FIGURES}
    totals = {f"total_{name}": figures[name] for name in FIGURES}
    if row["intervention_kind"] == "theoretical":
        totals["total_intervention"] = None
    section = f"@{row['section']}" if lines_of_codes()[row["circular"], row["code"]] > 1 else ""
    place = {"circular": row["circular"], "line_id": f"{row['circular']}:{row['code']}{section}"}
    words = {"basis": row["basis"], "intervention_kind": row["intervention_kind"] or None}
    if outcome == "no_amount":
        words = dict.fromkeys(words)
    return {"outcome": outcome, "certainty": "published", **figures, **totals, **words, **place}


@pytest.fixture(scope="module")
def from_documents(four: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book of the real circulars, read and recorded here."""
    book = bareme.create_book(tmp_path_factory.mktemp("four") / "book.sqlite")
    assert [book.load(four[number]).status for number in sorted(four)] == ["recorded"] * 4
    return book


@pytest.mark.parametrize("number", DAY)
def test_every_line_of_the_real_circulars_is_priced_and_explained(number: str, from_documents: Book) -> None:
    for row in [row for row in published() if row["circular"] == number]:
        price = from_documents.price(**act_of(row))  # type: ignore[arg-type]
        expected = expected_of(row)
        assert {name: getattr(price, name) for name in expected} == expected, row
        assert price.needs == ()
        assert price.not_published == (("intervention", "patient_share") if price.outcome == "incomplete" else ())
        assert price.source is not None
        assert (price.source.table, price.source.row) == (int(row["table"]), int(row["row"])), row
        computed = row["patient_share"] != "" and row["share_printed"] == "no"
        assert price.derived == (("patient_share",) if computed else ()), row
        for language in LANGUAGES:
            check_explanation(price, row, language)


@pytest.mark.parametrize("which", ["shipped", "examples"])
def test_every_line_is_priced_alike_from_the_shipped_book_and_from_the_examples(which: str, tmp_path: Path) -> None:
    """All situations at once, by the table; without the real circulars."""
    book = bareme.open_book(tmp_path / "none.sqlite")
    if which == "examples":
        book = bareme.create_book(tmp_path / "book.sqlite")
        for path in sorted(EXAMPLES.glob("*.txt")):
            assert book.load(path).status == "recorded"
    asked = [act_of(row) for row in published()]
    acts = pa.Table.from_pylist(asked).rename_columns(["date" if name == "on" else name for name in asked[0]])
    for row, found in zip(published(), book.price_table(acts).to_pylist(), strict=True):
        expected = expected_of(row)
        assert {name: found[name] for name in expected} == expected, row


# What an explanation shows, taken apart: numbers as Belgian documents print them.
NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
PRODUCT = rf"(?:{NUMBER}) x (?:{NUMBER})"
SUM_OF_PRODUCTS = re.compile(
    rf"(?P<terms>{PRODUCT}(?: \+ {PRODUCT})*)(?P<says> = | would give | donnerait )(?P<result>{NUMBER})"
)
DIFFERENCE = re.compile(rf"(?P<whole>{NUMBER}) - (?P<part>{NUMBER}) = (?P<rest>{NUMBER})")
WORDS = {
    "en": {"head": "{code} on {on}: fee {fee}", "rest": ", intervention {i}, patient share {s}.", "none": "none given"},
    "fr": {
        "head": "{code} au {on} : honoraires {fee}",
        "rest": ", intervention {i}, ticket modérateur {s}.",
        "none": "néant",
    },
}
SOURCE = {"en": r"table (\d+), row (\d+)", "fr": r"tableau (\d+), ligne (\d+)"}


def number_of(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


def sum_of(terms: str) -> Decimal:
    """A sum of products, rounded half up to the cent."""
    total = Decimal(0)
    for term in terms.split(" + "):
        coefficient, value = term.split(" x ")
        total += number_of(coefficient) * number_of(value)
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)


def check_explanation(price: Price, row: Row, language: str) -> None:
    """The figures of the first sentence, the products and differences of the others, and where it is printed."""
    sentences = price.explain(language)
    if row["fee"]:
        check_head(sentences[0], row, language)
        check_fee(sentences, row)
        check_share(sentences, row)
    place = [found.groups() for sentence in sentences if (found := re.search(SOURCE[language], sentence))]
    assert place == [(row["table"], row["row"])]
    assert any(row["circular"] in sentence and row["label"] in sentence for sentence in sentences), sentences


def check_head(sentence: str, row: Row, language: str) -> None:
    """The first sentence names code, day and amounts; an amount that is not published is not among them."""
    words = WORDS[language]
    groups = {name: rf"(?P<{name}>{NUMBER}|{words['none']})" for name in ("fee", "i", "s")}
    groups |= {"code": r"(?P<code>\d{6})", "on": r"(?P<on>[\d-]{10})"}
    form = words["head"] if row["missing"] == "not_published" else words["head"] + words["rest"]
    pattern = re.sub(r"\\{(\w+)\\}", lambda found: groups[found[1]], re.escape(form))
    head = re.match(pattern, sentence)
    assert head, sentence
    said = {name: None if text == words["none"] else text for name, text in head.groupdict().items()}
    assert (said["code"], said["on"]) == (row["code"], DAY[row["circular"]])
    for name, column in zip(("fee", "i", "s"), FIGURES, strict=True):
        if name in said:
            shown = said[name]
            assert (None if shown is None else number_of(shown)) == (Decimal(row[column]) if row[column] else None)


def check_fee(sentences: list[str], row: Row) -> None:
    """Coefficient x letter value is shown wherever it is printed, and comes to the cent that is shown."""
    shown = [found for sentence in sentences for found in SUM_OF_PRODUCTS.finditer(sentence)]
    assert bool(shown) == bool(row["letter_value"]), sentences
    for found in shown:
        coefficient, value = found["terms"].split(" x ")
        assert (number_of(coefficient), number_of(value)) == (Decimal(row["coefficient"]), Decimal(row["letter_value"]))
        assert sum_of(found["terms"]) == number_of(found["result"]), found[0]
        agrees = number_of(found["result"]) == Decimal(row["fee"])
        assert agrees == (found["says"] == " = "), found[0]


def check_share(sentences: list[str], row: Row) -> None:
    """A share that bareme computed is shown as a difference of the published figures."""
    shown = [found for sentence in sentences for found in DIFFERENCE.finditer(sentence)]
    computed = row["patient_share"] != "" and row["share_printed"] == "no"
    assert len(shown) == computed, sentences
    for found in shown:
        whole, part, rest = (number_of(found[name]) for name in ("whole", "part", "rest"))
        assert whole - part == rest
        assert [whole, part, rest] == [Decimal(row[name]) for name in FIGURES]


def test_the_one_lump_sum_that_does_not_follow_is_explained_with_both_figures(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    price = book.price("589772", "2026-03-01")
    assert price.fee == Decimal("814.76")
    assert any("599,4 x 1,359267 would give 814,74" in sentence for sentence in price.explain("en"))
    assert any("599,4 x 1,359267 donnerait 814,74" in sentence for sentence in price.explain("fr"))
