"""JSON Schemas (draft 2020-12) of everything that bareme writes as JSON and of the files that people write for it.

A schema is called `<name>-<version>`: `price-1` is the output of `bareme price --json`. Each stands alone, without
references to another file.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from bareme.errors import InputError


def schema_names() -> list[str]:
    """The names of all schemas."""
    found = (entry.name for entry in files("bareme.schemas").iterdir())
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def schema(name: str) -> dict[str, Any]:
    """A schema by its name; `InputError` names those that there are.

    >>> schema("price-1")["$id"]
    'bareme/price/1'
    """
    if name not in schema_names():
        raise InputError(f"{name!r} is none of the schemas {', '.join(schema_names())}.")
    found: dict[str, Any] = json.loads(files("bareme.schemas").joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return found
