"""The Bundle that answers a request: header, parties, patient, coverage, ClaimResponse, and an OperationOutcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bareme.exchange.fhir import names
from bareme.exchange.fhir.building import (
    absent,
    coded,
    copied,
    derived_id,
    entry,
    leaf,
    money,
    node,
    profiled,
    refers,
    sound,
)
from bareme.exchange.fhir.deciding import Issue, Refusal, Tariff
from bareme.exchange.fhir.model import Element
from bareme.exchange.fhir.patients import Insured
from bareme.exchange.fhir.request import Request, insurer_of

OWN_NAME = "bareme, in the insurer's place: published tariffs, no commitment"
_URN = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Made:
    """What ids and moments an answer is made with."""

    seed: str
    now: datetime

    def id(self, part: str) -> str:
        """The id of a part."""
        return derived_id(self.seed, part)

    def address(self, part: str) -> str:
        """The full address of a part."""
        return _URN + self.id(part)

    @property
    def moment(self) -> str:
        """When it was made, as an instant of R4."""
        return self.now.isoformat(timespec="seconds")


def bundle(made: Made, entries: Sequence[Element]) -> Element:
    """A message of some entries."""
    about = (leaf("id", made.id("bundle")), profiled(names.RESPONSE_PROFILE), leaf("type", "message"))
    return node("Bundle", *about, leaf("timestamp", made.moment), *entries)


def header(
    made: Made,
    event: str,
    request: Element | None,
    *,
    receiver: str | None,
    sender: str,
    focus: str,
    details: str | None = None,
) -> Element:
    """The header's entry: back to whoever asked, from where it was sent to, about the focus."""
    back = None if request is None else request.text("source.endpoint")
    here = None if request is None else request.text("destination.endpoint")
    asked = (None if request is None else request.text("id")) or "unknown"
    resource = node(
        "MessageHeader",
        leaf("id", made.id("header")),
        profiled(names.HEADER_PROFILE),
        node("eventCoding", leaf("system", names.EVENTS), leaf("code", event)),
        node(
            "destination",
            absent("endpoint") if back is None else leaf("endpoint", back),
            None if receiver is None else refers("receiver", receiver),
        ),
        refers("sender", sender),
        node("source", absent("endpoint") if here is None else leaf("endpoint", here)),
        node(
            "response",
            leaf("identifier", asked),
            leaf("code", "ok"),
            None if details is None else refers("details", details),
        ),
        refers("focus", focus),
    )
    return entry(made.address("header"), resource)


def answering(made: Made, number: str | None = None) -> Element:
    """The entry of the organization that answers; the sickness fund's number where the request tells it."""
    resource = node(
        "Organization",
        leaf("id", made.id("insurer")),
        profiled(names.ORGANIZATION_PROFILE),
        node(
            "identifier",
            leaf("system", names.INSURANCE_NUMBER),
            absent("value") if number is None else leaf("value", number),
        ),
        leaf("name", OWN_NAME),
    )
    return entry(made.address("insurer"), resource)


def outcome(made: Made, issues: Sequence[Issue]) -> Element:
    """The entry of an OperationOutcome: one issue each, with code, sentence and place."""
    parts = [
        node(
            "issue",
            leaf("severity", issue.severity.value),
            leaf("code", issue.kind),
            node(
                "details",
                node("coding", leaf("system", issue.system), leaf("code", issue.code)),
                leaf("text", issue.text),
            ),
            None if issue.item is None else leaf("diagnostics", _diagnosed(issue)),
            leaf("expression", issue.expression),
        )
        for issue in issues
    ]
    about = (leaf("id", made.id("outcome")), profiled(names.OUTCOME_PROFILE))
    return entry(made.address("outcome"), node("OperationOutcome", *about, *parts))


def _diagnosed(issue: Issue) -> str:
    """What programs read of an issue: item, code, and the facts that are missing."""
    assert issue.item is not None
    needs = f"; needs={','.join(issue.needs)}" if issue.needs else ""
    return f"item={issue.item.number}; code={issue.item.code}{needs}"


