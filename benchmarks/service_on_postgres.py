"""A service on PostgreSQL, under load, while the server crashes and workers die.

`python benchmarks/service_on_postgres.py` prints a table. Two workers answer a steady load of prices, and two editors
record documents in two steps, while every few seconds in turn a worker is killed (SIGKILL) and PostgreSQL is stopped
as in a crash and started again. Each price that comes is compared with that of the library; who is refused for the
moment (503), or loses the connection, asks again. At the end the book must be whole and hold every document that was
accepted, once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service_faults import CLIENTS, EVERY, PORT, asked, workers
from service_load import Drawn, running

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))
FIRST = ROOT / "examples" / "toy" / "2023-900.txt"
EDITORS = 2
LATER = 503


@dataclass
class Seen:
    """What clients and editors saw."""

    said: Counter[str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)
    longest: int = 0


def figures(body: bytes) -> dict[str, Any]:
    """A price without the hash of the book, which changes while documents are recorded."""
    price: dict[str, Any] = json.loads(body)
    del price["book"]
    return price


async def patient(request: bytes, seen: Seen) -> tuple[int, bytes]:
    """The answer to a request, asked again while it is lost or refused for the moment."""
    started = time.perf_counter_ns()
    while True:
        answer = await asked(request)
        if answer is not None and answer[0] != LATER:
            seen.longest = max(seen.longest, time.perf_counter_ns() - started)
            return answer
        seen.said["lost" if answer is None else "refused for the moment"] += 1
        await asyncio.sleep(1 / 20)


async def client(acts: list[tuple[bytes, dict[str, Any]]], seen: Seen, end: int) -> None:
    """Ask for prices, one after another."""
    turn = 0
    while time.perf_counter_ns() < end:
        request, expected = acts[turn % len(acts)]
        status, body = await patient(request, seen)
        seen.said["right" if status == 200 and figures(body) == expected else "wrong"] += 1
        turn += 1


async def editor(number: int, key: str, seen: Seen, end: int) -> None:
    """Record documents of the same figures and different bytes: each is a witness."""
    turn = 0
    while time.perf_counter_ns() < end:
        name, document = f"variant-{number}-{turn}.txt", FIRST.read_bytes() + b"\n" * (1 + turn * EDITORS + number)
        while True:
            status, body = await patient(post(f"/v1/circulars?name={name}", key, document), seen)
            assert status == 200, body
            token = json.loads(body)["token"]
            status, body = await patient(post(f"/v1/circulars/accept?name={name}&token={token}", key, document), seen)
            if status in (200, 201):
                break
            # Another was recorded in between, or this one, whose answer was lost: it is looked at again.
            assert status == 409, body
            seen.said["looked at again"] += 1
        seen.accepted.append(name)
        turn += 1


def post(path: str, key: str, body: bytes) -> bytes:
    """A request that sends a document."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
    kind = f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + kind).encode() + body


async def faults(cluster: Any, seen: Seen, end: int) -> None:
    """A worker is killed, then the server crashes, and so on."""
    turn = 0
    while time.perf_counter_ns() < end - EVERY * 10**9:
        await asyncio.sleep(EVERY)
        if turn % 2:
            await asyncio.to_thread(cluster.restart, "immediate")
            seen.said["crashes of PostgreSQL"] += 1
        else:
            for pid in workers()[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    seen.said["workers killed"] += 1
        turn += 1


async def loaded(cluster: Any, acts: list[tuple[bytes, dict[str, Any]]], key: str, seconds: int) -> Seen:
    """The load, with faults."""
    seen, end = Seen(), time.perf_counter_ns() + seconds * 10**9
    work = [client(acts[turn:] + acts[:turn], seen, end) for turn in range(CLIENTS)]
    work += [editor(number, key, seen, end) for number in range(EDITORS)]
    await asyncio.gather(*work, faults(cluster, seen, end))
    return seen


def main(seconds: int) -> None:
    """Print the table."""
    import bareme
    import on_postgres

    draw = Drawn(7)
    with tempfile.TemporaryDirectory() as folder, on_postgres.running() as cluster:
        url = cluster.fresh()
        os.environ |= {"BAREME_STATE": cluster.fresh(), "BAREME_CACHE": str(Path(folder) / "cache")}
        os.environ["BAREME_FILES"] = str(Path(folder) / "files")
        book = bareme.create_book(url, shipped=True)
        assert book.load(FIRST).status == "recorded"
        acts = []
        for _ in range(200):
            act = draw.act()
            acts.append((draw.request_for(act), figures(book.price_json(**act))))
        before = len(book.entries())
        make = [sys.executable, "-m", "bareme", "key", "create", "editors", "--role", "editor", "--json", "--book", url]
        key = json.loads(subprocess.run(make, capture_output=True, check=True).stdout)["secret"]
        serve = [sys.executable, "-m", "bareme", "serve", "--book", url, "--port", str(PORT), "--workers", "2"]
        with running(serve, PORT, "/v1/health"):
            seen = asyncio.run(loaded(cluster, acts, key, seconds))
        held = bareme.open_book(url)
        names = Counter(entry.document_name for entry in held.entries()[before:])
        whole = not held.check().problems and all(names[name] == 1 for name in seen.accepted)
        whole = whole and len(names) == sum(names.values())
    for name, count in seen.said.items():
        print(f"| {name} | {count} |")
    print(f"| documents accepted | {len(seen.accepted)} |\n| longest wait | {seen.longest // 10**6} ms |")
    print(f"| the book is whole and holds each of them once | {whole} |")
    sys.exit(0 if whole and seen.said["right"] and not seen.said["wrong"] and seen.accepted else 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=40)
    main(**vars(parser.parse_args()))
