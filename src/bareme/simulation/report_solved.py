"""The rate that spends an envelope as a report: what was asked, the answer and rates beside it, what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bareme.exchange.sheets import Content, Number, euro
from bareme.money import from_cents, printed
from bareme.simulation import plots
from bareme.simulation.report import Picture, Report, Table, report_of, scenario_notes
from bareme.simulation.report_budget import WORDS
from bareme.simulation.report_cells import NUMBER, TEXT
from bareme.simulation.solution import Solution
from bareme.simulation.solving import HUNDREDTH

PROJECTED = "Every figure after the measures is projected: it is not published and has no legal force."


def report_of_solution(found: Solution) -> Report:
    """The report of a solution, with that of the scenario at the rate; the same solution gives the same report."""
    notes = (*scenario_notes(found.scenario, found.book), f"Volumes: {found.volumes.name}")
    title = f"{found.scenario.title}: the rate of {found.measure.id}"
    at_rate = found.simulation
    tables = () if at_rate is None else report_of(at_rate).tables
    return Report(title, f"{_answer(found)} {PROJECTED}", notes, (*_tables(found), *tables), tuple(_pictures(found)))


def _answer(found: Solution) -> str:
    """The answer in a sentence or two."""
    of = f"the envelope of {_money(found.envelope)} more a year of the {WORDS[found.part]}"
    if found.best is None:
        assert found.next is not None
        return f"No rate: {printed(found.next.rate)} % exceeds {of} by {_money(found.exceeds)} already."
    spent = f"{printed(found.best.rate)} % adds {_money(found.best.added.part(found.part))}"
    left = f"leaves {_money(found.left)} of {of}"
    if found.next is None:
        return f"{spent} and {left}; no higher rate was looked for."
    return f"{spent} and {left}; {printed(found.next.rate)} % exceeds it by {_money(found.exceeds)}."


def _money(cents: int | None) -> str:
    return "-" if cents is None else printed(from_cents(cents))


def _tables(found: Solution) -> Iterator[Table]:
    yield Table(
        "question", "The question", "What was asked", (("What", TEXT), ("Asked", TEXT)), tuple(_question(found))
    )
    columns = (("Which", TEXT), *_OF_RATES)
    rows = tuple((_place(found, rate), *_tried(found, rate, cents)) for rate, cents in _beside(found))
    caption = f"Euro a year of the {WORDS[found.part]}, more than before; rates beside the answer"
    yield Table("answer", "The answer", caption, columns, rows)
    if found.not_monotone is not None:
        low, high = (Number(rate, "0.00") for rate in found.not_monotone)
        caption = "Between these rates expenditure goes the other way: another rate may spend the envelope too"
        yield Table("other_way", "Mind", caption, (("From rate", NUMBER), ("To rate", NUMBER)), ((low, high),))
    rows = tuple((*_tried(found, rate, cents), _place(found, rate)) for rate, cents in found.rates)
    caption = f"Every rate that was tried on the way, the lowest first; euro a year of the {WORDS[found.part]}"
    yield Table("tries", "Rates tried", caption, (*_OF_RATES, ("Which", TEXT)), rows, long=len(rows) > 20)
    if found.volumes.findings and found.simulation is None:
        of_finding = (("Line", NUMBER), ("Code", TEXT), ("What is wrong", TEXT))
        wrong = tuple((one.source.line, one.code, one.message) for one in found.volumes.findings)
        yield Table("findings", "Rows that cannot be counted", f"Of {found.volumes.name}", of_finding, wrong)


_OF_RATES = (("Rate, percent", NUMBER), ("Added", NUMBER), ("Left", NUMBER), ("Too much", NUMBER))


def _question(found: Solution) -> Iterator[tuple[Content, ...]]:
    yield "Scenario", found.scenario.title
    yield "Rate of", f"{found.measure.id}: {found.measure.title}" if _is_titled(found) else found.measure.id
    yield "Envelope", f"{_money(found.envelope)} euro more than before in a year"
    yield "Part", WORDS[found.part]
    yield "Protected", ", ".join(found.protected) or "nothing"
    yield "Acts counted", printed(Decimal(found.acts))
    refused = ", ".join(f"{printed(Decimal(n))} {outcome.replace('_', ' ')}" for outcome, n in found.refused.items())
    yield "Acts without a tariff, in no sum", refused or "none"


def _is_titled(found: Solution) -> bool:
    return found.measure.title != found.measure.id


def _beside(found: Solution) -> list[tuple[Decimal, int]]:
    """The two rates that decide, and those next to them."""
    deciding = [one.rate for one in (found.best, found.next) if one is not None]
    return [(rate, cents) for rate, cents in found.rates if any(abs(rate - one) <= HUNDREDTH for one in deciding)]


def _place(found: Solution, rate: Decimal) -> str:
    if found.best is not None and rate == found.best.rate:
        return "the answer"
    return "the first that exceeds it" if found.next is not None and rate == found.next.rate else ""


def _tried(found: Solution, rate: Decimal, cents: int) -> tuple[Content, ...]:
    """A rate, what it adds, and what of the envelope it leaves or exceeds."""
    left = found.envelope - cents
    sides = (left, None) if left >= 0 else (None, -left)
    return Number(rate, "0.00"), *(None if side is None else euro(from_cents(side)) for side in (cents, *sides))


def _pictures(found: Solution) -> Iterator[Picture]:
    budget = None if found.simulation is None else found.simulation.budget
    if found.best is not None and budget is not None:
        title = f"{found.scenario.title}, {found.measure.id} at {printed(found.best.rate)} %"
        words = "What each measure adds in a year at this rate, in its order; the table has the figures."

        def draw(suffix: str) -> bytes:
            return plots.picture(lambda: plots.waterfall(title, budget), suffix)

        yield Picture("by_measure", "What each measure adds", words, draw, "decomposition")
