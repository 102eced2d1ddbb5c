"""Rules of cumulation over acts of patients: the agreement's own (6.5, 6.6) and those of a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from bareme.collecting import fewer_rounds
from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer
from bareme.conventions.agreement.cumulation import CumulationRule, Ruled, Ruling, cumulation
from bareme.conventions.agreement.cumulation_rules import check_together
from bareme.conventions.agreement.cumulation_told import rule_data, rulings_data
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.cumulation.own import article_34, ecg, own_rules
from bareme.library.agreements.wing import Wing


@dataclass(frozen=True, slots=True)
class Cumulation:
    """Acts held against rules of cumulation. Without a rule no act is ruled."""

    year: int
    system: System
    title: str
    """Of the file of rules; empty without one."""
    invented: bool
    """The file says that its rules stand in no document."""
    rules: tuple[CumulationRule, ...]
    answers: tuple[Answer, ...]
    """What the agreement itself says: *needs information* until its parameters are supplied (6.5, 6.6)."""
    rulings: tuple[Ruling, ...]
    findings: tuple[AgreementFinding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many acts were kept, excluded, or need information."""
        found = Counter(ruling.ruled for ruling in self.rulings)
        return {ruled.value: found[ruled] for ruled in Ruled}

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data (`agreement-cumulation-1`)."""
        return {
            "year": self.year,
            "title": self.title,
            "invented": self.invented,
            "rules": [rule_data(rule) for rule in self.rules],
            "answers": [answer.to_dict(language) for answer in self.answers],
            "counts": self.counts,
            "acts": rulings_data(self.system, self.rulings, language),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


class Cumulations(Wing):
    """Which acts exclude which others."""

    def cumulation(self, acts: str | PathLike[str], *, rules: str | PathLike[str] | None = None) -> Cumulation:
        """What becomes of each act of a file under the agreement's own rules (6.5, 6.6) and those of a file.

        Acts are taken in the order of patient, date and line. Rows that cannot be used are findings and are left out.
        """
        from bareme.exchange.agreements.cumulation_files import read_acts, read_rule_file

        system = self.systems["cumulation"]
        given = None if rules is None else read_rule_file(Path(rules))
        used = own_rules(system) + (() if given is None else given.rules)
        check_together(used, "the rules")
        with fewer_rounds():
            found, findings = read_acts(Path(acts), system)
            rulings = cumulation(found, used) if used else ()
        return Cumulation(
            self.year,
            system,
            "" if given is None else given.title,
            given is not None and given.invented,
            used,
            (ecg(system), article_34(system)),
            rulings,
            findings,
        )
