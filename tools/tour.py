"""Take the pictures of docs/pages.md with a real service and a real browser.

    python tools/tour.py [FOLDER]

Needs chromium (Debian's package, or BAREME_CHROMIUM). Pictures go to docs/pages/ unless another folder is named.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from playwright.sync_api import Browser, ViewportSize

from browsing import PHONE, browsing, serving

WIDE: ViewportSize = {"width": 1200, "height": 780}
PICTURES: dict[str, tuple[str, ViewportSize, str]] = {
    "search": ("/?q=psycholog&on=2025-03-01&lang=en", WIDE, "light"),
    "code": ("/codes/565014?on=2026-03-01&lang=en", WIDE, "light"),
    "code-phone": ("/codes/726530?on=2025-03-01&lang=nl", PHONE, "dark"),
    "circular": ("/circulars/2025-336?lang=fr#line-565493", WIDE, "light"),
    "compare": ("/compare?from=2024-382&to=2025-336&sort=difference&quantity=fee&lang=en", WIDE, "light"),
    "estimate": (
        "/estimate?code=726530&quantity=2&code=565014&quantity=1&on=2025-03-01&age=30&regime=ordinary&lang=fr",
        WIDE,
        "light",
    ),
    "simulate": ("/simulate?example=negotiation-2027&lang=en", WIDE, "light"),
    "agreement": ("/agreements/2020?lang=en", WIDE, "light"),
}
"""Each picture: the address of the page, the size of the window, light or dark."""


def take(browser: Browser, place: str, folder: Path) -> None:
    """Take every picture."""
    for name, (address, size, scheme) in PICTURES.items():
        context = browser.new_context(viewport=size, color_scheme="dark" if scheme == "dark" else "light")
        page = context.new_page()
        page.goto(place + address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
        context.close()
        print(f"{name}.png: {address}")


def main() -> None:
    """Start the service and the browser, and take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own, serving(Path(own)) as place, browsing() as browser:
        take(browser, place, folder)


if __name__ == "__main__":
    main()
