"""Requests answered from the shipped book: amounts, refusals, what is told beside them, and rejects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bareme
from bareme import Book
from bareme.errors import InputError
from bareme.exchange.fhir import names
from bareme.exchange.fhir.answering import Answer, Given, Kind, answer_message
from bareme.exchange.fhir.building import leaf, node
from bareme.exchange.fhir.checking import answer_faults
from bareme.exchange.fhir.model import Element, Severity
from bareme.exchange.fhir.patients import birth_date_of
from bareme.exchange.fhir.reading import read_message
from etariff_requests import NOW, REQUEST, as_bytes, asking, edited, example, gone, saying, with_child
from invented import CODES as TOY
from invented import Invented, amount, line, record
from running import bareme_here, same_as_golden

GOLDEN = Path(__file__).parent / "golden"
PATIENT = "entry[3].resource.Patient"
CLAIM = "entry[4].resource.Claim"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return bareme.open_book(tmp_path_factory.mktemp("etariff") / "none.sqlite")


def answered(book: Book, root: Element, **given: str) -> Answer:
    """The answer, in shape and without a fault of structure."""
    answer = answer_message(read_message(as_bytes(root)), book, now=NOW, given=Given(**given))  # type: ignore[arg-type]
    errors = [fault for fault in answer_faults(read_message(answer.write("xml"))) if fault.severity is Severity.ERROR]
    assert errors == []
    assert read_message(answer.write("json")).root == answer.root
    return answer


def resource(answer: Answer, kind: str) -> Element | None:
    """A resource of an answer."""
    found = [entry.at(f"resource.{kind}") for entry in answer.root.all("entry")]
    return next((one for one in found if one is not None), None)


def items(answer: Answer) -> list[Element]:
    response = resource(answer, "ClaimResponse")
    return [] if response is None else response.all("addItem")


def amounts(item: Element) -> tuple[str | None, ...]:
    """Code, unit price, net, reimbursement, patient fee."""
    shares = {one.url: one.text("valueMoney.value") for one in item.all("extension")}
    code = item.text("productOrService.coding.code")
    return (code, item.text("unitPrice.value"), item.text("net.value"), *map(shares.get, _SHARES))


_SHARES = (names.REIMBURSEMENT, names.PATIENT_FEE)


def issues(answer: Answer) -> list[tuple[str | None, str | None]]:
    """Code and diagnostics of each issue."""
    outcome = resource(answer, "OperationOutcome")
    found = [] if outcome is None else outcome.all("issue")
    return [(one.text("details.coding.code"), one.text("diagnostics")) for one in found]


GENETICS = ("565014", "2026-03-01")


@pytest.mark.parametrize(
    ("codes", "reimbursement", "patient_fee"),
    [
        ({"ct1": "110", "ct2": "110"}, "364.63", "8.68"),
        ({"ct1": "111", "ct2": "111"}, "373.31", "0.00"),
        ({"ct1": "131"}, "373.31", "0.00"),
        ({"regime": "ordinary"}, "364.63", "8.68"),
        ({"regime": "preferential", "ct1": "114"}, "373.31", "0.00"),
    ],
)
def test_the_regime_of_the_codes_decides(
    book: Book, codes: dict[str, str], reimbursement: str, patient_fee: str
) -> None:
    answer = answered(book, asking(GENETICS), **codes)
    assert [amounts(item) for item in items(answer)] == [("565014", "373.31", "373.31", reimbursement, patient_fee)]
    assert (answer.is_complete, issues(answer)) == (True, [])


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        ({}, "neither CT1 and CT2 nor a regime is given"),
        ({"ct1": "114"}, "CT1 114 does not tell the regime by a known rule"),
        ({"ct1": "110", "ct2": "900"}, "CT1 110 and CT2 900 do not tell the regime by a known rule"),
        ({"ct1": "110", "ct2": "111"}, "CT1 110 and CT2 111 tell different regimes"),
    ],
)
def test_a_regime_that_is_not_known_is_asked_for(book: Book, codes: dict[str, str], why: str) -> None:
    answer = answered(book, asking(GENETICS, ("589013", "2025-06-01")), **codes)
    assert ("NEEDS_INFORMATION", "item=1; code=565014; needs=regime") in issues(answer)
    outcome = resource(answer, "OperationOutcome")
    assert outcome is not None
    assert why in (outcome.text("issue.details.text") or "")
    assert outcome.text("issue.expression") == "Bundle.entry[4].resource.ofType(Claim).item[0]"


def coverage(ct1: str, ct2: str) -> Element:
    """A Coverage for a request, as the guide's answers have them."""

    def part(code: str, system: str) -> Element:
        extension = node("extension", leaf("valueUri", system), url=names.CODE_SYSTEM_OF)
        kind = node("coding", leaf("system", f"{names.TERMINOLOGY}/coverage-class"), leaf("code", "subplan"))
        return node("class", node("type", kind), Element("value", code, (extension,)))

    address = "urn:uuid:b1d7a2f0-0006-4c6e-9f00-000000000006"
    patient = example().at("entry")
    assert patient is not None
    who = leaf("reference", "urn:uuid:b1d7a2f0-0004-4c6e-9f00-000000000004")
    return node(
        "entry",
        leaf("fullUrl", address),
        node(
            "resource",
            node(
                "Coverage",
                leaf("id", address[9:]),
                leaf("status", "active"),
                node("beneficiary", who),
                node("payor", leaf("display", "the patient's sickness fund")),
                part(ct1, names.HOLDER_CODE_1),
                part(ct2, names.HOLDER_CODE_2),
            ),
        ),
    )


