"""A larger PDF is read by two processes: what comes of it is the same as from one, and so is what is said of it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.platypus import PageBreak

from bareme.circulars.documents import blocks as kinds
from bareme.circulars.documents import pdf_process
from bareme.circulars.documents.pdf import blocks_of_pdf
from bareme.errors import DocumentError
from raw_pdf import AGAIN, CATALOG, HELLO, pages, raw
from rendered import built, drawn, table

TOO_MANY = HELLO + b"\n" + b"0 0 m 9 9 l S\n" * 20_001


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_processors", lambda: 2)


def outcome(content: bytes, shared: bool, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The blocks, or what is said; read by two processes when `shared`."""
    started: list[Any] = []
    start = subprocess.Popen

    def popen(*arguments: Any, **more: Any) -> Any:
        started.append(arguments)
        return start(*arguments, **more)

    monkeypatch.setattr(pdf_process, "_LARGER", 0 if shared else 1 << 30)
    monkeypatch.setattr(subprocess, "Popen", popen)
    try:
        return blocks_of_pdf("a.pdf", content)
    except DocumentError as error:
        return str(error)
    finally:
        assert len(started) == 1 + shared
        monkeypatch.setattr(subprocess, "Popen", start)


def same(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What two processes make of a document, which is what one makes of it."""
    found = outcome(content, True, monkeypatch)
    assert found == outcome(content, False, monkeypatch)
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 15])
def test_pages_and_rows_come_in_order(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[["565014", f"Examen {page}-{n}", f"{page},{n:02}"] for n in range(12)] for page in range(count)]
    found = same(built([part for page in rows for part in (table(page), PageBreak())]), monkeypatch)
    read = [[c.text for c in row.cells] for block in found if isinstance(block, kinds.Table) for row in block.rows]
    assert read == [row for page in rows for row in page]


def test_prose_that_repeats_and_goes_on_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["un", "deux", "trois", "quatre", "cinq", "six", "sept"]
    drafts = [[(50, 800, "Circulaire"), (50, 700, text), (290, 20, str(n))] for n, text in enumerate(texts, start=1)]
    assert [block.text for block in same(drawn(*drafts), monkeypatch)] == texts


@pytest.mark.parametrize("wrong", [(2,), (3,), (4,), (2, 3), (3, 4), (4, 5), (1, 2, 3, 4, 5, 6)])
def test_the_first_page_that_is_wrong_is_said(wrong: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> None:
    content = pages(*(TOO_MANY if n in wrong else HELLO for n in range(1, 7)))
    found = same(content, monkeypatch)
    assert isinstance(found, str)
    assert found.startswith(f"a.pdf, page {wrong[0]} is made of ")


def test_a_child_that_ends_early_does_not_end_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line dies of a broken pipe where its own output is closed; the child's pipe is another one."""
    monkeypatch.setattr(pdf_process, "_START", "pass")
    before = signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        with pytest.raises(DocumentError):
            blocks_of_pdf("a.pdf", pages(*([TOO_MANY] * 40)))
    finally:
        signal.signal(signal.SIGPIPE, before)


def test_what_both_ends_find_wrong_is_said_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without text is refused where pages come together, one out of bounds by the process that reads it."""
    outlines = b"0 0 m 1 1 2 2 3 3 c S\n" * 200
    found = same(pages(HELLO, outlines, TOO_MANY), monkeypatch)
    assert found == "a.pdf, page 2 holds drawings and no text: ask for the document with its text."
    assert same(pages(HELLO, TOO_MANY, outlines), monkeypatch).startswith("a.pdf, page 2 is made of ")


def test_no_pages_and_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "has no pages" in same(raw(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"), monkeypatch)
    assert "has 2001 pages" in same(pages(*[b""] * 2001), monkeypatch)
    secret = drawn([(50, 700, "Secret")], [(50, 700, "Encore")], encrypt="geheim")
    assert "protected by a password" in same(secret, monkeypatch)


def test_the_second_process_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages before its first one are read; it is page 2 that cannot be."""
    ends = "import os, sys\nif sys.argv[1] == '1':\n    os.kill(os.getpid(), 9)\n"
    monkeypatch.setattr(pdf_process, "_START", ends + pdf_process._START)
    assert outcome(pages(*[HELLO] * 6), True, monkeypatch) == (
        "a.pdf made the PDF reader stop at page 2: it is damaged, or takes more than 1024 MiB of memory to read; "
        f"{AGAIN}"
    )
    assert outcome(pages(TOO_MANY, HELLO), True, monkeypatch).startswith("a.pdf, page 1 is made of ")
    assert len(outcome(pages(HELLO), True, monkeypatch)) == 1


@pytest.mark.parametrize(("share", "page"), [(0, 3), (1, 4)])
def test_a_process_stops_between_pages(share: int, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = (
        "import os, sys; sys.path[:] = sys.argv[3:]\n"
        "from bareme.circulars.documents import pdf_worker\n"
        "read, at = pdf_worker.page_of, []\n"
        "def page_of(*arguments):\n"
        "    at.append(1)\n"
        f"    return os.kill(os.getpid(), 9) if len(at) == 2 and sys.argv[1] == '{share}' else read(*arguments)\n"
        "pdf_worker.page_of = page_of\n"
    )
    monkeypatch.setattr(pdf_process, "_START", ends + pdf_process._START)
    found = outcome(pages(*[HELLO] * 6), True, monkeypatch)
    assert found.startswith(f"a.pdf made the PDF reader stop at page {page}:")


def test_the_time_of_all_processes_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "SECONDS", 0)
    assert outcome(pages(*[HELLO] * 4), True, monkeypatch).startswith("a.pdf takes more than 60 seconds to read")


@pytest.mark.parametrize(("processors", "size", "expected"), [(1, 0, 1), (2, 0, 2), (8, 0, 2), (8, 1 << 30, 1)])
def test_no_more_processes_than_processors(
    processors: int, size: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = []

    class Child(pdf_process.Child):
        def __init__(self, name: str, content: bytes, program: str, share: int, of: int) -> None:
            shares.append((share, of))
            super().__init__(name, content, program, share, of)

    monkeypatch.setattr(pdf_process, "_processors", lambda: processors)
    monkeypatch.setattr(pdf_process, "_LARGER", size)
    monkeypatch.setattr(pdf_process, "Child", Child)
    assert len(blocks_of_pdf("a.pdf", pages(HELLO, HELLO.replace(b"Bonjour", b"Encore")))) == 2
    assert shares == [(share, expected) for share in range(expected)]
