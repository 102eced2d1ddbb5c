"""The columns of a file of acts and of its priced copy."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.nomenclature.facts import declared_facts

REQUIRED = ("code", "date")
KNOWN_COLUMNS = ("code", "date", "birth_date", "quantity", *declared_facts())
"""The columns that pricing reads; others pass through."""
MOST_UNITS = 999_999
"""The largest quantity of one act."""
CENTS = ("fee", "intervention", "patient_share")
TOTALS = ("total_fee", "total_intervention", "total_patient_share")
OUTPUT_COLUMNS = {
    "outcome": "what became of the act; see the list of outcomes",
    "certainty": "published, last_known, projected; empty where no tariff is in force",
    "fee": "the fee per unit, in euro",
    "intervention": "what the insurance pays per unit, in euro; empty where not published or not given",
    "patient_share": "what the patient pays per unit, in euro",
    "total_fee": "fee x quantity",
    "total_intervention": "intervention x quantity; empty for a theoretical intervention",
    "total_patient_share": "patient share x quantity",
    "basis": "what one fee pays for: act, session, unit",
    "intervention_kind": "actual or theoretical",
    "circular": "the circular that publishes the tariff",
    "line_id": "the line of the circular",
    "needs": "the facts that are missing and decide, joined by commas",
    "invalid": "the columns whose value cannot be used, joined by commas (outcome invalid_input)",
    "reason": "one word for why there is no complete price; see the list of reasons",
}
RULE_COLUMNS = {
    "rules": "what each rule of a convention says of the act, as rule=result, parted by blanks",
    "rules_missing": "what a rule must know, or cannot take together, as rule:name,name, parted by blanks",
    "rules_note": "the lines that used up a maximum, what the other way to count would pay, a supplement",
    "payable_units": "the units that are paid after rules; empty where no rule says so",
    "payable_fee": "the fee of those units, in euro",
    "payable_intervention": "what the insurance pays after rules, in euro",
    "payable_patient_share": "what the patients pay after rules, in euro",
}
"""The columns that `--rules` adds behind the others."""


class Kinds(StrEnum):
    """How the columns of the acts come in."""

    TEXT = "text"
    """Every column as text."""
    TYPED = "typed"
    """Days as dates, ages and quantities as whole numbers, all else as text."""


def kinds_of(kinds: Kinds) -> dict[str, str]:
    """The type of each known column: string, date or int64."""
    counted = ["quantity", *(name for name, fact in declared_facts().items() if fact.counts_years)]
    typed = {"date": "date", "birth_date": "date", **dict.fromkeys(counted, "int64")}
    return {name: typed.get(name, "string") if kinds is Kinds.TYPED else "string" for name in KNOWN_COLUMNS}


def check_rule_columns(names: Sequence[str], where: str) -> None:
    """Refuse columns in the way of a rule's, and those that are nearly what a rule asks."""
    for name in names:
        if name.casefold() in RULE_COLUMNS:
            raise InputError(f"{where} has a column {name!r}, which --rules adds; rename it. Nothing was priced.")
        inputs = [known for known in declared_inputs() if known not in names]
        meant = None if name in KNOWN_COLUMNS or name in declared_inputs() else _meant(name, inputs)
        if meant is not None:
            raise InputError(f'{where} has a column "{name}"; did you mean "{meant}"? Nothing was priced.')


def check_columns(names: Sequence[str], where: str) -> None:
    """Refuse, before any work, columns that are missing, nearly right, doubled, or in the way of an output column."""
    for name in names:
        if name in OUTPUT_COLUMNS:
            raise InputError(f"{where} has a column {name!r}, which the result adds; rename it. Nothing was priced.")
        if names.count(name) > 1:
            raise InputError(f"{where} has the column {name!r} twice. Nothing was priced.")
    for name in names:
        meant = None if name in KNOWN_COLUMNS else _meant(name)
        if meant is not None:
            raise InputError(f'{where} has a column "{name}"; did you mean "{meant}"? Nothing was priced.')
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InputError(f"{where} has no column {' and no column '.join(map(repr, missing))}. Nothing was priced.")


def _meant(name: str, known: Sequence[str] = KNOWN_COLUMNS) -> str | None:
    """The known column that a name differs from only by case, accent, plural, separator or one edit."""
    plain = _plain(name)
    return next((k for k in known if plain in (_plain(k), _plain(k) + "s") or _one_edit(name, k)), None)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return "".join(c for c in letters if c.isalnum())


def _one_edit(one: str, other: str) -> bool:
    """True when one insertion, deletion, replacement or swap of neighbours turns one name into the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[head:], other[head:]
    swapped = len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
