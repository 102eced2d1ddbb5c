"""The pages of a PDF, read by pdfium in child processes that may not take more than so much memory and time.

A PDF may be made to inflate without end, to keep a program busy for ever, or to crash it. pdfium by itself stops one
stream at a gigabyte and does not count time, so it runs in a process of its own (which costs about an eighth of a
second a document): 1 GiB of memory where the system can limit it (not on Windows), 60 seconds for the document by the
parent's clock. A larger document is read by two such processes, every other page each, where this one may use two
processors: 2 GiB together, the same 60 seconds. Pages and what is wrong with them come in order, whoever read them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

from bareme.circulars.documents.pdf_bounds import (
    MEMORY,
    MOST_CHARACTERS,
    MOST_OBJECTS,
    MOST_PAGES,
    SECONDS,
)
from bareme.circulars.documents.pdf_page import Page
from bareme.errors import DocumentError

_LARGER = 64 * 1024
"""In bytes: from here on a second process pays."""
_LONGEST_LINE = 64 * 1024 * 1024
READER, PAINTER = "pdf_worker", "pdf_painter"
"""What may run in a child: it reads its share of the pages, or paints one."""
_START = (
    "import sys; sys.path[:] = sys.argv[3:]; from bareme.circulars.documents.PROGRAM import main; "
    "main(int(sys.argv[1]), int(sys.argv[2]))"
)
_AGAIN = "fetch it again, or ask whoever made it for another copy."
_SAID = {
    "password": "{name} is protected by a password; save it without one.",
    "security": "{name} is protected in a way that cannot be opened; save it without protection.",
    "damaged": "{name} is no PDF that can be opened: it is damaged; " + _AGAIN,
    "stream": "{name} is damaged: what is packed at byte {what} does not unpack whole; " + _AGAIN,
    "no_pages": "{name} has no pages: it is damaged or empty; " + _AGAIN,
    "many_pages": f"{{name}} has {{what}} pages; bareme reads at most {MOST_PAGES}. Save those of the tariff.",
    "page": "{name}, page {page} cannot be opened: the document is damaged; " + _AGAIN,
    "many_characters": "{name}, page {page} holds {what} characters; "
    f"bareme reads at most {MOST_CHARACTERS} a page.",
    "many_objects": "{name}, page {page} is made of {what} drawings; "
    f"bareme reads at most {MOST_OBJECTS} a page.",
    "memory": f"{{name}} takes more than {MEMORY // 1024**2} MiB of memory to read: no circular does.",
    "stopped": "{name} made the PDF reader stop at page {page}: it is damaged, or takes more than "
    f"{MEMORY // 1024**2} MiB of memory to read; " + _AGAIN,
    "slow": f"{{name}} takes more than {SECONDS} seconds to read (it came to page {{page}}): no circular does.",
    "unstarted": "{name} cannot be read: bareme reads a PDF in a second Python process, which does not start ({what}).",
}


def refused(name: str, why: str, page: int | None = None, what: str = "") -> DocumentError:
    """The error that says why a PDF is not read."""
    return DocumentError(_SAID[why].format(name=name, page=page, what=what))


def pages_of(name: str, content: bytes) -> Iterator[Page]:
    """The pages of a PDF in order; `DocumentError` when it cannot be read, or not within the bounds."""
    end = time.monotonic() + SECONDS
    shares = min(2, _processors()) if len(content) > _LARGER else 1
    with ExitStack() as stack:
        children = [stack.enter_context(Child(name, content, READER, share, shares)) for share in range(shares)]
        pages: int = checked(name, children[0].line(0))["pages"]
        for index in range(pages):
            child = children[index % shares]
            if 0 < index < shares:
                checked(name, child.line(index))  # what another child says of the whole waits for its first page
            yield Page.of(index + 1, checked(name, child.line(index)))
            if time.monotonic() > end:
                raise refused(name, "slow", index + 1)


def _processors() -> int:
    """How many processors this process may use, where the system says it."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def checked(name: str, line: dict[str, Any]) -> dict[str, Any]:
    """What a child said; `DocumentError` where it is why the document is not read."""
    if "refused" in line:
        raise refused(name, line["refused"], line["page"], line["what"])
    return line


class Child:
    """A process that pdfium runs in, with two numbers that say what of the document is its work."""

    def __init__(self, name: str, content: bytes, program: str, one: int, other: int) -> None:
        self.name = name
        self.slow = False
        command = [
            sys.executable,
            "-I",
            "-S",
            "-c",
            _START.replace("PROGRAM", program),
            str(one),
            str(other),
            *sys.path,
        ]
        pipe = subprocess.PIPE
        try:
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise refused(name, "unstarted", what=error.strerror or str(error)) from None
        self.timer = threading.Timer(SECONDS, self._stop)
        self.timer.daemon = True
        self.writer = threading.Thread(target=self._write, args=(content,), daemon=True)

    def __enter__(self) -> Child:
        self.timer.start()
        self.writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _stop(self) -> None:
        self.slow = True
        self.process.kill()

    def _write(self, content: bytes) -> None:
        """Give it the document. It may end before it read everything, and has said why, or not: that ends nobody else.

        The command line dies of a broken pipe where who reads its output goes away; this pipe is not that one.
        """
        assert self.process.stdin is not None
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
        with suppress(OSError):
            self.process.stdin.write(content)
        with suppress(OSError):
            self.process.stdin.close()

    def line(self, page: int) -> dict[str, Any]:
        """The next line that it says; `page` pages were read before."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline(_LONGEST_LINE)
        if text.endswith(b"\n"):
            found: dict[str, Any] = json.loads(text)
            return found
        code = self.process.wait()
        if self.slow:
            raise refused(self.name, "slow", page + 1)
        if code == 1:
            raise refused(self.name, "unstarted", what="it ended with an error of its own")
        raise refused(self.name, "stopped", page + 1)

    def rest(self, size: int) -> bytes:
        """So many bytes that follow its line."""
        assert self.process.stdout is not None
        found = self.process.stdout.read(size)
        if len(found) < size:
            self.line(0)  # which says why it stopped
        return found

    def end(self) -> None:
        """End it, if it still runs, and let go of what it held."""
        self.timer.cancel()
        self.process.kill()
        self.process.wait()
        self.writer.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
