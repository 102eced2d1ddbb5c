"""How many prices the service answers, how fast, and a basket of 10,000 acts. `python benchmarks/service_load.py`.

The service runs as a process of its own on the shipped book; this process asks. In one run, in turn:

- as many requests as 16 connections can send, of mixed codes, days, regimes and ages, and the same of a bare
  application of the same framework and server that answers a constant of the same size; each several times, in turn;
- `--rate` requests a second for `--seconds`, with the time from the moment a request was due;
- baskets of 10,000 acts, each drawn anew, in the three forms of answers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httptools
import uvloop

CONNECTIONS = 16
ROUNDS = 5
SECONDS_OF_ROUND = 4
WARM = 10_000
"""So many prices are asked before: most tariffs were then asked for once."""
ACTS = 10_000
BASKETS = 12
FORMS = ("application/json", "application/x-ndjson", "application/vnd.apache.arrow.stream")
CONSTANT = """
import sys, uvicorn
from fastapi import FastAPI, Response
app = FastAPI()
BODY = b"x" * {size}
@app.get("/constant")
async def constant() -> Response:
    return Response(BODY, media_type="application/json")
uvicorn.run(app, port={port}, log_config=None, access_log=False)
"""


class Connection(asyncio.Protocol):
    """A kept connection: one request at a time."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[int] | None = None
        self.size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is there."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """A part of an answer."""
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        """The server closed it."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.size += len(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if self._answer is not None:
            self._answer.set_result(self._parser.get_status_code())
        self._parser = httptools.HttpResponseParser(self)

    async def ask(self, request: bytes) -> int:
        """Send a request; the status of its answer, 0 where there was none."""
        if self._transport.is_closing():
            return 0
        self._answer, self.size = asyncio.get_running_loop().create_future(), 0
        self._transport.write(request)
        return await self._answer


async def connected(port: int, many: int) -> list[Connection]:
    """Connections to a port of this machine."""
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Connection, "127.0.0.1", port))[1] for _ in range(many)]


def get(path: str) -> bytes:
    """A request."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n".encode()


class Drawn:
    """Acts drawn evenly from the codes of the shipped book."""

    def __init__(self, seed: int) -> None:
        import bareme

        self._chance = random.Random(seed)
        book = bareme.open_book("no-such-book.sqlite")
        lines = [line for one in book.circulars() for line in book.reading(one.number).lines]
        codes = [code for line in lines for code in (line.ambulatory_code, line.hospital_code)]
        self._codes = sorted({str(code) for code in codes if code is not None})

    def act(self) -> dict[str, Any]:
        """A code, a day, a regime, mostly an age, sometimes more units than one."""
        chance = self._chance
        act: dict[str, Any] = {
            "code": chance.choice(self._codes),
            "on": (date(2025, 1, 1) + timedelta(days=chance.randrange(600))).isoformat(),
            "regime": chance.choice(("ordinary", "preferential")),
        }
        if chance.randrange(10) < 7:
            act["age"] = chance.randrange(95)
        if chance.randrange(10) < 2:
            act["quantity"] = chance.randrange(2, 5)
        return act

    def request(self) -> bytes:
        """A request for the price of an act drawn."""
        return self.request_for(self.act())

    def request_for(self, act: dict[str, Any]) -> bytes:
        """A request for the price of an act."""
        asked = {name: value for name, value in act.items() if name != "code"}
        return get(f"/v1/codes/{act['code']}/price?{urlencode(asked)}")


@contextmanager
def running(command: list[str], port: int, path: str) -> Iterator[None]:
    """A server in a process of its own, until it answers."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if asyncio.run(_answers(port, path)):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


async def _answers(port: int, path: str) -> bool:
    try:
        [one] = await connected(port, 1)
    except OSError:
        return False
    return await one.ask(get(path)) == 200


async def as_many(port: int, draw: Callable[[], bytes], seconds: int) -> tuple[int, int, int]:
    """Requests answered, errors, nanoseconds, as quickly as the connections can; and how it went."""
    made = [draw() for _ in range(4000)]
    end, done, errors = time.perf_counter_ns() + seconds * 10**9, 0, 0
    start = time.perf_counter_ns()

    async def client(connection: Connection, turn: int) -> None:
        nonlocal done, errors
        while time.perf_counter_ns() < end:
            errors += await connection.ask(made[turn % len(made)]) != 200
            turn, done = turn + CONNECTIONS, done + 1

    clients = await connected(port, CONNECTIONS)
    await asyncio.gather(*(client(one, turn) for turn, one in enumerate(clients)))
    return done, errors, time.perf_counter_ns() - start


