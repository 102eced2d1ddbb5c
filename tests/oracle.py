"""The plain oracle: what an act costs, worked out one act at a time with ``Decimal`` and nothing clever.

It is the second opinion of the tests. It takes readings in their published JSON shape, with the day each was known,
and shares no code with the package: no table is built, every question walks the entries again.

Where the book contradicts itself (two amounts for one complete set of facts, two series for one code, a code in
the wrong column) the oracle raises ``BookDefectError``: there is no answer to agree with.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

SETTINGS = ("ambulatory", "hospital")
REGIMES = ("preferential", "ordinary")
FIELDS = ("intervention", "patient_share")
AMOUNTS = ("fee", *FIELDS, "total_fee", "total_intervention", "total_patient_share")

Json = Mapping[str, Any]
Facts = dict[str, Any]


class BookDefectError(ValueError):
    """The entries give two answers where only one may be."""


class Result(NamedTuple):
    """What one complete set of facts comes to; compared as a whole to find the facts that decide."""

    fee: Decimal | None = None
    intervention: Decimal | None = None
    patient_share: Decimal | None = None
    not_published: tuple[str, ...] = ()
    basis: str | None = None
    intervention_kind: str | None = None


NO_AMOUNT = Result()


@dataclass(frozen=True)
class Candidate:
    """One amount that may apply to the code, with the line it stands on."""

    line_id: str
    line: Json
    amount: Json

    def applies(self, facts: Facts) -> bool:
        """Say whether the amount applies to a set of facts that leaves none of its conditions open."""
        amount = self.amount
        age_from, age_to = amount.get("age_from"), amount.get("age_to")
        return (
            (amount.get("regime") is None or amount["regime"] == facts["regime"])
            and (age_from is None or facts["age"] >= age_from)
            and (age_to is None or facts["age"] < age_to)
            and all(facts[name] == text(value) for name, value in (amount.get("facts") or {}).items())
        )

    def result(self) -> Result:
        """Return the amounts of the line and the situation; without a fee the rest does not count."""
        amount = self.amount
        if self.line.get("fee") is None:
            return NO_AMOUNT
        intervention, patient_share = (money(amount.get(field)) for field in FIELDS)
        return Result(
            fee=money(self.line.get("fee")),
            intervention=intervention,
            patient_share=patient_share,
            not_published=tuple(sorted(amount.get("not_published") or ())),
            basis=amount.get("basis"),
            intervention_kind=amount.get("intervention_kind"),
        )


class Entry:
    """One reading with its place in the order of knowledge."""

    def __init__(self, index: int, data: Json) -> None:
        circular: Json = data["circular"]
        self.number: str = circular["number"]
        self.series: str = circular["series"]
        self.full = circular.get("kind", "circular") != "corrigendum"
        self.effective = day(circular["effective_on"])
        # Known on one day: a corrigendum after what it corrects, circulars by number, one circular twice as recorded.
        in_number = [int(digits) for digits in re.findall(r"[0-9]+", self.number)]
        self.known = (day(data["known_from"]), not self.full, in_number, index)
        self.version_known, self.index = day(data["known_from"]), index
        self.rank = self.known
        self.lines: Sequence[Json] = data["lines"]

    def lines_of(self, code: str) -> list[tuple[Json, str]]:
        """Return the lines that hold the code, each with the setting of the column it stands in."""
        found = [(line, setting) for line in self.lines for setting in SETTINGS if line.get(f"{setting}_code") == code]
        by_parity = "ambulatory" if int(code[:5]) % 2 else "hospital"
        if any(setting != by_parity for _, setting in found):
            raise BookDefectError(f"{self.number}: {code} stands in the column of the other setting")
        return found

    def candidates(self, code: str) -> list[Candidate]:
        """Return every amount that may apply to the code in this circular."""
        lines = self.lines_of(code)
        return [
            Candidate(self.line_id(code, line), line, amount)
            for line, setting in lines
            for amount in line["amounts"]
            if amount.get("setting") in (None, setting)
        ]

    def line_id(self, code: str, line: Json) -> str:
        """Return the line's stable name; the section is needed where the code stands on several lines."""
        section = (line.get("section") or {}).get("number")
        several = len(self.lines_of(code)) > 1
        return f"{self.number}:{code}@{section}" if several and section else f"{self.number}:{code}"


