"""Circulars invented in a test, in the JSON shape of a reading: recorded in a real ledger, and given to the oracle.

`line` and `circular` build what a reader would have made of a document; `record` puts circulars into a book as a
person would load them, and `entries_for_oracle` tells the oracle the same story.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import bareme
from bareme import Book
from bareme.book.intake import decide
from bareme.book.ledger import Entry, Ledger, NewEntry

Json = dict[str, Any]
CODES = tuple(f"{stem}{stem % 7}" for stem in range(10001, 10013))
"""Twelve codes: six ambulatory ones, each followed by its hospital twin."""
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""The folder for books that are thrown away at once: in memory, where the machine has such a one."""
FACTS = {
    "accreditation": ("yes", "no"),
    "care_pathway": ("yes", "no"),
    "convention_status": ("full", "partial", "none"),
    "global_medical_file": ("yes", "no"),
    "gp_referral": ("yes", "no"),
    "trainee": ("yes", "no"),
}
"""What facts.toml declares beside age and regime, written out a second time for the oracle."""


def amount(intervention: str | None = None, patient_share: str | None = None, **other: Any) -> Json:
    """One amount; without figures it is one that the document gives none for."""
    return {
        "setting": None,
        "regime": None,
        "age_from": None,
        "age_to": None,
        "facts": {},
        "intervention": intervention,
        "patient_share": patient_share,
        "basis": "act",
        "intervention_kind": None if intervention is None else "actual",
        "derived": [],
        "not_published": [],
    } | other


def line(code: str | None, twin: str | None, fee: str | None, *amounts: Json, **other: Any) -> Json:
    """One line; `section` may be given as a number."""
    section = other.pop("section", None)
    return {
        "ambulatory_code": code,
        "hospital_code": twin,
        "terms": [],
        "fee": fee,
        "amounts": list(amounts),
        "label": None,
        "section": None if section is None else {"number": section, "title": f"Section {section}"},
        "convention": None,
        "footnotes": [],
        "not_published": [],
    } | other


@dataclass(frozen=True)
class Invented:
    """A circular as it is to be loaded; `doubtful` are the numbers (from 0) of lines that a finding puts in doubt."""

    number: str
    issued_on: str
    effective_on: str
    lines: tuple[Json, ...]
    series: str = "toy/acts/1"
    kind: str = "circular"
    known_from: str | None = None
    doubtful: frozenset[int] = field(default_factory=frozenset)

    @property
    def known(self) -> str:
        """The day from which it is known."""
        return self.known_from or self.issued_on

    @property
    def document(self) -> str:
        """A name of the document's bytes, different for every circular invented."""
        said = repr((self.number, self.issued_on, self.effective_on, self.lines, self.series, self.kind))
        return hashlib.sha256(said.encode()).hexdigest()

    def reading(self) -> bareme.Reading:
        """The reading, as it comes out of its JSON."""
        return bareme.Reading.from_dict(self.to_dict())

    def to_dict(self) -> Json:
        """The JSON of the reading, with a source for every figure."""
        return {
            "document": {"sha256": self.document, "name": f"{self.number}.txt", "size": 1},
            "circular": self.identity(),
            "lines": [self._sourced(number, data) for number, data in enumerate(self.lines)],
            "measures": [],
            "findings": [self._doubt(number) for number in sorted(self.doubtful)],
        }

    def identity(self) -> Json:
        """Who says it, and from when."""
        return {
            "number": self.number,
            "issued_on": self.issued_on,
            "effective_on": self.effective_on,
            "reference": None,
            "language": "fr",
            "kind": self.kind,
            "series": self.series,
            "title": None,
            "indices": [],
            "attachments": [],
            "notes": [],
        }

    def _source(self, number: int) -> Json:
        place = {"table": 1, "row": number + 1, "cell": None, "line": number + 1, "text": "as found", "place": None}
        return {"document": self.document, "name": f"{self.number}.txt"} | place

    def _sourced(self, number: int, data: Json) -> Json:
        printed = ["fee"] if data["fee"] is not None else []
        for n, found in enumerate(data["amounts"]):
            names = [name for name in ("intervention", "patient_share") if name not in found["derived"]]
            printed += [f"amounts.{n}.{name}" for name in names if found[name] is not None]
        for n, term in enumerate(data["terms"]):
            printed += [f"terms.{n}.{name}" for name in ("coefficient", "value") if term[name] is not None]
        cells = {
            name: {"cell": cell, "text": "as found", "row": None, "line": None, "place": None}
            for cell, name in enumerate(printed, start=1)
        }
        return data | {"source": self._source(number), "cells": cells}

    def _doubt(self, number: int) -> Json:
        said = {"check": "interventions_in_order", "severity": "error", "message": "invented", "code": None}
        return said | {"source": self._source(number), "values": {}}

    def entry(self) -> Json:
        """The entry that the oracle is told of: a line in doubt is one whose fee cannot be used."""
        lines = [x | {"fee": None} if n in self.doubtful else x for n, x in enumerate(self.lines)]
        return {
            "circular": self.identity(),
            "lines": lines,
            "known_from": self.known,
            "recorded_at": "2026-01-01T00:00:00+00:00",
        }


