"""The words of a printed index by category, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from bareme.conventions.agreement.systems import System
from bareme.conventions.agreement_2020.indexation.measures import Index, Indexed
from bareme.money import printed

COLUMNS = ("head_category", "head_index", "head_measures", "head_clause")
AROUND = ("from_day", "measures_title", "said_title", "words_only")
"""What stands around the table."""
_WITHOUT = {Index.NONE: "not_indexed", Index.OF_ITS_ACTS: "as_its_acts"}


@dataclass(frozen=True)
class Wording:
    """The words of the index in one language."""

    system: System
    language: str

    def heads(self) -> tuple[str, ...]:
        """The heads of columns."""
        return tuple(self.system.words[self.language][column] for column in COLUMNS)

    def index(self, found: Indexed) -> str:
        """The index of a category: its rate, or why it has none."""
        if found.rate is not None:
            return f"{printed(found.rate)} %"
        return self.system.words[self.language][_WITHOUT[found.category.index]]

    def around(self, key: str, **values: object) -> str:
        """A line around the table, of `AROUND`."""
        return self.system.say(key, values)[self.language]
