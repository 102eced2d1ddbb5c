"""Files of acts: priced, explained line by line, verified; overruns recovered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.library.shelved import Shelved
from bareme.periods import as_date
from bareme.pricing.view import View

if TYPE_CHECKING:
    from bareme.exchange.bulk.explaining import ExplainedLine
    from bareme.exchange.bulk.made import Made
    from bareme.exchange.bulk.results import PricedFile
    from bareme.exchange.bulk.verified import Verified
    from bareme.exchange.clawback_files import Clawback


class Files(Shelved):
    """What files of acts cost, and whether they still do."""

    def price_file(
        self,
        acts: str | PathLike[str],
        out: str | PathLike[str],
        *,
        overwrite: bool = False,
        columns: str | None = None,
        report: str | PathLike[str] | None = None,
        rules: bool | str = False,
        engine: str = "duckdb",
        master: str | None = None,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> PricedFile:
        """Price files of acts into one; every line comes back once, in order, with an outcome.

        `acts` is a .csv, .csv.gz or .parquet file, a pattern that names several, or a folder of them; `columns` is a
        mapping of column names and words (`fr`, `nl`, or a TOML file); `report` is an .html file for a page of
        what the result comes to. `progress` is called with the lines that are done and all there are, None where only
        reading tells. A run that was interrupted goes on where it was. `rules` adds what the rules
        of conventions say, counting months by "rolling" (True) or "from_first_act". With `engine="spark"` the acts are
        priced on the Spark of `master` (default `local[*]`; extra `spark`), into Parquet and without going on.
        """
        from bareme.exchange.bulk.pricing import master_of, price_files, window_of

        view = self._view(as_known_on, as_recorded_at)
        known = None if as_known_on is None else str(as_date(as_known_on, "as_known_on"))
        recorded = None if as_recorded_at is None else str(as_recorded_at)
        page = None if report is None else Path(report)
        spark, window = master_of(engine, master), window_of(rules)
        return price_files(
            view, str(acts), Path(out), overwrite, columns, (known, recorded), progress, page, spark, window
        )

    def clawback(
        self,
        acts: str | PathLike[str],
        out: str | PathLike[str],
        *,
        to_recover: Decimal | str,
        activity: int,
        year: int,
        overwrite: bool = False,
    ) -> Clawback:
        """Spread a budget overrun of genetic counselling over the lump sums of a year (art. 25 § 5, our reading).

        `acts` are files with the columns `code`, `date`, `quantity`; `out` gets them with what each line bears.
        """
        from bareme.exchange.clawback_files import claw_back

        return claw_back(str(acts), Path(out), to_recover, activity, year, overwrite)

    def explain_line(self, out: str | PathLike[str], line: int) -> ExplainedLine:
        """A line of a result of `price_file` (from 1) in sentences with sources, priced again and compared to the cent.

        `InputError` for a file that is no result, a line that it has not, or a result of another book.
        """
        from bareme.exchange.bulk.explaining import explain_line
        from bareme.exchange.bulk.made import made_of

        made = made_of(Path(out))
        return explain_line(made, line, self._view_of(made))

    def verify(
        self,
        out: str | PathLike[str],
        *,
        changes: str | PathLike[str] | None = None,
        overwrite: bool = False,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Verified:
        """Price a result of `price_file` again: as the book was, which tells whether it was altered, and as it is now.

        `changes` is a .csv or .parquet file for every line that changes. `InputError` for a file that is no result, or
        a result of another book.
        """
        from bareme.exchange.bulk.made import made_of
        from bareme.exchange.bulk.verified import verify

        made = made_of(Path(out))
        then, now = self._view_of(made), self._view(made.about.as_known_on, None)
        place = None if changes is None else Path(changes)
        return verify(made, then, now, self.entries(), place, overwrite, progress)

    def _view_of(self, made: Made) -> View:
        """The state of the book that a result was made with."""
        from bareme.exchange.bulk.verified import no_such_state

        known = made.about.as_known_on
        day = None if known is None else as_date(known, "as_known_on")
        found = self._views.at(self._shelf.ledger(), made.about.book, day)
        if found is None:
            raise no_such_state(made, self.address)
        return found
