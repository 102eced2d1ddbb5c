"""One line of a result explained: its act priced again with the book as it was, in sentences with sources, and
compared with what stands in the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from bareme.conventions.capping import Window
from bareme.errors import BookError, InputError
from bareme.exchange.bulk.made import Made, one_row
from bareme.exchange.bulk.pieces import Cursors, Rows
from bareme.exchange.bulk.rule_pass import RULED, RulePass
from bareme.exchange.bulk.ruled_acts import input_of
from bareme.exchange.bulk.verifying import rules_now
from bareme.exchange.sql_text import quoted
from bareme.nomenclature.facts import OLDEST, declared_facts
from bareme.pricing.asking import ask, read_request
from bareme.pricing.columns import CENTS, MOST_UNITS, OUTPUT_COLUMNS, RULE_COLUMNS, TOTALS
from bareme.pricing.explain import Catalogue, catalogue

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine
    from bareme.pricing.price import Price
    from bareme.pricing.view import View

_DAY = 10


@dataclass(frozen=True, slots=True)
class DifferingColumn:
    """An output column of a line, as it stands there and as it is priced again, both as text."""

    column: str
    was: str | None
    now: str | None

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class ExplainedLine:
    """A line of a result (from 1): the act, what stands in it, its price again, and what differs (nothing, if right).

    `act` are the columns of the act, `result` the output columns, all as text. `price` is None where the act cannot be
    asked about (`invalid_input`); `invalid` then gives the value of each column that cannot be used.
    """

    out: str
    line: int
    act: Mapping[str, str | None]
    result: Mapping[str, str | None]
    price: Price | None
    invalid: Mapping[str, str | None]
    differs: tuple[DifferingColumn, ...]
    book: str

    def explain(self, language: str = "en") -> list[str]:
        """The line in sentences, in a language of the catalogue; the last says whether the result has the same."""
        words = catalogue(language)
        sentences = list(_faults(self.invalid, words)) if self.price is None else self.price.explain(language)
        if self.result.get("rules"):
            told = [text for name in ("rules", "rules_note") if (text := self.result.get(name))]
            sentences = [*sentences, words.say("line_rules", rules="; ".join(told))]
        if not self.differs:
            return [*sentences, words.sentences["line_agrees"]]
        none = words.words["none"]
        cells = [words.say("line_cell", column=d.column, was=d.was or none, now=d.now or none) for d in self.differs]
        return [*sentences, words.say("line_differs", cells="; ".join(cells))]

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """The JSON of `bareme explain --json` (schema explain-1)."""
        return {
            "out": self.out,
            "line": self.line,
            "act": dict(self.act),
            "result": dict(self.result),
            "agrees": not self.differs,
            "differs": [column.to_dict() for column in self.differs],
            "invalid": dict(self.invalid),
            "price": None if self.price is None else self.price.to_dict(language),
            "explanation": self.explain(language),
            "book": self.book,
        }


def explain_line(made: Made, line: int, view: View) -> ExplainedLine:
    """A line of a result explained by the state of the book that it was made with; `InputError` for no such line."""
    engine = view.engine()
    cursor = engine.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    rows = one_row(made, line, cursor)
    own = len(made.acts.columns)
    texts = _fetched(cursor, f"SELECT {', '.join(map(_as_text, rows.columns))} FROM acts_in")
    values = list(texts.values())
    compared = _fetched(cursor, made.compared(rows, engine.prices.choices))
    given = _fetched(cursor, made.known(rows))
    columns: tuple[str, ...] = tuple(OUTPUT_COLUMNS)
    if made.about.window is not None:
        compared |= _ruled(made, line, rows, cursor, engine)
        columns += tuple(RULE_COLUMNS)
    differs = tuple(
        DifferingColumn(name, _text(compared[f"was_{name}"]), _text(compared[f"now_{name}"]))
        for name in columns
        if compared[f"was_{name}"] != compared[f"now_{name}"]
    )
    wrong = compared["now_invalid"] or ""
    act = dict(zip(made.about.columns, values[:own], strict=True))
    price = None if wrong else _price(view, given, compared, _inputs(made, act) if made.about.window else None)
    return ExplainedLine(
        str(made.out),
        line,
        act,
        dict(zip(made.file.columns[own:], values[own:], strict=True)),
        price,
        {name: _text(given[name]) for name in filter(None, wrong.split(","))},
        differs,
        view.hash,
    )


def _ruled(made: Made, line: int, rows: Rows, cursor: Any, engine: Engine) -> dict[str, Any]:
    """The columns of rules of a line, as they stand there and as they are said again; all acts are looked through where
    the act's code has a maximum over a patient's acts."""
    rules = RulePass(made.acts, engine.prices.choices, Window(made.about.window or ""), made.rows)
    said = rules.one(cursor, made.as_acts(rows), line, lambda: rules.gather(Cursors(engine), made.file))
    cursor.register(RULED, said.append_column("line", [[line]]))
    return _fetched(cursor, f"SELECT * FROM ({made.ruled(rows)}) was JOIN ({rules_now()}) now USING (line)")


def _as_text(name: str) -> str:
    """A column as text; an empty one is none."""
    return f"nullif(CAST({quoted(name)} AS VARCHAR), '') AS {quoted(name)}"


def _fetched(cursor: Any, select: str) -> dict[str, Any]:
    """The one row of a select, by the names of its columns."""
    table = cursor.sql(select).to_arrow_table()
    [row] = table.to_pylist()
    return dict(zip(table.column_names, row.values(), strict=True))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _price(
    view: View, given: Mapping[str, Any], compared: Mapping[str, Any], ruled: Mapping[str, object] | None
) -> Price:
    """The price of the act, by the way of one act; a defect is told where it is not that of the files.

    `ruled` is what the line gives for rules, where they were asked; they are asked again, for the act by itself.
    """
    facts = {name: _fact(name, given[name]) for name in declared_facts()} | dict(ruled or {})
    born = _day(given["birth_date"])
    request = read_request(_stripped(given["code"]) or "", _day(given["date"]) or "", born, _count(given), facts)
    [price] = ask(view, [request])
    for name in ("outcome", *CENTS, *TOTALS):
        one, other = _text(getattr(price, name)), _text(compared[f"now_{name}"])
        if one != other:
            raise BookError(f"the act and its line are priced differently ({name}: {one}, {other}): tell us, please.")
    return price if ruled is not None else replace(price, rules=(), inputs={})


def _inputs(made: Made, act: Mapping[str, str | None]) -> dict[str, object]:
    """What an act gives for rules to ask; a value that cannot be used is left out, as the line's own columns say."""
    found: dict[str, object] = {}
    for name, column in made.acts.words.input_columns(made.about.columns, made.out.name).items():
        with suppress(InputError):
            found[name] = input_of(name, made.acts.words, act[column] or "") if act[column] else None
    return found


