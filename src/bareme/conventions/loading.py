"""The conventions of the package (or of a folder), checked whole when they are loaded.

Refused, naming both places: two periods of parameters, or of one rule, that overlap; two rules that pay for one code on
one day; a rule without a sentence, or on a day without parameters; sentences that one language lacks; codes that are
none; a rule for every code that nothing asks.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import combinations
from typing import Any

from bareme.conventions.capping import Window
from bareme.conventions.declaring import Rules
from bareme.conventions.model import Parameters, Rule, RuleAnswer, RuledAct
from bareme.errors import BaremeError
from bareme.nomenclature.codes import is_code
from bareme.periods import Period

PACKAGE = "bareme.conventions"


class ConventionError(BaremeError):
    """A convention's files contradict themselves or one another."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The parameters of a period, and where they stand in the documents."""

    period: Period
    reference: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that the documents state and that is not applied: what it says, where, and why not."""

    says: str
    clause: str
    why: str


@dataclass(frozen=True, slots=True)
class History:
    """What a convention's rules know of an act from the patient's others: for which codes, and the function."""

    codes: frozenset[str]
    function: Callable[[Sequence[tuple[int, RuledAct]], Parameters, Window], Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention: its rules and parameters, the sentences of its answers by language, and what is not applied."""

    id: str
    title: str
    reference: str
    rules: tuple[Rule, ...]
    parameters: tuple[Dated, ...]
    sentences: Mapping[str, Mapping[str, str]]
    left: tuple[LeftOut, ...]
    history: History | None = None

    def parameters_on(self, day: date | None) -> Mapping[str, Any] | None:
        """The parameters in force on a day."""
        if day is None:
            return None
        return next((dated.values for dated in self.parameters if day in dated.period), None)

    def answers(self, act: RuledAct) -> Iterator[RuleAnswer]:
        """What its rules say of an act, in their order."""
        values = self.parameters_on(act.on)
        for rule in self.rules:
            if values is not None and rule.is_for(act):
                yield rule.answer(act, values)

    def sentence(self, answer: RuleAnswer, language: str) -> str | None:
        """An answer in words; None for one that needs information, which every convention says alike.

        In English where the convention has no sentences in the language.
        """
        if answer.said is None:
            return None
        key = ".".join(filter(None, (answer.rule.partition(".")[2], answer.result.value, answer.said.case)))
        return self.sentences.get(language, self.sentences["en"])[key].format(**answer.said.values)


@cache
def conventions() -> Mapping[str, Convention]:
    """The conventions of the package, by id; `ConventionError` where they contradict themselves or one another."""
    folder = files(PACKAGE)
    names = sorted(entry.name for entry in folder.iterdir() if entry.joinpath("convention.toml").is_file())
    # That the package's own files are valid by their schemas is tested, and takes too long for every start.
    return load([(folder.joinpath(name), f"{PACKAGE}.{name}") for name in names], validate=False)


def load(places: Sequence[tuple[Traversable, str]], *, validate: bool = True) -> Mapping[str, Convention]:
    """Conventions from their folders and the packages that hold their `rules` module."""
    found = {}
    for folder, package in places:
        convention = _convention(folder, package, validate=validate)
        if convention.id in found:
            raise ConventionError(f"two conventions are called {convention.id}.")
        found[convention.id] = convention
    _refuse_double_pay([rule for convention in found.values() for rule in convention.rules])
    for (_, package), convention in zip(places, found.values(), strict=True):
        _check_sentences(convention, package)
    return found


def _convention(folder: Traversable, package: str, *, validate: bool) -> Convention:
    about, parameters, sentences = (
        _toml(folder.joinpath(f"{file}.toml"), name, validate=validate)
        for file, name in (("convention", "convention-1"), ("parameters", "parameters-1"), ("words", "rule-words-1"))
    )
    dated = tuple(_dated(entry) for entry in parameters["period"])
    declared: Rules = import_module(f"{package}.rules").RULES
    convention = Convention(
        about["id"],
        about["title"],
        about["reference"],
        tuple(declared.declared),
        dated,
        {language: texts for language, texts in sentences.items() if language != "schema"},
        tuple(LeftOut(**entry) for entry in about.get("left", ())),
        _history(folder, package),
    )
    _check(convention, package)
    return convention


