"""What a calendar says of an item: one line, and its details with how exactly the agreement dates it."""

from __future__ import annotations

from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.commitments.agenda import Agenda
from bareme.conventions.agreement_2020.commitments.model import Item, Precision

NOBODY = "-"
"""Where the agreement names nobody."""
_NO_DAY = {
    Precision.MONTH: "precision_month",
    Precision.QUARTER: "precision_quarter",
    Precision.YEAR: "precision_year",
}


def summary_of(system: System, item: Item, language: str) -> str:
    """The item and its clause in one line."""
    own = item.commitment
    return system.say("summary", {"text": own.says[language].rstrip("."), "clause": own.clause})[language]


def details_of(system: System, item: Item, agenda: Agenda, language: str) -> str:
    """Clause, owner, status; and that no day is named where a month, a quarter or a year is; the note of a status."""
    own = item.commitment
    owner, to = (NOBODY if name is None else agenda.owners[name][language] for name in (own.owner, own.to))
    values = {
        "year": str(agenda.year),
        "clause": own.clause,
        "kind": own.kind.value,
        "owner": owner,
        "to": to,
        "status": item.status.value,
    }
    lines = [system.say("details", values)[language]]
    if own.precision in _NO_DAY:
        lines.append(system.say(_NO_DAY[own.precision], {"due": item.due})[language])
    if item.note:
        lines.append(item.note)
    return "\n".join(lines)
