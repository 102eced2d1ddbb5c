"""The command line: thin files, one a family of commands; each command calls one library function."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. `--version` answers without loading anything else."""
    if sys.argv[1:] == ["--version"]:
        from bareme._version import __version__

        print(f"bareme {__version__}")
        return
    from bareme.cli.app import run

    run()
