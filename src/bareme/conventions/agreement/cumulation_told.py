"""What rules of cumulation say of an act, as sentences and as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE
from bareme.conventions.agreement.cumulation import CumulationRule, Kind, Per, Reason, Ruled, Ruling
from bareme.conventions.agreement.systems import LANGUAGES, System


def because(system: System, ruling: Ruling) -> Mapping[str, str]:
    """Why an act is kept, excluded or in doubt, in every language: a part for each rule."""
    if not ruling.reasons:
        return system.say("cumulation_kept", {})
    parts = [_reason(system, ruling.ruled, reason) for reason in ruling.reasons]
    return {language: "; ".join(part[language] for part in parts) for language in LANGUAGES}


def _reason(system: System, ruled: Ruled, reason: Reason) -> Mapping[str, str]:
    rule = reason.rule
    text, keeps = rule_text(system, rule), system.say(f"cumulation_{rule.keeps.value}", {})
    of_one_day = rule.kind is Kind.NOT_WITH or (rule.most, rule.per) == (1, Per.DAY)
    key = "cumulation_perhaps" if ruled is not Ruled.EXCLUDED else "cumulation_excluded"
    key += "" if of_one_day else "_counted"
    told = {"lines": reason.lines, "missing": reason.missing, "rule": rule.id, "clause": rule.clause}
    return system.say(key, {**told, "text": text, "keeps": keeps})


def rule_text(system: System, rule: CumulationRule) -> Mapping[str, str]:
    """What a rule says, in every language, without its codes."""
    if rule.kind is Kind.NOT_WITH:
        return system.say(f"cumulation_within_{rule.within.value}", {})
    if rule.kind is Kind.NOT_ON_SAME_DAY:
        return system.say("cumulation_not_on_same_day", {})
    return system.say(f"cumulation_per_{rule.per.value}", {"most": rule.most, "length": rule.length})


def rule_data(rule: CumulationRule) -> dict[str, Any]:
    """A rule as data; what its kind does not have is null."""
    parts = rule.kind is Kind.NOT_WITH
    start = rule.period.start
    return {
        "id": rule.id,
        "kind": rule.kind.value,
        "clause": rule.clause,
        "codes": sorted(rule.codes),
        "with": sorted(rule.other),
        "within": rule.within.value if parts else None,
        "most": None if parts else rule.most,
        "per": None if parts else rule.per.value,
        "length": None if parts else rule.length,
        "keeps": rule.keeps.value,
        "from": None if start == date.min else start.isoformat(),
        "to": None if rule.period.last_day is None else rule.period.last_day.isoformat(),
    }


def rulings_data(system: System, rulings: Iterable[Ruling], language: str = LANGUAGE) -> list[dict[str, Any]]:
    """Acts and what becomes of each, as data; most are kept, and that sentence is made once."""
    kept = system.say("cumulation_kept", {})[language]
    return [_ruling_data(ruling, because(system, ruling)[language] if ruling.reasons else kept) for ruling in rulings]


def _ruling_data(ruling: Ruling, sentence: str) -> dict[str, Any]:
    act = ruling.act
    return {
        "line": act.line,
        "patient": act.patient,
        "date": act.on.isoformat(),
        "code": act.code,
        "ruled": ruling.ruled.value,
        "missing": list(ruling.missing),
        "reasons": [
            {
                "rule": reason.rule.id,
                "clause": reason.rule.clause,
                "lines": list(reason.lines),
                "missing": list(reason.missing),
            }
            for reason in ruling.reasons
        ],
        "because": sentence,
    }