def test_a_coverage_of_the_request_tells_the_codes(book: Book) -> None:
    root = asking(GENETICS)
    root = Element("Bundle", children=(*root.children, coverage("121", "121")))
    answer = answered(book, root)
    assert [amounts(item)[3:] for item in items(answer)] == [("373.31", "0.00")]
    told = resource(answer, "Coverage")
    assert told is not None
    assert [one.text("value") for one in told.all("class")] == ["Mandatory Health Insurance", "121", "121"]
    with pytest.raises(InputError, match="ct1: 120 is given, and the Coverage of the request says 121"):
        answered(book, root, ct1="120")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ct1": "1"}, "not an insurability code"),
        ({"ct2": "1100"}, "not an insurability code"),
        ({"regime": "other"}, "none of preferential, ordinary"),
        ({"regime": "ordinary", "ct1": "111"}, "CT1 111 say preferential"),
    ],
)
def test_parameters_that_cannot_be_used_are_the_callers(book: Book, given: dict[str, str], words: str) -> None:
    for content in (as_bytes(asking(GENETICS)), b"nothing"):
        with pytest.raises(InputError, match=words):
            book.etariff(content, **given)  # type: ignore[arg-type]


def test_facts_may_be_given_and_age_is_none_of_them(book: Book) -> None:
    content = as_bytes(asking(GENETICS))
    assert book.etariff(content, regime="ordinary", facts={"global_medical_file": "yes"}).is_complete
    for facts, words in (
        ({"age": 3}, "age is not given as a fact"),
        ({"x": 1}, "not a fact"),
        ({"trainee": "2"}, "none of"),
    ):
        with pytest.raises(InputError, match=words):
            book.etariff(content, facts=facts)


PSYCHOLOGY = ("726530", "2025-05-05")


