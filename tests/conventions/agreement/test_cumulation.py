"""Rules of cumulation: which act excludes which. 6.5 and 6.6 hold neither code nor number: every rule is invented."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import bareme
from bareme.conventions.agreement.cumulation import (
    CumulatedAct,
    CumulationRule,
    Keeps,
    Kind,
    Per,
    Ruled,
    Within,
    cumulation,
)
from bareme.conventions.agreement.cumulation_rules import check_together, read_rules
from bareme.errors import InputError
from bareme.periods import Period
from running import REPOSITORY, bareme_here, valid

AGREEMENT = bareme.agreements[2020]
EXAMPLES = REPOSITORY / "examples" / "agreement_2020"
RULES = EXAMPLES / "ecg-rules-invented.toml"
ACTS = EXAMPLES / "cumulated-acts.csv"
ECG, ECG_LONG, CONSULTATION, MONITORING = "990010", "990032", "990054", "990076"


def rule(id: Any = "rule", kind: Any = "at_most", codes: Any = (ECG,), **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, "clause": "invented", "codes": list(codes), "keeps": "first", **more}


def rules(*entries: dict[str, Any]) -> tuple[CumulationRule, ...]:
    data = {"schema": "bareme/cumulation-rules/1", "title": "invented", "rule": list(entries)}
    return read_rules(data, "rules.toml").rules


def acts(*rows: tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]) -> list[CumulatedAct]:
    """Rows of day of 2020 (month-day), code, fee, session; the line is the place in the list, from 1."""
    found = []
    for line, (day, code, *more) in enumerate(rows, start=1):
        fee, session = (*more, "", "")[:2]
        on = date.fromisoformat(f"2020-{day}")
        found.append(CumulatedAct("A", on, code, line, session or None, Decimal(fee) if fee else None))
    return found


def ruled(given: list[CumulatedAct], *entries: dict[str, Any]) -> list[str]:
    return [ruling.ruled.value for ruling in cumulation(given, rules(*entries))]


KEPT, EXCLUDED, OPEN = "kept", "excluded", "needs_information"


def test_one_act_a_day_keeps_the_first() -> None:
    given = acts(("09-01", ECG), ("09-01", ECG_LONG), ("09-02", ECG))
    same_day = rule(kind="not_on_same_day", codes=(ECG, ECG_LONG))
    assert ruled(given, same_day) == [KEPT, EXCLUDED, KEPT]
    [_, second, _] = cumulation(given, rules(same_day))
    assert [(reason.rule.id, reason.lines) for reason in second.reasons] == [("rule", (1,))]


def test_one_act_a_day_keeps_the_higher_fee_and_of_equal_fees_the_first() -> None:
    same_day = rule(kind="not_on_same_day", codes=(ECG, ECG_LONG), keeps="higher_fee")
    assert ruled(acts(("09-01", ECG, "17.50"), ("09-01", ECG_LONG, "20.00")), same_day) == [EXCLUDED, KEPT]
    assert ruled(acts(("09-01", ECG, "20.00"), ("09-01", ECG_LONG, "20.00")), same_day) == [KEPT, EXCLUDED]


def test_a_fee_that_is_not_told_leaves_the_day_open() -> None:
    same_day = rule(kind="not_on_same_day", codes=(ECG, ECG_LONG), keeps="higher_fee")
    given = acts(("09-01", ECG), ("09-01", ECG_LONG, "20.00"), ("09-02", ECG))
    # Alone on its day the third needs no fee.
    assert ruled(given, same_day) == [OPEN, OPEN, KEPT]
    assert cumulation(given, rules(same_day))[0].missing == ("fee",)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        # Two in 30 days: on 30 September the window is 1 to 30 September, on 1 October 2 September to 1 October.
        ({"per": "days", "length": 30}, [KEPT, KEPT, EXCLUDED, KEPT, EXCLUDED, KEPT]),
        # Two in a month: an act of 1 September counts until 30 September.
        ({"per": "months", "length": 1}, [KEPT, KEPT, EXCLUDED, KEPT, EXCLUDED, KEPT]),
        ({"per": "calendar_year"}, [KEPT, KEPT, EXCLUDED, EXCLUDED, EXCLUDED, EXCLUDED]),
        ({"per": "day"}, [KEPT, KEPT, KEPT, KEPT, KEPT, KEPT]),
    ],
)
def test_so_many_per_period_and_excluded_acts_count_for_nothing(window: dict[str, Any], expected: list[str]) -> None:
    days = ("09-01", "09-15", "09-30", "10-01", "10-02", "10-31")
    assert ruled(acts(*((day, ECG) for day in days)), rule(most=2, **window)) == expected


def test_a_year_begins_anew() -> None:
    given = [CumulatedAct("A", date(year, 12, 31), ECG, line) for line, year in enumerate((2019, 2020), start=1)]
    assert ruled(given, rule(most=1, per="calendar_year")) == [KEPT, KEPT]
    assert ruled(given, rule(most=1, per="months", length=12)) == [KEPT, KEPT]
    assert ruled(given, rule(most=1, per="months", length=13)) == [KEPT, EXCLUDED]


def test_not_with_on_a_day_and_in_a_session() -> None:
    given = acts(
        ("09-01", CONSULTATION, "", "morning"),
        ("09-01", MONITORING, "", "evening"),
        ("09-02", MONITORING),
        ("09-02", CONSULTATION, "", "morning"),
        ("09-02", CONSULTATION, "", "evening"),
    )
    parts = {"kind": "not_with", "codes": [MONITORING], "with": [CONSULTATION]}
    assert ruled(given, rule(**parts, within="day")) == [KEPT, EXCLUDED, KEPT, EXCLUDED, EXCLUDED]
    # In which session of 2 September the monitoring was is not told.
    assert ruled(given, rule(**parts, within="session")) == [KEPT, KEPT, KEPT, OPEN, OPEN]
    assert cumulation(given, rules(rule(**parts, within="session")))[3].missing == ("session",)


def test_patients_have_nothing_in_common() -> None:
    given = [CumulatedAct(patient, date(2020, 9, 1), ECG, line) for line, patient in enumerate("ABA", start=1)]
    found = cumulation(given, rules(rule(kind="not_on_same_day")))
    assert [(ruling.act.line, ruling.ruled) for ruling in found] == [
        (1, Ruled.KEPT),
        (3, Ruled.EXCLUDED),
        (2, Ruled.KEPT),
    ]


def test_a_rule_counts_only_acts_of_its_own_days() -> None:
    limited = rule(most=1, per="calendar_year", **{"from": date(2020, 9, 1), "until": date(2020, 10, 1)})
    days = ("08-31", "09-01", "09-30", "10-01")
    assert ruled(acts(*((day, ECG) for day in days)), limited) == [KEPT, KEPT, EXCLUDED, KEPT]


def test_an_act_that_another_rule_excludes_excludes_nothing() -> None:
    """The second is excluded by the first; so it does not exclude the third."""
    given = acts(("09-01", ECG), ("09-01", ECG_LONG), ("09-01", MONITORING))
    entries = [
        rule("one", kind="not_on_same_day", codes=(ECG, ECG_LONG)),
        rule("two", kind="not_with", codes=[MONITORING], within="day", **{"with": [ECG_LONG]}),
    ]
    assert ruled(given, *entries) == [KEPT, EXCLUDED, KEPT]
    assert ruled(given, *reversed(entries)) == [KEPT, EXCLUDED, KEPT]


# The example


def test_the_example_by_hand() -> None:
    """Line by line: see the comments of docs/agreement_2020/cumulation.md."""
    found = AGREEMENT.cumulation(ACTS, rules=RULES)
    assert {ruling.act.line: ruling.ruled for ruling in found.rulings} == {
        2: KEPT, 3: KEPT,  # before the rule of 1 September
        4: EXCLUDED, 5: KEPT,  # the higher fee
        6: KEPT, 7: EXCLUDED, 8: KEPT,  # 2 in 30 days; the excluded one does not count
        9: KEPT, 10: EXCLUDED, 11: KEPT,  # one session, another session
        12: KEPT, 13: OPEN, 14: OPEN, 15: OPEN,  # session and fee not told
    }  # fmt: skip
    assert found.counts == {"kept": 8, "excluded": 3, "needs_information": 3}
    assert found.invented
    for language in ("en", "fr"):
        valid(found.to_dict(language), "agreement-cumulation-1")
    assert "excluded by line 5: one act a day, the higher fee kept" in found.to_dict()["acts"][2]["because"]


# The agreement's own rules (6.5, 6.6)


def test_the_agreements_own_rules_await_their_codes_and_numbers() -> None:
    found = AGREEMENT.cumulation(ACTS)
    assert [(answer.clause, answer.missing) for answer in found.answers] == [
        ("6.5", ("ecg_codes", "ecg_most_a_day", "ecg_keeps")),
        ("6.6", ("article_34_codes", "article_34_not_with", "article_34_within", "article_34_keeps")),
    ]
    assert (found.rules, found.rulings) == ((), ())


OWN: dict[str, dict[str, object]] = {
    "cumulation": {
        "ecg_codes": [ECG, ECG_LONG],
        "ecg_most_a_day": 1,
        "ecg_keeps": "first",
        "article_34_codes": [MONITORING],
        "article_34_not_with": [CONSULTATION],
        "article_34_within": "day",
        "article_34_keeps": "first",
    }
}


def test_with_what_was_supplied_they_hold_from_the_days_of_the_annex(tmp_path: Path) -> None:
    """Annex c: ECG from 2020-09-01, article 34 from 2021-01-01, after the year of the agreement."""
    path = tmp_path / "acts.csv"
    pairs = ((ECG, ECG_LONG), (MONITORING, CONSULTATION))
    days = ("2020-08-31", "2020-09-01", "2020-12-31", "2021-01-01")
    lines = [f"A;{day};{code}" for day in days for pair in pairs for code in pair]
    path.write_text("\n".join(["patient;date;code", *lines]))
    found = AGREEMENT.with_parameters(OWN).cumulation(path)
    excluded = [(str(r.act.on), r.act.code) for r in found.rulings if r.ruled is Ruled.EXCLUDED]
    assert excluded == [
        ("2020-09-01", ECG_LONG),
        ("2020-12-31", ECG_LONG),
        ("2021-01-01", ECG_LONG),
        ("2021-01-01", CONSULTATION),
    ]
    assert "990010, 990032" in found.answers[0].because["en"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ecg_keeps", "last", "cumulation.ecg_keeps: 'last' is none of first, higher_fee"),
        ("ecg_most_a_day", 0, "cumulation.ecg_most_a_day: at least 1"),
        ("article_34_within", "week", "'week' is none of day, session"),
        ("ecg_codes", [], "cumulation.ecg_codes: at least one code"),
        ("article_34_codes", [], "cumulation.article_34_codes: at least one code"),
        ("article_34_not_with", [], "cumulation.article_34_not_with: at least one code"),
        ("article_34_not_with", [MONITORING], "rule article_34: 990076 stands in codes and in with"),
    ],
)
def test_supplied_words_that_are_none(name: str, value: object, message: str) -> None:
    told = AGREEMENT.with_parameters({"cumulation": {**OWN["cumulation"], name: value}})
    with pytest.raises(InputError, match=message):
        told.cumulation(ACTS)


# Rules that cannot be used

SAME_DAY = rule("one", kind="not_on_same_day", codes=(ECG, ECG_LONG))


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        (
            [rule("one", most=1, per="day"), rule("two", most=1, per="day")],
            "rules one and two overlap: one adds nothing",
        ),
        (
            [rule("one", most=1, per="day"), rule("two", most=3, per="day")],
            "rules one and two overlap: two adds nothing",
        ),
        ([SAME_DAY, rule("two", most=2, per="day")], "rules one and two overlap: two adds nothing to one"),
        ([SAME_DAY, rule("two", most=1, per="days", length=7)], None),  # stricter, for one of the codes only
        (
            [rule("one", kind="not_on_same_day"), rule("two", most=1, per="days", length=7)],
            "rules one and two overlap: one adds nothing to two",
        ),
        (
            [SAME_DAY, rule("two", most=5, per="calendar_year", keeps="higher_fee")],
            "rules one and two contradict one another on 990010: one keeps first, the other higher_fee",
        ),
        (
            [SAME_DAY, rule("two", kind="not_with", within="session", **{"with": [ECG_LONG]})],
            "rules one and two overlap: both are about 990010 with 990032",
        ),
        (
            [
                rule("one", kind="not_with", within="day", **{"with": [MONITORING, CONSULTATION]}),
                rule("two", kind="not_with", codes=[MONITORING], within="session", **{"with": [ECG]}),
            ],
            "rules one and two overlap: both are about 990010 with 990076",
        ),
        (
            [rule("one", most=1, per="day"), rule("one", most=1, per="day", codes=(ECG_LONG,))],
            "two rules are called one",
        ),
        ([rule(kind="not_with", within="day", **{"with": [ECG]})], "rule rule: 990010 stands in codes and in with"),
        ([rule(most=1, per="days")], "rules.toml: rule rule: at_most needs 'length'"),
        ([rule(most=1, per="day", length=2)], "rules.toml: rule rule: at_most has no 'length'"),
        ([rule(per="day")], "rule rule: at_most needs 'most'"),
        ([rule(kind="not_on_same_day", most=2)], "rule rule: not_on_same_day has no 'most'"),
        ([rule(kind="never")], "kind 'never' is none of not_on_same_day, at_most, not_with"),
        ([rule(most=1, per="day", codes=("990011",))], "'990011' is not a nomenclature code"),
        ([rule(most=0, per="day")], "rules.toml: rule, 1, most: 0 is less than the minimum of 1"),
        ([rule(most=1, per="day", **{"from": "2020-09-01"})], "write from and until as days"),
        (
            [rule(most=1, per="day", **{"from": date(2020, 9, 1), "until": date(2020, 9, 1)})],
            "until 2020-09-01 is not after from 2020-09-01",
        ),
        ([], r"rule: \[\] (should be non-empty|is too short)"),
    ],
)
def test_rules_that_overlap_contradict_or_are_none_are_refused(
    entries: list[dict[str, Any]], message: str | None
) -> None:
    if message is None:
        assert rules(*entries)
        return
    with pytest.raises(InputError, match=message):
        rules(*entries)


def test_rules_of_different_days_do_not_meet() -> None:
    day = date(2020, 9, 1)
    assert rules(rule("one", most=1, per="day", until=day), rule("two", most=2, per="day", **{"from": day}))


def test_the_example_of_rules_is_valid_by_its_schema() -> None:
    data = tomllib.loads(RULES.read_text())
    plain = {**data, "rule": [{k: str(v) if isinstance(v, date) else v for k, v in r.items()} for r in data["rule"]]}
    valid(plain, "cumulation-rules-1")


def test_rows_that_cannot_be_used_are_findings(tmp_path: Path) -> None:
    path = tmp_path / "acts.csv"
    path.write_text(
        "patient,date,code\nA,2020-09-31,990010\nA,2020-09-30,990011\n,2020-09-30,990010\nA,2020-09-30,990010\n"
    )
    ran = bareme_here(
        "agreement", "2020", "cumulation", path, "--rules", RULES, "--json", book=tmp_path / "none.sqlite"
    )
    found = ran.json("agreement-cumulation-1")
    assert ran.code == 1
    assert [(one["line"], one["values"]["column"]) for one in found["findings"]] == [
        (2, "date"),
        (3, "code"),
        (4, "patient"),
    ]
    assert [act["line"] for act in found["acts"]] == [5]
    wrong = bareme_here("agreement", "2020", "cumulation", path, "--rules", path, book=tmp_path / "none.sqlite")
    assert (wrong.code, wrong.out) == (2, "")
    assert "acts.csv cannot be read" in wrong.err
    absent = bareme_here("agreement", "2020", "cumulation", path, "--rules", "no.toml", book=tmp_path / "none.sqlite")
    assert absent.err == "bareme: no.toml is not a file.\n"


def test_a_line_of_several_acts_is_told_not_ignored(tmp_path: Path) -> None:
    """Of 3 acts of which at most one is kept, 1 would stay: a line cannot say that. A quantity of 1 changes nothing."""
    path = tmp_path / "acts.csv"
    path.write_text(
        "patient,date,code,quantity\nA,2020-09-01,990010,3\nA,2020-09-01,990010,1\nA,2020-09-02,990010,\n"
        "A,2020-09-03,990010,0\nA,2020-09-04,990010,-1\n"
    )
    found = AGREEMENT.with_parameters(OWN).cumulation(path)
    assert [(r.act.line, r.ruled) for r in found.rulings] == [(3, Ruled.KEPT), (4, Ruled.KEPT)]
    assert [(one.check, one.place.line if one.place else 0) for one in found.findings] == [
        ("cumulation.unusable_value", 6),
        ("cumulation.more_than_one_act", 2),
        ("cumulation.more_than_one_act", 5),
    ]
    assert "write one line for each act" in found.findings[1].message["en"]
    assert "une ligne par prestation" in found.findings[1].message["fr"]


def test_a_list_without_fees_or_patients_names_twenty_acts() -> None:
    """2.000 acts under one name on one day, none with its fee: each may be the one that is kept."""
    same_day = rule(kind="not_on_same_day", codes=(ECG,), keeps="higher_fee")
    found = cumulation(acts(*([("09-01", ECG)] * 2000)), rules(same_day))
    assert {ruling.ruled for ruling in found} == {Ruled.NEEDS_INFORMATION}
    assert {len(reason.lines) for ruling in found for reason in ruling.reasons} == {20}
    assert all(ruling.act.line not in reason.lines for ruling in found for reason in ruling.reasons)


def test_the_last_day_of_the_calendar_is_a_day() -> None:
    last = [CumulatedAct("A", date.max, ECG, line) for line in (1, 2)]
    found = cumulation(last, rules(rule(most=1, per="months", length=1)))
    assert [ruling.ruled.value for ruling in found] == [KEPT, EXCLUDED]


def test_a_fee_below_zero_is_a_finding(tmp_path: Path) -> None:
    """Rules that keep the higher fee compare fees; a correction of -20,00 is no act."""
    path = tmp_path / "acts.csv"
    path.write_text("patient,date,code,fee\nA,2020-09-01,990010,-20.00\n")
    found = AGREEMENT.with_parameters(OWN).cumulation(path)
    assert found.rulings == ()
    assert [one.check for one in found.findings] == ["cumulation.unusable_value"]


def test_rules_of_very_many_codes_are_compared_by_their_sides() -> None:
    """Article 34 against much of the nomenclature, in ten rules: pair by pair that would be 90 million pairs."""
    numbers = [f"{n:05d}{n % 7}" for n in range(10000, 14000)]
    one = [
        CumulationRule(f"r{k}", Kind.NOT_WITH, "x", frozenset(numbers[k * 100 : k * 100 + 100]), Keeps.FIRST,
                       Period(date.min), frozenset(numbers[1000:]))
        for k in range(10)
    ]  # fmt: skip
    check_together(one, "rules")
    meets = replace(one[0], id="last", codes=frozenset([numbers[1500]]), other=frozenset([numbers[150], numbers[160]]))
    with pytest.raises(
        InputError, match=f"rules r1 and last overlap: both are about {numbers[150]} with {numbers[1500]}"
    ):
        check_together([*one, meets], "rules")


# Against a plain count, written without the engine

CODES = (ECG, ECG_LONG, CONSULTATION, MONITORING)
START = date(2020, 1, 20)


def in_window(given: CumulationRule, earlier: date, on: date) -> bool:
    """Whether an earlier act is in the period of one on a day, counted out day by day."""
    if given.per is Per.DAY:
        return earlier == on
    if given.per is Per.DAYS:
        return earlier in {on - timedelta(n) for n in range(given.length)}
    if given.per is Per.CALENDAR_YEAR:
        return earlier.year == on.year
    month = earlier.month - 1 + given.length
    year, month = earlier.year + month // 12, month % 12 + 1
    end = date(year, month, min(earlier.day, monthrange(year, month)[1]))
    return on < end


def plain_count(given: list[CumulatedAct], laws: Sequence[CumulationRule]) -> dict[int, bool]:
    """Whether each act is kept, by line: every act against every kept one, for every rule."""
    by_fee = {code for law in laws if law.keeps is Keeps.HIGHER_FEE for code in law.codes | law.other}

    def order(act: CumulatedAct) -> tuple[Any, ...]:
        fee = act.fee if act.code in by_fee and act.fee is not None else Decimal(0)
        return act.on, -fee, act.line

    kept: list[CumulatedAct] = []
    found: dict[int, bool] = {}
    for act in sorted(given, key=order):
        stays = True
        for law in laws:
            if law.kind is Kind.NOT_WITH:
                for other in kept:
                    parted = (act.code in law.codes and other.code in law.other) or (
                        act.code in law.other and other.code in law.codes
                    )
                    met = law.within is Within.DAY or act.session == other.session
                    if parted and met and (other.patient, other.on) == (act.patient, act.on):
                        stays = False
            elif act.code in law.codes:
                same = [o for o in kept if o.patient == act.patient and o.code in law.codes]
                stays = stays and sum(in_window(law, o.on, act.on) for o in same) < law.most
        if stays:
            kept.append(act)
        found[act.line] = stays
    return found


def law(
    number: int, kind: Kind, codes: set[str], other: set[str], keeps: Keeps, more: Mapping[str, Any]
) -> CumulationRule:
    other = other - codes if kind is Kind.NOT_WITH else set()
    return CumulationRule(
        f"r{number}", kind, "invented", frozenset(codes), keeps, Period(date.min), frozenset(other), **more
    )


SETS = st.sets(st.sampled_from(CODES), min_size=1, max_size=3)
MORE = st.fixed_dictionaries(
    {
        "within": st.sampled_from(Within),
        "most": st.integers(1, 3),
        "per": st.sampled_from(Per),
        "length": st.integers(1, 3),
    }
)
LAWS = st.lists(st.tuples(st.sampled_from([Kind.AT_MOST, Kind.NOT_WITH]), SETS, SETS, MORE), min_size=1, max_size=3)
ACT = st.tuples(
    st.sampled_from("AB"),
    st.sampled_from((0, 0, 0, 1, 2, 12, 30, 31, 41)),
    st.sampled_from(CODES),
    st.sampled_from(["am", "pm", None]),
    st.sampled_from([Decimal("10.00"), Decimal("20.00"), None]),
)


@given(SETS, SETS, SETS, SETS)
def test_two_rules_about_one_pair_are_found_and_named(
    codes: set[str], other: set[str], second: set[str], third: set[str]
) -> None:
    """Counted out pair by pair."""
    other, third = other - codes, third - second
    one, two = (
        law(n, Kind.NOT_WITH, own, to, Keeps.FIRST, {}) for n, own, to in ((1, codes, other), (2, second, third))
    )
    pairs = {tuple(sorted((a, b))) for a in codes for b in other} & {
        tuple(sorted((a, b))) for a in second for b in third
    }
    if pairs:
        with pytest.raises(InputError, match=f"both are about {' with '.join(min(pairs))}"):
            check_together((one, two), "rules")
    else:
        check_together((one, two), "rules")


def stand_together(entries: list[Any], keeps: Keeps) -> tuple[CumulationRule, ...]:
    laws = tuple(
        law(number, kind, codes, other, keeps, more) for number, (kind, codes, other, more) in enumerate(entries)
    )
    assume(all(one.other for one in laws if one.kind is Kind.NOT_WITH))
    try:
        check_together(laws, "rules")
    except InputError:
        assume(False)
    return laws


@settings(max_examples=60)
@given(LAWS, st.sampled_from(Keeps), st.lists(ACT, max_size=14))
def test_it_is_the_plain_count_where_everything_is_told(entries: list[Any], keeps: Keeps, rows: list[Any]) -> None:
    laws = stand_together(entries, keeps)
    told = [
        CumulatedAct(patient, START + timedelta(day), code, line, session or "am", fee or Decimal("15.00"))
        for line, (patient, day, code, session, fee) in enumerate(rows, start=1)
    ]
    found = cumulation(told, laws)
    assert {ruling.act.line: ruling.ruled is Ruled.KEPT for ruling in found} == plain_count(told, laws)
    assert all(ruling.ruled is not Ruled.NEEDS_INFORMATION for ruling in found)
    kept = {ruling.act.line for ruling in found if ruling.ruled is Ruled.KEPT}
    assert all(set(reason.lines) <= kept for ruling in found for reason in ruling.reasons)


@settings(max_examples=60)
@given(LAWS, st.sampled_from(Keeps), st.lists(ACT, max_size=10), st.randoms(use_true_random=False))
def test_what_is_certain_holds_whatever_is_told_later(
    entries: list[Any], keeps: Keeps, rows: list[Any], chance: Any
) -> None:
    laws = stand_together(entries, keeps)
    given = [
        CumulatedAct(patient, START + timedelta(day), code, line, session, fee)
        for line, (patient, day, code, session, fee) in enumerate(rows, start=1)
    ]
    certain = {
        ruling.act.line: ruling.ruled is Ruled.KEPT
        for ruling in cumulation(given, laws)
        if ruling.ruled is not Ruled.NEEDS_INFORMATION
    }
    told = [
        replace(
            act,
            session=act.session or chance.choice(["am", "pm"]),
            fee=act.fee if act.fee is not None else Decimal(chance.choice([5, 10, 15, 20, 25])),
        )
        for act in given
    ]
    found = plain_count(told, laws)
    assert {line: found[line] for line in certain} == certain


@settings(max_examples=40)
@given(LAWS, st.sampled_from(Keeps), st.lists(ACT, max_size=10), st.randoms(use_true_random=False))
def test_the_order_in_which_acts_are_handed_over_changes_nothing(
    entries: list[Any], keeps: Keeps, rows: list[Any], chance: Any
) -> None:
    laws = stand_together(entries, keeps)
    given = [
        CumulatedAct(patient, START + timedelta(day), code, line, session, fee)
        for line, (patient, day, code, session, fee) in enumerate(rows, start=1)
    ]
    shuffled = list(given)
    chance.shuffle(shuffled)
    assert cumulation(shuffled, laws) == cumulation(given, laws)