class Oracle:
    """Answers for one list of entries; ``domains`` names further values that a fact may take."""

    def __init__(self, entries: Sequence[Json], domains: Mapping[str, Sequence[Any]] | None = None) -> None:
        self.entries = [Entry(index, data) for index, data in enumerate(entries)]
        self.domains = {name: [text(value) for value in values] for name, values in (domains or {}).items()}

    def price(
        self,
        code: str,
        on: date | str,
        *,
        regime: str | None = None,
        age: int | None = None,
        quantity: int = 1,
        as_known_on: date | str | None = None,
        **facts: Any,
    ) -> dict[str, Any]:
        """Price one act."""
        if not re.fullmatch(r"[0-9]{6}", code) or int(code[:5]) % 7 != int(code[5]):
            return answer("invalid_code")
        known = [entry for entry in self.entries if as_known_on is None or entry.known[0] <= day(as_known_on)]
        known = versions_in_force(known)
        if not any(entry.lines_of(code) for entry in known):
            return answer("unknown_code")
        entry = in_force(known, code, day(on))
        if entry is None:
            return answer("not_in_force")
        members = [other for other in known if other.series == entry.series]
        # A corrigendum of a later year makes only its own codes published in it.
        last = max(other.effective.year for other in ([m for m in members if m.full] or members))
        last = max(last, entry.effective.year)
        certainty = "published" if day(on).year <= last else "last_known"
        given = {"regime": regime, "age": age, **facts}
        return self.answer_from(entry, code, certainty, quantity, {k: v for k, v in given.items() if v is not None})

    def answer_from(self, entry: Entry, code: str, certainty: str, quantity: int, given: Facts) -> dict[str, Any]:
        """Answer from the entry in force: try every complete set of facts that the given ones allow."""
        candidates = entry.candidates(code)
        names, assignments = self.assignments(candidates, given)
        chosen = {values: choose(candidates, dict(zip(names, values, strict=True))) for values in assignments}
        results = {values: NO_AMOUNT if found is None else found.result() for values, found in chosen.items()}
        needs = [name for place, name in enumerate(names) if decides(place, results)]
        met = [candidate.line_id for candidate in candidates if candidate in chosen.values()]
        lines = met or [entry.line_id(code, line) for line, _ in entry.lines_of(code)]
        # Of several lines with one answer the circular's first is named; of several that differ, or do not fit, none.
        line_id = lines[0] if len(set(lines)) == 1 or (met and not needs) else None
        place = {"certainty": certainty, "circular": entry.number, "line_id": line_id}
        if needs:
            return answer("needs_information", needs=needs, **place)
        result = next(iter(results.values()))
        if result.fee is None:
            return answer("no_amount", **place)
        totals = {f"total_{field}": times(getattr(result, field), quantity) for field in ("fee", *FIELDS)}
        if result.intervention_kind == "theoretical":
            totals["total_intervention"] = None
        outcome = "incomplete" if set(FIELDS) & set(result.not_published) else "priced"
        return answer(outcome, **(result._asdict() | {"not_published": list(result.not_published)}), **totals, **place)

    def assignments(self, candidates: list[Candidate], given: Facts) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Return the facts that the candidates ask for, in their order, and all complete values of them."""
        amounts = [candidate.amount for candidate in candidates]
        bounds = {amount.get(bound) for amount in amounts for bound in ("age_from", "age_to")} - {None}
        domains: dict[str, list[Any]] = {"age": sorted({0, *bounds}), "regime": list(REGIMES)}
        for name in sorted({name for amount in amounts for name in amount.get("facts") or {}}):
            named = {text(amount["facts"][name]) for amount in amounts if name in (amount.get("facts") or {})}
            both = {"true", "false"} if named & {"true", "false"} else set()
            domains[name] = sorted(named | both | set(self.domains.get(name, ())))
        for name in domains.keys() & given.keys():
            domains[name] = [given[name] if name == "age" else text(given[name])]
        return list(domains), product(*domains.values())


def versions_in_force(known: Sequence[Entry]) -> list[Entry]:
    """Return of each circular's versions the one known last, which keeps the place in time of the first."""
    kept: dict[str, Entry] = {}
    first: dict[str, Any] = {}
    for entry in sorted(known, key=lambda entry: (entry.version_known, entry.index)):
        first.setdefault(entry.number, entry.known)
        kept[entry.number] = entry
    for number, entry in kept.items():
        entry.rank = first[number]
    return list(kept.values())


