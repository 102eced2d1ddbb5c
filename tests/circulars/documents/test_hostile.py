"""Files made to stall or fill a reader are read or refused within the bounds that docs/reading.md states."""

from __future__ import annotations

from pathlib import Path

import hostile
import pytest

from bareme.circulars.documents.opening import open_document
from bareme.errors import DocumentError

QUICK = (
    "a file of 200 MiB",
    "a link to itself",
    "a name with a new line and a wrong byte",
    "text, 64 MiB of tabs",
    "text, aligned, a row of 100,000 cells",
    "text, a number of 32,000 digits",
    "HTML, a million cells in a row",
    "XLSX, entities",
    "PDF, a page tree that holds itself",
)


@pytest.mark.parametrize("name", QUICK)
def test_it_takes_little_time_and_memory(name: str) -> None:
    seconds, mebibytes, said = hostile.measured(name)
    assert not said.startswith("FAILED"), said
    assert seconds < 20
    assert mebibytes < 400


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in (*hostile.FILES, *hostile.DOCUMENTS) if name not in QUICK])
def test_it_stays_within_the_stated_bounds(name: str) -> None:
    _, mebibytes, said = hostile.measured(name)
    assert not said.startswith("FAILED"), said
    assert 0 < mebibytes < hostile.MEBIBYTES


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bareme.circulars.documents import opening

    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 20)
    monkeypatch.setattr(opening, "LARGEST", 10)
    with pytest.raises(DocumentError, match="larger than"):
        open_document(path)
    with pytest.raises(DocumentError, match="larger than"):
        open_document(("a.txt", b"x" * 20))
