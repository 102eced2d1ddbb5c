"""A message as XML, read and written through lxml: no entities, no document types, no network, nothing huge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from bareme.errors import InputError
from bareme.exchange.fhir.bounds import MOST_DEPTH, unreadable
from bareme.exchange.fhir.model import Element

if TYPE_CHECKING:
    from lxml.etree import _Element

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
_SCHEMA_PLACE = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_DECLARED = re.compile(r"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_EXTENSIONS = ("extension", "modifierExtension")


def _library() -> Any:
    try:
        from lxml import etree
    except ImportError:
        raise InputError("XML needs lxml: pip install 'bareme[service]'; JSON is read without it.") from None
    return etree


def parsed(text: str) -> _Element:
    """The root of a text as lxml sees it; a text that is not well-formed, or declares a type, is unreadable."""
    etree = _library()
    declared = _DECLARED.match(text)
    if declared is not None and declared[1].lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise unreadable("INVALID_ENCODING", f"the message declares the encoding {declared[1][:40]}; FHIR is UTF-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise unreadable("INVALID_XML_DOCTYPE", "the message declares a document type or an entity; FHIR has none")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise unreadable("INVALID_XML", f"the message is not well-formed XML: {str(error)[:200]}") from None
    return cast("_Element", root)


def read_xml(text: str) -> Element:
    """The root of a message as an element."""
    root = parsed(text)
    if not isinstance(root.tag, str) or not root.tag.startswith(f"{{{FHIR}}}"):
        raise unreadable("INVALID_XML_NAMESPACE", f"the message is not in the namespace {FHIR}")
    return _element(root, root.tag.rpartition("}")[2], 0)


def _element(node: _Element, path: str, depth: int) -> Element:
    """An element of lxml as ours. What FHIR has no place for is refused: nothing is dropped in silence."""
    space, _, name = str(node.tag).removeprefix("{").rpartition("}")
    if depth > MOST_DEPTH:
        raise unreadable("TOO_DEEP", f"elements are nested more than {MOST_DEPTH} deep", path)
    if space == XHTML and name == "div":
        return Element("div", xhtml=div_text(node))
    if space != FHIR:
        raise unreadable("INVALID_XML_NAMESPACE", f"{name[:60]} is not in the namespace {FHIR}", path)
    for attribute in node.attrib:
        if str(attribute) not in _attributes_of(name) and str(attribute) != _SCHEMA_PLACE:
            raise unreadable("INVALID_XML_ATTRIBUTE", f"{str(attribute)[:60]} is no attribute of FHIR", path)
    if any((text or "").strip() for text in (node.text, *(child.tail for child in node))):
        raise unreadable(
            "INVALID_XML_TEXT", "text stands between the elements; FHIR has its values in attributes", path
        )
    counts: dict[str, int] = {}
    children = []
    for child in node:
        own = str(child.tag).rpartition("}")[2]
        counts[own] = counts.get(own, -1) + 1
        children.append(_element(child, f"{path}.{own}[{counts[own]}]", depth + 1))
    return Element(name, node.get("value"), tuple(children), node.get("id"), node.get("url"))


def _attributes_of(name: str) -> tuple[str, ...]:
    """A resource has no attributes; an extension has its url in one."""
    if name[:1].isupper():
        return ()
    return ("value", "id", "url") if name in _EXTENSIONS else ("value", "id")


def div_text(node: _Element) -> str:
    """A narrative in canonical form."""
    etree = _library()
    text: bytes = etree.tostring(node, method="c14n", exclusive=True, with_tail=False)
    return text.decode()


def write_xml(root: Element) -> bytes:
    """A message as XML, indented; narratives as they are."""
    etree = _library()
    node = _node(root, etree)
    _indent(node, 0)
    written: bytes = etree.tostring(node, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def _node(element: Element, etree: Any) -> Any:
    if element.xhtml is not None:
        return parsed(element.xhtml)
    node = etree.Element(f"{{{FHIR}}}{element.name}", nsmap={None: FHIR})
    for name in ("id", "url", "value"):
        given = getattr(element, name)
        if given is not None:
            node.set(name, given)
    for child in element.children:
        node.append(_node(child, etree))
    return node


def _indent(node: Any, depth: int) -> None:
    children = list(node)
    if not children or not str(node.tag).startswith(f"{{{FHIR}}}"):
        return
    node.text = "\n" + "  " * (depth + 1)
    for child in children:
        child.tail = node.text
        _indent(child, depth + 1)
    children[-1].tail = "\n" + "  " * depth
