"""Where the state of a service is, and its files: what the settings say, else beside the book, else the user's own."""

from __future__ import annotations

from pathlib import Path

from bareme.book.address import Address, Server, address_of
from bareme.book.shelf import default_address
from bareme.errors import InputError
from bareme.service.settings import Settings
from bareme.service.state.database import State

FILE = "service.sqlite"
FOLDER = "service-files"


def state_of(settings: Settings) -> State:
    """The state of a service; `InputError` where it would be in the book."""
    book = address_of(settings.book) if settings.book else default_address()
    if settings.state is None:
        return State(_own() / FILE if isinstance(book, Server) else book.with_name(FILE))
    address = address_of(settings.state)
    if _place(address) == _place(book):
        raise InputError("state: keys and jobs are not kept in the book; name another file or database.")
    return State(address)


def files_of(settings: Settings, state: State) -> Path:
    """The folder of uploaded acts and results."""
    if settings.files is not None:
        return Path(settings.files)
    return _own() / FOLDER if isinstance(state.address, Server) else state.address.with_name(FOLDER)


def _place(address: Address) -> str:
    return str(address.resolve() if isinstance(address, Path) else address)


def _own() -> Path:
    from platformdirs import user_data_path

    return user_data_path("bareme")
