"""The whole percentages that a share may be of its fee, held against trying each of them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from bareme.audit.shares import percentages

CENTS = st.integers(-200, 200_000)
SHARES = st.integers(-10, 3_000)
PAIRS = st.lists(st.tuples(CENTS, SHARES), min_size=1, max_size=3)


@given(PAIRS)
@example([(2550, 510)])
@example([(1, 1)])
@example([(0, 0), (2550, 510)])
@example([(150, 100), (151, 100)])
def test_each_is_what_trying_all_of_them_finds(pairs: list[tuple[int, int]]) -> None:
    euro = [(Decimal(fee).scaleb(-2), Decimal(share).scaleb(-2)) for fee, share in pairs]
    tried = [p for p in range(1, 100) if all(share > 0 and fee * p // 100 == share for fee, share in pairs)]
    assert percentages(*euro) == tried


def test_a_share_of_less_than_a_cent_is_none() -> None:
    assert percentages((Decimal("25.50"), Decimal("5.105"))) == []
    assert percentages((Decimal("25.50"), Decimal("5.10"))) == [20]
