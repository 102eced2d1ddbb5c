"""A circular as data: immutable, typed, every figure with its source.

`Reading` is what a document says. Its `to_dict()` is the JSON of `bareme read --json` and, written canonically,
the payload of a ledger entry; `from_dict` gives an equal value back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bareme.circulars.findings import Findings
from bareme.circulars.layout import TableLayout
from bareme.circulars.sources import Figure, Source
from bareme.nomenclature.codes import Code
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a fee: coefficient x letter value. `letter` is None where none is printed."""

    letter: str | None
    coefficient: Figure | None
    value: Figure | None


@dataclass(frozen=True, slots=True)
class Amount:
    """What the insurance and the patient pay in one situation, in euro.

    `setting` and `regime` are None where the document does not distinguish; ages are completed years, end exclusive.
    `not_published` names what the row is cut before; a None that is not named there is given by no one.
    """

    setting: Setting | None
    regime: Regime | None
    age_from: int | None
    age_to: int | None
    intervention: Figure | None
    patient_share: Figure | None
    basis: Basis
    intervention_kind: InterventionKind | None
    not_published: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def derived(self) -> tuple[str, ...]:
        """Names of the figures that bareme computed."""
        pairs = (("intervention", self.intervention), ("patient_share", self.patient_share))
        return tuple(name for name, figure in pairs if figure is not None and figure.is_derived)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A mark on a line and the note that it points to; `text` is None when the note was not found or is not shipped."""

    mark: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its number in full ("N.1", "1.2.1"; None without one) and its official title."""

    number: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a tariff table: one act, in one or two settings."""

    ambulatory_code: Code | None
    hospital_code: Code | None
    terms: tuple[Term, ...]
    fee: Figure | None
    amounts: tuple[Amount, ...]
    label: str | None
    section: Section | None
    convention: str | None
    footnotes: tuple[Footnote, ...]
    source: Source
    cells: Mapping[str, Source]
    not_published: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[Code, ...]:
        """The one or two codes of the line, ambulatory first."""
        ambulatory, hospital = self.ambulatory_code, self.hospital_code
        if ambulatory is None:
            return () if hospital is None else (hospital,)
        return (ambulatory,) if hospital is None else (ambulatory, hospital)

    @property
    def code(self) -> str | None:
        """The code that names the line in messages: its first."""
        first = self.ambulatory_code or self.hospital_code
        return None if first is None else first.digits

    def amounts_in(self, setting: Setting) -> tuple[Amount, ...]:
        """The amounts that hold in a setting."""
        return tuple(a for a in self.amounts if a.setting in (None, setting))

    def amount(self, setting: Setting | None, regime: Regime | None) -> Amount:
        """The one amount printed for a setting and regime; KeyError when there is none."""
        for amount in self.amounts:
            if (amount.setting, amount.regime) == (setting, regime):
                return amount
        raise KeyError((setting, regime))


@dataclass(frozen=True, slots=True)
class Measure:
    """A change that the prose announces.

    `kind` is one of `MEASURE_KINDS`; `rate` in percent, signed; `amount` in euro, signed where it is a change. `scope`
    is one of `MEASURE_SCOPES`: it says what `codes` (as printed pairs) or `named` mean. `excepted` names what the
    measure leaves out: codes, conventions, sections. Of a partial rate, `already` is the part (in percent) that was
    applied before; `relative_to` is the day whose tariffs the rate counts from, where that is not the circular before.
    """

    kind: str
    source: Source
    rate: Figure | None = None
    amount: Figure | None = None
    scope: str = "all"
    codes: tuple[tuple[Code, ...], ...] = ()
    named: str | None = None
    excepted: tuple[str, ...] = ()
    letter: str | None = None
    coefficient_from: Figure | None = None
    coefficient_to: Figure | None = None
    already: Figure | None = None
    relative_to: date | None = None


MEASURE_KINDS = {
    "index": "letter values (and fees without a letter) are multiplied by 1 + rate",
    "letter_value_by_rate": "the letter value is multiplied by 1 + rate",
    "fee_by_rate": "the fee is multiplied by 1 + rate, through its letter value where it has one",
    "fee_of_coefficient": "the letter value is set so that the fee equals coefficient_to instead of coefficient_from",
    "fee_by_amount": "the letter value is set so that the fee changes by amount",
    "fee_set": "the fee is amount; the letter value is set so",
    "share_set": "the patient share, where there is one, is amount",
    "unchanged": "the figures stay as they are",
    "added": "the codes are new",
    "ended": "the codes end",
}

MEASURE_SCOPES = {
    "all": "every line of the circular",
    "series": "the lines of a profession; `named` is the first part of its series ids, such as doctors",
    "article": "the lines of an article of the nomenclature; `named` is its number",
    "section": "the lines of a section; `named` is its number, such as N.4, or its title where it has none",
    "convention": "the lines of a convention; `named` is its name as the table's title gives it",
    "codes": "the lines of `codes`",
    "others": "every line that no other measure names",
}


@dataclass(frozen=True, slots=True)
class Index:
    """An index that the prose names without applying it, such as the health index of the budget; `rate` in percent."""

    kind: str
    rate: Figure


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about the whole circular, such as a reservation."""

    kind: str
    source: Source


@dataclass(frozen=True, slots=True)
class Circular:
    """Who says it, and from when. What the document does not say is None."""

    number: str | None
    issued_on: date | None
    effective_on: date | None
    reference: str | None
    language: str
    kind: str
    series: str | None
    title: str | None
    indices: tuple[Index, ...] = ()
    attachments: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentId:
    """The bytes that were read: their sha256, the file's name, the number of bytes."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says, and what is to be said about it.

    `tables` tells how each table was laid out and `content` holds the bytes that were read; a reading that comes back
    from a book has neither.
    """

    document: DocumentId
    circular: Circular
    lines: tuple[Line, ...]
    measures: tuple[Measure, ...]
    findings: Findings
    tables: tuple[TableLayout, ...] = ()
    content: bytes | None = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme read --json` (schema reading-1)."""
        from bareme.circulars.serial import reading_to_dict

        return reading_to_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reading:
        """The inverse of `to_dict`, without `tables`."""
        from bareme.circulars.serial import reading_from_dict

        return reading_from_dict(data)

    def line_id(self, line: Line, code: Code) -> str:
        """`2025/336:565014`, with `@section` where the code stands on several lines."""
        plain = f"{self.circular.number}:{code}"
        if sum(code in other.codes for other in self.lines) < 2 or line.section is None:
            return plain
        return f"{plain}@{line.section.number or line.section.title}"
