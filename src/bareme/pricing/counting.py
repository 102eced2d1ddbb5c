"""Acts as the pricing expression reads them, counted by what decides a price, before they have one.

The same expression reads acts to be priced: what is invalid there is invalid here.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

from bareme.book.prices import BEGINNING, END
from bareme.nomenclature.facts import declared_facts
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds, kinds_of

CHOICES = tuple(name for name, fact in declared_facts().items() if not fact.counts_years)
"""The facts that are choices."""
EVERY = "SELECT *, 1 AS many FROM read_acts"
"""The acts one by one, each with its number in `many`."""
_SQL = {"string": "VARCHAR", "date": "DATE", "int64": "BIGINT"}


def alike(known: Collection[str], kinds: Kinds) -> str | None:
    """What puts acts of the table `read_acts` together that count alike, with their number in `many`.

    `known` are the columns that they have. None where it would not pay: hardly any two texts of days are alike, nor are
    dates of birth. Without these it only matters of a date whether it is one.
    """
    if "birth_date" in known or kinds is Kinds.TEXT:
        return None
    columns = [name for name in KNOWN_COLUMNS if name in known]
    day = f"CASE WHEN date BETWEEN DATE '{BEGINNING}' AND DATE '{END}' THEN DATE '{BEGINNING}' END AS date"
    selected = ", ".join(day if name == "date" else name for name in columns)
    return f"SELECT {selected}, count(*) AS many FROM read_acts GROUP BY ALL"


@cache
def counting(kinds: Kinds, ages: tuple[int, ...], facts: tuple[str, ...], known: tuple[str, ...]) -> str:
    """What counts the table `alike_acts`, which has the columns `known` and `many`, to stand after `WITH`.

    It gives `code`, the facts, `age` (-1: none), `invalid`, `acts` and `lines`. `facts` are the choices that the acts
    have columns for. `acts` are the quantities; a line with something that cannot be used is one act. Of ages only the
    first of a band counts, where `ages` are the first ages of bands.
    """
    units = "CASE WHEN invalid = '' THEN units ELSE 1 END"
    return (
        f"acts AS (SELECT 0 AS input_line, many AS carried, {_columns(kinds, known)} FROM alike_acts) "
        f"SELECT {_counted_by(ages, facts)}, "
        f"CAST(sum({units} * carried) AS BIGINT) AS acts, CAST(sum(carried) AS BIGINT) AS lines "
        f"FROM ({reading(kinds)}) GROUP BY ALL"
    )


@cache
def keyed(kinds: Kinds, ages: tuple[int, ...], facts: tuple[str, ...], known: tuple[str, ...]) -> str:
    """What gives each act of the table `read_acts`, which has the columns `known`, with what it is counted by.

    It stands after `WITH`, and makes the table `keyed` of `input_line`, `code`, the facts, `age` and `invalid`.
    """
    return (
        f"acts AS (SELECT input_line, 1 AS carried, {_columns(kinds, known)} FROM read_acts), "
        f"keyed AS (SELECT input_line, {_counted_by(ages, facts)} FROM ({reading(kinds)}))"
    )


def _columns(kinds: Kinds, known: Collection[str]) -> str:
    """The columns that the expression reads; those that the acts do not have are null."""
    return ", ".join(
        name if name in known else f"CAST(NULL AS {_SQL[kind]}) AS {name}" for name, kind in kinds_of(kinds).items()
    )


def _counted_by(ages: Collection[int], facts: Collection[str]) -> str:
    """What acts are counted by: the code, the facts, the first age of the band (-1: none), what is invalid."""
    bands = " ".join(f"WHEN years_old >= {age} THEN {age}" for age in sorted(ages, reverse=True))
    return f"{', '.join(('code', *facts))}, CASE {bands} ELSE -1 END AS age, invalid"


def reading(kinds: Kinds) -> str:
    """What reads the table `acts`: shipped as compiled by Ibis, which takes longer than the counting of many acts."""
    shipped = files("bareme.pricing").joinpath("compiled", reading_name(kinds))
    return shipped.read_text(encoding="utf-8") if shipped.is_file() else compile_reading(kinds)


def reading_name(kinds: Kinds) -> str:
    """The file of what reads acts."""
    return f"read.{kinds}.sql"


def compile_reading(kinds: Kinds) -> str:
    """What reads the table `acts`, compiled now."""
    import ibis

    # The reading half of the expression; the hash of the rules is that of its file, which therefore stays as it is.
    from bareme.pricing.expression import _SPACES, _read, tables_of

    acts, _, _ = tables_of((), kinds)
    codes = " || ".join(f"chr({ord(c)})" for c in _SPACES.strip("'"))
    return str(ibis.to_sql(_read(acts), "duckdb")).replace(_SPACES, codes) + "\n"
