"""The book that a service asks: opened once a process, asked by all its threads."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from bareme.library import Book


def the_book(request: Request) -> Book:
    """The book of the service."""
    book: Book = request.app.state.book
    return book


TheBook = Annotated[Book, Depends(the_book)]
