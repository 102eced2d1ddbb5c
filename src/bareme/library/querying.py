"""The book as tables: SQL, and one file of them."""

from __future__ import annotations

from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from bareme.collecting import fewer_rounds
from bareme.library.shelved import Shelved
from bareme.periods import as_date, as_moment

if TYPE_CHECKING:
    import pyarrow as pa

    from bareme.exchange.views.exporting import Exported
    from bareme.exchange.views.tables import State


class Querying(Shelved):
    """The views of a book."""

    @fewer_rounds()
    def sql(
        self,
        query: str,
        *,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> pa.Table:
        """The answer to one SELECT in DuckDB's SQL over the views of the book (docs/reference/views.md), in Arrow.

        Amounts are DECIMAL(12,2) in euro, letter values and coefficients DECIMAL(18,6). Nothing can be written and no
        file read; `InputError` says what is wrong with a query.
        """
        from bareme.exchange.views.querying import ask
        from bareme.exchange.views.tables import table_of

        state = self._state(as_known_on, as_recorded_at)
        return ask(query, lambda name: table_of(name, state))

    @fewer_rounds()
    def export(
        self,
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> Exported:
        """Write the views of the book as the tables of one .duckdb or .sqlite file, whole or not at all.

        In SQLite amounts are whole cents and letter values whole millionths. `InputError` for a file that exists
        (unless `overwrite`), that cannot be written, or that is a book.
        """
        from bareme.exchange.views.exporting import Exported, check_export, write_views
        from bareme.exchange.views.tables import table_of

        place = Path(path)
        check_export(place, overwrite, self.address)
        state = self._state(as_known_on, as_recorded_at)
        rows = write_views(lambda name: table_of(name, state), place, overwrite)
        kind = place.suffix.lower().removeprefix(".")
        return Exported(str(path), kind, rows, state.hash, state.as_known_on, state.as_recorded_at)

    def _state(self, as_known_on: date | str | None, as_recorded_at: datetime | str | None) -> State:
        """The book as the views tell it."""
        from bareme.exchange.views.tables import State

        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        recorded = None if as_recorded_at is None else as_moment(as_recorded_at, "as_recorded_at")
        view = self._view(known, recorded)
        return State(view.timeline, view.hash, known, recorded)
