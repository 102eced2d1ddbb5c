"""Acts in, prices out: one act, a few, a table of them; tariffs through time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.book.history import History, history_of
from bareme.collecting import fewer_rounds
from bareme.library.shelved import Shelved
from bareme.nomenclature.codes import InvalidCode, is_code
from bareme.nomenclature.outcomes import Outcome
from bareme.periods import as_date

if TYPE_CHECKING:
    import pyarrow as pa

    from bareme.pricing.price import Price


class Asking(Shelved):
    """What acts cost."""

    def price(
        self,
        code: str,
        on: date | str,
        *,
        birth_date: date | str | None = None,
        quantity: int = 1,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
        **facts: object,
    ) -> Price:
        """What an act costs on a day. Facts (`regime`, `age`, ...) are only demanded where they decide."""
        from bareme.pricing.asking import read_request

        request = read_request(code, on, birth_date, quantity, facts)
        [price] = self._prices([request], as_known_on, as_recorded_at)
        return price

    @fewer_rounds()
    def price_basket(
        self,
        acts: Sequence[Mapping[str, Any]],
        *,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> list[Price]:
        """What each act of a few costs, in order, as `price` says it; each is a mapping of what `price` is given.

        `code` and `on` are needed; `birth_date`, `quantity` and facts may be there. One act that cannot be used stops
        all, and is named by its place from 1.
        """
        from bareme.pricing.asking import read_basket

        return self._prices(read_basket(acts), as_known_on, as_recorded_at)

    def _prices(
        self,
        requests: Sequence[Mapping[str, Any]],
        as_known_on: date | str | None,
        as_recorded_at: datetime | str | None,
    ) -> list[Price]:
        from bareme.pricing.asking import ask

        return [self._with_today(price) for price in ask(self._view(as_known_on, as_recorded_at), requests)]

    def _with_today(self, price: Price) -> Price:
        """A price that says so where its code is unknown only at the moment asked for."""
        if price.outcome is Outcome.UNKNOWN_CODE and price.code in self._view(None, None).codes():
            return replace(price, reason_code="not_known_then", suggestions=())
        return price

    def price_json(
        self,
        code: str,
        on: date | str,
        *,
        birth_date: date | str | None = None,
        quantity: int = 1,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
        language: str = "en",
        **facts: object,
    ) -> bytes:
        """`price`, as JSON: to the letter that of `to_dict`, much quicker."""
        from bareme.pricing.asking import read_request

        request = read_request(code, on, birth_date, quantity, facts)
        [found] = self._told([request], as_known_on, as_recorded_at, language)
        return found

    def price_json_at_once(
        self,
        code: str,
        on: date | str,
        *,
        birth_date: date | str | None = None,
        quantity: int = 1,
        language: str = "en",
        **facts: object,
    ) -> tuple[str, bytes] | None:
        """The hash of the book and `price_json` where that takes microseconds, after a like act; else None."""
        from bareme.pricing.asking import read_request
        from bareme.pricing.moulds import told_at_once

        request = read_request(code, on, birth_date, quantity, facts)
        view = self._view(None, None)
        told = told_at_once(view, request, language)
        return None if told is None else (view.hash, told)

    @fewer_rounds()
    def price_basket_json(
        self,
        acts: Sequence[Mapping[str, Any]],
        *,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
        language: str = "en",
    ) -> list[bytes]:
        """`price_basket`, each price as JSON: to the letter that of `to_dict`, much quicker."""
        from bareme.pricing.asking import read_basket

        return self._told(read_basket(acts), as_known_on, as_recorded_at, language)

    @fewer_rounds()
    def price_basket_table(
        self,
        acts: Sequence[Mapping[str, Any]],
        *,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> pa.Table:
        """The acts of a basket with their tariffs, as `price_table` gives them; one that cannot be used stops all."""
        from bareme.pricing.acts import basket_table
        from bareme.pricing.asking import read_basket

        table = basket_table(read_basket(acts))
        return self.price_table(table, as_known_on=as_known_on, as_recorded_at=as_recorded_at)

    def _told(
        self,
        requests: Sequence[Mapping[str, Any]],
        as_known_on: date | str | None,
        as_recorded_at: datetime | str | None,
        language: str,
    ) -> list[bytes]:
        from bareme.pricing.moulds import told_prices

        return told_prices(self._view(as_known_on, as_recorded_at), requests, language, self._with_today)

    def price_table(
        self,
        acts: object,
        *,
        as_known_on: date | str | None = None,
        as_recorded_at: datetime | str | None = None,
    ) -> pa.Table:
        """Acts priced: every input line once, in order, with the output columns, as an Arrow table.

        `acts` is a pyarrow Table, a pandas or polars frame, an Ibis table, or the path of a CSV or Parquet file, with
        the columns `code`, `date` and any fact; other columns pass through.
        """
        from bareme.exchange.act_files import read_acts
        from bareme.pricing.acts import acts_table, as_texts
        from bareme.pricing.columns import check_columns
        from bareme.pricing.results import with_prices

        if isinstance(acts, str | PathLike):
            table, name = read_acts(str(acts)), Path(acts).name
        else:
            table, name = acts_table(acts)
        check_columns(table.column_names, name)
        engine = self._view(as_known_on, as_recorded_at).engine()
        return with_prices(table, engine.price(as_texts(table, name)))

    def show(self, code: str, on: date | str | None = None, as_known_on: date | str | None = None) -> History:
        """A code's tariffs through time, or on a day, with their sources."""
        code = str(code)
        if not is_code(code):
            raise InvalidCode(code, self._view(as_known_on, None).codes())
        day = None if on is None else as_date(on, "on")
        return history_of(code, self._view(as_known_on, None).timeline, day)
