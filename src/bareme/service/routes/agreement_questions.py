"""What an agreement says of facts that are given in the query: benefits, supplements, revaluations, corrections."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from bareme.errors import InputError
from bareme.service.access import Reader
from bareme.service.asked import Whole
from bareme.service.books import TheBook
from bareme.service.openapi import answer
from bareme.service.routes.agreements import Language, OfYear, told

if TYPE_CHECKING:
    from bareme.conventions.agreement.answers import Answer
    from bareme.library import Book

router = APIRouter(prefix="/v1/agreements/{year}", tags=["agreements"])
YesNo = Literal["yes", "no"]
On = Annotated[str, Query(description="The day (YYYY-MM-DD).", examples=["2020-06-01"])]
MOST_COUNTED = 10**12 - 1
Count = Annotated[Whole | None, Query(ge=0, le=MOST_COUNTED)]
ONE = answer("agreement-answer-1", "The answer, with its clause.")


def _said(
    request: Request, book: Book, agreement: Any, found: Callable[[], Answer], language: str, *known: str
) -> Response:
    """One answer of an agreement."""

    def data() -> dict[str, Any]:
        return {"year": agreement.year, "answer": found().to_dict(language)}

    return told(request, book, data, *known, "language")


def _holds(fact: YesNo | None) -> bool | None:
    return None if fact is None else fact == "yes"


@router.get("/benefit", operation_id="agreement_benefit", responses=ONE)
def benefit(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    adhered: Annotated[
        Literal["fully", "partially", "refused"] | None, Query(description="How far the doctor adhered.")
    ] = None,
    threshold: Annotated[
        Literal["met", "reduced", "not_met", "exempted"] | None, Query(description="What the activity reaches.")
    ] = None,
    activity: Annotated[str | None, Query(description="The activity in euro, where thresholds are supplied.")] = None,
    specialty: Annotated[str | None, Query(description="The specialty, as the thresholds name it.")] = None,
    trainee: Annotated[YesNo | None, Query(description="The doctor is a trainee.")] = None,
    number_held: Annotated[YesNo | None, Query(description="A trainee's number is held on 31 December.")] = None,
    rules_met: Annotated[YesNo | None, Query(description="The trainee satisfies the rules in force.")] = None,
    pension: Annotated[
        Literal["retirement", "survivor"] | None, Query(description="The base amount of a pension, alone.")
    ] = None,
    language: Language = "en",
) -> Response:
    """Which social benefit a doctor has (9, 11), and why."""
    facts: dict[str, Any] = {"adhered": adhered, "threshold": threshold, "activity": activity, "specialty": specialty}
    facts |= {"trainee": _holds(trainee), "number_held": _holds(number_held), "rules_met": _holds(rules_met)}
    facts["pension"] = pension
    return _said(request, book, agreement, lambda: agreement.benefit(**facts), language, *facts)


@router.get(
    "/accreditation",
    operation_id="agreement_accreditation",
    responses=answer("agreement-accreditation-1", "What the limit changes."),
)
def accreditation(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    flat_fees: Count = None,
    before: Count = None,
    since: Count = None,
    supplement: Annotated[str | None, Query(description="The provider's own supplement per flat fee.")] = None,
    language: Language = "en",
) -> Response:
    """What the limit of the accreditation supplement changes, for flat fees of a year, before and since it (6.2)."""
    facts: dict[str, Any] = {"flat_fees": flat_fees, "before": before, "since": since, "supplement": supplement}
    return told(request, book, lambda: agreement.accreditation(**facts).to_dict(language), *facts, "language")


@router.get("/accreditation/supplement", operation_id="agreement_supplement", responses=ONE)
def supplement(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    asked: Annotated[str, Query(description="The supplement per flat fee, in euro.", examples=["1.50"])],
    on: On,
    language: Language = "en",
) -> Response:
    """Whether a supplement per flat fee of clinical biology may stand on a day, and what remains of it (6.2.1)."""
    return _said(
        request, book, agreement, lambda: agreement.accreditation_supplement(asked, on), language, "asked", "on"
    )


@router.get("/premium", operation_id="agreement_premium", responses=answer("agreement-premium-1", "The premium."))
def premium(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    result: Annotated[list[str] | None, Query(description="criterion=value; repeatable.")] = None,
    language: Language = "en",
) -> Response:
    """The integrated practice premium of a general practitioner (7); criteria, thresholds and amounts are awaited."""

    def found() -> dict[str, Any]:
        data: dict[str, Any] = agreement.premium(values=_values(result or [])).to_dict(language)
        return data

    return told(request, book, found, "result", "language", repeated=("result",))


def _values(given: list[str]) -> dict[str, str]:
    """The values of a premium, by criterion."""
    values: dict[str, str] = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not name:
            raise InputError(f"result {text[:50]!r}: write it as criterion=value.")
        if name in values:
            raise InputError(f"result: {name[:50]!r} is given twice.")
        values[name] = value
    return values


@router.get("/revaluation/{kind}", operation_id="agreement_revaluation", responses=ONE)
def revaluation(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    kind: Annotated[
        Literal["paediatric_consultation", "oncology_surveillance", "care_planning", "euthanasia"],
        Path(description="The kind of act."),
    ],
    on: On,
    fee_before: Annotated[str | None, Query(description="Paediatric consultation: its fee of 2019.")] = None,
    geriatrician_fee: Annotated[str | None, Query(description="Paediatric: the geriatricians' fee.")] = None,
    specialty: Annotated[str | None, Query(description="Surveillance: the doctor's (4.2.2), or other.")] = None,
    identified: Annotated[YesNo | None, Query(description="Care planning: identified by PICT.")] = None,
    treating_doctor: Annotated[YesNo | None, Query(description="Euthanasia: by the treating doctor.")] = None,
    language: Language = "en",
) -> Response:
    """The fee, floor or level that the agreement sets for a kind of act on a day (4.2)."""
    facts: dict[str, Any] = {"fee_before": fee_before, "geriatrician_fee": geriatrician_fee, "specialty": specialty}
    facts |= {"identified": _holds(identified), "treating_doctor": _holds(treating_doctor)}
    return _said(request, book, agreement, lambda: agreement.revaluation(kind, on, **facts), language, "on", *facts)


@router.get("/correction/{cause}", operation_id="agreement_correction", responses=ONE)
def correction(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    cause: Annotated[
        Literal["file_prolongation", "compulsory_third_party", "other"], Path(description="Why there is more expense.")
    ],
    on: On,
    language: Language = "en",
) -> Response:
    """Whether an extra expense found on a day is excluded from correction measures (12.2)."""
    return _said(request, book, agreement, lambda: agreement.correction_excluded(cause, on), language, "on")


@router.get("/supplement-report", operation_id="agreement_supplement_report", responses=ONE)
def supplement_report(
    request: Request,
    book: TheBook,
    caller: Reader,
    agreement: OfYear,
    on: On,
    electronic: Annotated[YesNo | None, Query(description="The invoice is electronic.")] = None,
    ambulatory: Annotated[YesNo | None, Query(description="The act is of the ambulatory sector.")] = None,
    language: Language = "en",
) -> Response:
    """Whether a supplement is reported to the sickness fund (8)."""
    facts = {"electronic": _holds(electronic), "ambulatory": _holds(ambulatory)}
    return _said(request, book, agreement, lambda: agreement.supplement_reported(on, **facts), language, "on", *facts)


@router.get("/global-file-fee", operation_id="agreement_global_file_fee", responses=ONE)
def global_file_fee(
    request: Request, book: TheBook, caller: Reader, agreement: OfYear, language: Language = "en"
) -> Response:
    """The fee of the global medical file (annex, note 2)."""
    return _said(request, book, agreement, agreement.global_file_fee, language)
