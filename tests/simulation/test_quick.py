"""What is computed quickly is what is computed plainly, for any acts and any measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import csv, parquet

import bareme
from bareme.library.book import Book
from bareme.simulation.volume_acts import read_acts

DAY = date(2025, 12, 31)
ACTS = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["565014", "726611", " 726611", "565015", "", "x", None]),
        "date": st.sampled_from([date(2025, 3, 1), date(1, 1, 1), date(9999, 12, 31), None]),
        "regime": st.sampled_from(["ordinary", "preferential", "other", " ", None]),
        "age": st.sampled_from([0, 17, 18, 24, 130, -1, None]),
        "quantity": st.sampled_from([1, 2, 3, 0, -1, 1_000_000, None]),
    }
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "book.sqlite")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=40), left=st.sets(st.sampled_from(["regime", "age", "quantity"])))
def test_acts_put_together_count_like_acts_one_by_one(
    book: Book, tmp_path: Path, acts: Sequence[dict[str, Any]], left: set[str]
) -> None:
    """Of Parquet acts that are alike are put together first; acts of CSV are read one by one."""
    kinds = {"code": pa.string(), "date": pa.date32(), "regime": pa.string(), "age": pa.int64(), "quantity": pa.int64()}
    columns = {name: pa.array([act[name] for act in acts], kind) for name, kind in kinds.items() if name not in left}
    table = pa.table(columns)
    parquet.write_table(table, tmp_path / "acts.parquet")
    csv.write_csv(table, tmp_path / "acts.csv")
    engine = book._view(None, None).engine()
    together, single = (read_acts(str(tmp_path / name), engine, DAY) for name in ("acts.parquet", "acts.csv"))
    assert Counter(together.counted) == Counter(single.counted)
