"""A declared week and a list of acts as people give them: CSV, or TOML with `[[slot]]` or `[[act]]` entries."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.conditions.acted import GivenAct
from bareme.conventions.agreement_2020.conditions.model import DAYS, Slot
from bareme.conventions.inputs import declared_inputs
from bareme.exchange.agreements.given import Column, Row, read_table

KINDS = ("conventioned", "free")
ACTIVITIES = ("consultations", "appointments", "acts", "visits", "hospital_patients", "day_hospital", "lump_sums")
"""What a slot may be for; those that may be free are parameters of the system."""
SLOT_COLUMNS = (
    Column("site"),
    Column("day", "choice", values=DAYS),
    Column("from", "time"),
    Column("to", "time"),
    Column("kind", "choice", values=KINDS),
    Column("activity", "choice", needed=False, values=ACTIVITIES),
    Column("valid_from", "day", needed=False),
)
ASKED = (
    "free_hours",
    "at_practice",
    "care_setting",
    "fee_charged",
    "particular_requirement",
    "on_call",
    "open_hours",
    "asked_back",
    "treating_doctor_asked",
    "room_by_choice",
    "informed_beforehand",
    "income_above_ceiling",
    "household_income",
    "holders",
    "dependants",
    "optional_third_party",
    "third_party_covers",
    "travel_charged",
    "travel_tariff",
)
"""The inputs of the rules on one act that a list of acts may hold, as columns of the same names."""


def _column(name: str) -> Column:
    """An input as a column."""
    own = declared_inputs()[name]
    if own.values == ("yes", "no"):
        return Column(name, "yes_no", needed=False)
    if own.kind == "count":
        return Column(name, own.kind, needed=False, least=own.least, most=own.most)
    return Column(name, own.kind, needed=False, values=own.values, least=0 if own.kind == "euro" else None)


def act_columns() -> tuple[Column, ...]:
    """The columns of a list of acts; only the date is needed."""
    return (
        Column("date", "day"),
        Column("time", "time", needed=False),
        Column("site", needed=False),
        Column("code", "code", needed=False),
        Column("tariff", "euro", needed=False, least=0),
        Column("minutes", "count", needed=False),
        *map(_column, ASKED),
    )


@dataclass(frozen=True, slots=True)
class GivenWeek:
    """The slots of a file, and findings about lines that cannot be used."""

    slots: tuple[Slot, ...]
    findings: tuple[AgreementFinding, ...]


@dataclass(frozen=True, slots=True)
class GivenActs:
    """The acts of a file, and findings about lines that cannot be used."""

    acts: tuple[GivenAct, ...]
    findings: tuple[AgreementFinding, ...]


def read_week(path: str | PathLike[str], system: System) -> GivenWeek:
    """The slots of a declared week; `InputError` for a file or a column that is none."""
    given = read_table(str(path), SLOT_COLUMNS, system, "slot")
    return GivenWeek(tuple(_slot(row) for row in given.rows), given.findings)


def _slot(row: Row) -> Slot:
    free = row["kind"] == "free"
    return Slot(row.place, row["site"], row["day"], row["from"], row["to"], free, row["activity"], row["valid_from"])


def read_acts(path: str | PathLike[str], system: System) -> GivenActs:
    """The acts of a list; `InputError` for a file or a column that is none."""
    given = read_table(str(path), act_columns(), system, "act")
    return GivenActs(tuple(map(_act, given.rows)), given.findings)


def _act(row: Row) -> GivenAct:
    told = row.values
    inputs = {name: _text(told[name]) for name in ASKED if told[name] is not None}
    code = told["code"] or ""
    return GivenAct(row.place, told["date"], told["time"], told["site"], code, told["tariff"], told["minutes"], inputs)


def _text(value: Any) -> Any:
    """Yes and no as the rules on one act know them."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
