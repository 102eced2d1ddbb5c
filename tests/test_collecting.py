"""The collector's setting comes back, whatever happens inside and in however many threads."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bareme
from bareme.collecting import WAIT_FOR, fewer_rounds

EXAMPLES = Path(__file__).parents[1] / "examples" / "toy"


def test_it_waits_inside_and_comes_back() -> None:
    before = gc.get_threshold()
    with fewer_rounds():
        assert gc.get_threshold()[0] == WAIT_FOR
        with fewer_rounds():
            pass
        assert gc.get_threshold()[0] == WAIT_FOR
    assert gc.get_threshold() == before


def test_it_comes_back_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(bareme.BaremeError):
        bareme.read("nowhere.txt")
    assert gc.get_threshold() == before


def test_a_collector_that_is_off_stays_off() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with fewer_rounds():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)


def test_many_threads_read_at_once() -> None:
    before = gc.get_threshold()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(bareme.read, [EXAMPLES / "2023-900.txt", EXAMPLES / "2024-900.txt"] * 8))
    assert len(found) == 16
    assert gc.get_threshold() == before
