"""Find the browser that the tests of the pages drive, or install it where that is allowed.

    python tools/browser.py

Looks for `BAREME_CHROMIUM`, then for chromium on the path; as root on Debian it installs the package. Where there is
none the tests of pages are skipped with these words, and fail where CI=true.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def found() -> str | None:
    """The browser's path, or None."""
    given = os.environ.get("BAREME_CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> None:
    """Install Debian's chromium, where this may be done."""
    may = hasattr(os, "getuid") and os.getuid() == 0 and shutil.which("apt-get")
    if not may:
        return
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL, "check": False}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)  # type: ignore[call-overload]
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], **quiet)  # type: ignore[call-overload]


if __name__ == "__main__":
    if found() is None:
        install()
    if found() is None:
        print(
            "THERE IS NO BROWSER: the pages are not tested. Install chromium, or name one in BAREME_CHROMIUM.",
            file=sys.stderr,
        )
