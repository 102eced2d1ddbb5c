"""The library: one function or method behind each command.

`Book` joins the rooms: it reads documents, records them, and answers from the timeline and the price table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bareme.book.history import History, history_of
from bareme.book.holdings import BookCheck, HeldCircular, check_of, circulars_of
from bareme.book.ledger import Entry, Ledger
from bareme.book.shelf import Shelf, default_path, shipped_ledger
from bareme.book.timeline import publications_of
from bareme.circulars.model import Reading
from bareme.collecting import fewer_rounds
from bareme.errors import BookError, InputError
from bareme.nomenclature.codes import InvalidCode, is_code
from bareme.nomenclature.outcomes import Outcome
from bareme.periods import as_date, as_moment
from bareme.pricing.view import View, Views

if TYPE_CHECKING:
    import pyarrow as pa

    from bareme.audit.changes import Difference
    from bareme.audit.reconcile import Reconciliation
    from bareme.book.intake import LoadResult
    from bareme.circulars.documents.opening import DocumentLike
    from bareme.circulars.findings import Finding
    from bareme.exchange.bulk.explaining import ExplainedLine
    from bareme.exchange.bulk.made import Made
    from bareme.exchange.bulk.results import PricedFile
    from bareme.exchange.bulk.verified import Verified
    from bareme.exchange.clawback_files import Clawback
    from bareme.exchange.views.exporting import Exported
    from bareme.exchange.views.tables import State
    from bareme.pricing.price import Price


class Book:
    """A book of circulars. Made by `open_book` or `create_book`."""

    def __init__(self, path: Path) -> None:
        self._shelf = Shelf(path)
        self._views = Views()

    @property
    def path(self) -> Path:
        """Where the book is, or will be made at the first write."""
        return self._shelf.path

    @property
    def is_shipped(self) -> bool:
        """True while the book is the one that the package ships."""
        return self._shelf.is_shipped

    @property
    def hash(self) -> str:
        """The hash of the last entry: it stands for everything the book holds."""
        return self._shelf.ledger().last_hash()

    def entries(self) -> Sequence[Entry]:
        """Every entry of the ledger, in order."""
        return self._shelf.ledger().entries()

    def circulars(self) -> list[HeldCircular]:
        """What the book holds, in the order in which it was recorded."""
        return circulars_of(self.entries())

    @fewer_rounds()
    def read(self, source: DocumentLike, **given: object) -> Reading:
        """What a document says, its findings against this book included. Nothing is written."""
        from bareme.book import intake

        return intake.read(source, self.entries(), given)

    @fewer_rounds()
    def load(
        self,
        reading: Reading | DocumentLike,
        accept_findings: bool = False,
        author: str | None = None,
        known_from: date | str | None = None,
    ) -> LoadResult:
        """Record a reading (or a document, which is read first), once and whole or not at all.

        With findings of severity error nothing is written unless `accept_findings`; `known_from` is the day from which
        the circular is known where that is later than its issue.
        """
        from bareme.book.recording import record

        if not isinstance(reading, Reading):
            reading = read(reading)
        known = None if known_from is None else as_date(known_from, "known_from")
        return record(self._shelf, reading, accept_findings=accept_findings, author=author, known_from=known)

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

        prices = ask(self._view(as_known_on, as_recorded_at), requests)
        for place, price in enumerate(prices):
            if price.outcome is Outcome.UNKNOWN_CODE and price.code in self._view(None, None).codes():
                prices[place] = replace(price, reason_code="not_known_then", suggestions=())
        return prices

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
            raise no_such_state(made, self.path)
        return found

    def show(self, code: str, on: date | str | None = None, as_known_on: date | str | None = None) -> History:
        """A code's tariffs through time, or on a day, with their sources."""
        code = str(code)
        if not is_code(code):
            raise InvalidCode(code, self._view(as_known_on, None).codes())
        day = None if on is None else as_date(on, "on")
        return history_of(code, self._view(as_known_on, None).timeline, day)

    @fewer_rounds()
    def audit(self, circular: str | None = None) -> list[Finding]:
        """The findings of what the book holds, or of one circular; of a corrected one, those of its last version.

        Each circular is compared with those that are before it in the book today, whenever they were recorded.
        """
        from bareme.book.intake import fresh_findings

        readings = [(p.number, p.reading) for p in publications_of(self.entries())]
        if circular is not None and circular not in [number for number, _ in readings]:
            held = ", ".join(number for number, _ in readings) or "none"
            raise InputError(f"{circular} is not in the book, which holds {held}.")
        recorded = [entry for entry in self.entries() if entry.kind == "circular"]
        wanted = [reading for number, reading in readings if circular in (None, number)]
        return [finding for reading in wanted for finding in fresh_findings(reading, recorded)]

    @fewer_rounds()
    def reconcile(
        self,
        circular: str | PathLike[str] | Reading,
        against: str | None = None,
        volumes: str | PathLike[str] | Mapping[str, int] | None = None,
    ) -> Reconciliation:
        """Whether a circular follows from the one before it and the measures that it announces, figure by figure.

        `circular` is the number of one that the book holds, a document, or a reading; `against` the number of a held
        one to take as the one before, else the book tells which it is. `volumes` are acts a year by code, or a CSV file
        with the columns `code` and `acts`: findings then stand in the order of the euro that they shift.
        """
        from bareme.audit.proof import prove
        from bareme.exchange.volumes import check_volumes, read_volumes

        if isinstance(volumes, str | PathLike):
            volumes = read_volumes(Path(volumes))
        elif volumes is not None:
            check_volumes(volumes)
        reading = circular if isinstance(circular, Reading) else self._reading(circular)
        _refuse_corrigendum(reading)
        if against is None:
            return prove(reading, self._before(reading), volumes)
        if against == reading.circular.number:
            raise InputError(f"{against} cannot be compared with itself; name another circular, or none.")
        previous = self._held_reading(against)
        _refuse_corrigendum(previous)
        return prove(reading, [*self._before(previous, reading.circular.number), previous], volumes)

    @fewer_rounds()
    def compare(
        self,
        start: str | date | PathLike[str] | Reading,
        end: str | date | PathLike[str] | Reading,
        series: str | None = None,
        as_known_on: date | str | None = None,
    ) -> Difference:
        """What was added, ended and changed from one circular to another, or from one day to another, and why.

        Both are circulars (numbers that the book holds, documents, readings), or both are days: then all that the book
        has in force is compared, or the series whose id is or begins with `series`. With `as_known_on` only what was
        known on that day counts.
        """
        from bareme.audit.difference import of_circulars
        from bareme.book.between import days_meant, of_days

        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        days = days_meant(start, end, {entry.circular for entry in self.entries()})
        if days is not None:
            return of_days(self._view(known, None).timeline, *days, series, known)
        if series is not None:
            raise InputError("a series narrows what is in force on two dates; a circular has a series of its own.")
        one, other = (x if isinstance(x, Reading) else self._reading(str(x), known) for x in (start, end))
        return of_circulars(one, other, lambda reading: self._before(reading, known=known), known)

    @fewer_rounds()
    def draft(
        self, circular: str | PathLike[str] | Reading, format: str = "text", language: str | None = None
    ) -> bytes:
        """A circular written out in our own layout and words: the bytes of a file in a format of `FORMATS`.

        `circular` is the number of one that the book holds, a document, or a reading; `language` is "fr" or "nl", by
        default that of the circular. The figures read back from a draft are those of the circular.
        """
        from bareme.exchange.drafts.formats import check_request, drafted

        check_request(format, language)
        return drafted(self.reading(circular), format, language)

    def reading(self, circular: str | PathLike[str] | Reading) -> Reading:
        """The reading of a circular that the book holds (its last version), or of a document; a reading is itself."""
        return circular if isinstance(circular, Reading) else self._reading(circular)

    def _before(self, reading: Reading, but: str | None = None, known: date | None = None) -> list[Reading]:
        """The circulars of the series that a reading follows, oldest first, but for one; as known on a day."""
        from bareme.book.chain import predecessors

        entries = [e for e in self.entries() if e.kind == "circular" and e.circular != but]
        return predecessors(reading, [e for e in entries if known is None or e.known <= known])

    def _reading(self, circular: str | PathLike[str], known: date | None = None) -> Reading:
        """That of a held circular as known on a day, else of a document; `InputError` when it is neither."""
        if str(circular) in {e.circular for e in self.entries()} or not Path(circular).exists():
            return self._held_reading(str(circular), known)
        return self.read(circular)

    def _held_reading(self, number: str, known: date | None = None) -> Reading:
        """The last version of a circular that the book holds, or the one known on a day."""
        found = {p.number: p.reading for p in publications_of(self.entries(), known)}
        if number not in found:
            first = min((e.known for e in self.entries() if e.circular == number), default=None)
            if first is not None:
                raise InputError(f"{number} is known from {first}, not yet on {known}.")
            held = ", ".join(found) or "none"
            raise InputError(f"{number} is not in the book, which holds {held}; nor is it a document.")
        return found[number]

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
        check_export(place, overwrite, self.path)
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

    def check(self) -> BookCheck:
        """Recompute the ledger's hash chain."""
        return check_of(self._shelf.ledger())

    def update(self) -> list[LoadResult]:
        """Add the entries that a newer package ships and this book lacks."""
        from bareme.book.intake import lacks
        from bareme.book.recording import record

        if self._shelf.is_shipped:
            return []
        options: dict[str, Any] = {"accept_findings": True, "author": "bareme", "shipped": True}
        return [
            record(self._shelf, entry.reading(), known_from=entry.known, **options)
            for entry in shipped_ledger().entries()
            if lacks(self.entries(), entry.reading())
        ]

    def _view(self, as_known_on: date | str | None, as_recorded_at: datetime | str | None) -> View:
        known = None if as_known_on is None else as_date(as_known_on, "as_known_on")
        recorded = None if as_recorded_at is None else as_moment(as_recorded_at, "as_recorded_at")
        return self._views.of(self._shelf.ledger(), known, recorded)


