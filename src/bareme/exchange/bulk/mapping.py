"""What the columns of a file of acts are called, and what their values mean, where the file has words of its own.

A mapping is a TOML file (schema columns-1): under `[columns]` each known column, or input of a rule, with the names
that stand for it, under `[values.NAME]` each value with the words that stand for it. `fr` and `nl` are shipped. Names
and words count without regard to case; a column that already has its own name needs no mapping.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.nomenclature.facts import declared_facts
from bareme.pricing.columns import KNOWN_COLUMNS, Kinds, check_columns, kinds_of

NOTHING = "Nothing was priced."


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """Words of a file for bareme's: names by known column, words by value by fact; all in lower case."""

    name: str | None
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, tuple[str, ...]]]

    def known_columns(self, names: Sequence[str], where: str) -> dict[str, str]:
        """The file's column for each known column that it has; `InputError` where two stand for one, or none fits."""
        found: dict[str, str] = {}
        plain = []
        for name in names:
            known = next((k for k in KNOWN_COLUMNS if name.casefold() in self.columns.get(k, ())), None)
            if known is None or name in KNOWN_COLUMNS:
                known = name if name in KNOWN_COLUMNS else None
            if known is not None and known in found:
                raise InputError(f"{where} has two columns for {known}: {found[known]!r} and {name!r}. {NOTHING}")
            if known is not None:
                found[known] = name
            plain.append(known or name)
        check_columns(plain, where)
        return found

    def input_columns(self, names: Sequence[str], where: str) -> dict[str, str]:
        """The file's column for each input of a rule that it has; `InputError` where two stand for one."""
        found: dict[str, str] = {}
        for name in names:
            words = [
                k for k, of_input in self.columns.items() if k in declared_inputs() and name.casefold() in of_input
            ]
            known = name if name in declared_inputs() else words[0] if words else None
            if known is not None and known in found:
                raise InputError(f"{where} has two columns for {known}: {found[known]!r} and {name!r}. {NOTHING}")
            if known is not None:
                found[known] = name
        return found

    def words_of(self, column: str) -> dict[str, str]:
        """The value for each word of a column, in lower case; empty where its values need no mapping."""
        return {word: value for value, words in self.values.get(column, {}).items() for word in words}

    @property
    def of_counts(self) -> bool:
        """True when a column of days or numbers has words of its own: it is then taken as text."""
        return any(self.values.get(name) for name, kind in kinds_of(Kinds.TYPED).items() if kind != "string")

    def to_dict(self) -> dict[str, Any]:
        """The mapping as data, to be kept with a result."""
        return {
            "schema": "bareme/columns/1",
            "columns": {k: list(v) for k, v in self.columns.items()},
            "values": {k: {value: list(words) for value, words in v.items()} for k, v in self.values.items()},
        }


NONE = ColumnWords(None, {}, {})
"""No mapping: the columns have bareme's own names."""


def shipped_mappings() -> list[str]:
    """The mappings that the package ships."""
    folder = files("bareme.exchange.bulk").joinpath("mappings")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_mapping(name: str | None) -> ColumnWords:
    """A shipped mapping by its name, or that of a file; `InputError` says what in it cannot be used."""
    if name is None:
        return NONE
    if name in shipped_mappings():
        text = files("bareme.exchange.bulk").joinpath("mappings", f"{name}.toml").read_text(encoding="utf-8")
        return mapping_of(tomllib.loads(text), name)
    try:
        data = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{name} is no mapping of columns: name a file, or one of {', '.join(shipped_mappings())}. {NOTHING}"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{name} cannot be read as a mapping of columns: {error}. {NOTHING}") from None
    return mapping_of(data, name)


def mapping_of(data: Mapping[str, Any], name: str) -> ColumnWords:
    """A mapping from its data, checked by its schema; a word that stands for two things is an `InputError`."""
    from jsonschema import Draft202012Validator

    from bareme.schemas import schema

    wrong = next(iter(Draft202012Validator(schema("columns-1")).iter_errors(data)), None)
    if wrong is not None:
        place = ".".join(map(str, wrong.absolute_path)) or "the file"
        raise InputError(f"{name}, {place}: {wrong.message}. {NOTHING}")
    columns = {k: tuple(word.casefold() for word in words) for k, words in data.get("columns", {}).items()}
    values = {
        fact: {value: tuple(word.casefold() for word in words) for value, words in of_value.items()}
        for fact, of_value in data.get("values", {}).items()
    }
    _refuse_twice([(word, known) for known, words in columns.items() for word in words], name, "the column")
    for fact, of_value in values.items():
        known = declared_facts()[fact].values if fact in declared_facts() else declared_inputs()[fact].values
        unknown = [value for value in of_value if value not in known]
        if unknown:
            allowed = ", ".join(known)
            raise InputError(f"{name}, values.{fact}: {unknown[0]!r} is none of {allowed}. {NOTHING}")
        _refuse_twice([(word, value) for value, words in of_value.items() for word in words], name, f"{fact}'s word")
    return ColumnWords(name, columns, values)


def _refuse_twice(pairs: Sequence[tuple[str, str]], name: str, what: str) -> None:
    """`InputError` for a word that stands for two."""
    seen: dict[str, str] = {}
    for word, meaning in pairs:
        if seen.setdefault(word, meaning) != meaning:
            raise InputError(f"{name}: {what} {word!r} stands for both {seen[word]} and {meaning}. {NOTHING}")
