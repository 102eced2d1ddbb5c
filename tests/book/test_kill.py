"""A load that is killed leaves the book as it was before or complete; two loads at once both end well.

Real processes are killed with SIGKILL and started together (`loading_processes.py`); afterwards the book is checked
here, and the same load is done again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

import bareme
from bareme.book.shelf import shipped_ledger
from loading_processes import run_rounds

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked and killed as on POSIX")

TESTS = Path(__file__).parents[1]
EXAMPLES = TESTS.parent / "examples"
TOY = {name: EXAMPLES / "toy" / f"{name}.txt" for name in ("2023-900", "2024-900", "2024-905")}
NEXT = TOY["2024-900"]
MEDICAL = EXAMPLES / "circulars" / "example-2025-336.txt"
KILLS = 50
INTO = pytest.mark.parametrize(
    "was_there",
    [pytest.param(False, id="into no book yet", marks=pytest.mark.slow), pytest.param(True, id="into a book")],
)

Json = dict[str, Any]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(bareme.__file__).parents[1])} | more


def facts_of(book: bareme.Book) -> list[tuple[str, str]]:
    return [(entry.kind, entry.circular) for entry in book.entries()]


SHIPPED = [(entry.kind, entry.circular) for entry in shipped_ledger().entries()]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with one circular of the series that is loaded."""
    book = bareme.create_book(tmp_path_factory.mktemp("template") / "book.sqlite")
    assert book.load(TOY["2023-900"]).status == "recorded"
    return book.path


HELD = [("circular", "2023/900")]
"""What the template holds."""


def there(number: int) -> bool:
    """In which rounds there is a book; in every third there is none yet."""
    return number % 3 != 2


def places(folder: Path, template: Path, count: int, was_there: Callable[[int], bool] = there) -> list[Path]:
    """A folder for each round, with a book of one circular or none."""
    found = [folder / f"round-{number}" / "book.sqlite" for number in range(count)]
    for number, path in enumerate(found):
        path.parent.mkdir()
        if was_there(number):
            shutil.copy(template, path)
    return found


@cache
def reading_of(document: Path) -> bareme.Reading:
    """What the processes read too, read once here."""
    return bareme.read(document)


def check_after(path: Path, was_there: bool, document: Path, new: tuple[str, str]) -> str:
    """The book is as before or complete; the same load then ends well, and the book is the same in both cases."""
    before = HELD if was_there else SHIPPED
    assert was_there <= path.exists()
    book = bareme.open_book(path)
    assert book.check().problems == ()
    held = facts_of(book)
    assert held in (before, [*before, new]), path
    result = book.load(reading_of(document))
    complete = held != before
    recorded = "recorded" if new[0] == "circular" else "witness"
    assert result.status == ("unchanged" if complete else recorded), result.message
    again = bareme.open_book(path)
    assert facts_of(again) == [*before, new]
    assert again.check().problems == ()
    return "complete" if complete else "as before"


@pytest.mark.slow
def test_a_load_killed_at_fifty_random_moments(template: Path, tmp_path: Path) -> None:
    """The moments are spread over the whole duration of a load, which is measured first."""
    (tmp_path / "measured").mkdir()
    measured = places(tmp_path / "measured", template, 6)
    whole = run_rounds([{"book": path, "loads": [NEXT]} for path in measured], tmp_path)
    assert [found["ended"] for found in whole] == [["recorded"]] * 6
    duration = median(found["seconds"] for found in whole)
    random = Random(50)
    moments = [duration * (number + random.random()) / KILLS for number in range(KILLS)]
    random.shuffle(moments)
    paths = places(tmp_path, template, KILLS)
    rounds = [
        {"book": path, "loads": [NEXT], "kill_after": moment} for path, moment in zip(paths, moments, strict=True)
    ]
    ended = Counter(found["ended"][0] for found in run_rounds(rounds, tmp_path))
    assert ended["killed"] >= KILLS // 2, ended
    assert ended["failed"] == 0
    for number, path in enumerate(paths):
        check_after(path, there(number), NEXT, ("circular", "2024/900"))