def test_the_age_is_that_of_the_birth_date_on_the_day(book: Book) -> None:
    on_the_day = asking(PSYCHOLOGY, ("726530", "2025-05-06"))
    found = [amounts(item)[2:] for item in items(answered(book, on_the_day, regime="ordinary"))]
    assert found == [("89.59", "89.59", "0.00"), ("89.59", "78.59", "11.00")]
    for day in ("2001", "2001-05"):
        root = edited(on_the_day, f"{PATIENT}.birthDate", saying(day))
        assert [code for code, _ in issues(answered(book, root, regime="ordinary"))] == ["NEEDS_INFORMATION"] * 2
    root = edited(on_the_day, f"{PATIENT}.birthDate", saying("2030-01-01"))
    assert [code for code, _ in issues(answered(book, root, regime="ordinary"))] == ["INVALID_INPUT"] * 2
    for day, why in (("2030-01-01", "after the day of the act"), ("1800-01-01", "too long before the act")):
        root = edited(on_the_day, f"{PATIENT}.birthDate", saying(day))
        assert f"born on {day}, {why}." in answered(book, root, regime="ordinary").write("xml").decode()


def test_a_national_number_tells_the_birth_date() -> None:
    def patient(number: str, *more: Element) -> Element:
        system = leaf("system", names.NATIONAL_NUMBER)
        return node("Patient", node("identifier", system, leaf("value", number)), *more)

    def number(digits: str, before: str = "") -> str:
        return f"{digits}{97 - int(before + digits) % 97:02}"

    cases = {
        number("850730033"): date(1985, 7, 30),
        number("050730033", "2"): date(2005, 7, 30),
        number("854730033"): date(1985, 7, 30),
        number("852730033"): date(1985, 7, 30),
        number("850030033"): None,
        number("850231033"): None,
        "85073003329": None,
        "8507300332": None,
    }
    for text, day in cases.items():
        assert birth_date_of(patient(text)).on == day, text
    told = birth_date_of(patient(number("850730033"), leaf("birthDate", "1990-01-01")))
    assert (told.on, told.by_number) == (date(1990, 1, 1), False)


OUTCOMES = [
    ("565015", "2026-03-01", "INVALID_CODE"),
    ("ABC", "2026-03-01", "INVALID_CODE"),
    ("123454", "2026-03-01", "UNKNOWN_CODE"),
    ("565014", "2024-12-31", "NOT_IN_FORCE"),
    ("589794", "2025-04-10", "NO_AMOUNT"),
    ("587145", "2025-10-01", "INCOMPLETE"),
    ("726655", "2025-10-01", "THEORETICAL_INTERVENTION"),
]


@pytest.mark.parametrize(("code", "day", "said"), OUTCOMES)
def test_what_no_refusal_fits_is_told_with_item_and_code(book: Book, code: str, day: str, said: str) -> None:
    answer = answered(book, asking(GENETICS, (code, day)), regime="ordinary")
    assert issues(answer) == [(said, f"item=2; code={code}")]
    assert (answer.items, answer.decided, answer.is_complete) == (2, 1, False)
    response = resource(answer, "ClaimResponse")
    assert response is not None
    assert response.text("outcome") == "partial"
    header = resource(answer, "MessageHeader")
    assert header is not None
    assert header.text("eventCoding.code") == names.ANSWERED
    assert header.text("response.details.reference") is not None


def test_where_no_item_is_decided_the_outcome_is_the_focus(book: Book) -> None:
    answer = answered(book, asking(("123454", "2026-03-01")))
    assert answer.kind is Kind.RESPONSE
    assert (resource(answer, "ClaimResponse"), resource(answer, "Coverage")) == (None, None)
    header = resource(answer, "MessageHeader")
    assert header is not None
    assert header.text("focus.reference") == header.text("response.details.reference")


def test_a_last_known_tariff_is_said_to_be_one(book: Book) -> None:
    answer = answered(book, asking(("565014", "2027-01-01")), regime="ordinary")
    assert [amounts(item)[2:] for item in items(answer)] == [("373.31", "364.63", "8.68")]
    assert issues(answer) == [("LAST_KNOWN_TARIFF", "item=1; code=565014")]
    assert answer.is_complete


