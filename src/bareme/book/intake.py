"""From a document to an entry: read, check, compare with what the book holds, decide what to record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from bareme.audit.checks import CHECKS, examine
from bareme.audit.consequence import by_consequence
from bareme.audit.held import codes_of_another_series, corrigendum_gives_every_situation, differences
from bareme.audit.proof import findings_against, findings_alone
from bareme.audit.registry import OF_ONE_DOCUMENT, as_finding, doubtful_rows
from bareme.audit.succession import vanished
from bareme.book.chain import predecessors, replaced, successor
from bareme.book.holdings import held_of
from bareme.book.ledger import Entry, NewEntry, canonical
from bareme.circulars.documents.opening import DocumentLike, open_document
from bareme.circulars.findings import Finding, Findings
from bareme.circulars.heading import OPTIONS, missing_of
from bareme.circulars.model import Line, Reading
from bareme.circulars.reading import read_document
from bareme.circulars.serial import line_to_dict
from bareme.errors import InputError
from bareme.periods import as_date

STATUSES = {
    "recorded": "a new entry holds the circular",
    "witness": "the figures were there already; the document is attached to them",
    "unchanged": "this very document was recorded before; nothing changed",
    "refused": "findings of severity error; nothing was written",
    "empty": "the document holds no tariff line; nothing was written",
}


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of a document. `status` is one of `STATUSES`, `entry` the number of the new entry, if any."""

    status: str
    circular: str | None
    name: str
    message: str
    lines: int
    findings: Findings
    entry: int | None = None
    hash: str | None = None

    @property
    def ok(self) -> bool:
        """True unless the document was refused or empty."""
        return self.status not in ("refused", "empty")

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme load --json` (schema load-1)."""
        return {
            "status": self.status,
            "circular": self.circular,
            "name": self.name,
            "message": self.message,
            "lines": self.lines,
            "findings": [finding.to_dict() for finding in self.findings],
            "entry": self.entry,
            "hash": self.hash,
        }


def read(
    source: DocumentLike, held: Sequence[Entry] | None = None, given: Mapping[str, object] | None = None
) -> Reading:
    """A document read and checked; with entries of a book, also against the circulars that it holds."""
    known = _known(given or {})
    reading = examine(*read_document(open_document(source), **known))
    return with_succession(reading, held)


def _known(given: Mapping[str, object]) -> dict[str, object]:
    """What the caller says of the document, as values; `InputError` names what cannot be used."""
    names = ("number", "issued_on", "effective_on", "series")
    unknown = [name for name in given if name not in names]
    if unknown:
        raise InputError(f"{unknown[0]!r} is not a part of the identity; those are {', '.join(names)}.")
    known: dict[str, object] = {}
    for name, value in given.items():
        if value is None:
            continue
        if not isinstance(value, date | str) or not str(value).strip():
            raise InputError(f"{name}: {value!r} cannot be used.")
        known[name] = as_date(value, name) if name.endswith("_on") else str(value)
    return known


def with_succession(reading: Reading, held: Sequence[Entry] | None) -> Reading:
    """The reading with the findings that only a book can give, and those that need none; earlier ones are replaced.

    Findings stand in the order of their consequence. `held` is None where there is no book.
    """
    own = [f for f in reading.findings if f.check not in CHECKS or CHECKS[f.check].subject in OF_ONE_DOCUMENT]
    return replace(reading, findings=by_consequence([*own, *_against(reading, held)]))


def _against(reading: Reading, held: Sequence[Entry] | None) -> list[Finding]:
    circular = reading.circular
    recorded = [e for e in held or () if e.kind == "circular"]
    same = [e for e in recorded if e.circular == circular.number]
    findings: list[Finding] = []
    if same:
        said = differences(same[-1].reading(), reading)
        findings += [as_finding(CHECKS["circular_differs"], s, reading) for s in said]
    if circular.kind == "circular":
        alone = [] if same else findings_alone(reading, in_book=held is not None)
        findings += _in_series(reading, recorded, alone)
    else:
        before = predecessors(reading, recorded)
        said = corrigendum_gives_every_situation(before[-1], reading) if before and not same else iter(())
        findings += [as_finding(CHECKS["corrigendum_covers_code"], s, reading) for s in said]
    after = successor(reading, recorded)
    if after is not None and not same and circular.kind == "circular":
        findings += [as_finding(CHECKS["code_ended"], s, after) for s in vanished(reading, after)]
    for other in _last_of_other_series(reading, recorded):
        said = codes_of_another_series(other, reading)
        findings += [as_finding(CHECKS["code_in_other_series"], s, reading) for s in said]
    return findings


def fresh_findings(reading: Reading, recorded: Sequence[Entry]) -> Findings:
    """What is to be said of a held circular now: as recorded, but compared with those that are before it today."""
    kept = [f for f in reading.findings if f.check not in CHECKS or CHECKS[f.check].subject in OF_ONE_DOCUMENT]
    kept += [f for f in reading.findings if f.check in ABOUT_THE_BOOK]
    if reading.circular.kind == "circular":
        kept += _in_series(reading, recorded, findings_alone(reading))
    return by_consequence(kept)


def _in_series(reading: Reading, recorded: Sequence[Entry], alone: Sequence[Finding]) -> list[Finding]:
    """What is to be said of a circular after those before it, or else `alone`; and of the one that it replaces."""
    before, other = predecessors(reading, recorded), replaced(reading, recorded)
    findings = findings_against(before, reading) if before else [*alone]
    if other is not None:
        findings += [as_finding(CHECKS["code_ended"], s, reading) for s in vanished(other, reading)]
    return findings


ABOUT_THE_BOOK = ("circular_differs", "code_in_other_series", "corrigendum_covers_code")
"""Checks of what the book held when a circular was recorded: their findings stay as they were."""


def _last_of_other_series(reading: Reading, recorded: Sequence[Entry]) -> list[Reading]:
    """The last circular of each other series."""
    last: dict[str, Entry] = {}
    for entry in recorded:
        series = held_of(entry).series
        if series != (reading.circular.series or "") and entry.circular != reading.circular.number:
            known = last.get(series)
            if known is None or known.effective_from <= entry.effective_from:
                last[series] = entry
    return [entry.reading() for entry in last.values()]


def figures_of(line: Line) -> dict[str, Any]:
    """What a line says in figures, without words and places: equal in every language and format.

    A share is the same figure whether it is printed or computed, and situations the same in any order of columns.
    """
    data = line_to_dict(line)
    amounts = [{name: value for name, value in amount.items() if name != "derived"} for amount in data["amounts"]]
    figures = {name: data[name] for name in ("ambulatory_code", "hospital_code", "terms", "fee", "not_published")}
    return figures | {"amounts": sorted(amounts, key=canonical)}


def without_prose(reading: Reading) -> Reading:
    """The reading as the package ships it: figures, codes, titles and labels; no sentence of the document."""
    data = reading.to_dict()
    prose = [item["source"] for item in (*data["measures"], *data["findings"])]
    prose += [item["source"] for item in (*data["circular"]["indices"], *data["circular"]["notes"])]
    for source in prose:
        if source["table"] is None:
            source["text"] = None
    for finding in data["findings"]:
        passage = finding["values"].pop("text", None) if finding["source"]["table"] is None else None
        if passage:
            finding["message"] = finding["message"].replace(repr(passage), "(passage not shipped)")
    for line in data["lines"]:
        for note in line["footnotes"]:
            note["text"] = None
    return Reading.from_dict(data)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to record for a reading, given what the book holds."""

    result: LoadResult
    new: NewEntry | None = None


def decide(
    reading: Reading,
    held: Sequence[Entry],
    *,
    accept_findings: bool = False,
    author: str | None = None,
    known_from: date | None = None,
    shipped: bool = False,
) -> Decision:
    """Whether and how a reading is recorded. Pure: it writes nothing."""
    reading = with_succession(reading, held)
    missing = missing_of(reading.circular)
    errors = reading.findings.errors
    if not reading.lines:
        return Decision(_result(reading, "empty", "it holds no tariff line; nothing was recorded."))
    if missing:
        options = " ".join(OPTIONS[name] for name in missing)
        return Decision(
            _result(reading, "refused", f"it does not say what it is; give {options}. Nothing was written.")
        )
    same = [e for e in held if e.circular == reading.circular.number]
    kept = [e for e in same if e.document == reading.document.sha256 and (e.content or not reading.content or shipped)]
    if kept and not errors.named("circular_differs"):
        return Decision(_result(reading, "unchanged", "this document was recorded before; nothing changed."))
    recorded = [e for e in same if e.kind == "circular"]
    if recorded and _same_figures(recorded[-1].reading(), reading):
        return _witness(reading, recorded[-1], author, shipped)
    if errors and not accept_findings:
        count = f"{len(errors)} finding{'s' * (len(errors) > 1)} of severity error"
        return Decision(
            _result(reading, "refused", f"{count}; look at them, then use --accept-findings. Nothing was written.")
        )
    return _record(reading, bool(recorded), author, known_from, shipped, accepted=bool(errors))


def lacks(held: Sequence[Entry], reading: Reading) -> bool:
    """True when no entry records these figures for the circular: neither the one that holds now nor an earlier one."""
    same = [e for e in held if e.kind == "circular" and e.circular == reading.circular.number]
    return not any(_same_figures(e.reading(), reading) for e in same)


def _same_figures(held: Reading, new: Reading) -> bool:
    def key(reading: Reading) -> list[str]:
        return sorted(canonical(figures_of(line)) for line in reading.lines)

    return held.circular.effective_on == new.circular.effective_on and key(held) == key(new)


def _witness(reading: Reading, entry: Entry, author: str | None, shipped: bool) -> Decision:
    message = f"its figures are in the book already (entry {entry.seq}); the document is attached as a witness."
    payload = {"witness_of": entry.seq, "name": reading.document.name, "language": reading.circular.language}
    new = NewEntry(
        kind="witness",
        author=author,
        known_from=entry.known,
        effective_from=date.fromisoformat(entry.effective_from),
        circular=entry.circular,
        document=reading.document.sha256,
        payload=canonical(payload),
        name=reading.document.name,
        content=None if shipped else reading.content,
    )
    return Decision(_result(reading, "witness", message), new)


def _record(
    reading: Reading, again: bool, author: str | None, known_from: date | None, shipped: bool, accepted: bool
) -> Decision:
    circular = reading.circular
    assert circular.number and circular.issued_on and circular.effective_on
    if known_from is not None and known_from < circular.issued_on:
        raise InputError(
            f"known from {known_from}: circular {circular.number} was issued on {circular.issued_on}, later than that."
        )
    # A correction of a circular that the book holds is known from the day it is recorded, or a later one.
    today = datetime.now(UTC).date()
    known = max(known_from or today, today) if again else known_from or circular.issued_on
    kept = without_prose(reading) if shipped else reading
    new = NewEntry(
        kind="circular",
        author=author,
        known_from=known,
        effective_from=circular.effective_on,
        circular=circular.number,
        document=reading.document.sha256,
        payload=canonical(
            {
                "reading": kept.to_dict(),
                "accepted_findings": accepted,
                "doubtful_rows": sorted(doubtful_rows(reading.findings)),
            }
        ),
        name=reading.document.name,
        content=None if shipped else reading.content,
    )
    message = f"recorded as a correction, known from {known}." if again else "recorded."
    return Decision(_result(reading, "recorded", message), new)


def _result(reading: Reading, status: str, message: str) -> LoadResult:
    name = reading.circular.number or reading.document.name
    return LoadResult(
        status,
        reading.circular.number,
        reading.document.name,
        f"{name}: {message}",
        len(reading.lines),
        reading.findings,
    )
