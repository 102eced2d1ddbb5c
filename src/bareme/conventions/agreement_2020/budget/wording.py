"""The words of a printed budget table and of a what-if: heads of columns, checks, what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.budget.arithmetic import Check
from bareme.conventions.agreement_2020.budget.prose import Unit

TABLE = (
    "head_row",
    "head_start",
    "head_in_year",
    "head_annual",
    "head_in_year_computed",
    "head_annual_computed",
    "head_check",
)
"""The columns of a budget."""
BESIDE = (
    "head_row",
    "head_in_year",
    "head_annual",
    "head_in_year_what_if",
    "head_annual_what_if",
    "head_in_year_difference",
    "head_annual_difference",
)
"""The columns of a what-if."""
AROUND = ("title", "rows", "prose_title", "what_if_title", "envelope", "total", "balance")
"""What stands around the tables."""


@dataclass(frozen=True)
class Wording:
    """The words of the budget in one language."""

    system: System
    language: str

    def heads(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The heads of columns, `TABLE` or `BESIDE`."""
        return tuple(self.system.words[self.language][column] for column in columns)

    def check(self, check: Check) -> str:
        """A check in words."""
        return self.system.words[self.language][check.value]

    def unit(self, unit: Unit) -> str:
        """What stands behind a figure; nothing after thousands of euro."""
        return "" if unit is Unit.THOUSANDS else self.system.words[self.language][unit.value]

    def around(self, key: str, **values: object) -> str:
        """A line or a name around the tables, of `AROUND`."""
        return self.system.say(key, values)[self.language]