def test_an_ended_code_is_refused_with_009_and_nothing_more(tmp_path: Path) -> None:
    act = line(TOY[0], None, "20.00", amount("15.00", "5.00"))
    other = line(TOY[2], None, "20.00", amount("15.00", "5.00"))
    ended = record(
        tmp_path / "ended.sqlite",
        [
            Invented("2023/900", "2022-12-01", "2023-01-01", (act, other)),
            Invented("2024/900", "2023-12-01", "2024-01-01", (other,)),
        ],
    )
    days = ("2022-12-31", "2023-06-01", "2024-01-01")
    answer = answered(ended, asking(*((TOY[0], day) for day in days)))
    assert issues(answer) == [("NOT_IN_FORCE", f"item=1; code={TOY[0]}")]
    priced, refused = items(answer)
    assert amounts(priced) == (TOY[0], "20.00", "20.00", "15.00", "5.00")
    assert [child.name for child in refused.children] == [
        "itemSequence",
        "provider",
        "productOrService",
        "adjudication",
    ]
    assert refused.text("itemSequence") == "3"
    assert refused.text("adjudication.category.coding.code") == "refusal"
    assert refused.text("adjudication.reason.coding.code") == "009"


def test_units_are_multiplied_and_add_up(book: Book) -> None:
    quantity = node("quantity", leaf("value", "3"))
    root = edited(asking(("401435", "2025-03-01")), f"{CLAIM}.item", with_child(quantity))
    [item] = items(answered(book, root))
    assert amounts(item) == ("401435", "15.50", "46.50", "46.50", "0.00")
    for wrong in ("0", "1.5", "-1", "1000000"):
        bad = edited(root, f"{CLAIM}.item.quantity.value", saying(wrong))
        assert answered(book, bad).kind is Kind.REJECT


def test_two_clocks(book: Book) -> None:
    content = as_bytes(asking(GENETICS))
    answer = book.etariff(content, regime="ordinary", as_known_on="2025-12-19", now=NOW)
    root = read_message(answer.content).root
    assert root is not None
    [item] = items(Answer(root, answer.kind, 1, 1))
    assert amounts(item)[2:] == ("363.43", "354.75", "8.68")


def paths(element: Element, before: str = "") -> Iterator[str]:
    """The places of all elements and extensions."""
    place = f"{before}/{element.name}" + (f"[{element.url}]" if element.url else "")
    yield place
    for child in element.children:
        yield from paths(child, place)


OURS = {
    "/Bundle/entry/resource/ClaimResponse/addItem/noteNumber",
    "/Bundle/entry/resource/ClaimResponse/processNote",
    "/Bundle/entry/resource/ClaimResponse/processNote/number",
    "/Bundle/entry/resource/ClaimResponse/processNote/type",
    "/Bundle/entry/resource/ClaimResponse/processNote/text",
}
"""What our answers have beside what the guide's have: the source of an amount."""


@pytest.mark.parametrize(("asked", "answers"), [("ex01", "ex02"), ("ex03", "ex04"), ("ex05", "ex06")])
def test_requests_of_the_guide_get_answers_of_the_shape_of_the_guides(
    book: Book, shared: Path, asked: str, answers: str
) -> None:
    [question], [model] = (list((shared / "etariff").glob(f"*{name}.xml")) for name in (asked, answers))
    plain = answer_message(read_message(question.read_bytes()), book, now=NOW)
    assert (plain.kind, plain.decided) == (Kind.RESPONSE, 0)
    assert {code for code, _ in issues(plain)} <= {"UNKNOWN_CODE", "INVALID_CLAIM_SUPPORTINGINFO_CODE"}
    priced = question.read_bytes()
    for code, known in ((b"101032", b"565014"), (b"101010", b"565014"), (b"101021", b"565025")):
        priced = priced.replace(code, known)
    for day in (b"2020-01-14", b"2013-01-12"):
        priced = priced.replace(day, b"2026-03-01")
    answer = answer_message(read_message(priced), book, now=NOW, given=Given(ct1="110", ct2="150"))
    assert answer.is_complete
    root = read_message(model.read_bytes()).root
    assert root is not None
    theirs = {path for path in paths(root) if "commitment" not in path and "adjudication" not in path}
    mine = {path for path in paths(answer.root) if "OperationOutcome" not in path and "adjudication" not in path}
    mine = {path for path in mine if "/response/details" not in path and names.ABSENT not in path}
    # Whoever is copied from the request has what the request says of him.
    assert mine - OURS == {path for path in theirs if "/Patient" not in path} | {p for p in mine if "/Patient" in p}


