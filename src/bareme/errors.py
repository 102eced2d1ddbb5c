"""Errors for the caller's mistakes. What a document says is never an exception: it is a finding."""

from __future__ import annotations


class BaremeError(Exception):
    """The base of every error that bareme raises on purpose; its message says what to do."""


class InputError(BaremeError):
    """A parameter, option or file given by the caller cannot be used."""


class NotHeldError(InputError):
    """A circular, a document or an agreement that the caller names is not there."""


class BookChangedError(InputError):
    """Someone wrote to the book since the caller looked at it; nothing was written."""


class DocumentError(InputError):
    """A document cannot be opened as one of the formats that bareme reads."""


class BookError(BaremeError):
    """A book cannot be opened, read or written, or its hash chain is broken."""
