"""A message from bytes and to bytes, in either form; what cannot be read is a message with a fault, no error."""

from __future__ import annotations

import hashlib

from bareme.exchange.fhir.bounds import MOST_BYTES, MOST_PARTS, unreadable
from bareme.exchange.fhir.json_form import read_json, write_json
from bareme.exchange.fhir.model import Element, Format, Message, Unreadable, as_format
from bareme.exchange.fhir.xml_form import read_xml, write_xml


def read_message(content: bytes, format: str | None = None) -> Message:
    """The message in some bytes. `format` is xml, json or a content type; left out, the first sign tells.

    Whatever the bytes are, there is a message: one that cannot be read has no `root`, and a fault.
    """
    form = as_format(format) if format is not None else _told(content)
    digest = hashlib.sha256(content).hexdigest()
    try:
        root = _read(content, form)
        return Message(form, root, hashlib.sha256(repr(root).encode()).hexdigest())
    except Unreadable as refused:
        return Message(form, None, digest, (refused.fault,))


def _told(content: bytes) -> Format:
    first = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return Format.JSON if first == b"{" else Format.XML


def _read(content: bytes, form: Format) -> Element:
    if len(content) > MOST_BYTES:
        raise unreadable("TOO_LARGE", f"the message has {len(content)} bytes; {MOST_BYTES} are read at most")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable("INVALID_ENCODING", "the message is not UTF-8") from None
    signs = "<" if form is Format.XML else ",{["
    if sum(map(text.count, signs)) > MOST_PARTS:
        raise unreadable("TOO_LARGE", f"the message has more than {MOST_PARTS} parts")
    root = read_xml(text) if form is Format.XML else read_json(text)
    if root.name != "Bundle":
        raise unreadable("MISSING_BUNDLE", f"the message is a {root.name[:60]}, not a Bundle", root.name[:60])
    return root


def write_message(message: Message | Element, format: str) -> bytes:
    """A message as bytes: xml or json (or a content type)."""
    root = message.root if isinstance(message, Message) else message
    if root is None:
        raise ValueError("a message that could not be read has nothing to write")
    return write_xml(root) if as_format(format) is Format.XML else write_json(root)
