"""Ask for one act: validate the caller's facts, price them by the same statement as a file of acts, add the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bareme.book.prices import PriceTable
from bareme.errors import InputError
from bareme.money import from_cents
from bareme.nomenclature.codes import near_codes
from bareme.nomenclature.facts import declared_facts, read_facts
from bareme.nomenclature.outcomes import Certainty, Outcome
from bareme.nomenclature.situations import Basis
from bareme.periods import as_date, completed_years
from bareme.pricing.columns import CENTS, MOST_UNITS
from bareme.pricing.price import Option, Price

if TYPE_CHECKING:
    from bareme.pricing.engine import Engine


def read_request(
    code: object, on: date | str, birth_date: date | str | None, quantity: int, facts: Mapping[str, object]
) -> dict[str, Any]:
    """The caller's act as values; `InputError` says which parameter cannot be used."""
    day = as_date(on, "on")
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
    return {"code": str(code).strip(), "on": day, "born": born, "quantity": quantity, "facts": known}


def ask(engine: Engine, request: Mapping[str, Any], book: str, codes: frozenset[str]) -> Price:
    """The price of one act. `codes` are all codes of the book, for suggestions."""
    facts: dict[str, Any] = request["facts"]
    texts: dict[str, str | None] = {name: str(value) for name, value in facts.items()}
    texts |= {"code": request["code"], "date": request["on"].isoformat(), "quantity": str(request["quantity"])}
    row = engine.price_one(texts)
    outcome = Outcome.INVALID_CODE if not request["code"] else Outcome(row["outcome"])
    publication = engine.prices.publications.get(row["entry"])
    line = publication.reading.lines[row["line"]] if publication and row["line"] is not None else None
    amount = line.amounts[row["amount"]] if line and row["amount"] is not None else None
    derived = amount.derived if amount and outcome in (Outcome.PRICED, Outcome.INCOMPLETE) else ()
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
        needs=tuple(filter(None, row["needs"].split(","))),
        not_published=tuple(filter(None, (row["not_published"] or "").split(","))),
        reason_code=row["reason"],
        circular=row["circular"],
        line_id=row["line_id"],
        source=line.source if line else None,
        derived=derived,
        in_force_from=row["tariff_from"],
        in_force_until=row["tariff_to"],
        suggestions=tuple(near_codes(request["code"], codes)) if outcome in _SUGGESTING else (),
        options=tuple(_options(engine, request)) if outcome is Outcome.NEEDS_INFORMATION else (),
        interpretations=tuple(_interpretations(row, derived, request, publication, amount)),
        book=book,
        facts={name: value for name, value in facts.items() if name not in ("regime", "age")},
        line=line,
        amount=amount,
        publication=publication,
    )


_SUGGESTING = (Outcome.INVALID_CODE, Outcome.UNKNOWN_CODE)


def _euro(cents: int | None) -> Decimal | None:
    return None if cents is None else from_cents(cents)


def _interpretations(
    row: Mapping[str, Any], derived: tuple[str, ...], request: Mapping[str, Any], publication: Any, amount: Any
) -> Any:
    """The ids of the register that the price rests on."""
    if derived:
        yield "share-from-fee-and-intervention"
    if row["basis"] == Basis.SESSION:
        yield "fee-per-session"
    if row["basis"] == Basis.UNIT:
        yield "fee-per-unit"
    if amount is not None and amount.facts:
        yield "columns-beside-a-fact"
    born = request["born"]
    aged = amount is not None and (amount.age_from is not None or amount.age_to is not None)
    if aged and born is not None and (born.month, born.day) == (2, 29):
        yield "birthday-on-29-february"
    if publication is not None and publication.is_corrigendum:
        yield "corrigendum-on-its-own-date"


def _options(engine: Engine, request: Mapping[str, Any]) -> list[Option]:
    """The complete situations that the given facts leave open, with their amounts, in the order of the facts."""
    found = []
    for row in engine.rows_on(request["code"], request["on"]):
        if row["outcome"] not in (Outcome.PRICED, Outcome.INCOMPLETE) or not _consistent(
            row, request["facts"], engine.prices
        ):
            continue
        facts = tuple(_facts_of(row, request["facts"], engine.prices))
        missing = tuple(filter(None, (row["not_published"] or "").split(",")))
        fee, intervention, patient_share = (_euro(row[name]) for name in CENTS)
        found.append(Option(facts, fee, intervention, patient_share, missing))
    ordered = sorted(dict.fromkeys(found), key=lambda o: [value for _, value in o.facts])
    return [o for o in ordered if not any(_says_more_generally(other, o) for other in ordered)]


def _says_more_generally(one: Option, other: Option) -> bool:
    """True when `one` gives the same amounts from fewer facts."""
    same = (one.fee, one.intervention, one.patient_share) == (other.fee, other.intervention, other.patient_share)
    return same and set(one.facts) < set(other.facts)


def _consistent(row: Mapping[str, Any], facts: Mapping[str, Any], prices: PriceTable) -> bool:
    """True when a row of the price table says more than the given facts, and nothing against them."""
    age = facts.get("age", -1)
    if "age" in facts and not row["age_from"] <= age < row["age_to"]:
        return False
    return all(row[f"fact_{name}"] == facts[name] for name in prices.choices if name in facts)


def _facts_of(row: Mapping[str, Any], facts: Mapping[str, Any], prices: PriceTable) -> Any:
    """What a row adds to the given facts: ages as "0-23" or "24+", and choices."""
    names = list(declared_facts())
    added = {name: row[f"fact_{name}"] for name in prices.choices if name not in facts and row[f"fact_{name}"]}
    if "age" not in facts and row["age_from"] >= 0:
        last = row["age_to"] - 1
        added["age"] = f"{row['age_from']}+" if last >= 150 else f"{row['age_from']}-{last}"
    yield from sorted(added.items(), key=lambda item: names.index(item[0]))
