"""A book copied into another: the same entries with the same hashes, documents included, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from bareme.book.address import Address, Server
from bareme.book.entry import Entry, last_hash
from bareme.book.ledger import Choose, Given, Ledger
from bareme.errors import BookError


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy did: how many entries the target holds now, how many of them were added, and the last one's hash."""

    source: str
    target: str
    entries: int
    added: int
    hash: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `bareme book copy --json` (schema book-copy-1)."""
        return {name: getattr(self, name) for name in self.__slots__}


def copy_ledger(source: Ledger, target: Address) -> Copied:
    """Copy a ledger that is whole; what the target holds already must be the beginning of it, the rest is added.

    A target that does not exist is made. `BookError` where the source is not whole or the target holds anything else.
    """
    entries, problems = source.look_over()
    if problems:
        raise BookError(f"{source.name} is not whole: {problems[0]}. Nothing was copied.")

    def rest(held: Sequence[Entry]) -> Iterable[Given]:
        if [entry.hash for entry in held] != [entry.hash for entry in entries[: len(held)]]:
            raise BookError(_other(source.name, entries, str(target), held))
        return with_documents(source, entries[len(held) :])

    added = _made(target, rest)
    if added is None:
        added = Ledger(target).append_sealed(rest)
    return Copied(source.name, str(target), len(entries), len(added), last_hash(entries))


def make_as(address: Address, source: Ledger | None) -> bool:
    """Make a ledger with the entries of another, or none; False, and nothing done, where there is one already."""

    def chosen(_held: Sequence[Entry]) -> Iterable[Given]:
        return () if source is None else with_documents(source, source.entries())

    return _made(address, chosen) is not None


def with_documents(source: Ledger, entries: Sequence[Entry]) -> Iterator[Given]:
    """Entries, each with the document that the source keeps for it."""
    for entry in entries:
        yield entry, None if entry.content is None else source.document(entry.content)


def _made(address: Address, choose: Choose) -> list[Entry] | None:
    """What was put into a new ledger; None where there is one already."""
    if isinstance(address, Server):
        with closing(Ledger(address)) as ledger:
            return ledger.make(choose)
    if address.exists():
        return None
    try:
        return list(Ledger.create(address, choose=choose).entries())
    except FileExistsError:
        return None
    except OSError as error:
        raise BookError(f"{address} cannot be made: {error.strerror or error}. Nothing was written.") from None


def _other(source: str, entries: Sequence[Entry], target: str, held: Sequence[Entry]) -> str:
    """Why a ledger cannot be added to: the first entry that another one does not begin with."""
    pairs = enumerate(zip(entries, held, strict=False))
    number = next((n for n, (ours, theirs) in pairs if ours.hash != theirs.hash), len(entries))
    what = f"entry {number + 1} ({held[number].circular}, recorded {held[number].recorded_at[:19]}Z)"
    return f"{target} holds {what}, which {source} does not hold there. Nothing was copied; name an empty place."
