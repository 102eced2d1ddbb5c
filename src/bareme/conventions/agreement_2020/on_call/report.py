"""On-call posts as a whole: amounts, instalments, corrections, the envelope and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bareme.conventions.agreement.answers import LANGUAGE, AgreementFinding, Answer
from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.on_call.amounts import (
    HeadingAmount,
    PostAmount,
    heading_amount,
    needs,
    post_amounts,
    summed,
    unclear_starts,
)
from bareme.conventions.agreement_2020.on_call.checking import (
    check_maxima,
    check_posts,
    given_twice,
    usable_corrections,
    usable_initiatives,
)
from bareme.conventions.agreement_2020.on_call.envelope import (
    NewInitiative,
    check_envelope,
    envelope_of_year,
    new_initiatives,
    weekday_duty,
)
from bareme.conventions.agreement_2020.on_call.given import Correction, NewPost, PostHeading, with_starts
from bareme.money import euro_text


@dataclass(frozen=True, slots=True)
class OnCall:
    """The allocation to on-call posts. Amounts in euro; None while a heading is not known.

    `total` is of all posts by 5.2.3.1, `first_instalments` the part paid first, `corrected` after corrections.
    """

    headings: tuple[HeadingAmount, ...]
    posts: tuple[PostAmount, ...]
    total: Decimal | None
    first_instalments: Decimal | None
    corrected: Decimal | None
    cooperation: Decimal
    envelope: Decimal
    check: Answer
    weekday: Answer
    new_initiatives: tuple[NewInitiative, ...]
    missing: tuple[str, ...]
    findings: tuple[AgreementFinding, ...]

    def to_dict(self, language: str = LANGUAGE) -> dict[str, Any]:
        """As data: `bareme agreement YEAR on-call --json`."""
        return {
            "headings": [one.to_dict(language) for one in self.headings],
            "posts": [one.to_dict() for one in self.posts],
            "total": euro_text(self.total),
            "first_instalments": euro_text(self.first_instalments),
            "corrected": euro_text(self.corrected),
            "cooperation": euro_text(self.cooperation),
            "envelope": euro_text(self.envelope),
            "check": self.check.to_dict(language),
            "weekday_duty": self.weekday.to_dict(language),
            "new_initiatives": [one.to_dict(language) for one in self.new_initiatives],
            "missing": list(self.missing),
            "findings": [finding.to_dict(language) for finding in self.findings],
        }


def on_call(
    system: System,
    rows: Sequence[PostHeading],
    corrections: Sequence[Correction] = (),
    new: Iterable[NewPost] = (),
    extrapolate: bool = False,
    found: Iterable[AgreementFinding] = (),
) -> OnCall:
    """The allocation to posts and the check against the envelope (5.2.3, 5.2.1).

    `extrapolate` is the choice for initiatives of 2019 that make none of their own; `found` are findings about what
    was given.
    """
    rows = with_starts(rows)
    twice = given_twice(rows)
    unclear = unclear_starts(system, rows)
    corrected, wrong = usable_corrections(system, corrections, rows)
    headings = []
    for row in sorted(rows, key=lambda row: (row.post, row.place)):
        doubts = [*(["amount_2019"] if row.key in twice else []), *(["started"] if row.post in unclear else [])]
        headings.append(heading_amount(system, row, extrapolate, doubts, None if doubts else corrected.get(row.key)))
    posts = post_amounts(system, headings)
    check = check_envelope(system, headings)
    asked, asked_twice, refused = usable_initiatives(system, tuple(new))
    return OnCall(
        headings=tuple(headings),
        posts=posts,
        total=summed(post.amount for post in posts),
        first_instalments=summed(post.first_instalment for post in posts),
        corrected=summed(post.corrected for post in posts),
        cooperation=system.parameters.euro("cooperation"),
        envelope=envelope_of_year(system),
        check=check,
        weekday=weekday_duty(system),
        new_initiatives=new_initiatives(system, asked, check, asked_twice),
        missing=needs(headings),
        findings=(*found, *check_maxima(system), *check_posts(system, rows, extrapolate), *wrong, *refused),
    )
