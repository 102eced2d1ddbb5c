"""A real service and a real browser for the tests of pages."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}


def chromium() -> str:
    """The browser's path; without one a skip that says so, and a failure where CI=true."""
    found = os.environ.get("BAREME_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        message = "there is no browser: install chromium (Debian's package), or name one in BAREME_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[str]:
    """The address of a service of its own, with its book and its state in a folder."""
    port = free_port()
    own = {"BAREME_BOOK": str(folder / "book.sqlite"), "BAREME_STATE": str(folder / "state.sqlite")}
    own |= {"XDG_DATA_HOME": str(folder), **environment}
    with (folder / "serve.log").open("wb") as log:
        command = [sys.executable, "-m", "bareme", "serve", "--port", str(port), *options]
        process = subprocess.Popen(command, stderr=log, stdout=log, env=os.environ | own)
        place = f"http://127.0.0.1:{port}"
        try:
            _wait_for(place, process, folder / "serve.log")
            yield place
        finally:
            process.terminate()
            process.wait(timeout=40)


def _wait_for(place: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{place}/v1/ready", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@contextmanager
def browsing() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def looking(browser: Browser, size: ViewportSize | None = None, **options: Any) -> Iterator[Page]:
    """A page of its own; what the browser complains of (a script error, a blocked load) fails the test."""
    context = browser.new_context(viewport=size or WIDE, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(15_000)
    yield page
    context.close()
    assert [one for one in complaints if "status of 4" not in one] == []


def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def is_as_wide_as_the_window(page: Page) -> bool:
    """True when nothing makes the page scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