def record(path: Path, circulars: Sequence[Invented]) -> Book:
    """A book of its own with these circulars, recorded one after another."""
    book = bareme.create_book(path)
    for circular in circulars:
        book = load(book, circular)
    return book


def load(book: Book, circular: Invented) -> Book:
    """The book with a circular more, whatever its findings; a correction as if it had been recorded on its day."""
    known = date.fromisoformat(circular.known)

    def decided(held: Sequence[Entry]) -> list[NewEntry]:
        decision = decide(circular.reading(), held, accept_findings=True, known_from=known)
        assert decision.new is not None, decision.result.message
        assert decision.result.status == "recorded", decision.result.message
        return [replace(decision.new, known_from=known)]

    Ledger(book.path).append(decided)
    return bareme.open_book(book.path)


def entries_for_oracle(circulars: Sequence[Invented]) -> list[Json]:
    """The same story for the oracle."""
    return [circular.entry() for circular in circulars]


@dataclass(frozen=True)
class Asked:
    """One act: a code, a day, what is known of the patient and the provider."""

    code: str
    on: date
    regime: str | None = None
    age: int | None = None
    birth_date: date | None = None
    quantity: int = 1
    facts: Mapping[str, str] = field(default_factory=dict)

    def for_book(self) -> Json:
        """The arguments of `book.price`."""
        known = {"regime": self.regime, "age": self.age, "birth_date": self.birth_date} | dict(self.facts)
        return {"code": self.code, "on": self.on, "quantity": self.quantity, **known}

    def for_oracle(self) -> Json:
        """The arguments of the oracle, which is told the age only."""
        known = {"regime": self.regime, "age": self.years} | dict(self.facts)
        return {"code": self.code, "on": self.on, "quantity": self.quantity, **known}

    @property
    def years(self) -> int | None:
        """The age in completed years, counted birthday by birthday."""
        if self.birth_date is None:
            return self.age
        birthdays = (_birthday(self.birth_date, year) for year in range(self.birth_date.year + 1, self.on.year + 1))
        return sum(birthday <= self.on for birthday in birthdays)

    def row(self) -> Json:
        """The row of a file of acts."""
        day = None if self.birth_date is None else self.birth_date.isoformat()
        years = None if self.age is None else str(self.age)
        known = {"regime": self.regime, "age": years, "birth_date": day}
        facts = {name: self.facts.get(name) for name in FACTS}
        return {"code": self.code, "date": self.on.isoformat(), "quantity": str(self.quantity)} | known | facts


def _birthday(born: date, year: int) -> date:
    """The birthday of a year; who was born on 29 February has it on 1 March where there is no such day."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
