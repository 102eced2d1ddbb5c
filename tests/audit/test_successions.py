"""Every check of a circular against others has circulars that make it speak, and speaks alone.

    successions/before.txt               the circular before, of which nothing is to be said
    successions/<check id>.before.txt    another one before, where the check needs it
    successions/<check id>.txt           the circular that makes the check speak; clean.txt follows from before.txt
    golden/<check id>.txt                all findings on it, one a line: severity check code | message

Where a document is not enough (another series, another language, a circular that takes effect later), a function below
says what the circular is compared with. `BAREME_GOLDEN=write pytest tests/audit` writes the golden files anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import bareme
from bareme import Book
from bareme.audit import CHECKS
from bareme.audit.compared import Class
from bareme.audit.proof import prove
from bareme.audit.reconcile import Reconciliation
from bareme.audit.registry import OF_ONE_DOCUMENT
from bareme.circulars.findings import Findings
from bareme.circulars.model import Reading
from findings import as_line, findings_of, golden_lines

DOCUMENTS = Path(__file__).parent / "successions"
PAGES = Path(__file__).parent.parent.parent / "docs" / "checks"
OF_SEVERAL = sorted(check.id for check in CHECKS.values() if check.subject not in OF_ONE_DOCUMENT)
OF_THE_ONE_BEFORE = {id for id in OF_SEVERAL if CHECKS[id].function.__module__ != "bareme.audit.held"}
BEFORE, CLEAN = DOCUMENTS / "before.txt", DOCUMENTS / "clean.txt"


def held(path: Path, *circulars: Path | Reading) -> Book:
    """A book of its own that holds these circulars."""
    book = bareme.create_book(path)
    for circular in circulars:
        assert book.load(circular, accept_findings=True).status == "recorded"
    return book


def but(path: Path, **changed: Any) -> Reading:
    """The reading of a document, with another identity."""
    reading = bareme.read(path)
    return replace(reading, circular=replace(reading.circular, **changed))


def against(path: Path, previous: Reading) -> Reconciliation:
    """clean.txt against one that the book would not take for the circular before it."""
    return held(path, previous).reconcile(CLEAN, against="2023/910")


def alone(path: Path) -> Findings:
    return bareme.read(DOCUMENTS / "code_missing_in_sequence.txt").findings


def in_an_empty_book(path: Path) -> Findings:
    return bareme.read(CLEAN, book=held(path)).findings


def before_of_another_series(path: Path) -> Findings:
    return against(path, but(BEFORE, series="toy/acts/2")).findings


def before_that_takes_effect_later(path: Path) -> Findings:
    return against(path, but(BEFORE, effective_on=date(2025, 1, 1))).findings


def before_in_another_language(path: Path) -> Findings:
    return bareme.read(CLEAN, book=held(path, but(BEFORE, language="nl"))).findings


def beside_another_series(path: Path) -> Findings:
    other = but(DOCUMENTS / "code_in_other_series.before.txt", series="toy/acts/2")
    return bareme.read(CLEAN, book=held(path, BEFORE, other)).findings


SITUATIONS: dict[str, Callable[[Path], Findings]] = {
    "code_missing_in_sequence": alone,
    "predecessor_missing": in_an_empty_book,
    "predecessor_other_series": before_of_another_series,
    "predecessor_later": before_that_takes_effect_later,
    "predecessor_other_language": before_in_another_language,
    "code_in_other_series": beside_another_series,
}


def found(check: str, tmp_path: Path) -> Findings:
    """All that is said where the check speaks."""
    if check in SITUATIONS:
        return SITUATIONS[check](tmp_path / "book")
    own = DOCUMENTS / f"{check}.before.txt"
    book = held(tmp_path / "book", own if own.exists() else BEFORE)
    return bareme.read(DOCUMENTS / f"{check}.txt", book=book).findings


@pytest.mark.parametrize("check", OF_SEVERAL)
def test_the_circular_makes_its_check_speak(check: str, tmp_path: Path) -> None:
    said = found(check, tmp_path)
    assert [as_line(finding) for finding in said] == golden_lines(check, said)
    assert {finding.check for finding in said} == {check}


@pytest.mark.parametrize("check", OF_SEVERAL)
def test_the_page_shows_the_message(check: str, tmp_path: Path) -> None:
    page = (PAGES / f"{check}.md").read_text(encoding="utf-8")
    [code_block] = re.findall(r"^```\n(.*?)\n```$", page, re.DOTALL | re.MULTILINE)
    assert code_block == found(check, tmp_path)[0].message


def test_a_clean_successor_makes_none_speak(tmp_path: Path) -> None:
    assert findings_of(BEFORE) == findings_of(CLEAN) == ()
    assert bareme.read(CLEAN).findings == ()
    assert bareme.read(CLEAN, book=held(tmp_path / "book", BEFORE)).findings == ()


def test_every_figure_of_a_clean_successor_is_as_announced(tmp_path: Path) -> None:
    result = held(tmp_path / "book", BEFORE).reconcile(CLEAN)
    assert {compared.klass for compared in result.lines} == {Class.AS_ANNOUNCED}
    assert len(result.lines) == 3 * 6 + 7 + 8 * 5
    assert result.findings == ()


def test_a_circular_before_one_that_is_held_is_compared_with_it(tmp_path: Path) -> None:
    """What is loaded after its successor makes the successor's checks speak, as if it had come first."""
    book = held(tmp_path / "book", DOCUMENTS / "code_ended.txt")
    assert {finding.check for finding in bareme.read(BEFORE, book=book).findings} == {
        "predecessor_missing",
        "code_ended",
    }


@pytest.mark.parametrize("check", sorted(OF_THE_ONE_BEFORE - set(SITUATIONS)))
def test_a_book_and_two_readings_say_the_same(check: str, tmp_path: Path) -> None:
    """`reconcile` and `prove` find what reading finds, in the same order."""
    own = DOCUMENTS / f"{check}.before.txt"
    before, after = (bareme.read(path) for path in (own if own.exists() else BEFORE, DOCUMENTS / f"{check}.txt"))
    assert prove(after, [before]).findings == found(check, tmp_path)
    assert held(tmp_path / "other", before).reconcile(after).findings == found(check, tmp_path / "again")


def test_no_document_is_left_over() -> None:
    written = {path.stem.removesuffix(".before") for path in DOCUMENTS.glob("*.txt")}
    own = set(OF_SEVERAL) - set(SITUATIONS) | {"code_missing_in_sequence", "code_in_other_series"}
    assert written == own | {"before", "clean"}
