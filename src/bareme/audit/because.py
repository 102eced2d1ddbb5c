"""Why a figure changed or a line came or went, as data: the kind of reason, the circular, the measures; in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bareme.audit.compared import PARENTS
from bareme.circulars.model import Measure
from bareme.indexation.wording import measure_words

KINDS = {
    "measures": "{measures} (circular {circular})",
    "would_follow": "{computed} would follow from {measures} (circular {circular})",
    "from_parent": "{measures} (circular {circular}), from {parent}",
    "no_measure": "no measure of {circular} says so",
    "no_measure_of_letters": "no measure of {circular} changes it",
    "same": "the same in circular {circular}",
    "rest": "what the intervention of circular {circular} leaves of its fee",
    "corrigendum": "corrigendum {circular}",
    "printed": "printed so in circular {circular}",
    "not_listed": "not listed in circular {circular}",
    "not_classed": "listed in circular {circular}, not classed",
    "not_comparable": "in circular {circular} {message}",
    "no_label": "no label in {circular}",
    "no_letter": "no key letter in {circular}",
    "not_printed": "not printed in {circular}",
    "not_published": "not published in {circular}",
    "no_fee": "no fee in {circular}",
    "no_situation": "no such situation in {circular}",
    "no_amount": "no such amount in {circular}",
    "ages_or_facts": "for ages or facts that only {circular} lists",
    "other_series": "the circulars are of different series; no measure links them",
    "one_number": "the two documents of this circular do not say the same",
    "undated": "no measure is taken to lie between circulars of which one is not dated",
    "same_day": "one circular replaces the other from the same day on; no measure lies between them",
    "moved": "the code is listed in another series; no measure links the two",
    "later_side": "first listed on the later side",
    "added": "a measure of circular {circular} adds it",
    "again": "listed again in circular {circular}, after circular {earlier}; no measure adds it",
    "first_of_series": "first listed in circular {circular}, the first of its series in the book",
    "first_listed": "first listed in circular {circular}",
    "ended": "a measure of circular {circular} ends it",
    "no_end": "no measure ends it",
    "not_listed_any_more": "not listed in circular {circular}; no measure ends it",
}
"""Every kind of reason, with its words."""


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, of `KINDS`. `parent` is one of `PARENTS`; `message` is what a check says, in English."""

    kind: str
    circular: str | None = None
    measures: tuple[Measure, ...] = ()
    computed: str | None = None
    parent: str | None = None
    earlier: str | None = None
    message: str | None = None

    @property
    def words(self) -> str:
        """The reason in English."""
        return KINDS[self.kind].format(
            circular=self.circular,
            measures=", then ".join(map(measure_words, self.measures)),
            computed=self.computed,
            parent=PARENTS.get(self.parent or "", ""),
            earlier=self.earlier,
            message=self.message,
        )


def in_words(reasons: Iterable[Because]) -> str:
    """Reasons in one English sentence."""
    return "; ".join(one.words for one in reasons)
