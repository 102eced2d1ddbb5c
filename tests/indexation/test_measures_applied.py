"""Measures applied to lines written by hand: each kind, each scope, in order, with parents; and a series of years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.audit.compared import Class, Quantity, chain_of
from bareme.audit.letters import letter_values
from bareme.audit.proof import prove
from bareme.audit.reconcile import compare_figures
from bareme.circulars.model import Line, Measure, Reading, Section
from bareme.circulars.sources import Figure, Source
from bareme.indexation.arithmetic import apply, expected, factor_of
from bareme.indexation.hidden import Print, can_round_to, hidden_value
from bareme.indexation.scope import candidates, measures_on
from bareme.money import CENT, LETTER_VALUE
from bareme.nomenclature.codes import Code
from written import read, with_tabs

HERE = Source("0" * 64, "written by hand")
HEAD = """
Circulaire OA no {number} du 15-12-{before}

Applicable à partir de 1/01/{year}

**Tarifs ; métier imaginaire - prestations - partie 1 ; 01-01-{year}**

{prose}

## 1. Prestations

Numéro de code | | | Honoraires | Ambulant préf. | Ambulant ord. | Hospitalisé préf. | Hospitalisé ord.
"""


def figure(number: str) -> Figure:
    return Figure(Decimal(number), HERE)


def circular(year: int, *rows: str, prose: str = "") -> Reading:
    """A circular of a year with rows "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 16,10 | 14,10 | ..."."""
    head = HEAD.format(number=f"{year - 1}/900", before=year - 1, year=year, prose=prose)
    header = "Numéro de code | | | | Honoraires | Ambulant préf. | Ambulant ord. | Hospitalisé préf. | Hospitalisé ord."
    top = head.rsplit("\n", 2)[0]
    return read("\n".join([*top.split("\n"), with_tabs("\n".join([header, *rows]))]), f"{year}.txt")


def line_of(value: str = "2,012275", coefficient: str = "8", fee: str = "16,10", ordinary: str = "14,10") -> Line:
    row = f"X = {value} | 990010 | 990021 | = X {coefficient} | {fee} | {fee} | {ordinary} | {fee} | {fee}"
    [line] = circular(2024, row).lines
    return line


def measure(kind: str = "index", **options: object) -> Measure:
    return Measure(kind, HERE, **options)  # type: ignore[arg-type]


def index(rate: str, **options: object) -> Measure:
    return measure("index", rate=figure(rate), **options)


def results(line: Line, *measures: Measure) -> tuple[str, str, list[str]]:
    should = expected(line, measures)
    value, fee = should.values[0], should.fee
    assert value is not None
    assert fee is not None
    return str(value.amount), str(fee.amount), [str(f.amount) for f in should.interventions if f is not None]


def test_an_index_rounds_the_letter_value_and_keeps_the_share() -> None:
    # 2,012275 x 1,02 = 2,0525205, half up 2,052521; x 8 = 16,420168; 16,42 - 2,00 = 14,42.
    assert results(line_of(), index("2")) == ("2.052521", "16.42", ["16.42", "14.42", "16.42", "16.42"])


def test_of_a_partial_rate_the_rest_is_applied() -> None:
    partial = index("8.14", already=figure("2"))
    assert factor_of(partial) == Fraction("1.0814") / Fraction("1.02")
    # 2,012275 x 1,0814 / 1,02 = 2,133406...
    assert results(line_of(), partial)[0] == "2.133406"


def test_measures_are_applied_in_order_and_rounded_once() -> None:
    cut = measure("letter_value_by_rate", rate=figure("-10"))
    # 2,012275 x 1,02 x 0,9 = 1,84726845 (rounding in between would give 2,052521 x 0,9 = 1,8472689).
    assert results(line_of(), index("2"), cut)[0] == "1.847268"


def test_a_fee_that_falls_by_an_amount_is_reached_from_the_rounded_fee() -> None:
    # 2,012275 x 1,02 -> 2,052521; x 600 = 1.231,5126 -> 1.231,51; - 100 = 1.131,51; / 600 = 1,885850.
    down = measure("fee_by_amount", amount=figure("-100"))
    line = line_of(coefficient="600", fee="1.207,37", ordinary="1.205,37")
    assert results(line, index("2"), down)[:2] == ("1.885850", "1131.51")


def test_a_fee_that_is_set_gives_its_letter_value() -> None:
    value, fee, paid = results(line_of(), index("2"), measure("fee_set", amount=figure("20")))
    assert (value, fee, paid[1]) == ("2.500000", "20.00", "18.00")


def test_a_share_that_is_set_changes_only_those_who_pay_one() -> None:
    paid = results(line_of(), measure("share_set", amount=figure("3.50")))[2]
    assert paid == ["16.10", "12.60", "16.10", "16.10"]


def test_equivalent_to_another_coefficient() -> None:
    other = measure("fee_of_coefficient", coefficient_from=figure("8"), coefficient_to=figure("7"))
    # 2,012275 x 7 / 8 = 1,760740625
    assert results(line_of(), other)[0] == "1.760741"


def test_a_computed_figure_keeps_its_parents_and_its_operation() -> None:
    should = expected(line_of(), [index("2")])
    assert should.fee is not None
    assert should.fee.operation == "sum of terms"
    [value] = should.fee.parents
    assert value.operation == "index"
    assert [str(parent.amount) for parent in value.parents] == ["2.012275", "2"]


def test_measures_that_change_nothing_change_nothing() -> None:
    line = line_of()
    assert results(line) == results(line, measure("unchanged"))
    assert results(line)[:2] == ("2.012275", "16.10")


def test_the_narrowest_index_applies_and_others_give_way() -> None:
    line = line_of()
    everyone, own = index("3"), index("2", scope="codes", codes=((Code("990010"),),))
    section, others = index("4", scope="section", named="1"), index("5", scope="others")
    assert measures_on(line, [everyone, own]) == (own,)
    assert measures_on(line, [everyone, section]) == (section,)
    assert measures_on(line, [section, others]) == (section,)
    assert measures_on(line, [others]) == (others,)


@pytest.mark.parametrize(
    ("left_out", "touched"), [("990021", False), ("1", False), ("2", True), ("Prestations", False), ("990054", True)]
)
def test_what_a_measure_leaves_out(left_out: str, touched: bool) -> None:
    assert bool(measures_on(line_of(), [index("2", excepted=(left_out,))])) is touched


def test_a_section_holds_those_below_it() -> None:
    line = replace(line_of(), section=Section("N.4.1", "Analyses"))
    assert measures_on(line, [index("2", scope="section", named="N.4")])
    assert not measures_on(line, [index("2", scope="section", named="N.40")])


def test_a_profession_is_told_by_the_series() -> None:
    dentists = index("2", scope="series", named="dentists")
    assert measures_on(line_of(), [dentists], "dentists/acts/1")
    assert not measures_on(line_of(), [dentists], "doctors/medical-acts/7")


def test_an_article_that_no_title_names_leaves_both_readings() -> None:
    article = index("2", scope="article", named="25")
    assert candidates(line_of(), [article]) == [(), (article,)]
    titled = replace(line_of(), section=Section("6", "Conseil génétique (art. 25 § 5)"))
    assert candidates(titled, [article]) == [(article,)]
    other = replace(line_of(), section=Section("6", "Imagerie (article 17)"))
    assert candidates(other, [article]) == [()]


ROWS = {
    2023: "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 16,10 | 14,10 | 16,10 | 16,10",
    2024: "X = 2,052521 | 990010 | 990021 | = X 8 | 16,42 | 16,42 | 14,42 | 16,42 | 16,42",
    # 2,0525205 x 1,03 = 2,114096115: only the value that was not rounded gives this print.
    2025: "X = 2,114096 | 990010 | 990021 | = X 8 | 16,91 | 16,91 | 14,91 | 16,91 | 16,91",
}
PROSE = {
    2023: "",
    2024: "- toutes les prestations sont indexées de 2 % ;",
    2025: "- toutes les prestations sont indexées de 3 % ;",
}


def chain(*years: int) -> list[Reading]:
    return [circular(year, ROWS[year], prose=PROSE[year]) for year in years]


def test_a_series_of_three_years_bounds_one_exact_value() -> None:
    [letter] = letter_values(chain_of(chain(2023, 2024, 2025)))
    interval = letter.hidden.interval
    assert interval is not None
    assert [p.what.split(" in ")[0] for p in letter.hidden.prints] == ["2,012275", "2,052521", "2,114096"]
    bounds = [
        ("2.012275", Fraction(1)),
        ("2.052521", Fraction("1.02")),
        ("2.114096", Fraction("1.02") * Fraction("1.03")),
    ]
    half = Fraction(1, 2_000_000)
    assert interval.low == max((Fraction(p) - half) / f for p, f in bounds)
    assert interval.high == min((Fraction(p) + half) / f for p, f in bounds)


def test_prints_of_three_years_that_no_value_explains_are_named() -> None:
    years = chain(2023, 2024, 2025)
    odd = circular(2025, ROWS[2025].replace("2,114096", "2,114099"), prose=PROSE[2025])
    [letter] = letter_values(chain_of([*years[:2], odd]))
    assert letter.hidden.interval is None
    assert letter.to_dict()["clash"] == ["2,114099 in 2024/900", "2,012275 in 2022/900"]


def test_a_rate_that_counts_from_an_earlier_day_is_applied_to_the_tariff_of_that_day() -> None:
    before, between, last = chain(2023, 2024, 2025)
    # 2,012275 x 1,05 = 2,11288875; x 8 = 16,903112
    row = ROWS[2025].replace("2,114096", "2,112889").replace("16,91", "16,90").replace("14,91", "14,90")
    rate = index("5", relative_to=date(2023, 6, 1))
    last = replace(circular(2025, row), measures=(rate,))
    found = compare_figures(chain_of([before, between, last]))
    assert {c.klass for c in found.lines} == {Class.AS_ANNOUNCED}
    [lost] = compare_figures(chain_of([between, last])).lines
    assert (lost.klass, "2023-06-01" in lost.message) == (Class.NOT_COMPARABLE, True)


def test_apply_gives_every_line_after_the_measures() -> None:
    [before, after] = chain(2023, 2024)
    [line] = apply(before, after.measures)
    assert [str(f.amount) for f in line.interventions if f] == ["16.42", "14.42", "16.42", "16.42"]
    ended = measure("ended", scope="codes", codes=((Code("990010"), Code("990021")),))
    assert list(apply(before, [ended])) == []


def test_a_share_in_percent_of_the_fee_follows_it_cut_to_the_cent() -> None:
    before = circular(2023, "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 16,10 | 12,08 | 16,10 | 16,10")
    row = "X = 2,052521 | 990010 | 990021 | = X 8 | 16,42 | 16,42 | {paid} | 16,42 | 16,42"
    # 25 % of 16,10 is 4,025, cut to 4,02; of 16,42 it is 4,105, cut to 4,10.
    for paid, klass in (("12,32", Class.AS_ANNOUNCED), ("12,31", Class.UNEXPLAINED), ("12,40", Class.AS_ANNOUNCED)):
        after = circular(2024, row.format(paid=paid), prose=PROSE[2024])
        [ordinary] = [
            c for c in compare_figures(chain_of([before, after])).lines if c.situation.words == "ambulatory ordinary"
        ]
        assert ordinary.klass is klass, paid


@pytest.mark.parametrize(
    ("head", "terms", "klass"),
    [
        ("{value}", "600", Class.WITHIN_UNROUNDED_VALUE),
        ("X = {value}", "= X 600", Class.UNEXPLAINED),
    ],
)
def test_a_fee_follows_as_an_amount_only_where_no_key_letter_is_printed(head: str, terms: str, klass: Class) -> None:
    # 600 x 2,052521 = 1.231,5126; 1.207,37 x 1,02 = 1.231,5174.
    row = f"{head} | 990032 | 990043 | {terms} | {{fee}} | {{fee}} | {{fee}} | {{fee}} | {{fee}}"
    before = circular(2023, row.format(value="2,012275", fee="1.207,37"))
    after = circular(2024, row.format(value="2,052521", fee="1.231,52"), prose=PROSE[2024])
    [fee] = [c for c in compare_figures(chain_of([before, after])).lines if c.quantity is Quantity.FEE]
    assert (fee.klass, str(fee.computed), str(fee.published)) == (klass, "1231.51", "1231.52")


def test_another_rate_is_said_once_and_not_line_by_line() -> None:
    rows = [
        f"X = {{v}} | {code} | {twin} | = X 8 | {{f}} | {{f}} | {{f}} | {{f}} | {{f}}"
        for code, twin in (("990010", "990021"), ("990032", "990043"), ("990054", "990065"))
    ]
    before = circular(2023, *(row.format(v="2,012275", f="16,10") for row in rows))
    for prose, check in (("- toutes les prestations sont indexées de 3 % ;", "rate_disagrees"), ("", "rate_disagrees")):
        after = circular(2024, *(row.format(v="2,052521", f="16,42") for row in rows), prose=prose)
        found = prove(after, [before])
        said = [f.check for f in found.findings if f.check.startswith(("rate", "figure"))]
        assert said == [check]
        assert any(f" {rate} %" in found.findings.named(check)[0].message for rate in ("2", "2,00"))
        assert found.counts()[found.lines[0].quantity][Class.UNEXPLAINED] == 3


def test_more_euro_stands_first_where_volumes_are_given() -> None:
    rows = (
        "X = 2,012275 | 990010 | 990021 | = X 8 | 16,10 | 16,10 | {} | 16,10 | 16,10",
        "X = 2,012275 | 990032 | 990043 | = X 600 | 1.207,37 | 1.207,37 | {} | 1.207,37 | 1.207,37",
    )
    before = circular(2023, *(row.format(paid) for row, paid in zip(rows, ("14,10", "1.205,37"), strict=True)))
    after = circular(2024, *(row.format(paid) for row, paid in zip(rows, ("13,10", "1.203,37"), strict=True)))

    def order(volumes: dict[str, int] | None) -> list[str | None]:
        return [f.code for f in prove(after, [before], volumes).findings.named("share_moved")]

    assert order(None) == ["990010", "990032"]
    assert order({"990010": 3, "990032": 2}) == ["990032", "990010"]
    assert order({"990010": 5, "990032": 2}) == ["990010", "990032"]


@given(
    value=st.decimals("0.000001", "9.999999", places=6),
    rate=st.decimals("-20", "20", places=2),
    hidden=st.fractions(Fraction(-1, 2), Fraction(1, 2), max_denominator=1000),
)
def test_whatever_is_kept_unrounded_its_prints_never_clash(value: Decimal, rate: Decimal, hidden: Fraction) -> None:
    """An exact value near a print, indexed and printed again, is inside the interval of both prints."""
    exact = Fraction(value) + hidden * Fraction(999, 1000) / 1_000_000
    factor = 1 + Fraction(rate) / 100
    first, second = LETTER_VALUE.round(exact), LETTER_VALUE.round(exact * factor)
    found = hidden_value([Print(first, Fraction(1), LETTER_VALUE, "one"), Print(second, factor, LETTER_VALUE, "two")])
    assert found.interval is not None
    assert found.interval.low <= exact <= found.interval.high


@given(cents=st.integers(1, 10**7), rate=st.decimals("0", "10", places=2))
def test_an_amount_can_round_to_what_it_is_rounded_to(cents: int, rate: Decimal) -> None:
    amount = Decimal(cents) / 100
    factor = 1 + Fraction(rate) / 100
    behind = Print(amount, Fraction(1), CENT, "it").interval.times(factor)
    assert can_round_to(CENT.round(Fraction(amount) * factor), behind, CENT)
    assert not can_round_to(CENT.round(Fraction(amount) * factor) + 2, behind, CENT)


def test_changes_of_the_fee_are_applied_one_after_another() -> None:
    # 1.207,37 x 1,02 through the value: 1.231,51; - 100 = 1.131,51, value 1,885850; - 50 = 1.081,51, value 1,802517.
    down, more = measure("fee_by_amount", amount=figure("-100")), measure("fee_by_amount", amount=figure("-50"))
    line = line_of(coefficient="600", fee="1.207,37", ordinary="1.205,37")
    assert results(line, index("2"), down, more)[:2] == ("1.802517", "1081.51")
    # 1,885850 x 0,9 = 1,697265; x 600 = 1.018,359.
    cut = measure("letter_value_by_rate", rate=figure("-10"))
    assert results(line, index("2"), down, cut)[:2] == ("1.697265", "1018.36")


def test_an_amount_off_a_fee_of_two_letters_leaves_their_values_open() -> None:
    row = "X = 2,012275 + Y = 0,100000 | 990010 | 990021 | = X 8 + Y 30 | 19,10 | 19,10 | 17,10 | 19,10 | 19,10"
    [line] = circular(2024, row).lines
    should = expected(line, [index("2"), measure("fee_by_amount", amount=figure("-4"))])
    # 8 x 2,052521 + 30 x 0,102000 = 19,48; - 4 = 15,48.
    assert (should.values, should.fee and str(should.fee.amount)) == ((None, None), "15.48")


def test_a_coefficient_of_nothing_sets_no_value() -> None:
    odd = measure("fee_of_coefficient", coefficient_from=figure("0"), coefficient_to=figure("8"))
    assert factor_of(odd) is None
    assert results(line_of(), odd)[1] == "16.10"


def test_the_others_do_not_give_way_to_a_share_that_is_set() -> None:
    others, share = index("2", scope="others"), measure("share_set", amount=figure("3"))
    assert measures_on(line_of(), [others, share]) == (others, share)


def test_each_of_several_articles_may_be_the_one() -> None:
    one, two = (index(rate, scope="article", named=named) for rate, named in (("3", "14"), ("2", "15")))
    assert (two,) in candidates(line_of(), [one, two])


def test_an_excepted_article_that_no_title_names_leaves_both_readings() -> None:
    but = index("2", excepted=("article 25",))
    assert candidates(line_of(), [but]) == [(), (but,)]
    assert measures_on(line_of(), [index("2", excepted=("doctors",))], "doctors/medical-acts/7") == ()


def shares(*paid: str) -> list[str]:
    """Three lines whose fee went from 25,00 to 25,50, with what is paid in the ordinary regime."""
    codes = (("990010", "990021"), ("990032", "990043"), ("990054", "990065"))
    row = "X = {v} | {one} | {two} | = X 10 | {fee} | {fee} | {paid} | {fee} | {fee}"
    fees = {"v": "2,550000", "fee": "25,50"}
    return [row.format(one=one, two=two, paid=p, **fees) for (one, two), p in zip(codes, paid, strict=True)]


def test_a_percentage_is_only_believed_where_shares_are_not_fixed() -> None:
    before = circular(
        2023,
        *(row.replace("2,550000", "2,500000").replace("25,50", "25,00") for row in shares("20,00", "20,00", "20,00")),
    )

    def unexplained(*paid: str) -> list[str]:
        after = circular(2024, *shares(*paid), prose=PROSE[2024])
        return [c.code for c in compare_figures(chain_of([before, after])).lines if c.klass is Class.UNEXPLAINED]

    assert unexplained("20,50", "20,50", "20,50") == []  # 5,00 stays
    assert unexplained("20,40", "20,40", "20,40") == []  # 20 %: 5,10
    assert unexplained("20,40", "20,50", "20,50") == ["990010"]  # the others keep 5,00: a slip
    assert unexplained("20,40", "20,40", "20,50") == []  # two kinds of acts


def test_a_clash_of_the_past_is_not_said_of_a_clean_circular() -> None:
    before, between, last = chain(2023, 2024, 2025)
    wrong = replace(between, measures=(index("3"),))
    assert [f.check for f in prove(wrong, [before]).findings if f.check == "rate_disagrees"] == []
    clash = [v for v in letter_values(chain_of([before, wrong, last])) if v.hidden.clash]
    assert clash
    assert prove(last, [before, wrong]).findings.named("letter_prints_clash") == ()


def test_a_letter_value_that_a_fee_decides_starts_a_chain_of_its_own() -> None:
    before, between, last = chain(2023, 2024, 2025)
    set_anew = replace(between, measures=(measure("fee_set", amount=figure("16.42")),))
    values = {str(v.value): len(v.hidden.prints) for v in letter_values(chain_of([before, set_anew, last]))}
    assert values == {"2.012275": 1, "2.052521": 2}
