"""Ask the service from Python, without any library: a price, and a file of acts.

python examples/service_client.py http://127.0.0.1:8000 examples/acts.csv [KEY]
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any


class Service:
    """A service at an address; `key` where it asks for one."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> bytes:
        """An answer; `RuntimeError` with what the service says is wrong."""
        request = urllib.request.Request(self.url + path, body, {**self.headers, **headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                problem = json.load(error)
            raise RuntimeError(f"{problem['code']}: {problem['detail']} {problem['advice']}") from None

    def price(self, code: str, on: str, **facts: str) -> dict[str, Any]:
        """What an act costs on a day."""
        query = urllib.parse.urlencode({"on": on, **facts})
        found: dict[str, Any] = json.loads(self.ask("GET", f"/v1/codes/{code}/price?{query}"))
        return found

    def price_file(self, acts: Path) -> bytes:
        """A CSV file of acts, priced; the job is deleted when its result is here."""
        job = json.loads(self.ask("POST", "/v1/price-files", acts.read_bytes(), **{"Content-Type": "text/csv"}))
        while job["state"] in ("queued", "running"):
            time.sleep(1)
            job = json.loads(self.ask("GET", job["self"]))
        if job["error"]:
            raise RuntimeError(job["error"])
        result = self.ask("GET", job["result"])
        self.ask("DELETE", job["self"])
        return result


def main() -> None:
    """One price and one file."""
    url, acts, *key = sys.argv[1:]
    service = Service(url, *key)
    found = service.price("565014", on="2026-03-01", regime="ordinary")
    print(f"565014 on 2026-03-01: fee {found['fee']}, patient {found['patient_share']} ({found['circular']})")
    lines = service.price_file(Path(acts)).decode().splitlines()
    print(f"{acts}: {len(lines) - 1} lines priced; the first:", lines[0], lines[1], sep="\n")
    try:
        service.price("565014", on="1 March")
    except RuntimeError as error:
        print(f"refused: {error}")


if __name__ == "__main__":
    main()
