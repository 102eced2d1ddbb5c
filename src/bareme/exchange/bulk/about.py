"""What a result says of itself: the book, rules, engine and options that it was made with, to be made again.

It stands in the metadata of a Parquet file under `bareme`, and beside a CSV file in `NAME.about.json` (schema
priced-acts-1). It names no moment and no folder: the same run gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bareme._version import __version__
from bareme.errors import InputError
from bareme.exchange.bulk.sources import ActsFiles, format_of
from bareme.pricing.ruleset import rules_hash

KEY = "bareme"
SCHEMA = "bareme/priced-acts/1"


@dataclass(frozen=True, slots=True)
class About:
    """What a result was made with. `book` and `rules` are hashes, `columns` the acts' own, `lines` their number.

    `types` is what each column held where the acts were Parquet, as Arrow names it; empty where they were texts.
    """

    book: str
    rules: str
    engine: str
    engine_version: str
    bareme: str
    as_known_on: str | None
    as_recorded_at: str | None
    acts: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    words: dict[str, Any]
    window: str | None = None
    """How the rules of conventions count months; None where no rule was asked."""
    conventions: str | None = None
    """The hash of what those rules are."""
    lines: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As data (schema priced-acts-1)."""
        return {
            "schema": SCHEMA,
            "book": self.book,
            "rules": self.rules,
            "engine": {"name": self.engine, "version": self.engine_version},
            "bareme": self.bareme,
            "options": {
                "as_known_on": self.as_known_on,
                "as_recorded_at": self.as_recorded_at,
                "rules_window": self.window,
            },
            "conventions": self.conventions,
            "acts": list(self.acts),
            "columns": list(self.columns),
            "types": list(self.types),
            "words": self.words,
            "lines": self.lines,
        }

    def to_json(self) -> str:
        """As text, always in the same form."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> About:
        """From data; `KeyError` where something is missing."""
        engine, options = data["engine"], data["options"]
        return cls(
            book=data["book"],
            rules=data["rules"],
            engine=engine["name"],
            engine_version=engine["version"],
            bareme=data["bareme"],
            as_known_on=options["as_known_on"],
            as_recorded_at=options["as_recorded_at"],
            acts=tuple(data["acts"]),
            columns=tuple(data["columns"]),
            types=tuple(data["types"]),
            words=data["words"],
            window=options["rules_window"],
            conventions=data["conventions"],
            lines=data["lines"],
        )


def about(acts: ActsFiles, book: str, engine: str, version: str, known: str | None, recorded: str | None) -> About:
    """What a run is made with."""
    names = tuple(file.path.name for file in acts.files)
    types = tuple(map(str, acts.types))
    words = acts.words.to_dict() if acts.words.name else {}
    return About(book, rules_hash(), engine, version, __version__, known, recorded, names, acts.columns, types, words)


def sidecar(out: Path) -> Path:
    """The file beside a CSV result that tells about it."""
    return out.with_name(f"{out.name}.about.json")


def about_of(out: Path) -> About:
    """What a result says of itself; `InputError` for a file that says nothing, or that is none."""
    if not out.is_file():
        raise InputError(f"{out} {'is a directory; name the file' if out.is_dir() else 'does not exist'}.")
    kind = format_of(out)
    if kind is None:
        raise InputError(f"{out}: a result is a .parquet, .csv or .csv.gz file.")
    try:
        text = _of_parquet(out) if kind == ".parquet" else sidecar(out).read_text(encoding="utf-8")
        data = json.loads(text)
        if not _is_valid(data):
            raise ValueError
        return About.from_dict(data)
    except FileNotFoundError:
        raise InputError(
            f"{out} is not a result of bareme price-file, or its {sidecar(out).name} is not beside it."
        ) from None
    except (KeyError, TypeError, ValueError):
        raise InputError(f"{out} does not tell what it was made with: it is no result of bareme price-file.") from None
    except OSError as error:
        raise InputError(f"{out} cannot be read: {error.strerror or error}.") from None


def _is_valid(data: Any) -> bool:
    from jsonschema import Draft202012Validator

    from bareme.schemas import schema

    return bool(Draft202012Validator(schema("priced-acts-1")).is_valid(data))


def _of_parquet(out: Path) -> str:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(out) as file:
            return str((file.metadata.metadata or {})[KEY.encode()].decode())
    except pa.ArrowException as error:
        raise ValueError(str(error)) from None
