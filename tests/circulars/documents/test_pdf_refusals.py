"""What is no PDF that can be read is refused with what to do, and nothing hangs or crashes."""

from __future__ import annotations

import io
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

import bareme
from bareme.circulars.documents import pdf_bounds, pdf_process
from bareme.circulars.documents.opening import open_document
from bareme.circulars.documents.pdf import blocks_of_pdf
from bareme.errors import DocumentError
from fuzzing import outcomes
from raw_pdf import AGAIN, CATALOG, HELLO, HELVETICA, raw, stream
from rendered import FONT, built, drawn, table

STOPPED = (
    f"a.pdf made the PDF reader stop at page 1: it is damaged, or takes more than 1024 MiB of memory to read; {AGAIN}"
)


def said(content: bytes) -> str:
    with pytest.raises(DocumentError) as found:
        blocks_of_pdf("a.pdf", content)
    return str(found.value)


PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"


def page_of(content: bytes, more: bytes = b"", font: bytes = HELVETICA) -> bytes:
    return raw(CATALOG, PAGES, PAGE, stream(content, more), font)


def picture(texts: Any = (), pages: int = 1) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for _ in range(pages):
        canvas.drawInlineImage(Image.new("RGB", (20, 20), "grey"), 0, 0, *A4)
        for text in texts:
            canvas.drawString(50, 50, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_the_smallest_document_is_read() -> None:
    (block,) = blocks_of_pdf("a.pdf", page_of(HELLO))
    assert block.text == "Bonjour"  # type: ignore[union-attr]


def test_a_password() -> None:
    content = drawn([(50, 700, "Secret")], encrypt="geheim")
    assert said(content) == "a.pdf is protected by a password; save it without one."


def test_a_document_that_is_cut_off() -> None:
    content = built([table([["565014", "1,00"], ["565036", "2,00"]])])
    message = "a.pdf has no end mark of a PDF (%%EOF): it was cut off; fetch it again."
    for part in (3, 2):
        assert said(content[: len(content) // part]) == message
    assert said(b"%PDF-1.7\n") == message


def test_a_document_that_is_broken() -> None:
    assert said(b"%PDF-1.7\nnothing\n%%EOF") == f"a.pdf is no PDF that can be opened: it is damaged; {AGAIN}"


def test_a_packed_page_that_is_damaged() -> None:
    packed = zlib.compress(HELLO * 50)
    whole = page_of(packed, b"/Filter /FlateDecode")
    assert len(blocks_of_pdf("a.pdf", whole)) > 0
    assert blocks_of_pdf("a.pdf", page_of(packed[:-4], b"/Filter /FlateDecode")) == blocks_of_pdf("a.pdf", whole)
    place = whole.index(packed)
    message = f"a.pdf is damaged: what is packed at byte {place - 7} does not unpack whole; {AGAIN}"
    for at in (10, len(packed) // 2, len(packed) - 1):
        spoilt = bytearray(packed)
        spoilt[at] ^= 0x55
        assert said(page_of(bytes(spoilt), b"/Filter /FlateDecode")) == message
    assert said(page_of(packed[: len(packed) // 2], b"/Filter /FlateDecode")).startswith("a.pdf is damaged")


def test_no_pages() -> None:
    content = raw(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>")
    assert said(content) == f"a.pdf has no pages: it is damaged or empty; {AGAIN}"


def test_a_tree_of_pages_that_loops() -> None:
    loop = raw(
        CATALOG,
        b"<< /Type /Pages /Kids [3 0 R] /Count 9 >>",
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 9 >>",
    )
    assert re.fullmatch(r"a\.pdf(, page \d+ cannot be opened| has no pages| is no PDF).*", said(loop))


def test_too_many_pages() -> None:
    kids = b" ".join([b"3 0 R"] * 2001)
    content = raw(CATALOG, b"<< /Type /Pages /Kids [%s] /Count 2001 >>" % kids, PAGE, stream(HELLO), HELVETICA)
    assert said(content) == "a.pdf has 2001 pages; bareme reads at most 2000. Save those of the tariff."


def test_a_scanned_page() -> None:
    assert said(picture()) == (
        "a.pdf, page 1 holds a picture and no text: it was scanned; "
        "bareme does not guess at pictures. Ask for the document as it was written."
    )
    assert "page 1 holds a picture and almost no text" in said(picture(["3 / 12"]))


def test_text_under_a_picture_is_not_read() -> None:
    content = page_of(b"BT 3 Tr /F 12 Tf 50 700 Td (" + b"guessed " * 20 + b") Tj ET")
    assert said(content) == "a.pdf holds no text: its 1 page(s) are blank."


def test_a_font_that_does_not_name_its_characters() -> None:
    differences = b"/Encoding << /Type /Encoding /Differences [65 /g1 /g2 /g3] >>"
    widths = b"/FirstChar 65 /LastChar 67 /Widths [500 500 500]"
    procs = b"/CharProcs << /g1 6 0 R /g2 6 0 R /g3 6 0 R >>"
    font = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 500] /FontMatrix [0.001 0 0 0.001 0 0] %s %s %s >>"
    glyph = stream(b"500 0 0 0 500 500 d1 0 0 1 1 re f")
    content = raw(
        CATALOG, PAGES, PAGE, stream(b"BT /F 12 Tf 50 700 Td (ABC) Tj ET"), font % (differences, widths, procs), glyph
    )
    assert said(content) == (
        "a.pdf, page 1 has text in a font that does not say which characters it shows (near the height of 700 points); "
        "save the document anew with its fonts, or read its spreadsheet."
    )


def mapped(text: bytes, *pairs: bytes) -> bytes:
    """A page of Helvetica whose characters mean something else."""
    font = HELVETICA.replace(b">>", b"/ToUnicode 6 0 R >>")
    meanings = b"\n".join(pairs)
    cmap = b"/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n"
    cmap += b"%d beginbfchar\n%s\nendbfchar\nendcmap end" % (len(pairs), meanings)
    return raw(CATALOG, PAGES, PAGE, stream(text), font, stream(cmap))


def test_private_characters_are_refused_unless_they_mark_an_item() -> None:
    assert "does not say which characters" in said(mapped(HELLO, b"<42> <E042>"))
    item = b"BT /F 12 Tf 50 700 Td (* ) Tj 20 0 Td (Bonjour) Tj ET"
    (block,) = blocks_of_pdf("a.pdf", mapped(item, b"<2A> <F0B7>"))
    assert (block.text, block.item) == ("Bonjour", True)  # type: ignore[union-attr]


def test_too_many_characters() -> None:
    lines = b"".join(b"1 0 0 1 20 %d Tm (%s) Tj\n" % (4 * n, b"abcdefgh" * 25) for n in range(200))
    message = said(page_of(b"BT /F 3 Tf " + lines + b"ET"))
    assert re.fullmatch(r"a\.pdf, page 1 holds \d+ characters; bareme reads at most 30000 a page\.", message)


def test_too_many_drawings() -> None:
    message = said(page_of(HELLO + b"\n" + b"0 0 m 9 9 l S\n" * 20_001))
    assert re.fullmatch(r"a\.pdf, page 1 is made of \d+ drawings; bareme reads at most 20000 a page\.", message)


def test_a_stream_that_inflates_without_end() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    blank = packer.compress(b" " * (1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    endless = b"\x78\x9c" + blank * 100
    sealed = endless[:-5] + b"\x03\x00"
    for data, filters in ((sealed, b"/FlateDecode"), (zlib.compress(endless), b"/FlateDecode /FlateDecode")):
        message = said(page_of(data, b"/Filter [%s]" % filters))
        assert message == STOPPED


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "SECONDS", 0)
    assert said(page_of(HELLO)).startswith("a.pdf takes more than 60 seconds to read")


def test_a_reader_that_stops_by_itself_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "_START", "import os; os.abort()")
    assert said(page_of(HELLO)) == (STOPPED)


def test_junk_before_the_signature_is_allowed_and_text_about_a_pdf_is_text() -> None:
    assert open_document(("a.pdf", b"\r\n" + page_of(HELLO))).blocks
    assert open_document(("a.pdf", b"mail header\n" + page_of(HELLO))).blocks
    assert open_document(("a.txt", b"Every %PDF-1.7 begins so.\n")).blocks[0].text  # type: ignore[union-attr]


def test_the_command_says_which_file(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(picture(pages=2))
    with pytest.raises(DocumentError, match=r"scan\.pdf, page 1 holds a picture"):
        bareme.read(path)


def test_bounds_are_those_that_the_documentation_names() -> None:
    from bareme.circulars.documents import pdf

    text = pdf.__doc__ or ""
    for bound in (pdf_bounds.MOST_PAGES, pdf_bounds.MOST_CHARACTERS, pdf_bounds.MOST_OBJECTS, pdf_bounds.MOST_POINTS):
        assert f"{bound:,}" in text
    assert f"{pdf_bounds.SECONDS} seconds" in text
    assert FONT


def test_damaged_copies_are_read_or_refused() -> None:
    content = built([table([["565014", "Examen", "1,00"], ["565036", "Autre", "2,00"]])])
    found = list(outcomes([content, page_of(HELLO)], lambda copy: blocks_of_pdf("a.pdf", copy), 15, seed=1))
    assert {outcome.split(":")[0] for outcome, _ in found} == {"read", "refused"}
