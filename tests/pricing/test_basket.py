"""A basket of acts: what `price` says of each, and what the files of acts say; what is refused, by its place."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

import bareme
from bareme import InputError, Price
from bareme.pricing import desk
from bareme.pricing.columns import CENTS, TOTALS
from invented import IN_MEMORY, record
from random_books import RandomBook, books, examples

SAME = ("certainty", *CENTS, *TOTALS, "basis", "intervention_kind", "circular", "line_id")
QUICK = settings(
    deadline=None,
    database=None,
    derandomize=True,
    max_examples=examples(7),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def told(price: Price) -> dict[str, Any]:
    """A price in the columns of a priced file."""
    reason = None if price.reason_code == "not_known_then" else price.reason_code
    joined = {"needs": ",".join(price.needs), "outcome": price.outcome.value, "reason": reason}
    return {name: getattr(price, name) for name in SAME} | joined


@QUICK
@given(books(acts=30))
def test_a_basket_is_its_acts_one_by_one_and_a_file_of_them(made: RandomBook) -> None:
    """One by one, in SQLite; all at once, in SQLite; as a table, in DuckDB: the same cent and the same words."""
    with TemporaryDirectory(dir=IN_MEMORY) as folder:
        book = record(Path(folder, "book.sqlite"), made.circulars)
        acts = [act.for_book() for act in made.acts]
        basket = book.price_basket(acts, as_known_on=made.known_on)
        again = bareme.open_book(book.path)
        alone = [again.price(**act, as_known_on=made.known_on) for act in acts]
        table = again.price_table(pa.Table.from_pylist([act.row() for act in made.acts]), as_known_on=made.known_on)
        assert basket == alone
        assert [price.to_dict() for price in basket] == [price.to_dict() for price in alone]
        rows = table.to_pylist()
    assert [told(price) for price in basket] == [{name: row[name] for name in told(basket[0])} for row in rows]


def test_an_empty_basket_has_no_prices(tmp_path: Path) -> None:
    assert bareme.open_book(tmp_path / "none").price_basket([]) == []


REFUSED: list[tuple[list[Any], str]] = [
    ([{"code": "565014", "on": "2026-03-01"}, {"code": "565014"}], "act 2: {'code': '565014'} is not a mapping with"),
    ([{"on": "2026-03-01"}], "act 1: "),
    (["565014"], "act 1: '565014' is not a mapping"),
    ([{"code": "565014", "on": "1 March"}], "act 1: on: '1 March' is not a date"),
    ([{"code": "565014", "on": "2026-03-01", "weather": "fine"}], "act 1: 'weather' is not a fact"),
    ([{"code": "565014", "on": "2026-03-01", "as_known_on": "2026-01-01"}], "act 1: 'as_known_on' is not a fact"),
]


@pytest.mark.parametrize(("acts", "message"), REFUSED)
def test_an_act_that_cannot_be_used_is_named_by_its_place(acts: list[Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        bareme.open_book(tmp_path / "none").price_basket(acts)
    assert str(caught.value).startswith(message)


def test_one_statement_answers_the_whole_basket(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none")
    acts = [{"code": code, "on": "2026-03-01", "regime": "ordinary"} for code in ("565014", "565025", "999999")]
    seen: list[str] = []
    book.price_basket(acts)
    found = book._view(None, None)._desk
    assert found is not None
    found._connection.set_trace_callback(seen.append)
    assert [price.outcome.value for price in book.price_basket(acts)][:2] == ["priced", "priced"]
    assert sum("LEFT OUTER JOIN" in statement for statement in seen) == 1


def test_a_desk_that_is_full_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = bareme.open_book(tmp_path / "none")
    codes = sorted(book._view(None, None).codes())[:12]
    ask = [{"code": code, "on": "2026-03-01", "regime": "ordinary"} for code in codes]
    before = book.price_basket(ask)
    monkeypatch.setattr(desk, "MOST_ROWS", 5)
    assert [book.price_basket([act])[0] for act in ask] == before
    assert book.price_basket(ask) == before


def test_an_act_at_the_desk_is_not_mistaken_for_another(tmp_path: Path) -> None:
    """Line breaks, zeros and quotes in a code stay what they are."""
    book = bareme.open_book(tmp_path / "none")
    odd = ["565014\n1", "'565014", "565014\0", "５６５０１４", "\ud800", "", "56501", "5650140"]
    prices = book.price_basket([{"code": code, "on": "2026-03-01"} for code in odd])
    assert {price.outcome.value for price in prices} == {"invalid_code"}
