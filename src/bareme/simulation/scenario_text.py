"""A scenario written out as the text of its file (schema scenario-1), from its parts; whoever reads it checks them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from bareme.simulation.scenario_files import SCHEMA

Value = str | bool | Sequence[str]


def scenario_text(
    title: str, start: date, on: date, measures: Iterable[Mapping[str, Value]], known: date | None = None
) -> str:
    """The text of a scenario's file: its first day, the day of the tariffs it starts from (as known
    on a day), its measures in order.

    A measure's values are texts, a list of texts, or `True`, by the names of the file; those that are empty are left
    out.
    """
    head = {"schema": SCHEMA, "title": title.strip()}
    lines = [f"{name} = {_string(value)}" for name, value in head.items() if value]
    lines += [f"from = {start.isoformat()}", "", "[baseline]", f"on = {on.isoformat()}"]
    lines += [] if known is None else [f"as_known_on = {known.isoformat()}"]
    for measure in measures:
        lines += ["", "[[measure]]", *_entries(measure)]
    return "\n".join(lines) + "\n"


def _entries(measure: Mapping[str, Value]) -> Iterator[str]:
    for name, value in measure.items():
        if value is True:
            yield f"{name} = true"
        elif isinstance(value, str) and value.strip():
            yield f"{name} = {_string(value.strip())}"
        elif isinstance(value, Sequence) and not isinstance(value, str) and value:
            yield f"{name} = [{', '.join(map(_string, value))}]"


def _string(text: str) -> str:
    """A basic string of TOML; signs that are not seen are left out.

    >>> print(_string('a "b"' + chr(10) + chr(92)))
    "a \\"b\\"\\\\"
    """
    seen = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs"))
    return json.dumps(seen, ensure_ascii=False)
