"""A reading as JSON and back. Amounts are strings with two decimals, letter values with six, dates ISO."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bareme.circulars.findings import Finding, Findings
from bareme.circulars.model import (
    Amount,
    Circular,
    DocumentId,
    Footnote,
    Index,
    Line,
    Measure,
    Note,
    Reading,
    Section,
    Term,
)
from bareme.circulars.sources import Figure, Source, code_text, difference
from bareme.money import euro_text
from bareme.nomenclature.codes import Code
from bareme.nomenclature.situations import Basis, InterventionKind, Regime, Setting


def reading_to_dict(reading: Reading) -> dict[str, Any]:
    """The JSON of a reading (schema reading-1)."""
    document = reading.document
    return {
        "document": {"sha256": document.sha256, "name": document.name, "size": document.size},
        "circular": circular_to_dict(reading.circular),
        "lines": [line_to_dict(line) for line in reading.lines],
        "measures": [measure_to_dict(measure) for measure in reading.measures],
        "findings": [finding.to_dict() for finding in reading.findings],
    }


def reading_from_dict(data: Mapping[str, Any]) -> Reading:
    """The inverse of `reading_to_dict`."""
    return Reading(
        DocumentId(**data["document"]),
        circular_from_dict(data["circular"]),
        tuple(line_from_dict(line) for line in data["lines"]),
        tuple(_measure_from_dict(measure) for measure in data["measures"]),
        Findings(Finding.from_dict(finding) for finding in data["findings"]),
    )


def circular_to_dict(circular: Circular) -> dict[str, Any]:
    """The JSON of a circular's identity."""
    return {
        "number": circular.number,
        "issued_on": _iso(circular.issued_on),
        "effective_on": _iso(circular.effective_on),
        "reference": circular.reference,
        "language": circular.language,
        "kind": circular.kind,
        "series": circular.series,
        "title": circular.title,
        "indices": [
            {"kind": i.kind, "rate": str(i.rate.amount), "source": i.rate.source.to_dict()} for i in circular.indices
        ],
        "attachments": list(circular.attachments),
        "notes": [{"kind": n.kind, "source": n.source.to_dict()} for n in circular.notes],
    }


def circular_from_dict(data: Mapping[str, Any]) -> Circular:
    """The inverse of `circular_to_dict`."""
    return Circular(
        number=data["number"],
        issued_on=_day(data["issued_on"]),
        effective_on=_day(data["effective_on"]),
        reference=data["reference"],
        language=data["language"],
        kind=data["kind"],
        series=data["series"],
        title=data["title"],
        indices=tuple(
            Index(i["kind"], Figure(Decimal(i["rate"]), Source.from_dict(i["source"]))) for i in data["indices"]
        ),
        attachments=tuple(data["attachments"]),
        notes=tuple(Note(n["kind"], Source.from_dict(n["source"])) for n in data["notes"]),
    )


def line_to_dict(line: Line) -> dict[str, Any]:
    """The JSON of a line. `cells` gives cell and text of each printed figure; the rest of its source is the line's."""
    return {
        "ambulatory_code": code_text(line.ambulatory_code),
        "hospital_code": code_text(line.hospital_code),
        "terms": [
            {
                "letter": term.letter,
                "coefficient": _number(term.coefficient),
                "value": _number(term.value),
            }
            for term in line.terms
        ],
        "fee": _euro(line.fee),
        "amounts": [_amount_to_dict(amount) for amount in line.amounts],
        "label": line.label,
        "section": None if line.section is None else {"number": line.section.number, "title": line.section.title},
        "convention": line.convention,
        "footnotes": [{"mark": note.mark, "text": note.text} for note in line.footnotes],
        "not_published": list(line.not_published),
        "source": line.source.to_dict(),
        "cells": {name: source.in_row(line.source) for name, source in line.cells.items()},
    }


def line_from_dict(data: Mapping[str, Any]) -> Line:
    """The inverse of `line_to_dict`."""
    row = Source.from_dict(data["source"])
    cells = {name: row.cell_from_dict(cell) for name, cell in data["cells"].items()}
    fee = _printed("fee", data["fee"], cells)
    terms = [_term_from_dict(term, n, cells) for n, term in enumerate(data["terms"])]
    amounts = [_amount_from_dict(amount, n, fee, cells) for n, amount in enumerate(data["amounts"])]
    # By place: a book has very many lines.
    return Line(
        _code(data["ambulatory_code"]),
        _code(data["hospital_code"]),
        tuple(terms),
        fee,
        tuple(amounts),
        data["label"],
        None if data["section"] is None else Section(**data["section"]),
        data["convention"],
        tuple([Footnote(**note) for note in data["footnotes"]]),
        row,
        cells,
        tuple(data["not_published"]),
    )


