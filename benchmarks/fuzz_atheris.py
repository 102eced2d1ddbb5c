"""Coverage-guided fuzzing of the path of text and HTML, by hand: atheris changes inputs so that other code runs.

atheris is no dependency of bareme. In an environment of its own, beside that of the project:

    python3.11 -m venv /tmp/atheris && /tmp/atheris/bin/pip install atheris
    echo "$PWD/.venv/lib/python3.11/site-packages" > /tmp/atheris/lib/python3.11/site-packages/bareme.pth
    PYTHONPATH=src /tmp/atheris/bin/python benchmarks/fuzz_atheris.py -max_total_time=600 -timeout=5 .fuzz/corpus

Options are those of libFuzzer; inputs that run new code are kept in the folder that is named last. A failure ends the
run and leaves the input in `crash-...`: put it into tests/circulars/documents/regressions/ and mend the reader.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["bareme.circulars", "bareme.audit"]):
    from bareme.audit import examine
    from bareme.circulars.documents.opening import open_document
    from bareme.circulars.reading import read_document
    from bareme.circulars.vocabulary import all_vocabularies
    from bareme.errors import DocumentError

from fuzz_inputs import html, text


def one_input(data: bytes) -> None:
    """Read one document to its findings; whatever is no DocumentError is a failure."""
    try:
        json.dumps(examine(*read_document(open_document(("a.txt", data)))).to_dict())
    except DocumentError as refusal:
        if not 10 < len(str(refusal)) < 2_000:
            raise ValueError(f"a reason of {len(str(refusal))} letters") from refusal


def main() -> None:
    """Begin with a few hundred inputs of `fuzz.py` where the folder is empty."""
    folder = Path(sys.argv[-1])
    if not sys.argv[-1].startswith("-") and len(sys.argv) > 1:
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            for number in range(300):
                make = (text, html)[number % 2]
                (folder / f"seed-{number}").write_bytes(make(Random(number))[:4096])
    all_vocabularies()
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
