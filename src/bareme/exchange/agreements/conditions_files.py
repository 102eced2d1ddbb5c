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
from bareme.errors import InputError
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
    return Column(name, own.kind, needed=False, values=own.values)


def act_columns() -> tuple[Column, ...]:
    """The columns of a list of acts; only the date is needed."""
    return (
        Column("date", "day"),
        Column("time", "time", needed=False),
        Column("site", needed=False),
        Column("code", "code", needed=False),
        Column("tariff", "euro", needed=False),
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
    acts, findings = [], list(given.findings)
    for row in given.rows:
        inputs: dict[str, Any] = {name: _text(row[name]) for name in ASKED if row[name] is not None}
        wrong = [_unusable(system, row, name, value) for name, value in inputs.items() if not _is_usable(name, value)]
        if row["tariff"] is not None and row["tariff"] < 0:
            wrong.append(_unusable(system, row, "tariff", row["tariff"]))
        findings += wrong
        if not wrong:
            acts.append(_act(row, inputs))
    return GivenActs(tuple(acts), tuple(findings))


def _act(row: Row, inputs: dict[str, Any]) -> GivenAct:
    code, site, time = row["code"] or "", row["site"], row["time"]
    return GivenAct(row.place, row["date"], time, site, code, row["tariff"], row["minutes"], inputs)


def _text(value: Any) -> Any:
    """Yes and no as the rules on one act know them."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _is_usable(name: str, value: Any) -> bool:
    try:
        declared_inputs()[name].read(value)
    except InputError:
        return False
    return True


def _unusable(system: System, row: Row, name: str, value: Any) -> AgreementFinding:
    own = declared_inputs().get(name)
    expected = (
        f"a whole number from {own.least} to {own.most}" if own and own.kind == "count" else "an amount, at least 0"
    )
    return system.finding("unusable_value", "", row.place, column=name, found=repr(str(value)), expected=expected)
