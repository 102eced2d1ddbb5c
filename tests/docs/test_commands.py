"""The commands in the documents give the output that stands below them.

In a block marked `console`, a line that starts with `$ ` is run by bash in a fresh folder with a copy of examples/;
the lines below it are its output. BAREME_GOLDEN=write writes the real output into the documents. `bareme` is forked
from a process that has loaded the modules (`forking.py`): a page of fifty commands would load them fifty times.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from forking import Forked

ROOT = Path(__file__).parents[2]
QUICK = [
    "README.md",
    "docs/etariff.md",
    "docs/python.md",
    "docs/search.md",
]
LONG = ["docs/acts.md", "docs/conventions.md", "docs/simulation.md", "docs/sql.md", "docs/tutorial.md"]
LONG += sorted(f"docs/agreement_2020/{path.name}" for path in (ROOT / "docs" / "agreement_2020").glob("*.md"))
"""Pages whose many commands take longer together: run among the slow tests."""
DOCUMENTS = [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in LONG)]
BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)
MARK = "@@@end of output@@@"


def commands_of(block: str) -> list[str]:
    """The commands of a block, in order."""
    return [line[2:] for line in block.splitlines() if line.startswith("$ ")]


def environment_of_a_reader() -> dict[str, str]:
    """The environment of someone who tries the commands: nothing set for bareme."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BAREME")}
    return environment | {"PYTHONUTF8": "1", "COLUMNS": "200"}


@pytest.fixture(scope="module")
def forked() -> Iterator[Forked]:
    with Forked(environment_of_a_reader()) as starting:
        yield starting


def run(commands: list[str], folder: Path, programs: Path) -> list[str]:
    """The output of each command, all run in one shell, with these programs before all others."""
    lines = ["exec 2>&1"]
    for command in commands:
        lines += [command, f"echo '{MARK}'"]
    places = (str(programs), str(Path(sys.executable).parent), os.environ["PATH"])
    environment = environment_of_a_reader() | {
        "PATH": os.pathsep.join(places),
        "BAREME_BOOK": str(folder / "book.sqlite"),
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    parts = done.stdout.split(MARK + "\n")
    assert len(parts) == len(commands) + 1, done.stdout
    return parts[:-1]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_of_a_document_gives_its_output(name: str, tmp_path: Path, forked: Forked) -> None:
    path = ROOT / name
    text = path.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    commands = [commands_of(body) for _, body, _ in blocks]
    outputs = iter(run([command for block in commands for command in block], tmp_path, forked.folder))
    real = ["".join(f"$ {command}\n{stable(next(outputs), tmp_path)}" for command in block) for block in commands]
    if os.environ.get("BAREME_GOLDEN") == "write":
        bodies = iter(real)
        path.write_text(BLOCK.sub(lambda m: m[1] + next(bodies) + m[3], text), encoding="utf-8")
        return
    for expected, found in zip([body for _, body, _ in blocks], real, strict=True):
        assert found == expected


def stable(output: str, folder: Path) -> str:
    """An output without what differs from one machine and moment to another."""
    output = output.replace(str(folder), "/home/you")
    output = re.sub(r"\(duckdb [\d.]+\)", "(duckdb 2.0.0)", output)
    output = re.sub(r"\b(book|today) (\()?[0-9a-f]{12}\b", r"\1 \g<2>0123456789ab", output)
    return re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-23T00:00:00Z", output)


def test_the_python_of_the_readme_runs_and_prints_what_its_comments_say(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    expected = re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert expected
    environment = os.environ | {"BAREME_BOOK": str(tmp_path / "book.sqlite"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert [line for line in expected if line not in printed] == []
