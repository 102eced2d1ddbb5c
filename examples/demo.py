"""The demonstration behind `make demo`: real commands, real documents, a book of its own in .demo/.

The circulars are read from BAREME_SHARED (default ../shared) if they are there, else from examples/circulars: documents
of the project in the same layouts, with the official figures.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDER = Path(".demo")


def documents() -> list[str]:
    """The circulars to read."""
    shared = Path(os.environ.get("BAREME_SHARED", "../shared")) / "circulars"
    folder = shared if shared.is_dir() else Path("examples/circulars")
    return sorted(str(path) for path in folder.glob("*.txt"))


def bareme(*arguments: str) -> None:
    """Show a command and run it."""
    from bareme.cli.app import app

    print(
        "$ bareme "
        + " ".join(
            a if a.replace("/", "").replace(".", "").isalnum() or a[0] == "-" else f"'{a}'" if " " in a else a
            for a in arguments
        )
    )
    app(list(arguments), standalone_mode=False)
    print()


def title(text: str) -> None:
    """A heading."""
    print(f"--- {text}\n")


def main() -> None:
    """The whole tour."""
    started = time.monotonic()
    os.chdir(ROOT)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    os.environ["BAREME_BOOK"] = str(FOLDER / "book.sqlite")
    found = documents()

    title("1. Read circulars: what they say, and what is odd in them. Nothing is written.")
    bareme("read", *found)

    title("2. Record them in a book of their own: once, whole, with a hash chain. Twice changes nothing.")
    bareme("book", "create", str(FOLDER / "book.sqlite"))
    bareme("load", *found)
    bareme("load", found[0])
    bareme("circulars")
    bareme("book", "check")

    title("3. Audit what the book holds.")
    bareme("audit", "2025/336")

    title("4. Prove a circular: does every figure follow from the circular before it and what it announces?")
    bareme("reconcile", "2025/336")

    title("5. Price acts, to the cent, with the reason and the source.")
    bareme("price", "565014", "--on", "2026-03-01", "--regime", "ordinary")
    bareme("price", "565014", "--on", "2026-03-01")
    bareme("price", "589772", "--on", "2026-03-01")
    bareme("price", "589002", "--on", "2025-03-01", "--regime", "ordinary")
    bareme("price", "726530", "--on", "2025-05-05", "--age", "30", "--regime", "ordinary", "--language", "fr")
    bareme("price", "565015", "--on", "2026-03-01")

    title("6. Price a file of acts: every line comes back with an outcome.")
    bareme("price-file", "examples/acts.csv", str(FOLDER / "priced.csv"))

    print(f"Done in {time.monotonic() - started:.1f} s.\n")
    print("What to try next:")
    print("  source .venv/bin/activate")
    print("  bareme show 565014                                       a code's tariffs through time")
    print("  bareme price 565014 --on 2026-03-01 --regime ordinary    from the book that the package ships")
    print(
        "  bareme price-file your-acts.csv priced.csv               columns: code, date, and regime, age, ... if known"
    )
    print("  bareme test examples/cases.yaml                          cases of your own, in words")
    print(
        "  docs/tutorial.md                                         a made-up nomenclature of ten codes, step by step"
    )


if __name__ == "__main__":
    main()