def response(
    made: Made, request: Request, insured: Insured, lines: Sequence[Tariff | Refusal], issues: Sequence[Issue]
) -> Element:
    """The answer to a request: what was decided as a ClaimResponse, what is told beside it as an OperationOutcome."""
    given, number = insurer_of(request.patient.element, request.parties)
    insurer = made.address("insurer") if given is None else given.address
    details = made.address("outcome") if issues else None
    focus = made.address("claim-response") if lines else made.address("outcome")
    entries = [
        header(
            made,
            names.ANSWERED,
            request.header,
            receiver=request.sender.address,
            sender=insurer,
            focus=focus,
            details=details,
        ),
        *(entry(party.address, copied(party.element)) for party in request.parties),
        answering(made, number) if given is None else None,
        entry(request.patient.address, copied(request.patient.element)),
    ]
    if lines:
        entries += [
            entry(made.address("coverage"), _coverage(made, request, insured, insurer)),
            entry(made.address("claim-response"), _claim_response(made, request, insurer, lines)),
        ]
    if issues:
        entries.append(outcome(made, issues))
    return bundle(made, [one for one in entries if one is not None])


def _coverage(made: Made, request: Request, insured: Insured, insurer: str) -> Element:
    kinds = f"{names.TERMINOLOGY}/coverage-class"
    classes = [
        node(
            "class",
            coded("type", kinds, "subplan"),
            _holder_code(code, system),
        )
        for code, system in ((insured.ct1, names.HOLDER_CODE_1), (insured.ct2, names.HOLDER_CODE_2))
    ]
    return node(
        "Coverage",
        leaf("id", made.id("coverage")),
        profiled(names.COVERAGE_PROFILE),
        leaf("status", "active"),
        coded("type", f"{names.TERMINOLOGY}/v3-ActCode", "PUBLICPOL"),
        refers("beneficiary", request.patient.address),
        refers("payor", insurer),
        node("class", coded("type", kinds, "plan"), leaf("value", "Mandatory Health Insurance")),
        *classes,
    )


def _holder_code(code: str | None, system: str) -> Element:
    of = node("extension", leaf("valueUri", system), url=names.CODE_SYSTEM_OF)
    if code is not None:
        return Element("value", code, (of,))
    return Element("value", children=(of, *absent("value").children))


def _claim_response(made: Made, request: Request, insurer: str, lines: Sequence[Tariff | Refusal]) -> Element:
    provider = request.provider if request.provider.element.name == "PractitionerRole" else request.enterer
    decided = [_line(line, provider.address, number) for number, line in enumerate(lines, start=1)]
    notes = [
        node("processNote", leaf("number", number), leaf("type", "display"), leaf("text", line.note))
        for number, line in enumerate(lines, start=1)
    ]
    return node(
        "ClaimResponse",
        leaf("id", made.id("claim-response")),
        profiled(names.CLAIM_RESPONSE_PROFILE),
        leaf("status", "active"),
        *(sound(one, "CodeableConcept") for name in ("type", "subType") for one in request.claim.all(name)),
        leaf("use", "predetermination"),
        refers("patient", request.patient.address),
        leaf("created", made.moment),
        refers("insurer", insurer),
        refers("requestor", request.provider.address),
        leaf("outcome", "complete" if len(lines) == len(request.items) else "partial"),
        *decided,
        *notes,
        node(
            "insurance",
            leaf("sequence", 1),
            leaf("focal", "true"),
            refers("coverage", made.address("coverage")),
        ),
    )


def _line(line: Tariff | Refusal, provider: str, note: int) -> Element:
    """An addItem; of a refused item only which, who, what and why."""
    which = leaf("itemSequence", line.item.number)
    what = coded("productOrService", names.NOMENCLATURE, line.item.code)
    if isinstance(line, Refusal):
        reason = coded("reason", names.REFUSALS, line.code)
        adjudication = node("adjudication", coded("category", names.DECISIONS, "refusal"), reason)
        return node("addItem", which, refers("provider", provider), what, adjudication)
    return node(
        "addItem",
        node("extension", money("valueMoney", line.reimbursement), url=names.REIMBURSEMENT),
        node("extension", money("valueMoney", line.patient_fee), url=names.PATIENT_FEE),
        which,
        refers("provider", provider),
        what,
        leaf("servicedDate", line.item.on.isoformat()),
        node("quantity", leaf("value", line.item.quantity)),
        money("unitPrice", line.unit_price),
        money("net", line.net),
        leaf("noteNumber", note),
        node("adjudication", coded("category", names.DECISIONS, "tariff")),
    )
