"""What is wrong in what was given of on-call posts: each finding names its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.on_call.amounts import (
    CLAUSE,
    is_known,
    is_new,
    is_possible,
    known_headings,
    maxima_of_norm,
    most_months,
    of_year_before,
    unclear_starts,
)
from bareme.conventions.agreement_2020.on_call.given import Correction, NewPost, PostHeading, heading_name

CORRECTIONS = "5.2.3.2"


def given_twice(rows: Sequence[PostHeading] | Sequence[Correction]) -> Mapping[tuple[str, str], int]:
    """The line on which a post and heading that stand more than once stand first."""
    first: dict[tuple[str, str], int] = {}
    twice: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.key in first:
            twice[row.key] = first[row.key]
        first.setdefault(row.key, row.place.line)
    return twice


def check_maxima(system: System) -> Iterator[AgreementFinding]:
    """Findings about the maxima of the norm that are supplied (5.2.3.1)."""
    parameters = system.parameters
    supplied: Mapping[str, Decimal] = parameters.entry("norm_maxima").value or {}
    used = maxima_of_norm(system) if supplied else {}
    not_of_norm = (*parameters.texts("raised_headings"), *parameters.texts("parts_of_one_heading"))
    for name, euro in supplied.items():
        heading = heading_name(system, name)
        told: dict[str, Any] = {"name": name, "found": euro}
        if heading in not_of_norm:
            yield system.finding("maximum_not_used", CLAUSE, None, Severity.WARNING, **told)
        elif heading not in used:
            yield system.finding("maximum_unusable", CLAUSE, None, **told)


def check_posts(system: System, rows: Sequence[PostHeading], extrapolate: bool) -> Iterator[AgreementFinding]:
    """Findings about posts and headings (5.2.3.1)."""
    twice = given_twice(rows)
    unclear = unclear_starts(system, rows)
    started: dict[str, date] = {}
    for row in rows:
        yield from _check_heading(system, row)
        first = twice.get(row.key, row.place.line)
        if first != row.place.line:
            told: dict[str, Any] = {"post": row.post, "heading": row.heading, "first": str(first)}
            yield system.finding("heading_twice", CLAUSE, row.place, **told)
        if row.amount is not None and row.amount < 0:
            yield system.finding("negative_amount", CLAUSE, row.place, found=row.amount)
        yield from _check_start(system, row, extrapolate)
        if row.started is not None:
            other = started.setdefault(row.post, row.started)
            if other != row.started:
                days = {"started": row.started, "first": other}
                severity = Severity.ERROR if row.post in unclear else Severity.WARNING
                yield system.finding("started_differs", CLAUSE, row.place, severity, post=row.post, **days)


def _check_heading(system: System, row: PostHeading) -> Iterator[AgreementFinding]:
    if row.heading in system.parameters.texts("parts_of_one_heading"):
        yield system.finding("one_heading", CLAUSE, row.place, heading=row.heading)
    elif not is_known(system, row.heading):
        known = known_headings(system)
        yield system.finding("unknown_heading", CLAUSE, row.place, heading=row.heading, known=known)


def _check_start(system: System, row: PostHeading, extrapolate: bool) -> Iterator[AgreementFinding]:
    """Since when an initiative is there, and for how many months its amount is."""
    day = system.parameters.day("contract_day")
    if is_new(system, row):
        told = {"post": row.post, "started": row.started}
        yield system.finding("new_initiative_given", "5.2.4.1", row.place, Severity.WARNING, **told)
        return
    if not is_possible(system, row):
        most = most_months(system, row)
        yield system.finding(
            "months_impossible", CLAUSE, row.place, count=row.months, most=most, started=row.started or "-"
        )
    if not of_year_before(system, row):
        partly = row.started is not None and row.months not in (None, system.parameters.count("months"))
        if row.extrapolate or (partly and is_possible(system, row)):
            yield system.finding("nothing_to_extrapolate", CLAUSE, row.place, Severity.WARNING, post=row.post)
        return
    if row.started is not None and row.started > day:
        yield system.finding(
            "after_contract_day", CLAUSE, row.place, Severity.WARNING, post=row.post, started=row.started, day=day
        )
    raised = row.heading in system.parameters.texts("raised_headings")
    if raised and row.extrapolate is None and not extrapolate:
        months = system.parameters.count("months")
        yield system.finding(
            "may_be_extrapolated", CLAUSE, row.place, Severity.NOTE, post=row.post, started=row.started, months=months
        )


def usable_initiatives(
    system: System, asked: Sequence[NewPost]
) -> tuple[tuple[NewPost, ...], frozenset[str], tuple[AgreementFinding, ...]]:
    """New initiatives with an amount that can be used, those that ask more than once, and findings (5.2.4.1)."""
    clause = "5.2.4.1"
    findings = [
        system.finding("negative_amount", clause, one.place, found=one.amount) for one in asked if one.amount < 0
    ]
    usable = tuple(one for one in asked if one.amount >= 0)
    first: dict[str, int] = {}
    twice = set()
    for one in usable:
        if one.post in first:
            twice.add(one.post)
            findings.append(
                system.finding("initiative_twice", clause, one.place, post=one.post, first=str(first[one.post]))
            )
        first.setdefault(one.post, one.place.line)
    return usable, frozenset(twice), tuple(findings)


def usable_corrections(
    system: System, corrections: Sequence[Correction], rows: Iterable[PostHeading]
) -> tuple[Mapping[tuple[str, str], Decimal], tuple[AgreementFinding, ...]]:
    """The corrected amounts by post and heading, of the one round that there is (5.2.3.2)."""
    keys = {row.key for row in rows if not is_new(system, row)}
    rounds = system.parameters.count("correction_rounds")
    findings = []
    usable = []
    for one in corrections:
        check = ""
        if one.round > rounds:
            check = "second_round"
        elif one.round < 1:
            check = "no_round"
        elif one.amount < 0:
            check = "negative_amount"
        elif one.key not in keys:
            check = "correction_of_nothing"
        if check:
            told: dict[str, Any] = {"post": one.post, "heading": one.heading, "found": one.amount}
            told |= {"round": one.round, "rounds": rounds}
            findings.append(system.finding(check, CORRECTIONS, one.place, **told))
        else:
            usable.append(one)
    twice = given_twice(usable)
    for one in usable:
        if one.key in twice and one.place.line != twice[one.key]:
            said: dict[str, Any] = {"post": one.post, "heading": one.heading, "first": str(twice[one.key])}
            findings.append(system.finding("corrected_twice", CORRECTIONS, one.place, **said))
    return {one.key: one.amount for one in usable if one.key not in twice}, tuple(findings)
