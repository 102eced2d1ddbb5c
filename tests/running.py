"""The program run as a user runs it: in a process of its own, or (many times, quickly) in this one; and golden texts.

`BAREME_GOLDEN=write` in the environment writes the golden texts instead of comparing with them.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jsonschema
import typer.main

import bareme
from bareme.cli import main
from bareme.schemas import schema

REPOSITORY = Path(__file__).parent.parent
SOURCES = Path(bareme.__file__).parents[1]
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
HASH = re.compile(r"\b[0-9a-f]{64}\b")
command_of = functools.cache(typer.main.get_command)
"""The program's commands and options, put together once: they are the same in every run."""


@dataclass(frozen=True)
class Ran:
    """What became of a run: exit code, what went to stdout, what went to stderr."""

    code: int
    out: str
    err: str

    def json(self, name: str | None = None) -> Any:
        """The JSON that stands alone on stdout, valid by the schema of that name."""
        value = json.loads(self.out)
        if name is not None:
            valid(value, name)
        return value


def valid(value: object, name: str) -> None:
    """Raise unless the value is valid by a published schema."""
    jsonschema.Draft202012Validator(schema(name)).validate(value)


def environment(book: Path, **more: str) -> dict[str, str]:
    """A clean environment: nothing of the user's but the search path, a book of the test's own."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    home = str(book.parent)
    return kept | {"PYTHONPATH": str(SOURCES), "HOME": home, "BAREME_BOOK": str(book), "BAREME_CACHE": "off"} | more


def bareme_process(*args: str | Path, book: Path, cwd: Path | None = None, **more: str) -> Ran:
    """`python -m bareme ...` in a process of its own."""
    command = [sys.executable, "-m", "bareme", *map(str, args)]
    place = cwd or book.parent
    done = subprocess.run(command, env=environment(book, **more), cwd=place, capture_output=True, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def bareme_here(*args: str | Path, book: Path, cwd: Path | None = None) -> Ran:
    """The same program, from its entry point on, in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(cwd or book.parent))
        stack.enter_context(_set(os.environ, {"BAREME_BOOK": str(book), "COLUMNS": "100"}))
        stack.enter_context(_arguments(["bareme", *map(str, args)]))
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        stack.enter_context(patch("typer.main.get_command", command_of))
        stack.callback(signal.signal, signal.SIGPIPE, signal.getsignal(signal.SIGPIPE))
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Ran(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _set(variables: Any, values: Mapping[str, str]) -> Iterator[None]:
    before = {name: variables.get(name) for name in values}
    variables.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del variables[name]
            else:
                variables[name] = value


@contextlib.contextmanager
def _arguments(arguments: list[str]) -> Iterator[None]:
    before, sys.argv = sys.argv, arguments
    try:
        yield
    finally:
        sys.argv = before


def masked(text: str, folder: Path) -> str:
    """The text without what differs from run to run and from machine to machine: folders, hashes."""
    text = text.replace(str(folder.resolve()), "FOLDER").replace(str(folder), "FOLDER")
    text = text.replace(str(SOURCES), "PACKAGE")
    return HASH.sub("HASH", text)


def same_as_golden(text: str, path: Path) -> None:
    """Fail unless the text is what the golden file holds."""
    if os.environ.get("BAREME_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} does not exist; make it with BAREME_GOLDEN=write"
    assert text == path.read_text(encoding="utf-8")
