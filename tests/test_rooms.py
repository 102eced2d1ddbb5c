"""The house: a room imports only from rooms below it, no float comes near money, examples in docstrings hold."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bareme
from bareme.money import CENT, LETTER_VALUE, from_cents, printed, to_cents
from bareme.nomenclature.codes import Code, code_of_stem, is_code, near_codes

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "bareme"
FLOORS = [
    {"_version", "errors"},
    {"collecting", "money", "periods", "schemas"},
    {"nomenclature"},
    {"circulars"},
    {"indexation"},
    {"audit"},
    {"book"},
    {"conventions"},
    {"pricing"},
    {"exchange"},
    {"library"},
    {"cli"},
    {"__main__"},
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports_of(tree: ast.Module) -> Iterator[str]:
    """The modules of bareme that a file imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bareme."):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("bareme."))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_imports_only_from_rooms_below_it(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        return
    room = room_of(path)
    for module in imports_of(ast.parse(path.read_text(encoding="utf-8"))):
        other = module.split(".")[1]
        assert other == room or FLOOR_OF[other] < FLOOR_OF[room], f"{room} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_float_is_written(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), f"line {node.lineno}"
        assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float"), f"line {node.lineno}"


def test_the_examples_in_docstrings_hold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BAREME_BOOK", str(tmp_path / "book.sqlite"))
    tried = 0
    for info in pkgutil.walk_packages(bareme.__path__, "bareme."):
        if info.name != "bareme.__main__":
            result = doctest.testmod(importlib.import_module(info.name))
            assert result.failed == 0, info.name
            tried += result.attempted
    assert doctest.testmod(bareme).failed == 0
    assert tried > 10


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_rounding_is_half_up_away_from_zero(number: Decimal) -> None:
    assert CENT.round(number) == number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert LETTER_VALUE.round(number) == number


@given(st.integers(-(10**15), 10**15))
def test_cents_come_back(cents: int) -> None:
    assert to_cents(from_cents(cents)) == cents
    assert printed(from_cents(cents)).replace(".", "").replace(",", "") == f"{'-' * (cents < 0)}{abs(cents):03d}"


def test_a_part_of_a_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number of cents"):
        to_cents(Decimal("1.005"))


@given(st.integers(1, 99_998))
def test_codes_and_their_twins(stem: int) -> None:
    code = code_of_stem(stem)
    assert is_code(code.digits)
    assert sum(is_code(f"{stem:05d}{digit}") for digit in range(10)) in (1, 2)
    twin = code.twin
    if twin is not None:
        assert twin.twin == code
        assert twin.setting is not code.setting


@given(st.integers(1, 99_999), st.integers(0, 5), st.integers(0, 9))
def test_a_slip_of_one_digit_finds_its_code_again(stem: int, place: int, digit: int) -> None:
    code = code_of_stem(stem).digits
    slipped = code[:place] + str(digit) + code[place + 1 :]
    if slipped != code:
        assert code in near_codes(slipped, {code})


def test_a_code_is_a_value() -> None:
    assert {Code("565014"), Code("565014")} == {Code("565014")}
    assert sorted([Code("565025"), Code("565014")])[0] == Code("565014")


def test_requirements_name_no_registry() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text
