"""The words of a dashboard in one language: titles, heads of columns, standings, the quarter in a sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.follow_up.dashboard import Dashboard, Standing, Standpoint, counted

PROMISES = ("head_standing", "head_due", "head_done_on", "head_clause", "head_owner", "head_what")
PAGE_PROMISES = ("head_standing", "head_what", "head_due", "head_done_on", "head_owner", "head_clause")
"""As on a page, where what is promised must be seen on a small screen."""
EFFECTS = ("head_from", "head_clause", "head_what")
BLOCKS = ("head_block", "head_running", "head_starting", "head_later", "head_in_year", "head_annual")
LINES = ("head_line", "head_start", "head_in_quarter", "head_in_year", "head_annual")
VOLUMES = ("head_month", "head_lines", "head_without_fee", "head_fee", "head_intervention", "head_patient_share")
PAYABLE = (
    "head_payable_lines",
    "head_payable_fee",
    "head_payable_intervention",
    "head_payable_patient_share",
)
FINDINGS = ("head_severity", "head_place", "head_message")
MEANINGS = {
    Standing.DONE: "means_done",
    Standing.DONE_LATE: "means_done_late",
    Standing.DROPPED: "means_dropped",
    Standing.OPEN: "means_open",
    Standing.OVERDUE: "means_overdue",
    Standing.UNREPORTED: "means_unreported",
}
SECTIONS = {
    "due": ("due_title", "due_caption", "due_none"),
    "earlier": ("earlier_title", "earlier_caption", "earlier_none"),
    "effects": ("effects_title", "effects_caption", "effects_none"),
    "volumes": ("volumes_title", "volumes_caption", "volumes_none"),
    "budget": ("budget_title", "budget_caption", ""),
    "findings": ("findings_title", "findings_caption", ""),
}
"""Of each part of a dashboard its title, its caption, and what stands there when it is empty."""
AROUND = (
    "payable_note",
    "year_note",
    "done_on",
    "owner_unnamed",
    "total_of_uses",
    "balance",
    "quarter",
    "made_by",
    "written",
)
"""What else stands on a page or at a terminal."""
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Wording:
    """The words of a dashboard in one language."""

    system: System
    language: str

    def say(self, key: str, **values: object) -> str:
        """A sentence or a name by its key."""
        return self.system.say(key, values)[self.language]

    def heads(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The heads of columns."""
        return tuple(self.system.words[self.language][column] for column in columns)

    def named(self, one: StrEnum) -> str:
        """A standing, or whether a line runs, in words."""
        return self.system.words[self.language][one.value]

    def title(self, found: Dashboard) -> str:
        """The title of the dashboard."""
        return self.say("title", year=str(found.year), quarter=found.quarter)

    def about(self, found: Dashboard) -> str:
        """Its days, and what it is."""
        return self.say("about", first=found.period.start, last=found.period.last_day)

    def verdict(self, found: Dashboard) -> str:
        """The quarter in a sentence or two."""
        earlier = counted(found.earlier)
        late, untold = earlier.get(Standing.OVERDUE, 0), earlier.get(Standing.UNREPORTED, 0)
        said = [
            self._number("verdict", "verdict_one", len(found.due), parts=self._parts(found.due))
            if found.due
            else self.say("nothing_due"),
            self._number("late", "late_one", late) if late else self.say("none_late"),
        ]
        return " ".join(said + ([self._number("untold", "untold_one", untold)] if untold else []))

    def place(self, file: str, line: int) -> str:
        """Where a finding stands."""
        return self.say("place", file=file, line=str(line))

    def _number(self, many: str, one: str, number: int, **values: object) -> str:
        return self.say(one, **values) if number == 1 else self.say(many, number=number, **values)

    def _parts(self, entries: Sequence[Standpoint]) -> str:
        counts = counted(entries).items()
        return ", ".join(self.say("count", number=number, word=self.named(standing)) for standing, number in counts)
