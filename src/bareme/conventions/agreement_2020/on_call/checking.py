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
    most_months,
    of_year_before,
)
from bareme.conventions.agreement_2020.on_call.given import Correction, PostHeading

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


def check_posts(system: System, rows: Sequence[PostHeading], extrapolate: bool) -> Iterator[AgreementFinding]:
    """Findings about posts and headings (5.2.3.1)."""
    twice = given_twice(rows)
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
                yield system.finding("started_differs", CLAUSE, row.place, Severity.WARNING, post=row.post, **days)


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
        if row.extrapolate:
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
