"""A large circular, made by benchmarks/large_circular.py: every figure is read and follows, in work that grows with it.

The work is counted in function calls, which are the same on every machine, and not in seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import bareme
from bareme import Book

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "large_circular.py"
EXPECTED = {"columns_differ_between_tables", "header_without_settings"}
"""What is to be said of the layout of circular 2025/336."""


@pytest.fixture(scope="module")
def large() -> ModuleType:
    """The module that makes the circulars."""
    spec = spec_from_file_location("large_circular", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def book_with(document: tuple[str, bytes], folder: Path) -> Book:
    """A book that holds a circular."""
    folder.mkdir(exist_ok=True)
    book = bareme.create_book(folder / "book.sqlite")
    assert book.load(document).status == "recorded"
    return book


def test_it_is_the_same_for_the_same_seed_only(large: ModuleType) -> None:
    assert large.made_pair(50, seed=3) == large.made_pair(50, seed=3)
    assert large.made_pair(50, seed=3) != large.made_pair(50, seed=4)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_line_is_read_as_it_was_made(large: ModuleType, seed: int) -> None:
    earlier, later = large.made_pair(250, seed)
    acts = large.made_acts(250, large.random.Random(seed))
    first, second = bareme.read(earlier), bareme.read(later)
    assert (len(first.lines), len(second.lines)) == (250, 249)
    for line, act in zip(first.lines, acts, strict=True):
        assert line.fee is not None
        [term] = line.terms
        assert ("-".join(code.digits for code in line.codes), line.fee.amount) == (large.codes_of(act), act.fee)
        assert (term.letter, term.coefficient and term.coefficient.amount) == (act.letter, act.coefficient)
        assert [amount.patient_share and amount.patient_share.amount for amount in line.amounts] == [0, act.share, 0, 0]
    indexed = {large.codes_of(act): act.indexed() for act in acts}
    for line in second.lines:
        act = indexed["-".join(code.digits for code in line.codes)]
        assert (line.fee and line.fee.amount, line.terms[0].value and line.terms[0].value.amount) == (
            act.fee,
            act.value,
        )


def test_every_figure_follows_from_the_one_before(large: ModuleType, tmp_path: Path) -> None:
    earlier, later = large.made_pair(250)
    proved = bareme.read(later, book_with(earlier, tmp_path))
    assert not proved.findings.errors
    assert {finding.check for finding in proved.findings} - EXPECTED <= {"measure_code_missing"}


def calls(action: Callable[[], object]) -> int:
    """How many functions an action calls."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.slow
def test_four_times_the_lines_are_four_times_the_work(large: ModuleType, tmp_path: Path) -> None:
    """Nothing looks through all lines, or all tables, once for each of them."""
    work = []
    for lines in (40, 120, 480):  # the first time loads what is loaded once
        earlier, later = large.made_pair(lines)
        book = book_with(earlier, tmp_path / str(lines))
        alone, proved = calls(lambda: bareme.read(later)), calls(lambda: bareme.read(later, book))  # noqa: B023
        work.append((alone, proved))
    _, (alone, proved), (four_alone, four_proved) = work
    assert four_alone < 4.5 * alone
    assert four_proved < 4.5 * proved
