"""The thread of a process that works on jobs, and keeps house: what expired is deleted, last uses are written.

The work itself is done by a process of its own, so that who asks meanwhile is answered as ever.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from bareme.service.jobs.beside import begun, ended, named_book
from bareme.service.jobs.folders import Folders
from bareme.service.jobs.queue import GIVEN_UP, MOST_ATTEMPTS, Job, Queue
from bareme.service.settings import Settings
from bareme.service.state.database import StateError
from bareme.service.state.keys import KeyRing

log = logging.getLogger("bareme.jobs")
BILLION = 1_000_000_000
HOUSEKEEPING = 15 * BILLION
AGAIN = 5
"""Seconds after which a job is tried again whose book could not be used."""
AWAY = "The book could not be used, and nothing was priced. Send the file again later, or tell who runs the service."
RENEWED = BILLION
"""A lease is renewed so often; that is also when it is seen that a job was deleted."""


@dataclass
class Progress:
    """What the process of a job has told."""

    done: int = 0
    all: int | None = None
    last: dict[str, Any] = field(default_factory=dict)

    def take(self, line: str) -> None:
        """Take a line that it told; half a line, of one that died, tells nothing."""
        with contextlib.suppress(ValueError):
            told = json.loads(line)
            if "done" in told:
                self.done, self.all = told["done"], told["all"]
            else:
                self.last = told


class Steward:
    """Works on jobs until it is told to stop; then the job at hand is queued again."""

    def __init__(
        self, settings: Settings, queue: Queue, folders: Folders, keys: KeyRing, chores: Sequence[Callable[[], object]]
    ) -> None:
        self._thread = threading.Thread(target=self._run, name="steward", daemon=True)
        self.settings, self.queue, self.folders, self.keys, self.chores = settings, queue, folders, keys, chores
        self.worker = uuid4().hex
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._house = 0
        self._is_away = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new job."""
        self._wake.set()

    def end(self) -> None:
        """Stop, with what is at hand queued again, and wait until that is done."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            job = self._guarded(self._next)
            if job is not None:
                self._guarded(partial(self._work, job))
                continue
            self._wake.wait(1)
            self._wake.clear()
        self._guarded(lambda: self.keys.write_uses(all=True))

    def _next(self) -> Job | None:
        self._keep_house()
        return self.queue.claim(self.worker, self.settings.jobs_at_once)

    def _guarded(self, do: Any) -> Any:
        """What a function gives; None while the state is away, which is logged once."""
        try:
            found = do()
        except StateError as error:
            if not self._is_away:
                log.error("state_unavailable", extra={"reason": str(error)})
            self._is_away = True
            return None
        except Exception:
            log.exception("failed")
            self._stopping.wait(1)
            return None
        self._is_away = False
        return found

    def _keep_house(self) -> None:
        if time.monotonic_ns() < self._house:
            return
        self._house = time.monotonic_ns() + min(HOUSEKEEPING, self.settings.keep_jobs * BILLION // 4)
        for id in self.queue.expired():
            self.folders.remove(id)
            log.info("job_expired", extra={"job": mark(id)})
        for id in self.folders.strays(self.queue.ids()):
            self.folders.remove(id)
        for chore in self.chores:
            chore()

    def _work(self, job: Job) -> None:
        """Have a job done, and write what became of it."""
        log.info("job_started", extra={"job": mark(job.id)})
        acts = self.folders.acts(job.id, job.format)
        if not acts.is_file():
            self._write(lambda: self.queue.fail(job.id, self.worker, "The file is no longer there; send it again."))
            return
        progress = Progress()
        process = self._begun(job, acts)
        reader = threading.Thread(target=_read, args=(process, progress), daemon=True)
        reader.start()
        is_mine = self._watch(job, process, progress)
        ended(process)
        reader.join()
        if not is_mine:
            self._lost(job)
        elif self._stopping.is_set() and not progress.last:
            self._guarded(lambda: self.queue.give_back(job.id, self.worker))
            log.info("job_given_back", extra={"job": mark(job.id)})
        else:
            self._record(job, progress.last)

    def _begun(self, job: Job, acts: Path) -> subprocess.Popen[str]:
        options = dict(job.options)
        result = self.folders.result(job.id, options.pop("format"))
        told = {"book": named_book(self.settings), "acts": str(acts), "result": str(result), "options": options}
        return begun("bareme.service.jobs.work", told)

    def _watch(self, job: Job, process: subprocess.Popen[str], progress: Progress) -> bool:
        """Renew the lease until the process ends or this thread must stop; False when the job is no longer ours."""
        due = 0
        while process.poll() is None and not self._stopping.is_set():
            if time.monotonic_ns() >= due:
                due = time.monotonic_ns() + RENEWED
                kept = self._guarded(lambda: self.queue.renew(job.id, self.worker, progress.done, progress.all))
                if kept is False:
                    return False
                self._guarded(self._keep_house)
            self._stopping.wait(1 / 10)
        return True

    def _record(self, job: Job, told: dict[str, Any]) -> None:
        """Write how the process of a job ended."""
        if "outcome" in told:
            event, kept = "job_done", self._write(lambda: self.queue.finish(job.id, self.worker, told["outcome"]))
        elif "error" in told:
            event, kept = "job_failed", self._write(lambda: self.queue.fail(job.id, self.worker, told["error"]))
        elif "unavailable" in told:
            self._put_off(job, told["unavailable"])
            return
        elif job.attempts >= MOST_ATTEMPTS:
            event, kept = "job_given_up", self._write(lambda: self.queue.fail(job.id, self.worker, GIVEN_UP))
        else:
            self._write(lambda: self.queue.give_back(job.id, self.worker, counts=True))
            log.warning("job_process_died", extra={"job": mark(job.id)})
            return
        self._told(job, event, kept, told)

    def _put_off(self, job: Job, reason: str) -> None:
        """Have a job tried again whose book could not be used; after some times it is given up."""
        log.error("book_unavailable", extra={"job": mark(job.id), "reason": reason})
        if job.attempts >= MOST_ATTEMPTS:
            self._told(job, "job_given_up", self._write(lambda: self.queue.fail(job.id, self.worker, AWAY)), {})
            return
        self._stopping.wait(AGAIN)
        self._write(lambda: self.queue.give_back(job.id, self.worker, counts=True))

    def _told(self, job: Job, event: str, kept: bool, told: dict[str, Any]) -> None:
        """Log how a job ended, and remove the files that it needs no more."""
        where = {"where": [told["failed"], *told["where"]]} if "failed" in told else {}
        log.info(event, extra={"job": mark(job.id), **where})
        if not kept:
            self._lost(job)
        elif "outcome" in told:
            self.folders.acts(job.id, job.format).unlink(missing_ok=True)
        else:
            self.folders.remove(job.id)

    def _write(self, do: Any) -> bool:
        """Write to the state, again until it can be or this thread must stop."""
        while True:
            kept = self._guarded(do)
            if kept is not None or self._stopping.is_set():
                return bool(kept)
            self._stopping.wait(1)

    def _lost(self, job: Job) -> None:
        """The job was deleted, or is another process's: nothing of a deleted one stays."""
        log.info("job_left", extra={"job": mark(job.id)})
        if self._guarded(lambda: job.id not in self.queue.ids()):
            self.folders.remove(job.id)


def mark(id: str) -> str:
    """What a log calls a job: enough to tell jobs apart, too little to ask for one."""
    return id[:8]


def _read(process: subprocess.Popen[str], progress: Progress) -> None:
    assert process.stdout is not None
    with process.stdout as told:
        for line in told:
            progress.take(line)
