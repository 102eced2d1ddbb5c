"""Damaged copies of a document: bytes flipped, parts cut out, repeated or put elsewhere, objects exchanged."""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from bareme.circulars.documents import pdf, pdf_process
from bareme.circulars.documents.blocks import Block
from bareme.circulars.documents.pdf_bounds import MEMORY, Refusal
from bareme.circulars.documents.pdf_calls import load_calls
from bareme.circulars.documents.pdf_page import Page
from bareme.circulars.documents.pdf_worker import open_pdf, page_of
from bareme.errors import DocumentError

_OBJECT = re.compile(rb"\d+ 0 obj.*?endobj\s", re.DOTALL)
_NUMBER = re.compile(rb"\d+")


def mutated(content: bytes, random: Random) -> bytes:
    """A damaged copy of a document."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5))):
        random.choice((_flip, _flip, _cut, _repeat, _exchange, _renumber, _truncate))(data, random)
    return bytes(data)


def _flip(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 4, 30))):
        data[random.randrange(len(data))] = random.randrange(256)


def _cut(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data))
    if len(data) > 200:
        del data[start : start + random.randrange(1, 100)]


def _repeat(data: bytearray, random: Random) -> None:
    start = random.randrange(len(data))
    data[start:start] = data[start : start + random.randrange(1, 300)]


def _exchange(data: bytearray, random: Random) -> None:
    found = list(_OBJECT.finditer(data))
    if len(found) > 1:
        first, second = sorted(random.sample(found, 2), key=lambda match: match.start())
        one, other = bytes(first[0]), bytes(second[0])
        data[second.start() : second.end()] = one
        data[first.start() : first.end()] = other


def _renumber(data: bytearray, random: Random) -> None:
    found = list(_NUMBER.finditer(data))
    if found:
        match = random.choice(found)
        data[match.start() : match.end()] = str(random.choice((0, 1, 2, 3, 7, -1, 65536, 2**31, 10**12))).encode()


def _truncate(data: bytearray, random: Random) -> None:
    if random.random() < 0.3 and len(data) > 200:
        del data[random.randrange(100, len(data)) :]
        data += b"\n%%EOF\n"


def outcomes(
    documents: list[bytes], read: Callable[[bytes], tuple[Block, ...]], times: int, seed: int
) -> Iterator[tuple[str, bytes]]:
    """What reading makes of damaged copies: "read", "refused: ..." or the error that should not be, with the copy."""
    random = Random(seed)
    for _ in range(times):
        content = mutated(random.choice(documents), random)
        started = time.monotonic()
        try:
            read(content)
            found = "read"
        except DocumentError as error:
            found = f"refused: {re.sub(r'[0-9]+', '#', str(error))}"
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        if time.monotonic() - started > 10:
            found = f"slow: {found}"
        yield found, content


def pages_here(name: str, content: bytes) -> Iterator[Page]:
    """The pages of a PDF read in this process: much faster than in a child, and a crash is a crash."""
    calls = load_calls()
    try:
        document = open_pdf(calls, content)
        for index in range(min(20, calls.FPDF_GetPageCount(document))):
            yield Page.of(index + 1, json.loads(json.dumps(page_of(calls, document, index))))
        calls.FPDF_CloseDocument(document)
    except Refusal as refusal:
        raise pdf_process.refused(name, refusal.why, refusal.page, refusal.what) from None


def run(times: int, seed: int, names: list[str], log: Path) -> None:
    """Read damaged copies in this process; the log says which one is being read and what came of the others."""
    resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY, 2 * MEMORY))
    setattr(pdf, "pages_of", pages_here)  # noqa: B010
    files = [Path(name).read_bytes() for name in names]
    counts: Counter[str] = Counter()
    reading = log.with_suffix(".pdf")

    def read(content: bytes) -> tuple[Block, ...]:
        reading.write_bytes(content)
        return pdf.blocks_of_pdf("a.pdf", content)

    for number, (outcome, copy) in enumerate(outcomes(files, read, times, seed)):
        counts[outcome] += 1
        if not outcome.startswith(("read", "refused")):
            log.with_name(f"{log.stem}-{number}.pdf").write_bytes(copy)
    log.write_text(json.dumps(counts))


def main(times: int, names: list[str], folder: Path, batch: int = 500) -> None:
    """Batches in processes of their own: what came of all copies, and the batches that crashed or hung."""
    counts: Counter[str] = Counter()
    for seed in range(times // batch):
        log = folder / f"fuzz-{seed}.json"
        process = multiprocessing.Process(target=run, args=(batch, seed, names, log))
        process.start()
        process.join(300)
        if process.exitcode is None:
            process.kill()
        if log.exists():
            counts.update(json.loads(log.read_text()))
        else:
            sys.stdout.write(f"batch {seed} ended with {process.exitcode} at {log.with_suffix('.pdf')}\n")
    for outcome, count in counts.most_common():
        sys.stdout.write(f"{count:7} {outcome}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[3:], Path(sys.argv[2]))
