"""What became of files of acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bareme.exchange.bulk.about import About
from bareme.exchange.bulk.counts import Summary
from bareme.nomenclature.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class PricedFile:
    """What became of files of acts: lines, of which so many an earlier run had done, and what they come to.

    `book` and `rules` are the hashes of what they were priced by; `made` is what the result says of itself.
    """

    acts: str
    out: str
    lines: int
    book: str
    rules: str
    resumed: int
    summary: Summary
    made: About

    @property
    def outcomes(self) -> dict[str, int]:
        """Lines by outcome."""
        return self.summary.outcomes

    @property
    def all_priced(self) -> bool:
        """True when every line is `priced`."""
        return self.outcomes.get(Outcome.PRICED, 0) == self.lines

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme price-file --json` (schema price-file-1)."""
        return {
            "acts": self.acts,
            "out": self.out,
            "lines": self.lines,
            "outcomes": self.outcomes,
            "book": self.book,
            "rules": self.rules,
            "resumed": self.resumed,
            "summary": self.summary.to_dict(),
        }
