"""Ask for one act: validate the caller's facts, price them by the same statement as a file of acts, add the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.conventions.inputs import declared_inputs, read_inputs
from bareme.errors import InputError
from bareme.money import from_cents
from bareme.nomenclature.codes import near_codes
from bareme.nomenclature.facts import declared_facts, read_facts
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.periods import as_date, completed_years
from bareme.pricing.cells import times
from bareme.pricing.citing import Citation
from bareme.pricing.columns import CENTS, MOST_UNITS
from bareme.pricing.price import Option, Price
from bareme.pricing.ruling import ruled

if TYPE_CHECKING:
    from bareme.pricing.view import View


def read_request(
    code: object, on: date | str, birth_date: date | str | None, quantity: int, facts: Mapping[str, object]
) -> dict[str, Any]:
    """The caller's act as values; `InputError` says which parameter cannot be used."""
    day = as_date(on, "on")
    inputs: dict[str, Any] = {}
    if not declared_facts().keys() >= facts.keys():
        refuse_unknown(facts)
        declared = declared_inputs()
        inputs = dict(read_inputs({name: value for name, value in facts.items() if name in declared}))
        facts = {name: value for name, value in facts.items() if name not in declared}
    known = read_facts(facts)
    born = None if birth_date is None else as_date(birth_date, "birth_date")
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_UNITS:
        raise InputError(f"quantity: {quantity!r} is not a whole number from 1 to {MOST_UNITS}.")
    if born is not None:
        age = completed_years(born, day)
        if age < 0:
            raise InputError(f"birth_date: {born} is after the act of {day}.")
        if known.get("age", age) != age:
            raise InputError(
                f"age and birth_date disagree: born on {born}, the patient is {age} on {day}, not {known['age']}."
            )
        known |= read_facts({"age": age})
    text = str(code).strip(" \t\n\r\v\f").encode(errors="replace").decode()  # no half characters, which no engine takes
    return {"code": text, "on": day, "born": born, "quantity": quantity, "facts": known, "inputs": inputs}


def refuse_unknown(given: Mapping[str, object]) -> None:
    """`InputError` for the name of no fact, and of nothing that rules ask."""
    known = [*declared_facts(), *declared_inputs()]
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise InputError(f"{unknown!r} is not a fact that bareme knows; facts are {', '.join(known)}.")


def read_basket(acts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The caller's acts as values; `InputError` names the act by its place, and what cannot be used."""
    requests = []
    for place, act in enumerate(acts, start=1):
        if not isinstance(act, Mapping) or "code" not in act or "on" not in act:
            raise InputError(f"act {place}: {act!r} is not a mapping with `code` and `on`.")
        facts = {name: value for name, value in act.items() if name not in _OWN}
        try:
            request = read_request(act["code"], act["on"], act.get("birth_date"), act.get("quantity", 1), facts)
        except InputError as error:
            raise InputError(f"act {place}: {error}") from None
        requests.append(request)
    return requests


_OWN = frozenset(("code", "on", "birth_date", "quantity"))
"""What an act of a basket has beside facts."""


def ask(view: View, requests: Sequence[Mapping[str, Any]]) -> list[Price]:
    """The price of each act, in order."""
    rows = view.rows(requests, view.cells(requests))
    prices = [price_of(view, request, row) for request, row in zip(requests, rows, strict=True)]
    return ruled(prices, [request["inputs"] for request in requests])


def price_of(view: View, request: Mapping[str, Any], row: dict[str, Any]) -> Price:
    """The price of an act, without rules, from the row of the answer for one unit."""
    facts: dict[str, Any] = request["facts"]
    row = times(row, request["quantity"])
    outcome = Outcome.INVALID_CODE if not request["code"] else Outcome(row["outcome"])
    return Price(
        code=request["code"],
        on=request["on"],
        regime=facts.get("regime"),
        age=facts.get("age"),
        quantity=request["quantity"],
        outcome=outcome,
        certainty=Certainty(row["certainty"]) if row["certainty"] else None,
        fee=_euro(row["fee"]),
        intervention=_euro(row["intervention"]),
        patient_share=_euro(row["patient_share"]),
        total_fee=_euro(row["total_fee"]),
        total_intervention=_euro(row["total_intervention"]),
        total_patient_share=_euro(row["total_patient_share"]),
        basis=row["basis"],
        intervention_kind=row["intervention_kind"],
        needs=_names(row["needs"]),
        not_published=_names(row["not_published"]),
        reason_code=row["reason"],
        circular=row["circular"],
        line_id=row["line_id"],
        in_force_from=row["tariff_from"],
        in_force_until=row["tariff_to"],
        suggestions=tuple(near_codes(request["code"], view.codes())) if outcome in _SUGGESTING else (),
        options=tuple(_options(view, request)) if outcome is Outcome.NEEDS_INFORMATION else (),
        book=view.hash,
        facts={name: value for name, value in facts.items() if name not in ("regime", "age")},
        born=request["born"],
        citation=Citation(view.publication, row["entry"], row["line"], row["amount"]),
    )


_SUGGESTING = (Outcome.INVALID_CODE, Outcome.UNKNOWN_CODE)


def _euro(cents: int | None) -> Decimal | None:
    return None if cents is None else from_cents(cents)


def _names(joined: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (joined or "").split(",")))


def _options(view: View, request: Mapping[str, Any]) -> list[Option]:
    """The complete situations that the given facts leave open, with their amounts, in the order of the facts."""
    found = []
    for row in view.rows_on(request["code"], request["on"]):
        if row["outcome"] not in (Outcome.PRICED, Outcome.INCOMPLETE) or not _consistent(
            row, request["facts"], view.choices
        ):
            continue
        facts = tuple(_facts_of(row, request["facts"], view.choices))
        missing = _names(row["not_published"])
        fee, intervention, patient_share = (_euro(row[name]) for name in CENTS)
        kinds = row["basis"], row["intervention_kind"]
        found.append(Option(facts, fee, intervention, patient_share, missing, *kinds))
    ordered = sorted(dict.fromkeys(found), key=lambda o: [value for _, value in o.facts])
    return [o for o in ordered if not any(_says_more_generally(other, o) for other in ordered)]


def _says_more_generally(one: Option, other: Option) -> bool:
    """True when `one` gives the same amounts from fewer facts."""
    return replace(one, facts=()) == replace(other, facts=()) and set(one.facts) < set(other.facts)


def _consistent(row: Mapping[str, Any], facts: Mapping[str, Any], choices: Sequence[str]) -> bool:
    """True when a row of the price table says more than the given facts, and nothing against them."""
    age = facts.get("age", -1)
    if "age" in facts and not row["age_from"] <= age < row["age_to"]:
        return False
    return all(row[f"fact_{name}"] == facts[name] for name in choices if name in facts)


def _facts_of(row: Mapping[str, Any], facts: Mapping[str, Any], choices: Sequence[str]) -> Any:
    """What a row adds to the given facts: ages as "0-23" or "24+", and choices."""
    names = list(declared_facts())
    added = {name: row[f"fact_{name}"] for name in choices if name not in facts and row[f"fact_{name}"]}
    if "age" not in facts and row["age_from"] >= 0:
        last = row["age_to"] - 1
        added["age"] = f"{row['age_from']}+" if last >= 150 else f"{row['age_from']}-{last}"
    yield from sorted(added.items(), key=lambda item: names.index(item[0]))
