"""What a request says of its patient: the regime by CT1 and CT2, the birth date.

Both are interpretations (`etariff-regime-from-insurability`, `etariff-birth-date-from-national-number`): a code or a
number that is none of those read here says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bareme.errors import InputError
from bareme.exchange.fhir import names
from bareme.exchange.fhir.model import Element
from bareme.nomenclature.situations import Regime

_READ = {
    "ct1": re.compile(r"(?:1[0-5]|4[1-5])[01]"),
    "ct2": re.compile(r"(?:1[0-5]|46)[01]"),
}
"""The insurability codes that the rule of the last digit is known for; 114, 470, 900 and others say nothing here."""
_NUMBER = re.compile(r"(\d{2})(\d{2})(\d{2})(\d{3})(\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Insured:
    """The patient's insurability codes and regime; None where not known, and `why` the regime is not."""

    ct1: str | None
    ct2: str | None
    regime: Regime | None
    why: str | None = None
    by_codes: bool = False
    """True where the regime was read from the codes."""


def insured(coverage: Element | None, regime: str | None, ct1: str | None, ct2: str | None) -> Insured:
    """The regime from the caller's parameters and the request's Coverage; `InputError` where they disagree."""
    given = {"ct1": _code(ct1, "ct1"), "ct2": _code(ct2, "ct2")}
    for name, found in _codes_of(coverage).items():
        if found is not None and given[name] not in (None, found):
            raise InputError(f"{name}: {given[name]} is given, and the Coverage of the request says {found}.")
        given[name] = given[name] or found
    told = {name: _regime_of(name, code) for name, code in given.items() if code is not None}
    chosen, why = _together(told, given)
    if regime is not None:
        if regime not in list(Regime):
            raise InputError(f"regime: {regime!r} is none of {', '.join(Regime)}.")
        if chosen not in (None, regime):
            codes = " and ".join(f"{name.upper()} {code}" for name, code in given.items() if code is not None)
            raise InputError(f"regime: {regime} is given, and {codes} say {chosen}.")
        return Insured(given["ct1"], given["ct2"], Regime(regime))
    return Insured(given["ct1"], given["ct2"], chosen, why, by_codes=chosen is not None)


def _code(code: str | None, name: str) -> str | None:
    if code is not None and re.fullmatch(r"[0-9]{3}", str(code)) is None:
        raise InputError(f"{name}: {code!r} is not an insurability code of three digits, for example 110 or 111.")
    return None if code is None else str(code)


def _codes_of(coverage: Element | None) -> dict[str, str | None]:
    """CT1 and CT2 of a Coverage: the classes whose value names the code system."""
    found: dict[str, str | None] = {"ct1": None, "ct2": None}
    systems = {names.HOLDER_CODE_1: "ct1", names.HOLDER_CODE_2: "ct2"}
    for part in coverage.all("class") if coverage is not None else ():
        value = part.at("value")
        for extension in value.all("extension") if value is not None else ():
            name = systems.get(extension.text("valueUri") or "")
            if extension.url == names.CODE_SYSTEM_OF and name is not None and value is not None and value.value:
                found[name] = value.value
    return found


def _regime_of(name: str, code: str) -> Regime | None:
    if _READ[name].fullmatch(code) is None:
        return None
    return Regime.PREFERENTIAL if code.endswith("1") else Regime.ORDINARY


def _together(told: dict[str, Regime | None], given: dict[str, str | None]) -> tuple[Regime | None, str | None]:
    """The one regime that all given codes say; else why there is none."""
    codes = " and ".join(f"{name.upper()} {code}" for name, code in given.items() if code is not None)
    said = set(told.values())
    if not said:
        return None, "neither CT1 and CT2 nor a regime is given"
    if None in said:
        return None, f"{codes} {'do' if ' and ' in codes else 'does'} not tell the regime by a known rule"
    if len(said) > 1:
        return None, f"{codes} tell different regimes"
    return said.pop(), None


@dataclass(frozen=True, slots=True)
class Born:
    """The patient's birth date; None where it is not known to the day."""

    on: date | None
    by_number: bool = False
    """True where it was read from the national number."""


def birth_date_of(patient: Element) -> Born:
    """The patient's birth date: as told, else from a national number with right check digits."""
    told = patient.text("birthDate")
    if told is not None:
        return Born(_day_of(told) if _DAY.fullmatch(told) else None)
    for identifier in patient.all("identifier"):
        if identifier.text("system") == names.NATIONAL_NUMBER:
            found = _born(identifier.text("value") or "")
            return Born(found, by_number=found is not None)
    return Born(None)


def _born(number: str) -> date | None:
    """The date in a national number; of a bis number the month stands 20 or 40 higher.

    >>> _born("85073003328"), _born("85073003329")
    (datetime.date(1985, 7, 30), None)
    """
    found = _NUMBER.fullmatch(number)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups()[:3])
    for century, before in ((1900, ""), (2000, "2")):
        if 97 - int(before + number[:9]) % 97 == int(found[5]):
            return _day_of(f"{century + year}-{month % 20:02}-{day:02}") if month < 60 else None
    return None


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
