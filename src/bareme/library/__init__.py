"""The library: one function or method behind each command.

`Book` joins the rooms: it reads documents, records them, and answers from the timeline and the price table.
"""

from __future__ import annotations

from bareme.library.book import Book, copy_book, create_book, open_book
from bareme.library.holding import read

__all__ = ["Book", "copy_book", "create_book", "open_book", "read"]
