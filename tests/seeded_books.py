"""Random books from a seed alone, for runs of millions of acts: figures of any cent, dates and ages of few.

`random_books` makes books small enough to read; these are made once and asked much. A book has one or two series of
circulars and corrigenda, the facts that its amounts ask for differ from book to book, and now and then it has a defect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from random import Random

from invented import CODES, FACTS, Asked, Invented, Json, amount, line
from random_books import BOUNDS, EFFECTIVE, FACT_SETS, ISSUED, REGIMES, act


@dataclass(frozen=True)
class SeededBook:
    """Circulars in the order in which they are loaded, and the day on which they are asked, if any."""

    seed: int
    circulars: tuple[Invented, ...]
    known_on: date | None

    def acts(self, number: int) -> Iterator[Asked]:
        """Acts to ask of it, the same ones for the same book; of three, two tell all that may decide."""
        random = Random(f"acts {self.seed}")
        return (_act(random, self.circulars) for _ in range(number))


def seeded_book(seed: int) -> SeededBook:
    """The book of a seed."""
    random = Random(f"book {seed}")
    facts = FACT_SETS[seed % len(FACT_SETS)]
    made: list[Invented] = []
    for series in range(random.randint(1, 2)):
        codes = CODES if random.random() < 0.05 else CODES[6 * series : 6 * series + 6]
        for _ in range(random.randint(1, 3)):
            made.append(_circular(random, len(made), f"toy/acts/{series + 1}", codes, facts))
    known_on = date.fromisoformat(random.choice(ISSUED[1:])) if random.random() < 0.3 else None
    return SeededBook(seed, tuple(random.sample(made, len(made))), known_on)


def _act(random: Random, circulars: Sequence[Invented]) -> Asked:
    asked = act(random, circulars)
    if random.random() < 1 / 3:
        return asked
    facts = {name: random.choice(values) for name, values in FACTS.items()} | dict(asked.facts)
    told = replace(asked, regime=asked.regime or random.choice(REGIMES), facts=facts)
    return told if told.years is not None else replace(told, age=random.randrange(100))


def _circular(random: Random, place: int, series: str, codes: Sequence[str], facts: tuple[str, ...]) -> Invented:
    issued = random.choice(ISSUED)
    lines: list[Json] = []
    for pair in random.sample(range(len(codes) // 2), random.randint(1, 3)):
        lines += _tariff(random, codes[2 * pair], codes[2 * pair + 1], facts)
    later = [day for day in ISSUED if day > issued]
    return Invented(
        number=f"{issued[:4]}/{100 + place}",
        issued_on=issued,
        effective_on=random.choice(EFFECTIVE),
        lines=tuple(lines),
        series=series,
        kind="corrigendum" if place and random.random() < 0.25 else "circular",
        known_from=random.choice(later) if later and random.random() < 0.15 else None,
        doubtful=frozenset({random.randrange(len(lines))} if random.random() < 0.1 else ()),
    )


def _tariff(random: Random, ambulatory: str, hospital: str, facts: tuple[str, ...]) -> list[Json]:
    """The lines of one act: its situations cut by setting, ages, regime and facts, a few of them left out."""
    own, twin = random.choice([(ambulatory, None), (ambulatory, hospital), (None, hospital)])
    settings = ["ambulatory", "hospital"] if own and twin and random.random() < 0.5 else [None]
    cuts = sorted(random.sample(BOUNDS, random.randint(0, 2)))
    bands = list(zip([None, *cuts], [*cuts, None], strict=True))
    a_line_each = len(bands) > 1 and random.random() < 0.5
    regimes: Sequence[str | None] = REGIMES if random.random() < 0.7 else [None]
    asked = [name for name in facts if random.random() < 0.6]
    lines: list[Json] = []
    for group in [[band] for band in bands] if a_line_each else [bands]:
        fee = None if random.random() < 0.05 else random.randrange(random.choice([10, 10_000, 1_000_000]))
        amounts = [
            _figures(random, fee)
            | {"setting": setting, "age_from": low, "age_to": high, "regime": regime}
            | {"facts": dict(zip(asked, values, strict=True))}
            for setting, (low, high), regime in product(settings, group, regimes)
            for values in product(*(FACTS[name] for name in asked))
            if random.random() > 0.05
        ]
        if amounts and random.random() < 0.03:
            amounts.append(random.choice(amounts) | {"intervention": "1.00", "patient_share": "9.00"})
            amounts[-1] |= {"derived": [], "not_published": [], "intervention_kind": "actual"}
        lines.append(line(own, twin, None if fee is None else _euro(fee), *amounts, section=f"1.{len(lines) + 1}"))
    return random.sample(lines, len(lines))


def _figures(random: Random, fee: int | None) -> Json:
    """The figures of one situation in any cents, now and then cut off or not given."""
    basis = random.choice(["act", "act", "session", "unit"])
    if fee is None or random.random() < 0.06:
        return amount(basis=basis, not_published=random.choice([[], ["intervention", "patient_share"]]))
    if basis == "session":
        kind = random.choice(["actual", "theoretical"])
        return amount(
            _euro(random.randrange(20_000)), _euro(random.randrange(2_000)), basis=basis, intervention_kind=kind
        )
    share = random.randint(0, fee)
    derived = random.choice([[], ["patient_share"], ["intervention"]])
    return amount(_euro(fee - share), _euro(share), basis=basis, derived=derived)


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