def _refuse_corrigendum(reading: Reading) -> None:
    if reading.circular.kind == "corrigendum":
        name = reading.circular.number or reading.document.name
        raise InputError(f"{name} is a corrigendum: it corrects figures and has no measures. Try `bareme compare`.")


@fewer_rounds()
def read(source: str | PathLike[str] | tuple[str, bytes], book: Book | None = None, **given: object) -> Reading:
    """What a document says, and its findings. `source` is a path, or a name with the bytes; nothing is written.

    With a `book`, the document is also compared with the circulars that the book holds. `number`, `issued_on`,
    `effective_on` and `series` stand in for what the document does not say of itself.
    """
    from bareme.book import intake

    return intake.read(source, book.entries() if book else None, given)


def open_book(path: str | PathLike[str] | None = None) -> Book:
    """A book: the user's own by default. One that does not exist reads as the shipped book until it is written."""
    return Book(default_path() if path is None else Path(path))


def create_book(path: str | PathLike[str], shipped: bool = False) -> Book:
    """A new book, empty or with the entries that the package ships; `BookError` if there is one already."""
    from bareme.book.shelf import shipped_path

    place = Path(path)
    try:
        Ledger.create(place, copy_of=shipped_path() if shipped else None)
    except FileExistsError:
        raise BookError(f"{place} exists already; open it, or name another file.") from None
    except OSError as error:
        raise BookError(f"{place} cannot be made: {error.strerror or error}.") from None
    return Book(place)
