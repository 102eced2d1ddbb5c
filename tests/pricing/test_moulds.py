"""Prices written by moulds are, to the letter, those of `to_dict`: whatever is asked, in whatever order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bareme
from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.library import Book
from bareme.nomenclature.facts import declared_facts
from bareme.pricing import cells, moulds

CODES = ["565014", "565025", "589794", "589772", "565015", "123456", "100015", "", "abc", "\0", "%s", "5650\ud800"]
"""Codes of several kinds, and what is none."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("moulds") / "none.sqlite")


@pytest.fixture(scope="module")
def codes(book: Book) -> list[str]:
    return sorted(book._view(None, None).codes())


def plain(book: Book, acts: list[dict[str, Any]], language: str, **when: Any) -> list[bytes]:
    """The prices one by one from their values."""
    told = [price.to_dict(language) for price in book.price_basket(acts, **when)]
    texts = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in told]
    return [text.encode("utf-8", "replace") for text in texts]


def _values(name: str) -> st.SearchStrategy[object]:
    fact = declared_facts().get(name)
    if fact is not None:
        return st.integers(0, 150) if fact.counts_years else st.sampled_from(fact.values)
    asked = declared_inputs()[name]
    if asked.kind == "choice":
        return st.sampled_from(asked.values)
    if asked.kind == "count":
        return st.integers(asked.least, min(asked.most, asked.least + 40))
    return st.sampled_from(["12.50", "0.01", "987654.32"]) if asked.kind == "euro" else st.sampled_from(["a", "b %d"])


FACTS = st.lists(st.sampled_from([*declared_facts(), *declared_inputs()]), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: _values(name) for name in names})
)
DAYS = st.one_of(
    st.dates(date(2024, 6, 1), date(2027, 3, 1)),
    st.sampled_from([date.min, date.max, date(2026, 1, 1), date(2025, 12, 31), date(9999, 12, 30)]),
)
EXTRA = st.fixed_dictionaries(
    {},
    optional={
        "quantity": st.sampled_from([1, 2, 3, 999_999]),
        "birth_date": st.sampled_from(["2000-02-29", "2004-02-29", "2001-05-06"]),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), language=st.sampled_from(["en", "fr"]), known=st.sampled_from([None, "2025-06-01"]))
def test_a_mould_says_what_the_price_says(
    book: Book, codes: list[str], data: st.DataObject, language: str, known: str | None
) -> None:
    own = st.one_of(st.sampled_from(codes), st.sampled_from(CODES))
    act = st.builds(lambda code, on, facts, extra: {"code": code, "on": on, **facts, **extra}, own, DAYS, FACTS, EXTRA)
    acts = data.draw(st.lists(act, min_size=1, max_size=12))
    expected = _or_refused(lambda: plain(book, acts, language, as_known_on=known))
    for _ in range(2):
        told = _or_refused(lambda: book.price_basket_json(acts, language=language, as_known_on=known))
        assert told == expected


def _or_refused(ask: Callable[[], list[bytes]]) -> list[bytes] | str:
    """What is answered, or why it is refused."""
    try:
        return ask()
    except InputError as error:
        return str(error)


def _every_act(codes: list[str]) -> list[dict[str, Any]]:
    days = ["2024-12-31", "2025-12-31", "2026-05-05"]
    facts: list[dict[str, Any]] = [{}, {"regime": "preferential", "age": 23, "quantity": 2}]
    return [{"code": code, "on": day, **fact} for code in codes for day in days for fact in facts]


def test_every_code_by_mould(book: Book, codes: list[str]) -> None:
    acts = _every_act(codes)
    assert book.price_basket_json(acts) == plain(book, acts, "en")


def test_little_room_changes_nothing(codes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moulds and cells that are thrown away all the time give the same."""
    acts = _every_act(codes[::9])
    expected = plain(bareme.open_book(tmp_path / "none.sqlite"), acts, "en")
    monkeypatch.setattr(moulds, "MOST_BYTES", 5_000)
    monkeypatch.setattr(cells, "MOST_CELLS", 2)
    book = bareme.open_book(tmp_path / "none.sqlite")
    assert book.price_basket_json(acts) == expected
    assert [book.price_json(**act) for act in acts[:60]] == [
        one for act in acts[:60] for one in plain(book, [act], "en")
    ]


def test_one_act_by_mould_is_that_of_the_library(book: Book) -> None:
    told = book.price_json("565014", "2026-03-01", regime="ordinary", language="fr")
    assert json.loads(told) == book.price("565014", "2026-03-01", regime="ordinary").to_dict("fr")
    with pytest.raises(InputError, match="language: 'xx' is none of"):
        book.price_json("565014", "2026-03-01", language="xx")


def test_a_mould_holds_no_birth_date(tmp_path: Path) -> None:
    """What is kept of an act is what all acts of its cell share: not when the patient was born."""
    book = bareme.open_book(tmp_path / "none.sqlite")
    book.price_json("726530", "2025-03-01", birth_date="1985-07-30", regime="ordinary")
    [kept] = book._view(None, None).moulds._found.values()
    assert kept.price.born is None
