"""A real `bareme serve` in a process of its own, on a free port."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from running import environment

PATIENCE = 120
"""Seconds that a test waits for what takes two on a machine that does nothing else."""


@dataclass
class Served:
    """A service that runs."""

    process: subprocess.Popen[bytes]
    log: Path
    url: str

    def events(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """One request on a connection of its own, again while a worker is being replaced."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return httpx2.request(method, self.url + path, timeout=PATIENCE, **more)
            except httpx2.TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(1 / 5)

    def ended(self, place: str) -> dict[str, Any]:
        """A job when it is done or failed."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            job: dict[str, Any] = self.ask("GET", place).json()
            if job["state"] not in ("queued", "running"):
                return job
            time.sleep(1 / 5)
        raise AssertionError(f"the job did not end: {job}")

    def working(self, place: str) -> int:
        """The process of a job, when it has begun."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = [pid for pid in descendants(self.process.pid) if b"jobs.work" in command_of(pid)]
            if found and self.ask("GET", place).json()["state"] == "running":
                return found[0]
            time.sleep(1 / 20)
        raise AssertionError("no process works on the job")

    def stop(self) -> int:
        """End it as a system does."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def serving(folder: Path, *options: str, most_kilobytes: int = 0, **more: str) -> Iterator[Served]:
    """A service on a book in a folder, until the end of the block; no file may have more than so many kilobytes."""
    log = folder / f"log-{time.monotonic_ns()}"
    command = [sys.executable, "-m", "bareme", "serve", "--port", "0", *options]
    if most_kilobytes:
        command = ["bash", "-c", f'ulimit -f {most_kilobytes}; exec "$@"', "bash", *command]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, env=environment(folder / "book.sqlite", **more), cwd=folder, stderr=errors, start_new_session=True
        )
    try:
        yield Served(process, log, _url(process, log))
    finally:
        for pid in descendants(process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        for line in log.read_text(encoding="utf-8").splitlines():
            if '"listening"' in line:
                return str(json.loads(line)["where"])
        time.sleep(1 / 20)
    raise AssertionError(f"it does not listen: {log.read_text(encoding='utf-8')}")


def descendants(pid: int) -> list[int]:
    """The processes that a process began, and those that they began."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(child) for child in listed.read_text().split()]
    return [*found, *(inner for child in found for inner in descendants(child))]


def command_of(pid: int) -> bytes:
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
