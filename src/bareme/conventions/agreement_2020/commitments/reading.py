"""The commitments of an agreement from `commitments.toml`, which the package holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bareme.conventions.agreement.systems import LANGUAGES, PACKAGE
from bareme.conventions.agreement_2020.commitments.model import Commitment, Kind, Precision


@dataclass(frozen=True, slots=True)
class Commitments:
    """All commitments in the order of the file, and the names of their owners by language."""

    entries: tuple[Commitment, ...]
    owners: Mapping[str, Mapping[str, str]]


@cache
def commitments_of(agreement: str) -> Commitments:
    """The commitments of an agreement such as `agreement_2020`."""
    place = files(PACKAGE).joinpath(agreement, "commitments", "commitments.toml")
    data = tomllib.loads(place.read_text(encoding="utf-8"))
    entries = (
        Commitment(
            entry["id"],
            Kind(entry["kind"]),
            entry["clause"],
            Precision(entry["precision"]),
            tuple(entry.get("due", ())),
            {language: entry[language] for language in LANGUAGES},
            entry.get("owner"),
            entry.get("to"),
            entry.get("every"),
        )
        for entry in data["commitment"]
    )
    return Commitments(tuple(entries), data["owner"])
