"""What scenarios cost: against a plain loop over acts, `book.price`, and projected amounts written out by hand."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import bareme
from bareme import Book
from bareme.errors import InputError
from bareme.simulation.budget import GROUPINGS
from bareme.simulation.options import CostingOptions
from bareme.simulation.parts import NOTHING
from costed import BASKETS, SCENARIO, budget, euro, table, written
from running import bareme_here, same_as_golden

GOLDEN = Path(__file__).parent / "golden"
# Worked by hand. 565014: B 289, 1,257532 x 1,0272 = 1,291737, 373,31; the share of 8,68 stays. 589676: I 400,
# 0,942063 x 1,0272 x 0,9 = 0,870918, 348,37. 589551: 3.012,37 - 400 (the fee after the index). 726935 at 24 or older:
# 89,59 x 1,0272 = 92,03 with the shares of 4,00 and 11,00.
PROJECTED = {
    ("565014", "ordinary"): ("373.31", "364.63", "8.68"),
    ("565014", "preferential"): ("373.31", "373.31", "0.00"),
    ("565025", "ordinary"): ("373.31", "373.31", "0.00"),
    ("589676", "ordinary"): ("348.37", "348.37", "0.00"),
    ("589551", "preferential"): ("2612.37", "2612.37", "0.00"),
    ("726611", "ordinary"): ("92.03", "81.03", "11.00"),
    ("726611", "preferential"): ("92.03", "88.03", "4.00"),
}
AGES = {"726611": 40}
ON = date(2025, 12, 31)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The shipped book."""
    return bareme.open_book(tmp_path_factory.mktemp("books") / "book.sqlite")


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """The scenario's file."""
    return written(tmp_path / "negotiation.toml", SCENARIO)