async def steady(port: int, draw: Callable[[], bytes], rate: int, seconds: int) -> tuple[list[int], int]:
    """The nanoseconds of each answer from the moment its request was due, and the errors."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for one in await connected(port, 4 * CONNECTIONS):
        free.put_nowait(one)
    made = [draw() for _ in range(rate * seconds)]
    took: list[int] = []
    errors = 0
    start = time.perf_counter_ns()

    async def asked(request: bytes, due: int) -> None:
        nonlocal errors
        connection = await free.get()
        errors += await connection.ask(request) != 200
        took.append(time.perf_counter_ns() - due)
        free.put_nowait(connection)

    tasks = []
    for number, request in enumerate(made):
        due = start + number * 10**9 // rate
        wait = due - time.perf_counter_ns()
        if wait > 0:
            await asyncio.sleep(wait / 10**9)
        tasks.append(asyncio.create_task(asked(request, due)))
    await asyncio.gather(*tasks)
    return sorted(took), errors


async def baskets(port: int, draw: Drawn, form: str) -> tuple[list[int], int, int]:
    """The nanoseconds of baskets, each drawn anew; the errors; the bytes of the last answer."""
    [one] = await connected(port, 1)
    took, errors = [], 0
    for _ in range(BASKETS):
        body = json.dumps({"acts": [draw.act() for _ in range(ACTS)]}).encode()
        head = f"POST /v1/prices HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {form}\r\nContent-Type: application/json\r\n"
        started = time.perf_counter_ns()
        errors += await one.ask(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body) != 200
        took.append(time.perf_counter_ns() - started)
    return took, errors, one.size


def told(name: str, took: list[int]) -> str:
    """Median, 99 of 100 and the slowest, in milliseconds."""
    ordered = sorted(took)
    picked = (statistics.median(ordered), ordered[len(ordered) * 99 // 100], ordered[-1])
    return f"| {name} | {' | '.join(f'{one / 10**6:.2f} ms' for one in picked)} |"


def main(rate: int, seconds: int, workers: int) -> None:
    """Print the tables."""
    port, other, draw = 18431, 18432, Drawn(1)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BAREME_CACHE"] = str(Path(folder) / "cache")
        book = str(Path(folder) / "none.sqlite")
        serve = [sys.executable, "-m", "bareme", "serve", "--book", book, "--port", str(port)]
        with running([*serve, "--workers", str(workers)], port, "/v1/health"):
            [size] = {asyncio.run(_size(port))}
            constant = [sys.executable, "-c", CONSTANT.format(size=size, port=other)]
            with running(constant, other, "/constant"):
                _throughput(port, other, draw, size)
            took, errors = asyncio.run(steady(port, draw.request, rate, seconds))
            print(f"\n| {rate} requests a second for {seconds} s, {errors} errors | median | 99 of 100 | slowest |")
            print("|---|---|---|---|")
            print(told("a price, from the moment it was due", took))
            for form in FORMS:
                took, errors, size = asyncio.run(baskets(port, draw, form))
                print(told(f"a basket of {ACTS} acts as {form}, {size} bytes, {errors} errors", took))


async def _size(port: int) -> int:
    [one] = await connected(port, 1)
    await one.ask(get("/v1/codes/565014/price?on=2026-03-01&regime=ordinary"))
    return one.size


def _throughput(port: int, other: int, draw: Drawn, size: int) -> None:
    """Both in turn, so that the ratio holds when the machine's speed drifts."""
    asked = 0
    while asked < WARM:
        asked += asyncio.run(as_many(port, draw.request, SECONDS_OF_ROUND))[0]
    runs = []
    for _ in range(ROUNDS):
        mine = asyncio.run(as_many(port, draw.request, SECONDS_OF_ROUND))
        bare = asyncio.run(as_many(other, lambda: get("/constant"), SECONDS_OF_ROUND))
        runs.append((mine[0] * 10**9 / mine[2], bare[0] * 10**9 / bare[2], mine[1] + bare[1]))
    mine_rate, bare_rate = (statistics.median(run[n] for run in runs) for n in (0, 1))
    ratio = statistics.median(run[0] / run[1] for run in runs)
    print("| requests a second | median | errors | ratio in the same run |\n|---|---|---|---|")
    print(f"| a price, mixed | {mine_rate:.0f} | {sum(run[2] for run in runs)} | {ratio:.2f} |")
    print(f"| a constant of {size} bytes, the same framework and server | {bare_rate:.0f} | | |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=1)
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    main(**vars(parser.parse_args()))
