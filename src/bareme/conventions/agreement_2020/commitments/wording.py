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


COLUMNS = ("head_due", "head_kind", "head_clause", "head_owner", "head_status", "head_what")
_EVERY = {"quarter": "every_quarter", "year": "every_year"}


def heads_of(system: System, language: str) -> tuple[str, ...]:
    """The heads of the columns of a printed agenda."""
    return tuple(system.words[language][column] for column in COLUMNS)


def row_of(system: System, item: Item, language: str) -> tuple[str, ...]:
    """An item as a row of a printed agenda, for `heads_of`."""
    own, words = item.commitment, system.words[language]
    due = item.due or words["no_date" if own.every is None else _EVERY[own.every]]
    return (
        due,
        words[own.kind.value],
        own.clause,
        own.owner or NOBODY,
        words[item.status.value],
        own.says[language],
    )


def counted(system: System, agenda: Agenda, language: str) -> str:
    """How many items there are, and how many of those chosen have no date."""
    return system.say("items", {"number": len(agenda.items), "undated": agenda.undated})[language]


def written(system: System, file: str, events: int, agenda: Agenda, language: str) -> str:
    """What was written as a calendar."""
    return system.say("written", {"file": file, "number": events, "undated": agenda.undated})[language]


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
        "kind": system.words[language][own.kind.value],
        "owner": owner,
        "to": to,
        "status": system.words[language][item.status.value],
    }
    lines = [system.say("details", values)[language]]
    if own.precision in _NO_DAY:
        lines.append(system.say(_NO_DAY[own.precision], {"due": item.due})[language])
    if item.note:
        lines.append(item.note)
    return "\n".join(lines)
