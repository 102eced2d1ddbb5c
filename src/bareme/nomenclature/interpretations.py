"""The register of interpretations: choices that the documents leave open, each with an id that prices list."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One choice: what we take it to mean, where the documents leave it open, what else it could mean."""

    id: str
    text: str
    clause: str
    parameter: str
    alternatives: str


@cache
def interpretations() -> Mapping[str, Interpretation]:
    """The register, by id."""
    data = tomllib.loads(files("bareme.nomenclature").joinpath("interpretations.toml").read_text(encoding="utf-8"))
    return {id: Interpretation(id, **entry) for id, entry in data.items() if id != "schema"}
