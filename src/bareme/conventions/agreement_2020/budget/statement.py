"""A budget table with everything that is computed from it: what `bareme budget` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.budget.arithmetic import (
    BlockLine,
    Line,
    RowLine,
    balance_of,
    block_line,
    row_line,
    uses_of,
)
from bareme.conventions.agreement_2020.budget.changes import WhatIfResult
from bareme.conventions.agreement_2020.budget.model import BudgetTable
from bareme.conventions.agreement_2020.budget.prose import ProseDifference, prose_differences


@dataclass(frozen=True, slots=True)
class Budget:
    """Blocks, rows, total of uses and balance, each as printed and as computed; thousands of euro (annex).

    `prose_differences` are the places where the prose gives another figure; `findings` what a reader had to say.
    """

    table: BudgetTable
    blocks: tuple[BlockLine, ...]
    rows: tuple[RowLine, ...]
    total: Line
    balance: Line
    prose_differences: tuple[ProseDifference, ...] = ()
    findings: tuple[AgreementFinding, ...] = ()
    what_if: WhatIfResult | None = None

    def with_what_if(self, result: WhatIfResult) -> Budget:
        """The budget with a what-if beside it."""
        return replace(self, what_if=result)

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (schema budget-1)."""
        return {
            "blocks": [block.to_dict() for block in self.blocks],
            "total": self.total.to_dict(),
            "balance": self.balance.to_dict(),
            "rows": [row.to_dict(language) for row in self.rows],
            "notes": [{"mark": note.mark, "says": note.says[language]} for note in self.table.notes],
            "prose_differences": [difference.to_dict(language) for difference in self.prose_differences],
            "what_if": None if self.what_if is None else self.what_if.to_dict(language),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def budget_of(table: BudgetTable, findings: Iterable[AgreementFinding] = ()) -> Budget:
    """The arithmetic of a table (annex): rows, blocks, total of uses, balance."""
    blocks = tuple(block_line(block, table.year) for block in table.blocks)
    rows = tuple(row_line(block, row, table.year) for block, row in table.rows)
    return Budget(table, blocks, rows, uses_of(table), balance_of(table), findings=tuple(findings))


def agreement_budget(system: System, table: BudgetTable) -> Budget:
    """The budget of the agreement itself, with the places where its prose gives another figure (2, 3.3, 4.1, 4.3)."""
    return replace(budget_of(table), prose_differences=prose_differences(system, table))
