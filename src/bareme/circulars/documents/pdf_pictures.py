"""A page of a PDF as a picture (PNG), for people to look at: painted in a child process, as bounded as reading is."""

from __future__ import annotations

from bareme.circulars.documents.pdf_process import PAINTER, Child, checked
from bareme.errors import NotHeldError

DOTS = 144
"""To an inch: an A4 page is 1190 by 1684."""


def picture_of(name: str, content: bytes, page: int) -> bytes:
    """A page, from 1, of a PDF, as it is read: upright. `NotHeldError` where it has no such page.

    `DocumentError` where it cannot be opened, or not be painted within the bounds.
    """
    with Child(name, content, PAINTER, page, DOTS) as child:
        said = child.line(page - 1)
        if said.get("refused") == "absent":
            raise NotHeldError(f"{name} has no page {page}; it has {said['what']}.")
        return child.rest(checked(name, said)["size"])
