"""Every check of one document has one that makes it speak, the words it says then, and every check a page.

    documents/<check id>.txt    a small made-up circular, or a workbook of ../audit_workbooks.py
    golden/<check id>.txt       all findings on it, one a line: severity check code | message
    docs/checks/<check id>.md   the page, which shows the first of those messages

After a message was changed on purpose, `BAREME_GOLDEN=write pytest tests/audit` writes the golden files anew; read the
difference before keeping it, and put the message into the page. Checks of several circulars: test_successions.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit_workbooks import MADE, clean
from bareme.audit import CHECKS
from bareme.audit.registry import OF_ONE_DOCUMENT
from bareme.circulars.documents.opening import DocumentLike
from bareme.circulars.findings import Severity
from findings import as_line, findings_of, golden_lines, read_golden
from written import read

DOCUMENTS = Path(__file__).parent / "documents"
PAGES = Path(__file__).parent.parent.parent / "docs" / "checks"
OF_A_DOCUMENT = sorted(check.id for check in CHECKS.values() if check.subject in OF_ONE_DOCUMENT)
NUMBERS = ("2024/356", "2024/382", "2024/401", "2025/336")
OTHERS = sorted(set(CHECKS) - set(OF_A_DOCUMENT))
BESIDE = {"twins_differ": {"share_of_siblings"}}
"""Checks that cannot but speak of the same line."""
HEADINGS = ("**What must hold**", "**Example**", "**What to do**", "**Seen in**")


def document(check: str) -> DocumentLike:
    """The document that makes a check speak: a text, or a workbook made by a function."""
    return (f"{check}.xlsx", MADE[check]()) if check in MADE else DOCUMENTS / f"{check}.txt"


def page(check: str) -> str:
    return (PAGES / f"{check}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", OF_A_DOCUMENT)
def test_the_document_makes_its_check_speak(check: str) -> None:
    found = findings_of(document(check))
    assert [as_line(finding) for finding in found] == golden_lines(check, found)
    assert {finding.check for finding in found} - BESIDE.get(check, set()) == {check}


def test_a_clean_document_makes_none_speak() -> None:
    path = DOCUMENTS / "clean.txt"
    assert findings_of(path) == ()
    reading = read(path.read_text(encoding="utf-8"))
    assert (len(reading.lines), len(reading.measures)) == (8, 2)


def test_a_clean_workbook_makes_none_speak() -> None:
    found = findings_of(("clean.xlsx", clean()))
    assert found == ()


def test_no_document_is_left_over() -> None:
    assert MADE.keys() <= set(OF_A_DOCUMENT)
    assert sorted(path.stem for path in DOCUMENTS.glob("*.txt")) == sorted([*set(OF_A_DOCUMENT) - MADE.keys(), "clean"])


@pytest.mark.parametrize("check", OF_A_DOCUMENT)
def test_the_page_shows_the_message(check: str) -> None:
    found = findings_of(document(check))
    [code_block] = re.findall(r"^```\n(.*?)\n```$", page(check), re.DOTALL | re.MULTILINE)
    assert code_block == found.named(check)[0].message


@pytest.mark.parametrize("check", [*OF_A_DOCUMENT, *OTHERS])
def test_every_check_has_a_page(check: str) -> None:
    text = page(check)
    lines = text.splitlines()
    assert lines[0] == f"# {check}"
    assert lines[2] == f"Severity: {CHECKS[check].severity}"
    places = [text.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert 10 <= len(lines) <= 20
    assert max(map(len, lines)) <= 320


@pytest.mark.parametrize("check", [*OF_A_DOCUMENT, *OTHERS])
def test_the_page_names_the_circulars_in_which_the_check_speaks(check: str) -> None:
    seen = page(check).split("**Seen in**")[1]
    spoken = [number for number in NUMBERS if any(f" {check} " in line for line in golden_of_circular(number))]
    assert all(number in seen for number in spoken)
    assert ("none of the four circulars" in seen) == (not spoken)


def golden_of_circular(number: str) -> list[str]:
    """What the circular says of itself, and what comes on top in a book that was given the four."""
    stem = number.replace("/", "-")
    return read_golden(f"circular-{stem}") + read_golden(f"succession-{stem}")


def test_the_index_lists_the_checks_in_reading_order() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\((\w+)\.md\) \| (\w+) \| (.+) \|$", page("index"), re.MULTILINE)
    assert [(name, severity) for name, _, severity, _ in rows] == [(c.id, str(c.severity)) for c in CHECKS.values()]
    assert all(name == target for name, target, _, _ in rows)
    assert all(f"**{severity}**" in page("index") for severity in Severity)


def test_no_page_is_left_over() -> None:
    assert sorted(path.stem for path in PAGES.glob("*.md")) == sorted([*CHECKS, "index"])
