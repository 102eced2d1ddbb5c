"""Words taken whole are those that come of looking at their characters one by one, however a page is written."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bareme.circulars.documents import grid as grids
from bareme.circulars.documents.blocks import Cell
from bareme.circulars.documents.grid import Rule
from bareme.circulars.documents.making import cell_of, place_of
from bareme.circulars.documents.pdf_calls import load_calls
from bareme.circulars.documents.pdf_words import Words
from bareme.circulars.documents.pdf_worker import open_pdf
from bareme.circulars.sources import Place
from raw_pdf import CATALOG, HELVETICA, pages, raw, stream

PIECES = ["565014", "1.257,53", "Examen", "a", "-", "genetique", "\\255", "soft\\255hyphen", "caf\\351", "\\001x"]
DIRECTIONS = [b"1 0 0 1"] * 3 + [b"0 1 -1 0", b"-1 0 0 -1", b"0 -1 1 0", b"0.9 0.3 -0.3 0.9", b"2 0 0 1"]
texts = st.lists(st.sampled_from([*PIECES, " ", "  ", "\\240"]), min_size=1, max_size=6).map("".join)
operations = st.one_of(
    texts.map(lambda text: b"(%s) Tj" % text.encode()),
    st.lists(st.tuples(texts, st.integers(-900, 900)), min_size=1, max_size=4).map(
        lambda parts: b"[%s] TJ" % b" ".join(b"(%s) %d" % (text.encode(), move) for text, move in parts)
    ),
    st.builds(
        lambda way, x, y: b"%s %d %d Tm" % (way, x, y),
        st.sampled_from(DIRECTIONS),
        st.integers(-20, 600),
        st.sampled_from([*range(100, 130, 4), -50, 900, 10**7]),
    ),
    st.integers(-20, 20).map(lambda move: b"%d 0 Td" % move),
    st.sampled_from([0, 1, 5, 8, 8, 12, 300]).map(lambda size: b"/F %d Tf" % size),
    st.sampled_from([b"0 Tc", b"1 Tc", b"1.28 Tc", b"1.279 Tc", b"-3 Tc", b"-4.01 Tc", b"9 Tc"]),
    st.sampled_from([b"0 Tr", b"0 Tr", b"2 Tr", b"3 Tr", b"7 Tr"]),
)
CALLS = load_calls()


def read(content: bytes, whole: bool) -> tuple[list[list[Any]], Counter[int]]:
    """The words of the first page; one by one unless `whole`."""
    document = open_pdf(CALLS, content)
    page = CALLS.FPDF_LoadPage(document, 0)
    text = CALLS.FPDFText_LoadPage(page)
    words = Words(CALLS, text, 1)
    if not whole:
        setattr(words, "_take_whole", lambda *_: False)  # noqa: B010
    try:
        return words.read()
    finally:
        CALLS.FPDFText_ClosePage(text)
        CALLS.FPDF_ClosePage(page)
        CALLS.FPDF_CloseDocument(document)


@given(st.lists(operations, max_size=25))
def test_words_whole_and_one_by_one(found: list[bytes]) -> None:
    content = pages(b"BT /F 8 Tf 1 0 0 1 50 100 Tm\n%s\nET" % b"\n".join(found))
    assert read(content, True) == read(content, False)


@pytest.mark.parametrize("space", [0, 100, 125, 126, 127, 128, 129, 130, 131, 132, 140, -300, -399, -400, -401, -500])
def test_letters_as_far_apart_as_a_word_ends(space: int) -> None:
    """In hundredths of a point, of letters of 8 points: a word ends at 128, and at 400 backwards."""
    content = pages(b"BT /F 8 Tf %d.%02d Tc 50 100 Td (565014) Tj ET" % (space // 100, space % 100))
    if space < 0:
        content = pages(b"BT /F 8 Tf -%d.%02d Tc 50 100 Td (565014) Tj ET" % (-space // 100, -space % 100))
    whole, _ = read(content, True)
    assert (whole, Counter({0: 6})) == read(content, False)
    if not -390 < space < 120:
        return
    assert [word[6] for word in whole] == ["565014"]


def test_most_words_are_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Words, "_take_apart", None)
    words, _ = read(pages(b"BT /F 8 Tf 50 100 Td (565014 Examen 1.257,53) Tj 100 0 Td (caf\\351) Tj ET"), True)
    assert [word[6] for word in words] == ["565014", "Examen", "1.257,53", "café"]


def test_characters_that_the_font_does_not_name_are_looked_at_one_by_one() -> None:
    font = HELVETICA.replace(b">>", b"/ToUnicode 6 0 R >>")
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"4 beginbfchar\n<42> <E042>\n<43> <D835DC00>\n<44> <FB01>\n<45> <00AD>\nendbfchar\nendcmap end"
    )
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    )
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    content = raw(CATALOG, tree, page, stream(b"BT /F 12 Tf 50 700 Td (ABA CD D1 xy AEA E) Tj ET"), font, stream(cmap))
    assert read(content, True) == read(content, False)
    words = [word[6] for word in read(content, True)[0]]
    assert (words[0], words[-2:]) == ("A\ufffdA", ["A", "A"])


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 33), st.integers(-3, 33)), max_size=12),
    st.lists(st.tuples(st.integers(0, 3), st.integers(-3, 33), st.integers(-3, 33)), max_size=12),
)
def test_rules_that_run_through_merge_nothing(
    flat: list[tuple[int, int, int]], upright: list[tuple[int, int, int]]
) -> None:
    """The grid is the one that is found cell by cell."""
    across = [Rule(3000 - 1000 * at, 100 * min(ends), 100 * max(ends)) for at, *ends in flat]
    down = [Rule(1000 * at, 100 * min(ends), 100 * max(ends)) for at, *ends in upright]
    xs, ys = (0, 1000, 2000, 3000), (3000, 2000, 1000, 0)
    found = grids._grid(xs, ys, across, down)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "_runs_through", lambda *_: False)
        assert grids._grid(xs, ys, across, down) == found
    whole = [Rule(at, -50, 3050) for at in xs]
    assert all(cell == first for cell, first in grids._grid(xs, ys, whole, whole).first.items())


def test_cells_made_quickly_are_cells() -> None:
    place = place_of(None, None, 3, (1, 2, 3, 4))
    assert place == Place(page=3, box=(1, 2, 3, 4))
    assert cell_of("a", "b", 4, None, place) == Cell("a", "b", 4, None, place)
    assert hash(cell_of("a", "b", 4, None, place)) == hash(Cell("a", "b", 4, None, place))
