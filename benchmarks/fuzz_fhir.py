"""Damaged eTariff requests: each gets a response or a reject in shape, in time, and no error.

    python benchmarks/fuzz_fhir.py [N] [--seed 1] [--at NUMBER] [--folder .fuzz]

Each input is made from the seed and its number (`--at 4711` makes it again): elements dropped, doubled, exchanged,
their texts replaced by odd ones, in a tree that is then written as XML or JSON; or the bytes themselves cut and
flipped. The requests are that of examples/ and, where BAREME_SHARED is set, the guide's. An answer is read back and
checked: required elements, references, sums, every item answered once. What fails is kept in the folder and ends the
run with status 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import bareme
from bareme.exchange.fhir.checking import answer_faults
from bareme.exchange.fhir.model import Element, Severity
from bareme.exchange.fhir.reading import read_message, write_message

EXAMPLE = Path(__file__).parents[1] / "examples" / "etariff" / "request.xml"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECONDS = 5
CODES = ("565014", "565025", "726530", "726655", "589794", "587145", "401435", "123454", "565015")
ODD = (
    *CODES,
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "99999999999999999999",
    "true",
    "2026-03-01",
    "2026-02-30",
    "2026",
    "0001-01-01",
    "9999-12-31",
    "2026-03-01T00:00:00Z",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "Patient/1",
    "<a>&amp;'\"",
    "é\u202e\U0001f600",
    "x" * 5000,
    "'; DROP TABLE acts; --",
    "persphysician",
    "other",
)
NAMES = ("id", "item", "extension", "value", "entry", "resource", "Claim", "Patient", "text", "div", "unheard")


@dataclass(frozen=True)
class Made:
    """A damaged request and its form."""

    content: bytes
    format: str


def seeds() -> list[Element]:
    """The requests that are damaged."""
    files = [EXAMPLE]
    shared = os.environ.get("BAREME_SHARED")
    files += sorted((Path(shared) / "etariff").glob("*Request*.xml")) if shared else []
    found = [read_message(path.read_bytes()).root for path in files]
    return [root for root in found if root is not None]


def made(roots: Sequence[Element], seed: int, number: int) -> Made:
    """The input of a seed and a number."""
    random = Random(f"{seed}/{number}")
    root = random.choice(roots)
    root = _each(root, lambda one: _coded(one, random)) if random.random() < 0.7 else root
    for _ in range(random.choice((0, 1, 1, 1, 2, 4))):
        root = _changed(root, random)
    form = random.choice(("xml", "json"))
    try:
        content = write_message(root, form)
    except ValueError:  # what XML cannot carry
        form, content = "json", write_message(root, "json")
    if random.random() < 0.35:
        content = _damaged(content, random)
    return Made(content, form)


def _each(element: Element, change: Callable[[Element], Element]) -> Element:
    children = tuple(_each(child, change) for child in element.children)
    return change(replace(element, children=children))


def _coded(element: Element, random: Random) -> Element:
    """Codes and days that the book knows, so that there is something to price."""
    if element.value in ("101032", "101010", "101021", "565014", "565025", "726655"):
        return replace(element, value=random.choice(CODES))
    if element.name == "servicedDate":
        return replace(element, value=random.choice(("2025-03-01", "2026-03-01", "2024-12-31", "2027-01-01")))
    return element


def _changed(root: Element, random: Random) -> Element:
    """A tree with one element changed."""
    total = _count(root)
    other = _at(root, random.randrange(total))
    change = random.choice(
        (_drop, _double, _reword, _reword, _reword, _rename, _empty, _attribute, _turn, _instead(other))
    )
    return _edit(root, random.randrange(1, total), lambda one: change(one, random))[0][0]


Several = tuple[Element, ...]


def _drop(element: Element, random: Random) -> Several:
    return ()


def _double(element: Element, random: Random) -> Several:
    return (element,) * random.choice((2, 2, 3, 150))


def _reword(element: Element, random: Random) -> Several:
    if element.value is None and element.children and random.random() < 0.9:
        place = random.randrange(len(element.children))
        inner = _reword(element.children[place], random)
        return (replace(element, children=(*element.children[:place], *inner, *element.children[place + 1 :])),)
    return (replace(element, value=random.choice(ODD)),)


def _rename(element: Element, random: Random) -> Several:
    return (replace(element, name=random.choice(NAMES)),)


def _empty(element: Element, random: Random) -> Several:
    return (replace(element, value=None, children=()),)


def _attribute(element: Element, random: Random) -> Several:
    value = random.choice(ODD)
    return (replace(element, id=value) if random.random() < 0.5 else replace(element, url=value),)


def _turn(element: Element, random: Random) -> Several:
    return (replace(element, children=element.children[::-1]),)


def _instead(other: Element) -> Callable[[Element, Random], Several]:
    return lambda element, random: (other,) if random.random() < 0.5 else (element, other)


def _count(element: Element) -> int:
    return 1 + sum(map(_count, element.children))


def _at(element: Element, place: int) -> Element:
    if place == 0:
        return element
    place -= 1
    for child in element.children:
        size = _count(child)
        if place < size:
            return _at(child, place)
        place -= size
    return element


def _edit(element: Element, place: int, change: Callable[[Element], Several]) -> tuple[Several, int]:
    """The tree with the element at a place (in reading order) changed; and what is left to count."""
    if place == 0:
        return change(element), -1
    place -= 1
    children: list[Element] = []
    for child in element.children:
        if place < 0:
            children.append(child)
            continue
        made_of, place = _edit(child, place, change)
        children += made_of
    return (replace(element, children=tuple(children)),), place


def _damaged(content: bytes, random: Random) -> bytes:
    """Bytes cut, flipped, repeated, ended early."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 3, 20))):
        place = random.randrange(len(data))
        match random.randrange(4):
            case 0:
                data[place] = random.randrange(256)
            case 1:
                del data[place : place + random.randrange(1, 80)]
            case 2:
                data[place:place] = data[place : place + random.randrange(1, 200)]
            case _:
                if random.random() < 0.2:
                    del data[place:]
        if not data:
            return b""
    return bytes(data)


