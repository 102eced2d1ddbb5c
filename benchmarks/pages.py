"""How long the service takes for its pages, and how large they are. `python benchmarks/pages.py [FOLDER]`.

Each page of the shipped book; search, the page of a code and the comparison of a full-size book with labels (made by
benchmarks/search.py in the folder, where it is not there yet). A page is asked for as a browser does, one request after
another and each address once (a search is never asked twice), on one kept connection; a bare application of the same
framework and server answers a constant of the page's size in turn. Told are the median and 95 of 100 of the time from
request to answer, the processor time of the server for each, bytes before and after packing, what else the page loads,
and how many times longer it took than the constant.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import full_book
import search
from service_load import CONSTANT, Connection, get

PORT, OTHER = 18451, 18452
TIMES = 40
"""So often each page is asked for."""
MOST_MILLISECONDS = 100
"""A search of the full-size book takes no longer at the server, 95 of 100."""
LOADED = re.compile(rb'<(?:img|script|link rel="(?:stylesheet|icon)")[^>]* (?:src|href)="(?!data:)')
TICK = os.sysconf("SC_CLK_TCK")
EXAMPLE = "/simulate?example=negotiation-2027&volumes=example&envelope=800000&vary=5"
ESTIMATE = "/estimate?acts=565014%0A726530&on=2026-03-01&regime=ordinary"
SHIPPED = {
    "search, empty": "/",
    "search": "/?q=psycholog&on=2026-03-01",
    "a code": "/codes/565014?on=2026-03-01",
    "a circular": "/circulars/2025-336",
    "the longest circular": "/circulars/2024-356",
    "compare": "/compare?from=2024-382&to=2025-336",
    "estimate": ESTIMATE,
    "simulate, the form": "/simulate",
    "simulate, the example": EXAMPLE,
    "the agreement": "/agreements/2020",
    "its budget": "/agreements/2020/budget",
    "about the data": "/about",
    "a new circular": "/circulars/new",
    "sign in": "/session",
}


@dataclass(frozen=True)
class Taken:
    """What some requests took: nanoseconds of each, the server's processor time of all, the bytes of the last."""

    times: list[int]
    processor: float
    body: bytes


class Page(Connection):
    """A connection that keeps the body of an answer."""

    body = b""

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body += body


@contextmanager
def running(command: list[str], port: int, path: str) -> Iterator[int]:
    """A server in a process of its own, until it answers; its process id."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                if asyncio.run(asked(port, [path]))[0][1] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


async def asked(port: int, paths: list[str]) -> list[tuple[int, int, bytes]]:
    """Nanoseconds, status and body of each answer, one after another."""
    loop = asyncio.get_running_loop()
    _, one = await loop.create_connection(Page, "127.0.0.1", port)
    found = []
    for path in paths:
        request = get(path).replace(b"*/*", b"text/html\r\nAccept-Language: fr")
        one.body = b""
        started = time.perf_counter_ns()
        status = await one.ask(request)
        found.append((time.perf_counter_ns() - started, status, one.body))
    return found


def processor(pid: int) -> float:
    """The seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def taken(port: int, pid: int, paths: list[str]) -> Taken:
    """Ask for pages."""
    before = processor(pid)
    answers = asyncio.run(asked(port, paths))
    wrong = [f"{path}: {status}" for path, (_, status, _) in zip(paths, answers, strict=True) if status != 200]
    assert not wrong, wrong[:3]
    return Taken([one for one, _, _ in answers], processor(pid) - before, answers[-1][2])


def constant(size: int, times: int) -> list[int]:
    """The times of an application that answers a constant of a size."""
    command = [sys.executable, "-c", CONSTANT.format(size=size, port=OTHER)]
    with running(command, OTHER, "/constant"):
        return [one for one, _, _ in asyncio.run(asked(OTHER, ["/constant"] * times))]


def row(name: str, pid: int, first: list[str], paths: list[str]) -> int:
    """Ask for a page and the constant, print a row; the 95 of 100 in nanoseconds."""
    if first:
        taken(PORT, pid, first)
    halves = [taken(PORT, pid, paths[::2])]
    bare = constant(len(halves[0].body), len(paths))
    halves.append(taken(PORT, pid, paths[1::2]))
    times = sorted(halves[0].times + halves[1].times)
    middle, late = statistics.median(times), times[len(times) * 95 // 100]
    own = (halves[0].processor + halves[1].processor) * 1000 / len(paths)
    body = halves[1].body
    print(
        f"| {name} | {middle / 10**6:.1f} ms | {late / 10**6:.1f} ms | {own:.1f} ms | {len(body) / 1000:.1f} kB "
        f"| {len(gzip.compress(body, 4)) / 1000:.1f} kB | {len(LOADED.findall(body))} "
        f"| {middle / statistics.median(bare):.0f} |",
        flush=True,
    )
    assert len(body) < 100_000, f"{name}: {len(body)} bytes"
    return late


def head(of: str) -> None:
    """The head of a table."""
    print(f"\n| {of} | median | 95 of 100 | processor | bytes | packed | loads | times a constant |")
    print("|---|---|---|---|---|---|---|---|")


@contextmanager
def serving(book: Path) -> Iterator[int]:
    """The service on a book."""
    command = [sys.executable, "-m", "bareme", "serve", "--book", str(book), "--port", str(PORT)]
    with running(command, PORT, "/v1/health") as pid:
        yield pid


def full_size(pid: int) -> None:
    """Search, code and comparison of the full-size book."""
    chance = random.Random("pages")
    codes = chance.sample(full_book.codes(), 2 * TIMES)
    last = full_book.FIRST_YEAR + full_book.YEARS - 1
    taken(PORT, pid, [f"/?q=warm&on={last}-06-01"])
    late = []
    for kind, questions in search.questions().items():
        paths = [f"/?{urlencode({'q': text, 'on': day or f'{last}-06-01'})}" for text, day in questions]
        late.append(row(f"search: {kind}", pid, [], paths))
    row("a code", pid, [], [f"/codes/{code}?on={last}-06-01" for code in codes[:TIMES]])
    pairs = [
        f"/compare?from={quote(f'{year - 1}-{number}')}&to={quote(f'{year}-{number}')}"
        for number in range(100, 120)
        for year in chance.sample(range(full_book.FIRST_YEAR, last), 2)
    ]
    row("compare two circulars of a series", pid, [], pairs)
    slow = max(late) / 10**6
    print(f"\nthe slowest kind of search: 95 of 100 within {slow:.1f} ms; the aim is {MOST_MILLISECONDS} ms")


def main(folder: Path) -> None:
    """Print the tables."""
    os.environ["BAREME_CACHE"] = str(folder / "cache")
    os.environ["XDG_DATA_HOME"] = str(folder)
    print(f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    with serving(folder / "none.sqlite") as pid:
        head("pages of the shipped book")
        for name, path in SHIPPED.items():
            row(name, pid, [path], [path] * TIMES)
    full = folder / "labelled.sqlite"
    if not full.exists():
        search.made_book(full)
    with serving(full) as pid:
        head("pages of the full-size book")
        full_size(pid)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as place:
            main(Path(place))
