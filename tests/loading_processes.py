"""Loads in processes of their own, to be killed or to run at once; a script, told what to do by a file of JSON.

It imports the package once and forks for every load, so that a round lasts as long as the load itself. A round is
`{"book": path or address, "loads": [paths], "kill_after": seconds, "kill_at": number}`: all loads begin together;
after so many seconds, or at the load's own step of that number (each statement of SQL, each change of a file in the
book's folder), they are killed with SIGKILL. It prints, for each round, how each process ended and how long the round
lasted.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bareme import open_book
from bareme.book import intake, shelf
from bareme.circulars.series import declared_series
from bareme.circulars.vocabulary import all_vocabularies

STATUSES = [*intake.STATUSES]
FAILED = 99
FILE_STEPS = ("open", "os.link", "os.remove", "os.rename", "sqlite3.connect")

Json = dict[str, Any]


def run_rounds(rounds: Sequence[Json], folder: Path) -> list[Json]:
    """What became of each round, in processes that share nothing with this one."""
    plan = folder / "plan.json"
    plan.write_text(json.dumps(rounds, default=str), encoding="utf-8")
    places = {"PYTHONPATH": str(Path(intake.__file__).parents[2])}
    command = [sys.executable, __file__, str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | places, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found: list[Json] = json.loads(done.stdout)
    return found


def main(plan: Path) -> None:
    """Run every round of a plan."""
    for entry in shelf.shipped_ledger().entries():
        entry.reading()
    all_vocabularies()
    declared_series()
    print(json.dumps([run(asked) for asked in json.loads(plan.read_text(encoding="utf-8"))]))


def run(asked: Json) -> Json:
    """One round."""
    wait, start = os.pipe()
    children = [fork(asked, document, wait, start) for document in asked["loads"]]
    os.close(wait)
    began = time.perf_counter()
    os.close(start)
    if asked.get("kill_after") is not None:
        time.sleep(asked["kill_after"])
        for child in children:
            os.kill(child, signal.SIGKILL)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return {"ended": [how(code) for code in codes], "seconds": time.perf_counter() - began}


def fork(asked: Json, document: str, wait: int, start: int) -> int:
    """A process that loads a document once the pipe is closed, and ends with the number of its status."""
    child = os.fork()
    if child:
        return child
    code = FAILED
    try:
        os.close(start)
        os.read(wait, 1)
        code = load(asked, document)
    finally:
        os._exit(code)


def load(asked: Json, document: str) -> int:
    if asked.get("kill_at") is not None:
        count_steps(Path(asked["book"]).parent, asked["kill_at"])
    try:
        return STATUSES.index(open_book(asked["book"]).load(document).status)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        raise


def count_steps(folder: Path, last: int) -> None:
    """Kill this process before its step of the given number."""
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(name: str, arguments: tuple[object, ...]) -> None:
        if name in FILE_STEPS and arguments and str(folder) in str(arguments[0]):
            step()

    sys.addaudithook(audited)
    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, moment, step)


def how(code: int) -> str:
    """How a process ended: "killed", "failed", or the status of its load."""
    if code == -signal.SIGKILL:
        return "killed"
    return STATUSES[code] if 0 <= code < len(STATUSES) else "failed"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
