"""Findings: what a reader or a check has to say about a document, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bareme.circulars.sources import Source


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """We are not sure that we read what stands there, or no figure can be used."""
    WARNING = "warning"
    """Clear, but at odds with itself or with arithmetic; used as printed."""
    NOTE = "note"
    """Worth seeing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth saying about a document. `code` is the nomenclature code concerned, if there is one."""

    check: str
    severity: Severity
    message: str
    source: Source
    code: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of `interface.md`, with the values that the message names."""
        return {
            "check": self.check,
            "severity": self.severity.value,
            "message": self.message,
            "code": self.code,
            "source": self.source.to_dict(),
            "values": dict(self.values),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """The inverse of `to_dict`."""
        return cls(
            data["check"],
            Severity(data["severity"]),
            data["message"],
            Source.from_dict(data["source"]),
            data["code"],
            dict(data["values"]),
        )


class Findings(tuple[Finding, ...]):
    """Findings in the order of the checks and, within a check, of the document."""

    __slots__ = ()

    def named(self, check: str) -> Findings:
        """Those of one check."""
        return Findings(f for f in self if f.check == check)

    def of(self, severity: Severity | str) -> Findings:
        """Those of one severity."""
        return Findings(f for f in self if f.severity == severity)

    @property
    def errors(self) -> Findings:
        """Those of severity error."""
        return self.of(Severity.ERROR)

    def plus(self, more: Iterable[Finding]) -> Findings:
        """These and `more`."""
        return Findings((*self, *more))
