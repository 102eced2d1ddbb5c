"""What an entry tells of its circular without its figures: those of a large book are told in a moment, not in twenty
seconds, and only the circulars whose figures are asked for are decoded whole."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bareme.book.entry import Entry
from bareme.circulars.model import Circular, Reading
from bareme.circulars.serial import circular_from_dict

if TYPE_CHECKING:
    import msgspec

MOST_TOLD = 10_000
"""What so many entries tell of their circulars is kept ready at once."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A circular without its lines: how many there are, the codes that they list (each once, in order), the facts that
    some amount depends on (`regime` among them), and the severity of each finding."""

    circular: Circular
    lines: int
    codes: tuple[str, ...]
    asked: frozenset[str]
    severities: tuple[str, ...]


_TOLD: dict[tuple[str, str, str], Outline] = {}
"""By the hash of the entry, which stands for all of it, its circular and its document."""


def outline_of(entry: Entry) -> Outline:
    """The outline of a circular's entry; made once and kept."""
    key = (entry.hash, entry.circular, entry.document)
    found = _TOLD.get(key)
    if found is None:
        found = _told(entry)
        if len(_TOLD) >= MOST_TOLD:
            _TOLD.clear()
        _TOLD[key] = found
    return found


def outline_of_reading(reading: Reading) -> Outline:
    """The outline of a reading that is there already."""
    amounts = [amount for line in reading.lines for amount in line.amounts]
    asked = {name for amount in amounts for name in amount.facts}
    if any(amount.regime is not None for amount in amounts):
        asked.add("regime")
    codes = tuple(dict.fromkeys(code.digits for line in reading.lines for code in line.codes))
    severities = tuple(finding.severity.value for finding in reading.findings)
    return Outline(reading.circular, len(reading.lines), codes, frozenset(asked), severities)


def _told(entry: Entry) -> Outline:
    found = _decoder().decode(entry.payload).reading
    asked = {name for line in found.lines for amount in line.amounts for name in amount.facts}
    if any(amount.regime is not None for line in found.lines for amount in line.amounts):
        asked.add("regime")
    printed = (code for line in found.lines for code in (line.ambulatory_code, line.hospital_code) if code is not None)
    # The circulars of a series list the same codes: each is held once in memory.
    codes = tuple(dict.fromkeys(map(sys.intern, printed)))
    severities = tuple(finding.severity for finding in found.findings)
    return Outline(circular_from_dict(found.circular), len(found.lines), codes, frozenset(asked), severities)


@dataclass(frozen=True, slots=True)
class _Amount:
    regime: str | None
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Line:
    ambulatory_code: str | None
    hospital_code: str | None
    amounts: list[_Amount]


@dataclass(frozen=True, slots=True)
class _Finding:
    severity: str


@dataclass(frozen=True, slots=True)
class _Reading:
    circular: dict[str, Any]
    findings: list[_Finding]
    lines: list[_Line]


@dataclass(frozen=True, slots=True)
class _Payload:
    """The part of a payload that is decoded; all else is skipped."""

    reading: _Reading


@cache
def _decoder() -> msgspec.json.Decoder[_Payload]:
    import msgspec

    return msgspec.json.Decoder(_Payload)
