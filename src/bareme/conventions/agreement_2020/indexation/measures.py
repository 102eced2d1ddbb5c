"""The selective index as measures (4.1, annex a): one for each scope of a category that the document names.

What it names in words only is no measure until its scope is supplied: *needs information*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bareme.circulars.model import Measure
from bareme.circulars.serial import measure_to_dict
from bareme.circulars.sources import Figure, Source
from bareme.conventions.agreement.answers import LANGUAGE, Answer
from bareme.conventions.agreement.systems import LANGUAGES, System
from bareme.conventions.agreement_2020.indexation.scopes import Scope, read_scope
from bareme.conventions.model import Result
from bareme.money import printed

ARTICLE_3 = "article-3-technical-acts"


@dataclass(frozen=True, slots=True)
class Category:
    """A category of 4.1. `but` are the categories inside it that have another rate, or none."""

    id: str
    is_indexed: bool = True
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
    Category("ct_brain_and_spine", is_indexed=False),
    Category("articles_17ter_and_17quater", is_indexed=False),
    Category("special_acts"),
    Category("surgery"),
    Category("gynaecology"),
    Category("anaesthesiology"),
    Category("outside_the_nomenclature"),
    Category("practice_premium", is_indexed=False),
    Category("quality_control"),
)
"""The categories in the order of 4.1, each with what the annex adds to it."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A category with its rate in percent (None: not indexed) and the measures that say it, which may be none."""

    category: Category
    label: str
    rate: Decimal | None
    clause: str
    measures: tuple[Measure, ...]
    answer: Answer

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data."""
        return {
            "id": self.category.id,
            "label": self.label,
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


def indexation_of(system: System, year: int, language: str = LANGUAGE) -> Indexation:
    """The selective index from its day (4.1, annex a)."""
    categories = tuple(indexed(system, category, language) for category in CATEGORIES)
    return Indexation(year, system.parameters.day("index_from"), categories)


def indexed(system: System, category: Category, language: str = LANGUAGE) -> Indexed:
    """One category: its rate, and a measure for each scope that the document names or the caller supplied (4.1)."""
    scope = system.parameters.entry(f"{category.id}_scope")
    rate = system.parameters.rate(f"{category.id}_rate") if category.is_indexed else None
    measures: list[Measure] = []

    def answer() -> Answer:
        scopes = _scopes(system, category.id)
        open_ = [ident for ident in category.but if _awaited(system, ident)]
        measures.extend(_measures(system, category, rate, scope.clause, scopes))
        return _said(system, category, rate, scope.clause, scopes, open_)

    told = system.asked("measure", scope.clause, answer)
    label = system.say(category.id, {})[language]
    return Indexed(category, label, rate, scope.clause, tuple(measures), told)


def _measures(
    system: System, category: Category, rate: Decimal | None, clause: str, scopes: tuple[Scope, ...]
) -> Iterator[Measure]:
    source = _source(system, clause)
    figure = None if rate is None else Figure(rate, source)
    kind = "index" if category.is_indexed else "unchanged"
    inside = (scope for ident in category.but if not _awaited(system, ident) for scope in _scopes(system, ident))
    excepted = tuple(name for scope in inside for name in scope.left_out)
    for scope in scopes:
        yield Measure(
            kind, source, rate=figure, scope=scope.scope, codes=scope.codes, named=scope.named, excepted=excepted
        )


def _said(
    system: System, category: Category, rate: Decimal | None, clause: str, scopes: tuple[Scope, ...], open_: list[str]
) -> Answer:
    """The answer for a category that has measures: what is inside it and has no codes yet is named."""
    case = "unchanged" if rate is None else "partly" if open_ else ""
    key = ".".join(filter(None, ("measure", Result.YES.value, case)))
    because = {}
    for language in LANGUAGES:
        values = {
            "category": system.say(category.id, {})[language],
            "rate": "" if rate is None else f"+{printed(rate)} %",
            "scope": tuple(_scope_text(scope) for scope in scopes),
            "others": tuple(system.say(ident, {})[language] for ident in open_),
            "names": tuple(f"{ident}_scope" for ident in open_),
        }
        because[language] = system.say(key, values)[language]
    return Answer(f"{system.name}.measure", Result.YES, clause, because, interpretations=category.interpretations)


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