@INTO
def test_a_load_killed_at_every_one_of_its_steps(was_there: bool, template: Path, tmp_path: Path) -> None:
    """Before and after each statement, before each commit and each change of a file, to the last one."""
    steps = 40
    paths = places(tmp_path, template, steps, lambda _: was_there)
    rounds = [{"book": path, "loads": [NEXT], "kill_at": n} for n, path in enumerate(paths, start=1)]
    ended = [found["ended"][0] for found in run_rounds(rounds, tmp_path)]
    killed = ended.count("killed")
    assert 15 < killed < steps
    assert ended == ["killed"] * killed + [ended[-1]] * (steps - killed)
    assert ended[-1] == "recorded"
    found = [check_after(path, was_there, NEXT, ("circular", "2024/900")) for path in paths[:killed]]
    # There is one step before which nothing is there, and after which all is.
    changes = found.count("as before")
    assert found == ["as before"] * changes + ["complete"] * (killed - changes)
    assert 0 < changes <= killed


def test_leftovers_of_killed_loads_do_not_disturb(tmp_path: Path) -> None:
    """Twenty loads into one place where there is no book yet, each killed on its way; then one that is not."""
    path = tmp_path / "book.sqlite"
    rounds = [{"book": path, "loads": [TOY["2023-900"]], "kill_at": step} for step in range(1, 21)]
    ended = [found["ended"][0] for found in run_rounds(rounds, tmp_path)]
    assert "killed" in ended
    assert "failed" not in ended
    leftovers = sorted(tmp_path.glob(".*.new"))
    assert bareme.open_book(path).load(TOY["2023-900"]).status in ("recorded", "unchanged")
    assert facts_of(bareme.open_book(path)) == [*SHIPPED, ("circular", "2023/900")]
    assert bareme.open_book(path).check().problems == ()
    assert sorted(tmp_path.glob(".*.new")) == leftovers != []


TOGETHER = {"two": ("2023-900", "2024-900"), "same": ("2023-900", "2023-900"), "three": tuple(TOY)}
"""Which documents are loaded at once."""


@INTO
@pytest.mark.parametrize("which", TOGETHER)
@pytest.mark.parametrize("count", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_loads_at_once(count: int, which: str, was_there: bool, tmp_path: Path) -> None:
    """All end well; nothing is lost, nothing doubled, and the chain is whole."""
    names = TOGETHER[which]
    paths = [tmp_path / f"round-{number}" / "book.sqlite" for number in range(count if was_there else count // 2)]
    for path in paths:
        path.parent.mkdir()
        if was_there:
            bareme.create_book(path)
    rounds = [{"book": path, "loads": [TOY[name] for name in names]} for path in paths]
    found = run_rounds(rounds, tmp_path)
    same = len(set(names)) == 1
    assert {tuple(sorted(round["ended"])) for round in found} == {
        ("recorded", "unchanged") if same else ("recorded",) * len(names)
    }
    before = [] if was_there else SHIPPED
    for path in paths:
        held = facts_of(bareme.open_book(path))
        assert held[: len(before)] == before
        assert sorted(held[len(before) :]) == sorted({("circular", name.replace("-", "/")) for name in names})
        assert bareme.open_book(path).check().problems == ()
        assert list(path.parent.iterdir()) == [path]


@pytest.mark.slow
def test_the_program_itself_killed_at_random_moments(template: Path, tmp_path: Path) -> None:
    """`bareme load` as typed, from its start to its end; where the shipped book is copied, a witness is recorded."""
    paths = places(tmp_path, template, 24)

    def start(path: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "bareme", "load", str(MEDICAL), "--book", str(path)]
        return subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    began = time.perf_counter()
    assert [start(path).wait() for path in paths[:4]] == [0] * 4
    duration = (time.perf_counter() - began) / 4
    random = Random(24)
    killed = 0
    for number, path in enumerate(paths[4:], start=4):
        process = start(path)
        time.sleep(duration * (number - 4 + random.random()) / 20)
        process.kill()
        killed += process.wait() != 0
        check_after(path, there(number), MEDICAL, ("circular" if there(number) else "witness", "2025/336"))
    assert killed >= 10
