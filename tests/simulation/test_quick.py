"""What is computed quickly is what is computed plainly, for any acts and any measures."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyarrow import csv, parquet

import bareme
from bareme.circulars.model import Line, Measure
from bareme.circulars.sources import Figure, Source
from bareme.library.book import Book
from bareme.nomenclature.codes import Code
from bareme.simulation.effects import projected_line
from bareme.simulation.options import CostingOptions
from bareme.simulation.parts import Parts
from bareme.simulation.projecting import ProjectedLine
from bareme.simulation.volume_acts import read_acts

DAY = date(2025, 12, 31)
REGIMES = ("ordinary", "preferential")
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


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


INDEX = {"kind": "index", "rate": "2.72", "all": True}
MEASURES = st.sampled_from(
    [
        INDEX,
        {"kind": "index", "rate": "-3.333", "series": "doctors"},
        {"kind": "fee_by_rate", "rate": "-10", "codes": ["565014..589676"]},
        {"kind": "fee_by_rate", "rate": "7.5", "all": True, "except": ["565014", "726611..726633"]},
        {"kind": "fee_by_amount", "amount": "-0.37", "codes": ["565014-565025"]},
        {"kind": "fee_set", "amount": "400.00", "codes": ["565014-565025"]},
        {"kind": "fee_as", "as": "565493", "codes": ["565014-565025"]},
        {"kind": "share_rate", "rate": "12.5", "all": True, "regime": "ordinary"},
        {"kind": "full_cover", "codes": ["726611..726633"]},
    ]
)


def scenario_of(folder: Path, measures: Sequence[dict[str, Any]]) -> Path:
    """A scenario's file; a measure is called by its place."""
    lines = ['schema = "bareme/scenario/1"', "from = 2026-01-01", "[baseline]", "on = 2025-12-31"]
    for measure in measures:
        lines += ["[[measure]]", *(f"{name} = {json.dumps(value)}" for name, value in measure.items())]
    (folder / "scenario.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "scenario.toml"


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(MEASURES, min_size=1, max_size=3), seed=st.integers(0, 99))
def test_what_measures_add_is_what_scenarios_of_fewer_measures_differ_by(
    book: Book, tmp_path: Path, chosen: Sequence[dict[str, Any]], seed: int
) -> None:
    """Quick: each line after each measure once, its figures alone. Plain: a whole scenario for each measure."""
    measures = [{"id": f"m{number}", **measure} for number, measure in enumerate(chosen)]
    chance = random.Random(seed)
    codes = ("565014", "565025", "565493", "589676", "726611", "726622")
    rows = [f"{chance.choice(codes)},{chance.randrange(1, 999)},{chance.choice(REGIMES)},30" for _ in range(12)]
    (tmp_path / "volumes.csv").write_text("\n".join(["code,acts,regime,age", *rows]) + "\n", encoding="utf-8")
    costing = CostingOptions(volumes=str(tmp_path / "volumes.csv"))

    def rise(own: Sequence[dict[str, Any]]) -> Parts:
        found = book.simulate(scenario_of(tmp_path, own), costing=costing).budget
        assert found is not None
        return found.total.after - found.total.before

    budget = book.simulate(scenario_of(tmp_path, measures), costing=costing).budget
    assert budget is not None
    sums = [rise(measures[:number]) for number in range(len(measures) + 1)]
    assert [effect.in_order for effect in budget.measures] == [new - old for old, new in pairwise(sums)]
    assert [effect.alone for effect in budget.measures] == [rise([measure]) for measure in measures]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whom_ranges_name_is_what_a_look_at_every_code_gives(book: Book, tmp_path: Path, data: st.DataObject) -> None:
    lines = book.simulate(scenario_of(tmp_path, [])).projection.lines
    codes = st.sampled_from(sorted({code.digits for line in lines for code in line.listed.codes}))
    first, last = sorted((data.draw(codes), data.draw(codes)))
    one, out = data.draw(codes), sorted((data.draw(codes), data.draw(codes)))

    def is_meant(line: ProjectedLine) -> bool:
        own = [code.digits for code in line.listed.codes]
        inside = one in own or any(first <= code <= last for code in own)
        return inside and not any(out[0] <= code <= out[1] for code in own)

    wanted = [is_meant(line) for line in lines]
    assume(any(wanted))
    measure = {"id": "m", "kind": "index", "rate": "1", "codes": [f"{first}..{last}", one], "except": ["..".join(out)]}
    found = book.simulate(scenario_of(tmp_path, [measure])).projection.lines
    assert [bool(line.steps or line.meant) for line in found] == wanted


@given(
    fee=st.decimals(0, 99_999, places=2),
    rates=st.lists(st.decimals(-99, 100, places=3), min_size=1, max_size=4),
)
def test_rates_in_whole_numbers_are_those_of_fractions(fee: Decimal, rates: Sequence[Decimal]) -> None:
    source = Source("", "test")
    line = Line(Code("565014"), None, (), Figure(fee, source), (), None, None, None, (), source, {})
    measures = [Measure(kind="fee_by_rate", source=source, scope="all", rate=Figure(rate, source)) for rate in rates]
    product = Fraction(fee)
    for rate in rates:
        product *= 1 + Fraction(rate) / 100
    after = projected_line(line, measures).fee
    assert after is not None
    assert after.amount == Decimal(int(product * 100 + Fraction(1, 2))).scaleb(-2)
