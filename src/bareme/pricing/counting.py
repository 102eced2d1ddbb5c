"""Acts as the pricing expression reads them, counted by what decides a price, before they have one.

The same expression reads acts to be priced: what is invalid there is invalid here.
"""

from __future__ import annotations

from functools import cache

from bareme.nomenclature.facts import declared_facts
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds

CHOICES = tuple(name for name, fact in declared_facts().items() if not fact.counts_years)
"""The facts that are choices."""


@cache
def counting(kinds: Kinds, ages: tuple[int, ...], facts: tuple[str, ...], *, by_birth: bool) -> str:
    """What counts the table `read_acts`, to stand after `WITH read_acts AS (...),`.

    It gives `code`, the facts, `age` (-1: none), `invalid`, `acts` and `lines`. `facts` are the choices that the acts
    have columns for; `by_birth` says that they have dates of birth. `acts` are the quantities; a line with something
    that cannot be used is one act. Of ages only the first of a band counts, where `ages` are the first ages of bands.
    """
    import ibis

    # The reading half of the expression; the hash of the rules is that of its file, which therefore stays as it is.
    from bareme.pricing.expression import _read, tables_of

    acts, _, _ = tables_of((), kinds)
    read = ibis.to_sql(_read(acts), "duckdb")
    bands = " ".join(f"WHEN years_old >= {age} THEN {age}" for age in sorted(ages, reverse=True))
    names = ", ".join(("code", *facts))
    units = "CASE WHEN invalid = '' THEN units ELSE 1 END"
    return (
        f"acts AS ({_alike(kinds, by_birth)}) SELECT {names}, CASE {bands} ELSE -1 END AS age, invalid, "
        f"CAST(sum({units} * carried) AS BIGINT) AS acts, CAST(sum(carried) AS BIGINT) AS lines "
        f"FROM ({read}) GROUP BY ALL"
    )


def _alike(kinds: Kinds, by_birth: bool) -> str:
    """The acts, those that are alike as one, with their number in `carried`.

    Without dates of birth it only matters whether a date is one, and its millennium is so exactly when it is.
    """
    if by_birth or kinds is Kinds.TEXT:
        return "SELECT * REPLACE (1 AS carried) FROM read_acts"
    day = "CAST(date_trunc('millennium', date) AS DATE) AS date"
    others = ", ".join(name for name in KNOWN_COLUMNS if name != "date")
    return f"SELECT 0 AS input_line, count(*) AS carried, {day}, {others} FROM read_acts GROUP BY ALL"
