"""What the child process that reads a PDF may take, why it refuses, how it turns boxes: what its modules share."""

from __future__ import annotations

from typing import Any

MOST_PAGES = 2_000
MOST_CHARACTERS = 30_000
MOST_OBJECTS = 20_000
MOST_POINTS = 100_000
"""Of one page: more than any page that people read."""
MEMORY = 1024 * 1024 * 1024
SECONDS = 60
"""What a child may take, where the system can limit it; two that share a document take the memory twice."""
MOST_DOTS = 2400
"""Of a side of the picture of a page."""

Box = tuple[int, int, int, int]


class Refusal(Exception):
    """Why a document is not read, and its page."""

    def __init__(self, why: str, page: int | None = None, what: str = "") -> None:
        super().__init__(why)
        self.why, self.page, self.what = why, page, what
        self.said = {"refused": why, "page": page, "what": what}


def turned(box: Box, quarter: int) -> Box:
    """A box in the frame in which text that runs `quarter` right angles against the clock runs to the right."""
    left, bottom, right, top = box
    if quarter == 1:
        return bottom, -right, top, -left
    if quarter == 2:
        return -right, -top, -left, -bottom
    if quarter == 3:
        return -top, left, -bottom, right
    return box


def hundredths(number: Any) -> int:
    """A coordinate in hundredths of a point; what is no number or absurdly far is put far outside of any page."""
    return int(number * 100) if -1_000_000 < number < 1_000_000 else 10**8
