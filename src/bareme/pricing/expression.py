"""Stateless pricing, written once: acts joined with the price table, as one Ibis expression.

The columns of the acts come in as text, or as days and whole numbers (`Kinds`). The expression reads them, finds the
row of the price table by code, year and choice facts with the days and ages as residual condition, and gives each act
an outcome. Amounts stay integer cents.
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
from bareme.pricing.columns import CENTS, KNOWN_COLUMNS, MOST_UNITS, Kinds, kinds_of

_SPACES = "' \t\n\r\v\f'"
_DAY = 10
"""So many letters has an ISO day."""
# The end of a text is \z on every engine; $ also stands before a last line separator in Java.
_MIDNIGHT = r"^ 00:00:00(\.0+)?\z"
_COUNT = r"^[0-9]{1,6}(\.0+)?\z"
# As texts 1.000 may be one or a thousand: which, nobody guesses.
_UNITS = r"^[0-9]{1,6}(\.(0{1,2}|0{4,}))?\z"
_CODE = r"^[0-9]{6}\z"
ANSWER = ("certainty", *CENTS, "basis", "intervention_kind", "not_published", "reason", "circular", "line_id")
"""The columns of the price table that go to the answer as they are."""
PLACE = ("entry", "line", "amount", "tariff_from", "tariff_to")
"""Where the figures stand in the ledger, and the tariff's whole period."""


def tables_of(choices: Sequence[str], kinds: Kinds) -> tuple[Table, Table, Table]:
    """The tables `acts`, `prices` and `years` that the expression reads, unbound.

    `carried` is whatever the caller wants to find beside each answer again; its type does not matter.
    """
    acts = {"input_line": "int64", "carried": "string", **kinds_of(kinds)}
    years = {"first_year": "int32", "last_year": "int32"}
    return (
        ibis.table(acts, name="acts"),
        ibis.table(_price_schema(choices), name="prices"),
        ibis.table(years, name="years"),
    )


@cache
def compile_sql(choices: tuple[str, ...], kinds: Kinds, dialect: str = "duckdb") -> str:
    """The statement that prices the table `acts` by the tables `prices` and `years`, for an engine of Ibis."""
    acts, prices, years = tables_of(choices, kinds)
    sql = str(ibis.to_sql(priced(acts, prices, years, choices), dialect))
    # Ibis writes what `strip` takes off as control characters, which a file read as text would not keep.
    codes = [str(ord(c)) for c in _SPACES.strip("'")]
    if dialect == "duckdb":
        sql = sql.replace(_SPACES, " || ".join(f"chr({code})" for code in codes))
    if dialect == "sqlite":
        sql = sql.replace(_SPACES, f"char({', '.join(codes)})")
    return sql + "\n"


def _price_schema(choices: Sequence[str]) -> dict[str, str]:
    types = {"text": "string", "number": "int32", "cents": "int64", "day": "date"}
    return {name: types[kind] for name, kind in columns_of(choices).items()}


