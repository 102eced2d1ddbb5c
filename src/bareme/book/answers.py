"""What a code costs for every value of the facts that decide, "not given" included, within one tenure.

The amounts of all lines of the code are the candidates. A complete set of facts must meet exactly one of them. A fact
that is not given is needed when two complete sets that differ in it alone have different answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, TypeVar

from bareme.book.timeline import Publication
from bareme.circulars.model import Amount, Line
from bareme.money import to_cents
from bareme.nomenclature.codes import Code
from bareme.nomenclature.facts import OLDEST, declared_facts
from bareme.nomenclature.outcomes import Outcome

NOT_GIVEN = ""
"""How a choice that is not given stands in the price table."""
NO_AGE = -1
"""How an age that is not given stands in the price table: the band from -1 to 0."""
END_OF_AGES = OLDEST + 1

Band = tuple[int, int]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: outcome, amounts in cents, what is missing. `line` is the number of its line in the circular."""

    outcome: Outcome
    fee: int | None = None
    intervention: int | None = None
    patient_share: int | None = None
    basis: str | None = None
    intervention_kind: str | None = None
    not_published: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    reason: str | None = None
    line_id: str | None = None
    line: int | None = None
    amount: int | None = None

    @property
    def figures(self) -> tuple[object, ...]:
        """What makes two answers different: the reason for having no amount does not, nor does the line."""
        return (
            self.outcome,
            self.fee,
            self.intervention,
            self.patient_share,
            self.basis,
            self.intervention_kind,
            self.not_published,
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An amount of a line that may apply to the code. `place` are the numbers of line and amount in the circular."""

    line: Line
    amount: Amount
    place: tuple[int, int]

    def conditions(self) -> dict[str, str]:
        """The choices that the amount asks for, by fact."""
        own = dict(self.amount.facts)
        if self.amount.regime is not None:
            own["regime"] = self.amount.regime.value
        return own


@dataclass(frozen=True, slots=True)
class Situation:
    """Values of the choice facts in the order of the table's facts, and a band of ages; `NOT_GIVEN` and -1 included."""

    choices: tuple[str, ...]
    ages: Band


def candidates_of(code: str, publication: Publication) -> list[Candidate]:
    """The amounts of a publication that hold in the code's setting."""
    setting = Code(code).setting
    return [
        Candidate(line, amount, (publication.numbers[id(line)], number))
        for line in publication.lines_of[code]
        for number, amount in enumerate(line.amounts)
        if amount.setting in (None, setting)
    ]


def answers_of(code: str, publication: Publication, choices: Sequence[str]) -> Iterator[tuple[Situation, Answer]]:
    """The answer for every situation, where `choices` are the choice facts of the table, in its order."""
    candidates = candidates_of(code, publication)
    asked = [name for name in choices if any(name in c.conditions() for c in candidates)]
    bands = _bands(candidates)
    complete = {
        (values, band): _complete(dict(zip(asked, values, strict=True)), band, code, candidates, publication)
        for values in product(*(declared_facts()[name].values for name in asked))
        for band in bands
    }
    known: dict[tuple[tuple[str, ...], Band], Answer] = {}
    for values in product(*((*declared_facts()[n].values, NOT_GIVEN) if n in asked else (NOT_GIVEN,) for n in choices)):
        given = dict(zip(choices, values, strict=True))
        own = tuple(given[name] for name in asked)
        for band in [(NO_AGE, 0), *bands]:
            known[values, band] = _answer(own, band, asked, bands, complete)
    for values in product(*((*declared_facts()[n].values, NOT_GIVEN) for n in choices)):
        effective = tuple(v if n in asked else NOT_GIVEN for n, v in zip(choices, values, strict=True))
        for band, answer in _merged([(band, known[effective, band]) for band in [(NO_AGE, 0), *bands]]):
            yield Situation(values, band), answer


def _merged(answers: Sequence[tuple[Band, Answer]]) -> Iterator[tuple[Band, Answer]]:
    """Neighbouring bands with one answer as one band."""
    (low, high), answer = answers[0]
    for band, following in answers[1:]:
        if following == answer:
            high = band[1]
            continue
        yield (low, high), answer
        (low, high), answer = band, following
    yield (low, high), answer


def _bands(candidates: Sequence[Candidate]) -> list[Band]:
    """The ages from 0 on, cut where an amount begins or ends."""
    bounds = {c.amount.age_from for c in candidates} | {c.amount.age_to for c in candidates}
    cuts = sorted({0, END_OF_AGES, *(b for b in bounds if b is not None and 0 < b < END_OF_AGES)})
    return list(pairwise(cuts))


def _complete(
    facts: Mapping[str, str], band: Band, code: str, candidates: Sequence[Candidate], publication: Publication
) -> Answer:
    """The answer to a complete set of facts."""
    meeting = [c for c in candidates if _meets(c, facts, band)]
    if not meeting:
        return Answer(Outcome.NO_AMOUNT, reason="no_such_situation", **_only_line(code, publication))  # type: ignore[arg-type]
    first = meeting[0]
    where = {
        "line_id": publication.line_id(first.line, Code(code)),
        "line": first.place[0],
        "amount": first.place[1],
    }
    if any((c.line.source.table, c.line.source.row) in publication.doubtful for c in meeting):
        return Answer(Outcome.NO_AMOUNT, reason="doubtful_line", **where)  # type: ignore[arg-type]
    if len(meeting) > 1:
        return Answer(Outcome.NO_AMOUNT, reason="several_amounts", **where)  # type: ignore[arg-type]
    return _priced(first, where)


def _only_line(code: str, publication: Publication) -> dict[str, str | int]:
    """Where to look for a situation that the circular does not name: the code's line, if it is the only one."""
    lines = publication.lines_of[code]
    if len(lines) > 1:
        return {}
    return {"line_id": publication.line_id(lines[0], Code(code)), "line": publication.numbers[id(lines[0])]}


def _meets(candidate: Candidate, facts: Mapping[str, str], band: Band) -> bool:
    amount = candidate.amount
    if (amount.age_from is not None and band[0] < amount.age_from) or (
        amount.age_to is not None and band[1] > amount.age_to
    ):
        return False
    return all(facts.get(name) == value for name, value in candidate.conditions().items())


def _priced(candidate: Candidate, where: Mapping[str, Any]) -> Answer:
    line, amount = candidate.line, candidate.amount
    if line.fee is None:
        reason = "fee_not_published" if line.not_published else "no_fee_printed"
        return Answer(Outcome.NO_AMOUNT, reason=reason, **where)
    figures = {"intervention": amount.intervention, "patient_share": amount.patient_share}
    missing = tuple(name for name, figure in figures.items() if figure is None and name in amount.not_published)
    return Answer(
        Outcome.INCOMPLETE if missing else Outcome.PRICED,
        fee=to_cents(line.fee.amount),
        intervention=None if amount.intervention is None else to_cents(amount.intervention.amount),
        patient_share=None if amount.patient_share is None else to_cents(amount.patient_share.amount),
        basis=amount.basis.value,
        intervention_kind=amount.intervention_kind,
        not_published=missing,
        reason="not_published" if missing else None,
        **where,
    )


def _answer(
    own: tuple[str, ...],
    band: Band,
    asked: Sequence[str],
    bands: Sequence[Band],
    complete: Mapping[tuple[tuple[str, ...], Band], Answer],
) -> Answer:
    """The answer when some facts may not be given: the common one of all completions, or what is needed."""
    values = [(v,) if v != NOT_GIVEN else declared_facts()[n].values for n, v in zip(asked, own, strict=True)]
    ages = list(bands) if band[0] == NO_AGE else [band]
    points = list(product(list(product(*values)), ages))
    needed = []
    if len(ages) > 1 and any(len({complete[v, a].figures for a in ages}) > 1 for v in product(*values)):
        needed.append("age")
    for i, name in enumerate(asked):
        if own[i] == NOT_GIVEN and _decides(i, points, values, complete):
            needed.append(name)
    answers = [complete[point] for point in points]
    if not needed:
        return min(answers, key=_order)
    line_id, line = _alone(a.line_id for a in answers), _alone(a.line for a in answers)
    order = list(declared_facts())
    return Answer(Outcome.NEEDS_INFORMATION, needs=tuple(sorted(needed, key=order.index)), line_id=line_id, line=line)


def _alone(values: Iterable[_T | None]) -> _T | None:
    """The one value that is not None, or None when there are several."""
    found = set(values) - {None}
    return found.pop() if len(found) == 1 else None


def _order(answer: Answer) -> tuple[bool, int, bool, int]:
    """Puts the answer of the first line of the circular first, and in it the first amount; those without one last."""
    return (answer.line is None, answer.line or 0, answer.amount is None, answer.amount or 0)


def _decides(
    index: int,
    points: Sequence[tuple[tuple[str, ...], Band]],
    values: Sequence[Sequence[str]],
    complete: Mapping[tuple[tuple[str, ...], Band], Answer],
) -> bool:
    """True when changing this fact alone can change the answer."""
    for choice, ages in points:
        found = {complete[(*choice[:index], v, *choice[index + 1 :]), ages].figures for v in values[index]}
        if len(found) > 1:
            return True
    return False
