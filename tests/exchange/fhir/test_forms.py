"""XML and JSON are two forms of one message: nothing is lost between them, and what is no message is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bareme.errors import InputError
from bareme.exchange.fhir.model import Element, Format, as_format
from bareme.exchange.fhir.reading import read_message, write_message
from etariff_requests import REQUEST, example


@pytest.fixture(scope="module")
def guide(shared: Path) -> dict[str, bytes]:
    """The examples of the guide."""
    found = {path.name: path.read_bytes() for path in sorted((shared / "etariff").glob("*.xml"))}
    assert len(found) == 7
    return found


def canonical(content: bytes) -> bytes:
    """XML without comments, indentation and whatever else means nothing."""
    parser = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    made: bytes = etree.tostring(etree.fromstring(content, parser), method="c14n")
    return made


def fault_of(content: bytes, format: str | None = None) -> str:
    """The code of the one fault of what is no message."""
    message = read_message(content, format)
    assert message.root is None
    [fault] = message.faults
    return fault.code


def test_every_example_is_written_as_it_was_read(guide: dict[str, bytes]) -> None:
    for name, content in guide.items():
        message = read_message(content)
        assert message.root is not None, name
        assert canonical(write_message(message, "xml")) == canonical(content)


def test_every_example_is_the_same_message_in_json(guide: dict[str, bytes]) -> None:
    for content in guide.values():
        message = read_message(content)
        again = read_message(write_message(message, "application/fhir+json"))
        assert again.format is Format.JSON
        assert (again.root, again.digest) == (message.root, message.digest)
        assert canonical(write_message(again, "xml")) == canonical(content)


def test_json_has_arrays_numbers_and_extended_primitives_where_r4_has_them(guide: dict[str, bytes]) -> None:
    [content] = [content for name, content in guide.items() if "ex02" in name]
    message = json.loads(write_message(read_message(content), "json"), parse_float=str, parse_int=str)
    resources = {entry["resource"]["resourceType"]: entry["resource"] for entry in message["entry"]}
    [item] = resources["ClaimResponse"]["addItem"]
    assert item["extension"][0]["valueMoney"] == {"value": "45.00", "currency": "EUR"}
    assert (item["net"]["value"], item["itemSequence"]) == ("50", ["1"])
    ct1 = resources["Coverage"]["class"][1]
    assert ct1["value"] == "110"
    assert ct1["_value"]["extension"][0]["valueUri"].endswith("be-cs-holder-code-1")
    assert resources["ClaimResponse"]["insurance"][0]["focal"] is True


def test_a_narrative_is_kept() -> None:
    root = example()
    for form in Format:
        written = write_message(root, form)
        assert b"Bo <b>Soleil</b></div>" in written
        assert read_message(written).root == root


TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0xFFFD, exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: "\ufffe" not in text
)


def elements() -> st.SearchStrategy[Element]:
    """Codes with texts and extensions, some of them on the texts."""
    extension = st.builds(
        lambda url, value: Element("extension", children=(Element("valueString", value),), url=url), TEXTS, TEXTS
    )
    extended = st.builds(
        lambda value, more, id: Element("display", value, tuple(more), id),
        TEXTS,
        st.lists(extension, max_size=2),
        st.none() | TEXTS,
    )
    coding = st.builds(
        lambda system, display: Element("coding", children=(Element("system", system), display)), TEXTS, extended
    )
    return st.builds(
        lambda codings, unknown: Element("type", children=(*codings, *unknown)),
        st.lists(coding, min_size=1, max_size=3),
        st.lists(st.builds(Element, st.just("invented"), TEXTS), max_size=3),
    )


@settings(deadline=None, max_examples=50)
@given(elements())
def test_any_message_is_the_same_after_json_and_xml(part: Element) -> None:
    claim = Element("resource", children=(Element("Claim", children=(part,)),))
    root = Element("Bundle", children=(Element("entry", children=(claim,)),))
    for form in ("xml", "json"):
        message = read_message(write_message(root, form), form)
        assert message.root == root, message.faults


DEEP = b"<Bundle xmlns='http://hl7.org/fhir'>" + b"<entry>" * 200 + b"</entry>" * 200 + b"</Bundle>"
LAUGHS = (
    b"<!DOCTYPE lolz [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY %c '&%c;&%c;&%c;&%c;&%c;'>" % (c + 1, c, c, c, c, c) for c in range(97, 110))
    + b"]><Bundle xmlns='http://hl7.org/fhir'><id value='&n;'/></Bundle>"
)
EXTERNAL = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><Bundle xmlns='http://hl7.org/fhir'>&b;</Bundle>"
HOSTILE_XML = {
    "INVALID_XML_DOCTYPE": [LAUGHS, EXTERNAL, b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><Bundle/>"],
    "TOO_DEEP": [DEEP],
    "INVALID_XML": [b"", b"<", b"<Bundle", b"<a></b>", b"\x00", DEEP[:900], DEEP.replace(b"<entry>", b"<entry>" * 200)],
    "INVALID_ENCODING": [
        "<Bundle/>".encode("utf-16"),
        b"\xff\xfe<",
        b"<?xml version='1.0' encoding='iso-8859-1'?><Bundle xmlns='http://hl7.org/fhir'/>",
        b"<?xml version='1.0' encoding='utf-7'?>+ADw-Bundle/+AD4-",
    ],
    "TOO_LARGE": [b"<Bundle xmlns='http://hl7.org/fhir'><id value='" + b"a" * 5_000_000 + b"'/></Bundle>"],
    "INVALID_XML_NAMESPACE": [b"<Bundle/>", b"<Bundle xmlns='http://hl7.org/fhir'><id xmlns='' value='a'/></Bundle>"],
    "INVALID_XML_ATTRIBUTE": [
        b"<Bundle xmlns='http://hl7.org/fhir' onload='x'/>",
        b"<Bundle xmlns='http://hl7.org/fhir' id='x'/>",
        b"<Bundle xmlns='http://hl7.org/fhir'><id url='x'/></Bundle>",
    ],
    "INVALID_XML_TEXT": [b"<Bundle xmlns='http://hl7.org/fhir'>text</Bundle>"],
    "MISSING_BUNDLE": [b"<Claim xmlns='http://hl7.org/fhir'/>"],
}


@pytest.mark.parametrize(("code", "content"), [(code, one) for code, all in HOSTILE_XML.items() for one in all])
def test_hostile_xml_is_refused(code: str, content: bytes) -> None:
    assert fault_of(content, "xml") == code


def bundle(inner: str) -> bytes:
    return f'{{"resourceType": "Bundle", {inner}}}'.encode()


HOSTILE_JSON = {
    "TOO_LARGE": [bundle('"entry": [' + "{}," * 100_000 + "{}]"), b" " * 5_000_000],
    "INVALID_JSON": [b"", b"{", b"{'a': 1}", b"[1,]"],
    "INVALID_JSON_NUMBER": [bundle('"total": NaN'), bundle('"total": -Infinity')],
    "INVALID_JSON_DUPLICATE": [bundle('"id": "a", "id": "b"')],
    "TOO_DEEP": [
        b"[" * 100_000,
        bundle('"a":' + '{"a":' * 500 + "1" + "}" * 500),
        bundle('"entry": [' + '{"link": [' * 60 + "]}" * 60 + "]"),
    ],
    "INVALID_JSON_NULL": [bundle('"id": null')],
    "INVALID_JSON_ARRAY": [
        bundle('"id": ["a"]'),
        bundle('"entry": {}'),
        bundle('"entry": []'),
        bundle('"entry": [[]]'),
    ],
    "INVALID_JSON_VALUE": [
        bundle('"id": 1'),
        bundle('"total": "1"'),
        bundle('"id": {}'),
        bundle('"meta": "a"'),
        bundle('"_id": 1'),
    ],
    "INVALID_JSON_KEY": [bundle('"a b": "c"'), bundle('"": "c"'), bundle('"__id": {}')],
    "INVALID_TEXT": [bundle('"id": "\\u0000"'), bundle('"id": "\\ud800"')],
    "MISSING_RESOURCETYPE": [b"{}", b"[]", b"1", b'"a"', b"null", bundle('"entry": [{"resource": {}}]')],
    "INVALID_NARRATIVE": [bundle('"entry": [{"resource": {"resourceType": "Patient", "text": {"div": "<p/>"}}}]')],
    "INVALID_XML": [bundle('"entry": [{"resource": {"resourceType": "Patient", "text": {"div": "<div>&nbsp;"}}}]')],
    "INVALID_ENCODING": [b'{"a": "\xff"}'],
}


@pytest.mark.parametrize(("code", "content"), [(code, one) for code, all in HOSTILE_JSON.items() for one in all])
def test_hostile_json_is_refused(code: str, content: bytes) -> None:
    assert fault_of(content, "json") == code


def test_a_place_is_told_where_reading_stops() -> None:
    content = write_message(example(), "json").replace(b'"sequence": 1,', b'"sequence": "1",', 1)
    [fault] = read_message(content).faults
    assert fault.expression == "Bundle.entry[4].resource.ofType(Claim).careTeam.sequence"


def test_huge_numbers_stay_texts() -> None:
    for number in ("1" * 5000, "1e999999999", "-0.10"):
        message = read_message(bundle(f'"total": {number}'), "json")
        assert message.root is not None
        assert message.root.text("total") == number


def test_the_form_is_told_by_the_first_sign_and_by_content_types() -> None:
    assert read_message(b"\xef\xbb\xbf  {").format is Format.JSON
    assert read_message(REQUEST.read_bytes()).format is Format.XML
    assert as_format("application/fhir+xml; charset=UTF-8") is Format.XML
    with pytest.raises(InputError, match="neither xml nor json"):
        as_format("text/plain")
