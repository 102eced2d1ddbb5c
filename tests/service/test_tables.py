"""The price table of a large book is built beside the service, and taken when it is there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bareme.pricing import view
from bareme.pricing.kept import Kept
from bareme.service.app import create_app
from bareme.service.settings import Settings
from invented import Invented, amount, line, record

MANY = [
    Invented(
        f"{year}/1",
        f"{year - 1}-12-01",
        f"{year}-01-01",
        (line("100015", "100026", f"{year}.00", amount(f"{year - 10}.00", "10.00", regime="ordinary")),),
    )
    for year in range(2000, 2001 + view.FEW_CIRCULARS)
]


def test_a_large_book_gets_its_table_beside_those_who_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("BAREME_CACHE", str(cache))
    monkeypatch.setattr(view, "LOOK_AGAIN", 0)
    book = record(tmp_path / "book.sqlite", MANY)
    app = create_app(Settings(book=str(book.path), state=str(tmp_path / "state.sqlite")))
    asked = "/v1/codes/100015/price?on=2010-06-01&regime=ordinary"
    with TestClient(app) as client:
        before = client.get(asked).json()
        assert (before["fee"], before["intervention"]) == ("2010.00", "2000.00")
        for _ in range(600):
            if not app.state.book.lacks_its_table:
                break
            time.sleep(1 / 10)
        assert client.get(asked).json() == before
        assert isinstance(app.state.book._view(None, None)._ready_desk().source, Kept)
    assert len(list(cache.glob("*/about.json"))) == 1
    # The same state is not looked at again, and nothing is left running.
    app.state.tables.look()
    app.state.tables.end()
    assert app.state.tables._process is None
