"""Processes that a service starts beside itself: told what to do on their input, and ended with it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from typing import Any

from bareme.book.address import Server, address_of
from bareme.book.shelf import VARIABLE
from bareme.service.settings import Settings

NICE = 10


def named_book(settings: Settings) -> str | None:
    """The book of a service, named so that it is found from any folder; None for the one that is found without."""
    named = settings.book or os.environ.get(VARIABLE)
    if not named:
        return None
    address = address_of(named)
    return named if isinstance(address, Server) else str(address.absolute())


def begun(module: str, order: dict[str, Any]) -> subprocess.Popen[str]:
    """A process that runs a module and was told what to do: never by arguments, which others may see."""
    command = [sys.executable, "-m", module]
    pipe, none = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=none, text=True, encoding="utf-8", start_new_session=True
    )
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
    return process


def ended(process: subprocess.Popen[str]) -> None:
    """End a process, if it did not by itself."""
    if process.poll() is None:
        process.kill()
    process.wait()
    assert process.stdin is not None
    # What could not be told to a process that died is told nobody.
    with contextlib.suppress(OSError):
        process.stdin.close()


def order_given() -> dict[str, Any]:
    """In such a process: what it is to do. It ends with its input from now on, and gives way to those who answer."""
    found: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_input, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, processors[1:] or processors)
    return found


def _end_with_the_input() -> None:
    sys.stdin.read()
    os._exit(1)
