"""Documents that once made a reader fail or take too long: each is read, or refused with a reason, in five seconds
of the processor.

A file that `benchmarks/fuzz.py` finds is put into `regressions/`, under a name that says what is wrong with it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from bareme.audit import examine
from bareme.circulars.documents.opening import open_document
from bareme.circulars.reading import read_document
from bareme.errors import DocumentError

FILES = sorted((Path(__file__).parent / "regressions").iterdir())
SECONDS = 5


@contextmanager
def within(seconds: int) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise AssertionError(f"it takes more than {seconds} seconds")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def outcome(path: Path) -> str:
    """What comes of it."""
    try:
        return f"read: {len(examine(*read_document(open_document(path))).findings)} findings"
    except DocumentError as refusal:
        return str(refusal)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_read_or_refused_in_time(path: Path) -> None:
    with within(SECONDS):
        assert 10 < len(outcome(path)) < 1_000


def test_there_are_some() -> None:
    assert len(FILES) > 5