def in_force(known: Sequence[Entry], code: str, on: date) -> Entry | None:
    """Return the entry whose tariff of the code holds on the day, over all series."""
    holders: list[Entry] = []
    for series in sorted({entry.series for entry in known}):
        holder = holder_in_series([entry for entry in known if entry.series == series], code, on)
        holders += [holder] if holder else []
    if len(holders) > 1:
        raise BookDefectError(f"{code} is in force on {on} in {[entry.series for entry in holders]}")
    return holders[0] if holders else None


def holder_in_series(entries: Sequence[Entry], code: str, on: date) -> Entry | None:
    """Return the circular in force, or the corrigendum that replaced the code since."""
    base = circular_in_force(entries, on)
    if base is None:
        return None
    corrigenda = [
        entry
        for entry in entries
        if not entry.full
        and entry.effective <= on
        and entry.lines_of(code)
        and circular_in_force(entries, entry.effective) is base
        and entry.rank > base.rank
    ]
    holder = max(corrigenda, key=lambda entry: entry.rank, default=base)
    return holder if holder.lines_of(code) else None


def circular_in_force(entries: Sequence[Entry], on: date) -> Entry | None:
    """Return the circular with the latest effective date; of two with the same one, the one known later."""
    begun = [entry for entry in entries if entry.full and entry.effective <= on]
    return max(begun, key=lambda entry: (entry.effective, entry.rank), default=None)


def choose(candidates: Sequence[Candidate], facts: Facts) -> Candidate | None:
    """Return the one amount that applies to a complete set of facts; several are a defect of the book."""
    applying = [candidate for candidate in candidates if candidate.applies(facts)]
    if len(applying) > 1:
        raise BookDefectError(f"{[candidate.line_id for candidate in applying]} all apply to {facts}")
    return applying[0] if applying else None


def decides(place: int, results: Mapping[tuple[Any, ...], Result]) -> bool:
    """Say whether two complete sets of facts that differ only in this one come to different results."""
    by_the_rest: dict[tuple[Any, ...], set[Result]] = {}
    for values, result in results.items():
        by_the_rest.setdefault(values[:place] + values[place + 1 :], set()).add(result)
    return any(len(different) > 1 for different in by_the_rest.values())


def answer(outcome: str, **known: Any) -> dict[str, Any]:
    """Return a full answer in which all that is not stated is null or empty."""
    blank: dict[str, Any] = {"outcome": outcome, "certainty": None, **dict.fromkeys(AMOUNTS)}
    blank |= {"needs": [], "not_published": [], "circular": None, "line_id": None}
    blank |= {"basis": None, "intervention_kind": None}
    return blank | known


def day(value: date | str) -> date:
    """Return a date given as such or in ISO form."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def money(value: str | None) -> Decimal | None:
    """Return an amount written as a string."""
    return None if value is None else Decimal(value)


def times(amount: Decimal | None, quantity: int) -> Decimal | None:
    """Return an amount times a quantity; what is not known stays so."""
    return None if amount is None else amount * quantity


def text(value: Any) -> str:
    """Return the value of a fact in the one form in which facts are compared."""
    return str(value).lower() if isinstance(value, bool) else str(value)
