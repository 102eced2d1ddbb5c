"""Succession recomputed by other means: the table that was made without the reader, plain decimals, rules written out.

What 2025/336 announces is stated here by hand; every figure is classed by what this module computes, and compared with
what `reconcile` says of it.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import bareme

DATA = Path(__file__).parents[1] / "data" / "published.csv"
CENT, SIX = Decimal("0.01"), Decimal("0.000001")
INDEX = Decimal("1.0272")
AS_N1300 = {"565493", "565552"}
CUT_BY_TENTH = {"589676", "589890"}
DOWN_BY_400 = {"589551"}
Row = dict[str, str]


def rounded(number: Decimal, unit: Decimal) -> Decimal:
    return number.quantize(unit, ROUND_HALF_UP)


def rows_of(circular: str) -> dict[tuple[str, str, str], Row]:
    with DATA.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["circular"] == circular]
    return {(row["ambulatory_code"], row["setting"], row["regime"]): row for row in rows}


def factor(code: str) -> Decimal:
    if code in AS_N1300:
        return INDEX * 1300 / 1350
    return INDEX * Decimal("0.9") if code in CUT_BY_TENTH else INDEX


def value_after(code: str, old: Row) -> Decimal:
    """The letter value that the printed one of 2024/382 becomes."""
    printed = Decimal(old["letter_value"])
    if code in DOWN_BY_400:
        coefficient = Decimal(old["coefficient"])
        fee = rounded(coefficient * rounded(printed * INDEX, SIX), CENT) - 400
        return rounded(fee / coefficient, SIX)
    return rounded(printed * factor(code), SIX)


def some_exact_value(code: str, old: Decimal, new: Decimal, unit: Decimal) -> bool:
    """True when a number printed `old` (steps of a thousandth of a unit are tried) becomes one printed `new`."""
    step = unit / 1000
    start = old - unit / 2
    return any(rounded((start + step * n) * factor(code), unit) == new for n in range(1000))


def classes() -> Iterator[tuple[str, str, str, str]]:
    """(code, quantity, situation, class) of every figure of 2025/336 that has one."""
    before, after = rows_of("2024/382"), rows_of("2025/336")
    seen: set[str] = set()
    for (code, setting, regime), row in after.items():
        old = before[code, setting, regime]
        if code not in seen:
            seen.add(code)
            yield from classes_of_line(code, old, row)
        if row["intervention"]:
            share_before = old["intervention"] and Decimal(old["fee"]) - Decimal(old["intervention"])
            same = share_before != "" and Decimal(row["fee"]) - Decimal(row["intervention"]) == share_before
            found = "not_comparable" if share_before == "" else "as_announced" if same else "unexplained"
            yield code, "intervention", f"{setting} {regime}", found


def classes_of_line(code: str, old: Row, row: Row) -> Iterator[tuple[str, str, str, str]]:
    if not row["fee"]:
        yield code, "fee", "", "not_comparable"
        return
    value, announced = Decimal(row["letter_value"]), value_after(code, old)
    exact = value == announced
    within = code not in DOWN_BY_400 and some_exact_value(code, Decimal(old["letter_value"]), value, SIX)
    yield code, "letter_value", "", "as_announced" if exact else "within_unrounded_value" if within else "unexplained"
    fee = Decimal(row["fee"])
    product = rounded(announced * Decimal(row["coefficient"]), CENT)
    own = rounded(value * Decimal(row["coefficient"]), CENT)
    as_amount = some_exact_value(code, Decimal(old["fee"]), fee, CENT)
    yield (
        code,
        "fee",
        "",
        "as_announced" if fee == product else "within_unrounded_value" if own == fee or as_amount else "unexplained",
    )


def test_every_figure_has_the_class_that_plain_decimals_give_it() -> None:
    expected = Counter(classes())
    lines = bareme.open_book().reconcile("2025/336").to_dict()["lines"]
    found = Counter(
        (x["code"], x["quantity"], f"{x['setting']} {x['regime']}" if x["setting"] else "", x["class"]) for x in lines
    )
    assert found == expected
    assert sum(expected.values()) == 457


def test_the_tally_of_the_two_years() -> None:
    tally = Counter((quantity, found) for _, quantity, _, found in classes())
    assert tally == {
        ("letter_value", "as_announced"): 72,
        ("letter_value", "within_unrounded_value"): 4,
        ("fee", "as_announced"): 74,
        ("fee", "within_unrounded_value"): 2,
        ("fee", "not_comparable"): 1,
        ("intervention", "as_announced"): 262,
        ("intervention", "not_comparable"): 42,
    }


def test_indexing_the_fee_would_be_wrong_by_a_cent_in_sixteen_lines() -> None:
    before, after = rows_of("2024/382"), rows_of("2025/336")
    special = AS_N1300 | CUT_BY_TENTH | DOWN_BY_400
    lines = {key[0]: key for key, row in after.items() if row["letter"] and key[0] not in special}
    wrong = [
        c
        for c, key in lines.items()
        if rounded(Decimal(before[key]["fee"]) * INDEX, CENT) != Decimal(after[key]["fee"])
    ]
    assert (len(lines), len(wrong)) == (69, 16)
    figures = bareme.open_book().reconcile("2025/336").lines
    assert all(f.is_exact for f in figures if f.code in wrong and f.quantity == "fee")


def test_the_interval_of_b_is_the_tightest_of_all_prints() -> None:
    """Each print bounds v by half a unit: 1,257532, 1,291737 / 1,0272 and 1,243894 / (1,0272 x 1300 / 1350)."""
    with localcontext() as context:
        context.prec = 60
        half = SIX / 2
        prints = [("1.257532", Decimal(1)), ("1.291737", INDEX), ("1.243894", INDEX * 1300 / 1350)]
        low = max((Decimal(p) - half) / f for p, f in prints)
        high = min((Decimal(p) + half) / f for p, f in prints)
        [b] = [x for x in bareme.open_book().reconcile("2025/336").to_dict()["letters"] if x["letter"] == "B"]
        outward = Decimal("0.00000001")
        assert b["low"] == str((low / outward).to_integral_value(ROUND_FLOOR) * outward + outward)
        assert b["high"] == str((high / outward).to_integral_value(ROUND_FLOOR) * outward)
    assert (b["low"], b["high"]) == ("1.25753164", "1.25753173")