def _printed(name: str, text: str | None, cells: Mapping[str, Source]) -> Figure | None:
    return None if text is None else Figure(Decimal(text), cells[name])


def _term_from_dict(term: Mapping[str, Any], number: int, cells: Mapping[str, Source]) -> Term:
    coefficient = _printed(f"terms.{number}.coefficient", term["coefficient"], cells)
    return Term(term["letter"], coefficient, _printed(f"terms.{number}.value", term["value"], cells))


def _amount_to_dict(amount: Amount) -> dict[str, Any]:
    return {
        "setting": amount.setting,
        "regime": amount.regime,
        "age_from": amount.age_from,
        "age_to": amount.age_to,
        "facts": dict(amount.facts),
        "intervention": _euro(amount.intervention),
        "patient_share": _euro(amount.patient_share),
        "basis": amount.basis.value,
        "intervention_kind": amount.intervention_kind,
        "derived": list(amount.derived),
        "not_published": list(amount.not_published),
    }


# A look-up is much faster than an enumeration's own, and a book has many amounts.
_SETTINGS: dict[str | None, Setting | None] = {None: None, **{one.value: one for one in Setting}}
_REGIMES: dict[str | None, Regime | None] = {None: None, **{one.value: one for one in Regime}}
_BASES = {one.value: one for one in Basis}
_KINDS: dict[str | None, InterventionKind | None] = {None: None, **{one.value: one for one in InterventionKind}}


def _amount_from_dict(data: Mapping[str, Any], number: int, fee: Figure | None, cells: Mapping[str, Source]) -> Amount:
    intervention, share, derived = data["intervention"], data["patient_share"], data["derived"]
    paid = rest = None
    if intervention is not None and "intervention" not in derived:
        paid = Figure(Decimal(intervention), cells[f"amounts.{number}.intervention"])
    if share is not None and "patient_share" not in derived:
        rest = Figure(Decimal(share), cells[f"amounts.{number}.patient_share"])
    if derived and fee is not None:
        if "intervention" in derived and rest is not None:
            paid = difference(fee, rest)
        if "patient_share" in derived and paid is not None:
            rest = difference(fee, paid)
    return Amount(
        _SETTINGS[data["setting"]],
        _REGIMES[data["regime"]],
        data["age_from"],
        data["age_to"],
        paid,
        rest,
        _BASES[data["basis"]],
        _KINDS[data["intervention_kind"]],
        tuple(data["not_published"]),
        dict(data["facts"]),
    )


def measure_to_dict(measure: Measure) -> dict[str, Any]:
    """A measure as its JSON."""
    return {
        "kind": measure.kind,
        "rate": _number(measure.rate),
        "amount": _euro(measure.amount),
        "scope": measure.scope,
        "codes": [[code.digits for code in pair] for pair in measure.codes],
        "named": measure.named,
        "excepted": list(measure.excepted),
        "letter": measure.letter,
        "coefficient_from": _number(measure.coefficient_from),
        "coefficient_to": _number(measure.coefficient_to),
        "already": _number(measure.already),
        "relative_to": _iso(measure.relative_to),
        "source": measure.source.to_dict(),
    }


def _measure_from_dict(data: Mapping[str, Any]) -> Measure:
    source = Source.from_dict(data["source"])

    def figure(name: str) -> Figure | None:
        # `already` and `relative_to` came later: entries of older books do not have them.
        return None if data.get(name) is None else Figure(Decimal(data[name]), source)

    return Measure(
        kind=data["kind"],
        source=source,
        rate=figure("rate"),
        amount=figure("amount"),
        scope=data["scope"],
        codes=tuple(tuple(Code(code) for code in pair) for pair in data["codes"]),
        named=data["named"],
        excepted=tuple(data["excepted"]),
        letter=data["letter"],
        coefficient_from=figure("coefficient_from"),
        coefficient_to=figure("coefficient_to"),
        already=figure("already"),
        relative_to=_day(data.get("relative_to")),
    )


def _euro(figure: Figure | None) -> str | None:
    return None if figure is None else euro_text(figure.amount)


def _number(figure: Figure | None) -> str | None:
    return None if figure is None else f"{figure.amount:f}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _code(text: str | None) -> Code | None:
    return None if text is None else Code(text)
