"""The house: rooms import only from rooms below, no float comes near an amount, and the examples in docstrings hold."""

from __future__ import annotations

import ast
import doctest
import pkgutil
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import bareme

PACKAGE = Path(bareme.__file__).parent
MODULES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}

FLOORS = [
    {"errors", "_version"},
    {"collecting", "money", "periods", "schemas"},
    {"nomenclature"},
    {"circulars"},
    {"indexation"},
    {"audit"},
    {"book"},
    {"conventions"},
    {"pricing"},
    {"exchange"},
    {"simulation"},
    {"library"},
    {"service"},
    {"cli"},
]
"""The rooms from the ground up; a room imports only from rooms on floors below its own."""
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
ABOVE = {"__init__": "library", "__main__": "cli"}
"""The package's own names are those of the library; `python -m bareme` is the command line."""
FLOATS: dict[str, set[float]] = {}
"""The numbers with a point that a module may write: none yet."""
LARGEST = 3 * 1024 * 1024
"""No file of the repository is larger."""
ROUNDED = {"audit/alike.py": "how alike two names are, in whole percent"}
"""Where round() is used, and for what: never for an amount, which a Rounding rounds."""


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(module: str) -> str:
    """The room of a file: its folder, or its name where it stands alone."""
    return Path(module).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every import of the package's own modules, those inside functions included: line and dotted name."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            if node.module == "bareme":
                yield from ((node.lineno, f"bareme.{alias.name}") for alias in node.names)
            elif node.module and node.module.startswith("bareme."):
                yield node.lineno, node.module
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names if a.name.split(".")[0] == "bareme")


def target_room(name: str) -> str:
    """The room that an import comes from; the package itself stands for the library."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in FLOOR else "library"


def test_every_room_has_its_floor() -> None:
    assert {room_of(module) for module in MODULES} <= FLOOR.keys() | ABOVE.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_from_rooms_below(module: str) -> None:
    own = room_of(module)
    floor = FLOOR[ABOVE.get(own, own)]
    for line, name in imports(MODULES[module]):
        room = target_room(name)
        allowed = room == own or FLOOR[room] < floor or (own in ABOVE and FLOOR[room] <= floor)
        assert allowed, f"{module}, line {line}: {own} imports {name}, which is not below it"


def test_the_scan_sees_imports_inside_functions_and_for_types_only(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import os, bareme.cli\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    from bareme.pricing import engine\n"
        "def function():\n    from bareme.book.ledger import Ledger\n    from bareme import open_book, errors\n"
    )
    found = [name for _, name in imports(path)]
    assert sorted(found) == ["bareme.book.ledger", "bareme.cli", "bareme.errors", "bareme.open_book", "bareme.pricing"]
    assert [target_room(name) for name in sorted(found)] == ["book", "cli", "errors", "library", "pricing"]


@pytest.mark.parametrize("module", MODULES)
def test_no_module_writes_or_makes_a_float(module: str) -> None:
    for node in ast.walk(tree_of(MODULES[module])):
        where = f"{module}, line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            assert node.value in FLOATS.get(module, set()), f"{where}: the number {node.value} is a float"
        if isinstance(node, ast.Name) and node.id == "float":
            assert is_guard(node, MODULES[module]), f"{where}: float"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round":
            assert module in ROUNDED, f"{where}: round() rounds half to even; use a Rounding"


def is_guard(name: ast.Name, path: Path) -> bool:
    """True for the one use of the word that refuses floats: `isinstance(value, float)`."""
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    checks = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "isinstance"]
    places = [(argument.lineno, argument.col_offset) for call in checks for argument in call.args[1:]]
    return (name.lineno, name.col_offset) in places


def doctested() -> list[str]:
    names = [module.name for module in pkgutil.walk_packages(bareme.__path__, "bareme.")]
    return ["bareme", *(name for name in names if name != "bareme.__main__")]


@pytest.mark.parametrize("name", doctested())
def test_the_examples_in_docstrings_hold(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAREME_BOOK", str(tmp_path / "none.sqlite"))
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples_in_docstrings() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [test.examples for name in doctested() for test in finder.find(import_module(name))]
    assert sum(map(len, examples)) > 15


def test_requirements_name_no_registry() -> None:
    for path in (Path(__file__).parents[1] / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


def test_no_large_file_is_kept_here() -> None:
    """A book or a result that a slip left in the repository would be carried by everyone."""
    root = Path(__file__).parents[1]
    done = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    kept = [root / name for name in done.stdout.decode().split("\0") if name]
    assert [path.name for path in kept if path.is_file() and path.stat().st_size > LARGEST] == []