def judged(book: bareme.Book, one: Made) -> tuple[str, str | None]:
    """What became of an input: the kind of the answer; and what is wrong with the answer, if anything."""
    answer = book.etariff(one.content, one.format, now=NOW, regime="ordinary")
    message = read_message(answer.content, one.format)
    errors = [fault for fault in answer_faults(message) if fault.severity is Severity.ERROR]
    if errors:
        return answer.kind, f"{errors[0].code} at {errors[0].expression}"
    again = read_message(write_message(message, "json"))
    if again.root != message.root:
        return answer.kind, "the answer differs in JSON"
    if answer.kind == "response" and _told(message.root) != answer.items:
        return answer.kind, f"{_told(message.root)} of {answer.items} items are answered"
    if answer.kind == "response":
        return ("response, all decided" if answer.is_complete else "response, some items told beside"), None
    return answer.kind, None


def _told(root: Element | None) -> int:
    """How many items are in an answer, or told of beside it."""
    found: set[str] = set()
    for entry in root.all("entry") if root is not None else ():
        for item in (entry.at("resource.ClaimResponse") or entry).all("addItem"):
            found.add(item.text("itemSequence") or "")
        for issue in (entry.at("resource.OperationOutcome") or entry).all("issue"):
            about = issue.text("diagnostics") or ""
            if issue.text("severity") == "error" and about.startswith("item="):
                found.add(about.partition(";")[0].removeprefix("item="))
    return len(found)


def run(numbers: Sequence[int], seed: int, folder: Path) -> int:
    """Ask each input; tell what came of all."""
    book = bareme.open_book(folder / "none.sqlite")
    roots = seeds()
    counts: Counter[str] = Counter()
    slowest, failed = 0.0, 0
    for number in numbers:
        one = made(roots, seed, number)
        started = time.process_time()
        try:
            kind, wrong = judged(book, one)
        except Exception:
            kind, wrong = "error", traceback.format_exc()
        took = time.process_time() - started
        slowest = max(slowest, took)
        if wrong is None and took > SECONDS:
            wrong = f"{took:.1f} seconds"
        counts[kind] += 1
        if wrong is not None:
            failed += 1
            folder.mkdir(exist_ok=True)
            (folder / f"fhir-{seed}-{number}.{one.format}").write_bytes(one.content)
            sys.stdout.write(f"{number}: {wrong}\n")
    for kind, count in counts.most_common():
        sys.stdout.write(f"{count:8,} {kind}\n")
    sys.stdout.write(f"slowest {slowest * 1000:.0f} ms, {failed} failed\n")
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", type=int)
    parser.add_argument("--folder", type=Path, default=Path(".fuzz"))
    given = parser.parse_args()
    numbers = range(given.count) if given.at is None else [given.at]
    sys.exit(1 if run(numbers, given.seed, given.folder) else 0)


if __name__ == "__main__":
    main()
