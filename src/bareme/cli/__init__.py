"""The command line: thin files, one a family of commands; each command calls one library function."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line. `--version` answers without loading anything else."""
    _write_what_can_be_written()
    if sys.argv[1:] == ["--version"]:
        from bareme._version import __version__

        print(f"bareme {__version__}")
        return
    from bareme.cli.app import run

    run()


def _write_what_can_be_written() -> None:
    """A letter that the terminal's or the file's encoding does not have becomes a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
