"""Measures of scenarios in a few words; those that circulars have too are said as `indexation` says them."""

from __future__ import annotations

from dataclasses import replace

from bareme.indexation.wording import measure_words
from bareme.money import printed
from bareme.simulation.scenario import OWN_KINDS, Step


def step_words(step: Step) -> str:
    """A measure with what it changes: "index +2,72 % on all acts", "fee as that of 565014 on 565051-565062"."""
    return f"{_words(step)}{_letters(step)}"


def _letters(step: Step) -> str:
    """The key letters that it is for, and those that it leaves out."""
    names = [", ".join(letter.words for letter in letters) for letters in (step.letters, step.letters_left_out)]
    only = f"; key letters {names[0]} only" if names[0] else ""
    return f"{only}; not key letters {names[1]}" if names[1] else only


def _words(step: Step) -> str:
    measure = step.measure
    whose = f" ({step.regime} regime)" if step.regime else ""
    if measure.kind == "circular":
        return f"the measures of {step.circular}"
    kind = measure.kind
    if kind in OWN_KINDS:
        # The scope and what is left out are worded as those of any measure without a figure.
        scope = measure_words(replace(measure, kind="unchanged", rate=None, amount=None)).removeprefix("no change")
    else:
        scope = ""
    if step.ranges:
        ranges = [f"{first} to {last}" for first, last in step.ranges]
        codes = ["-".join(code.digits for code in pair) for pair in measure.codes]
        scope_of_codes = f" on {', '.join((*codes, *ranges))}"
        head = measure_words(replace(measure, scope="all", codes=())).split(" on all acts")[0] if not scope else ""
        left_out = f", except {', '.join(measure.excepted)}" if measure.excepted else ""
        return f"{head or _own(step)}{scope_of_codes}{left_out}{whose}"
    if kind in OWN_KINDS:
        return f"{_own(step)}{scope}{whose}"
    return f"{measure_words(measure)}{whose}"


def _own(step: Step) -> str:
    rate = step.measure.rate
    return {
        "fee_as": f"fee as that of {step.other}",
        "share_rate": f"patient share {printed(rate.amount) if rate else '?'} % of the fee",
        "full_cover": "no patient share",
        "freeze": "frozen",
    }[step.measure.kind]
