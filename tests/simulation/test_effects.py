"""Every kind of measure on real lines, with figures worked out by hand; and on invented lines where there are none.

Of the line 565014-565025 2024/382 prints B 289 at 1,257532, a fee of 363,43 and an ambulatory share of 8,68; 2025/336
prints 1,291737 and 373,31. The amounts stand as ambulatory preferential, ambulatory ordinary, hospital preferential,
hospital ordinary.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bareme import Book
from bareme.simulation.scenario import KINDS
from invented import CODES, Invented, amount, line, record
from projected import HEAD_2026, becomes, measure, of, projection_of, said

PAIR = ["565014-565025"]
AS_PUBLISHED = "1.291737 373.31 373.31+0.00 364.63+8.68 373.31+0.00 373.31+0.00"

BY_HAND: dict[str, tuple[dict[str, Any], str]] = {
    # 1,291737 x 1,0272 = 1,3268722...; 289 x 1,326872 = 383,466; less 8,68 is 374,79.
    "index": ({"rate": "2.72"}, "1.326872 383.47 383.47+0.00 374.79+8.68 383.47+0.00 383.47+0.00"),
    # 1,291737 x 0,9 = 1,1625633; 289 x 1,162563 = 335,980...
    "letter_value_by_rate": ({"rate": "-10"}, "1.162563 335.98 335.98+0.00 327.30+8.68 335.98+0.00 335.98+0.00"),
    # 1,291737 x 1,1 = 1,4209107; 289 x 1,420911 = 410,643...
    "fee_by_rate": ({"rate": "10"}, "1.420911 410.64 410.64+0.00 401.96+8.68 410.64+0.00 410.64+0.00"),
    # 1,291737 x 300 / 289 = 1,340903...; 289 x 1,340903 = 387,520...: the fee of B 300.
    "fee_of_coefficient": (
        {"coefficient_from": 289, "coefficient_to": 300},
        "1.340903 387.52 387.52+0.00 378.84+8.68 387.52+0.00 387.52+0.00",
    ),
    # 373,31 - 10 = 363,31; 363,31 / 289 = 1,257128...; 289 x 1,257128 = 363,309992.
    "fee_by_amount": ({"amount": "-10"}, "1.257128 363.31 363.31+0.00 354.63+8.68 363.31+0.00 363.31+0.00"),
    # 400 / 289 = 1,384083...
    "fee_set": ({"amount": "400"}, "1.384083 400.00 400.00+0.00 391.32+8.68 400.00+0.00 400.00+0.00"),
    # Who pays nothing goes on paying nothing.
    "share_set": ({"amount": "10"}, "1.291737 373.31 373.31+0.00 363.31+10.00 373.31+0.00 373.31+0.00"),
    # The fee of 565132 is 232,51; 232,51 / 289 = 0,804532...
    "fee_as": ({"as_": "565132"}, "0.804533 232.51 232.51+0.00 223.83+8.68 232.51+0.00 232.51+0.00"),
    # 25 % of 373,31 is 93,3275: cut to 93,32, not rounded to 93,33.
    "share_rate": ({"rate": "25"}, "1.291737 373.31 373.31+0.00 279.99+93.32 373.31+0.00 373.31+0.00"),
    "full_cover": ({}, "1.291737 373.31 373.31+0.00 373.31+0.00 373.31+0.00 373.31+0.00"),
    "freeze": ({}, AS_PUBLISHED),
    "ended": ({}, AS_PUBLISHED),
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "circular"])
def test_each_kind_on_one_line(kind: str, tmp_path: Path) -> None:
    keys, expected = BY_HAND[kind]
    projection = projection_of(tmp_path, measure(kind=kind, **keys, codes=PAIR))
    assert becomes(projection, "565014") == expected
    assert [one.listed.line_id for one in projection.changed] == (["2025/336:565014"] if kind != "freeze" else [])


def test_the_measures_of_a_circular_are_a_kind_too(tmp_path: Path) -> None:
    """2025/336 on 2024/382: 1,257532 x 1,0272 = 1,291737 and 289 x 1,291737 = 373,31, as it prints."""
    projection = projection_of(tmp_path, measure(kind="circular", circular="2025/336"), head=HEAD_2026)
    assert becomes(projection, "565014") == AS_PUBLISHED
    # (3012,37 - 400) / 3164 = 0,825654: the fee falls by 400 after the index.
    assert becomes(projection, "589551").startswith("0.825654 2612.37 ")
    # 1,257532 x 1,0272 x 1300 / 1350 = 1,2438949...: printed is 1,243894, from a value that was never printed.
    assert becomes(projection, "565493").startswith("1.243895 1679.26 ")
    assert not any(one.is_changed for one in projection.lines if one.listed.circular != "2024/382")


def test_a_partial_index_adds_what_was_not_applied_before(tmp_path: Path) -> None:
    """8,14 % of which 2 %: 1,291737 x 1,0814 / 1,02 = 1,3694945...; 289 x 1,369495 = 395,784..."""
    projection = projection_of(tmp_path, measure(kind="index", rate="8.14", already="2", codes=PAIR))
    assert becomes(projection, "565014").startswith("1.369495 395.78 395.78+0.00 387.10+8.68")


def test_the_fee_follows_from_the_rounded_letter_value(tmp_path: Path) -> None:
    """363,43 x 1,0272 would be 373,32: a cent too much (2025/336 prints 373,31)."""
    projection = projection_of(tmp_path, measure(kind="index", rate="2.72", codes=PAIR), head=HEAD_2026)
    assert becomes(projection, "565014") == AS_PUBLISHED


def test_fees_without_a_letter_are_indexed_as_amounts(tmp_path: Path) -> None:
    """89,59 x 1,03 = 92,2777, with 4,00 and 11,00 for later sessions of those who are 24 or older (2024/356)."""
    projection = projection_of(tmp_path, measure(kind="index", rate="3", codes=["726611"]))
    [old] = [one for one in projection.lines if one.listed.line_id == "2024/356:726611@1.2.1"]
    assert said(old.after) == "92.28 88.28+4.00 81.28+11.00"


def test_a_theoretical_intervention_is_indexed_for_itself(tmp_path: Path) -> None:
    """A session of 726412: 238,90 x 1,03 = 246,067 for all; 53,76 x 1,03 = 55,3728 for one patient."""
    projection = projection_of(tmp_path, measure(kind="index", rate="3", series="mental-health"))
    [old] = [one for one in projection.lines if one.listed.line_id == "2024/356:726412@1.1"]
    assert said(old.after) == "246.07 55.37+0.00 55.37+0.00"


def test_an_intervention_per_patient_never_becomes_the_fee_of_the_session(tmp_path: Path) -> None:
    """For another provider of a session (726456) the insurance pays 0,00 per patient: an index keeps that."""
    projection = projection_of(tmp_path, measure(kind="index", rate="3", series="mental-health"))
    lines = [one for one in projection.lines if "726456" in [code.digits for code in one.listed.codes]]
    # 150,51 x 1,03 = 155,0253.
    assert {said(one.after) for one in lines} == {"155.03 0.00+0.00 0.00+0.00"}


def test_a_share_in_percent_is_not_taken_of_a_session(tmp_path: Path) -> None:
    """25 % of the 238,90 of a group would be 59,72 for each patient: 2,50 is left as it is (726655)."""
    projection = projection_of(tmp_path, measure(kind="share_rate", rate="25", codes=["726655", "726611"]))
    lines = {one.listed.line_id: said(one.after) for one in projection.lines}
    assert lines["2024/356:726655@1.2.2"] == "238.90 53.76+2.50 53.76+2.50"
    # 25 % of 89,59 is 22,3975: cut to 22,39.
    assert lines["2024/356:726611@1.2.1"] == "89.59 67.20+22.39 67.20+22.39"


@pytest.mark.parametrize(
    ("kind", "keys", "expected"),
    [
        # 10 % of 373,31 is 37,331.
        ("share_rate", {"rate": "10", "regime": "preferential"}, "335.98+37.33 364.63+8.68 335.98+37.33 373.31+0.00"),
        ("share_set", {"amount": "2", "regime": "preferential"}, "371.31+2.00 364.63+8.68 371.31+2.00 373.31+0.00"),
        ("share_rate", {"rate": "10", "regime": "ordinary"}, "373.31+0.00 335.98+37.33 373.31+0.00 335.98+37.33"),
        ("full_cover", {"regime": "preferential"}, "373.31+0.00 364.63+8.68 373.31+0.00 373.31+0.00"),
        ("full_cover", {"regime": "ordinary"}, "373.31+0.00 373.31+0.00 373.31+0.00 373.31+0.00"),
    ],
)
def test_shares_of_one_regime(kind: str, keys: dict[str, str], expected: str, tmp_path: Path) -> None:
    """A measure that names a regime is for all who have it; those of the other regime keep their share."""
    projection = projection_of(tmp_path, measure(kind=kind, codes=PAIR, **keys))
    assert becomes(projection, "565014") == f"1.291737 373.31 {expected}"


def test_shares_work_in_the_order_in_which_they_stand(tmp_path: Path) -> None:
    """The last one holds; a share in percent is of the fee after all measures: 25 % of 383,47 is 95,8675."""
    rate, amount_ = measure(kind="share_rate", rate="25", codes=PAIR), measure(kind="share_set", amount="7", codes=PAIR)
    index = measure(kind="index", rate="2.72", codes=PAIR)
    assert "363.31+10.00" not in becomes(projection_of(tmp_path, rate, amount_), "565014")
    assert "366.31+7.00" in becomes(projection_of(tmp_path, rate, amount_), "565014")
    assert "279.99+93.32" in becomes(projection_of(tmp_path, amount_, rate), "565014")
    assert "287.61+95.86" in becomes(projection_of(tmp_path, rate, index), "565014")


def test_what_is_not_published_stays_so(tmp_path: Path) -> None:
    """2024/382 breaks off before the hospital intervention without preferential regime of section O."""
    projection = projection_of(tmp_path, measure(kind="index", rate="2.72", all=True), head=HEAD_2026)
    # 0,942063 x 1,0272 = 0,9676871...; 400 x 0,967687 = 387,0748.
    assert becomes(projection, "589072") == "0.967687 387.07 387.07+0.00 387.07+0.00 387.07+0.00 -+-"
    assert of(projection, "589072").after.amounts[3].not_published
    assert becomes(projection, "589794") == "- -+- -+- -+- -+-"


def test_a_fee_that_does_not_fit_its_letter_value_is_left_where_nothing_moves(tmp_path: Path) -> None:
    """589750: 220 x 1,359267 is 299,04, and 299,03 is published. An index of 0 keeps it; -10 euro count from it."""
    nothing = projection_of(tmp_path, measure(kind="index", rate=0, all=True))
    assert becomes(nothing, "589750").startswith("1.359267 299.03 299.03+0.00")
    assert nothing.changed == ()
    less = projection_of(tmp_path, measure(kind="fee_by_amount", amount="-10", codes=["589750"]))
    # 289,03 / 220 = 1,3137727...; 220 x 1,313773 = 289,03006.
    assert becomes(less, "589750").startswith("1.313773 289.03 289.03+0.00")


def test_a_fee_that_is_set_to_what_it_is_changes_nothing(tmp_path: Path) -> None:
    """Not even the letter value: 373,31 / 289 would be 1,291730; 1,291737 is published, and gives 373,31 too."""
    for keys in ({"kind": "fee_set", "amount": "373.31"}, {"kind": "fee_by_amount", "amount": "0"}):
        assert projection_of(tmp_path, measure(**keys, codes=PAIR)).changed == ()
    same = projection_of(tmp_path, measure(kind="fee_set", amount="299.03", codes=["589750"]))
    assert same.changed == ()


def test_a_line_without_a_figure_stays_without_one(tmp_path: Path) -> None:
    projection = projection_of(tmp_path, measure(kind="fee_set", amount="5", codes=["589794", "565014"]))
    assert becomes(projection, "589794") == "- -+- -+- -+- -+-"


# Invented lines: what the four circulars do not have.


def invented_book(folder: Path, *lines: dict[str, object]) -> Book:
    return record(folder / "book.sqlite", [Invented("2026/1", "2025-12-01", "2026-01-01", tuple(lines))])


def term(letter: str | None, coefficient: str, value: str) -> dict[str, object]:
    return {"letter": letter, "coefficient": coefficient, "value": value}


def test_each_letter_of_a_line_is_indexed(tmp_path: Path) -> None:
    """8 x 2,936106 + 30 x 0,033039 = 24,48; after 2 %: 8 x 2,994828 + 30 x 0,033700 = 24,969...

    A fee that is set says nothing of two letter values: they are not known.
    """
    two = [term("N", "8", "2.936106"), term("Q", "30", "0.033039")]
    book = invented_book(tmp_path, line(CODES[0], None, "24.48", amount("24.48", "0.00"), terms=two))
    index = projection_of(tmp_path, measure(kind="index", rate="2", all=True), book=book)
    assert becomes(index, CODES[0]) == "2.994828 0.033700 24.97 24.97+0.00"
    fixed = projection_of(tmp_path, measure(kind="fee_set", amount="30", all=True), book=book)
    assert becomes(fixed, CODES[0]) == "? ? 30.00 30.00+0.00"


def test_an_index_after_a_fee_that_was_set_goes_through_the_letter_value(tmp_path: Path) -> None:
    """1000 / 7000 = 0,142857...; x 1,0272 = 0,146743 (0,1467427...); 7000 x 0,146743 = 1.027,201: not 1.027,20 by luck.

    0,142857 x 1,0272 = 0,14674271..., rounded 0,146743; the fee is 1.027,20.
    """
    one = [term("B", "7000", "0.100000")]
    book = invented_book(tmp_path, line(CODES[0], None, "700.00", amount("700.00", "0.00"), terms=one))
    steps = measure(kind="fee_set", amount="1000", all=True), measure(kind="index", rate="2.72", all=True)
    assert becomes(projection_of(tmp_path, steps[0], book=book), CODES[0]) == "0.142857 1000.00 1000.00+0.00"
    assert becomes(projection_of(tmp_path, *steps, book=book), CODES[0]) == "0.146743 1027.20 1027.20+0.00"


def test_published_amounts_that_do_not_add_up_are_not_mended(tmp_path: Path) -> None:
    """Fee 100,00, intervention 80,00, share 10,00: after 10 % the intervention is 88,00, the share 10,00 still."""
    book = invented_book(tmp_path, line(CODES[0], None, "100.00", amount("80.00", "10.00")))
    projection = projection_of(tmp_path, measure(kind="index", rate="10", all=True), book=book)
    assert becomes(projection, CODES[0]) == "110.00 88.00+10.00"


def test_every_kind_is_tested() -> None:
    assert {*BY_HAND, "circular"} == set(KINDS)
