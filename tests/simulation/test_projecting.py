"""Whom measures are for, their order, their days, and what stands beside the published tariffs; properties hold too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bareme.circulars.model import Measure
from bareme.circulars.sources import Figure, Source
from bareme.errors import InputError
from bareme.nomenclature.codes import Code
from bareme.pricing.view import View
from bareme.simulation.projecting import Projection, project
from bareme.simulation.scenario import SCOPES, Scenario, Step
from invented import CODES, Invented, amount, line, record
from projected import becomes, measure, of, projection_of, scenario_of, view_of

GENETICS = (
    "Convention entre le Comité de l'assurance et les centres de génétique humaine pour les prestations concernant des "
    "pathologies génétiques"
)
INDEX = {"kind": "index", "rate": "2.72"}

OF_SCOPES: dict[str, tuple[dict[str, Any] | None, set[str], set[str]]] = {
    "all": ({"all": True}, {"565014", "726611", "401376", "589750"}, {"589794"}),
    "series": ({"series": "doctors"}, {"565014", "589072", "589750"}, {"726611", "401376"}),
    "section": ({"section": "N.4"}, {"565353", "565493"}, {"565014", "589072", "726611"}),
    "convention": ({"convention": GENETICS}, {"589750", "589772"}, {"565014", "726611"}),
    "codes": ({"codes": ["565014", "565493-565504", "589013..589072"]}, {"565014", "565493", "589072"}, {"565132"}),
    "others": ({"others": True}, {"565132", "726611"}, {"565014"}),
    "key_letters": ({"key_letters": ["I"]}, {"589072", "589676"}, {"565014", "589750", "726611"}),
    "article": (None, set[str](), set[str]()),
}


@pytest.mark.parametrize("scope", [scope for scope, (keys, *_) in OF_SCOPES.items() if keys])
def test_each_scope(scope: str, tmp_path: Path) -> None:
    keys, inside, outside = OF_SCOPES[scope]
    assert keys is not None
    more = [measure(kind="fee_by_rate", rate="0", codes=["565014"])] if scope == "others" else []
    projection = projection_of(tmp_path, measure(**INDEX, **keys), *more)
    assert inside <= projection.codes
    assert not outside & projection.codes


def test_every_scope_is_tested() -> None:
    assert set(OF_SCOPES) == set(SCOPES)


def test_a_series_is_named_by_its_profession_a_part_of_its_id_or_the_whole(tmp_path: Path) -> None:
    names = ("doctors", "doctors/medical-acts", "doctors/medical-acts/7")
    found = [projection_of(tmp_path, measure(**INDEX, series=name)).codes for name in names]
    assert found[0] == found[1] == found[2]
    with pytest.raises(InputError, match="no line in force"):
        projection_of(tmp_path, measure(**INDEX, series="doctors/medical"))


def test_an_article_is_told_by_titles_alone(tmp_path: Path) -> None:
    """Where no title names one it is not known whether a measure is for the line: it is left, and that is said."""
    named = line(CODES[0], None, "10.00", amount("10.00", "0.00"), section="1")
    named["section"] = {"number": "1", "title": "Article 17 bis"}
    unnamed = line(CODES[2], None, "10.00", amount("10.00", "0.00"), section="2")
    book = record(tmp_path / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", (named, unnamed))])
    projection = projection_of(tmp_path, measure(id="a", kind="index", rate="10", article="17bis"), book=book)
    assert [becomes(projection, code) for code in (CODES[0], CODES[2])] == ["11.00 11.00+0.00", "10.00 10.00+0.00"]
    assert [of(projection, code).unsure for code in (CODES[0], CODES[2])] == [(), ("a",)]
    with pytest.raises(InputError, match="no title above 1 line in force on 2026-12-31 names an article"):
        projection_of(tmp_path, measure(kind="index", rate="10", article="25"), book=book)


@pytest.mark.parametrize(
    ("keys", "outside"),
    [
        ({"all": True, "excepted": ["565014"]}, {"565014"}),
        ({"all": True, "excepted": ["565014-565025", "565132"]}, {"565014", "565132"}),
        ({"all": True, "excepted": ["565014..565132"]}, {"565014", "565073", "565132"}),
        ({"all": True, "excepted": ["N.1"]}, {"565014", "565132"}),
        ({"all": True, "excepted": ["doctors"]}, {"565014", "589750"}),
        ({"all": True, "excepted": [GENETICS]}, {"589750", "589772"}),
        ({"series": "doctors/medical-acts/7", "excepted": ["N.1", "589013"]}, {"565014", "589013"}),
        ({"codes": ["565014..565132"], "excepted": ["565073"]}, {"565073"}),
        ({"others": True, "excepted": ["565014", "N.2"]}, {"565014", "565191"}),
        ({"all": True, "except_key_letters": ["B"]}, {"565014", "565493"}),
        ({"series": "doctors", "except_key_letters": ["I=0.967687", "B"]}, {"565014", "589072"}),
    ],
)
def test_what_a_measure_leaves_out(keys: dict[str, object], outside: set[str], tmp_path: Path) -> None:
    projection = projection_of(tmp_path, measure(**INDEX, **keys))
    assert projection.changed
    assert not outside & projection.codes


def test_ranges_and_pairs(tmp_path: Path) -> None:
    """A pair is the two codes of one act, a range all from one to the other."""
    pair = projection_of(tmp_path, measure(**INDEX, codes=["565014-565025"]))
    two = projection_of(tmp_path, measure(**INDEX, codes=["565014", "565132"]))
    between = projection_of(tmp_path, measure(**INDEX, codes=["565014..565132"]))
    assert pair.codes == {"565014", "565025"}
    assert two.codes == {"565014", "565025", "565132", "565143"}
    assert two.codes < between.codes
    assert all("565014" <= code <= "565143" for code in between.codes)


def test_a_share_does_not_take_an_act_from_the_others(tmp_path: Path) -> None:
    """An index of the others gives way to measures that move fees; a share, or an end elsewhere, moves none."""
    others = measure(kind="index", rate="2.72", others=True)
    shares = measure(kind="full_cover", codes=["565014"])
    assert becomes(projection_of(tmp_path, others, shares), "565014").startswith("1.326872 383.47 383.47+0.00 383.47+0")


# Order


def test_the_fee_of_another_act_before_and_after_an_index(tmp_path: Path) -> None:
    """565132 is B 180. Before: 373,31 / 180 = 2,073944..., x 1,0272 = 2,130355..., x 180 = 383,4639: 383,46.

    After: the fee of 565014 is 383,47 by then, and so is this one: a cent more.
    """
    index, same = measure(kind="index", rate="2.72", all=True), measure(kind="fee_as", as_="565014", codes=["565132"])
    before, after = projection_of(tmp_path, same, index), projection_of(tmp_path, index, same)
    assert becomes(before, "565132").startswith("2.130355 383.46 383.46+0.00 374.78+8.68")
    # 383,47 / 180 = 2,130388...
    assert becomes(after, "565132").startswith("2.130389 383.47 383.47+0.00 374.79+8.68")


def test_the_fee_of_an_act_that_takes_the_fee_of_another(tmp_path: Path) -> None:
    """A chain is followed in the order of the file; acts that name one another are no ring, for order decides."""
    chain = [
        measure(kind="fee_set", amount="100", codes=["565132"]),
        measure(kind="fee_as", as_="565132", codes=["565014"]),
        measure(kind="fee_as", as_="565014", codes=["565073"]),
    ]
    assert becomes(projection_of(tmp_path, *chain), "565073").split()[1] == "100.00"
    assert becomes(projection_of(tmp_path, chain[0], chain[2], chain[1]), "565073").split()[1] == "373.31"
    swap = [
        measure(kind="fee_as", as_="565132", codes=["565014"]),
        measure(kind="fee_as", as_="565014", codes=["565132"]),
    ]
    assert [becomes(projection_of(tmp_path, *swap), code).split()[1] for code in ("565014", "565132")] == ["232.51"] * 2


def test_a_frozen_line_stays_whatever_stands_before_or_after(tmp_path: Path) -> None:
    """Its figures may be taken by another act, and they are the published ones."""
    steps = [
        measure(id="i", kind="index", rate="2.72", all=True),
        measure(id="f", kind="freeze", codes=["565014"]),
        measure(id="a", kind="fee_as", as_="565014", codes=["565132"]),
    ]
    for order in permutations(steps):
        projection = projection_of(tmp_path, *order)
        frozen = of(projection, "565014")
        assert (frozen.is_changed, frozen.kept, frozen.meant) == (False, "frozen", ("i",))
    assert becomes(projection_of(tmp_path, *steps), "565132").split()[1] == "373.31"


def test_an_index_then_a_cut_then_a_level(tmp_path: Path) -> None:
    """Letter values are multiplied exactly and rounded once: 0,967687 x 1,0272 x 0,9 = 0,894607...; x 400 = 357,84."""
    cut = measure(kind="letter_value_by_rate", rate="-10", codes=["589072"])
    index = measure(kind="index", rate="2.72", all=True)
    for order in permutations([cut, index]):
        assert becomes(projection_of(tmp_path, *order), "589072").startswith("0.894607 357.84 357.84+0.00")


# Days


def test_a_measure_of_july_is_not_there_in_january(tmp_path: Path) -> None:
    """Two projected circulars: all lines indexed from January, the cut from July; the annual view has both."""
    projection = projection_of(
        tmp_path,
        measure(kind="index", rate="2.72", series="doctors"),
        measure(kind="fee_set", amount="400", codes=["565014"], begins=date(2027, 7, 1)),
    )
    first, second = projection.circulars
    assert (first.circular.number, first.circular.effective_on) == ("projected:s", date(2027, 1, 1))
    assert (second.circular.number, second.circular.effective_on) == ("projected:s/2", date(2027, 7, 1))
    assert becomes(projection, "565014").split()[1] == "400.00"
    found = [
        (str(t.period.start), t.publication.number, str(t.publication.lines_of["565014"][0].fee.amount))
        for t in projection.overlay.tenures["565014"]
        if t.publication.lines_of["565014"][0].fee is not None
    ]
    assert found == [
        ("2025-01-01", "2024/382", "363.43"),
        ("2026-01-01", "2025/336", "373.31"),
        ("2027-01-01", "projected:s", "383.47"),
        ("2027-07-01", "projected:s/2", "400.00"),
    ]
    # A line that only the index changes has the same figures all year.
    assert [t.publication.number for t in projection.overlay.tenures["565132"]][-1] == "projected:s/2"


def test_months_of_the_first_year(tmp_path: Path) -> None:
    scenario = scenario_of(
        tmp_path,
        measure(id="a", kind="index", rate="1", all=True),
        measure(id="b", kind="index", rate="1", all=True, begins=date(2027, 7, 1)),
        measure(id="c", kind="index", rate="1", all=True, begins=date(2028, 1, 1)),
    )
    assert scenario.months == {"a": 12, "b": 6, "c": 0}


def test_rows_of_the_price_table_are_projected(tmp_path: Path) -> None:
    """The published rows of the code stand beside them, as they were."""
    rows = projection_of(tmp_path, measure(**INDEX, codes=["565014"])).prices().columns
    found = {
        (circular, certainty)
        for code, circular, certainty in zip(rows["code"], rows["circular"], rows["certainty"], strict=True)
        if code == "565014" and circular is not None
    }
    assert {("2025/336", "published"), ("projected:s", "projected")} <= found
    assert ("projected:s", "published") not in found


# What is not a plain circular


def test_codes_of_a_corrigendum_and_of_the_circular_that_it_corrects(tmp_path: Path) -> None:
    """The corrigendum holds the ambulatory code, the circular the hospital one; each code stands once afterwards."""
    whole = line(CODES[0], CODES[1], "10.00", amount("10.00", "0.00"))
    better = line(CODES[0], None, "20.00", amount("20.00", "0.00"))
    book = record(
        tmp_path / "b.sqlite",
        [
            Invented("2026/1", "2025-12-01", "2026-01-01", (whole,)),
            Invented("2026/2", "2026-01-10", "2026-02-01", (better,), kind="corrigendum"),
        ],
    )
    both = projection_of(tmp_path, measure(kind="index", rate="10", all=True), book=book)
    assert [becomes(both, code) for code in CODES[:2]] == ["22.00 22.00+0.00", "11.00 11.00+0.00"]
    [circular] = both.circulars
    assert sorted(code.digits for one in circular.lines for code in one.codes) == sorted(CODES[:2])
    one = projection_of(tmp_path, measure(kind="index", rate="10", codes=[CODES[0]]), book=book)
    assert [becomes(one, code).split()[0] for code in CODES[:2]] == ["22.00", "10.00"]
    assert set(one.prices().columns["outcome"]) >= {"priced"}


def test_a_line_in_doubt_is_left_and_stays_in_doubt(tmp_path: Path) -> None:
    lines = tuple(line(code, None, "10.00", amount("10.00", "0.00")) for code in CODES[:3:2])
    book = record(
        tmp_path / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", lines, doubtful=frozenset({1}))]
    )
    projection = projection_of(tmp_path, measure(id="i", kind="index", rate="10", all=True), book=book)
    doubtful = of(projection, CODES[2])
    assert (doubtful.is_changed, doubtful.kept, doubtful.meant) == (False, "in_doubt", ("i",))
    [tenure] = [t for t in projection.overlay.tenures[CODES[2]] if t.publication.entry.kind == "projected"]
    assert tenure.publication.doubtful == {(1, 2)}
    with pytest.raises(InputError, match=f"the line of {CODES[2]} is in doubt"):
        projection_of(tmp_path, measure(kind="fee_as", as_=CODES[2], codes=[CODES[0]]), book=book)


def test_an_act_with_two_fees_gives_none_to_another(tmp_path: Path) -> None:
    """A code of two sections, at 10,00 and 20,00: neither is the last word."""
    lines = [
        line(CODES[0], None, fee, amount(fee, "0.00"), section=section)
        for fee, section in (("10.00", "1"), ("20.00", "2"))
    ]
    other = line(CODES[2], None, "5.00", amount("5.00", "0.00"), section="3")
    book = record(tmp_path / "b.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", (*lines, other))])
    with pytest.raises(InputError, match=f"{CODES[0]} stands on 2 lines with different fees"):
        projection_of(tmp_path, measure(kind="fee_as", as_=CODES[0], codes=[CODES[2]]), book=book)


def test_an_ended_line_is_not_in_the_projected_circular(tmp_path: Path) -> None:
    projection = projection_of(tmp_path, measure(kind="ended", codes=["565014-565025"]))
    ended = of(projection, "565014")
    assert (ended.ends, ended.is_changed, ended.after) == (True, True, ended.listed.line)
    [circular] = projection.circulars
    assert len(circular.lines) == 76
    assert "565014" not in {code.digits for one in circular.lines for code in one.codes}
    assert projection.overlay.tenures["565014"][-1].period.end == date(2027, 1, 1)


def test_published_tariffs_stay_as_they_are(tmp_path: Path) -> None:
    view = view_of()
    before = view.timeline
    projection = project(scenario_of(tmp_path, measure(**INDEX, all=True)), view)
    assert projection.overlay is not before
    assert view.timeline is before
    assert len(projection.overlay.publications) == len(before.publications) + 3
    kept = {t.publication.number: t.period.end for t in before.tenures["565014"]}
    assert kept == {"2024/382": date(2026, 1, 1), "2025/336": None}


# Properties

RATES = st.decimals(min_value=Decimal("-50"), max_value=Decimal("50"), places=2)
NOWHERE = Source("0" * 64, "s.toml", line=1)


@cache
def shipped() -> View:
    return view_of()


def index(name: str, rate: Decimal, **scope: object) -> Step:
    made = Measure("index", NOWHERE, rate=Figure(rate, NOWHERE), **scope)  # type: ignore[arg-type]
    return Step(name, name, made, date(2027, 1, 1))


def at_work(*steps: Step) -> Projection:
    scenario = Scenario("s", "s", None, None, date(2027, 1, 1), date(2026, 12, 31), None, (), steps, "0" * 64)
    return project(scenario, shipped())


def figures(projection: Projection) -> list[object]:
    """Every figure of every line, without where it comes from."""
    return [
        (
            one.listed.line_id,
            [term.value and term.value.amount for term in one.after.terms],
            one.after.fee and one.after.fee.amount,
            [
                (a.intervention and a.intervention.amount, a.patient_share and a.patient_share.amount)
                for a in one.after.amounts
            ],
        )
        for one in projection.lines
    ]


def test_the_empty_scenario_changes_nothing() -> None:
    projection = at_work()
    assert projection.changed == ()
    assert projection.circulars == ()
    assert projection.codes == frozenset()
    assert all(one.after is one.listed.line for one in projection.lines)
    assert projection.overlay.tenures == shipped().timeline.tenures


def test_a_rate_of_nothing_changes_nothing() -> None:
    projection = at_work(index("a", Decimal(0)), index("b", Decimal("0.00"), scope="series", named="doctors"))
    assert projection.changed == ()
    assert all(one.after is one.listed.line for one in projection.lines)


@settings(max_examples=15, deadline=None)
@given(RATES)
def test_an_index_then_one_of_nothing_is_the_index(rate: Decimal) -> None:
    assert figures(at_work(index("a", rate), index("b", Decimal(0)))) == figures(at_work(index("a", rate)))


@settings(max_examples=15, deadline=None)
@given(st.lists(RATES, min_size=3, max_size=3), st.permutations([0, 1, 2]))
def test_measures_on_different_lines_may_stand_in_any_order(rates: list[Decimal], order: list[int]) -> None:
    scopes: list[dict[str, Any]] = [
        {"scope": "section", "named": "N.1"},
        {"scope": "series", "named": "mental-health"},
        {"scope": "codes", "codes": ((Code("589072"),), (Code("589750"),))},
    ]
    steps = [index(str(n), rate, **scope) for n, (rate, scope) in enumerate(zip(rates, scopes, strict=True))]
    assert figures(at_work(*steps)) == figures(at_work(*(steps[n] for n in order)))


@settings(max_examples=15, deadline=None)
@given(RATES)
def test_what_adds_up_adds_up_afterwards(rate: Decimal) -> None:
    """Fee = intervention + share, with the share as it was, in every act where it was so before."""
    for one in at_work(index("a", rate)).lines:
        for old, new in zip(one.listed.line.amounts, one.after.amounts, strict=True):
            if old.patient_share is None or old.intervention is None or old.basis.value == "session":
                continue
            assert new.patient_share == old.patient_share
            assert one.after.fee is not None
            assert new.intervention is not None
            assert new.patient_share is not None
            assert one.after.fee.amount == new.intervention.amount + new.patient_share.amount


@settings(max_examples=10, deadline=None)
@given(RATES, st.sampled_from(["565014", "589072", "726950", "401376"]))
def test_a_scenario_on_one_code_is_that_on_all_seen_there(rate: Decimal, code: str) -> None:
    everywhere = {one.listed.line_id: one for one in at_work(index("a", rate)).lines}
    alone = at_work(index("a", rate, scope="codes", codes=((Code(code),),)))
    for one in alone.lines:
        mine = code in [held.digits for held in one.listed.codes]
        assert one.after == (everywhere[one.listed.line_id].after if mine else one.listed.line)


def test_a_scenario_with_some_of_its_measures() -> None:
    steps = index("a", Decimal(1)), index("b", Decimal(2))
    whole = at_work(*steps).scenario
    assert whole.only(steps[:1]) == replace(whole, steps=steps[:1])
