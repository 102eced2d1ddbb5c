"""Was the tariff binding for an act? One question at a time, only what decides; the answers stand in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from bareme.conventions.inputs import declared_inputs
from bareme.errors import InputError
from bareme.library import Book
from bareme.nomenclature.facts import declared_facts
from bareme.periods import as_date
from bareme.service.books import TheBook
from bareme.service.pages.agreement import own_page, spoken
from bareme.service.pages.asked_words import written_plain
from bareme.service.pages.session import Visitor
from bareme.service.routes.agreements import OfYear

router = APIRouter(include_in_schema=False)
RULE = "agreement_{year}.binding"
FIRST = "provider"
FACTS = (
    FIRST,
    "convention_status",
    "particular_requirement",
    "on_call",
    "open_hours",
    "asked_back",
    "treating_doctor_asked",
    "room_by_choice",
    "informed_beforehand",
    "income_above_ceiling",
    "household_income",
    "holders",
    "dependants",
    "free_hours",
    "at_practice",
    "care_setting",
    "optional_third_party",
    "third_party_covers",
)
"""What may be asked, in the order in which answers are shown."""
HOUSEHOLD = ("household_income", "holders", "dependants")
"""What the ceiling of an income can be worked out from."""
MORE: Mapping[str, tuple[str, ...]] = {
    "late_consultation": ("on_call", "open_hours", "asked_back", "informed_beforehand"),
    "home_call": ("treating_doctor_asked", "informed_beforehand"),
    "private_room": ("room_by_choice", "informed_beforehand"),
    "visit_outside_hours": ("informed_beforehand",),
    "unusual_travel": ("informed_beforehand",),
    "call_out_of_duty": ("informed_beforehand",),
}
"""Circumstances that may change the answer, by the requirement that was found."""
NOT_OF_YEAR = "agreement_on_this_date"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked next: one of `values`, or what is typed."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What the rule says: its result, clause, sentence and readings, or what it contradicts."""

    result: str
    clause: str
    sentence: str
    readings: tuple[str, ...]
    contradicts: tuple[str, ...]
    missing: tuple[str, ...]


@router.get("/agreements/{year}/conditions")
def conditions(request: Request, book: TheBook, caller: Visitor, agreement: OfYear) -> Response:
    """The next question, or the answer; those that were given can be taken back."""
    given = {name: value for name in FACTS if (value := request.query_params.get(name, "").strip()[:40])}
    given = {name: written_plain(name, value) for name, value in given.items()}
    on = request.query_params.get("on", "").strip()[:10] or f"{agreement.year}-06-15"
    said, wrong = None, None
    try:
        day = as_date(on, "on").isoformat()
        said = _asked(book, agreement.year, day, given, spoken(request)) if FIRST in given else None
    except InputError as error:
        wrong = str(error)
    question = None if wrong else _next(said, given)
    values: dict[str, Any] = {
        "on": on,
        "given": given,
        "said": said,
        "question": question,
        "household": HOUSEHOLD if question and question.name == "income_above_ceiling" else (),
        "more": list(_more(given)) if said and said.result in ("yes", "no") else [],
        "is_outside": said is not None and NOT_OF_YEAR in said.missing,
        "wrong": wrong,
    }
    return own_page(request, book, agreement, "agreement_conditions", 400 if wrong else 200, **values)


def _asked(book: Book, year: int, on: str, given: Mapping[str, Any], language: str) -> Said | None:
    """What the rule of the agreement says of an act of which only this is known."""
    from bareme.nomenclature.interpretations import interpretations
    from bareme.pricing.explain import catalogue
    from bareme.pricing.ruling import sentences_of

    price = book.price("", on=on, **given)
    answer = next((one for one in price.rules if one.rule == RULE.format(year=year)), None)
    if answer is None:
        wrong = ", ".join(given)
        raise InputError(f"nothing can be said of {wrong}: one of the answers is none that is known.")
    readings = () if answer.said is None else answer.said.interpretations
    return Said(
        answer.result.value,
        answer.clause,
        " ".join(sentences_of((answer,), catalogue(language))),
        tuple(interpretations()[one].text for one in readings),
        answer.contradicts,
        answer.missing,
    )


def _next(said: Said | None, given: Mapping[str, str]) -> Question | None:
    """The first fact that is missing."""
    if said is None:
        return _question(FIRST, given)
    known = [name for name in said.missing if name in FACTS]
    return _question(known[0], given) if known else None


def _question(name: str, given: Mapping[str, str]) -> Question:
    fact = declared_facts().get(name) or declared_inputs()[name]
    values = tuple(fact.values)
    return Question(name, _requirements(given[FIRST]) if name == "particular_requirement" else values)


def _requirements(provider: str) -> tuple[str, ...]:
    """The particular requirements that a kind of doctor may meet with; all where it is none of those known."""
    from bareme.conventions.loading import conventions

    parameters = conventions()["agreement_2020"].parameters_on(date(2020, 1, 1)) or {}
    known = parameters["requirements"].get(provider)
    return tuple(declared_inputs()["particular_requirement"].values) if known is None else ("none", *known)


def _more(given: Mapping[str, str]) -> Iterator[Question]:
    """Facts that are not needed, and may change the answer."""
    for name in MORE.get(given.get("particular_requirement", ""), ()):
        if name not in given:
            yield _question(name, given)
    if given.get("optional_third_party") == "yes" and "third_party_covers" not in given:
        yield _question("third_party_covers", given)
