"""The systems of an agreement, as folders: `parameters.toml` and `words.toml` beside the functions that use them.

`conventions/agreement_YYYY/SYSTEM/`; the agreement of another year is another folder of the same shape.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from bareme.circulars.findings import Severity
from bareme.conventions.agreement.answers import AgreementFinding, Answer, Place
from bareme.conventions.agreement.parameters import Parameters, read_parameters
from bareme.conventions.model import Contradiction, Missing, Result
from bareme.errors import InputError
from bareme.money import printed

PACKAGE = "bareme.conventions"
LANGUAGES = ("en", "fr")
"""The languages in which systems speak."""


@dataclass(frozen=True)
class System:
    """One system of an agreement: its parameters, and the sentences of its answers and findings by language."""

    agreement: str
    name: str
    parameters: Parameters
    words: Mapping[str, Mapping[str, str]]

    def say(self, key: str, values: Mapping[str, Any]) -> Mapping[str, str]:
        """A sentence in every language: the system's own, or one that all systems share; see `in_language`."""
        texts = {language: self.words[language].get(key) or shared_words()[language][key] for language in LANGUAGES}
        return {
            language: text.format(**{name: shown_value(in_language(value, language)) for name, value in values.items()})
            for language, text in texts.items()
        }

    def answer(
        self,
        rule: str,
        holds: bool,
        clause: str,
        *,
        case: str = "",
        amount: Decimal | None = None,
        interpretations: Iterable[str] = (),
        **values: Any,
    ) -> Answer:
        """An answer of the system; its sentence is `rule.yes`, `rule.no`, or one of these with `.case`."""
        result = Result.YES if holds else Result.NO
        key = ".".join(filter(None, (rule, result.value, case)))
        told = {"amount": amount, "clause": clause, **values}
        return Answer(
            f"{self.name}.{rule}",
            result,
            clause,
            self.say(key, told),
            amount,
            values=values,
            interpretations=tuple(interpretations),
        )

    def asked(self, rule: str, clause: str, function: Callable[[], Answer]) -> Answer:
        """What a function answers; what it must know and is not told becomes *needs information*."""
        try:
            return function()
        except Missing as missing:
            return self._without(rule, clause, "needs_information", missing.names)
        except Contradiction as wrong:
            return self._without(rule, clause, "contradiction", wrong.names)

    def _without(self, rule: str, clause: str, key: str, names: tuple[str, ...]) -> Answer:
        awaited = [e.name for e in self.parameters if e.name in names and e.value is None]
        said = self.say("awaited" if awaited else key, {"rule": rule, "clause": clause, "names": names})
        lists = {"missing" if key == "needs_information" else "contradicts": names}
        return replace(Answer(f"{self.name}.{rule}", Result.NEEDS_INFORMATION, clause, said), **lists)  # type: ignore[arg-type]

    def finding(
        self, check: str, clause: str, place: Place | None = None, severity: Severity = Severity.ERROR, **values: Any
    ) -> AgreementFinding:
        """A finding of the system; its sentence is that of the check."""
        said = self.say(check, {"clause": clause, **values})
        return AgreementFinding(f"{self.name}.{check}", severity, clause, said, place, values)

    def supplied(self, given: Mapping[str, object], where: str) -> System:
        """The system with awaited parameters supplied."""
        return replace(self, parameters=self.parameters.supplied(given, where))


def in_language(value: Any, language: str) -> Any:
    """A value in a language: a mapping of languages gives its own, a list that of each entry, others themselves."""
    if isinstance(value, Mapping) and value.keys() == set(LANGUAGES):
        return value[language]
    return tuple(in_language(one, language) for one in value) if isinstance(value, tuple | list) else value


def shown_value(value: Any) -> str:
    """A value as sentences show it: numbers as Belgian documents print them, days in ISO form, lists with commas."""
    if isinstance(value, tuple | list):
        return ", ".join(map(shown_value, value))
    if isinstance(value, Decimal):
        return printed(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return printed(Decimal(value))
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def shared_words() -> Mapping[str, Mapping[str, str]]:
    """The sentences that all systems share."""
    return _toml(files(PACKAGE).joinpath("agreement", "words.toml"))


@cache
def agreement_years() -> tuple[int, ...]:
    """The years of which there is an agreement."""
    names = (entry.name for entry in files(PACKAGE).iterdir() if entry.name.startswith("agreement_"))
    return tuple(sorted(int(name.partition("_")[2]) for name in names))


@cache
def systems_of(year: int) -> Mapping[str, System]:
    """The systems of the agreement of a year, by name; `InputError` for a year without one."""
    if year not in agreement_years():
        known = ", ".join(map(str, agreement_years()))
        raise InputError(f"there is no agreement of {year} here; there is: {known}.")
    folder = files(PACKAGE).joinpath(f"agreement_{year}")
    places = [entry for entry in folder.iterdir() if entry.joinpath("parameters.toml").is_file()]
    return {place.name: _system(f"agreement_{year}", place) for place in sorted(places, key=lambda place: place.name)}


def _system(agreement: str, folder: Traversable) -> System:
    parameters = read_parameters(_toml(folder.joinpath("parameters.toml")))
    return System(agreement, folder.name, parameters, _toml(folder.joinpath("words.toml")))


def _toml(place: Traversable) -> Mapping[str, Any]:
    return tomllib.loads(place.read_text(encoding="utf-8"))
