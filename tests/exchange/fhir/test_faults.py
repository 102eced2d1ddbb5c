"""A request with a fault of structure is rejected, and the fault's place told as FHIRPath."""

from __future__ import annotations

from pathlib import Path

import pytest

from bareme.exchange.fhir.checking import answer_faults
from bareme.exchange.fhir.model import Element, Severity
from bareme.exchange.fhir.profile import request_faults
from bareme.exchange.fhir.reading import read_message
from etariff_requests import as_bytes, edited, example, gone, saying, with_child

CLAIM = "entry[4].resource.Claim"
AT = "Bundle.entry[4].resource.ofType(Claim)"
HEADER = "entry[0].resource.MessageHeader"
AT_HEADER = "Bundle.entry[0].resource.ofType(MessageHeader)"
NOMENCLATURE = "https://www.ehealth.fgov.be/standards/fhir/core/NamingSystem/be-ns-nihdi-nomenclature"


def faults_of(root: Element) -> list[tuple[str, str]]:
    """Codes and places of the errors."""
    found = request_faults(read_message(as_bytes(root)))
    return [(fault.code, fault.expression) for fault in found if fault.severity is Severity.ERROR]


REQUIRED = [
    ("id", "MISSING_BUNDLE_ID", "Bundle.id"),
    ("type", "MISSING_BUNDLE_TYPE", "Bundle.type"),
    ("timestamp", "MISSING_BUNDLE_TIMESTAMP", "Bundle.timestamp"),
    ("entry[3].fullUrl", "MISSING_BUNDLE_ENTRY_FULLURL", "Bundle.entry[3].fullUrl"),
    (f"{HEADER}.id", "MISSING_MESSAGEHEADER_ID", f"{AT_HEADER}.id"),
    (f"{HEADER}.eventCoding.code", "MISSING_MESSAGEHEADER_EVENTCODING_CODE", f"{AT_HEADER}.eventCoding.code"),
    (f"{HEADER}.destination", "MISSING_MESSAGEHEADER_DESTINATION", f"{AT_HEADER}.destination"),
    (f"{HEADER}.source", "MISSING_MESSAGEHEADER_SOURCE", f"{AT_HEADER}.source"),
    (f"{HEADER}.sender", "MISSING_MESSAGEHEADER_SENDER_REFERENCE", f"{AT_HEADER}.sender"),
    (f"{HEADER}.focus", "MISSING_MESSAGEHEADER_FOCUS_REFERENCE", f"{AT_HEADER}.focus"),
    (
        "entry[1].resource.PractitionerRole.practitioner",
        "MISSING_PRACTITIONERROLE_PRACTITIONER_REFERENCE",
        "Bundle.entry[1].resource.ofType(PractitionerRole).practitioner",
    ),
    (
        "entry[3].resource.Patient.identifier.value",
        "MISSING_PATIENT_IDENTIFIER_VALUE",
        "Bundle.entry[3].resource.ofType(Patient).identifier[0].value",
    ),
    *(
        (f"{CLAIM}.{path}", f"MISSING_CLAIM_{code}", f"{AT}.{place}")
        for path, code, place in (
            ("id", "ID", "id"),
            ("status", "STATUS", "status"),
            ("type", "TYPE", "type"),
            ("subType", "SUBTYPE_CODING_CODE", "subType.coding.code"),
            ("use", "USE", "use"),
            ("created", "CREATED", "created"),
            ("patient", "PATIENT", "patient"),
            ("enterer", "ENTERER_REFERENCE", "enterer"),
            ("provider", "PROVIDER", "provider"),
            ("priority", "PRIORITY", "priority"),
            ("careTeam", "CARETEAM", "careTeam"),
            ("careTeam.role", "CARETEAM_ROLE_CODING_CODE", "careTeam[0].role.coding.code"),
            (
                "careTeam.provider.identifier.value",
                "CARETEAM_PROVIDER_IDENTIFIER_VALUE",
                "careTeam[0].provider.identifier.value",
            ),
            ("insurance", "INSURANCE", "insurance"),
            ("item[1].sequence", "ITEM_SEQUENCE", "item[1].sequence"),
            ("item[1].careTeamSequence", "ITEM_CARETEAMSEQUENCE", "item[1].careTeamSequence"),
            ("item[1].productOrService", "ITEM_PRODUCTORSERVICE", "item[1].productOrService"),
            (
                "item[1].productOrService.coding.code",
                "ITEM_PRODUCTORSERVICE_CODING_CODE",
                "item[1].productOrService.coding.code",
            ),
            ("item[0].servicedDate", "ITEM_SERVICEDDATE", "item[0].servicedDate"),
        )
    ),
]


