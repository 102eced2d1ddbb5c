"""Workers killed under load: what clients see, and how soon it is as before. `python benchmarks/service_faults.py`.

Two workers answer a steady load of prices; every five seconds one of them is killed at once (SIGKILL). Each answer that
comes is compared with that of the library, to the byte; requests that were under way in the killed process are lost,
and are asked again as any client does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httptools
from service_load import Drawn, running

PORT = 18433
CLIENTS = 8
EVERY = 5


class Told:
    """An answer as it comes."""

    def __init__(self) -> None:
        self.body, self.whole = b"", False

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body += body

    def on_message_complete(self) -> None:
        """The end."""
        self.whole = True


class Seen:
    """What the clients saw."""

    def __init__(self) -> None:
        self.right = self.wrong = self.lost = 0
        self.longest = 0


async def asked(request: bytes) -> tuple[int, bytes] | None:
    """The status and the body of an answer on a new connection; None where it was lost."""
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            writer.write(request)
            told = Told()
            parser = httptools.HttpResponseParser(told)
            while not told.whole:
                part = await reader.read(65536)
                if not part:
                    return None
                parser.feed_data(part)
            writer.close()
            return parser.get_status_code(), told.body
    return None


async def client(acts: list[tuple[bytes, bytes]], seen: Seen, end: int) -> None:
    """Ask one after another; what is lost is asked again."""
    turn = 0
    while time.perf_counter_ns() < end:
        request, expected = acts[turn % len(acts)]
        started = time.perf_counter_ns()
        while (answer := await asked(request)) is None:
            seen.lost += 1
            await asyncio.sleep(1 / 100)
        seen.longest = max(seen.longest, time.perf_counter_ns() - started)
        seen.right += answer == (200, expected)
        seen.wrong += answer != (200, expected)
        turn += 1


def workers() -> list[int]:
    """The processes that answer: the children of the service's first process that are not trackers of resources."""
    lines = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows = [line.split(None, 2) for line in lines[1:]]
    first = {pid for pid, _, command in rows if f"--port {PORT}" in command}
    return [int(pid) for pid, parent, command in rows if parent in first and "resource_tracker" not in command]


async def killer(end: int) -> int:
    """Kill a worker now and then; how many."""
    killed = 0
    while time.perf_counter_ns() < end - EVERY * 10**9:
        await asyncio.sleep(EVERY)
        for pid in workers()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return killed


async def loaded(acts: list[tuple[bytes, bytes]], seconds: int) -> tuple[Seen, int]:
    """The load, with a killer about."""
    seen, end = Seen(), time.perf_counter_ns() + seconds * 10**9
    clients = (client(acts[turn:] + acts[:turn], seen, end) for turn in range(CLIENTS))
    killing = asyncio.create_task(killer(end))
    await asyncio.gather(*clients)
    return seen, await killing


def main(seconds: int) -> None:
    """Print the table."""
    import bareme

    draw = Drawn(7)
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "book.sqlite")
        bareme.create_book(place, shipped=True)
        book = bareme.open_book(place)
        acts = []
        for _ in range(400):
            act = draw.act()
            acts.append((draw.request_for(act), book.price_json(**act)))
        os.environ["BAREME_STATE"] = str(Path(folder) / "state.sqlite")
        serve = [sys.executable, "-m", "bareme", "serve", "--book", place, "--port", str(PORT), "--workers", "2"]
        with running(serve, PORT, "/v1/health"):
            seen, killed = asyncio.run(loaded(acts, seconds))
    print(f"| workers killed in {seconds} s | right answers | wrong answers | lost and asked again | longest wait |")
    print("|---|---|---|---|---|")
    print(f"| {killed} | {seen.right} | {seen.wrong} | {seen.lost} | {seen.longest // 10**6} ms |")
    sys.exit(1 if seen.wrong or not seen.right else 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=30)
    main(**vars(parser.parse_args()))
