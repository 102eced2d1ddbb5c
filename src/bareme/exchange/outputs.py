"""Files that are written whole or not at all, and refused before any work if they cannot be written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from bareme.errors import InputError


def check_place(path: Path, suffixes: Sequence[str], what: str, nothing: str, overwrite: bool | None = None) -> None:
    """`InputError` for a place that cannot be written: another suffix, a directory, no folder, a file that is there.

    `what` says which files are meant, `nothing` what was not done; `overwrite` is None where no option allows it.
    """
    if path.suffix.lower() not in suffixes:
        raise InputError(f"{path}: {what}. {nothing}")
    if path.is_dir():
        raise InputError(f"{path} is a directory. {nothing}")
    if not path.parent.is_dir():
        raise InputError(f"{path}: {path.parent} is not a directory. {nothing}")
    if path.exists() and not overwrite:
        option = "" if overwrite is None else ", or use --overwrite"
        raise InputError(f"{path} exists; name another file{option}. {nothing}")


@contextmanager
def written_whole(path: Path, *, over: bool) -> Iterator[Path]:
    """A draft beside the place, to be filled inside; it gets the name at once, over a file that is there or never.

    `InputError` when it cannot be written; the draft is gone then, and what was there is as it was.
    """
    draft = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        yield draft
        if over:
            draft.replace(path)
        else:
            os.link(draft, path)
    except FileExistsError:
        raise InputError(f"{path} exists; name another file. Nothing was written.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}.") from None
    finally:
        draft.unlink(missing_ok=True)