@pytest.mark.parametrize(("path", "code", "place"), REQUIRED, ids=[code for _, code, _ in REQUIRED])
def test_what_the_profile_requires_is_missed(path: str, code: str, place: str) -> None:
    assert (code, place) in faults_of(edited(example(), path, gone))


def twice(path: str, root: Element) -> Element:
    """The tree with the element at a path a second time, last among its neighbours."""
    around, _, name = path.rpartition(".")

    def doubled(element: Element) -> Element:
        copied = element.all(name.partition("[")[0])[3 if name == "entry[3]" else -1]
        return Element(element.name, children=(*element.children, copied))

    return edited(root, around, doubled) if around else doubled(root)


WRONG = [
    ("type", "batch", "INVALID_BUNDLE_TYPE", "Bundle.type"),
    ("timestamp", "2026-03-02", "INVALID_BUNDLE_TIMESTAMP", "Bundle.timestamp"),
    ("entry[2].fullUrl", "http://example.org/1", "INVALID_BUNDLE_ENTRY_FULLURL", "Bundle.entry[2].fullUrl"),
    (f"{HEADER}.eventCoding.code", "other", "INVALID_MESSAGEHEADER_EVENTCODING_CODE", f"{AT_HEADER}.eventCoding.code"),
    (f"{HEADER}.focus.reference", "urn:uuid:none", "UNRESOLVED_MESSAGEHEADER_FOCUS_REFERENCE", f"{AT_HEADER}.focus"),
    (
        f"{HEADER}.focus.reference",
        "urn:uuid:b1d7a2f0-0004-4c6e-9f00-000000000004",
        "INVALID_MESSAGEHEADER_FOCUS_REFERENCE",
        f"{AT_HEADER}.focus",
    ),
    *(
        (f"{CLAIM}.{path}", value, f"{code}", f"{AT}.{place}")
        for path, value, code, place in (
            ("use", "claim", "INVALID_CLAIM_USE", "use"),
            ("status", "draft", "INVALID_CLAIM_STATUS", "status"),
            ("priority.coding.code", "normal", "INVALID_CLAIM_PRIORITY_CODING_CODE", "priority.coding.code"),
            ("patient.reference", "Patient/none", "UNRESOLVED_CLAIM_PATIENT_REFERENCE", "patient"),
            ("item[2].servicedDate", "2026-02-30", "INVALID_CLAIM_ITEM_SERVICEDDATE", "item[2].servicedDate"),
            ("item[2].servicedDate", "2026-02", "INVALID_CLAIM_ITEM_SERVICEDDATE", "item[2].servicedDate"),
            ("item[2].sequence", "1", "DUPLICATE_CLAIM_ITEM_SEQUENCE", "item[2].sequence"),
            ("item[2].sequence", "0", "INVALID_CLAIM_ITEM_SEQUENCE", "item[2].sequence"),
            ("item[0].careTeamSequence", "9", "UNRESOLVED_CLAIM_ITEM_CARETEAMSEQUENCE", "item[0].careTeamSequence[0]"),
            (
                "item[0].productOrService.coding.system",
                "urn:other",
                "INVALID_CLAIM_ITEM_PRODUCTORSERVICE_CODING_SYSTEM",
                "item[0].productOrService.coding.system",
            ),
        )
    ),
]


@pytest.mark.parametrize(("path", "value", "code", "place"), WRONG)
def test_a_wrong_value_is_found(path: str, value: str, code: str, place: str) -> None:
    assert (code, place) in faults_of(edited(example(), path, saying(value)))


