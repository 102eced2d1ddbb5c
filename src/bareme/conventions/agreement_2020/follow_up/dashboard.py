"""The dashboard of a quarter (13): what the budget runs, what is due and overdue, what acts came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.budget.arithmetic import YEAR_ALONE
from bareme.conventions.agreement_2020.budget.model import Block, Row, start_text
from bareme.conventions.agreement_2020.budget.statement import Budget
from bareme.conventions.agreement_2020.commitments.agenda import Agenda
from bareme.conventions.agreement_2020.commitments.model import Item, Kind, Status, due_period
from bareme.conventions.agreement_2020.follow_up.volumes import Volumes
from bareme.errors import InputError
from bareme.periods import Period

PROMISES = (Kind.DELIVERABLE, Kind.PERIOD)
"""What can be overdue; facts and starts take effect by themselves."""
EFFECTS = (Kind.FACT, Kind.START)


class Standing(StrEnum):
    """How a promise stands at the end of the quarter, by the status that was told."""

    DONE = "done"
    """Done by its day."""
    DONE_LATE = "done_late"
    """Done, after its day."""
    DROPPED = "dropped"
    """Given up."""
    OPEN = "open"
    """Due in the quarter and not done."""
    OVERDUE = "overdue"
    """Due before the quarter and not done."""
    UNREPORTED = "unreported"
    """Nobody told how far it is."""


class Running(StrEnum):
    """Whether a budget line runs in the quarter."""

    RUNNING = "running"
    """It started before."""
    STARTS = "starts"
    """It starts in the quarter."""
    LATER = "later"
    """It starts after it."""
    UNKNOWN = "unknown"
    """The table prints no start."""


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A promise and how it stands."""

    item: Item
    standing: Standing

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of `due` or `earlier`."""
        return {"standing": self.standing.value, "item": self.item.to_dict(language)}


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A row of the annex and whether it runs; amounts as printed, in thousands of euro."""

    block: Block
    row: Row
    running: Running

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data, an entry of `budget.lines`."""
        return {
            "block": self.block.id,
            "id": self.row.id,
            "label": self.row.label[language],
            "start": start_text(self.row.start),
            "running": self.running.value,
            **self.row.printed.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The dashboard of a quarter. `earlier` holds what was due before and is overdue, unreported or done in it."""

    year: int
    quarter: str
    period: Period
    budget: Budget
    lines: tuple[BudgetLine, ...]
    due: tuple[Standpoint, ...]
    earlier: tuple[Standpoint, ...]
    effects: tuple[Item, ...]
    agenda: Agenda
    volumes: Volumes | None
    interpretations: tuple[str, ...]
    findings: tuple[AgreementFinding, ...]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-dashboard-1`)."""
        table, last = self.budget.table, self.period.last_day
        blocks = [
            {"id": b.id, "letter": b.letter, "label": b.label[language], "side": b.side.value, **b.printed.to_dict()}
            for b in table.blocks
        ]
        return {
            "year": self.year,
            "quarter": self.quarter,
            "from": self.period.start.isoformat(),
            "to": None if last is None else last.isoformat(),
            "budget": {
                "blocks": blocks,
                "lines": [line.to_dict(language) for line in self.lines],
                "total": table.total.to_dict(),
                "balance": table.balance.to_dict(),
            },
            "volumes": None if self.volumes is None else self.volumes.to_dict(),
            "due": [entry.to_dict(language) for entry in self.due],
            "earlier": [entry.to_dict(language) for entry in self.earlier],
            "effects": [item.to_dict(language) for item in self.effects],
            "interpretations": list(self.interpretations),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def quarter_period(system: System, quarter: str) -> Period:
    """The days of a quarter of the agreement such as 2020-Q2 (13, 16.1); `InputError` for another."""
    first, last = system.parameters.day("first_day"), system.parameters.day("last_day")
    known = [
        f"{first.year}-Q{number}" for number in range(1, 12 // system.parameters.count("months_of_a_dashboard") + 1)
    ]
    if quarter not in known:
        raise InputError(
            f"quarter: {quarter!r} is no quarter of the agreement ({first} to {last}): {', '.join(known)}."
        )
    return due_period(quarter)


def dashboard_of(
    year: int,
    quarter: str,
    period: Period,
    budget: Budget,
    agenda: Agenda,
    volumes: Volumes | None = None,
    findings: Iterable[AgreementFinding] = (),
) -> Dashboard:
    """The dashboard of a quarter from the budget, the whole agenda with its statuses, and volumes if given (13)."""
    dated = [(item, last) for item in agenda.items if item.period and (last := item.period.last_day)]
    promises = [(item, last) for item, last in dated if item.commitment.kind in PROMISES]
    due = [Standpoint(item, _standing(item, last, Standing.OPEN)) for item, last in promises if last in period]
    before = [(item, last) for item, last in promises if last < period.start]
    earlier = [Standpoint(item, _standing(item, last, Standing.OVERDUE)) for item, last in before]
    effects = [
        item for item, _ in dated if item.commitment.kind in EFFECTS and item.period and item.period.start in period
    ]
    lines = [BudgetLine(block, row, _running(row, period)) for block, row in budget.table.rows]
    years = any(isinstance(line.row.start, int) for line in lines)
    return Dashboard(
        year,
        quarter,
        period,
        budget,
        tuple(lines),
        tuple(due),
        tuple(entry for entry in earlier if _is_news(entry, period)),
        tuple(effects),
        agenda,
        volumes,
        (YEAR_ALONE,) if years else (),
        (*agenda.findings, *findings),
    )


def _standing(item: Item, last: date, undone: Standing) -> Standing:
    if item.status is Status.UNKNOWN:
        return Standing.UNREPORTED
    if item.status is Status.DROPPED:
        return Standing.DROPPED
    if item.status is Status.DONE:
        return Standing.DONE_LATE if item.done_on is not None and item.done_on > last else Standing.DONE
    return undone


def _is_news(entry: Standpoint, period: Period) -> bool:
    """What was due before is told while it is overdue or unreported, and in the quarter in which it was done late."""
    if entry.standing in (Standing.OVERDUE, Standing.UNREPORTED):
        return True
    done_on = entry.item.done_on
    return entry.standing is Standing.DONE_LATE and done_on is not None and done_on >= period.start


def _running(row: Row, period: Period) -> Running:
    """A start that is only a year is that of the whole year (interpretation `annex-year-without-month`)."""
    if row.start is None:
        return Running.UNKNOWN
    start = row.start if isinstance(row.start, date) else date(row.start, 1, 1)
    if start in period:
        return Running.STARTS
    return Running.RUNNING if start < period.start else Running.LATER


def counted(entries: Sequence[Standpoint]) -> dict[Standing, int]:
    """How many promises stand how; only those that there are."""
    found = {standing: sum(entry.standing is standing for entry in entries) for standing in Standing}
    return {standing: number for standing, number in found.items() if number}
