"""What an agreement answers: of a case yes, no or *needs information*, and findings about what was given to it.

Each says its clause and carries its sentence in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.parameters import plain
from bareme.conventions.model import Result
from bareme.money import euro_text

LANGUAGE = "en"
"""The language where none is asked for."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something given stands: a file and a line of it, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule of an agreement says of a case. `amount` is in euro; `because` holds the sentence by language."""

    rule: str
    """System and rule, such as `social_status.benefit`."""
    result: Result
    clause: str
    because: Mapping[str, str]
    amount: Decimal | None = None
    missing: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    interpretations: tuple[str, ...] = ()

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`$defs/answer` of the agreement's schemas)."""
        return {
            "rule": self.rule,
            "result": self.result.value,
            "amount": euro_text(self.amount),
            "clause": self.clause,
            "missing": list(self.missing),
            "contradicts": list(self.contradicts),
            "interpretations": list(self.interpretations),
            "because": self.because[language],
        }


@dataclass(frozen=True, slots=True)
class AgreementFinding:
    """A breach of a clause, or something wrong in what was given. `place` is None for the whole of it."""

    check: str
    """System and check, such as `conditions.too_many_slots`."""
    severity: Severity
    clause: str
    message: Mapping[str, str]
    place: Place | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`$defs/finding` of the agreement's schemas)."""
        return {
            "check": self.check,
            "severity": self.severity.value,
            "clause": self.clause,
            "file": None if self.place is None else self.place.file,
            "line": None if self.place is None else self.place.line,
            "message": self.message[language],
            "values": {name: plain(_said(value, language)) for name, value in self.values.items()},
        }


def _said(value: Any, language: str) -> Any:
    """A value that is told in every language, in one of them; any other as it is."""
    return value[language] if isinstance(value, Mapping) and language in value else value
