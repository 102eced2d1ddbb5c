"""One question in SQL to the views of a book: read only, closed to files and networks, bounded in memory.

A question is one SELECT (or WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE) or an EXPLAIN of one. It runs in a DuckDB in
memory, of one thread, that holds nothing but the views, whose settings are locked, in a transaction that cannot write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from bareme.errors import InputError
from bareme.exchange.views.declared import declared_views
from bareme.exchange.views.refusals import MEMORY_GIB, NOT_A_QUESTION, in_words, of_statement

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MOST_BYTES = MEMORY_GIB * 2**30
"""A result is refused that takes more memory than this."""
BATCH = 100_000
_SETTINGS = {
    "threads": "1",
    "memory_limit": f"{MEMORY_GIB}GiB",
    "temp_directory": "",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def ask(query: str, table_of: Callable[[str], pa.Table]) -> pa.Table:
    """The answer to a question, in Arrow; of columns with one name the later ones are called `name_1`, `name_2`.

    `table_of` gives a view by its name; it is asked for those only that the question names. `InputError` says why a
    question is refused: it does not parse, names what there is not, is not a question, reads files, is too large.
    """
    import duckdb

    connection = duckdb.connect(config=dict(_SETTINGS))
    try:
        check(query, connection)
        for name in views_named(query):
            connection.register(name, table_of(name))
        _close(connection)
        return _answer(query, connection)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise InputError(in_words(error, query)) from None
    finally:
        connection.close()


def check(query: str, connection: duckdb.DuckDBPyConnection) -> None:
    """`InputError` unless the text is one statement that asks."""
    import duckdb

    if any("\ud800" <= letter <= "\udfff" for letter in query):
        raise InputError("the query holds bytes that are not UTF-8.")
    statements = connection.extract_statements(query)
    if not statements:
        raise InputError(f"the query is empty. {NOT_A_QUESTION}")
    if len(statements) > 1:
        raise InputError(f"{len(statements)} statements are given; ask one question at a time. Nothing was run.")
    [statement] = statements
    if statement.type == duckdb.StatementType.EXPLAIN:
        query = _explained(query)
        statement = next(iter(connection.extract_statements(query)), statement)
    if statement.type != duckdb.StatementType.SELECT:
        raise InputError(of_statement(statement.type.name, query))


def _explained(query: str) -> str:
    """What an EXPLAIN explains."""
    import duckdb

    starts = [place for place, kind in duckdb.tokenize(query) if kind != duckdb.token_type.comment]
    words = [query.encode()[start:end].decode() for start, end in zip(starts, [*starts[1:], None], strict=True)]
    place, depth = 1, 0
    while place < len(words) and (depth or words[place].split()[0].upper() in ("ANALYZE", "VERBOSE", "(")):
        depth += words[place].startswith("(") - words[place].startswith(")")
        place += 1
    return query.encode()[starts[place] :].decode() if place < len(words) else ""


def views_named(query: str) -> list[str]:
    """The views whose names stand in the query; all where none does, or where the text of a query is put together.

    >>> views_named("SELECT fee FROM history JOIN lines USING (circular, line)")
    ['lines', 'history']
    """
    words = {word.lower() for word in re.findall(r"\w+", query)}
    named = [name for name in declared_views() if name in words]
    return list(declared_views()) if not named or words & {"query", "query_table"} else named


def _close(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on nothing can be read but the views, and nothing be set or written."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    connection.execute("BEGIN TRANSACTION READ ONLY")


def _answer(query: str, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    import pyarrow as pa

    try:
        with connection.sql(query).to_arrow_reader(BATCH) as reader:
            names = _distinct(reader.schema.names)
            batches = list(_bounded(reader))
            return pa.Table.from_batches(batches, reader.schema).rename_columns(names)
    except (pa.ArrowException, OSError, RuntimeError) as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise InputError(in_words(error, query)) from None


def _bounded(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    size = 0
    for batch in reader:
        size += batch.nbytes
        if size > MOST_BYTES:
            raise InputError(
                f"the result takes more than {MEMORY_GIB} GiB; ask for fewer rows or columns, or for sums. "
                "Nothing is shown."
            )
        yield batch


def _distinct(names: list[str]) -> list[str]:
    """The names, each once: a later `line_id` is `line_id_1`."""
    found: list[str] = []
    for name in names:
        free, number = name, 0
        while free in found or (number and free in names):
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found