def test_a_reject_has_the_shape_of_the_guides(book: Book, shared: Path) -> None:
    [model] = (shared / "etariff").glob("*ex12.xml")
    [question] = (shared / "etariff").glob("*ex03.xml")
    broken = question.read_bytes().replace(b'<use value="predetermination"/>', b"")
    answer = answer_message(read_message(broken), book, now=NOW)
    root = read_message(model.read_bytes()).root
    assert root is not None
    ours = {path for path in paths(answer.root) if not path.endswith("/details/text")}
    unknown = {path for path in ours if names.ABSENT in path}
    assert ours - unknown == set(paths(root))


def test_the_guides_own_fault_is_told_as_the_guide_tells_it(book: Book, shared: Path) -> None:
    [question] = (shared / "etariff").glob("*ex03.xml")
    root = edited(read_root(question), "entry[1].resource.PractitionerRole.practitioner.reference", gone)
    answer = answered(book, root)
    outcome = resource(answer, "OperationOutcome")
    assert outcome is not None
    told = [
        tuple(one.text(path) for path in ("severity", "code", "details.coding.code", "expression"))
        for one in outcome.all("issue")
    ]
    place = "Bundle.entry[1].resource.ofType(PractitionerRole).practitioner"
    assert ("error", "structure", "MISSING_PRACTITIONERROLE_PRACTITIONER_REFERENCE", place) in told


def read_root(path: Path) -> Element:
    root = read_message(path.read_bytes()).root
    assert root is not None
    return root


@pytest.mark.parametrize("content", [b"", b"{", b"<a", b"\xff", b"[1]", b"<!DOCTYPE a>", b'{"resourceType":"Claim"}'])
@pytest.mark.parametrize("format", ["xml", "json"])
def test_what_is_no_message_is_rejected_in_the_form_that_is_asked(book: Book, content: bytes, format: str) -> None:
    answer = book.etariff(content, answer_format=format, now=NOW)
    assert (answer.kind, answer.items, answer.media_type) == ("reject", 0, f"application/fhir+{format}")
    message = read_message(answer.content, format)
    assert [fault for fault in answer_faults(message) if fault.severity is Severity.ERROR] == []


def test_the_same_question_has_the_same_answer_to_the_byte(book: Book) -> None:
    content = as_bytes(asking(GENETICS))
    first, second = (book.etariff(content, now=NOW, regime="ordinary") for _ in range(2))
    assert first == second
    assert book.etariff(content, now=NOW, regime="preferential").content != first.content
    in_json = book.etariff(as_bytes(asking(GENETICS), "json"), answer_format="xml", now=NOW, regime="ordinary")
    assert in_json.content == first.content
    with pytest.raises(InputError, match="no time zone"):
        book.etariff(content, now=datetime(2026, 3, 1))


