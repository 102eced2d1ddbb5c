"""Findings in the order of their consequence: what would cost most stands first.

Errors come before warnings, warnings before notes. Within them, where yearly volumes are given, the euro a year that a
finding would shift decides; then by how much, relatively, the published figure is away from the computed one; then the
order of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from bareme.circulars.figures import number_of
from bareme.circulars.findings import Finding, Findings, Severity

_WEIGHT = {severity: weight for weight, severity in enumerate(Severity)}


def by_consequence(findings: Iterable[Finding], volumes: Mapping[str, int] | None = None) -> Findings:
    """The findings, that of most consequence first. `volumes` are acts a year by code."""
    return Findings(
        sorted(findings, key=lambda f: (_WEIGHT[f.severity], -euro_a_year(f, volumes), -relative_change(f)))
    )


def relative_change(finding: Finding) -> Fraction:
    """|published - computed| / |computed| of the finding's values; 0 where it has none."""
    published, computed = _number(finding, "published"), _number(finding, "computed")
    if published is None or computed is None:
        return Fraction(0)
    return abs(published - computed) / abs(computed) if computed else Fraction(1 if published else 0)


def euro_a_year(finding: Finding, volumes: Mapping[str, int] | None) -> Fraction:
    """By how many euro a year the finding's figure shifts what its acts cost; 0 without a volume or figures."""
    per_act = _number(finding, "per_act")
    if not volumes or finding.code is None or per_act is None:
        return Fraction(0)
    codes = re.findall(r"\d{6}", finding.values.get("codes", "")) or [finding.code]
    return abs(per_act) * sum(volumes.get(code, 0) for code in codes)


def _number(finding: Finding, name: str) -> Fraction | None:
    text = finding.values.get(name, "")
    number = number_of(text.removeprefix("-"))
    return None if number is None else Fraction(-number if text.startswith("-") else number)
