"""Outcomes and certainty: the closed lists of what an act can get for an answer."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What became of an act. No act is without one."""

    PRICED = "priced"
    """Fee, intervention and patient share as published (null where the document gives none)."""
    INCOMPLETE = "incomplete"
    """The fee is known; an amount of this situation is not published and stays null."""
    INVALID_CODE = "invalid_code"
    """Not six digits with the right check digit; near codes are suggested."""
    UNKNOWN_CODE = "unknown_code"
    """A well-formed code that the book does not hold."""
    NOT_IN_FORCE = "not_in_force"
    """Before the first tariff known to the book, or after the code ended."""
    NO_AMOUNT = "no_amount"
    """The line has no fee at all, or none that can be used; the reason says why."""
    NEEDS_INFORMATION = "needs_information"
    """A fact that decides the amount is missing; `needs` names it."""
    INVALID_INPUT = "invalid_input"
    """In files only: a value of this row cannot be used; the column is named."""


class Certainty(StrEnum):
    """How sure it is that the tariff is the one of the date."""

    PUBLISHED = "published"
    """A circular of that year of the series says so."""
    LAST_KNOWN = "last_known"
    """The date is after 31 December of the effective year of the series' last circular."""
    PROJECTED = "projected"
    """Computed by a simulation, never published."""
