"""The quarterly dashboard of an agreement (13)."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.library.agreements.budget import BudgetWing
from bareme.library.agreements.commitments import Agendas
from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement_2020.follow_up.dashboard import Dashboard


class Dashboards(Wing):
    """Budget lines, priced volumes, commitments due and overdue, quarter by quarter."""

    def dashboard(
        self,
        quarter: str,
        *,
        acts: str | PathLike[str] | None = None,
        status: str | PathLike[str] | None = None,
        html: str | PathLike[str] | None = None,
        language: str = "en",
        overwrite: bool = False,
    ) -> Dashboard:
        """The dashboard of a quarter such as 2020-Q2 (13).

        `acts` is a result of `bareme price-file` or a CSV file of totals, `status` a file of statuses, `html` a page
        to write in a language. `InputError` for another quarter and for files that cannot be used.
        """
        from bareme.conventions.agreement_2020.follow_up.dashboard import dashboard_of, quarter_period
        from bareme.conventions.agreement_2020.follow_up.wording import Wording
        from bareme.exchange.agreements.dashboard_html import check_page, write_page
        from bareme.exchange.agreements.priced_volumes import read_priced_volumes

        system = self.systems["follow_up"]
        period = quarter_period(system, quarter)
        if html is not None:
            check_page(Path(html), overwrite)
        agenda = Agendas(self.year, self.systems).agenda(status=status)
        budget = BudgetWing(self.year, self.systems).budget()
        volumes, findings = (None, ()) if acts is None else read_priced_volumes(Path(acts), period, system)
        found = dashboard_of(self.year, quarter, period, budget, agenda, volumes, findings)
        if html is not None:
            write_page(found, Wording(system, language), Path(html), overwrite)
        return found
