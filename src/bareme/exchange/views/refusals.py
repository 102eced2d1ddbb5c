"""Why a query cannot be run, in one line: DuckDB's reason, and the name that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from bareme.exchange.views.declared import declared_views

MEMORY_GIB = 2
NOT_A_QUESTION = 'Write one SELECT, for example "SELECT code, effective_from FROM history".'
_WHERE = re.compile(r"\n+LINE (\d+):.*", re.DOTALL)
_KIND = re.compile(r"^[A-Z][A-Za-z -]* Error: ")
_NO_VIEW = re.compile(r'Table with name "?(.+?)"? does not exist')
_NO_COLUMN = re.compile(r'Referenced column "(.+?)" (?:was )?not found')
_NO_COLUMN_OF = re.compile(r'Values list "(.+?)" does not have a column named "(.+?)"')
_NO_FILE = re.compile(r'Cannot access (?:file|directory) "(.*?)" - ')
_EXTENSION = re.compile(r'[Nn]ame "?(\S+?)"? is not in the catalog, but it exists in the (\S+) extension')
_PARAMETER = re.compile(r"Values were not provided for the following")


def of_statement(kind: str, query: str) -> str:
    """Why a statement is refused that is no question."""
    first = next(iter(re.findall(r"[A-Za-z]+", re.sub(r"--[^\n]*|/\*.*?\*/", " ", query, flags=re.DOTALL))), kind)
    if kind == "MULTI":
        return "a PIVOT needs its columns in a list: PIVOT ... ON column IN ('a', 'b') USING ... . Nothing was run."
    advice = "With --out FILE an answer is written to a file." if first.upper() == "COPY" else NOT_A_QUESTION
    return f"{first.upper()} is refused: the views of a book are only read. {advice} Nothing was run."


def in_words(error: Exception, query: str) -> str:
    """DuckDB's error as one line for people, which names what was probably meant."""
    text = str(error)
    reason = _KIND.sub("", _WHERE.sub("", text))
    known = _known(reason, query)
    if known is not None:
        return known
    line = _WHERE.search(text)
    where = f"line {line[1]}: " if line and "\n" in query.strip() else ""
    return f"the query cannot be run: {where}{_one_line(reason)}"


def _known(reason: str, query: str) -> str | None:
    """The words for what is asked wrongly most often."""
    if found := _NO_FILE.search(reason):
        return f"{found[1]!r} cannot be read: a query sees the views of the book, no file, folder or address."
    if found := _EXTENSION.search(reason):
        return f"{found[1]} is of DuckDB's extension {found[2]}, which bareme does not load."
    if found := _NO_VIEW.search(reason):
        names = declared_views()
        return f"there is no view {found[1]}{_near(found[1], names)} Views are {', '.join(names)}."
    if found := _NO_COLUMN.search(reason):
        return _no_column(found[1], query)
    if found := _NO_COLUMN_OF.search(reason):
        return _no_column(found[2], query, found[1])
    if _PARAMETER.search(reason):
        return "the query has a parameter ($1, ? or :name) that nothing is given for; write the value itself."
    if reason.lower().startswith(("could not allocate", "failed to allocate")) or "Out of Memory" in str(reason):
        return f"the query needs more than {MEMORY_GIB} GiB of memory; narrow it with WHERE, or sum earlier."
    return None


def _no_column(name: str, query: str, of: str | None = None) -> str:
    """That a column is not there; the near ones are those of the views that the query names."""
    words = {word.lower() for word in re.findall(r"\w+", query)}
    views = [view for view in declared_views().values() if view.name in words]
    if of is not None and of.lower() in declared_views():
        views = [declared_views()[of.lower()]]
    columns = dict.fromkeys(column.name for view in views for column in view.columns)
    where = f" in {of}" if of else ""
    text = f"there is no column {name}{where}{_near(name, columns)}"
    if len(views) == 1:
        text += f" The view {views[0].name} has {', '.join(columns)}."
    return text


def _near(name: str, names: Iterable[str]) -> str:
    """`; did you mean fee?` where names are near or begin so, else a full stop."""
    known = list(names)
    near = get_close_matches(name.lower(), known, n=2) or [n for n in known if n.startswith(name.lower())][:2]
    return f"; did you mean {' or '.join(near)}?" if near else "."


def _one_line(text: str) -> str:
    """The first paragraph and the hints that help, without DuckDB's settings."""
    kept = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith(("*", "SET "))]
    line = " ".join(" ".join(kept).split())
    return line if line.endswith((".", "!", "?")) else f"{line}."