def _history(folder: Traversable, package: str) -> History | None:
    """The convention's `history` module, where it has one."""
    if not folder.joinpath("history.py").is_file():
        return None
    module = import_module(f"{package}.history")
    return History(module.CODES, module.history)


def _toml(place: Traversable, name: str, *, validate: bool) -> Any:
    """A file of a convention, valid by its schema."""
    try:
        data = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConventionError(f"{place} cannot be read: {error}.") from None
    if not validate:
        return data
    from jsonschema import Draft202012Validator

    from bareme.schemas import schema

    wrong = next(iter(Draft202012Validator(schema(name)).iter_errors(plain_toml(data))), None)
    if wrong is not None:
        where = ".".join(map(str, wrong.absolute_path)) or "the file"
        raise ConventionError(f"{place}, {where}: {wrong.message}.")
    return data


def plain_toml(data: Any) -> Any:
    """TOML as JSON: days as texts."""
    if isinstance(data, Mapping):
        return {key: plain_toml(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain_toml(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def _dated(entry: Mapping[str, Any]) -> Dated:
    values = {name: value for name, value in entry.items() if name not in ("from", "until", "reference")}
    return Dated(Period(entry["from"], entry.get("until")), entry["reference"], values)


def _check(convention: Convention, package: str) -> None:
    for one, other in combinations(convention.parameters, 2):
        if _overlap(one.period, other.period):
            raise ConventionError(
                f"{package}: parameters from {one.period.start} ({one.reference}) and from {other.period.start} "
                f"({other.reference}) overlap."
            )
    for one_rule, other_rule in combinations(convention.rules, 2):
        if one_rule.id == other_rule.id and _overlap(one_rule.period, other_rule.period):
            raise ConventionError(f"{one_rule.id} is declared twice for one day: {one_rule.place}; {other_rule.place}.")
    for rule in convention.rules:
        wrong = sorted(code for code in rule.codes if not is_code(code))
        if wrong:
            raise ConventionError(f"{rule.place}: {wrong[0]} is no nomenclature code.")
        day = _first_day_without(convention.parameters, rule.period)
        if day is not None:
            raise ConventionError(f"{rule.place}: there are no parameters on {day}.")
        if not rule.codes and not rule.asked_by:
            raise ConventionError(f"{rule.place}: {rule.id} is for every code and asked by nothing.")


def _first_day_without(parameters: Sequence[Dated], period: Period) -> date | None:
    """The first day of a rule on which there are no parameters; None where there are on all."""
    day: date | None = period.start
    while day is not None and (period.end is None or day < period.end):
        found = next((dated.period for dated in parameters if day in dated.period), None)
        if found is None:
            return day
        day = found.end
    return None


def _check_sentences(convention: Convention, package: str) -> None:
    languages = sorted(convention.sentences)
    for language in languages[1:]:
        lacking = convention.sentences[languages[0]].keys() ^ convention.sentences[language].keys()
        if lacking:
            raise ConventionError(f"{package}: {min(lacking)} has a sentence in {languages[0]} or {language} alone.")
    said = {key.partition(".")[0] for key in convention.sentences[languages[0]]}
    for rule in convention.rules:
        if rule.id.partition(".")[2] not in said:
            raise ConventionError(f"{rule.place}: {rule.id} has no sentence in {package}.")


def _refuse_double_pay(rules: Sequence[Rule]) -> None:
    """Two rules that pay for one code on one day contradict one another."""
    for one, other in combinations([rule for rule in rules if rule.pays], 2):
        both = sorted(one.codes & other.codes)
        if both and one.id != other.id and _overlap(one.period, other.period):
            raise ConventionError(
                f"{one.id} ({one.place}) and {other.id} ({other.place}) both say what is paid for {both[0]}."
            )


def _overlap(one: Period, other: Period) -> bool:
    return (other.end is None or one.start < other.end) and (one.end is None or other.start < one.end)
