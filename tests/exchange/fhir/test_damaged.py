"""Damaged requests get an answer in shape: a few hundred of those that benchmarks/fuzz_fhir.py makes."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz_fhir import judged, made, run, seeds

import bareme


def test_a_damaged_request_gets_a_response_or_a_reject(tmp_path: Path) -> None:
    book = bareme.open_book(tmp_path / "none.sqlite")
    roots = seeds()
    found = [judged(book, made(roots, 2, number)) for number in range(80)]
    assert [wrong for _, wrong in found if wrong is not None] == []
    assert {kind for kind, _ in found} == {"reject", "response, all decided", "response, some items told beside"}


@pytest.mark.slow
def test_many_damaged_requests_get_a_response_or_a_reject(tmp_path: Path) -> None:
    assert run(range(2000), 3, tmp_path) == 0
