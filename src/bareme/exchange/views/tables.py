"""The views of a book, as known on a day and recorded by a moment, as Arrow tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bareme._version import __version__
from bareme.book.prices import build_prices
from bareme.book.timeline import Timeline
from bareme.errors import BookError
from bareme.exchange.views import of_circulars, of_time
from bareme.exchange.views.declared import VERSION, Column, View, declared_views
from bareme.exchange.views.of_circulars import Row

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class State:
    """A book as known on a day and recorded by a moment (None: all of it); `hash` is that of its last entry."""

    timeline: Timeline
    hash: str
    as_known_on: date | None = None
    as_recorded_at: datetime | None = None

    def about(self) -> Row:
        """The row of `about`."""
        return (self.hash, __version__, VERSION, self.as_known_on, self.as_recorded_at)


_ROWS: dict[str, Callable[[State], Iterable[Row]]] = {
    "about": lambda state: [state.about()],
    "circulars": lambda state: of_circulars.circulars(state.timeline.publications),
    "lines": lambda state: of_circulars.lines(state.timeline.publications),
    "terms": lambda state: of_circulars.terms(state.timeline.publications),
    "amounts": lambda state: of_circulars.amounts(state.timeline.publications),
    "footnotes": lambda state: of_circulars.footnotes(state.timeline.publications),
    "measures": lambda state: of_circulars.measures(state.timeline.publications),
    "findings": lambda state: of_circulars.findings(state.timeline.publications),
    "sources": lambda state: of_circulars.sources(state.timeline.publications),
    "history": lambda state: of_time.history(state.timeline),
    "prices": lambda state: of_time.prices(build_prices(state.timeline)),
}


def table_of(name: str, state: State) -> pa.Table:
    """One view as an Arrow table with the declared types; the same state gives the same rows in the same order."""
    import pyarrow as pa

    view = declared_views()[name]
    schema = view.arrow_schema()
    columns = list(zip(*_ROWS[name](state), strict=True)) or [()] * len(view.columns)
    return pa.table(
        [_array(view, *parts) for parts in zip(view.columns, columns, schema.types, strict=True)], schema=schema
    )


def _array(view: View, column: Column, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """The values as an Arrow array; `BookError` names a number that the column does not hold exactly."""
    import pyarrow as pa

    try:
        return pa.array(values, kind)
    except (pa.ArrowInvalid, OverflowError):
        wrong = next((value for value in values if not _fits(value, kind)), None)
        raise BookError(
            f"{wrong} in the view {view.name} has more digits than the column {column.name} holds "
            f"({column.type}: {kind}). Nothing was rounded, and nothing is shown."
        ) from None


def _fits(value: Any, kind: pa.DataType) -> bool:
    import pyarrow as pa

    try:
        pa.array([value], kind)
    except (pa.ArrowInvalid, OverflowError):
        return False
    return True