def by_loop(book: Book, acts: Sequence[tuple[str, str]]) -> tuple[list[Decimal], list[Decimal]]:
    """Fee, intervention and share of acts before and after, act by act."""
    before, after = [Decimal(0)] * 3, [Decimal(0)] * 3
    prices = {}
    for code, regime in acts:
        if (code, regime) not in prices:
            prices[code, regime] = book.price(code, on=ON, regime=regime, age=AGES.get(code))
        price = prices[code, regime]
        assert price.fee is not None
        assert price.intervention is not None
        assert price.patient_share is not None
        for place, amount in enumerate((price.fee, price.intervention, price.patient_share)):
            before[place] += amount
            after[place] += Decimal(PROJECTED[code, regime][place])
    return before, after


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(sorted(PROJECTED)), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_sums_are_those_of_a_loop_over_acts(book: Book, acts: list[tuple[str, str]], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [f"{code},1,{regime},{AGES.get(code, '')}" for code, regime in acts]
        chance.shuffle(rows)
        found = budget(book, written(folder / "s.toml", SCENARIO), table(folder, *rows))
    before, after = by_loop(book, acts)
    assert list(euro(found.total.before)) == before
    assert list(euro(found.total.after)) == after
    assert found.acts == len(acts)
    change = found.total.after - found.total.before
    assert sum((measure.in_order for measure in found.measures), NOTHING) == change
    assert sum((measure.alone for measure in found.measures), NOTHING) + found.interaction == change
    assert sum((measure.in_year for measure in found.measures), NOTHING) == found.total.in_year
    for name in GROUPINGS:
        assert sum((group.change.before for group in found.groups[name]), NOTHING) == found.total.before, name
        assert sum((group.change.after for group in found.groups[name]), NOTHING) == found.total.after, name
        assert sum(group.acts for group in found.groups[name]) == found.acts


def test_measures_in_order_alone_and_together(book: Book, scenario: Path, tmp_path: Path) -> None:
    """
    200 x 589676 at 376,83: the index alone gives 387,07 (+10,24), the cut alone 0,847857 x 400 = 339,14 (-37,69);
    both give 348,37, so the cut adds -38,70 in its place, and the interaction is -1,01, each 200 times.
    """
    found = budget(book, scenario, table(tmp_path, "589676,200,ordinary,"))
    index, cut, lower = found.measures
    assert (index.in_order.fee, index.alone.fee) == (2048_00, 2048_00)
    assert (cut.in_order.fee, cut.alone.fee) == (-7740_00, -7538_00)
    assert (lower.in_order, lower.alone) == (NOTHING, NOTHING)
    assert found.interaction.fee == -202_00


def test_in_the_first_year_a_measure_counts_from_the_month_of_its_start(
    book: Book, scenario: Path, tmp_path: Path
) -> None:
    """One act of 589676: the cut holds for 7 months, -38,70 x 7/12 = -22,575, rounded away from zero."""
    found = budget(book, scenario, table(tmp_path, "589676,1,ordinary,"))
    assert [measure.months for measure in found.measures] == [12, 7, 12]
    assert found.measures[1].in_year.fee == -22_58
    assert found.total.in_year.fee == 10_24 - 22_58
    assert found.groups["code"][0].change.in_year == found.total.in_year


LATER_STANDS_FIRST = """schema = "bareme/scenario/1"
from = 2026-01-01
[baseline]
on = 2025-12-31
[[measure]]
id = "index"
kind = "index"
rate = "2.72"
all = true
from = 2026-07-01
[[measure]]
id = "set"
kind = "fee_set"
amount = "400"
codes = ["565014-565025"]
"""


def test_in_the_first_year_a_measure_is_without_those_before_it_that_have_not_begun(book: Book, tmp_path: Path) -> None:
    """The fee is 400,00 the whole year: 36,57 more than 363,43. Of it the index has 9,88, from July."""
    scenario = written(tmp_path / "later.toml", LATER_STANDS_FIRST)
    found = budget(book, scenario, volumes=table(tmp_path, "565014,12,ordinary,", "565025,1,ordinary,"))
    assert [measure.in_order.fee for measure in found.measures] == [13 * 9_88, 13 * 26_69]
    rest = 13 * 36_57 - 13 * 9_88 // 2
    assert [measure.in_year.fee for measure in found.measures] == [13 * 9_88 // 2, rest]
    assert found.total.in_year.fee == found.total.after.fee - found.total.before.fee == 13 * 36_57
    assert [group.change.in_year.fee for group in found.groups["code"]] == [12 * 36_57, 36_57]


def test_an_envelope_is_what_may_be_spent_more(book: Book, scenario: Path, tmp_path: Path) -> None:
    """1.000 acts of 565014 at +9,88 spend 9.880 of the insurance's 10.000."""
    found = budget(book, scenario, table(tmp_path, "565014,1000,ordinary,"), envelope="10000", vary="12.5")
    assert found.envelope is not None
    assert (found.envelope.spent, found.envelope.amount - found.envelope.spent) == (9880_00, 120_00)
    everything, series = found.variations
    assert (everything.series, series.series) == (None, "doctors/medical-acts/7")
    assert (series.lower.fee, series.change.fee, series.higher.fee) == (8645_00, 9880_00, 11115_00)


def test_groups(book: Book, scenario: Path, tmp_path: Path) -> None:
    rows = ("565014,3,ordinary,", "589676,2,ordinary,", "726611,1,ordinary,40")
    groups = budget(book, scenario, table(tmp_path, *rows)).groups
    assert {group.key: group.acts for group in groups["letter"]} == {"B": 3, "I": 2, None: 1}
    assert {group.key: group.acts for group in groups["section"]} == {"N.1": 3, "O": 2, "1.2.1": 1}
    assert {group.key: group.acts for group in groups["code"]} == {"565014": 3, "589676": 2, "726611": 1}
    assert sorted(group.key or "" for group in groups["provider"])[0] == "doctors"


def test_what_is_not_published_stays_so_and_is_counted(book: Book, scenario: Path, tmp_path: Path) -> None:
    """2024/382 does not publish the ordinary intervention of 589002; its fee is 1.676,97, and 1.722,58 after."""
    found = budget(book, scenario, table(tmp_path, "589002,10,ordinary,"))
    assert euro(found.total.before) == (Decimal("16769.70"), Decimal(0), Decimal(0))
    assert euro(found.total.after) == (Decimal("17225.80"), Decimal(0), Decimal(0))
    gaps = [(gap.part, gap.why, gap.acts, gap.fee) for gap in found.gaps]
    assert gaps == [("intervention", "not_published", 10, 1676970), ("patient_share", "not_published", 10, 1676970)]


def test_theoretical_interventions_are_never_summed(book: Book, scenario: Path, tmp_path: Path) -> None:
    found = budget(book, scenario, table(tmp_path, "726655,4,,20"))
    assert found.total.before.intervention == found.total.after.intervention == 0
    assert [(gap.part, gap.why, gap.acts) for gap in found.gaps] == [("intervention", "theoretical", 4)]


def test_facts_that_decide_only_after_the_scenario_are_needed(book: Book, tmp_path: Path) -> None:
    """In hospital both regimes pay nothing; a share for one of them makes the regime decide."""
    text = SCENARIO[: SCENARIO.index("[[measure]]")]
    text += (
        '[[measure]]\nid = "share"\nkind = "share_rate"\nrate = "5"\nregime = "ordinary"\ncodes = ["565014-565025"]\n'
    )
    path = written(tmp_path / "s.toml", text)
    found = budget(book, path, table(tmp_path, "565025,7,,", "565025,2,ordinary,"))
    assert found.acts_refused == {"needs_information": 7}
    assert [one.because for one in found.refused] == ["after_the_scenario"]
    assert found.total.after.patient_share == 2 * 18_17  # 363,43 x 5 % = 18,1715, cut


def test_rows_that_cannot_be_used_are_left_out_with_file_and_line(book: Book, scenario: Path, tmp_path: Path) -> None:
    rows = (
        "565014,5,ordinary,",
        "565015,5,ordinary,",
        "565014,-3,ordinary,",
        "565014,2.5,ordinary,",
        "565014,1.000,ordinary,",
        "565014,many,ordinary,",
        "565014,1,rich,",
        "565014,1,ordinary,200",
        "111112,4,ordinary,",
        "565014,9,,",
    )
    found = budget(book, scenario, table(tmp_path, *rows))
    assert found.acts == 5
    said = [(finding.check, finding.source.line) for finding in found.findings]
    assert said == [
        ("volume_code", 3),
        ("volume_negative", 4),
        ("volume_fraction", 5),
        ("volume_fraction", 6),
        ("volume_acts", 7),
        ("volume_fact", 8),
        ("volume_age", 9),
        ("volume_without_tariff", 10),
        ("volume_without_tariff", 11),
    ]
    assert found.acts_refused == {"needs_information": 9, "unknown_code": 4}
    assert all(f"volumes.csv, line {finding.source.line}" in finding.message for finding in found.findings)
    unusable_rows = found.unusable.rows
    assert [(row.file, row.line) for row in unusable_rows] == [
        ("volumes.csv", finding.source.line) for finding in found.findings
    ]
    assert [(row.code, row.why) for row in unusable_rows[-2:]] == [
        ("111112", "unknown code"),
        ("565014", "needs information (regime)"),
    ]


def test_a_band_of_ages_is_used_where_one_amount_holds_in_it(book: Book, scenario: Path, tmp_path: Path) -> None:
    head = "code;acts;regime;age_from;age_to"
    rows = ("726611;2;ordinary;24;", "726611;3;ordinary;0;24", "726611;4;ordinary;20;30", "565014;5;ordinary;0;99")
    found = budget(book, scenario, table(tmp_path, *rows, head=head))
    assert found.acts == 10
    assert [(one.because, one.acts) for one in found.refused] == [("age", 4)]
    assert found.total.before.patient_share == 2 * 11_00 + 5 * 8_68


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("code,act", "did you mean"),
        ("code,regime", "no column 'acts'"),
        ("code,acts,Regime", 'did you mean "regime"'),
        ("code,acts,acts", "twice"),
    ],
)
def test_tables_whose_columns_cannot_be_used(book: Book, scenario: Path, tmp_path: Path, head: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        budget(book, scenario, table(tmp_path, "565014,1", head=head))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"volumes": "a.csv", "acts": "b.csv"}, "not both"),
        ({"envelope": "5"}, "need volumes"),
        ({"volumes": "a.csv", "part": "doctor"}, "none of fee"),
    ],
)
def test_options_that_do_not_go_together(options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        CostingOptions(**options)


@pytest.mark.parametrize("vary", ["0", "-5", "101", "ten", "1e3"])
def test_a_percentage_that_is_none(book: Book, scenario: Path, tmp_path: Path, vary: str) -> None:
    with pytest.raises(InputError, match="vary"):
        budget(book, scenario, table(tmp_path, "565014,1,ordinary,"), vary=vary)


def test_acts_are_counted_by_code_facts_and_age_on_their_day(book: Book, scenario: Path, tmp_path: Path) -> None:
    """A patient born on 2001-05-06 is 23 on 2025-05-05, and 24 the day after; quantities are summed."""
    columns = {
        "code": ["726611", "726611", "565014", "565014", "565014", "565014", "565014", "999999"],
        "date": [date(2025, 5, 5), date(2025, 5, 6), *[date(2025, 3, 1)] * 5, date(2025, 3, 1)],
        "birth_date": [date(2001, 5, 6)] * 2 + [None] * 6,
        "regime": ["ordinary"] * 5 + [None, "poor", "ordinary"],
        "quantity": [1, 1, 2, 3, -1, 7, 1, 1],
    }
    parquet.write_table(pa.table(columns), tmp_path / "acts.parquet")
    rows = [[str(value) if value is not None else "" for value in row] for row in zip(*columns.values(), strict=True)]
    text = "\n".join([",".join(columns), *map(",".join, rows)]) + "\n"
    for path in (tmp_path / "acts.parquet", written(tmp_path / "acts.csv", text)):
        found = book.simulate(scenario, costing=CostingOptions(acts=str(path))).budget
        assert found is not None
        # 565014 five times; the older patient pays 11,00, the younger nothing.
        assert found.acts == 7
        assert found.total.before.patient_share == 5 * 8_68 + 11_00
        assert found.total.before.fee == 5 * 363_43 + 2 * 89_59
        assert found.acts_refused == {"needs_information": 7, "invalid_input": 2, "invalid_code": 1}
        assert {(one.code, one.because) for one in found.refused if one.outcome == "invalid_input"} == {
            ("565014", "quantity"),
            ("565014", "regime"),
        }
        # Of CSV the header is line 1; of Parquet the first row is 1.
        head = path.suffix == ".csv"
        assert [(row.file, row.line - head, row.code, row.why) for row in found.unusable.rows] == [
            (path.name, 5, "565014", "invalid input (quantity)"),
            (path.name, 6, "565014", "needs information (regime)"),
            (path.name, 7, "565014", "invalid input (regime)"),
            (path.name, 8, "999999", "invalid code"),
        ]
        assert found.unusable.complete


@pytest.mark.parametrize("kind", [".csv", ".csv.gz", ".parquet"])
def test_many_acts_give_what_a_table_of_their_counts_gives(
    book: Book, scenario: Path, tmp_path: Path, kind: str
) -> None:
    chance = random.Random(5)
    acts = [chance.choice(sorted(PROJECTED)) for _ in range(700)]
    columns = {
        "code": [code for code, _ in acts],
        "date": [date(2025, 1 + number % 12, 3) for number in range(len(acts))],
        "regime": [regime for _, regime in acts],
        "age": [AGES.get(code, 30) for code, _ in acts],
    }
    import pyarrow.csv as pc

    folder = tmp_path / "acts"
    folder.mkdir()
    for part in range(2):
        found = pa.table(columns).slice(part * 350, 350)
        if kind == ".parquet":
            parquet.write_table(found, folder / f"{part}.parquet")
        else:
            with pa.output_stream(folder / f"{part}{kind}", compression="gzip" if kind == ".csv.gz" else None) as out:
                pc.write_csv(found, out)
    got = book.simulate(scenario, costing=CostingOptions(acts=str(folder))).budget
    assert got is not None
    before, after = by_loop(book, acts)
    assert (list(euro(got.total.before)), list(euro(got.total.after))) == (before, after)


def test_a_budget_for_people(scenario: Path, tmp_path: Path) -> None:
    rows = (
        "565014,1000,ordinary,",
        "589676,200,ordinary,",
        "726611,50,preferential,40",
        "589002,10,ordinary,",
        "565014,9,,",
    )
    table(tmp_path, *rows)
    written(tmp_path / "centre.csv", "code,acts,regime\n565014,100,preferential\n")
    written(tmp_path / "baskets.toml", BASKETS)
    options = ["--volumes", "volumes.csv", "--envelope", "5000", "--vary", "10", "--baskets", "baskets.toml"]
    ran = bareme_here("simulate", scenario, *options, book=tmp_path / "book.sqlite")
    assert ran.code == 0, ran.err
    same_as_golden(ran.out[ran.out.index("Budget of a year") :], GOLDEN / "budget.txt")


def test_findings_of_rows_give_exit_code_1(scenario: Path, tmp_path: Path) -> None:
    table(tmp_path, "565014,-1,ordinary,", "565014,1,ordinary,")
    ran = bareme_here("simulate", scenario, "--volumes", "volumes.csv", "--json", book=tmp_path / "book.sqlite")
    assert ran.code == 1
    assert ran.json("simulate-1")["budget"]["acts"] == 1