def priced(acts: Table, prices: Table, years: Table, choices: Sequence[str]) -> Table:
    """One row for each act: input_line, carried, outcome, the columns of its row of the price table, totals, invalid.

    `years` has one row: the first and the last year of the price table, to which the acts' years are clamped.
    """
    read = _read(acts).cross_join(years)
    asked = read.mutate(year=ibis.greatest(ibis.least(read.day.year().cast("int32"), read.last_year), read.first_year))
    # Not `drop`, which Ibis compiles to names in the order of a set: the statement would differ from run to run.
    asked = asked.select(*(name for name in asked.columns if name not in years.columns))
    # The acts' columns get names that no column of the price table has.
    asked = asked.rename({f"act_{name}": name for name in asked.columns if name not in ("input_line", "carried")})
    match: list[Any] = [
        asked.act_asked == prices.code,
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
    """The acts' columns as values; `invalid` names those whose value cannot be used, joined by commas.

    `asked` is the code of an act that can be priced; null where something in it is invalid, so that it meets no row.
    """
    given = acts.mutate(**{name: _given(acts[name]) for name in KNOWN_COLUMNS})
    values = given.mutate(day=_day(given.date), born=_day(given.birth_date), given_age=_count(given.age))
    values = values.mutate(
        units=ibis.coalesce(_count(values.quantity, _UNITS), 1),
        computed_age=_years_between(values.born, values.day),
    )
    years = ibis.coalesce(values.given_age, values.computed_age)
    wrong = {
        "code": values.code.isnull(),
        "date": values.day.isnull(),
        "birth_date": values.birth_date.notnull()
        & _or_false(values.born.isnull() | (values.computed_age < 0) | (values.computed_age > OLDEST)),
        "quantity": values.quantity.notnull() & ~_or_false(_count(values.quantity, _UNITS).between(1, MOST_UNITS)),
        **{name: _not_a_value(values, name) for name in declared_facts()},
    }
    wrong["age"] = wrong["age"] | _or_false(values.given_age != values.computed_age)
    # Two steps, since a mutation is evaluated once and an expression wherever it stands.
    values = values.mutate(**{f"wrong_{name}": flag for name, flag in wrong.items()})
    flags = {name: values[f"wrong_{name}"] for name in wrong}
    any_wrong: BooleanValue = reduce(lambda a, b: a | b, flags.values())
    names: StringValue = reduce(lambda a, b: a + b, [flag.ifelse(f"{name},", "") for name, flag in flags.items()])
    choices = {n: ibis.coalesce(values[n], "") for n, fact in declared_facts().items() if not fact.counts_years}
    return values.select(
        "input_line",
        "carried",
        "code",
        "day",
        "units",
        asked=any_wrong.ifelse(ibis.null("string"), values.code),
        years_old=ibis.coalesce(years, -1),
        invalid=any_wrong.ifelse(names.re_replace(",$", ""), ""),
        **choices,
    )


def _given(column: Any) -> Any:
    """A column's values; blank texts are none."""
    return column.strip().nullif("") if column.type().is_string() else column


def _or_false(flag: Any) -> BooleanValue:
    found: BooleanValue = flag.fill_null(False)
    return found


def _not_a_value(values: Table, name: str) -> BooleanValue:
    fact = declared_facts()[name]
    if fact.counts_years:
        return values[name].notnull() & ~_or_false(_count(values[name]).between(0, OLDEST))
    return values[name].notnull() & ~values[name].isin(fact.values)


def _day(column: Any) -> Any:
    """The day of an ISO date (or of a midnight); null for any other text, and for a day that no calendar has.

    Year 0 is such a one: some engines write it as it is, others as 1 BC.
    """
    if not column.type().is_string():
        return column.between(BEGINNING, END).ifelse(column, ibis.null("date"))
    first = column.substr(0, _DAY)
    day = first.try_cast("date")
    is_day = (
        (day.cast("string") == first)
        & (day >= BEGINNING)
        & ((column.length() == _DAY) | ((column.length() > _DAY) & column.substr(_DAY).re_search(_MIDNIGHT)))
    )
    return _or_false(is_day).ifelse(day, ibis.null("date"))


def _count(column: Any, form: str = _COUNT) -> IntegerValue:
    """A whole number; of texts those of a form, null for any other."""
    if not column.type().is_string():
        whole: IntegerValue = column
        return whole
    number: IntegerValue = column.re_search(form).ifelse(
        column.re_extract(r"^([0-9]+)", 1).try_cast("int64"), ibis.null("int64")
    )
    return number


def _years_between(born: Any, day: Any) -> IntegerValue:
    """Completed years from one day to another."""
    early = (day.month() < born.month()) | ((day.month() == born.month()) & (day.day() < born.day()))
    years: IntegerValue = day.year().cast("int64") - born.year().cast("int64") - early.cast("int64")
    return years


def _answered(joined: Table) -> Table:
    """The outcome of each act, and the columns of its row where it has one."""
    code = joined.act_code
    has_form = _or_false(code.re_search(_CODE))
    digits = has_form.ifelse(code, "000000")
    well_formed = has_form & (digits.substr(0, 5).cast("int64") % CHECK_MODULUS == digits.substr(5, 1).cast("int64"))
    outcome = ibis.cases(
        (joined.outcome.notnull(), joined.outcome),
        (joined.act_invalid != "", Outcome.INVALID_INPUT.value),
        (~well_formed, Outcome.INVALID_CODE.value),
        else_=Outcome.UNKNOWN_CODE.value,
    )
    theoretical = _or_false(joined.intervention_kind == InterventionKind.THEORETICAL.value)
    units = joined.act_units
    totals = {
        "total_fee": joined.fee * units,
        "total_intervention": theoretical.ifelse(ibis.null("int64"), joined.intervention * units),
        "total_patient_share": joined.patient_share * units,
    }
    return joined.select(
        "input_line",
        "carried",
        *ANSWER,
        *PLACE,
        outcome=outcome,
        needs=ibis.coalesce(joined.needs, ""),
        invalid=joined.act_invalid,
        **totals,
    )
