"""The budget of an agreement: `bareme budget YEAR`."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

from bareme.conventions.agreement_2020.budget.model import budget_table
from bareme.conventions.agreement_2020.budget.statement import Budget, agreement_budget, budget_of
from bareme.conventions.agreement_2020.budget.what_if import apply_what_if
from bareme.library.agreements.wing import Wing


class BudgetWing(Wing):
    """Points 3 and 4 and the annex: the budget table, checked, and what it would be after changes."""

    def budget(
        self,
        what_if: str | PathLike[str] | Mapping[str, object] | None = None,
        table: str | PathLike[str] | None = None,
    ) -> Budget:
        """The table of the annex with every check, in thousands of euro; `what_if` is a TOML file or its data.

        `table` is a document with such a table, read instead of the agreement's own. `InputError` for a file that
        cannot be used.
        """
        system = self.systems["budget"]
        if table is None:
            own = budget_table(self.year)
            found = agreement_budget(system, own)
        else:
            from bareme.exchange.agreements.budget_tables import read_budget_table

            read = read_budget_table(table, system, self.year)
            own, found = read.table, budget_of(read.table, read.findings)
        if what_if is None:
            return found
        from bareme.exchange.agreements.what_if_files import read_what_if, what_if_of

        changes = what_if_of(what_if, own) if isinstance(what_if, Mapping) else read_what_if(what_if, own)
        return found.with_what_if(apply_what_if(system, own, changes))
