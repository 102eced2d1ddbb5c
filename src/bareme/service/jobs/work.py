"""The process that prices the file of one job: told on its standard input what to do, it tells lines of JSON.

It ends at once when its input ends: so does the work of a service that dies. It gives way to other processes, and
leaves a processor to those who answer. What is wrong with a file is told to who sent it, and never logged.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from bareme.service.jobs.beside import order_given

FULL = "No space is left on the disk of the service. Ask whoever runs it to make room, then send the file again."
FAILED = "The service failed at this file; that was logged. Tell whoever runs it."


def main() -> None:
    """Price the file that the first line of the input names."""
    job = order_given()
    # What is too much for memory is put beside the file, and goes with it.
    os.chdir(Path(job["acts"]).parent)
    os.environ["TMPDIR"] = str(Path(job["acts"]).parent)
    _tell(price(job))


def price(job: dict[str, Any]) -> dict[str, Any]:
    """What became of a file: its outcome, or an error; or why the book cannot be used, which is for the log alone."""
    from bareme.errors import BaremeError, BookError
    from bareme.library import open_book

    acts, result = Path(job["acts"]), Path(job["result"])
    try:
        if result.exists():
            # The process before this one died between the result and its record.
            result.unlink()
        book = open_book(job["book"])
        done = book.price_file(acts, result, overwrite=True, progress=_progress, **job["options"])
        return {"outcome": {**done.to_dict(), "acts": acts.name, "out": result.name, "resumed": 0}}
    except BookError as error:
        return {"unavailable": str(error)}
    except BaremeError as error:
        return {"error": FULL if "no space is left" in str(error).lower() else plain(str(error), acts.parent)}
    except Exception as error:
        places = [f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
        return {"error": FAILED, "failed": type(error).__name__, "where": places[-8:]}


def plain(message: str, folder: Path) -> str:
    """A message without the folder that the service keeps the file in."""
    return message.replace(f"{folder.resolve()}{os.sep}", "").replace(f"{folder}{os.sep}", "")


def _progress(done: int, all: int | None) -> None:
    _tell({"done": done, "all": all})


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