def test_what_stands_too_often_is_found() -> None:
    found = faults_of(twice(f"{CLAIM}.use", example()))
    assert ("TOO_MANY_CLAIM_USE", f"{AT}.use") in found
    found = faults_of(twice("entry[3]", example()))
    assert ("DUPLICATE_BUNDLE_ENTRY_FULLURL", "Bundle.entry[5].fullUrl") in found
    assert ("TOO_MANY_PATIENT", "Bundle.entry.resource.ofType(Patient)") in found
    found = faults_of(twice(f"{CLAIM}.item[0].productOrService.coding", example()))
    assert ("TOO_MANY_CLAIM_ITEM_PRODUCTORSERVICE_CODING", f"{AT}.item[0].productOrService.coding") in found


def test_the_header_comes_first_and_every_resource_is_needed() -> None:
    root = example()
    *about, first, second, third, fourth, claim = root.children
    moved = Element("Bundle", children=(*about, claim, first, second, third, fourth))
    assert faults_of(moved) == [("INVALID_BUNDLE_ENTRY_FIRST", "Bundle.entry[0].resource")]
    without = faults_of(Element("Bundle", children=(*about, first, second, third, fourth)))
    assert ("MISSING_CLAIM", "Bundle.entry.resource.ofType(Claim)") in without


def test_what_is_inside_of_something_missing_is_not_told_again() -> None:
    found = faults_of(edited(example(), f"{CLAIM}.priority", gone))
    assert found == [("MISSING_CLAIM_PRIORITY", f"{AT}.priority")]


def test_the_file_holder_stands_in_general_practice_only() -> None:
    root = edited(example(), f"{CLAIM}.careTeam.role.coding.code", saying("other"))
    assert faults_of(root) == []
    dentistry = edited(root, f"{CLAIM}.subType.coding.code", saying("dentistry"))
    assert faults_of(dentistry) == [("INVALID_CLAIM_CARETEAM_ROLE", f"{AT}.careTeam[0].role")]


def test_unknown_elements_are_warned_of() -> None:
    root = edited(example(), CLAIM, with_child(Element("colour", "red")))
    [fault] = request_faults(read_message(as_bytes(root)))
    assert (fault.code, fault.expression, fault.severity) == ("UNKNOWN_CLAIM_ELEMENT", AT, Severity.WARNING)


def test_very_many_faults_are_cut() -> None:
    [item] = [child for child in example().children if child.name == "entry"][:1]
    root = Element("Bundle", children=(*example().children, *[Element("entry", children=item.children)] * 300))
    found = request_faults(read_message(as_bytes(root)))
    assert (len(found), found[-1].code) == (100, "TOO_MANY_FAULTS")


def test_the_requests_of_the_guide_have_no_errors_and_one_warning(shared: Path) -> None:
    found = {
        path.stem[-4:]: [fault.code for fault in request_faults(read_message(path.read_bytes()))]
        for path in (shared / "etariff").glob("*Request*.xml")
    }
    assert found == {"ex01": ["INVALID_CLAIM_SUPPORTINGINFO_CODE"], "ex03": [], "ex05": []}


def test_the_answers_of_the_guide_have_no_errors_and_one_warns(shared: Path) -> None:
    found = {
        path.stem[-4:]: answer_faults(read_message(path.read_bytes()))
        for path in (shared / "etariff").glob("*Re[sj]*.xml")
    }
    assert sorted(name for name, faults in found.items() if faults) == ["ex02"]
    assert {fault.severity for fault in found["ex02"]} == {Severity.WARNING}
    assert [fault.code for fault in found["ex02"]][-1] == "INVALID_CLAIMRESPONSE_ADDITEM_NET"


def test_an_answer_whose_amounts_do_not_add_up_is_none(shared: Path) -> None:
    [path] = (shared / "etariff").glob("*ex04.xml")
    content = path.read_bytes().replace(b'"15.00"', b'"15.01"')
    assert [fault.code for fault in answer_faults(read_message(content))] == ["INVALID_CLAIMRESPONSE_ADDITEM_NET"]


def test_an_error_behind_thousands_of_warnings_still_rejects() -> None:
    colours = [Element("colour", str(number)) for number in range(5000)]
    entry = [Element("entry", children=(child,)) for child in colours]
    root = Element("Bundle", children=(*entry, *example().children))
    assert request_faults(read_message(as_bytes(root)))[0].severity is Severity.ERROR
    warned = edited(edited(example(), f"{CLAIM}.use", gone), "entry[1].resource.PractitionerRole", with_child(*colours))
    assert faults_of(warned) == [("MISSING_CLAIM_USE", f"{AT}.use")]
