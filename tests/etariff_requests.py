"""Requests of our own invention for tests: that of examples/, with other items and patients; edits by path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bareme.exchange.fhir.model import Element, Message
from bareme.exchange.fhir.reading import read_message, write_message

REQUEST = Path(__file__).parents[1] / "examples" / "etariff" / "request.xml"
NOW = datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC)
CLAIM = 4
_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")
Change = Callable[[Element], Element | None]


def example() -> Element:
    """The request of examples/."""
    message = read_message(REQUEST.read_bytes())
    assert message.root is not None
    return message.root


def edited(root: Element, path: str, change: Change) -> Element:
    """A tree in which the element at a path (`entry[4].resource.Claim.item[1]`) is changed, or gone."""
    step, _, rest = path.partition(".")
    found = _STEP.fullmatch(step)
    assert found is not None
    place, number, children = -1, int(found[2] or 0), []
    for child in root.children:
        place += child.name == found[1]
        if child.name == found[1] and place == number:
            place += 1
            made = edited(child, rest, change) if rest else change(child)
            children += [made] if made is not None else []
        else:
            children.append(child)
    assert place > number, f"{step} is not there"
    return Element(root.name, root.value, tuple(children), root.id, root.url, root.xhtml)


def gone(element: Element) -> None:
    return None


def saying(value: str) -> Change:
    """The element with another value."""
    return lambda element: Element(element.name, value, element.children, element.id, element.url)


def with_child(*children: Element) -> Change:
    """The element with more children at its end."""
    return lambda element: Element(element.name, element.value, (*element.children, *children), element.id, element.url)


def with_items(root: Element, items: Sequence[tuple[str, str]]) -> Element:
    """The request for other codes and days."""
    claim = f"entry[{CLAIM}].resource.Claim"

    def change(element: Element) -> Element:
        [model, *_] = element.all("item")
        kept = tuple(child for child in element.children if child.name != "item")
        return Element(element.name, children=(*kept, *(item(model, n, *one) for n, one in enumerate(items, 1))))

    def item(model: Element, number: int, code: str, day: str) -> Element:
        one = edited(model, "sequence", saying(str(number)))
        one = edited(one, "productOrService.coding.code", saying(code))
        return edited(one, "servicedDate", saying(day))

    return edited(root, claim, change)


def asking(*items: tuple[str, str]) -> Element:
    """The example's request for other codes and days."""
    return with_items(example(), items)


def as_bytes(root: Element, format: str = "xml") -> bytes:
    return write_message(root, format)


def read(content: bytes) -> Message:
    return read_message(content)
