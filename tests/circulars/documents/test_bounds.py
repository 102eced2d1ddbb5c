"""What holds more than any circular is refused by its size, before it is understood."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bareme.circulars.documents import bounds
from bareme.circulars.documents.blocks import Paragraph, Table
from bareme.circulars.documents.opening import open_document
from bareme.errors import DocumentError

ROW = "565014\t373,31\t"


def said(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(DocumentError) as found:
        open_document(("a.txt", data))
    return str(found.value)


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    with pytest.raises(DocumentError, match="larger than 64 MiB"):
        open_document(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("\n" * 1_000_001 + "x", "1,000,002 lines; at most 1,000,000"),
        ("x" * 100_001, "line 1 is 100,001 letters long; at most 100,000 are read. Break it"),
        ("\n" + ROW * 150, "line 2: a row of 301 cells; at most 256"),
        ("|" + "x|" * 300, "line 1: a row of 300 cells; at most 256"),
        ("<table><tr>" + "<td>1" * 300, "line 1: a row of 257 cells; at most 256"),
        ("x" * 32_001, "line 1: 32,001 letters in one line or paragraph of prose; at most 32,000"),
        (ROW + "x" * 5_001, "line 1, cell 3: 5,001 letters in one cell of a table; at most 5,000"),
        ("x\n" * 100_001, "line 100001: more than 100,000 lines of prose"),
    ],
)
def test_out_of_bounds(content: str, words: str) -> None:
    assert words in said(content)


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_ROWS", 3)
    assert "line 4: more than 3 rows or 1,000,000 cells in tables up to here" in said(f"{ROW}\n" * 4)
    assert len(open_document(("a.txt", f"{ROW}\n".encode() * 3)).blocks) == 1


def test_what_is_just_within_bounds_is_read() -> None:
    (prose,) = open_document(("a.txt", b"x" * 32_000)).blocks
    assert isinstance(prose, Paragraph)
    (table,) = open_document(("a.txt", ("\t" * 255 + "x" * 5_000).encode())).blocks
    assert isinstance(table, Table)


def test_what_is_no_file(tmp_path: Path) -> None:
    fifo, loop, odd = tmp_path / "fifo", tmp_path / "loop", tmp_path / os.fsdecode(b"a\n\xff.txt")
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    odd.write_text("")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(tmp_path / "s"))
        for path in (fifo, loop, odd, tmp_path, tmp_path / "s", Path("/dev/zero"), tmp_path / "none"):
            with pytest.raises(DocumentError):
                open_document(path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n", b"\n\n", b" \t"])
def test_empty(content: bytes) -> None:
    assert said(content) == "a.txt is empty."
