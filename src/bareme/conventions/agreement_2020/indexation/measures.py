"""The selective index as measures (4.1, annex a): one for each scope of a category that the document names.

What it names in words only is no measure until its scope is supplied: *needs information*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bareme.circulars.model import Measure
from bareme.circulars.serial import measure_to_dict
from bareme.circulars.sources import Figure, Source
from bareme.conventions.agreement.answers import LANGUAGE, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.indexation.scopes import Scope, read_scope
from bareme.errors import InputError
from bareme.money import printed

ARTICLE_3 = "article-3-technical-acts"


class Index(StrEnum):
    """Which index a category has."""

    RATE = "rate"
    """One rate for all of it."""
    NONE = "none"
    """None: amounts stay."""
    OF_ITS_ACTS = "of_its_acts"
    """That of the category of each act in it."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of 4.1, or of 3.1. `but` are the categories inside it that have another rate, or none."""

    id: str
    index: Index = Index.RATE
    but: tuple[str, ...] = ()
    interpretations: tuple[str, ...] = ()


CATEGORIES = (
    Category("consultations"),
    Category("surveillance"),
    Category("technical_acts_of_article_3", interpretations=(ARTICLE_3,)),
    Category("genetic_counselling"),
    Category("oncology_meeting"),
    Category("resuscitation"),
    Category("breast_reconstruction"),
    Category("complex_surgery"),
    Category("clinical_biology", but=("biology_lump_sums",)),
    Category("biology_lump_sums"),
    Category("imaging", but=("ct_brain_and_spine", "imaging_consultancy")),
    Category("imaging_lump_sums"),
    Category("imaging_consultancy"),
    Category("ct_brain_and_spine", index=Index.NONE),
    Category("articles_17ter_and_17quater", index=Index.NONE),
    Category("special_acts"),
    Category("surgery"),
    Category("gynaecology"),
    Category("anaesthesiology"),
    Category("outside_the_nomenclature"),
    Category("practice_premium", index=Index.NONE),
    Category("quality_control"),
    Category("low_variability", index=Index.OF_ITS_ACTS),
)
"""The categories in the order of 4.1, each with what the annex adds to it; then what 3.1 adds."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A category with its rate in percent (None: no rate of its own) and its measures, which may be none."""

    category: Category
    label: Mapping[str, str]
    rate: Decimal | None
    clause: str
    measures: tuple[Measure, ...]
    answer: Answer

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "id": self.category.id,
            "label": self.label[language],
            "index": self.category.index.value,
            "rate": None if self.rate is None else str(self.rate),
            "clause": self.clause,
            "measures": [measure_to_dict(measure) for measure in self.measures],
            "answer": self.answer.to_dict(language),
        }


@dataclass(frozen=True, slots=True)
class Indexation:
    """The selective index of an agreement: every category, and all measures in one list."""

    year: int
    index_from: date
    categories: tuple[Indexed, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What `indexation.arithmetic.apply` takes; categories in words only are not in it."""
        return tuple(measure for indexed in self.categories for measure in indexed.measures)

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (schema agreement-indexation-1)."""
        return {
            "year": self.year,
            "from": self.index_from.isoformat(),
            "categories": [indexed.to_dict(language) for indexed in self.categories],
        }


def indexation_of(system: System, year: int) -> Indexation:
    """The selective index from its day (4.1, annex a), and what follows it (3.1).

    `InputError` where scopes that were supplied give the same act two indices.
    """
    categories = tuple(indexed(system, category) for category in CATEGORIES)
    _check_one_index(categories)
    return Indexation(year, system.parameters.day("index_from"), categories)


def indexed(system: System, category: Category) -> Indexed:
    """One category: its rate, and a measure for each scope that the document names or the caller supplied (4.1)."""
    label = system.say(category.id, {})
    if category.index is Index.OF_ITS_ACTS:
        clause = system.parameters.entry(f"{category.id}_index").clause
        return Indexed(category, label, None, clause, (), system.answer("follows", True, clause, category=label))
    scope = system.parameters.entry(f"{category.id}_scope")
    rate = system.parameters.rate(f"{category.id}_rate") if category.index is Index.RATE else None
    measures: list[Measure] = []

    def answer() -> Answer:
        scopes = _scopes(system, category.id)
        open_ = [ident for ident in category.but if _awaited(system, ident)]
        measures.extend(_measures(system, category, rate, scope.clause, scopes))
        return _said(system, category, rate, scope.clause, scopes, open_)

    told = system.asked("measure", scope.clause, answer)
    return Indexed(category, label, rate, scope.clause, tuple(measures), told)


def _measures(
    system: System, category: Category, rate: Decimal | None, clause: str, scopes: tuple[Scope, ...]
) -> Iterator[Measure]:
    source = _source(system, clause)
    figure = None if rate is None else Figure(rate, source)
    kind = "unchanged" if rate is None else "index"
    inside = (scope for ident in category.but if not _awaited(system, ident) for scope in _scopes(system, ident))
    excepted = tuple(name for scope in inside for name in scope.left_out)
    for scope in scopes:
        yield Measure(
            kind, source, rate=figure, scope=scope.scope, codes=scope.codes, named=scope.named, excepted=excepted
        )


def _check_one_index(categories: Iterable[Indexed]) -> None:
    """Of a code, or of an article, that stands in two scopes nobody could say which index it has."""
    seen: dict[str, Indexed] = {}
    for found in categories:
        for measure in found.measures:
            for name in set(Scope(measure.scope, measure.codes, measure.named).left_out) - set(measure.excepted):
                other = seen.setdefault(name, found)
                if other.rate != found.rate:
                    scopes = f"{other.category.id}_scope and in {found.category.id}_scope"
                    raise InputError(f"indexation: {name} stands in {scopes}, whose index is not the same.")


def _said(
    system: System, category: Category, rate: Decimal | None, clause: str, scopes: tuple[Scope, ...], open_: list[str]
) -> Answer:
    """The answer for a category that has measures: what is inside it and has no codes yet is named."""
    return system.answer(
        "measure",
        True,
        clause,
        case="unchanged" if rate is None else "partly" if open_ else "",
        interpretations=category.interpretations,
        category=system.say(category.id, {}),
        rate="" if rate is None else f"+{printed(rate)} %",
        scope=tuple(_scope_text(scope) for scope in scopes),
        others=tuple(system.say(ident, {}) for ident in open_),
        names=tuple(f"{ident}_scope" for ident in open_),
    )


def _scopes(system: System, ident: str) -> tuple[Scope, ...]:
    return read_scope(system.parameters.texts(f"{ident}_scope"), f"{system.name}.{ident}_scope")


def _awaited(system: System, ident: str) -> bool:
    return system.parameters.entry(f"{ident}_scope").value is None


def _scope_text(scope: Scope) -> str:
    if scope.named is not None:
        return f"{scope.scope} {scope.named}"
    return ", ".join("-".join(code.digits for code in pair) for pair in scope.codes)


def _source(system: System, clause: str) -> Source:
    """Where a measure is said: the text of the agreement, and the clause."""
    parameters = system.parameters
    text = f"{system.agreement.replace('_', ' of ')}, {clause}"
    return Source(parameters.text("document_sha256"), parameters.text("document_name"), text=text)
