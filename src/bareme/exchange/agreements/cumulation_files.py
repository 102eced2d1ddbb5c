"""Files for rules of cumulation: acts of patients (CSV or `[[act]]`), and the rules (`bareme/cumulation-rules/1`)."""

from __future__ import annotations

from pathlib import Path

from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.cumulation import CumulatedAct
from bareme.conventions.agreement.cumulation_rules import RuleSet, read_rules
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.cumulation.lines import other_than_one_act
from bareme.errors import InputError
from bareme.exchange.agreements.given import Column, read_table, read_toml

ACTS = (
    Column("patient"),
    Column("date", "day"),
    Column("code", "code"),
    Column("session", needed=False),
    Column("fee", "euro", needed=False, least=0),
    Column("quantity", "count", needed=False),
)


def read_acts(path: Path, system: System) -> tuple[tuple[CumulatedAct, ...], tuple[AgreementFinding, ...]]:
    """Acts in the order of the file; each knows its line. A row of several acts, or of none, is a finding."""
    given = read_table(path, ACTS, system, "act")
    acts, several = [], []
    for row in given.rows:
        found = other_than_one_act(system, row["quantity"], row.place)
        if found is not None:
            several.append(found)
            continue
        act = CumulatedAct(row["patient"], row["date"], row["code"], row.place.line, row["session"], row["fee"])
        acts.append(act)
    return tuple(acts), (*given.findings, *several)


def read_rule_file(path: Path) -> RuleSet:
    """The rules of a TOML file; `InputError` says what is wrong with which."""
    if not path.is_file():
        raise InputError(f"{path} is not a file.")
    return read_rules(read_toml(path)[1], path.name)