CODES = ["565014", "565025", "589002", "587145", "726530", "726655", "726412", "401435", "727031", "589794", "123454"]
DAYS = ["2024-12-31", "2025-01-01", "2025-12-31", "2026-03-01", "2028-02-29"]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(DAYS)), min_size=1, max_size=8),
    st.sampled_from([None, "ordinary", "preferential"]),
    st.sampled_from(["1980-01-01", "2010-06-30", "2001"]),
)
def test_every_item_is_answered_once_and_every_amount_adds_up(
    book: Book, acts: list[tuple[str, str]], regime: str | None, born: str
) -> None:
    root = edited(asking(*acts), f"{PATIENT}.birthDate", saying(born))
    answer = answered(book, root, **({} if regime is None else {"regime": regime}))
    decided = [int(item.text("itemSequence") or 0) for item in items(answer)]
    outcome = resource(answer, "OperationOutcome")
    errors = [one for one in (outcome.all("issue") if outcome else []) if one.text("severity") == "error"]
    told = [int((one.text("diagnostics") or "").partition(";")[0].removeprefix("item=")) for one in errors]
    assert sorted(decided + told) == list(range(1, len(acts) + 1))
    for item in items(answer):
        _, unit, net, reimbursement, patient_fee = (value or "" for value in amounts(item))
        assert Decimal(net) == Decimal(reimbursement) + Decimal(patient_fee) == Decimal(unit)


def test_the_example_is_answered_and_rejected_as_before(book: Book) -> None:
    answer = book.etariff(REQUEST.read_bytes(), ct1="110", ct2="110", now=NOW)
    same_as_golden(answer.content.decode(), GOLDEN / "response.xml")
    as_json = book.etariff(REQUEST.read_bytes(), ct1="110", ct2="110", now=NOW, answer_format="json")
    same_as_golden(as_json.content.decode(), GOLDEN / "response.json")
    broken = edited(edited(example(), f"{CLAIM}.use", gone), f"{CLAIM}.item[1].servicedDate", saying("2026-02-30"))
    same_as_golden(book.etariff(as_bytes(broken), now=NOW).content.decode(), GOLDEN / "reject.xml")


def test_the_command_answers_writes_and_ends_as_it_says(tmp_path: Path) -> None:
    book = tmp_path / "book.sqlite"
    request = tmp_path / "request.xml"
    request.write_bytes(as_bytes(asking(GENETICS)))
    good = bareme_here("etariff", request, "--ct1", "110", "--format", "json", book=book)
    assert (good.code, good.err) == (0, "")
    assert read_message(good.out.encode()).root is not None
    out = tmp_path / "answer.json"
    partly = bareme_here("etariff", request, "--out", out, book=book)
    assert (partly.code, partly.out) == (1, "")
    assert "1 item of 1 without amounts" in partly.err
    assert read_message(out.read_bytes(), "json").root is not None
    again = bareme_here("etariff", request, "--out", out, book=book)
    assert (again.code, "exists" in again.err) == (2, True)
    request.write_text("<")
    rejected = bareme_here("etariff", request, book=book)
    assert (rejected.code, "is rejected" in rejected.err) == (1, True)
    for wrong in (
        ["none.xml"],
        [str(request), "--ct1", "x"],
        [str(request), "--format", "pdf"],
        [str(request), "--fact", "a"],
    ):
        ran = bareme_here("etariff", *wrong, book=book)
        assert (ran.code, ran.out) == (2, ""), wrong


def test_an_answer_repeats_what_r4_knows_in_its_order(book: Book) -> None:
    """What fuzzing found: parts out of order, or that R4 has not, came back in answers."""
    turned = edited(example(), PATIENT, lambda one: Element(one.name, children=one.children[::-1]))
    turned = edited(turned, CLAIM, lambda one: Element(one.name, children=one.children[::-1]))
    odd = edited(turned, PATIENT, with_child(node("entry", node("resource", node("Claim", leaf("id", "a"))))))
    answer = answered(book, odd, regime="ordinary")
    patient = resource(answer, "Patient")
    assert patient is not None
    assert [child.name for child in patient.children] == ["id", "identifier", "name", "birthDate"]
    only_unknown = edited(example(), PATIENT, with_child(node("maritalStatus", leaf("colour", "red"))))
    assert answered(book, only_unknown).kind is Kind.REJECT
