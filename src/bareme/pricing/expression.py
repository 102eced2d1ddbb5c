"""Stateless pricing, written once: acts joined with the price table, as one Ibis expression.

Every column of the acts comes in as text. The expression reads it, finds the row of the price table by code, year and
choice facts with the days and ages as residual condition, and gives each act an outcome. Amounts stay integer cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache, reduce
from typing import Any

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table

from bareme.book.prices import BEGINNING, END, columns_of
from bareme.nomenclature.codes import CHECK_MODULUS
from bareme.nomenclature.facts import OLDEST, declared_facts
from bareme.nomenclature.outcomes import Outcome
from bareme.nomenclature.situations import InterventionKind
from bareme.pricing.columns import CENTS, KNOWN_COLUMNS

_DAY = r"^\d{4}-\d{2}-\d{2}( 00:00:00(\.0+)?)?$"
_SPACES = "' \t\n\r\v\f'"
_COUNT = r"^\d{1,6}(\.0+)?$"


@cache
def compile_sql(choices: tuple[str, ...]) -> str:
    """The DuckDB statement that prices the table `acts` by the tables `prices` and `years`."""
    acts = ibis.table({"input_line": "int64", **dict.fromkeys(KNOWN_COLUMNS, "string")}, name="acts")
    prices = ibis.table(_price_schema(choices), name="prices")
    years = ibis.table({"first_year": "int32", "last_year": "int32"}, name="years")
    sql = str(ibis.to_sql(priced(acts, prices, years, choices), "duckdb"))
    # Ibis writes what `strip` takes off as control characters, which a file read as text would not keep.
    return sql.replace(_SPACES, " || ".join(f"chr({ord(c)})" for c in _SPACES.strip("'"))) + "\n"


def _price_schema(choices: Sequence[str]) -> dict[str, str]:
    types = {"text": "string", "number": "int32", "cents": "int64", "day": "date"}
    return {name: types[kind] for name, kind in columns_of(choices).items()}


def priced(acts: Table, prices: Table, years: Table, choices: Sequence[str]) -> Table:
    """One row for each act: input_line, outcome, the columns of its row of the price table, totals in cents, invalid.

    `years` has one row: the first and the last year of the price table, to which the acts' years are clamped.
    """
    read = _read(acts).cross_join(years)
    asked = read.mutate(year=ibis.greatest(ibis.least(read.day.year().cast("int32"), read.last_year), read.first_year))
    # Not `drop`, which Ibis compiles to names in the order of a set: the statement would differ from run to run.
    asked = asked.select(*(name for name in asked.columns if name not in years.columns))
    # The acts' columns get names that no column of the price table has.
    asked = asked.rename({f"act_{name}": name for name in asked.columns if name != "input_line"})
    match: list[Any] = [
        asked.act_code == prices.code,
        asked.act_year == prices.year,
        *(asked[f"act_{name}"] == prices[f"fact_{name}"] for name in choices),
        asked.act_day >= prices.valid_from,
        # The table ends on the last day of the calendar, which is a day like the one before it.
        ibis.least(asked.act_day, ibis.literal(END - timedelta(days=1))) < prices.valid_to,
        asked.act_years_old >= prices.age_from,
        asked.act_years_old < prices.age_to,
    ]
    joined = asked.left_join(prices, match)
    return _answered(joined)


def _read(acts: Table) -> Table:
    """The acts' texts as values; `invalid` names the columns whose value cannot be used, joined by commas."""
    texts = acts.mutate(**{name: acts[name].strip().nullif("") for name in KNOWN_COLUMNS})
    values = texts.mutate(day=_day(texts.date), born=_day(texts.birth_date), given_age=_count(texts.age))
    values = values.mutate(
        units=ibis.coalesce(_count(values.quantity), 1),
        computed_age=_years_between(values.born, values.day),
    )
    years = ibis.coalesce(values.given_age, values.computed_age)
    wrong = {
        "code": values.code.isnull(),
        "date": values.day.isnull() | (values.day < BEGINNING).fill_null(False),
        "birth_date": values.birth_date.notnull()
        & (values.born.isnull() | (values.computed_age < 0) | (values.computed_age > OLDEST)).fill_null(False),
        "quantity": values.quantity.notnull() & ((_count(values.quantity).fill_null(0)) < 1),
        **{name: _not_a_value(values, name) for name in declared_facts()},
    }
    disagree = (values.given_age != values.computed_age).fill_null(False)
    wrong["age"] = wrong["age"] | disagree
    names = [flag.ifelse(f"{name},", "") for name, flag in wrong.items()]
    invalid: StringValue = reduce(lambda a, b: a + b, names)
    choices = {n: ibis.coalesce(values[n], "") for n, fact in declared_facts().items() if not fact.counts_years}
    return values.select(
        "input_line",
        "code",
        "day",
        "units",
        years_old=ibis.coalesce(years, -1),
        invalid=invalid.re_replace(",$", ""),
        **choices,
    )


def _not_a_value(values: Table, name: str) -> BooleanValue:
    fact = declared_facts()[name]
    if fact.counts_years:
        return values[name].notnull() & (_count(values[name]).fill_null(OLDEST + 1) > OLDEST)
    return values[name].notnull() & ~values[name].isin(fact.values)


def _day(text: StringValue) -> Any:
    """The day of an ISO date (or of a midnight); null for anything else."""
    return text.re_search(_DAY).ifelse(text.substr(0, 10).try_cast("date"), ibis.null("date"))


def _count(text: StringValue) -> IntegerValue:
    """A whole number of up to six digits; null for anything else."""
    number: IntegerValue = text.re_search(_COUNT).ifelse(
        text.re_extract(r"^(\d+)", 1).try_cast("int64"), ibis.null("int64")
    )
    return number


def _years_between(born: Any, day: Any) -> IntegerValue:
    """Completed years from one day to another."""
    early = (day.month() < born.month()) | ((day.month() == born.month()) & (day.day() < born.day()))
    years: IntegerValue = day.year().cast("int64") - born.year().cast("int64") - early.cast("int64")
    return years


def _answered(joined: Table) -> Table:
    """The outcome of each act, and the columns of its row where it has one that can be used."""
    code = joined.act_code
    well_formed = code.re_search(r"^[0-9]{6}$").ifelse(
        code.substr(0, 5).try_cast("int64") % CHECK_MODULUS == code.substr(5, 1).try_cast("int64"), False
    )
    outcome = ibis.cases(
        (joined.act_invalid != "", Outcome.INVALID_INPUT.value),
        (joined.outcome.notnull(), joined.outcome),
        (~well_formed, Outcome.INVALID_CODE.value),
        else_=Outcome.UNKNOWN_CODE.value,
    )
    usable = joined.act_invalid == ""
    columns = [*CENTS, "certainty", "basis", "intervention_kind", "not_published", "reason", "circular", "line_id"]
    columns += ["entry", "line", "amount", "tariff_from", "tariff_to"]
    kept = {name: usable.ifelse(joined[name], ibis.null(joined[name].type())) for name in columns}
    theoretical = (joined.intervention_kind == InterventionKind.THEORETICAL.value).fill_null(False)
    units = joined.act_units
    totals = {
        "total_fee": kept["fee"] * units,
        "total_intervention": theoretical.ifelse(ibis.null("int64"), kept["intervention"] * units),
        "total_patient_share": kept["patient_share"] * units,
    }
    needs = usable.ifelse(ibis.coalesce(joined.needs, ""), "")
    return joined.select("input_line", outcome=outcome, needs=needs, invalid=joined.act_invalid, **kept, **totals)
