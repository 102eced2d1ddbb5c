"""The words of charts: English here, those of other languages are handed in; numbers as their readers write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bareme.money import printed

TEXTS: Mapping[str, str] = {
    "lines": "lines",
    "change_of_fees": "Change of the published fee by the scenario; each line counts once; projected",
    "same": "no change",
    "under": "less than {high} %",
    "over": "{low} % or more",
    "between": "{low} % to {high} %",
    "steps": "{title}: what each measure adds, in its order; projected",
    "thousands": "thousand euro a year",
    "whole": "all measures",
    "envelope": "envelope {amount}",
    "payer_intervention": "insurance",
    "payer_patient_share": "patients",
    "letter": "Letter value of {letter}",
    "axis": "{quantity}, euro",
    "prices": "{strand}, prices of {year}",
    "more": "{codes} and {number} more",
    "age_from": "from {age}",
    "age_to": "under {age}",
    "section": "section {section}",
    "coefficient": "coefficient",
    "letter_value": "letter value",
    "fee": "fee",
    "intervention": "intervention",
    "patient_share": "patient share",
    "ordinary": "ordinary",
    "preferential": "preferential",
}
"""Every word and sentence that a chart may hold, by its key; `{...}` stand for values."""


@dataclass(frozen=True)
class ChartWords:
    """The words of one language: `texts` by the keys of `TEXTS`, how a number is written, how a fact is called."""

    texts: Mapping[str, str] = field(default_factory=lambda: TEXTS)
    number: Callable[[Decimal], str] = printed
    fact: Callable[[str, str], str] = "{} {}".format

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values in place."""
        return self.texts[key].format(**values)


ENGLISH = ChartWords()
