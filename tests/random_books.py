"""Random books and random acts: circulars, corrigenda and corrections in one or two series, and what is asked of them.

Figures and dates come from short lists, so that situations often agree, circulars meet on one day, and acts fall on the
first or last day of a tariff. Now and then a book has a defect: two amounts for one situation, a code in two series.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random

from hypothesis import strategies as st

from invented import CODES, FACTS, Asked, Invented, Json, amount, line

EFFECTIVE = ("2019-01-01", "2020-01-01", "2020-02-29", "2020-07-01", "2021-01-01", "2023-03-15")
ISSUED = ("2018-12-10", "2019-12-20", "2020-02-01", "2020-02-29", "2020-12-24", "2023-03-14", "2024-05-01")
BOUNDS = (1, 12, 18, 24, 65, 149, 150)
FEES = ("0.00", "10.00", "12.34", "1676.97")
SHARES = ("0.00", "2.00", "8.68")
REGIMES = ("preferential", "ordinary")
FACT_SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("global_medical_file",),
    ("convention_status",),
    ("convention_status", "gp_referral"),
)
"""The facts that a book may ask for beside age and regime. Few sets, because each needs a statement of its own."""
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


def examples(few: int) -> int:
    """So many examples of a test of random books: a few in a quick run, BAREME_EXAMPLES in a long one."""
    return int(os.environ.get("BAREME_EXAMPLES", few))


@dataclass(frozen=True)
class RandomBook:
    """Circulars in the order in which they are loaded, and acts to ask, all of them as known on one day."""

    circulars: tuple[Invented, ...]
    acts: tuple[Asked, ...]
    known_on: date | None


def one_in(draw: st.DrawFn, n: int) -> bool:
    """True about once in n times; never in the simplest example."""
    return draw(st.integers(0, n - 1)) == n - 1


@st.composite
def books(draw: st.DrawFn, acts: int = 40, defects: bool = True) -> RandomBook:
    """A book with acts to ask of it."""
    facts = draw(st.sampled_from(FACT_SETS))
    circulars: list[Invented] = []
    for series in range(draw(st.integers(1, 2))):
        codes = CODES if defects and one_in(draw, 20) else CODES[6 * series : 6 * series + 6]
        for _ in range(draw(st.integers(1, 3))):
            circulars.append(draw(circular(tuple(circulars), f"toy/acts/{series + 1}", codes, facts, defects)))
    order = draw(st.permutations(circulars))
    # Acts are made from one drawn number: hypothesis makes the book small, and a failure names the act.
    random = Random(draw(st.integers(0, 2**32)))
    asked = [act(random, order) for _ in range(acts)]
    known_on = date.fromisoformat(draw(st.sampled_from(ISSUED[1:]))) if one_in(draw, 3) else None
    return RandomBook(tuple(order), tuple(asked), known_on)


@st.composite
def circular(
    draw: st.DrawFn,
    earlier: Sequence[Invented],
    series: str,
    codes: Sequence[str],
    facts: tuple[str, ...],
    defects: bool,
) -> Invented:
    """A circular, a corrigendum, or a correction of an earlier circular of the series."""
    issued = draw(st.sampled_from(ISSUED))
    lines: list[Json] = []
    for pair in draw(st.lists(st.integers(0, len(codes) // 2 - 1), min_size=1, max_size=3, unique=True)):
        lines += draw(tariff(codes[2 * pair], codes[2 * pair + 1], facts, defects))
    later = [day for day in ISSUED if day > issued]
    made = Invented(
        number=f"{issued[:4]}/{100 + len(earlier)}",
        issued_on=issued,
        effective_on=draw(st.sampled_from(EFFECTIVE)),
        lines=tuple(lines),
        series=series,
        kind="corrigendum" if one_in(draw, 3 if any(c.series == series for c in earlier) else 12) else "circular",
        known_from=draw(st.sampled_from(later)) if later and one_in(draw, 6) else None,
        doubtful=frozenset({draw(st.integers(0, len(lines) - 1))} if one_in(draw, 10) else ()),
    )
    siblings = [c for c in earlier if (c.series, c.kind) == (series, made.kind)]
    if siblings and one_in(draw, 6):
        other = draw(st.sampled_from(siblings))
        if all(c.effective_on != made.effective_on for c in earlier if c.number == other.number):
            return replace(made, number=other.number)
    return made


@st.composite
def tariff(draw: st.DrawFn, ambulatory: str, hospital: str, facts: tuple[str, ...], defects: bool) -> list[Json]:
    """The lines of one act: its situations cut by setting, ages, regime and facts, some of them left out."""
    own, twin = draw(st.sampled_from([(ambulatory, None), (ambulatory, hospital), (None, hospital)]))
    settings = ["ambulatory", "hospital"] if own and twin and draw(st.booleans()) else [None]
    cuts = sorted(draw(st.lists(st.sampled_from(BOUNDS), max_size=2, unique=True)))
    bands = list(zip([None, *cuts], [*cuts, None], strict=True))
    a_line_each = len(bands) > 1 and draw(st.booleans())
    basis = draw(st.sampled_from(["act", "act", "session", "unit"]))
    lines: list[Json] = []
    for group in [[band] for band in bands] if a_line_each else [bands]:
        fee = None if one_in(draw, 8) else draw(st.sampled_from(FEES))
        amounts = [
            draw(figures(fee, basis)) | {"setting": setting, "age_from": low, "age_to": high, **situation}
            for setting, (low, high) in product(settings, group)
            for situation in draw(situations(facts))
            if not one_in(draw, 12)
        ]
        if defects and amounts and one_in(draw, 25):
            amounts.append(draw(st.sampled_from(amounts)) | {"intervention": "1.00", "patient_share": "9.00"})
            amounts[-1] |= {"derived": [], "not_published": [], "intervention_kind": "actual"}
        cut = {"not_published": ["fee"]} if fee is None and draw(st.booleans()) else {}
        lines.append(line(own, twin, fee, *amounts, section=f"1.{len(lines) + 1}", **cut))
    return draw(st.permutations(lines))


@st.composite
def situations(draw: st.DrawFn, facts: tuple[str, ...]) -> list[Json]:
    """The situations of one setting and group of ages: every combination of the facts that are cut by."""
    regimes: Sequence[str | None] = REGIMES if draw(st.booleans()) else [None]
    asked = [name for name in facts if draw(st.booleans())]
    values = product(*(FACTS[name] for name in asked))
    return [{"regime": r, "facts": dict(zip(asked, v, strict=True))} for v in list(values) for r in regimes]


@st.composite
def figures(draw: st.DrawFn, fee: str | None, basis: str) -> Json:
    """The figures of one situation, with what is computed, cut off or not given."""
    if fee is None or one_in(draw, 8):
        missing = ["intervention", "patient_share"] if draw(st.booleans()) else []
        return amount(basis=basis, not_published=missing)
    share = draw(st.sampled_from(SHARES))
    if basis == "session":
        kind = draw(st.sampled_from(["actual", "theoretical"]))
        return amount("53.76", share, basis=basis, intervention_kind=kind)
    share = min(share, fee, key=Decimal)
    derived = draw(st.sampled_from([[], ["patient_share"], ["intervention"]]))
    return amount(str(Decimal(fee) - Decimal(share)), share, basis=basis, derived=derived)


def act(random: Random, circulars: Sequence[Invented]) -> Asked:
    """An act on a code that a book holds, mostly, near a day on which something changes, mostly."""
    held = [code for c in circulars for x in c.lines for code in (x["ambulatory_code"], x["hospital_code"]) if code]
    on = day(random)
    years = random.choice([0, *BOUNDS, *(bound - 1 for bound in BOUNDS)])
    told = random.choice(["nothing", "age", "birth_date"])
    born = told == "birth_date" and years < min(on.year, 150)
    return Asked(
        code=random.choice(held if random.random() < 0.85 else [*held, *CODES[:2], "100010", "12"]),
        on=on,
        regime=random.choice([None, *REGIMES, *REGIMES]),
        age=None if born or told == "nothing" else years,
        birth_date=_born(on, years, random.choice([0, 1, 364])) if born else None,
        quantity=random.choice([1, 1, 2, 16, 999_999]),
        facts={name: random.choice(values) for name, values in FACTS.items() if random.random() < 0.6},
    )


def day(random: Random) -> date:
    """The first day of a tariff, the day before, an end of a year, any day, or an end of the calendar."""
    kind = random.choices(["change", "year", "any", "end"], [50, 25, 20, 5])[0]
    if kind == "change":
        return date.fromisoformat(random.choice(EFFECTIVE)) - timedelta(days=random.choice([0, 0, 1]))
    if kind == "year":
        return date(random.randint(2019, 2025), *random.choice([(12, 31), (1, 1)]))
    if kind == "any":
        return date(2019, 6, 1) + timedelta(days=random.randrange(2200))
    return random.choice([FIRST, LAST])


def _born(on: date, age: int, days_after_birthday: int) -> date:
    """A day of birth that makes someone so old, some days after the birthday."""
    birthday = on - timedelta(days=days_after_birthday) if on > FIRST + timedelta(days=400) else on
    try:
        return birthday.replace(year=birthday.year - age)
    except ValueError:
        return date(birthday.year - age, 2, 28)
