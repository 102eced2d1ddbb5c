"""What the agreement says of global medical files (5.1.1)."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.library.agreements.wing import Wing

if TYPE_CHECKING:
    from bareme.conventions.agreement.answers import Answer
    from bareme.conventions.agreement_2020.global_file.report import GlobalFiles as Report


class GlobalFiles(Wing):
    """Questions about global medical files."""

    def global_files(
        self, events: str | PathLike[str], holders: str | PathLike[str], *, until: int | None = None
    ) -> Report:
        """Payments and recoveries of a log of events through a year (by default the one of corrections; 5.1.1).

        `events` and `holders` are CSV or TOML files. The log is taken for complete to 31 December of the last year.
        """
        from bareme.conventions.agreement_2020.global_file.report import global_files
        from bareme.exchange.agreements.global_files import read_events, read_holders

        system = self.systems["global_file"]
        doctors, wrong_holders = read_holders(Path(holders), system)
        log, wrong_events = read_events(Path(events), system)
        return global_files(system, log, doctors, until, (*wrong_holders, *wrong_events))

    def global_file_fee(self) -> Answer:
        """The fee of the file in 2020: that of 1 January 2019 (awaited) with the index (annex, note 2)."""
        from bareme.conventions.agreement_2020.global_file.fee import fee_of_first_phase

        return fee_of_first_phase(self.systems["global_file"])