def _stripped(value: object) -> str | None:
    """A value as text without blanks around it; None for nothing."""
    return (str(value).strip(" \t\n\r\v\f") or None) if value is not None else None


def _day(value: object) -> date | None:
    """A day that the statement found good: a date, or an ISO day, perhaps with midnight behind it."""
    text = _stripped(value)
    return None if text is None else date.fromisoformat(text[:_DAY])


def _fact(name: str, value: object) -> object:
    text = _stripped(value)
    return _whole(text) if text is not None and declared_facts()[name].counts_years else text


def _count(given: Mapping[str, Any]) -> int:
    text = _stripped(given["quantity"])
    return 1 if text is None else _whole(text)


def _whole(text: str) -> int:
    """A whole number that the statement found good: digits, perhaps with zeros behind a point."""
    return int(text.partition(".")[0])


def _faults(invalid: Mapping[str, str | None], words: Catalogue) -> Iterator[str]:
    """What cannot be used, column by column."""
    yield words.say("invalid_input", columns=words.join(list(invalid)))
    for name, value in invalid.items():
        fact = declared_facts().get(name)
        if name == "code":
            yield words.sentences["wrong_code"]
        elif fact is None:
            yield words.say(f"wrong_{name}", value=value or "", most=MOST_UNITS, oldest=OLDEST)
        elif fact.counts_years:
            yield words.say("wrong_years", name=name, value=value or "", oldest=OLDEST)
        else:
            yield words.say("wrong_choice", name=name, value=value or "", values=", ".join(fact.values))
