"""A page of a PDF as a picture: upright as it is read, so that what was read stands where its place says."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bareme.circulars.documents import pdf_process
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.pdf_bounds import MOST_DOTS
from bareme.circulars.documents.pdf_pictures import DOTS, picture_of
from bareme.errors import DocumentError, NotHeldError
from raw_pdf import CATALOG, HELLO, HELVETICA, pages, raw, stream

UPWARDS = b"BT /F 12 Tf 0 1 -1 0 300 100 Tm (Bonjour) Tj ET"


def painted(content: bytes, page: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(picture_of("a.pdf", content, page)))


def one(instructions: bytes, box: bytes = b"0 0 595 842", more: bytes = b"") -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] %s /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return raw(CATALOG, tree, page % (box, more), stream(instructions), HELVETICA)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("instructions", [HELLO, UPWARDS])
@pytest.mark.parametrize("box", [b"0 0 595 842", b"-40 20 595 842"])
def test_what_was_read_is_painted_where_it_was_read(turn: int, instructions: bytes, box: bytes) -> None:
    content = one(instructions, box, b"/Rotate %d" % turn)
    document = open_document(("a.pdf", content))
    [block], [(width, height)] = document.blocks, document.sheets
    place = block.place  # type: ignore[union-attr]
    assert place is not None
    assert place.box is not None
    picture = painted(content)
    assert picture.mode == "L"
    assert picture.size == (width * DOTS // 72, height * DOTS // 72)
    ink = picture.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert ink is not None
    left, bottom, right, top = (side * DOTS // 72 for side in place.box)
    tall = height * DOTS // 72
    assert left <= ink[0] < ink[2] <= right
    assert tall - top <= ink[1] < ink[3] <= tall - bottom


def test_each_page_is_its_own() -> None:
    content = pages(HELLO, HELLO.replace(b"Bonjour", b"Encore"))
    assert picture_of("a.pdf", content, 1) != picture_of("a.pdf", content, 2)
    for page in (0, 3, 10**9):
        with pytest.raises(NotHeldError, match=f"a.pdf has no page {page}; it has 2"):
            picture_of("a.pdf", content, page)


def test_colours_stay() -> None:
    picture = painted(one(b"1 0 0 rg 0 0 595 842 re f"))
    assert picture.mode == "RGB"
    assert picture.getpixel((300, 300)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("box", "size"),
    [
        pytest.param(b"0 0 14400 14400", (MOST_DOTS, MOST_DOTS), marks=pytest.mark.slow),
        (b"0 0 10 14400", (MOST_DOTS // 1440, MOST_DOTS)),
        (b"0 0 14400 1", (MOST_DOTS, 1)),
        (b"0 0 0 0", (1224, 1584)),
    ],
)
def test_a_picture_is_no_larger_than_its_bounds(box: bytes, size: tuple[int, int]) -> None:
    assert painted(one(HELLO, box)).size == size


def test_what_cannot_be_opened_is_refused() -> None:
    with pytest.raises(DocumentError, match="damaged"):
        picture_of("a.pdf", b"%PDF-1.7\n%%EOF", 1)


def test_a_painter_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "SECONDS", 0)
    with pytest.raises(DocumentError, match="takes more than 60 seconds"):
        picture_of("a.pdf", pages(HELLO), 1)


def test_a_painter_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = "import os, sys; sys.stdout.write('{\"size\": 99}\\n'); sys.stdout.flush(); os.kill(os.getpid(), 9)\n"
    monkeypatch.setattr(pdf_process, "_START", ends)
    with pytest.raises(DocumentError, match="stop at page 1"):
        picture_of("a.pdf", pages(HELLO), 1)
