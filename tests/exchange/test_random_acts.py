"""Random acts, garbage included: no crash, every line once and in order, and the same answer as one by one."""

from __future__ import annotations

import csv
import random
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv
from pyarrow import parquet

import bareme
from bareme.errors import InputError
from bareme.nomenclature.codes import is_code
from bareme.nomenclature.facts import declared_facts
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.pricing.columns import CENTS, KNOWN_COLUMNS, OUTPUT_COLUMNS, TOTALS
from random_books import examples
from running import REPOSITORY

BOOK = bareme.open_book(Path(tempfile.gettempdir()) / "no such folder" / "book.sqlite")
CODES = ["565014", "565025", "589002", "589750", "589772", "589794", "726412", "726530", "726950", "401435", "401376"]

garbage = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["NULL", "0", "-1", "1e9", "nan", "'", '"', ";--", "\0"])
)
digits = st.from_regex(r"[0-9]{6}", fullmatch=True)
codes = st.one_of(st.sampled_from(CODES), digits, st.sampled_from(CODES).map(lambda c: f" {c} "))
days = st.one_of(
    st.dates(min_value=date(2024, 6, 1), max_value=date(2027, 6, 1)),
    st.dates(),
).map(str)
years = st.integers(0, 150).map(str)
values: dict[str, st.SearchStrategy[Any]] = {
    "code": codes,
    "date": days,
    "birth_date": st.one_of(st.none(), days),
    "quantity": st.one_of(st.none(), st.integers(1, 999_999).map(str)),
    "age": st.one_of(st.none(), years),
    **{
        name: st.one_of(st.none(), st.sampled_from(fact.values))
        for name, fact in declared_facts().items()
        if not fact.counts_years
    },
}
sensible = st.fixed_dictionaries(values)
broken = st.fixed_dictionaries({name: st.one_of(value, garbage) for name, value in values.items()})
acts = st.lists(st.one_of(sensible, broken), min_size=1, max_size=40)


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in KNOWN_COLUMNS}
    return pa.table({"reference": pa.array(range(len(rows)), pa.int64()), **columns})


def answers(priced: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in priced.select(list(OUTPUT_COLUMNS)).to_pylist()]


@given(acts)
@settings(max_examples=examples(20), deadline=None)
def test_every_line_comes_back_once_in_order_with_an_outcome(rows: list[dict[str, Any]]) -> None:
    table = table_of(rows)
    priced = BOOK.price_table(table)
    assert priced.select(table.column_names).equals(table)
    for row in priced.to_pylist():
        assert row["outcome"] in list(Outcome)
        assert row["certainty"] in [None, *Certainty]
        assert (row["outcome"] == "invalid_input") == bool(row["invalid"])
        assert (row["outcome"] == "needs_information") == bool(row["needs"])
        assert (row["outcome"] in ("priced", "incomplete")) == (row["fee"] is not None)
        assert (row["total_fee"] is None) == (row["fee"] is None)
        if row["intervention"] is None:
            assert row["total_intervention"] is None


@given(acts, st.randoms(use_true_random=False))
@settings(max_examples=examples(7), deadline=None)
def test_neither_the_order_nor_the_other_lines_change_an_answer(rows: list[dict[str, Any]], chance: Any) -> None:
    whole = answers(BOOK.price_table(table_of(rows)))
    cut = chance.randint(0, len(rows))
    pieces = [piece for piece in (rows[:cut], rows[cut:]) if piece]
    assert [answer for piece in pieces for answer in answers(BOOK.price_table(table_of(piece)))] == whole
    order = chance.sample(range(len(rows)), len(rows))
    shuffled = answers(BOOK.price_table(table_of([rows[n] for n in order])))
    assert shuffled == [whole[n] for n in order]


@given(st.lists(sensible, min_size=1, max_size=15))
@settings(max_examples=examples(12), deadline=None)
def test_a_line_of_a_file_gets_the_answer_of_a_single_act(rows: list[dict[str, Any]]) -> None:
    for row, found in zip(rows, BOOK.price_table(table_of(rows)).to_pylist(), strict=True):
        facts = {name: row[name] for name in declared_facts()}
        try:
            price = BOOK.price(
                row["code"], row["date"], birth_date=row["birth_date"], quantity=int(row["quantity"] or 1), **facts
            )
        except InputError:
            assert found["outcome"] == "invalid_input"
            continue
        assert found["outcome"] == price.outcome
        assert found["certainty"] == price.certainty
        assert [found[name] for name in (*CENTS, *TOTALS)] == [getattr(price, name) for name in (*CENTS, *TOTALS)]
        assert found["needs"] == ",".join(price.needs)
        assert (found["circular"], found["line_id"]) == (price.circular, price.line_id)
        assert (found["basis"], found["intervention_kind"]) == (price.basis, price.intervention_kind)
        assert found["reason"] == price.reason_code
        if price.outcome is Outcome.INVALID_CODE:
            assert not is_code(row["code"].strip())


texts = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@given(rows=st.lists(st.tuples(texts, st.sampled_from(CODES) | texts, texts, days | texts), max_size=20))
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_passes_through_a_csv(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    path, out = tmp_path / "acts.csv", tmp_path / "out.csv"
    header = ["note", "code", "other note", "date"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    done = BOOK.price_file(path, out, overwrite=True)
    assert done.lines == len(rows)
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file, strict=True))
    assert [tuple(row[:4]) for row in found[1:]] == rows


def refusal(path: Path, out: Path) -> str | None:
    """The message that refuses a file, None when it was priced."""
    try:
        BOOK.price_file(path, out)
    except InputError as error:
        words = str(error)
    else:
        return None
    assert "Nothing was priced." in words or "cannot be written" in words
    return words


@given(content=st.binary(max_size=300))
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_any_bytes_are_priced_or_refused_in_words(suffix: str, content: bytes, tmp_path: Path) -> None:
    path, out = tmp_path / f"acts.{suffix}", tmp_path / "out.csv"
    path.write_bytes(content)
    out.unlink(missing_ok=True)
    refused = refusal(path, out)
    assert out.exists() == (refused is None)
    assert refused is None or path.name in refused


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_parquet_file_is_priced_or_refused_in_words(seed: int, tmp_path: Path) -> None:
    path, out = tmp_path / "acts.parquet", tmp_path / "out.csv"
    options = arrow_csv.ConvertOptions(column_types=dict.fromkeys(("code", "date", "birth_date"), pa.string()))
    parquet.write_table(arrow_csv.read_csv(REPOSITORY / "examples" / "acts.csv", convert_options=options), path)
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    for _ in range(chance.randint(1, 20)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content[: chance.randint(len(content) // 2, len(content))] if seed % 2 else bytes(content))
    refused = refusal(path, out)
    assert out.exists() == (refused is None)
