"""How long searching takes in a full-size book, with labels: 20,000 codes x 20 yearly versions.

`search.py [FOLDER]` makes the book (benchmarks/full_book.py, each act with an invented label of 3 to 9 words of a
section) in a folder, builds the index, and asks 400 different questions, none of them before, from one thread and from
four: codes, first digits, one to three words and beginnings of words, with and without a day.
"""

from __future__ import annotations

import json
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import full_book

QUESTIONS = 400
MOST_WORDS = 4_000
SYLLABLES = (
    "ra",
    "co",
    "té",
    "gie",
    "pha",
    "ne",
    "mu",
    "cé",
    "ti",
    "que",
    "dro",
    "sco",
    "pi",
    "lé",
    "tri",
    "laire",
    "nal",
    "an",
)
Question = tuple[str, str | None]


def vocabulary() -> list[str]:
    """Invented words, the first ones the most used."""
    chance = random.Random("words")
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(MOST_WORDS)]


def label_of(code: str, words: list[str]) -> str:
    """The label of an act: the same in every circular."""
    chance = random.Random(code)
    weights = [1 / place for place in range(1, len(words) + 1)]
    return " ".join(chance.choices(words, weights, k=chance.randint(3, 9)))


def made_book(path: Path) -> None:
    """The full-size book, with labels and sections."""
    from bareme.book.ledger import Ledger, canonical

    words = vocabulary()
    labels: dict[str, str] = {}

    def entries() -> Iterator[Any]:
        for entry in full_book._entries(full_book.SERIES, full_book.LINES, full_book.YEARS):
            payload = json.loads(entry.payload)
            for number, line in enumerate(payload["reading"]["lines"]):
                code = line["ambulatory_code"]
                if code not in labels:
                    labels[code] = label_of(code, words)
                section = f"A.{number // 25}"
                line["label"] = labels[code]
                line["section"] = {"number": section, "title": words[number // 25 * 7].capitalize()}
            yield replace(entry, payload=canonical(payload))

    new = list(entries())
    Ledger.create(path).append(lambda held: new)


def questions() -> dict[str, list[Question]]:
    """Questions of each kind, all different."""
    chance = random.Random("questions")
    words, codes = vocabulary(), full_book.codes()
    days = [None, *(f"{year}-06-01" for year in range(full_book.FIRST_YEAR, full_book.FIRST_YEAR + full_book.YEARS))]

    def some(kind: Callable[[], str]) -> list[Question]:
        found: dict[Question, None] = {}
        while len(found) < QUESTIONS // 4:
            found[kind(), chance.choice([None, chance.choice(days)])] = None
        return list(found)

    return {
        "a code or its first digits": some(lambda: chance.choice(codes)[: chance.randint(3, 6)]),
        "a word": some(lambda: chance.choice(words)),
        "two or three words": some(lambda: " ".join(chance.choices(words[:300], k=chance.randint(2, 3)))),
        "the beginning of a word": some(lambda: chance.choice(words)[: chance.randint(2, 4)]),
    }


def timed(ask: Callable[[Question], object], asked: list[Question]) -> list[float]:
    """Milliseconds of each question."""
    found = []
    for question in asked:
        started = time.perf_counter()
        ask(question)
        found.append((time.perf_counter() - started) * 1000)
    return found


def row(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    middle, late = statistics.median(ordered), ordered[len(ordered) * 95 // 100]
    print(f"| {name} | {middle:.1f} ms | {late:.1f} ms | {ordered[-1]:.1f} ms |")


def main(folder: Path) -> None:
    import os

    os.environ["BAREME_CACHE"] = str(folder / "cache")
    import bareme

    path = folder / "labelled.sqlite"
    if not path.exists():
        made_book(path)
    print(f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    book = bareme.open_book(path)
    started, cpu = time.perf_counter(), time.process_time()
    book.search("")
    whole, own = time.perf_counter() - started, time.process_time() - cpu
    print(f"\nthe first search: {whole:.1f} s, {own:.1f} s of them computing")
    again = bareme.open_book(path)
    started = time.perf_counter()
    again.search("")
    print(f"the first search with the index kept: {time.perf_counter() - started:.3f} s")
    kept = sum(file.stat().st_size for file in (folder / "cache" / "search").rglob("*") if file.is_file())
    print(f"the index: {kept / 2**20:.0f} MiB\n")
    kinds = questions()
    print("| 400 questions, none asked before | median | 95 of 100 | slowest |\n|---|---|---|---|")
    for name, asked in kinds.items():
        row(name, timed(lambda question: book.search(question[0], question[1]), asked))
    every = [question for asked in kinds.values() for question in asked]
    fresh = bareme.open_book(path)
    with ThreadPoolExecutor(4) as threads:
        started = time.perf_counter()
        parts = threads.map(lambda n: timed(lambda q: fresh.search(q[0], q[1]), every[n::4]), range(4))
        times = [t for part in parts for t in part]
        whole = time.perf_counter() - started
    row("all of them, four threads at once", times)
    row("the same asked again", timed(lambda question: fresh.search(question[0], question[1]), every))
    print(f"\nfour threads: {len(every) / whole:.0f} questions a second")
    row("bareme changes", timed(lambda _: book.changes(), every[:100]))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as place:
            main(Path(place))
